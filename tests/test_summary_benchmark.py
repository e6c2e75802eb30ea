"""The benchmark of the weekly report as an instrument: a short run finds every figure equal, and one that is not is seen."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from benchmarks import summary
from benchmarks.measure import FailedError


@pytest.fixture(scope="module")
def tabs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What both sides made of one small ledger."""
    folder = tmp_path_factory.mktemp("summary")
    kept = folder / "kept"
    kept.mkdir()
    runs, equal = summary.compare(folder, 1_000, 500, 1, ("ours", "beside"), kept)
    assert equal > 300
    assert all(done[0].cpu > 0 for done in runs.values())
    return kept / "ours.xlsx", kept / "beside.xlsx"


def test_every_block_has_numbers_that_were_compared(tabs: tuple[Path, Path]) -> None:
    names = {n: place for n, place in summary.places().items() if not summary.OURS_ALONE.fullmatch(n)}
    found = summary.figures_in(tabs[1], f"周报 {summary.REPORTED}", names)
    numbers = {name for name, value in found.items() if isinstance(value, int | float) and value}
    for block in ("本周_", "差值_", "样本_", "环节", "账龄", "日", "类型", "紧急", "维度", "人员", "部门", "周", "客户", "渠道", "不计_"):
        assert [name for name in numbers if name.startswith(block)], block
    assert found["关注5_已超时"]


@pytest.mark.parametrize(("name", "value"), [("本周_新增", 1), ("周3_响应率", 0.5), ("人员2_名称", "某某"), ("关注1_应完成", None)])
def test_a_figure_that_differs_is_named(tabs: tuple[Path, Path], tmp_path: Path, name: str, value: object) -> None:
    book = openpyxl.load_workbook(tabs[1])
    tab = book.worksheets[0]
    tab[summary.places()[name]] = value
    book.save(tmp_path / "changed.xlsx")
    with pytest.raises(FailedError, match=f"1 of .* figures differ: {name}:"):
        summary.check(tabs[0], tmp_path / "changed.xlsx")
