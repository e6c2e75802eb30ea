"""The demo as a new user gets it: from the checkout, and from the wheel installed elsewhere."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from tests.support import package_lint
from tests.support.ledgers import opened
from tests.support.libreoffice import LibreOffice
from xlsvc import addin_build
from xlsvc.demo import BOOK_NAME
from xlsvc.sample import USER_HEADING, sample_rows

ROOT = Path(__file__).resolve().parent.parent


def run_demo(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "xlsvc", "demo", str(folder)], capture_output=True, text=True, encoding="utf-8",
        cwd=folder.parent, env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment}, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    folder = tmp_path_factory.mktemp("demo") / "演示"
    done = run_demo(folder, PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr
    return folder / BOOK_NAME, done.stdout


def test_the_demo_says_what_it_found_and_which_file_to_open(demo: tuple[Path, str]) -> None:
    book, said = demo
    assert book.is_file()
    assert "演示完成" in said
    assert "共发现:需改" in said
    assert BOOK_NAME in said.replace("\n", "")
    assert "Traceback" not in said


def test_the_sample_is_large_and_dirty_enough(demo: tuple[Path, str]) -> None:
    book, _ = demo
    rows = sample_rows()
    tickets = len(rows["response_log"]) + len(rows["process_log"])
    assert tickets >= 300
    loaded = opened(book, data_only=True)
    dirty = 0
    for title in ("响应记录", "流程记录"):
        sheet = loaded[title]
        headings = [cell.value for cell in sheet[3]]
        problems = sheet.iter_cols(min_col=headings.index("数据问题") + 1, max_col=headings.index("数据问题") + 1, min_row=4)
        dirty += sum(bool(cell.value) for cell in next(problems))
    assert dirty >= 0.12 * tickets
    todo = loaded["待改清单"]
    assert todo.max_row > 60
    listed = {row[6].value for row in todo.iter_rows(min_row=4)}
    assert len({text for text in listed if text}) > 50


def test_the_sample_has_an_inserted_a_moved_and_a_renamed_column(demo: tuple[Path, str]) -> None:
    headings = [cell.value for cell in opened(demo[0])["响应记录"][3]]
    assert USER_HEADING in headings
    assert headings.index("渠道") < headings.index("问题描述")
    assert "客户类型\uff08新/老/VIP\uff09" in headings
    assert "客户 姓名\uff0a" in headings


def test_the_demo_ledger_is_a_sound_package(
    demo: tuple[Path, str], ooxml_validator: Callable[[Path | str], list[str]]
) -> None:
    assert package_lint.lint(demo[0]) == []
    assert ooxml_validator(demo[0]) == []


def test_every_formula_of_the_demo_ledger_recalculates_to_its_value(
    demo: tuple[Path, str], libreoffice: LibreOffice
) -> None:
    recalculated = libreoffice.recalculate(demo[0])
    loaded = opened(demo[0], data_only=True)
    compared = 0
    for tab, cells in recalculated.items():
        if not tab.startswith("周报 20"):  # templates and drop-down lists are never filled
            continue
        for address, value in cells.items():
            written = loaded[tab][address].value
            compared += 1
            if isinstance(value, (int, float)) and isinstance(written, (int, float)):
                assert value == pytest.approx(written, abs=1e-9), (tab, address)
            elif not isinstance(written, datetime):
                assert (value or None) == (written or None), (tab, address)
    assert compared > 800


def test_every_way_of_being_dirty_is_in_the_sample() -> None:
    from xlsvc import sample_dirt

    rows = sample_rows()
    cells = [str(cell) for key in ("response_log", "process_log", "evaluations") for row in rows[key] for cell in row.values()]
    typed = ("1385678", "139", "13912345678.0", "#N/A", "#VALUE!", "#REF!", "*女士/", "GHK-9/去年", "死机/很急", "=联系快递核实",
             "2024-03-114:00", "昨天下午", "1个工作日", "尽快", "客户签名", "五", "满意度表", "熟客", "很急", "没写清")  # fmt: skip
    assert [text for text in typed if text not in cells] == []
    assert any("110101199003078515" in cell for cell in cells)
    assert len(sample_dirt.RESPONSE_DIRT) > 50


def test_the_same_seed_gives_the_same_rows() -> None:
    assert repr(sample_rows()) == repr(sample_rows())
    assert repr(sample_rows(1)) != repr(sample_rows(2))


def test_a_second_demo_in_the_same_folder_is_refused(demo: tuple[Path, str]) -> None:
    before = demo[0].read_bytes()
    done = run_demo(demo[0].parent, PYTHONPATH=str(ROOT))
    assert done.returncode == 2
    assert "已经存在" in done.stderr
    assert demo[0].read_bytes() == before


@pytest.mark.slow
def test_the_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), str(ROOT)],
        check=True, capture_output=True,
    )  # fmt: skip
    wheel = next(tmp_path.glob("xlsvc-*.whl"))
    site = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)],
        check=True, capture_output=True,
    )  # fmt: skip
    where = subprocess.run(
        [sys.executable, "-c", "import workbook, xlsvc, workbook.resources as r, xlsvc.addin_build as b; from pathlib import Path;"
         "print(workbook.__file__, r.templates(), r.macros(), sep='\\n'); Path('a.xlam').write_bytes(b.addin())"],
        capture_output=True, text=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(site)}, check=True,
    ).stdout  # fmt: skip
    assert where.count(str(site)) == 3, "the checkout was imported, not the wheel"
    assert (tmp_path / "a.xlam").read_bytes() == addin_build.addin(), "the wheel's add-in is another"
    done = run_demo(tmp_path / "演示", PYTHONPATH=str(site))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "演示" / BOOK_NAME).is_file()
