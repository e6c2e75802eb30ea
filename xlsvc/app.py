"""Run one command on one book: read -> handle -> apply -> report. The one place that picks a host and reads
the clock."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from workbook.issues import Issue, WorkbookError

from .commands import BY_ID, RULES, Command

if TYPE_CHECKING:
    from workbook.book import Book, Changes, Focus, SheetCells
    from workbook.excel_book import ExcelBook

    from .addin_machine import Machine
    from .outcome import Outcome


NAMED_TABS = 3  # so many titles are named in one notice
UPGRADE = "upgrade"
LEDGER_NAME, SAMPLE_NAME = "售后台账", "售后台账_示例"


@dataclass
class Report:
    """What a command did, for people (`lines`) and for `--json` (`as_json`).

    `exit_code`: 0 done, 1 done and rows need attention, 2 not done and nothing written. `listed`: the findings stand
    on 待改清单 now.
    """

    command: str
    book: str
    notice: str = ""
    counts: dict[str, Any] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    saved: str = ""
    backup: str = ""
    exit_code: int = 0
    listed: bool = False

    def as_json(self) -> dict[str, Any]:
        return {
            "command": self.command,
            "book": self.book,
            "saved": self.saved,
            "notice": self.notice,
            "counts": self.counts,
            "issues": [
                {"sheet": i.sheet, "cell": i.cell, "column": i.column, "code": i.code, "level": i.level,
                 "message": i.message}
                for i in self.issues
            ],
            "files": self.files,
            "answers": self.answers,
        }  # fmt: skip


def now() -> datetime:
    """The clock, to the second."""
    return datetime.now().replace(microsecond=0)


def random_token() -> str:
    """A receipt code nobody can guess or work out, such as 7KQM-4XTR."""
    import secrets

    from .form_tokens import CODE_LETTERS

    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def open_book(path: Path, progress: Callable[[str], None] | None = None) -> Book:
    from workbook.file_book import FileBook

    return FileBook(path, progress)


def open_live(progress: Callable[[str], None] | None = None) -> ExcelBook:
    """The workbook in Excel whose button was clicked."""
    from workbook.excel_book import ExcelBook

    return ExcelBook.of_caller(progress)


def show_live(path: Path) -> None:
    """Open a saved workbook in the same Excel."""
    from workbook.excel_book import open_book as open_in_excel

    open_in_excel(path)


def run(
    command_id: str,
    path: Path,
    options: Mapping[str, Any] | None = None,
    at: datetime | None = None,
    save_as: Path | None = None,
    progress: Callable[[str], None] = lambda stage: None,
) -> Report:
    """Run a command on a saved workbook. Raises WorkbookError; nothing has been written then. `progress` is told
    each stage as it begins."""
    book = open_book(path, progress)
    return run_on(book, BY_ID[command_id], options or {}, at or now(), save_as, progress)


def run_on(
    book: Book,
    command: Command,
    options: Mapping[str, Any],
    at: datetime,
    save_as: Path | None = None,
    progress: Callable[[str], None] = lambda stage: None,
) -> Report:
    """The same on any host."""
    from workbook.book import Occasion
    from workbook.file_moves import move_files
    from workbook.sheets import BY_KEY
    from workbook.sheets.settings import SCHEMA_VERSION

    from .addresses import Addresses
    from .outcome import Ledger
    from .output_files import OutputFiles
    from .settings import read_settings
    from .sheet_findings import not_read, not_written

    wanted = [BY_KEY[key] for key in (*command.reads, *RULES)]
    inputs = {sheet.key: [c.key for c in sheet.columns if not c.computed] for sheet in wanted}
    progress("读取台账")
    cells = book.read(wanted, inputs, _focus(command))
    addresses = Addresses(cells)
    progress("核对并计算")
    frames, issues = _typed(cells)
    unread = not_read(cells)
    settings = read_settings({key: frames[key] for key in RULES if key in frames}, at)
    settings.check_version()
    output = OutputFiles(book, command.folder_named(options), save_as.parent if save_as else None)
    gathered = command.gather()(book, options, progress)
    ledger = Ledger(
        frames=frames,
        issues=(*unread, *issues),
        titles=book.titles(),
        options={
            "random_token": random_token, "names_in": output.names_in, "unfinished": output.unfinished,
            "form_templates": output.templates,
            **options, **gathered, "addresses": addresses,
        },
    )
    outcome: Outcome = command.load()(ledger, settings, at)
    progress("写入结果")
    occasion = Occasion(command.label, now(), settings.backups, settings.backup_days, outcome.passing)
    with output.ready(outcome):
        applied = book.apply(_changes(outcome, ledger.titles), save_as, occasion)
    stayed = move_files(outcome.moves)

    said = {(i.code, i.sheet) for i in outcome.issues}
    said |= {("heading.absent", BY_KEY[key].title) for key in outcome.headings}  # they stand there now
    found = [i for i in unread if (i.code, i.sheet) not in said]
    found += [addresses.located(i) for i in outcome.issues]
    found += [addresses.located(i) for i in _faults_of_rules([*issues, *settings.issues], found, cells)]
    found += not_written(applied.missing, cells)
    found += [*output.issues, *stayed]
    found += [
        Issue("app.formula_kept", sheet=place.partition("!")[0], cell=place.partition("!")[2])
        for place in applied.kept
    ]
    notice = outcome.notice + output.notice(live=bool(outcome.append) and applied.saved is None)
    if applied.stale:
        notice += f" 有 {applied.stale} 个您写的公式引用了更新过的列,打开文件时会自动重算。"
    if settings.made_by < SCHEMA_VERSION and command.id != UPGRADE:
        notice += f" 这本台账是旧版的,点“{BY_ID[UPGRADE].label}”补齐新的列、工作表和设置,已有内容不动。"
    if not applied.undoable:
        notice += " 撤销记录没有写成(“备份”文件夹写不进去),这一次不能用“撤销上次”退回。"
    attention = any(i.level in ("error", "warning") for i in found)
    return Report(
        command=command.id,
        book=str(book.name),
        notice=notice,
        counts=dict(outcome.counts),
        issues=found,
        answers=list(outcome.answers),
        saved=str(applied.saved or ""),
        backup=str(applied.backup or ""),
        files=[str(path) for path in (*([applied.saved] if applied.saved else []), *output.placed.made)],
        exit_code=1 if attention else 0,
        listed="issue_list" in outcome.replace,
    )


def _faults_of_rules(
    gathered: Iterable[Issue], found: Iterable[Issue], cells: Mapping[str, SheetCells]
) -> list[Issue]:
    """Errors in 设置, 人员, 假期 and 选项与关键词 that the command did not tell of: it went by those rows too."""
    titles = {cells[key].title for key in RULES if key in cells}
    told = {(i.code, i.sheet, i.row, i.column) for i in found}
    return [
        i
        for i in gathered
        if i.sheet in titles and i.level == "error" and (i.code, i.sheet, i.row, i.column) not in told
    ]


def _focus(command: Command) -> dict[str, Focus]:
    """What of its wide sheets a command looks at in every row. A row whose name or problem is filled in is a
    record; the others are read whole, for whether they are one may hang on any of their cells."""
    from workbook.book import Focus
    from workbook.sheets import BY_KEY
    from workbook.values import tells_record

    found = {}
    for key, keys in command.needs().items():
        sheet = BY_KEY[key]
        by = next(c.key for c in sheet.columns if c.required and c.kind in ("text", "compound"))
        bases = {sheet[k].date_from for k in keys} - {""}
        heads = {c.key for c in sheet.columns[:2]}  # where a row says that it is a sum
        found[key] = Focus(frozenset({*keys, *bases, *heads, by}), by, tells_record)
    return found


def _typed(cells: Mapping[str, SheetCells]) -> tuple[dict[str, Any], list[Issue]]:
    """Frames by sheet key and the findings of reading them, by the office's own vocabularies."""
    from workbook.values import Vocabularies, read_frame

    vocabularies = Vocabularies.packaged()
    frames: dict[str, Any] = {}
    issues: list[Issue] = []
    for key in sorted(cells, key=lambda key: key != "options"):  # the options say how to read the rest
        reading = read_frame(cells[key].sheet, cells[key], vocabularies)
        frames[key] = reading.frame
        issues += reading.issues
        if key == "options":
            vocabularies = Vocabularies.from_rows(reading.frame)
    return frames, issues


def _changes(outcome: Outcome, titles: Iterable[str]) -> Changes:
    from workbook.book import Changes
    from workbook.sheets import BY_KEY, is_own_tab

    def pairs(frames: Mapping[str, Any]) -> list[tuple[Any, Any]]:
        return [(BY_KEY[key], frame) for key, frame in frames.items()]

    return Changes(
        columns=pairs(outcome.columns),
        append=pairs(outcome.append),
        replace=pairs(outcome.replace),
        tabs=outcome.tabs,
        hide=outcome.hide,
        show=outcome.show,
        activate=outcome.activate,
        own_tabs=[title for title in (*titles, *(tab.name for tab in outcome.tabs)) if is_own_tab(title)],
        own=outcome.own,
        headings=[(BY_KEY[key], headings) for key, headings in outcome.headings.items()],
        chosen=pairs(outcome.chosen),
    )


def new(path: Path, log: str = "both", sample: bool = False) -> Report:
    """Make a new ledger at `path`, whole or not at all. Never over a file that is there already."""
    from workbook.book import Changes
    from workbook.file_book import FileBook
    from workbook.resources import templates

    hidden = {"response": ["流程记录"], "process": ["响应记录"], "both": []}
    if log not in hidden:
        raise WorkbookError("app.log_kind", value=log)
    if path.suffix.lower() != ".xlsx":
        raise WorkbookError("app.new_suffix", file=path.name)
    if path.exists():
        raise WorkbookError("app.exists", file=path)
    if not path.parent.is_dir():
        raise WorkbookError("app.no_folder", folder=path.parent)
    part = path.with_name(f".{path.stem}.tmp{path.suffix}")
    try:
        if sample:
            from .sample import write_sample

            write_sample(part)
        else:
            part.write_bytes(templates().read_bytes())
        if hidden[log]:
            book = FileBook(part)
            book.apply(Changes(hide=hidden[log]))
            book.forget_backups()
        os.replace(part, path)
    except OSError as error:
        raise WorkbookError("app.new_unwritable", file=path.name, folder=path.parent) from error
    finally:
        part.unlink(missing_ok=True)
    return Report("new", path.name, notice=f"已新建台账:{path}", saved=str(path), files=[str(path)])


def new_in(folders: Iterable[Path], sample: bool = False, make: Callable[[Path], Report] | None = None) -> Report:
    """Make a new ledger, or what `make` makes at a path, under a free name in the first of `folders` that can be
    written to. Raises WorkbookError of the first folder when none can."""
    first: WorkbookError | None = None
    for folder in folders:
        path = _free_path(folder, SAMPLE_NAME if sample else LEDGER_NAME)
        try:
            return make(path) if make else new(path, sample=sample)
        except WorkbookError as error:
            if error.code not in ("app.new_unwritable", "app.no_folder"):
                raise
            first = first or error
    raise first or WorkbookError("app.no_folder", folder="")


def _free_path(folder: Path, stem: str) -> Path:
    path, number = folder / f"{stem}.xlsx", 1
    while path.exists():
        number += 1
        path = folder / f"{stem} {number}.xlsx"
    return path


def undo(path: Path) -> Report:
    """Take back what the last command wrote to the ledger. Raises WorkbookError; nothing has been written then."""
    return undo_on(open_book(path))


def _form_folder(book: Book) -> Path:
    from workbook.sheets.settings import SETTINGS

    from .output_files import OutputFiles
    from .settings import read_settings

    frames, _ = _typed(book.read([SETTINGS]))
    return OutputFiles(book).folder(read_settings(frames, now()).form_folder)


def undo_on(book: Book) -> Report:
    """The same on any host."""
    from workbook.book import Occasion
    from workbook.file_undo import described

    from .output_files import IssuedFiles

    before = IssuedFiles.of(book)
    done = book.undo(Occasion(BY_ID["undo"].label, now()))
    parts = [f"恢复 {done.cells} 个单元格"] if done.cells else []
    parts += [f"去掉 {done.rows} 行"] if done.rows else []
    if done.tabs:
        more = f"等 {len(done.tabs)} 个" if len(done.tabs) > NAMED_TABS else ""
        parts.append("删除工作表" + "".join(f"“{title}”" for title in done.tabs[:NAMED_TABS]) + more)
    did = ":" + "、".join(parts) if parts else ""
    rest = "台账与那之前完全相同。" if done.whole else "之后您改的其他内容都保留着。"
    rest += before.taken_back(IssuedFiles.of(book), lambda: _form_folder(book))
    if done.label == BY_ID["freeze"].label:
        rest += "导出的文件还在“周报文件夹”里,数是撤销前的,不用的请删除;再定稿会另起文件名。"
    if done.label == BY_ID["collect"].label:
        rest += "收回的文件还在归档文件夹里(“回收”里的“已归档”);要重收,请移回“回收”,再点一次“回收表单”。"
    return Report(
        "undo",
        str(book.name),
        notice=f"已撤销 {described(done.label, done.at)}{did}。{rest}",
        counts={"单元格": done.cells, "行": done.rows, "工作表": len(done.tabs)},
        saved=str(done.saved or ""),
        backup=str(done.backup or ""),
        files=[str(done.saved)] if done.saved else [],
    )


def check(machine: Machine | None = None) -> Report:
    """Is everything in place for the buttons? One Chinese line a point."""
    from .addin_check import check as points_of
    from .addin_machine import Machine

    points = points_of(machine or Machine.this())
    counts: Counter[str] = Counter(point.state for point in points)
    parts = [f"{counts[state]} 项{state}" for state in ("正常", "要处理", "无法判断") if counts[state]]
    return Report(
        "check",
        "",
        notice=f"自检:{','.join(parts)}。",
        answers=[str(point) for point in points],
        exit_code=1 if counts["要处理"] else 0,
    )
