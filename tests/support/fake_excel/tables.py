"""Excel's tables: ListObject and what hangs on it."""

# ruff: noqa: N802, N803

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .com import Collection, Com, Wire, bad_index, refused
from .entry import constant_text
from .places import Rect
from .ranges import PROTECTED, Range

if TYPE_CHECKING:
    from .worksheet import Worksheet

SHIFTS_TABLE = (
    "This operation is not allowed. The operation is attempting to shift cells in a table on your worksheet."
)


class ListObjects(Collection):
    def __init__(self, sheet: Worksheet) -> None:
        self.wire, self.sheet = sheet.wire, sheet

    def items(self) -> list[Any]:
        return list(self.sheet.tables)

    @property
    def Parent(self) -> Com:
        return self.sheet


class ListObject(Com):
    """A table over `rect`, heading row and totals row included. `calculated` are the formulas that its columns,
    counted from 0, fill new rows with. `emptied`: its last row was deleted, one row to type into is left."""

    def __init__(self, sheet: Worksheet, name: str, rect: Rect) -> None:
        self.wire: Wire = sheet.wire
        self.sheet, self.name, self.rect = sheet, name, rect
        self.totals = False
        self.show_filter = True
        self.style = "TableStyleMedium2"
        self.calculated: dict[int, str] = {}
        self.emptied = False

    def copied(self, sheet: Worksheet) -> ListObject:
        made = ListObject(sheet, self.name, self.rect)
        made.totals, made.show_filter, made.style = self.totals, self.show_filter, self.style
        made.calculated, made.emptied = dict(self.calculated), self.emptied
        return made

    def state_of(self) -> tuple[Any, ...]:
        return self.name, self.rect, self.totals, self.show_filter, tuple(self.headings())

    @property
    def body(self) -> Rect:
        bottom = self.rect.bottom - (1 if self.totals else 0)
        return Rect(self.rect.top + 1, self.rect.left, bottom, self.rect.right)

    def headings(self) -> list[str]:
        return [
            constant_text(self.sheet.grid.value(self.rect.top, column))
            for column in range(self.rect.left, self.rect.right + 1)
        ]

    def reference(self, text: str) -> Rect | None:
        """The cells of "表", "表[#All]" or "表[列]"."""
        name, bracket, rest = text.partition("[")
        if name.casefold() != self.name.casefold():
            return None
        inner = rest.rstrip("]")
        if not bracket:
            return self.body
        if inner == "#All":
            return self.rect
        if inner == "#Headers":
            return Rect(self.rect.top, self.rect.left, self.rect.top, self.rect.right)
        if inner in self.headings():
            column = self.rect.left + self.headings().index(inner)
            return Rect(self.body.top, column, self.body.bottom, column)
        return None

    def written(self, rect: Rect) -> None:
        """Cells of the sheet were written: headings become texts, each once and none blank."""
        if rect.meets(self.body):
            self.emptied = self.emptied and self.sheet.grid.blank(self.body)
        if not rect.meets(Rect(self.rect.top, self.rect.left, self.rect.top, self.rect.right)):
            return
        had: set[str] = set()
        for at in range(self.rect.left, self.rect.right + 1):
            text = constant_text(self.sheet.grid.value(self.rect.top, at))
            stem, count = text or "列", 0 if text else 1
            name = text or "列1"
            while name.casefold() in had:
                count += 1
                name = f"{stem}{count + (1 if text else 0)}"
            had.add(name.casefold())
            self.sheet.grid.put(self.rect.top, at, name)

    def refuse_shift(self, rect: Rect) -> None:
        """Raises com_error where cells that move would tear the table."""
        columns = self.rect.left < rect.left <= self.rect.right or self.rect.left <= rect.right < self.rect.right
        if columns and rect.top <= self.rect.bottom:
            raise refused(SHIFTS_TABLE)
        over = rect.left <= self.rect.left and self.rect.right <= rect.right
        if over and rect.top <= self.rect.top <= rect.bottom < self.rect.bottom:
            raise refused(SHIFTS_TABLE)

    def shifted_rows(self, rect: Rect, down: int) -> None:
        if not (rect.left <= self.rect.left and self.rect.right <= rect.right) or rect.top > self.rect.bottom:
            return
        r = self.rect
        if rect.top <= r.top:
            self.rect = Rect(r.top + down, r.left, r.bottom + down, r.right)
            return
        gone = rect.meets(r)
        bottom = r.bottom + down if down > 0 else r.bottom - (gone.height if gone else 0)
        if bottom == r.top:
            bottom, self.emptied = r.top + 1, True
        self.rect = Rect(r.top, r.left, bottom, r.right)

    def shifted_columns(self, column: int, across: int) -> None:
        r = self.rect
        if column <= r.left:
            self.rect = Rect(r.top, r.left + across, r.bottom, r.right + across)
        elif column <= r.right:
            self.rect = Rect(r.top, r.left, r.bottom, r.right + across)

    def refuse_protected(self) -> None:
        if self.sheet.protected:
            raise refused(PROTECTED)

    # -- members

    @property
    def Application(self) -> Com:
        return self.sheet.Application

    @property
    def Parent(self) -> Com:
        return self.sheet

    @property
    def Name(self) -> str:
        return self.name

    @Name.setter
    def Name(self, name: Any) -> None:
        taken = [t.name.casefold() for s in self.sheet.book.sheets for t in s.tables if t is not self]
        if str(name).casefold() in taken:
            raise refused("Application-defined or object-defined error")
        self.name = str(name)

    @property
    def DisplayName(self) -> str:
        return self.name

    @property
    def Range(self) -> Range:
        return Range(self.sheet, [self.rect])

    @property
    def HeaderRowRange(self) -> Range:
        return Range(self.sheet, [Rect(self.rect.top, self.rect.left, self.rect.top, self.rect.right)])

    @property
    def DataBodyRange(self) -> Range | None:
        return None if self.emptied else Range(self.sheet, [self.body])

    @property
    def InsertRowRange(self) -> Range | None:
        return Range(self.sheet, [self.body]) if self.emptied else None

    @property
    def TotalsRowRange(self) -> Range | None:
        r = self.rect
        return Range(self.sheet, [Rect(r.bottom, r.left, r.bottom, r.right)]) if self.totals else None

    @property
    def ShowTotals(self) -> bool:
        return self.totals

    @property
    def ShowHeaders(self) -> bool:
        return True

    @property
    def ShowAutoFilter(self) -> bool:
        return self.show_filter

    @ShowAutoFilter.setter
    def ShowAutoFilter(self, value: Any) -> None:
        self.refuse_protected()
        if not value:
            self.sheet.show_rows(self.rect)
        self.show_filter = bool(value)

    @property
    def AutoFilter(self) -> Com | None:
        from .sheet_parts import FilterOfSheet

        return FilterOfSheet(self.sheet, self.rect) if self.show_filter else None

    @property
    def SourceType(self) -> int:
        return 1

    @property
    def ListRows(self) -> ListRows:
        return ListRows(self)

    @property
    def ListColumns(self) -> ListColumns:
        return ListColumns(self)

    def Resize(self, Range: Any) -> None:
        """The heading row stays where it is, one row of data at least, no other table and no merged cell touched."""
        self.refuse_protected()
        new: Rect = Range.rect
        stays = new.top == self.rect.top and new.meets(self.rect) is not None and new.height >= 2
        if Range.sheet is not self.sheet or not stays:
            raise refused("Method 'Resize' of object 'ListObject' failed")
        if self.totals:
            raise refused("Method 'Resize' of object 'ListObject' failed")
        others = [t for t in self.sheet.tables if t is not self]
        if any(new.meets(t.rect) for t in others):
            raise refused("A table can't overlap a range that contains a PivotTable report, query results, a table...")
        if any(area.meets(new) for area in [*self.sheet.grid.merged, *self.sheet.grid.arrays]):
            raise refused("Method 'Resize' of object 'ListObject' failed")
        old = self.rect
        self.rect = new
        self.emptied = False
        grid = self.sheet.grid
        for row in range(old.bottom + 1, new.bottom + 1):
            for at, formula in self.calculated.items():
                column = old.left + at
                if grid.value(row, column) is None:
                    grid.put(row, column, self.sheet.calculate(row, column, formula), formula)
        self.written(Rect(new.top, new.left, new.top, new.right))
        self.sheet.book.saved = False

    def Unlist(self) -> None:
        self.refuse_protected()
        self.sheet.tables.remove(self)

    def Delete(self) -> None:
        self.refuse_protected()
        self.sheet.grid.clear(self.rect)
        self.sheet.tables.remove(self)


class ListColumn(Com):
    def __init__(self, table: ListObject, at: int) -> None:
        self.wire, self.table, self.at = table.wire, table, at

    @property
    def Index(self) -> int:
        return self.at + 1

    @property
    def Name(self) -> str:
        return self.table.headings()[self.at]

    @property
    def Range(self) -> Range:
        rect, column = self.table.rect, self.table.rect.left + self.at
        return Range(self.table.sheet, [Rect(rect.top, column, rect.bottom, column)])

    @property
    def DataBodyRange(self) -> Range | None:
        body, column = self.table.body, self.table.rect.left + self.at
        return None if self.table.emptied else Range(self.table.sheet, [Rect(body.top, column, body.bottom, column)])


class ListColumns(Collection):
    def __init__(self, table: ListObject) -> None:
        self.wire, self.table = table.wire, table

    def items(self) -> list[Any]:
        return [ListColumn(self.table, at) for at in range(self.table.rect.width)]


class ListRow(Com):
    def __init__(self, table: ListObject, at: int) -> None:
        self.wire, self.table, self.at = table.wire, table, at

    @property
    def Index(self) -> int:
        return self.at

    @property
    def Range(self) -> Range:
        body = self.table.body
        row = body.top + self.at - 1
        return Range(self.table.sheet, [Rect(row, body.left, row, body.right)])

    def Delete(self) -> None:
        self.Range.Delete(-4162)


class ListRows(Collection):
    def __init__(self, table: ListObject) -> None:
        self.wire, self.table = table.wire, table

    def items(self) -> list[Any]:
        return [] if self.table.emptied else [ListRow(self.table, at + 1) for at in range(self.table.body.height)]

    @property
    def Count(self) -> int:
        return 0 if self.table.emptied else self.table.body.height

    def Item(self, Index: Any) -> ListRow:
        if not 1 <= int(Index) <= self.Count:
            raise bad_index()
        return ListRow(self.table, int(Index))

    def Add(self, Position: Any = None, AlwaysInsert: Any = None) -> ListRow:
        """A new row at the end, over blank cells below or with what stands there moved down, or before a row."""
        table = self.table
        table.refuse_protected()
        at = self.Count + 1 if Position is None else int(Position)
        if not 1 <= at <= self.Count + 1:
            raise refused("Method 'Add' of object 'ListRows' failed")
        if table.emptied:
            table.emptied = False
            return ListRow(table, 1)
        body, row = table.body, table.body.top + at - 1
        line = Rect(row, body.left, row, body.right)
        if Position is None and not table.totals and not AlwaysInsert and table.sheet.grid.blank(line):
            if any(t is not table and t.rect.meets(line) for t in table.sheet.tables):
                raise refused(SHIFTS_TABLE)
        else:
            for other in table.sheet.tables:
                if other is not table:
                    other.refuse_shift(line)
            table.sheet.grid.shift_rows((body.left, body.right), row, 1)
            for other in table.sheet.tables:
                if other is not table:
                    other.shifted_rows(line, 1)
        table.rect = Rect(table.rect.top, body.left, table.rect.bottom + 1, body.right)
        return ListRow(table, at)
