"""What of a sheet could not be read or written because of its shape: columns it lacks, rows outside its table.

These findings concern a sheet, not a cell: one Issue each, however many headings or rows are behind it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from workbook.book import SheetCells
from workbook.issues import Issue
from workbook.messages import MESSAGES
from workbook.sheets import HOME_TITLE, SHEETS

SHOWN = 8
"""So many headings or rows are named in one message."""

_TABLES = {sheet.title: sheet for sheet in SHEETS}


def not_read(cells: Mapping[str, SheetCells]) -> list[Issue]:
    """Columns that a sheet may do without and lacks, and rows typed below its table behind a gap."""
    return [issue for found in cells.values() for issue in (*_absent(found), *_beyond(found))]


def _absent(found: SheetCells) -> Iterator[Issue]:
    headings = [found.sheet.heading(key) for key in found.absent if not found.sheet[key].computed]
    if not headings:
        return
    surplus = MESSAGES["heading.surplus"].text.format(found="、".join(found.unknown[:SHOWN]))
    yield Issue(
        "heading.absent",
        found.title,
        values={**_named(headings), "remedy": surplus if found.unknown else ""},
    )


def _beyond(found: SheetCells) -> Iterator[Issue]:
    if not found.beyond:
        return
    first, more = found.beyond[0], len(found.beyond) - SHOWN
    shown = "、".join(str(row) for row in found.beyond[:SHOWN])
    rows = f"第 {shown} 行" if more <= 0 else f"第 {shown} 行等 {len(found.beyond)} 行"
    yield Issue("row.beyond", found.title, first, values={"rows": rows})


def not_written(missing: Iterable[tuple[str, str]], cells: Mapping[str, SheetCells]) -> list[Issue]:
    """Applied.missing as findings: columns that a table lacks, one Issue a sheet, and figures that a report tab
    has no cell for, one each. A column that `not_read` has named already is not named again."""
    columns: dict[str, list[str]] = {}
    figures: dict[str, list[str]] = {}
    for tab, name in dict.fromkeys(missing):
        if tab == HOME_TITLE:
            continue  # an older 首页 has no place for what is due; 今日待办 itself shows it
        if tab not in _TABLES:
            figures.setdefault(tab, []).append(name)
        elif name not in _told(tab, cells):
            columns.setdefault(tab, []).append(name)
    lacking = [
        Issue("heading.not_written", tab, values=_named(sorted(names, key=_TABLES[tab].headings().index)))
        for tab, names in columns.items()
    ]
    return [*lacking, *(issue for tab, names in figures.items() for issue in _not_placed(tab, names))]


def _not_placed(tab: str, names: Sequence[str]) -> Iterator[Issue]:
    """A tab made of an older template lacks every figure that came later: that is said once."""
    if len(names) > SHOWN:
        yield Issue("tab.names_missing", tab, values={"count": len(names), "name": names[0]})
        return
    for name in names:
        yield Issue("tab.name_missing", tab, values={"name": name})


def _told(tab: str, cells: Mapping[str, SheetCells]) -> set[str]:
    return {
        found.sheet.heading(key) for found in cells.values() if found.title == tab for key in found.absent
    }


def _named(headings: Sequence[str]) -> dict[str, str]:
    more = f"等 {len(headings)} " if len(headings) > SHOWN else ""
    these = "这一列" if len(headings) == 1 else "这几列"
    return {"headings": "”“".join(headings[:SHOWN]), "these": these, "more": more}
