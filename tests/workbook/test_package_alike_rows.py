"""The fast way of writing whole columns gives the bytes that the plain way gives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbook.odd_books import log_book, sheet_xml
from workbook.package.cell_content import Serial
from workbook.package.opc import Package
from workbook.package.sheet_edit import KEEP, SheetEditor
from workbook.package.sheet_xml import SheetXml
from workbook.package.styles_xml import Styles

_CELLS = st.one_of(
    st.none(), st.just(KEEP), st.floats(allow_nan=False, allow_infinity=False), st.integers(-5, 5).map(float),
    st.sampled_from(["达标", "=1+1", " x ", "a<b"]), st.booleans(), st.floats(0, 9e4).map(Serial),
)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(
    data=st.data(),
    first=st.sampled_from([1, 20, 20, 20, 98]),
    count=st.integers(1, 20),
    p=st.sampled_from(["", "x:"]),
)
def test_whole_columns_are_written_as_single_cells_are(
    data: st.DataObject, first: int, count: int, p: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The fast way over rows that are built alike gives the bytes that cell by cell gives."""
    rows = range(first, first + count)
    spread = data.draw(st.sampled_from([0] * 7 + [5]), label="rows that lack a cell")
    text = "".join(
        f'<{p}row r="{r}">'
        + "".join(
            f'<{p}c r="{c}{r}" s="{k}"' + data.draw(st.sampled_from(["/>", f"><{p}v>{r}.5</{p}v></{p}c>"]))
            for k, c in enumerate(("A", "B", "D", "E", "AA"))
            if not spread or (r + k) % spread
        )
        + f"</{p}row>"
        for r in rows
    )
    part = (
        sheet_xml(text).replace("<sheetData>", f"<{p}sheetData>").replace("</sheetData>", f"</{p}sheetData>")
    )
    part = part.replace("<worksheet xmlns", "<x:worksheet xmlns:x" if p else "<worksheet xmlns")
    part = part.replace("</worksheet>", f"</{p}worksheet>")
    numbers = data.draw(st.sets(st.sampled_from([1, 2, 4, 5, 27]), min_size=1), label="columns")
    if data.draw(st.integers(0, 9)) == 9:
        numbers.add(3)  # no row has a cell there
    kind = data.draw(
        st.sampled_from(
            [
                _CELLS,
                st.floats(0, 9).map(Serial),
                st.sampled_from(["a", None, KEEP]),
                st.sampled_from([-0.0, 7.0, 1e15, 1e16, 0.1, -1e-7, None]),
            ]
        )
    )
    values = {n: data.draw(st.lists(kind, min_size=count, max_size=count), label=str(n)) for n in numbers}
    book = Package.open(log_book(tmp_path_factory.mktemp("a") / "a.xlsx"))
    styles = Styles(book)
    whole, single = (SheetEditor(SheetXml(part.encode()), styles) for _ in range(2))
    whole.set_columns(list(rows), values)
    single.set_cells(
        {
            r: {n: column[at] for n, column in values.items() if column[at] is not KEEP}
            for at, r in enumerate(rows)
        }
    )
    assert whole.finish() == single.finish()
