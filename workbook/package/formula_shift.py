"""A formula as it reads in another cell: relative references move along, as on filling down or across."""

from __future__ import annotations

import re

from .cell_refs import MAX_COLUMN, MAX_ROW, column_number, letters
from .formula_refs import Token, tokens

_CELL = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
_PART = re.compile(r"(\$?)([A-Za-z]{1,3}|[0-9]{1,7})")


def shifted(formula: str, rows: int, columns: int = 0) -> str:
    """The formula moved by so many rows and columns; a reference that leaves the sheet is #REF!."""
    if not rows and not columns:
        return formula
    pieces = list(tokens(formula))
    return "".join(_moved(pieces, at, rows, columns) for at in range(len(pieces)))


def _moved(pieces: list[Token], at: int, rows: int, columns: int) -> str:
    token = pieces[at]
    following = pieces[at + 1].text if at + 1 < len(pieces) else ""
    if token.kind != "word" or following[:1] == "(":
        return token.text
    cell = _CELL.fullmatch(token.text)
    if cell:
        column, row = _column(cell[1], cell[2], columns), _row(cell[3], cell[4], rows)
        return column + row if column and row else "#REF!"
    part = _PART.fullmatch(token.text)
    before = pieces[at - 1].text if at else ""
    if not part or ":" not in (following, before):
        return token.text
    moved = _row(part[1], part[2], rows) if part[2].isdigit() else _column(part[1], part[2], columns)
    return moved or "#REF!"


def _column(fixed: str, name: str, by: int) -> str:
    number = column_number(name) + (0 if fixed else by)
    return fixed + letters(number) if 1 <= number <= MAX_COLUMN else ""


def _row(fixed: str, text: str, by: int) -> str:
    number = int(text) + (0 if fixed else by)
    return f"{fixed}{number}" if 1 <= number <= MAX_ROW else ""
