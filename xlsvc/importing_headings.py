"""Where a table stands in somebody's tab: its heading rows, its columns, its records, and the rows that are none.

Rows are scored by how many cells are headings that somebody uses for one of our columns. Two rows of headings are
joined, tables beside and below one another are told apart, totals, repeated headings and notes left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from workbook.book import CellPicture, RawCell
from workbook.foreign_tables import Area, ForeignTab
from workbook.issues import Issue
from workbook.schema import fold
from workbook.values import SUMMARY_WORDS, clean, plain

SEARCHED = 60  # rows in which the first heading row is looked for
_MOST_TABLES = 20
_LONGEST_HEADING = 80
_SUMS = (*SUMMARY_WORDS, "本页小计", "累计", "总数", "汇总", "总合计", "共计", "总共")
_UNITS = "%|万?元|条|个|件|单|次|分钟?|笔|台|户|项|套|人|名|位|行|例|宗|起|张|份|天|小时"
_COUNTED = re.compile(
    rf"(?:(?:总?共|合计|小计|总计|共计|其中|响应|解决|处理|平均|时间|时长|分钟|小时|满意度|得分|评分|分数|金额|费用|数量|[单台件笔人次条]数"
    rf"|工单|客户|记录|率|数|量|值|元|约?[-¥]?(?<!\d)\d[\d.,]*(?![\d.,])(?:{_UNITS})?(?:工单|记录|客户|评价|数据)?|\((?:{_UNITS})\))[\s:,;、/()。]*)*"
    r"|[-–—/\\.,%¥元件条单个次分:]*"
)
"""What a sum is of, and how much: 共1单, 金额1,200元."""
_TELEPHONE = re.compile(r"(?:\+?86-?)?1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_MOST_IN_NOTE = 3
"""Cells that a note may fill; a record fills more, however wide its table is."""
_SUM_SIGN = re.compile("[计均数分汇]")
_NOTE = re.compile(
    r"(?:备注|注|注意|说明|填表说明|制表人?|制单|审核人?|审批|复核|填表人|填报人|打印|导出|数据来源|来源|共\s*\d+\s*[条行笔单台件户项个]|以上|以下|截止|统计时间|联系人)"
    r"(?:\s*\d*\s*[::.、]|时间|日期|$|.*[::])|^[*※①-⑩]|^\d+[、.)].{8,}"
)

Known = Callable[[str], float]
"""How sure a text is one of our headings: 1 exactly or by another name, less where it may be, 0 where not."""


@dataclass(frozen=True)
class Heading:
    """A column's heading: its column in the tab (1 is A), its text, that of the row above in a heading of two rows."""

    column: int
    text: str
    upper: str = ""

    @property
    def shown(self) -> str:
        return f"{self.upper}/{self.text}" if self.upper and self.upper != self.text else self.text


@dataclass(frozen=True)
class FoundTable:
    """A table of a tab: heading rows (first, last), headings by column, sheet rows that are records, and the rows
    between and below them that are not, each with its reason."""

    tab: ForeignTab
    heading_rows: tuple[int, int]
    headings: tuple[Heading, ...]
    rows: npt.NDArray[np.int64]
    skipped: tuple[Issue, ...] = ()

    @property
    def left(self) -> int:
        return self.headings[0].column

    @property
    def right(self) -> int:
        return self.headings[-1].column


def find_tables(tab: ForeignTab, known: Known) -> list[FoundTable]:
    """The tables of a tab, from the top and from the left; empty where no row looks like headings that are known."""
    if not tab.height:
        return []
    found: list[FoundTable] = []
    start = 1
    while len(found) < _MOST_TABLES:
        rows = _heading_rows(tab, known, start, start + SEARCHED if found else SEARCHED)
        if rows is None:
            break
        blocks = list(_blocks(tab, *rows, known))
        last = _end(tab, rows, blocks, known)
        found += [table for block in blocks if (table := _table(tab, rows, block, last))]
        start = last + 1
        if start > tab.height:
            break
    return found


def _texts(tab: ForeignTab, row: int) -> list[str]:
    return [clean(c) if isinstance(c, str) else "" for c in tab.row(row)]


def _scores(texts: Sequence[str], known: Known) -> list[float]:
    return [known(text) if text and len(text) <= _LONGEST_HEADING else 0.0 for text in texts]


def _heading_rows(tab: ForeignTab, known: Known, start: int, stop: int) -> tuple[int, int] | None:
    """The heading rows (first, last) with the best score: at least two headings that are known, or one of two."""
    best: tuple[int, int] | None = None
    judged = 0.0
    for row in range(start, min(stop, tab.height) + 1):
        texts = _texts(tab, row)
        filled = sum(c is not None for c in tab.row(row))
        single = _worth(_scores(texts, known), filled)
        if single > judged:
            best, judged = (row, row), single
        if row < tab.height and sum(map(bool, texts)) >= 1:
            joined = _joined(tab, row)
            lower = sum(c is not None for c in tab.row(row + 1))
            if lower and any(h.upper and h.upper != h.text for h in joined):
                score = _worth([max(map(known, variants(h)), default=0.0) for h in joined], len(joined))
                below = _worth(_scores(_texts(tab, row + 1), known), lower)  # a mere title says nothing more
                if score > max(judged, below) + 0.9:
                    best, judged = (row, row + 1), score
    return best


def _worth(scores: Sequence[float], filled: int) -> float:
    """A row's score: its known headings, as long as they are not lost among other cells."""
    sure, total = sum(score >= 1 for score in scores), sum(scores)
    enough = total >= 2 or (sure >= 1 and filled <= 2)
    return total if enough and filled and total / filled >= 0.2 else 0.0


def _joined(tab: ForeignTab, row: int) -> list[Heading]:
    """The headings of two rows as one: what stands above spreads over its merged area, or over the blanks to its
    right under which something stands."""
    upper, lower = _texts(tab, row), _texts(tab, row + 1)
    areas = [a for a in tab.merges if a.top <= row <= a.bottom]
    across = {c: a for a in areas for c in range(a.left, a.right + 1)}
    made: list[Heading] = []
    above, loose = "", not any(a.right > a.left for a in areas)
    for column in range(1, tab.width + 1):
        area = across.get(column)
        if area is not None:
            text = tab.cell(area.top, area.left)
            above = clean(text) if isinstance(text, str) else ""
        elif upper[column - 1]:
            above = upper[column - 1]
        elif not (loose and lower[column - 1]):
            above = ""
        tall = area is not None and area.bottom > row
        below = "" if tall else lower[column - 1]
        if below or above:
            made.append(Heading(column, below or above, above if below else ""))
    return made


def variants(heading: Heading) -> list[str]:
    """What a heading may be looked up as, best first: a heading of two rows is 客户 + 姓名, or 受理 + 时间 turned round."""
    if not heading.upper or heading.upper == heading.text:
        return [heading.text]
    upper, text = heading.upper, heading.text
    short = upper.removesuffix("信息").removesuffix("情况")
    return list(dict.fromkeys((upper + text, short + text, text + upper, text + short, text)))


def _blocks(tab: ForeignTab, first: int, last: int, known: Known) -> Iterator[tuple[Heading, ...]]:
    """The headings in stretches that no blank column parts; a blank heading over content belongs to its table."""
    if last > first:
        named = {h.column: h for h in _joined(tab, first)}
    else:
        named = {c: Heading(c, text) for c, text in enumerate(_texts_of(tab, first), 1) if text}
    block: list[Heading] = []
    for column in range(1, tab.width + 2):
        heading = named.get(column)
        if heading is None and column <= tab.width and block and _has_content(tab, column, last):
            heading = Heading(column, "")
        if heading is not None:
            block.append(heading)
        elif block:
            yield tuple(block)
            block = []


def _texts_of(tab: ForeignTab, row: int) -> list[str]:
    """A heading row's cells as text; a number may be a heading too (2024)."""
    return [
        clean(c) if isinstance(c, str) else "" if c is None or isinstance(c, CellPicture) else f"{c:g}" if type(c) is float else str(c)
        for c in tab.row(row)
    ]  # fmt: skip


def _has_content(tab: ForeignTab, column: int, below: int) -> bool:
    cells = tab.columns[column - 1][below:]
    return cells.count(None) < len(cells)


def _end(
    tab: ForeignTab, rows: tuple[int, int], blocks: Sequence[tuple[Heading, ...]], known: Known
) -> int:
    """The last row before another table starts below; the tab's last row where none does."""
    columns = [h.column for block in blocks for h in block]
    filled = _filled(tab, min(columns), max(columns))
    own = {fold(h.text) for block in blocks for h in block}
    after = np.flatnonzero((filled[rows[1] : -1] == 0) & (filled[rows[1] + 1 :] > 0)) + rows[1] + 2
    for row in after[:200].tolist():
        for at in (row, row + 1):  # a title may stand above the headings
            if at > tab.height:
                continue
            texts = [t for t in _texts(tab, at) if t]
            same = sum(fold(t) in own for t in texts)
            other = len(texts) >= 2 and same < 0.6 * len(texts) and filled[at - 1] == len(texts)
            if other and sum(s >= 1 for s in _scores(texts, known)) >= 2:
                return int(row) - 1
    return tab.height


def _filled(tab: ForeignTab, left: int, right: int) -> npt.NDArray[np.int64]:
    """How many cells of each row hold anything, in these columns."""
    count = np.zeros(tab.height, dtype=np.int64)
    for cells in tab.columns[left - 1 : right]:
        if cells.count(None) < len(cells):
            count += np.fromiter((c is not None for c in cells), dtype=bool, count=len(cells))
    return count


def _table(
    tab: ForeignTab, heading_rows: tuple[int, int], headings: tuple[Heading, ...], last: int
) -> FoundTable | None:
    """The block of headings with its records; None for a block without any."""
    left, right = headings[0].column, headings[-1].column
    filled = _filled(tab, left, right)[:last]
    body = np.arange(heading_rows[1] + 1, last + 1, dtype=np.int64)
    body = body[filled[body - 1] > 0]
    if not len(body):
        return None
    reasons: dict[int, str] = {}
    for row in _repeated(tab, headings, body, filled):
        reasons[row] = "import.skipped_heading"
    for row in _banners(tab, headings, body):
        reasons.setdefault(row, "import.skipped_note")
    texts = _distinct_texts(tab, left, right, body)
    for row in _summing(tab, left, right, texts):
        reasons.setdefault(row, "import.skipped_total")
    for row in _notes(tab, headings, body, filled, reasons):
        reasons.setdefault(row, "import.skipped_note")
    for row in _bare(tab, headings, body, filled):
        reasons.setdefault(row, "import.skipped_bare")
    rows = body[~np.isin(body, list(reasons))] if reasons else body
    if not len(rows):
        return None
    skipped = tuple(_skip(tab, row, left, right, code) for row, code in sorted(reasons.items()))
    return FoundTable(tab, heading_rows, headings, rows, skipped)


def _skip(tab: ForeignTab, row: int, left: int, right: int, code: str) -> Issue:
    said = next((str(c) for c in tab.row(row)[left - 1 : right] if c is not None), "")
    return Issue(code, tab.title, row, values={"text": said[:30]})


def _repeated(
    tab: ForeignTab, headings: Sequence[Heading], body: npt.NDArray[np.int64], filled: npt.NDArray[np.int64]
) -> list[int]:
    """Rows that say the headings again, as a list printed page by page does."""
    votes = np.zeros(tab.height + 1, dtype=np.int64)
    for heading in headings:
        if not heading.text:
            continue
        names = {fold(heading.text), *(fold(v) for v in variants(heading)), fold(heading.upper or heading.text)}
        starts = {name[0] for name in names if name} | set("*＊")
        cells = tab.columns[heading.column - 1]
        said = {
            c for c in {c for c in cells if c.__class__ is str}
            if len(c) <= _LONGEST_HEADING and c.strip()[:1].casefold() in starts and fold(c) in names  # type: ignore[arg-type,union-attr]
        }  # fmt: skip
        if said:
            votes[1:] += np.fromiter((c in said for c in cells), dtype=bool, count=tab.height)
    rows = body[(votes[body] >= 2) & (votes[body] >= 0.6 * filled[body - 1])]
    return [int(r) for r in rows]


def _banners(tab: ForeignTab, headings: Sequence[Heading], body: npt.NDArray[np.int64]) -> list[int]:
    """Rows whose one text is merged over most of the table: a day, a group, a note."""
    left, right = headings[0].column, headings[-1].column
    inside = set(body.tolist())
    wide = max(2.0, 0.6 * (right - left + 1))
    return [
        row
        for a in tab.merges
        if a.left <= left + 1 and min(a.right, right) - max(a.left, left) + 1 >= wide
        for row in range(a.top, a.bottom + 1)
        if row in inside
    ]


def _distinct_texts(
    tab: ForeignTab, left: int, right: int, body: npt.NDArray[np.int64]
) -> list[tuple[int, int, str]]:
    """(row, column, text) of short texts that may head a sum."""
    found = []
    inside = np.zeros(tab.height, dtype=bool)
    inside[body - 1] = True
    for column in range(left, right + 1):
        cells = tab.columns[column - 1]
        short = {c for c in cells if c.__class__ is str and len(c) <= 20 and _SUM_SIGN.search(c)}  # type: ignore[arg-type]
        heads = {c: p for c in short if _is_sum(p := plain(str(c)).rstrip(":").replace(" ", ""))}
        if heads:
            found += [(r, column, heads[c]) for r, c in enumerate(cells, 1) if c in heads and inside[r - 1]]
    return found


def _is_sum(text: str) -> bool:
    return any(
        text.endswith(w) or (text.startswith(w) and _COUNTED.fullmatch(text[len(w) :].lstrip(":,/-"))) for w in _SUMS
    )  # fmt: skip


def _summing(tab: ForeignTab, left: int, right: int, texts: Sequence[tuple[int, int, str]]) -> list[int]:
    """Rows where such a text stands and everything else is a number, an amount, a dash or blank; a telephone number is
    somebody's."""
    found = []
    for row, column, _ in texts:
        others = [c for n, c in enumerate(tab.row(row)[left - 1 : right], left) if n != column and c is not None]
        if all(_no_word(c) for c in others):
            found.append(row)
    return found


def _no_word(cell: RawCell) -> bool:
    text = f"{cell:.0f}" if type(cell) is float else plain(cell).replace(" ", "") if isinstance(cell, str) else ""
    if _TELEPHONE.fullmatch(text):
        return False
    return not isinstance(cell, str) or (len(text) <= 40 and (bool(_COUNTED.fullmatch(text)) or _is_sum(text.rstrip(":"))))


def _notes(
    tab: ForeignTab,
    headings: Sequence[Heading],
    body: npt.NDArray[np.int64],
    filled: npt.NDArray[np.int64],
    reasons: dict[int, str],
) -> list[int]:
    """Rows at the end that are notes: few cells and the words of one, or few cells behind a gap."""
    width = len(headings)
    left, right = headings[0].column, headings[-1].column
    if width < 3:
        return []
    found = []
    after = int(body[-1]) + 1
    candidates: list[int] = []
    for row in body[::-1].tolist():
        few = filled[row - 1] <= max(1, min(width // 4, _MOST_IN_NOTE))
        said = [plain(c) if isinstance(c, str) else "" for c in tab.row(row)[left - 1 : right] if c is not None]
        if not few and row not in reasons and not all(map(_NOTE.match, said)):
            break
        candidates.append(row)
        after = row
    for row in candidates:
        texts = [c for c in tab.row(row)[left - 1 : right] if isinstance(c, str)]
        gap = after > 1 and filled[after - 2] == 0
        alone = filled[row - 1] == 1
        noted = any(_NOTE.match(plain(t)) and (alone or not t.lstrip().startswith(("*", "＊"))) for t in texts)  # *女士 is a name
        if noted or (texts and gap and alone):
            found.append(row)
    return found


def _bare(
    tab: ForeignTab, headings: Sequence[Heading], body: npt.NDArray[np.int64], filled: npt.NDArray[np.int64]
) -> list[int]:
    """Rows that have nothing but their running number."""
    numbered = next((h.column for h in headings if fold(h.text) in ("序号", "no", "no.", "行号", "序列")), 0)
    if not numbered or len(headings) < 2:
        return []
    cells = tab.columns[numbered - 1]
    return [row for row in body.tolist() if filled[row - 1] == 1 and cells[row - 1] is not None]


def fills(area: Area, column: int, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_] | None:
    """Which of the rows a merged area fills below its first one, in its first column; None where it fills none."""
    if area.left != column or area.bottom == area.top:
        return None
    inside = (rows > area.top) & (rows <= area.bottom)
    return inside if inside.any() else None
