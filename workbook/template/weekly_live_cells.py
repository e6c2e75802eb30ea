"""Where the weekly tab keeps what its live figures are made of: right of the print area and below
its last row, so that a row taken out of a page takes none of it along."""

from __future__ import annotations

from ..sheets import weekly_summary as weekly
from .weekly_page import ASIDE, COUNT, Page

FIRST = ASIDE


def draw(page: Page, top: int) -> None:
    """`top`: the first row below the page's headings for it."""
    page.aside_heads(top - 1, FIRST, ["即时:问题类型", "类别", "本周改成", "上周改成"])
    for n in range(1, weekly.LIVE_WORDS + 1):
        for offset, field in enumerate(weekly.LIVE_WORD_FIELDS):
            page.aside(top + n - 1, FIRST + offset, f"即时词{n}_{field}", COUNT if offset > 1 else "")
    beside = FIRST + len(weekly.LIVE_WORD_FIELDS)
    page.aside_heads(top - 1, beside, ["权重", "本周分数变动", "上周分数变动"])
    for n in range(1, weekly.DIMENSION_ROWS + 1):
        for offset, field in enumerate(weekly.LIVE_DIMENSION_FIELDS):
            page.aside(top + n - 1, beside + offset, f"即时维度{n}_{field}", "General")
    row = top + weekly.DIMENSION_ROWS + 1
    page.aside_heads(row, beside + 1, ["本周新评价", "上周新评价"])
    for offset, week in enumerate(("本周", "上周"), 1):
        page.aside(row + 1, beside + offset, f"即时新评_{week}", COUNT)
