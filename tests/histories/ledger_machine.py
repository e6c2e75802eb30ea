"""A state machine over one ledger: people edit it, other programs save it, commands run, fail, are killed and are
taken back; after every step the file holds what a plain-Python model of its cells says."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from tests.support.file_operations import FileOperations, Killed
from tests.support.ledgers import NOW
from tests.support.package_lint import lint
from workbook.file_undo import SUFFIX
from workbook.issues import WorkbookError
from workbook.package.temporaries import PREFIX
from xlsvc import app

from .allowed import BY_TITLE, Place, breaches, differences
from .other_program import Manner, Program
from .raw_cells import Cell, Position, Tabs, address, read_tabs
from .small_ledger import HEADING_ROW, LOGS, OWN_TAB

RESAVED = (*LOGS, "待改清单")
OPERATIONS = 40  # more than a save has: a kill at a later one is a run that ends well
WORDS = (
    None, "甲", "王女士", "特急", "紧急", "一般", "已完成", "处理中", "2024-05-01 09:00", "2024/5/32", "24小时", "=像公式",
    "13800001111", "张三\n李四", " ", "SN20240501001", "5", "长" * 300, "<&>\"'",
)  # fmt: skip
NUMBERS = (0.0, 3.0, 45413.5, 45418.25, -1.5, 1e300, 4.9999999999)
FORMULAS = (("1+1", 2.0), ('"文"&"字"', "文字"), ("TODAY()", 45418.0), ("1/0", None))
ALIASES = {
    "客户姓名*": ("客户姓名", "客户姓名 *"), "实际解决时间": ("解决时间",), "确认时间": ("客户确认时间",),
    "客户类型(新/老/VIP)": ("客户类型(新/老/VIP)", "客户类型"),
}  # fmt: skip
QUICK = (("sla", {}), ("sla", {}), ("score", {}), ("find", {"text": "王"}))
LONG = (
    ("validate", {}), ("validate", {}), ("update", {}), ("update", {}), ("summary", {"week": "2024-W18"}),
    ("forms", {"profile": "S002", "ticket": ["SN20240503001"]}),
)  # fmt: skip

MADE = ("周报 ", "表单 ")

Run = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Apply:
    """The last command that wrote: cells before and after it, and what happened to the file since."""

    command: str
    before: Tabs
    after: Tabs
    moved: bool = False  # rows or columns stand elsewhere now
    resaved: bool = False
    noted: bool = True  # False: its journal may have been overwritten by a run that died


@st.composite
def manners(draw: st.DrawFn) -> Manner:
    return Manner(
        strings=draw(st.sampled_from(("", "inline", "shared"))),
        backwards=draw(st.booleans()),
        prefix=draw(st.sampled_from(("", "", "x"))),
        spaced=draw(st.booleans()),
        bare=draw(st.booleans()),
        stored=draw(st.booleans()),
        streamed=draw(st.booleans()),
        shuffled=draw(st.booleans()),
        tabs=RESAVED,
    )


class LedgerMachine(RuleBasedStateMachine):
    """`base` is the ledger every history starts with."""

    base: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="xlsvc-history-"))
        self.path = self.folder / "台账.xlsx"
        shutil.copyfile(self.base, self.path)
        self.model: Tabs = read_tabs(self.path)
        self.last: Apply | None = None
        self.noted: set[Place] = set()
        self.undone = False  # can there be anything to say "already undone" of?
        self.inserted = 0

    def teardown(self) -> None:
        try:
            assert lint(self.path) == []
        finally:
            shutil.rmtree(self.folder)

    # people

    def _typed(self, title: str, at: Position, value: object, formula: str | None = None) -> None:
        """The same edit in the model and in the file."""
        program = Program(self.path)
        tab = dict(self.model[title])
        shown_as = self._format(program, title, at)
        tab.pop(at, None)
        program.put(title, *at, value, formula)
        if value not in (None, "") or formula is not None:
            tab[at] = Cell(value, formula, shown_as)
        self.model[title] = tab
        self._saved_by(program)

    def _format(self, program: Program, title: str, at: Position) -> str:
        return program.number_format(program.style_of(title, *at))

    def _saved_by(self, program: Program, manner: Manner | None = None, moved: bool = False) -> None:
        program.save(manner)
        self._check("an edit")
        if self.last:
            self.last = replace(self.last, resaved=True, moved=self.last.moved or moved)

    def _check(self, step: str) -> None:
        found = read_tabs(self.path)
        assert list(found) == list(self.model), step
        wrong = [
            f"{t}!{address(*at)}: {old} is {new}" for (t, at), old, new in differences(self.model, found)
        ]
        assert not wrong, f"after {step}: {wrong[:5]}"

    def _area(self, title: str) -> tuple[int, int, int, int]:
        return Program(self.path).table_area(title)

    def _columns(self, title: str, *roles: str) -> list[int]:
        """Columns of a table by role; "own" ones are the user's."""
        _, left, _, right = self._area(title)
        found = []
        for column in range(left, right + 1):
            heading = self.model[title].get((HEADING_ROW, column))
            known = BY_TITLE[title].find(heading.value) if heading else None
            if (known.role if known else "own") in roles:
                found.append(column)
        return found

    @rule(title=st.sampled_from(LOGS), value=st.sampled_from(WORDS + NUMBERS), data=st.data())
    def type_into_a_typed_column(self, title: str, value: object, data: st.DataObject) -> None:
        column = data.draw(st.sampled_from(self._columns(title, "typed")))
        row = data.draw(st.integers(HEADING_ROW + 1, self._area(title)[2]))
        self._typed(title, (row, column), value)

    @rule(value=st.sampled_from(WORDS + NUMBERS), data=st.data())
    def type_into_an_own_or_issued_column(self, value: object, data: st.DataObject) -> None:
        column = data.draw(st.sampled_from(self._columns("响应记录", "own", "issued")))
        row = data.draw(st.integers(HEADING_ROW + 1, self._area("响应记录")[2]))
        self._typed("响应记录", (row, column), value)

    @rule(title=st.sampled_from(LOGS), formula=st.sampled_from(FORMULAS), data=st.data())
    def write_a_formula(self, title: str, formula: tuple[str, object], data: st.DataObject) -> None:
        """In any column, computed ones too."""
        column = data.draw(st.sampled_from(self._columns(title, "typed", "own", "computed")))
        row = data.draw(st.integers(HEADING_ROW + 1, self._area(title)[2]))
        self._typed(title, (row, column), formula[1], formula[0])

    @rule(
        title=st.sampled_from((*LOGS, OWN_TAB, "待改清单", "人员")),
        right=st.integers(2, 5),
        row=st.integers(1, 9),
    )
    def note_in_a_free_cell(self, title: str, right: int, row: int) -> None:
        """Beside a table."""
        edge = max(column for _, column in self.model[title])
        at = (row, edge + right)
        self._typed(title, at, f"便签{row}")
        self.noted.add((title, at))

    @precondition(lambda self: any(title.startswith(MADE) for title in self.model))
    @rule(value=st.sampled_from(WORDS[1:]), data=st.data())
    def note_in_a_made_tab(self, value: object, data: st.DataObject) -> None:
        title = data.draw(st.sampled_from([title for title in self.model if title.startswith(MADE)]))
        at = (max(row for row, _ in self.model[title]) + data.draw(st.integers(1, 3)), 2)
        self._typed(title, at, value)
        self.noted.add((title, at))

    @rule(title=st.sampled_from(LOGS), grows=st.booleans(), who=st.sampled_from(("新客户", "王女士")))
    def new_row_below_the_table(self, title: str, grows: bool, who: str) -> None:
        """Excel lets the table grow, other programs do not."""
        below = self._area(title)[2] + 1
        row = max(below, *(r + 1 for r, c in self.model[title] if c <= 12))
        if row > below and grows:
            return
        program = Program(self.path)
        tab = dict(self.model[title])
        for column in self._columns(title, "typed")[1:4]:
            shown_as = self._format(program, title, (row, column))
            program.put(title, row, column, f"{who}{column}")
            tab[row, column] = Cell(f"{who}{column}", None, shown_as)
        if grows:
            program.grow_table(title, 1)
        self.model[title] = tab
        self._saved_by(program)

    @rule(title=st.sampled_from(LOGS), data=st.data())
    def delete_a_row(self, title: str, data: st.DataObject) -> None:
        bottom = self._area(title)[2]
        if bottom <= HEADING_ROW + 1:
            return
        gone = data.draw(st.integers(HEADING_ROW + 1, bottom))
        program = Program(self.path)
        program.delete_row(title, gone)
        self.model[title] = {
            (r - (r > gone), c): cell for (r, c), cell in self.model[title].items() if r != gone
        }
        self.noted = {
            (t, (r - (t == title and r > gone), c)) for t, (r, c) in self.noted if (t, r) != (title, gone)
        }
        self._saved_by(program, moved=True)

    @rule(title=st.sampled_from(LOGS), data=st.data())
    def sort_the_rows(self, title: str, data: st.DataObject) -> None:
        _, left, bottom, right = self._area(title)
        order = data.draw(st.permutations(range(HEADING_ROW + 1, bottom + 1)))
        program = Program(self.path)
        program.sort_rows(title, list(order))
        place = {source: at for at, source in enumerate(order, HEADING_ROW + 1)}
        self.model[title] = {
            (place.get(r, r) if left <= c <= right else r, c): cell
            for (r, c), cell in self.model[title].items()
        }
        self._saved_by(program, moved=True)

    @rule(title=st.sampled_from(LOGS), data=st.data())
    def insert_a_column(self, title: str, data: st.DataObject) -> None:
        _, left, _, right = self._area(title)
        at = data.draw(st.integers(left + 1, right))
        self.inserted += 1
        heading = f"插入的列{self.inserted}"
        program = Program(self.path)
        program.insert_column(title, at, heading)
        shown_as = self._format(program, title, (HEADING_ROW, at))
        self.model[title] = {(r, c + (c >= at)): cell for (r, c), cell in self.model[title].items()}
        self.model[title][HEADING_ROW, at] = Cell(heading, None, shown_as)
        self.noted = {(t, (r, c + (t == title and c >= at))) for t, (r, c) in self.noted}
        self._saved_by(program, moved=True)

    @rule(heading=st.sampled_from(sorted(ALIASES)), data=st.data())
    def rename_a_heading(self, heading: str, data: st.DataObject) -> None:
        alias = data.draw(st.sampled_from(ALIASES[heading]))
        for (row, column), cell in self.model["响应记录"].items():
            if row == HEADING_ROW and cell.value == heading:
                program = Program(self.path)
                program.rename_heading("响应记录", column, alias)
                self.model["响应记录"] = {**self.model["响应记录"], (row, column): cell._replace(value=alias)}
                self._saved_by(program)
                return

    @rule(run=st.sampled_from(QUICK[:3]))
    def rename_a_needed_tab_and_back(self, run: Run) -> None:
        """The command says which tab it misses and writes nothing."""
        held = self.path.read_bytes()
        program = Program(self.path)
        program.rename_tab("评价记录" if run[0] == "score" else "响应记录", "改了名")
        program.save()
        renamed = self.path.read_bytes()
        said = self._refused(run)
        assert said == "sheet.missing", said
        assert self.path.read_bytes() == renamed
        self.path.write_bytes(held)
        if self.last:
            self.last = replace(self.last, resaved=True)

    @rule(name=st.sampled_from(("我的表", "我的表 2", "A&B")))
    def rename_the_own_tab(self, name: str) -> None:
        old = list(self.model)[-1]
        if old in ("我的表", "我的表 2", "A&B") and old != name:
            program = Program(self.path)
            program.rename_tab(old, name)
            self.model = {name if title == old else title: tab for title, tab in self.model.items()}
            self.noted = {(name if title == old else title, at) for title, at in self.noted}
            self._saved_by(program, moved=True)

    @rule(manner=manners())
    def another_program_saves(self, manner: Manner) -> None:
        self._saved_by(Program(self.path), manner)

    # commands

    def _refused(self, run: Run) -> str:
        try:
            app.run(run[0], self.path, run[1], NOW)
        except WorkbookError as error:
            return error.code
        return ""

    def _ran(self, run: Run, saved: bool) -> None:
        """Takes what a command wrote into the model, if it was its to write."""
        found = read_tabs(self.path)
        wrong = breaches(self.model, found, run[0], self.noted)
        assert not wrong, f"{run[0]}: {wrong[:5]}"
        if saved:
            self.last = Apply(run[0], self.model, found)
        else:
            assert found == self.model
        self.model = dict(found)

    @rule(run=st.sampled_from(QUICK), again=st.booleans())
    def quick_command(self, run: Run, again: bool) -> None:
        self._command(run, again)

    @rule(run=st.sampled_from(LONG), again=st.booleans())
    def long_command(self, run: Run, again: bool) -> None:
        self._command(run, again)

    def _command(self, run: Run, again: bool) -> None:
        old = self.path.read_bytes()
        report = app.run(run[0], self.path, run[1], NOW)
        assert bool(report.saved) == (self.path.read_bytes() != old)
        self._ran(run, bool(report.saved))
        if report.saved:
            assert Path(report.backup).read_bytes() == old
            assert not list(self.folder.rglob(f"{PREFIX}*")), "leftovers of a dead run"
        if again:
            held = self.path.read_bytes()
            assert not app.run(run[0], self.path, run[1], NOW).saved, f"{run[0]} wrote again"
            assert self.path.read_bytes() == held

    @rule(run=st.sampled_from((*QUICK[:3], LONG[0])), at=st.integers(0, OPERATIONS), half=st.booleans())
    def a_command_is_killed(self, run: Run, at: int, half: bool) -> None:
        def kill() -> Any:
            raise Killed

        old = self.path.read_bytes()
        operations = FileOperations(self.folder, at, "half" if half else "before", kill, dead=True)
        with operations.watched():
            try:
                app.run(run[0], self.path, run[1], NOW)
                died = False
            except Killed:
                died = True
        saved = self.path.read_bytes() != old
        for path in self.folder.rglob("*"):
            known = path.suffix in (".xlsx", SUFFIX) or path.is_dir()
            assert path.name.startswith(PREFIX) if not known else not path.name.startswith("."), path
        before = self.last
        self._ran(run, saved)
        if not saved and died and before:
            self.last = replace(before, noted=False)

    # undo

    @precondition(lambda self: self.last or self.undone)
    @rule()
    def undo(self) -> None:
        held = self.path.read_bytes()
        try:
            app.undo(self.path)
        except WorkbookError as error:
            assert self.path.read_bytes() == held
            self._refused_undo(error)
            return
        assert self.last is not None, "there was nothing to undo"
        found = read_tabs(self.path)
        if not self.last.resaved:
            assert list(found) == list(self.last.before)
            assert found == self.last.before, list(differences(self.last.before, found))[:5]
        elif not self.last.moved:
            self._check_cell_by_cell(self.last, found)
        wrong = breaches(self.model, found, self.last.command, self.noted, back=True)
        assert not wrong or not self.last.resaved, f"undo of {self.last.command}: {wrong[:5]}"
        self.model = dict(found)
        self.last, self.undone = None, True

    def _check_cell_by_cell(self, last: Apply, found: Tabs) -> None:
        """Cells that the command wrote are as before it, all others as they were."""
        expected = {title: dict(tab) for title, tab in self.model.items() if title in last.before}
        for (title, at), old, _ in differences(last.before, last.after):
            expected[title].pop(at, None)
            if old is not None:
                expected[title][at] = old
        assert list(found) == list(expected)
        wrong = [
            f"{t}!{address(*at)}: {new}, not {old}"
            for (t, at), old, new in differences(expected, found)
            if (old and old[:2]) != (new and new[:2])
        ]
        assert not wrong, f"undo of {last.command}: {wrong[:5]}"

    def _refused_undo(self, error: WorkbookError) -> None:
        """A refusal must have its reason."""
        if self.last is None or not self.last.noted:
            return
        assert error.code == "undo.changed", str(error)
        assert self.last.resaved, str(error)
        if self.last.moved:
            return
        touched = {place for place, _, _ in differences(self.last.after, self.model)}
        written = {place for place, _, _ in differences(self.last.before, self.last.after)}
        made = set(self.last.after) - set(self.last.before)
        places = {f"{title}!{address(*at)}" for title, at in touched & written}
        places |= {title for title, _ in touched if title in made}
        assert any(place in str(error) for place in places), f"{error} {sorted(places)[:5]}"
