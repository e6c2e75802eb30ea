"""The whole day on sample rows: makes a ledger, runs every command on it, says what was found.

For the person who installs, and for CI: it ends with a Chinese summary and exit 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from workbook.issues import WorkbookError

from . import app
from .sample import NOW

BOOK_NAME = "售后台账_示例.xlsx"

FIRST = "新建示例台账"
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("validate", "校验", {}),
    ("sla", "更新时效", {}),
    ("score", "计算得分", {}),
    ("update", "一键更新", {}),
    ("forms", "生成表单", {"profile": "S002", "ticket": ["SN20240501001", "SN20240501002"]}),
    ("summary", "生成周报(上周)", {"week": "2024-W17"}),
    ("summary", "生成周报(本周)", {"week": "2024-W18"}),
    ("brief", "反馈汇总简报(本周)", {"period": "2024-W18"}),
    ("month", "月度复盘(上月)", {"period": "2024-04"}),
    ("find", "查工单", {"text": "SN20240501001"}),
)


def play(book: Path, begin: Callable[[str], None]) -> list[tuple[str, app.Report]]:
    """Make the sample ledger at `book` and run every step on it; `begin` is told each as it begins."""
    begin(FIRST)
    app.new(book, "both", sample=True)
    reports = []
    for command, label, options in STEPS:
        begin(label)
        reports.append((label, app.run(command, book, options, NOW)))
    return reports


def run_demo(folder: Path) -> app.Report:
    """Make the demo ledger in `folder` and run every command on it; prints as it goes.

    Raises WorkbookError when the folder cannot be used or the ledger is there already and open elsewhere.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        raise WorkbookError("app.no_folder", folder=folder) from None
    book = folder / BOOK_NAME
    if book.exists():
        raise WorkbookError("app.demo_exists", file=book)
    console = Console()
    with Progress(
        TextColumn("{task.description}"), BarColumn(bar_width=30), TextColumn("{task.completed}/{task.total}"),
        TimeElapsedColumn(), console=console,
    ) as progress:  # fmt: skip
        task = progress.add_task("", total=len(STEPS) + 1)

        def begin(label: str) -> None:
            progress.update(task, description=label, completed=progress.tasks[0].completed + (label != FIRST))

        reports = play(book, begin)
        progress.update(task, description="完成", completed=len(STEPS) + 1)
    _say(console, book, reports)
    return reports[-1][1]


def _say(console: Any, book: Path, reports: list[tuple[str, app.Report]]) -> None:
    listed = next(report for label, report in reports if label == "校验").issues  # what 待改清单 holds
    levels = Counter(issue.level for issue in listed)
    def say(text: str) -> None:
        console.print(text, highlight=False, soft_wrap=True, markup=False)

    say("")
    say(f"演示完成(按 {NOW:%Y-%m-%d %H:%M} 计算)。")
    for label, report in reports:
        if report.notice and label != "一键更新":
            say(f"  {label}:{report.notice}")
    say(
        f"共发现:需改 {levels['error']} 处,提示 {levels['warning']} 处,已按读法处理 {levels['repaired']} 处,"
        "都列在“待改清单”里,点单元格可跳到原处。"
    )
    kinds = Counter(issue.code for issue in listed if issue.level in ("error", "warning"))
    for code, number in kinds.most_common(5):
        example = next(issue for issue in listed if issue.code == code)
        say(f"  · {number} 处,例如 {example.message}")
    say(f"请打开:{book}")
    say("先看“周报 2024-W18”,再看“待改清单”和“响应记录”。")
