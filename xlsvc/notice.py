"""What a button says when it is done: one line in the status bar, or a box of at most a dozen lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from workbook.issues import Issue

    from .app import Report

MOST_LINES = 12
MOST_FINDINGS, FINDINGS_BESIDE_ANSWERS = 5, 2
MOST_LINE = 120
"""Characters of one line of a box; the rest is cut."""
LISTED_ON = {"import": "导入核对"}
"""Where a command lists its findings, if it is not 待改清单."""
MOST_STATUS = 200
"""Characters the status bar shows: Excel refuses more than 255."""


def status_line(report: Report) -> str:
    """The notice on one line."""
    return _cut(" ".join(report.notice.split()), MOST_STATUS)


def needs_box(report: Report) -> bool:
    """Do rows need attention? The status bar is enough for the rest."""
    return report.exit_code != 0


def box(report: Report, with_answers: int = 0) -> str:
    """Notice, counts, the answers if they are asked for (a box of so many lines then), up to five kinds of findings
    with their cells, and where the others stand."""
    head = [_cut(report.notice, 2 * MOST_LINE)] if report.notice else []
    counted = [f"{label} {count}" for label, count in report.counts.items() if count not in (0, "—")]
    if counted and not with_answers:
        head.append(" · ".join(counted))
    kinds = _kinds(report.issues)
    most = FINDINGS_BESIDE_ANSWERS if with_answers else MOST_FINDINGS
    shown = kinds[:most]
    tail = []
    if shown:
        tail = ["", *(f"· {_finding(alike)}" for alike in shown)]
    left = sum(len(alike) for alike in kinds[most:])
    if left:
        tail.append(f"另有 {left} 处。")
    if shown and report.command in LISTED_ON:
        tail.append(f"都列在“{LISTED_ON[report.command]}”。")
    elif shown and report.listed:
        tail.append("全部列在“待改清单”,点单元格可跳到原处。")
    elif left:
        tail.append("行里的问题点“校验”后列在“待改清单”。")
    answers = _whole(report.answers, with_answers - len(head) - len(tail)) if with_answers else []
    return "\n".join([*head, *answers, *tail])


def _kinds(issues: Iterable[Issue]) -> list[list[Issue]]:
    """What needs attention, of one kind and column together; errors first, otherwise as they were found."""
    kinds: dict[tuple[str, str, str], list[Issue]] = {}
    for issue in issues:
        if issue.level in ("error", "warning"):
            kinds.setdefault((issue.code, issue.sheet, issue.column), []).append(issue)
    return sorted(kinds.values(), key=lambda alike: alike[0].level != "error")


def _finding(alike: list[Issue]) -> str:
    first = alike[0]
    place = first.cell or (f"第 {first.row} 行" if first.row else "")
    text = first.message if not place or place in first.message else f"{first.sheet} {place}:{first.message}"
    more = f"(同样的共 {len(alike)} 处)" if len(alike) > 1 else ""
    return _cut(" ".join(text.split()), MOST_LINE - len(more)) + more


def _whole(lines: list[str], room: int) -> list[str]:
    """As many lines as there is room for; lines set in belong to the one before and stay with it."""
    if len(lines) <= room:
        return lines
    end = room - 1
    while end > 0 and lines[end].startswith(" "):
        end -= 1
    left = sum(not line.startswith(" ") for line in lines[end:])
    return [*lines[:end], f"还有 {left} 条没有列出,请把要找的写得更完整。"]


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
