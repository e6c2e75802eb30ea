"""A state machine over one ledger: people edit it, other programs save it, commands run, fail, are killed and are
taken back; after every step the file holds what a plain-Python model of its cells says."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
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

from .allowed import breaches, differences
from .other_program import Manner, Program
from .people import TYPED_FIRST, Apply, People, manners
from .raw_cells import Tabs, address, read_tabs
from .small_ledger import LOGS

OPERATIONS = 36  # about as many as a save has: a kill at a later one is a run that ends well
QUICK = (("sla", {}), ("sla", {}), ("score", {}))
DAILY = (("validate", {}), ("update", {}), ("validate", {}), ("find", {"text": "王"}), ("update", {}), ("update", {}))
REPORTS = (
    ("summary", {"week": "2024-W18"}), ("freeze", {"week": "2024-W18"}),
    ("brief", {"period": "2024-W18"}), ("month", {"period": "2024-05"}),
    ("forms", {"profile": "S002", "ticket": ["SN20240503001"], "sheets": True}),
)  # fmt: skip
LONG = (*DAILY, *DAILY, *REPORTS)
COSTS = {"sla": 1, "score": 1, "find": 1, "validate": 2, "update": 3, "forms": 4, "brief": 4, "month": 4, "summary": 5, "freeze": 5}
SPENT = 5  # so much may the commands of one history cost; then 更新时效 has to do

SELDOM = (False, False, False, True)

Run = tuple[str, dict[str, Any]]


class LedgerMachine(People, RuleBasedStateMachine):
    """`base` is the ledger every history starts with."""

    base: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="xlsvc-history-"))
        self.path = self.folder / "台账.xlsx"
        shutil.copyfile(self.base, self.path)
        self.model = dict(read_tabs(self.path))
        self.noted = set()
        self.spent = 0
        self.undone = False  # can there be anything to say "already undone" of?

    def teardown(self) -> None:
        try:
            assert lint(self.path) == []
        finally:
            shutil.rmtree(self.folder)

    @rule(kinds=st.lists(st.sampled_from(People.TYPING), min_size=1, max_size=3), data=st.data())
    def people_type(self, kinds: list[Any], data: st.DataObject) -> None:
        for kind in kinds:
            kind(self, data.draw)

    def lack_a_tab(self, draw: Any) -> None:
        """Without a tab it needs, the command says which and writes nothing."""
        run = draw(st.sampled_from(QUICK))
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

    @rule(kind=st.sampled_from((*People.RESHAPING, lack_a_tab)), data=st.data())
    def people_reshape(self, kind: Any, data: st.DataObject) -> None:
        kind(self, data.draw)

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

    @rule(run=st.sampled_from(QUICK), again=st.sampled_from(SELDOM))
    def quick_command(self, run: Run, again: bool) -> None:
        self._command(run, again)

    @rule(run=st.sampled_from(LONG), again=st.sampled_from(SELDOM))
    def long_command(self, run: Run, again: bool) -> None:
        self._command(run, again)

    def _command(self, run: Run, again: bool) -> None:
        self.spent += COSTS[run[0]]
        if self.spent > SPENT:
            run, again = QUICK[0], False
        old = self.path.read_bytes()
        report = app.run(run[0], self.path, run[1], NOW)
        assert bool(report.saved) == (self.path.read_bytes() != old)
        self._ran(run, bool(report.saved))
        if report.saved:
            assert Path(report.backup).read_bytes() == old
            assert not list(self.folder.rglob(f"{PREFIX}*")), "leftovers of a dead run"
            self._check_tables(self.last)
        if again:
            held = self.path.read_bytes()
            assert not app.run(run[0], self.path, run[1], NOW).saved, f"{run[0]} wrote again"
            assert self.path.read_bytes() == held

    def _check_tables(self, last: Apply | None) -> None:
        """A table that a command wrote to has taken in the rows that were typed right below it."""
        assert last is not None
        for title in {title for (title, _), _, _ in differences(last.before, last.after)} & set(LOGS):
            bottom = self._area(title)[2]
            below = [c for r, c in self.model[title] if r == bottom + 1 and c <= TYPED_FIRST]
            assert not below, f"{last.command}: row {bottom + 1} of {title} is outside the table"

    @rule(
        run=st.sampled_from(QUICK),
        at=st.integers(0, OPERATIONS),
        half=st.booleans(),
        then=st.sampled_from(SELDOM),
    )
    def a_command_is_killed(self, run: Run, at: int, half: bool, then: bool) -> None:
        self._kill(run, at, half)
        if then:
            self._command(run, False)

    def _kill(self, run: Run, at: int, half: bool) -> None:
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
            known = path.suffix in (".xlsx", ".eml", SUFFIX) or path.is_dir()
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
        places = {f"“{title}”{address(*at)}" for title, at in touched & written}
        places |= {title for title, _ in touched if title in made}
        assert any(place in str(error) for place in places), f"{error} {sorted(places)[:5]}"
