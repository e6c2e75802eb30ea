"""What a ribbon button runs in Excel: `import xlsvc.button; xlsvc.button.click('update')`.

Nothing is raised into Excel as long as Excel can be spoken to: what the command says, what stops it and what a bug
was are told there, in Chinese. Importing this module takes the working directory off the import path first: it may
be the folder of a stranger's workbook.
"""

from __future__ import annotations

import sys

sys.path[:] = [entry for entry in sys.path if entry not in ("", ".")]

# ruff: noqa: E402
import io
import os
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from workbook.book import Book, Selection
from workbook.issues import WorkbookError

from . import app, notice
from .bug_log import write_log
from .commands import BY_ID, COMMANDS, Command
from .ribbon import TAB_LABEL

SHOWN_ROWS = 8  # so many row numbers are named in one message


class LiveBook(Book, Protocol):
    """A workbook open in Excel, and the person before it."""

    @property
    def path(self) -> Path | None:
        """The file; None for a book that was never saved or lives at an address."""

    def notify(self, text: str) -> None:
        """Show a line in the status bar. Never raises."""

    def alert(self, text: str, title: str) -> None:
        """Show a box; comes back when it is closed."""

    def finish(self) -> None:
        """Tell the ribbon that the command is over. Never raises."""

    def folder(self) -> Path:
        """Where files may be put."""

    def choose_folder(self, title: str) -> Path | None:
        """A folder that the person chooses; None where that was cancelled or could not be asked."""

    def choose_files(self, title: str) -> list[Path]:
        """The files that a person picks in a dialog; none where it is cancelled or there is no such dialog."""


def click(command_id: str) -> None:
    """Run the command of a button on the workbook in Excel, and say what came of it.

    Raises RuntimeError with that text only where Excel cannot be reached to say it in: the macro shows it then."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        command = BY_ID.get(command_id)
        title = f"{TAB_LABEL} · {command.label}" if command else TAB_LABEL
        host: LiveBook | None = None

        def progress(stage: str) -> None:
            if host is not None:
                host.notify(f"{title}:{stage}…")

        try:
            host = app.open_live(progress)
            with _only_installed_code(host.path):
                text, boxed = _run(command, command_id, host, progress)
        except WorkbookError as error:
            text, boxed = str(error), True
            if host is None:
                raise RuntimeError(text) from None
        except (Exception, SystemExit) as error:
            log = write_log(error, said.getvalue(), app.now())
            if host is None:
                raise RuntimeError(f"xlsvc: no workbook in Excel can be reached. Log: {log}") from None
            text, boxed = _bug(log), True
        finally:
            if host is not None:
                host.finish()
        _say(host, text, title, boxed)


def warm_up() -> None:
    """Import what commands need, in the background, so that the first click finds it done. Never raises."""
    threading.Thread(target=_import_ahead, name="xlsvc warm-up", daemon=True).start()


def _import_ahead() -> None:
    with suppress(Exception):
        for module in ("workbook.excel_book", *(f"xlsvc.{c.handler.partition(':')[0]}" for c in COMMANDS if c.handler)):
            import_module(module)


def _bug(log: Path) -> str:
    return f"程序出错,这一步没有做完。请把下面这个记录文件发给维护人员:\n{log}"


def _say(host: LiveBook, text: str, title: str, boxed: bool) -> None:
    """After `finish`, which clears the status bar: a box stays until it is closed, and the ribbon is free meanwhile.
    Raises RuntimeError with the text of a box that Excel did not let through: the macro shows it then."""
    if not boxed:
        host.notify(text)
        return
    try:
        host.alert(text, title)
    except Exception as error:
        write_log(error, at=app.now())
        raise RuntimeError(text) from None


@contextmanager
def _only_installed_code(book: Path | None) -> Iterator[None]:
    """No import from the working directory or from where the workbook lies while a command runs."""
    strange = {os.path.normcase(Path.cwd())}
    if book is not None:
        strange |= {os.path.normcase(book.parent), os.path.normcase(book.with_suffix(".zip"))}
    own = os.path.normcase(Path(__file__).resolve().parent.parent)
    before = list(sys.path)
    sys.path[:] = [
        entry for entry in before
        if os.path.isabs(entry) and (os.path.normcase(entry) not in strange or os.path.normcase(entry) == own)
    ]  # fmt: skip
    try:
        yield
    finally:
        sys.path[:] = before


def _run(
    command: Command | None, command_id: str, host: LiveBook, progress: Callable[[str], None]
) -> tuple[str, bool]:
    """What to say, and whether in a box. Raises WorkbookError."""
    if command is None:
        raise WorkbookError("button.unknown", id=command_id)
    if command.on_book:
        _check_ledger(command, host)
    if command.id == "undo":
        report = app.undo_on(host)
    elif command.id == "check":
        report = app.check()
    elif not command.on_book:
        report = _new(command.id, host, progress)
    else:
        options = OPTIONS.get(command.id, _no_options)(host)
        report = app.run_on(host, command, options, app.now(), progress=progress)
    boxed = bool(command.answers) or notice.needs_box(report)
    return (notice.box(report, command.answers) if boxed else notice.status_line(report)), boxed


def _check_ledger(command: Command, host: LiveBook) -> None:
    """Raises WorkbookError button.no_ledger for a workbook that has none of the sheets people fill in."""
    from workbook.sheets import BY_KEY

    titles = [BY_KEY[key].title for key in ("response_log", "process_log", "settings")]
    if not set(titles) & set(host.titles()):
        raise WorkbookError(
            "button.no_ledger", file=host.name, sheets="”“".join(titles), label=command.label
        )


def _new(command_id: str, host: LiveBook, progress: Callable[[str], None]) -> app.Report:
    """A new ledger, or the sample one with every command run on it, beside the open book; opened in Excel."""
    sample = command_id == "demo"
    folders = (host.folder(), Path.home() / "Documents", Path.home())
    report = app.new_in(folders, sample, (lambda path: _play(path, progress)) if sample else None)
    try:
        app.show_live(Path(report.saved))
    except Exception as error:
        if not isinstance(error, WorkbookError):
            write_log(error, at=app.now())
        raise WorkbookError("button.not_opened", notice=report.notice) from error
    return report


def _play(path: Path, progress: Callable[[str], None]) -> app.Report:
    from .demo import play

    play(path, progress)
    return app.Report("demo", path.name, notice=f"已新建示例台账,每个命令都做过一遍:{path}", saved=str(path))


# What a command is asked for in the command line's options, taken from what is marked in Excel.


def _no_options(host: LiveBook) -> Mapping[str, Any]:
    return {}


def _find(host: LiveBook) -> Mapping[str, Any]:
    """The text under the cursor if it is what one looks for; in a row of a ticket otherwise its number or customer."""
    marked = host.selection()
    if marked is None:
        raise WorkbookError("button.find_what")
    text = marked.text.strip()
    row = next(iter(_rows(host, marked, ("ticket", "customer", "contact", "receipt"))), None)
    if row and text.replace("*", "") not in [known.replace("*", "") for known in row.values() if known]:
        text = row.get("ticket") or row.get("customer") or text
    if not text:
        raise WorkbookError("button.find_what")
    return {"text": text}


def _explain(host: LiveBook) -> Mapping[str, Any]:
    """The ticket of the first marked row. Raises WorkbookError button.explain_what."""
    marked = host.selection()
    rows = _rows(host, marked, ("ticket",)) if marked else []
    if not rows:
        raise WorkbookError("button.explain_what")
    return {"ticket": rows[0]["ticket"]}


def _forms(host: LiveBook) -> Mapping[str, Any]:
    """The tickets of the marked rows. Raises WorkbookError button.no_ticket where rows with content have no number;
    without any marked record the command chooses."""
    marked = host.selection()
    if marked is None:
        return {}
    rows = _rows(host, marked, ("ticket", "customer", "problem"))
    tickets = [row["ticket"] for row in rows if row.get("ticket")]
    unnumbered = [row["row"] for row in rows if not row.get("ticket")]
    if unnumbered and not tickets:
        named = "、".join(unnumbered[:SHOWN_ROWS]) + (" 等" if len(unnumbered) > SHOWN_ROWS else "")
        raise WorkbookError("button.no_ticket", count=len(unnumbered), sheet=marked.title, rows=named)
    return {"ticket": list(dict.fromkeys(tickets))}


def _summary(host: LiveBook) -> Mapping[str, Any]:
    """The week of the weekly tab in front, else this week."""
    from workbook.sheets.weekly_summary import TAB, UPDATED

    marked = host.selection()
    prefix, behind = TAB.format(week=""), UPDATED.partition("{week}")[2]
    if marked is not None and marked.title.startswith(prefix):
        return {"week": marked.title.removeprefix(prefix).removesuffix(behind).strip()}
    return {}


def _month(host: LiveBook) -> Mapping[str, Any]:
    """The month, quarter or half-year of the review in front, else the last month that is over."""
    from workbook.sheets import REVIEW_TABS

    marked = host.selection()
    prefix = next((p for p in REVIEW_TABS if marked is not None and marked.title.startswith(p)), "")
    return {"period": marked.title.removeprefix(prefix).strip()} if marked is not None and prefix else {}


def _brief(host: LiveBook) -> Mapping[str, Any]:
    """The days of the brief in front, else the command's own choice."""
    from workbook.sheets.brief import TAB

    marked = host.selection()
    prefix = TAB.format(period="")
    if marked is not None and marked.title.startswith(prefix):
        return {"period": marked.title.removeprefix(prefix).strip()}
    return {}


def _import(host: LiveBook) -> Mapping[str, Any]:
    """A second click confirms what the first has shown. Where nothing new was pasted and nothing waits, a file is asked
    for."""
    from .import_sources import wants_file

    files = host.choose_files("选择要导入的文件(.xlsx、.xlsm、.csv、.txt)") if wants_file(host) else []
    return {"files": [str(file) for file in files], "again": True}


OPTIONS: Mapping[str, Callable[[LiveBook], Mapping[str, Any]]] = {
    "import": _import,
    "find": _find,
    "explain": _explain,
    "forms": _forms,
    "summary": _summary,
    "brief": _brief,
    "month": _month,
    "freeze": _summary,
}


def _rows(host: LiveBook, marked: Selection, keys: tuple[str, ...]) -> list[dict[str, str]]:
    """The marked rows of a table of the ledger as text by column key, with "row"; rows that are blank in all of
    these columns are left out. Nothing on a tab that is no table, or that has none of the columns."""
    from workbook.sheets import SHEETS

    sheet = next((s for s in SHEETS if s.title == marked.title), None)
    known = [c.key for c in sheet.columns if c.key in keys] if sheet else []
    if sheet is None or not known or not marked.rows:
        return []
    cells = host.read([sheet], {sheet.key: known}).get(sheet.key)
    if cells is None:
        return []
    at = {int(row): n for n, row in enumerate(cells.rows)}
    found = []
    for number in marked.rows:
        if number in at:
            values = {key: _text(column[at[number]]) for key, column in cells.columns.items()}
            if any(values.values()):
                found.append({**values, "row": str(number)})
    return found


def _text(value: object) -> str:
    """A cell as people see it: 13800005678, not 13800005678.0."""
    if value is None:
        return ""
    return f"{value:.0f}" if isinstance(value, float) and value.is_integer() else str(value).strip()
