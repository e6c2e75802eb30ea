"""What people do to a ledger in a history: each edit is made in the file by the other program and in the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import hypothesis.strategies as st

from .allowed import BY_TITLE, Place, differences
from .other_program import Manner, Program
from .raw_cells import Cell, Position, Tabs, address, read_tabs
from .small_ledger import HEADING_ROW, LOGS, OWN_TAB

TYPED_FIRST = 12  # columns of a log that a row typed below its table is known by
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
TELLING = {
    "紧急程度": ("特急", "一般", None), "受理时间": (45413.5, 45417.0, "2024-05-01 09:00", None, "昨天"), "完成时间": (45414.0, None),
    "实际解决时间": (45414.25, "2024-05-06 08:00", None), "首次响应时间": (45413.51, None), "状态": ("已完成", "处理中", "作废"),
    "问题描述": ("坏了", None), "响应及时性": (1.0, 5.0, 9.0, None), "服务态度": (2.0, "满意", None),
    "客户信息(姓名/联系方式)": ("李先生/13900002222", None),
}  # fmt: skip
"""Headings whose cells decide what commands compute."""
CONTESTED = ("数据问题", "时效状态", "解决状态", "解决截止", "首次响应状态", "综合得分", "有效", "统计受理")
"""Computed columns that a person might write into all the same."""
MADE = ("周报 ", "表单 ")


Draw = Callable[[Any], Any]


@dataclass(frozen=True)
class Apply:
    """The last command that wrote: cells before and after it, and what happened to the file since."""

    command: str
    before: Tabs
    after: Tabs
    moved: bool = False  # rows or columns stand elsewhere now
    resaved: bool = False
    noted: bool = True  # False: its journal may have been overwritten by a run that died


class People:
    """A ledger file and the model of its cells, both edited by people."""

    path: Path
    model: Tabs
    last: Apply | None = None
    noted: set[Place]
    inserted = 0

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

    def _row(self, title: str, draw: Draw) -> int:
        return draw(st.integers(HEADING_ROW + 1, self._area(title)[2]))

    def _headed(self, title: str, *headings: str) -> list[int]:
        """Columns of a table by heading; one that was renamed meanwhile is not found."""
        top = {cell.value: c for (r, c), cell in self.model[title].items() if r == HEADING_ROW}
        return [top[heading] for heading in headings if heading in top]

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

    # one edit of each kind; `draw` decides which cell

    def type_what_tells(self, draw: Draw) -> None:
        """Into a cell that commands go by."""
        title = draw(st.sampled_from(LOGS))
        top = {cell.value: c for (r, c), cell in self.model[title].items() if r == HEADING_ROW}
        heading = draw(st.sampled_from([h for h in TELLING if h in top]))
        self._typed(title, (self._row(title, draw), top[heading]), draw(st.sampled_from(TELLING[heading])))

    def type_anything(self, draw: Draw) -> None:
        """Into any column that is not computed."""
        title = draw(st.sampled_from(LOGS))
        column = draw(st.sampled_from(self._columns(title, "typed", "issued", "own")))
        self._typed(title, (self._row(title, draw), column), draw(st.sampled_from(WORDS + NUMBERS)))

    def write_a_formula(self, draw: Draw) -> None:
        title = draw(st.sampled_from(LOGS))
        column = draw(st.sampled_from(self._columns(title, "typed", "own")))
        formula, value = draw(st.sampled_from(FORMULAS))
        self._typed(title, (self._row(title, draw), column), value, formula)

    def contest_a_computed_cell(self, draw: Draw) -> None:
        """A value, which commands overwrite, or a formula, which they leave alone."""
        written = self._written() if draw(st.booleans()) else []
        if written:
            title, at = draw(st.sampled_from(written))
        else:
            title = draw(st.sampled_from(LOGS))
            at = (self._row(title, draw), draw(st.sampled_from(self._headed(title, *CONTESTED))))
        if draw(st.booleans()):
            formula, value = draw(st.sampled_from(FORMULAS))
            self._typed(title, at, value, formula)
        else:
            self._typed(title, at, draw(st.sampled_from(("达标", "我改的", 3.0, None))))

    def _written(self) -> list[Place]:
        """The cells of the logs that the last command wrote."""
        if self.last is None or self.last.moved:
            return []
        return sorted(p for p, _, _ in differences(self.last.before, self.last.after) if p[0] in LOGS)

    def note_in_a_free_cell(self, draw: Draw) -> None:
        """Beside a table, or below what was filled in on a tab that a command made."""
        made = [title for title in self.model if title.startswith(MADE)]
        title = draw(st.sampled_from((*LOGS, OWN_TAB, "待改清单", "人员", *made)))
        if title not in self.model:
            return
        if title in made:
            at = (max(row for row, _ in self.model[title]) + draw(st.integers(1, 3)), 2)
        else:
            edge = max(column for _, column in self.model[title])
            at = (draw(st.integers(1, 9)), edge + draw(st.integers(2, 5)))
        self._typed(title, at, draw(st.sampled_from(("便签", "5月再看", 7.0))))
        self.noted.add((title, at))

    def new_row_below_the_table(self, draw: Draw) -> None:
        """Excel lets the table grow, other programs do not."""
        title = draw(st.sampled_from(LOGS))
        below = self._area(title)[2] + 1
        row = max(below, *(r + 1 for r, c in self.model[title] if c <= TYPED_FIRST))
        grows = draw(st.booleans()) and row == below
        program = Program(self.path)
        tab = dict(self.model[title])
        for column in self._columns(title, "typed")[1:7]:
            shown_as = self._format(program, title, (row, column))
            program.put(title, row, column, f"新{column}")
            tab[row, column] = Cell(f"新{column}", None, shown_as)
        if grows:
            program.grow_table(title, 1)
        self.model[title] = tab
        self._saved_by(program)

    def delete_a_row(self, draw: Draw) -> None:
        title = draw(st.sampled_from(LOGS))
        bottom = self._area(title)[2]
        if bottom <= HEADING_ROW + 1:
            return
        gone = draw(st.integers(HEADING_ROW + 1, bottom))
        program = Program(self.path)
        program.delete_row(title, gone)
        self.model[title] = {
            (r - (r > gone), c): cell for (r, c), cell in self.model[title].items() if r != gone
        }
        self.noted = {
            (t, (r - (t == title and r > gone), c)) for t, (r, c) in self.noted if (t, r) != (title, gone)
        }
        self._saved_by(program, moved=True)

    def sort_the_rows(self, draw: Draw) -> None:
        title = draw(st.sampled_from(LOGS))
        _, left, bottom, right = self._area(title)
        order = draw(st.permutations(range(HEADING_ROW + 1, bottom + 1)))
        program = Program(self.path)
        program.sort_rows(title, list(order))
        place = {source: at for at, source in enumerate(order, HEADING_ROW + 1)}
        self.model[title] = {
            (place.get(r, r) if left <= c <= right else r, c): cell
            for (r, c), cell in self.model[title].items()
        }
        self._saved_by(program, moved=True)

    def insert_a_column(self, draw: Draw) -> None:
        title = draw(st.sampled_from(LOGS))
        _, left, _, right = self._area(title)
        at = draw(st.integers(left + 1, right))
        self.inserted += 1
        heading = f"插入的列{self.inserted}"
        program = Program(self.path)
        program.insert_column(title, at, heading)
        shown_as = self._format(program, title, (HEADING_ROW, at))
        self.model[title] = {(r, c + (c >= at)): cell for (r, c), cell in self.model[title].items()}
        self.model[title][HEADING_ROW, at] = Cell(heading, None, shown_as)
        self.noted = {(t, (r, c + (t == title and c >= at))) for t, (r, c) in self.noted}
        self._saved_by(program, moved=True)

    def rename_a_heading(self, draw: Draw) -> None:
        heading = draw(st.sampled_from(sorted(ALIASES)))
        alias = draw(st.sampled_from(ALIASES[heading]))
        for column in self._headed("响应记录", heading):
            program = Program(self.path)
            program.rename_heading("响应记录", column, alias)
            at = HEADING_ROW, column
            self.model["响应记录"] = {
                **self.model["响应记录"], at: self.model["响应记录"][at]._replace(value=alias)
            }  # fmt: skip
            self._saved_by(program)

    def rename_the_own_tab(self, draw: Draw) -> None:
        names = (OWN_TAB, "我的表 2", "A&B")
        old = next(title for title in self.model if title in names)
        name = draw(st.sampled_from([name for name in names if name != old]))
        program = Program(self.path)
        program.rename_tab(old, name)
        self.model = {name if title == old else title: tab for title, tab in self.model.items()}
        self.noted = {(name if title == old else title, at) for title, at in self.noted}
        self._saved_by(program, moved=True)

    TYPING = (
        type_what_tells, type_what_tells, type_what_tells, type_anything, write_a_formula, contest_a_computed_cell,
        contest_a_computed_cell, note_in_a_free_cell, new_row_below_the_table,
    )  # fmt: skip
    RESHAPING = (delete_a_row, sort_the_rows, insert_a_column, rename_a_heading, rename_the_own_tab)


@st.composite
def manners(draw: st.DrawFn) -> Manner:
    """How another program may save."""
    return Manner(
        strings=draw(st.sampled_from(("", "inline", "shared"))),
        backwards=draw(st.booleans()),
        prefix=draw(st.sampled_from(("", "", "x"))),
        spaced=draw(st.booleans()),
        bare=draw(st.booleans()),
        stored=draw(st.booleans()),
        streamed=draw(st.booleans()),
        shuffled=draw(st.booleans()),
        tabs=(*LOGS, "待改清单"),
    )
