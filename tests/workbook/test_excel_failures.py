"""The live host when Excel does not let it: a cell being edited, protection, a failure at any single call. Either the
command is done whole, or everything is as it was, and what Excel was set to is as it was in both cases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from tests.support.fake_excel import (
    SEMIAUTOMATIC,
    AskedForEverError,
    FakeExcel,
    Rect,
    Workbook,
    being_edited,
    call_rejected,
    type_in,
)
from tests.support.fake_excel.entry import LONGEST_IN_ARRAY
from tests.support.fake_excel.tables import ListObject
from tests.workbook.odd_books import LIST, LOG, log_book, row
from workbook.book import Changes, Link, Occasion, Tab
from workbook.issues import WorkbookError

OCCASION = Occasion("更新时效", datetime(2024, 5, 6, 9))
MOMENT = datetime(2024, 5, 1, 9)
PATIENT_SECONDS = 30  # longer nobody waits before a message


def _status(*texts: Any) -> Changes:
    return Changes(columns=[(LOG, pd.DataFrame({"status": texts}, index=[4, 5]))])


def _everything() -> Changes:
    """Computed and issued columns, dates, new rows with columns of one's own, a shorter list, a tab refilled, one made, one hidden."""
    columns = pd.DataFrame(
        {"status": ["00123", "=1"], "given": ["S1", "S2"], "due": [MOMENT, None], "share": [0.5, 1.0]}, index=[4, 5]
    )
    appended = pd.DataFrame({"no": ["N3", "N4"], "at": [MOMENT, None], "who": ["丙", "1/2"]})
    links = pd.DataFrame({"n": [1, 2, 3], "cell": [Link("记录", f"A{4 + i}", f"A{4 + i}") for i in range(3)]})
    return Changes(
        columns=[(LOG, columns)], append=[(LOG, appended)], replace=[(LIST, links)],
        tabs=[Tab("我的", "我的", {"结果": 5.0}, {"说明": "好"}), Tab("我的", "新的", {"结果": MOMENT})],
        hide=["清单"], activate="新的", own={"log": pd.DataFrame({"渠道": ["微信", None], "2024": [1.0, MOMENT]})},
    )  # fmt: skip


@dataclass
class Office:
    """A ledger open in a fake Excel whose user has set it to spare data tables; `slept` are the seconds waited."""

    excel: FakeExcel
    folder: Path
    slept: list[float]
    model: Any = None
    plain: Any = None

    def opened(self, **options: Any) -> Any:
        """A fresh ledger as an ExcelBook."""
        from workbook.excel_book import ExcelBook

        application = self.excel.application
        application.books.clear()
        application.reset_settings()
        self.excel.ready()
        if options or self.plain is None:
            self.model = self.excel.open(log_book(self.folder / "台账.xlsx", **options))
            for name, refers in {"结果": "我的!$C$1", "说明": "我的!$D$1", "说明_生成": "我的!$D$2"}.items():
                self.model.define(name, refers)
            type_in(self.model.sheet("记录"), "E4", "旧的")
            type_in(self.model.sheet("记录"), "F5", 45000.5)
            type_in(self.model.sheet("清单"), "A2", 7)
            mine = self.model.sheet("我的")
            type_in(mine, "C1", 3)
            mine.protected, mine.allowed = True, frozenset({"FormattingColumns"})  # as the product's forms are
            if not options:
                self.plain = self.model.twin(application)
        else:
            self.model = self.excel.open_again(self.plain)
        application.calculation = SEMIAUTOMATIC
        self.excel.wire.reset()
        return ExcelBook(self.excel.xlwings_book(self.model))

    def state(self) -> Any:
        application = self.excel.application
        assert application.front is self.model
        assert application.books == [self.model]
        return self.model.state_of(), application.settings()

    def cells(self) -> Any:
        return {title: (s["cells"], s["formulas"]) for title, s in self.model.state_of()["sheets"].items()}


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    slept: list[float] = []
    monkeypatch.setattr("workbook.excel.calls.time.sleep", slept.append)
    with FakeExcel() as excel:
        yield Office(excel, tmp_path, slept)


def _changing_calls(office: Office, act: Callable[[Any], object], prepare: Callable[[Any], object]) -> list[str]:
    book = office.opened()
    prepare(book)
    office.excel.wire.reset()
    act(book)
    return [str(call) for call in office.excel.wire.log if call.changes]


def _apply(book: Any) -> object:
    return book.apply(_everything(), occasion=OCCASION)


def _undo(book: Any) -> object:
    return book.undo(OCCASION)


ACTS: dict[str, tuple[Callable[[Any], object], Callable[[Any], object]]] = {
    "apply": (_apply, lambda book: None),
    "undo": (_undo, _apply),
}
SETTINGS = ("Application.ScreenUpdating", "Application.EnableEvents", "Application.DisplayAlerts",
            "Application.Calculation", "Application.StatusBar")  # fmt: skip
LOOKS = ("Range.AutoFill", "Range.ColumnWidth", "Range.ClearFormats", "Interior.Color", "Font.Color")
"""A new column may look plain, or its cleared heading still bold: that stops nothing."""


def _differences(now: Any, before: Any, at: str = "") -> list[str]:
    """Where two states differ."""
    if isinstance(now, dict) and isinstance(before, dict):
        return [
            place
            for key in {**before, **now}
            for place in _differences(now.get(key), before.get(key), f"{at}/{key}")
        ]
    if isinstance(now, tuple) and isinstance(before, tuple) and len(now) == len(before):
        return [p for i, (n, b) in enumerate(zip(now, before, strict=True)) for p in _differences(n, b, f"{at}/{i}")]
    return [] if now == before and type(now) is type(before) else [f"{at}: {before!r} -> {now!r}"]


@pytest.mark.parametrize("act", ACTS)
def test_a_failure_at_any_call_puts_everything_back(act: str, office: Office) -> None:
    run, prepare = ACTS[act]
    calls = _changing_calls(office, run, prepare)
    assert len(calls) > 30
    wrong: dict[str, Any] = {}
    for number, call in enumerate(calls, 1):
        book = office.opened()
        prepare(book)
        before = office.state()
        office.excel.fail_at(number)
        try:
            run(book)
            done = True
        except WorkbookError as error:
            done = False
            if error.code != ("sheet.protected" if "Unprotect" in call else "excel.refused"):
                wrong[f"{number} {call}"] = error.code
        except Exception as error:
            done = False
            wrong[f"{number} {call}"] = repr(error)
        after = office.state()
        if done and not call.startswith((*SETTINGS, *LOOKS)):
            wrong[f"{number} {call}"] = "done"
        if differ := _differences(after[1] if done else after, before[1] if done else before):
            wrong[f"{number} {call}"] = differ
    assert wrong == {}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(("kind", "times"), [(call_rejected, 15), (being_edited, 5)], ids=["busy", "edited"])
def test_calls_that_are_turned_away_for_a_while_are_tried_again(
    kind: Any, times: int, act: str, office: Office
) -> None:
    """Fifteen refusals are more than xlwings takes, which asks again only where Excel calls itself busy."""
    run, prepare = ACTS[act]
    book = office.opened()
    prepare(book)
    settings = office.excel.application.settings()
    office.excel.wire.reset()
    run(book)
    whole, log = office.model.state_of(), list(office.excel.wire.log)
    wrong: dict[int, Any] = {}
    after_changes = {at for at, call in enumerate(log, 1) if call.changes}
    for number in sorted(after_changes | set(range(0, len(log), 11))):
        book = office.opened()
        prepare(book)
        office.excel.wire.refuse(kind, times, skip=number)
        try:
            run(book)
        except Exception as error:
            wrong[number] = f"{error!r} at {office.excel.wire.refused[-1]}"
            continue
        if differ := _differences((office.model.state_of(), office.excel.application.settings()), (whole, settings)):
            wrong[number] = differ
    assert wrong == {}


def test_a_cell_that_is_being_edited_stops_a_read(office: Office) -> None:
    book = office.opened()
    before = office.state()
    office.excel.edit_mode()
    with pytest.raises(WorkbookError) as stopped:
        book.read([LOG])
    assert stopped.value.code == "excel.busy"
    assert "Esc" in str(stopped.value)
    assert office.state() == before
    assert sum(office.slept) < PATIENT_SECONDS


def test_a_cell_that_is_being_edited_stops_before_the_first_write(office: Office) -> None:
    book = office.opened()
    book.read([LOG])
    before = office.state()
    office.excel.edit_mode()
    with pytest.raises(WorkbookError) as stopped:
        book.apply(_everything())
    assert stopped.value.code == "excel.busy"
    assert office.state() == before
    assert sum(office.slept) < PATIENT_SECONDS


@pytest.mark.parametrize("share", [0.2, 0.5, 0.8])
def test_a_cell_that_is_edited_from_the_middle_on_for_good(share: float, office: Office) -> None:
    """Nothing can be put back then: the message says so, and nobody waits for minutes."""
    book = office.opened()
    _apply(book)
    total = office.excel.wire.total
    book = office.opened()
    before = office.state()
    office.slept.clear()
    office.excel.edit_mode(skip=int(total * share))
    try:
        _apply(book)
        code = ""
    except WorkbookError as error:
        code = error.code
    except AskedForEverError:
        code = "hangs"
    assert code in ("excel.busy", "excel.half_written")
    if code == "excel.busy":
        assert office.model.state_of() == before[0]
    assert sum(office.slept) < PATIENT_SECONDS


def test_the_packaged_templates_are_closed_whatever_excel_says(office: Office) -> None:
    book = office.opened()
    made = Changes(tabs=[Tab("表单_S002", "新的", {})], activate="新的")
    office.excel.wire.refuse(call_rejected, 15, lambda call: call.member == "Close")
    book.apply(made)
    assert office.model.active.title == "新的"
    office.state()


def test_one_protected_sheet_stops_all_of_it_before_anything_is_written(office: Office) -> None:
    for title in ("记录", "清单", "我的"):
        book = office.opened()
        office.model.sheet(title).protected = True
        office.model.sheet(title).password = "密" if title == "我的" else ""
        before = office.state()
        with pytest.raises(WorkbookError) as stopped:
            _apply(book)
        assert (stopped.value.code, stopped.value.values["sheet"]) == ("sheet.protected", title)
        assert office.state() == before
        if title != "我的":  # whether a form has a password shows when it is opened to be filled
            assert _written(office) == []


def _written(office: Office) -> list[str]:
    """The calls that changed anything but Excel's settings."""
    return [str(c) for c in office.excel.wire.log if c.changes and f"{c.owner}.{c.member}" not in SETTINGS]


def test_a_protected_workbook_stops_tabs_before_anything_is_written(office: Office) -> None:
    book = office.opened()
    office.model.structure_protected = True
    before = office.state()
    with pytest.raises(WorkbookError) as stopped:
        _apply(book)
    assert stopped.value.code == "book.protected"
    assert office.state() == before
    assert _written(office) == []


def test_texts_of_every_length_that_a_cell_can_hold(office: Office) -> None:
    book = office.opened()
    book.apply(_status("长" * 32_767, "文" * (LONGEST_IN_ARRAY + 1)))
    assert book.read([LOG])["log"].columns["status"] == ["长" * 32_767, "文" * (LONGEST_IN_ARRAY + 1)]


def test_a_text_that_no_cell_can_hold_stops_before_anything_is_written(office: Office) -> None:
    book = office.opened()
    before = office.state()
    with pytest.raises(WorkbookError) as stopped:
        book.apply(_status("好", "长" * 32_768))
    assert stopped.value.code == "cell.too_long"
    assert office.state() == before
    assert _written(office) == []


def _table_below(model: Workbook) -> None:
    sheet = model.sheet("记录")
    for column, heading in enumerate(("甲", "乙"), 1):
        sheet.grid.put(8, column, heading)
    sheet.tables.append(ListObject(sheet, "别表", Rect(8, 1, 9, 2)))


def _totals(model: Workbook) -> None:
    table = model.sheet("记录").tables[0]
    table.rect, table.totals = Rect(3, 1, 6, 8), True
    model.sheet("记录").grid.put(6, 1, "汇总")


def _notes_below(model: Workbook) -> None:
    type_in(model.sheet("记录"), "H8", "备注")


@pytest.mark.parametrize(
    ("stands", "code"),
    [(_table_below, "table.blocked"), (_notes_below, "table.blocked"), (_totals, "table.totals")],
    ids=["a table below", "notes below", "a totals row"],
)
def test_a_table_without_room_below(stands: Callable[[Workbook], None], code: str, office: Office) -> None:
    book = office.opened()
    stands(office.model)
    before = office.state()
    new = pd.DataFrame({"no": [f"N{at}" for at in range(10, 15)]})
    with pytest.raises(WorkbookError) as stopped:
        book.apply(Changes(append=[(LOG, new)]))
    assert stopped.value.code == code
    assert office.state() == before
    assert _written(office) == []


def test_writing_reaches_rows_that_a_filter_hides_and_leaves_the_filter(office: Office) -> None:
    book = office.opened()
    sheet = office.model.sheet("记录")
    sheet.filter(Rect(3, 1, 5, 8), 1, "N2")
    book.apply(_status("a", "b"))
    assert [sheet.grid.value(at, 5) for at in (4, 5)] == ["a", "b"]
    assert sheet.grid.hidden_rows == {4}


def test_dates_of_a_1904_book_are_read_and_written(office: Office) -> None:
    book = office.opened(workbook_pr='<workbookPr date1904="1"/>')
    grid = office.model.sheet("记录").grid
    grid.values[2][4] = 45413.375 - 1462
    grid.put(5, 2, 0.375)
    grid.set_form(Rect(5, 2, 5, 2), "h:mm")
    book.apply(Changes(columns=[(LOG, pd.DataFrame({"due": [MOMENT, None]}, index=[4, 5]))]))
    assert grid.value(4, 6) == 45413.375 - 1462
    cells = book.read([LOG])["log"]
    assert (cells.columns["at"], cells.columns["due"]) == ([45413.375, 0.375], [45413.375, None])


TEXTS = ["=1+1", "00123", "+86", "1e5", "@a", "-客户", "1/2", "TRUE", "'", "'a", "5月1日", "9:30", " x "]


@pytest.mark.parametrize(
    "kept",
    [
        False,
        pytest.param(
            True,
            marks=pytest.mark.xfail(
                strict=True, reason="not documented of Excel; if so, texts that begin with ' get a second one"
            ),
        ),
    ],
    ids=["a prefix", "kept in text cells"],
)
def test_texts_stay_texts_whatever_becomes_of_apostrophes(kept: bool, office: Office) -> None:
    book = office.opened(rows=[row(4 + at, f"N{at}") for at in range(len(TEXTS))])
    office.excel.application.apostrophe_kept = kept
    frame = pd.DataFrame({"status": TEXTS}, index=range(4, 4 + len(TEXTS)))
    book.apply(Changes(columns=[(LOG, frame)]))
    assert book.read([LOG])["log"].columns["status"] == TEXTS


def test_only_members_that_excel_has_are_asked_for(office: Office) -> None:
    """Swallowed errors too: a misspelt member would make protection, dates and names go unseen."""
    book = office.opened()
    book.read([LOG, LIST])
    book.titles()
    book.selection()
    _apply(book)
    _undo(book)
    book.notify("好")
    book.alert("好", "标题")
    book.finish()
    _ = book.path, book.folder()
    assert office.excel.wire.unknown == []


def test_an_unknown_member_is_noticed(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    book = office.opened()
    monkeypatch.setattr("workbook.excel.protection.native", lambda api, windows, mac: getattr(api, windows + "s", None))
    with pytest.raises(Exception, match="Unknown name"):
        _apply(book)
    assert office.excel.wire.unknown == ["Worksheet.ProtectContentss"]


def test_a_command_that_is_over_is_told_to_the_ribbon_or_nothing_is_raised(office: Office) -> None:
    book = office.opened()
    office.excel.load_addin(FinishCommand=lambda: None)
    book.notify("忙")
    book.finish()
    assert office.excel.application.status_bar is False
    assert [name for name, *_ in office.excel.application.ran] == ["'xlsvc.xlam'!ServiceRibbon.FinishCommand"]
    office.excel.application.books.pop()
    book.finish()
    office.excel.edit_mode()
    book.finish()
    assert sum(office.slept) < PATIENT_SECONDS
