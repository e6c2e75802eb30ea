"""Writes cells in blocks: number formats first, then the values of a whole run in one call.

Excel reads a text that it is handed as if it were typed: "00123" would become a number, "1/2" a date, "=1" a formula.
Where a column holds texts only, such a run gets the number format "@" before it is written; elsewhere the text gets
the apostrophe that a person would type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..book import Link, RawCell
from ..issues import WorkbookError
from ..package.cell_content import Serial, number_text
from ..package.cell_writing import Content, Formula
from ..package.styles_xml import GENERAL, is_date_format
from ..schema import MAX_CELL_TEXT
from .calls import patiently, renew_patience
from .cells import excel_value
from .grid import block_of

TEXT = "@"
MOST_LOOKS = 40
"""Calls that may be spent on finding out where a column's number formats change."""
_LONG = 8_000  # characters; longer texts are written one by one, for an array of them is refused
_SHORT = 60  # characters: nothing longer is taken for a date or a word of Excel's
_FIGURES = re.compile(r"[\d\s.,()%/:+\-eE$¥￥€£０-９]+")
_TAKEN = re.compile(
    r"\s*(?:[=+\-@'(（¥￥$€£#.,%０-９\d]|上午|下午|公元|民国|星期|[〇零一二三四五六七八九十]+[年月日时]"
    r"|(?:true|false|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*[\s.,/-]*\d*\s*$)",
    re.I,
)


def is_taken_otherwise(text: str) -> bool:
    """Might Excel make something else of the text than the text? Rather once too often."""
    if text[0] in "=+-@'":
        return True
    if len(text) > _SHORT:
        return _FIGURES.fullmatch(text) is not None
    return _TAKEN.match(text) is not None


def check(values: Sequence[Content]) -> None:
    """Raises WorkbookError for what no cell can hold, before anything is written."""
    for value in values:
        kind = type(value)
        if kind is str:
            if len(value) > MAX_CELL_TEXT:  # type: ignore[arg-type]
                raise WorkbookError(
                    "cell.too_long", length=len(value), limit=MAX_CELL_TEXT, start=value[:20]  # type: ignore[arg-type, index]
                )
        elif kind is float or kind is Serial:
            number_text(value)  # type: ignore[arg-type]
        elif kind is Link and len(value.text) > MAX_CELL_TEXT:  # type: ignore[union-attr]
            raise WorkbookError(
                "cell.too_long", length=len(value.text), limit=MAX_CELL_TEXT, start=value.text[:20]  # type: ignore[union-attr]
            )


@dataclass
class Tape:
    """What was done to the workbook so far, as actions that undo it; `rewind` runs them, the last one first."""

    _back: list[Callable[[], None]] = field(default_factory=list)

    def note(self, back: Callable[[], None]) -> None:
        self._back.append(back)

    def rewind(self) -> bool:
        """Puts everything back; False where Excel would not let it."""
        whole = True
        renew_patience()
        while self._back:
            back = self._back.pop()
            try:
                patiently(back)
            except Exception:  # the rest can still be put back
                whole = False
        return whole


class BlockWriter:
    """Writes runs of cells on one sheet. `prepare` is the engine's own way of handing over a datetime."""

    def __init__(self, sheet: Any, tape: Tape, prepare: Callable[[Any], Any]) -> None:
        self.sheet, self.tape, self._prepare = sheet, tape, prepare

    def run(
        self, row: int, column: int, values: Sequence[Content], old: Sequence[Any], number_format: str, textual: bool
    ) -> None:
        """Writes one column's cells from `row` down. `old` is what has to come back if a later write fails.
        `number_format` is what cells without one get; `textual`: the column may
        be made text."""
        guarded = [type(v) is str and v != "" and is_taken_otherwise(v) for v in values]
        links = any(isinstance(v, Link) for v in values)
        only_texts = all(v is None or type(v) is str for v in values)
        apostrophe = any(guarded) and not (textual and only_texts)
        back = [self._cell(v, type(v) is str and is_taken_otherwise(v)) for v in old]
        self.tape.note(lambda: self.put(row, column, back))  # runs when the formats are back
        if any(guarded) and not apostrophe:
            self._format(row, column, len(values), lambda code: TEXT if code != TEXT else None)
        elif links or not only_texts:
            self._format(row, column, len(values), lambda code: _fitting(code, number_format, values))
        cells = [self._cell(v, g and apostrophe) for v, g in zip(values, guarded, strict=True)]
        self.put(row, column, cells)

    def rectangle(
        self, row: int, column: int, values: Sequence[Sequence[Content]], old: Sequence[Sequence[Any]]
    ) -> None:
        """Writes cells of a form: their number formats stay, a text that Excel would convert gets an apostrophe."""

        def prepared(block: Sequence[Sequence[Any]]) -> list[list[Any]]:
            return [[self._cell(v, type(v) is str and is_taken_otherwise(v)) for v in cells] for cells in block]

        back = prepared(old)
        self.tape.note(lambda: self._put(row, column, back))
        self._put(row, column, prepared(values))

    def set_format(self, area: Any, old: str | None, new: str) -> None:
        if old is not None:
            self.tape.note(_setter(area, old))
        patiently(_setter(area, new))

    def put(self, row: int, column: int, cells: Sequence[Any]) -> None:
        """Hands over one column's prepared cells."""
        self._put(row, column, [[cell] for cell in cells])

    def _put(self, row: int, column: int, block: list[list[Any]]) -> None:
        long = [
            (r, c, cell)
            for r, cells in enumerate(block)
            for c, cell in enumerate(cells)
            if type(cell) is str and len(cell) > _LONG
        ]
        if long:
            block = [list(cells) for cells in block]
            for r, c, _ in long:
                block[r][c] = ""
        _assign(block_of(self.sheet, row, column, len(block), len(block[0])), block)
        for r, c, cell in long:
            _assign(block_of(self.sheet, row + r, column + c, 1, 1), [[cell]])

    def _cell(self, value: Content, apostrophe: bool) -> Any:
        if isinstance(value, Formula):
            return f"={value.text}"
        if type(value) is str:
            return f"'{value}" if apostrophe or value[:1] == "'" else value
        made = excel_value(value)
        return self._prepare(made) if type(value) is Serial or hasattr(made, "tzinfo") else made

    def _format(self, row: int, column: int, count: int, wanted: Callable[[str], str | None]) -> None:
        """Gives cells another number format where `wanted` says so of the one they have."""
        for first, number, code in stretches_of_format(self.sheet, row, column, count, [MOST_LOOKS]):
            new = wanted(code) if code is not None else wanted(GENERAL)
            if new is None or new == code:
                continue
            area = block_of(self.sheet, first, column, number, 1)
            self.set_format(area, code, new)


def _fitting(code: str, wanted: str, values: Sequence[Content]) -> str | None:
    """The number format for cells that have `code` and get values that are no texts; None: as it is."""
    if any(isinstance(value, Link) for value in values):
        return GENERAL if code == TEXT else None
    if not wanted:
        return GENERAL if code == TEXT else None
    dates = any(type(value) is Serial for value in values)
    if code in (GENERAL, TEXT) or (dates and not is_date_format(code)):
        return wanted
    return None


def stretches_of_format(sheet: Any, row: int, column: int, count: int, looks: list[int]) -> Iterator[tuple[int, int, str | None]]:
    """(first row, rows, number format) of a column's stretches; the format is None where it was not sought."""
    code = patiently(lambda: block_of(sheet, row, column, count, 1).number_format) if looks[0] > 0 else None
    looks[0] -= 1
    if isinstance(code, str) or count == 1 or looks[0] <= 0:
        yield row, count, code if isinstance(code, str) else None
        return
    half = count // 2
    yield from stretches_of_format(sheet, row, column, half, looks)
    yield from stretches_of_format(sheet, row + half, column, count - half, looks)


def _setter(area: Any, code: str) -> Callable[[], None]:
    def put() -> None:
        area.number_format = code

    return put


def _assign(area: Any, block: list[list[Any]]) -> None:
    def put() -> None:
        area.raw_value = block[0][0] if len(block) == len(block[0]) == 1 else block

    patiently(put)


def runs(rows: Sequence[int], bridge: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
    """The rows (in order) as stretches (first, last); rows between two of them are taken along where every one of
    them may be written again."""
    first = last = 0
    for row in rows:
        if first and all(bridge(between) for between in range(last + 1, row)):
            last = row
            continue
        if first:
            yield first, last
        first = last = row
    if first:
        yield first, last


def stands_again(cell: RawCell) -> bool:
    """Can a cell be handed to Excel once more without becoming something else?"""
    return cell is None or (type(cell) is str and not is_taken_otherwise(cell))

