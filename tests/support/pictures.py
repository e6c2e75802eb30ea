"""The README's pictures, from the demo ledger: `python -m tests.support.pictures`. Looked at before they are kept.
The forms' own: tests.support.form_pictures."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import openpyxl

from . import ribbon_picture
from .libreoffice import LibreOffice
from .render import pages

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
WHOLE = (("周报 2024-W18", "weekly"), ("首页", "home"), ("今日待办", "today"))
REPORTS = (("反馈汇总简报", "brief"), ("月度复盘", "month"))
"""The beginning of a report's tab, and the picture's name."""
FROZEN_WEEK = "2024-W18"
CORNERS = (
    ("响应记录", "response_log", "A1:BN28"), ("流程记录", "process_log", "A1:BR28"),
    ("评价记录", "evaluations", "A1:AK24"), ("质量评估", "quality_assessment", "A1:N24"),
    ("待改清单", "issue_list", "A1:I20"), ("设置", "settings", "A1:J34"),
)  # fmt: skip


def main() -> None:
    from xlsvc import app
    from xlsvc.demo import run_demo
    from xlsvc.sample import NOW

    FOLDER.mkdir(parents=True, exist_ok=True)
    ribbon_picture.main()
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        run_demo(work / "demo")
        book = next((work / "demo").glob("*.xlsx"))
        office = LibreOffice()
        try:
            tabs = openpyxl.load_workbook(book, read_only=True).sheetnames
            made = [(next(tab for tab in tabs if tab.startswith(begin)), name) for begin, name in REPORTS]
            for tab, name in (*WHOLE, *made):
                _keep_all(pages(office, book, work / name, tab, dpi=100), name)
            app.run("freeze", book, {"week": FROZEN_WEEK, "out": str(work / "sent")}, NOW)
            sent = next((work / "sent").glob("*.xlsx"))
            tab = next(t for t in openpyxl.load_workbook(sent, read_only=True).sheetnames if t.startswith("周报"))
            _keep_all(pages(office, sent, work / "frozen", tab, dpi=100)[:1], "frozen")
            for tab, name, corner in CORNERS:
                loaded = openpyxl.load_workbook(book)
                sheet = loaded[tab]
                sheet.print_area = corner
                sheet.page_setup.fitToWidth = sheet.page_setup.fitToHeight = 1
                for part in (sheet.oddFooter.left, sheet.oddFooter.center, sheet.oddFooter.right):
                    part.text = None  # else nothing could be trimmed
                sheet.page_setup.paperSize = sheet.PAPERSIZE_A3
                small = work / f"{name}.xlsx"
                loaded.save(small)
                keep(pages(office, small, work / name, tab, dpi=100)[0], name)
        finally:
            office.close()


def _keep_all(made: Sequence[Path], name: str) -> None:
    for number, page in enumerate(made, start=1):
        keep(page, name if number == 1 else f"{name}_{number}")


def keep(page: Path, name: str) -> None:
    """Trim the white and keep the picture under its README name."""
    target = FOLDER / f"{name}.png"
    trimmed = ["convert", str(page), "-trim", "-bordercolor", "white", "-border", "12", "-strip", str(target)]
    if subprocess.run(trimmed, capture_output=True, check=False).returncode:
        target.write_bytes(page.read_bytes())
    print(target.name, target.stat().st_size)


if __name__ == "__main__":
    sys.exit(main())
