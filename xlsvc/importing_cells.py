"""A source's cell as text: as its program showed it."""

from __future__ import annotations

from typing import Any

from workbook.book import CellError
from workbook.values import clean, from_serial, number_text, show


def cell_text(cell: Any) -> str:
    """A cell as text, numbers as Excel shows them, dates as messages do."""
    if cell is None or isinstance(cell, CellError):
        return ""
    if isinstance(cell, str):
        return clean(cell)
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return number_text(cell)
    return show(cell, "date" if (cell.hour, cell.minute, cell.second) == (0, 0, 0) else "datetime")


def shown_as_date(cell: float) -> str:
    """A number with a date's format as the text it shows."""
    moment = as_moment(cell)
    if moment is not cell:
        return show(moment, "date" if cell == int(cell) else "datetime")
    if 0 <= cell < 1:
        minutes = round(cell * 1440)
        return f"{minutes // 60:02d}:{minutes % 60:02d}"
    return cell_text(cell)


def as_moment(cell: float) -> Any:
    """The moment of a serial number; the number itself where it is none."""
    try:
        return from_serial(cell)
    except ValueError:
        return cell
