"""回收表单: a folder of returned forms becomes answers in the ledger, each file with its outcome.

A file's bytes are remembered in 回收记录, so that nothing is taken in twice: not after a crash between saving and moving,
and not on another machine. Files are moved to the archive only after the ledger is saved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

import pandas as pd

from workbook.issues import Issue, WorkbookError
from workbook.returned_forms import ARCHIVE, FOLDER, ReturnedFile, ReturnedFolder, read_folder
from workbook.sheets.customer_forms import FORMS
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import PROFILES
from workbook.sheets.quality_assessment import QUALITY_ASSESSMENT
from workbook.sheets.reference import FORM_REGISTER
from workbook.sheets.return_log import RETURN_LOG

from .form_register import TAKEN, register_states
from .outcome import Ledger, Outcome
from .returned_forms_judge import (
    CHANGED,
    CONFLICT,
    DAMAGED,
    FOREIGN,
    OLD,
    OUTCOMES,
    PICTURE,
    REFUSED,
    REPEATED,
    RETURNED,
    Judge,
    Verdict,
)  # fmt: skip
from .settings import Settings
from .tickets import text_column, ticket_cells

if TYPE_CHECKING:
    from workbook.book import Book

NEEDS = ticket_cells("owner", "customer", "customer_no", "department")
STAYED = "留在原处"
BEFORE = "以前收过"
ASIDE = "未采用"
"""The folder of the archive for what did not become an answer."""
_ATTENTION = (CONFLICT, CHANGED, OLD, PICTURE, DAMAGED, REFUSED)
_DAMAGE = ("file.damaged", "file.empty", "file.contradicting", "stranger.crashed")


def gather(book: Book, options: Mapping[str, Any], progress: Callable[[str], None]) -> Mapping[str, Any]:
    """The files of the folder that was named or chosen, else of 回收 beside the ledger, which is made where it is missing;
    and the texts that the office's form templates print. Raises WorkbookError collect.*."""
    named = str(options.get("folder") or "").strip()
    folder = Path(named).expanduser() if named else _chosen(book)
    ledger = getattr(book, "path", None)
    if folder is None:
        beside = book.folder() if hasattr(book, "folder") else Path(str(ledger)).parent
        folder = beside / FOLDER
        if not folder.exists():
            try:
                folder.mkdir()
            except OSError as error:
                raise WorkbookError("collect.no_folder", folder=folder, default=FOLDER) from error
    keys = ["file", "result", "file_mark"]
    log = book.read([RETURN_LOG], {RETURN_LOG.key: keys}).get(RETURN_LOG.key)
    known: set[str] = set()
    if log is not None and set(keys) <= set(log.columns):
        for file, result, mark in zip(*(log.columns[key] for key in keys), strict=True):
            known |= {_known(str(mark), str(result), str(file or ""))} - {""}
    titles = book.titles()
    printed = {
        code: tuple(cell for column in book.grid(form.template).columns for cell in column if isinstance(cell, str))
        for code, form in FORMS.items()
        if form.template in titles
    }
    return {"returned": read_folder(folder, ledger, known, progress), "printed": printed}


def _known(mark: str, result: str, file: str) -> str:
    """What tells that a file need not be looked at again: one that was refused may have got another suffix since, one that
    was no form of ours may be known by now."""
    if result in TAKEN:
        return mark
    return "" if result == FOREIGN else mark + PurePath(file).suffix.casefold()


def _chosen(book: Book) -> Path | None:
    choose = getattr(book, "choose_folder", None)
    return choose("选择放着收回表单的文件夹") if choose is not None else None


@dataclass(frozen=True)
class _Logged:
    """What 回收记录 says of a file."""

    result: str = ""
    archived: str = ""
    file: str = ""

    @property
    def anonymous(self) -> bool:
        return not self.file


@dataclass
class _Run:
    """One run over a folder: verdicts in order, where each file goes, what was known before."""

    returned: ReturnedFolder
    now: datetime
    judge: Judge
    before: Mapping[str, list[_Logged]]
    taken_names: set[str]
    verdicts: list[tuple[ReturnedFile, Verdict]] = field(default_factory=list)
    known: list[ReturnedFile] = field(default_factory=list)
    places: dict[Path, str] = field(default_factory=dict)

    def judge_all(self) -> None:
        seen: dict[str, tuple[str, Verdict]] = {}
        for file in sorted(self.returned.files, key=lambda f: (f.modified, f.name)):
            earlier = self.logged(file)
            if file.kind == "known" or (earlier is not None and earlier.result in TAKEN):
                self.known.append(file)
                continue
            if file.digest in seen:
                name, first = seen[file.digest]
                said = "与另一份匿名表单是同一个文件" if first.anonymous else f"与“{name}”是同一个文件"
                verdict = replace(first, result=REPEATED, remarks=[said])
            else:
                verdict = self._of(file)
                if verdict.result in TAKEN:
                    seen[file.digest] = file.name, verdict
            if earlier is not None and earlier.result == verdict.result:
                self.known.append(file)  # what it was before, it is now
                continue
            self.verdicts.append((file, verdict))
        self.verdicts.sort(key=_in_order)

    def _of(self, file: ReturnedFile) -> Verdict:
        if file.kind == "picture":
            return Verdict(PICTURE, ["请打开它,用“登记反馈”录入"])
        if file.kind == "other":
            return Verdict(FOREIGN, ["不是表格文件,没有读"])
        if file.refusal is not None:
            result = DAMAGED if file.refusal.code in _DAMAGE else REFUSED
            return Verdict(result, [str(file.refusal)])
        return self.judge.form(file)

    def logged(self, file: ReturnedFile) -> _Logged | None:
        """What the log says of a file: of several files with these bytes the one of this name, else the last."""
        logged = self.before.get(file.digest)
        return next((row for row in logged if row.file == file.name), logged[-1]) if logged else None

    def place_all(self) -> None:
        """Where each file on disk goes: of an archive once, by the best of what it holds."""
        if not self.returned.moving:
            return
        everything = self.returned.folder.name == FOLDER
        best: dict[Path, Verdict] = {}
        for file, verdict in self.verdicts:
            held = best.get(file.path)
            if held is None or (verdict.result in TAKEN and held.result not in TAKEN):
                best[file.path] = verdict
        for path, verdict in best.items():
            if verdict.result in TAKEN or everything:
                self.places[path] = self._place(path, verdict)
        for file in self.known:
            logged = self.logged(file) or _Logged(RETURNED, file=file.name)
            if file.path in self.places or file.path in best or (logged.archived == STAYED and not everything):
                continue
            planned = logged.archived.removeprefix(f"{self.returned.folder.name}/{ARCHIVE}/")
            noted = logged.file == file.name and planned != logged.archived
            if noted and planned.casefold() not in self.taken_names:
                self.taken_names.add(planned.casefold())
                self.places[file.path] = planned  # the run that noted this place did not come to moving
            else:
                self.places[file.path] = self._place(file.path, Verdict(logged.result, anonymous=logged.anonymous))

    def _place(self, path: Path, verdict: Verdict) -> str:
        """A free place below the archive."""
        folder = f"{self.now:%Y-%m-%d}" + ("" if verdict.result in TAKEN else f"/{ASIDE}")
        stem, suffix = (("匿名表单", path.suffix) if verdict.anonymous and path.suffix.casefold() != ".zip"
                        else (path.stem, path.suffix))  # fmt: skip
        name, number = f"{folder}/{stem}{suffix}", 1
        while name.casefold() in self.taken_names:
            number += 1
            name = f"{folder}/{stem} ({number}){suffix}"
        self.taken_names.add(name.casefold())
        return name

    def moves(self) -> list[tuple[Path, Path]]:
        return [(path, self.returned.folder / ARCHIVE / place) for path, place in self.places.items()]

    def log_rows(self) -> Iterator[dict[str, Any]]:
        for file, verdict in self.verdicts:
            place = self.places.get(file.path)
            where = f"{self.returned.folder.name}/{ARCHIVE}/{place}" if place else STAYED
            row = {
                "at": pd.Timestamp(self.now), "file": file.name, "result": verdict.result, "token": verdict.token,
                "ticket": verdict.ticket, "profile": verdict.profile, "remark": ";".join(verdict.remarks),
                "archived": where, "file_mark": file.digest,
            }  # fmt: skip
            if verdict.anonymous:
                row |= {"at": pd.Timestamp(self.now).normalize(), "file": "", "archived": where.rpartition("/")[0]}
            yield row


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """Option returned: what `gather` read. Rows of 评价记录, 质量评估 and 回收记录 are appended, 表单台账 is brought up to
    date, files are moved. Raises WorkbookError collect.no_log for a ledger without 回收记录."""
    if RETURN_LOG.key not in ledger:
        raise WorkbookError("collect.no_log", sheet=RETURN_LOG.title)
    returned: ReturnedFolder = ledger.options["returned"]
    log = ledger[RETURN_LOG.key]
    texts = [text_column(log, key).astype(str) for key in ("file_mark", "result", "archived", "file")]
    before: dict[str, list[_Logged]] = {}
    for mark, result, where, name in zip(*texts, strict=True):
        before.setdefault(mark, []).append(_Logged(result, where, name))
    judge = Judge(ledger, settings, now)
    run = _Run(returned, now, judge, before, set(returned.archived))
    run.judge_all()
    run.place_all()
    counted: Counter[str] = Counter(verdict.result for _, verdict in run.verdicts)
    outcome = Outcome(
        notice=_notice(returned, counted, len(run.known)),
        counts={**{name: counted[name] for name in OUTCOMES}, BEFORE: len(run.known)},
        issues=list(_issues(run)),
        answers=[*_lines(run)],
        moves=run.moves(),
    )
    rows = list(run.log_rows())
    if rows:
        outcome.append[RETURN_LOG.key] = pd.DataFrame(rows)
    _add_answers(outcome, ledger, settings, now, judge)
    return outcome


def _in_order(pair: tuple[ReturnedFile, Verdict]) -> tuple[bool, str]:
    """By name; anonymous forms last and in no order that tells of their names."""
    file, verdict = pair
    return verdict.anonymous, file.digest if verdict.anonymous else file.name


def _add_answers(outcome: Outcome, ledger: Ledger, settings: Settings, now: datetime, judge: Judge) -> None:
    arrived = pd.DataFrame(judge.evaluations)
    frames = dict(ledger.frames)
    if len(arrived):
        outcome.append["evaluations"] = arrived
    if judge.assessments:
        added = pd.DataFrame(judge.assessments)
        outcome.append[QUALITY_ASSESSMENT.key] = added
        frames[QUALITY_ASSESSMENT.key] = pd.concat([ledger[QUALITY_ASSESSMENT.key], added], ignore_index=True)
    if FORM_REGISTER.key in ledger and len(ledger[FORM_REGISTER.key]):
        if RETURN_LOG.key in outcome.append:
            added = outcome.append[RETURN_LOG.key]
            frames[RETURN_LOG.key] = pd.concat([ledger[RETURN_LOG.key], added], ignore_index=True)
        after = Ledger(frames, ledger.issues, ledger.titles, ledger.options)
        outcome.columns[FORM_REGISTER.key] = register_states(after, settings, now, arrived)


def _lines(run: _Run) -> Iterator[str]:
    for file, verdict in run.verdicts:
        parts = [verdict.result, "(匿名表单)" if verdict.anonymous else file.name]
        parts += [f"工单 {verdict.ticket}"] * bool(verdict.ticket) + verdict.remarks
        yield "  ".join(parts)
    for file in run.known:
        logged = run.logged(file) or _Logged(file=file.name)
        name, result = "(匿名表单)" if logged.anonymous else file.name, logged.result
        yield "  ".join(part for part in (BEFORE, name, f"当时为{result}" if result else "", logged.archived) if part)


def _issues(run: _Run) -> Iterator[Issue]:
    for file, verdict in run.verdicts:
        if verdict.result in _ATTENTION:
            values = {"file": file.name, "result": verdict.result, "remark": ";".join(verdict.remarks)}
            yield Issue("collect.attention", RETURN_LOG.title, values=values)
        if verdict.dropped and verdict.result in TAKEN - {REPEATED}:
            internal = verdict.profile[:4] in PROFILES and PROFILES[verdict.profile[:4]].internal
            sheet = QUALITY_ASSESSMENT if internal else EVALUATIONS
            told: dict[str, object] = {
                "name": "(匿名表单)" if verdict.anonymous else f"“{file.name}”", "count": len(verdict.dropped),
                "what": "、".join(verdict.dropped), "place": f"“{sheet.title}”" + f"(工单 {verdict.ticket})" * bool(verdict.ticket),
            }  # fmt: skip
            code = "collect.dropped_anonymous" if verdict.anonymous else "collect.dropped"
            yield Issue(code, RETURN_LOG.title, values=told)


def _notice(returned: ReturnedFolder, counted: Mapping[str, int], known: int) -> str:
    if not returned.files:
        held = any(PurePath(name).suffix for name in returned.archived)  # folders are named by days
        before = f"以前收过的在“{returned.folder}/{ARCHIVE}”,要重收请移回“{returned.folder.name}”。" if held else ""
        return f"“{returned.folder}”里没有要回收的文件。请把客户发回的表单(也可以是压缩包)放进去,再点一次。{before}"
    taken = sum(counted.get(name, 0) for name in TAKEN)
    said = [f"{name} {counted[name]} 个" for name in OUTCOMES if counted.get(name)]
    said += [f"{BEFORE} {known} 个"] if known else []
    text = f"看了 {len(returned.files)} 个文件:{'、'.join(said)}。"
    if taken:
        text += "答案已记入台账,得分在“一键更新”时计算。"
    return text + f"逐个结果见“{RETURN_LOG.title}”。" if counted else text
