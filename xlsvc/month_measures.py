"""What the review meeting decides: a proposal for each low dimension (S002.R9: measure, owner, date), and its one way into
改进跟踪; what is under way there already, and what has proven itself.

People fill in who and until when on the tab. The next click appends the row; its 来源编号 names review, form and dimension, so
that it is appended once, whoever clicks how often.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import pandas as pd

from workbook.foreign_tables import ForeignTab, address
from workbook.issues import Issue
from workbook.schema import fold
from workbook.sheets import month_review as review
from workbook.sheets.profiles import PROFILES
from workbook.sheets.suggestion_tracker import SUGGESTION_TRACKER
from workbook.sheets.weekly_summary import DIMENSION_ROWS
from workbook.values import number_text, read_moment

from .month_causes import Cause, dimensions_to_mend
from .month_period import Period
from .month_sentences import score
from .numbering import numbers_of_new_rows
from .outcome import Ledger
from .tickets import plain_number, records, text_column
from .today_tasks import MEASURE_OVER
from .weekly_figures import Rules, Values

ADOPTED, ORIGIN = "采纳", "会议"
REMOVED = "(已删除)"
WAITING = "待填"
_NUMBER = re.compile(r"G\d{11,}")

PLANS = {
    "response": "按时段排班,未响应的工单提前提醒责任人,每周看首次响应达标率",
    "resolution": "逐张复盘没有一次解决的工单,补备件和维修要点",
    "expertise": "按常见故障培训并考核,疑难问题指定专人支持",
    "attitude": "抽听录音点评,统一服务用语,主动告知进度",
    "process": "减少预约和材料手续,第一次联系就说清要准备什么",
    "added_value": "服务后回访一次,附上使用提醒和售后政策说明",
    "overall": "逐份回访低分评价,找出共同原因再定措施",
}
"""A measure to begin from, by dimension; people put it in their own words."""


@dataclass(frozen=True)
class Typed:
    """What stands in a proposal's row on the tab: text by key of PROPOSAL_HEADINGS, and where. `day` is the readable day
    of `due`."""

    key: str
    cells: Mapping[str, str]
    places: Mapping[str, str]
    day: date | None = None


@dataclass
class Proposals:
    """The block's values and drafts, the rows to be appended, what is asked for, and how many are still to be decided."""

    values: Values = field(default_factory=dict)
    drafts: dict[str, str] = field(default_factory=dict)
    append: pd.DataFrame = field(default_factory=pd.DataFrame)
    issues: list[Issue] = field(default_factory=list)
    undecided: int = 0


def typed_on(tab: ForeignTab) -> list[Typed]:
    """The proposals on a review tab, wherever its rows and columns have been moved; none where their headings are gone.

    A row is known by the cell that begins with PROPOSAL_KEY, its columns by their headings in a row above."""
    keys = {
        row: str(cell).removeprefix(review.PROPOSAL_KEY)
        for cells in tab.columns
        for row, cell in enumerate(cells, 1)
        if isinstance(cell, str) and cell.startswith(review.PROPOSAL_KEY)
    }
    columns = _columns(tab, min(keys, default=0))
    found = []
    for row, key in sorted(keys.items()) if columns else ():
        raw = {name: tab.cell(row, column) for name, column in columns.items()}
        day = read_moment(raw["due"], "date").value if isinstance(raw["due"], str | float | int) else None
        texts = {
            name: number_text(cell) if isinstance(cell, float | int) else str(cell or "").strip() for name, cell in raw.items()
        }
        places = {name: address(row, column) for name, column in columns.items()}
        found.append(Typed(key, texts, places, day.date() if isinstance(day, datetime) else None))
    return found


def _columns(tab: ForeignTab, below: int) -> dict[str, int]:
    """Key of PROPOSAL_HEADINGS -> column, by the nearest row above that has all of the headings."""
    for row in range(below - 1, 0, -1):
        at = {fold(cell): column for column, cell in enumerate(tab.row(row), 1) if isinstance(cell, str)}
        if all(fold(heading) in at for heading in review.PROPOSAL_HEADINGS.values()):
            return {key: at[fold(heading)] for key, heading in review.PROPOSAL_HEADINGS.items()}
    return {}


def origin_no(period: Period, profile: str, label: str) -> str:
    """What a carried proposal is known by in 改进跟踪: 月度复盘_2026-10 S002 服务响应速度."""
    return f"{period.tab} {profile} {label}"


def proposals(
    ledger: Ledger, period: Period, values: Values, rules: Rules, found: Sequence[Cause], typed: Iterable[Typed], now: datetime
) -> Proposals:
    """The block as it stands after this click. `values` are the review's figures, `typed` what people wrote on the tab."""
    made = Proposals()
    on_tab = {plain_number(row.key): row for row in typed}
    known = _carried(ledger)
    mend = dimensions_to_mend(values)
    words = {cause.place: cause.word for cause in reversed(found) if cause.word}
    asked = PROFILES[rules.main_profile].dimensions
    rows: list[dict[str, str]] = []
    shown: dict[int, str] = {}
    for n in range(1, DIMENSION_ROWS + 1):
        name = f"建议{n}_"
        if n > len(asked):
            made.values |= {name + "维度": None, name + "键": None, name + "编号": None}
            made.drafts |= {name + text: "" for text in review.PROPOSAL_DRAFTS.values()}
            continue
        dimension = asked[n - 1]
        key = origin_no(period, rules.main_profile, dimension.label)
        low = n in mend
        problem, plan = _drafted(values, rules, n, dimension.key, words.get(n, "")) if low else ("", "")
        made.drafts |= {name + "问题": problem, name + "措施": plan}
        made.values |= {name + "维度": dimension.label, name + "键": review.PROPOSAL_KEY + key, name + "编号": None}
        mine = on_tab.get(plain_number(key))
        number = known.get(plain_number(key), "")
        if number:
            made.values[name + "编号"] = number
        elif mine and _NUMBER.match(mine.cells["number"]):
            made.values[name + "编号"] = mine.cells["number"].removesuffix(REMOVED) + REMOVED
        elif mine and (mine.cells["responsible"] or mine.cells["due"]):
            lacking = _lacking(mine)
            if lacking:
                made.issues += [_asked(period, mine, part) for part in lacking]
                made.values[name + "编号"] = "缺" + "、".join(review.PROPOSAL_HEADINGS[part] for part in lacking)
            else:
                shown[n] = name + "编号"
                rows.append(_row(mine, key, period, _goal(values, rules, n)))
        elif low:
            made.values[name + "编号"] = WAITING
            made.undecided += 1
    if rows:
        frame = pd.DataFrame(rows, dtype=object)
        frame.insert(0, "number", "")
        numbers = numbers_of_new_rows(ledger, {SUGGESTION_TRACKER.key: frame}, now)[SUGGESTION_TRACKER.key]
        frame["number"] = numbers.astype(object)
        made.append = frame
        made.values |= dict(zip(shown.values(), frame["number"], strict=True))
    made.values["建议_说明"] = _note(made, mend, values)
    return made


def _carried(ledger: Ledger) -> dict[str, str]:
    """来源编号 as compared -> 编号 of the row that has it; "记入" for one without number."""
    rows = records(ledger, SUGGESTION_TRACKER)
    pairs = zip(text_column(rows, "origin_no"), text_column(rows, "number"), strict=True)
    return {plain_number(origin): str(number) or "已记入" for origin, number in pairs if origin}


def _drafted(values: Values, rules: Rules, n: int, key: str, word: str) -> tuple[str, str]:
    mean, size = values[f"维度{n}_均分"], values[f"维度{n}_样本"]
    low = f"低于 {rules.low_line:g}" if values[f"维度{n}_低分"] else "各维度中最低"
    problem = f"均分 {score(mean, 2)}(n={size}),{low}" + (f";多提到“{word}”" if word else "")
    return problem, (f"针对“{word}”:" if word else "") + PLANS[key]


def _goal(values: Values, rules: Rules, n: int) -> str:
    mean, size = values[f"维度{n}_均分"], values[f"维度{n}_样本"]
    label = values[f"维度{n}_名称"]
    if isinstance(mean, str):
        return f"{label}均分(没有样本)→{rules.low_line:g} 分以上"
    aim = f"{rules.low_line:g} 分以上" if values[f"维度{n}_低分"] else "提高"
    return f"{label}均分 {score(mean, 2)}(n={size})→{aim}"


def _lacking(mine: Typed) -> list[str]:
    """The parts of a half-filled proposal that are missing; a day nobody can read is missing too."""
    blank = [part for part in review.TYPED if not mine.cells[part]]
    return blank + (["due"] if mine.cells["due"] and mine.day is None else [])


def _asked(period: Period, mine: Typed, part: str) -> Issue:
    heading = review.PROPOSAL_HEADINGS[part]
    if mine.cells[part]:
        return Issue("month.due", period.tab, column=heading, cell=mine.places[part], values={"text": mine.cells[part]})
    return Issue("month.half_filled", period.tab, column=heading, cell=mine.places[part], values={"about": mine.key.split(" ")[-1]})


def _row(mine: Typed, key: str, period: Period, goal: str) -> dict[str, str]:
    return {
        "origin": ORIGIN, "origin_no": key, "core_problem": f"{key.split(' ')[-1]}:{mine.cells['core_problem']}", "goal": goal,
        "plan": mine.cells["plan"], "responsible": mine.cells["responsible"], "due": f"{mine.day:%Y-%m-%d}", "status": ADOPTED,
        "remark": f"由“{period.tab}”记入",
    }  # fmt: skip


def _note(made: Proposals, mend: Sequence[int], values: Values) -> str:
    parts = []
    if not mend:
        parts.append("没有低分维度。")
    elif not any(values[f"维度{n}_低分"] for n in mend):
        parts.append("没有低于低分线的维度;列出的是均分最低的一项,可择要改进。")
    if made.issues:
        parts.append("有填了一半的,请补齐后再点一次。")
    parts.append("记入以后请在“改进跟踪”里修改。")
    return "".join(parts)


def measures(ledger: Ledger, fresh: pd.DataFrame, period: Period, now: datetime) -> Values:
    """Measures that are not done, by the day they are planned for, those of this click among them; and those that were done
    in the span with what came of them."""
    listed = [*_listed(records(ledger, SUGGESTION_TRACKER)), *_listed(fresh)]
    under_way = sorted((m for m in listed if m.open), key=lambda m: (m.due or date.max, m.number))
    done = [m for m in listed if m.done is not None and period.start <= m.done < period.end]
    proven = sorted((m for m in done if m.proof), key=lambda m: (m.done or datetime.max, m.number), reverse=True)
    made: Values = {}
    for prefix, rows, chosen in (("在办", review.OPEN_ROWS, under_way), ("见效", review.PROVEN_ROWS, proven)):
        made |= dict.fromkeys(f"{prefix}{n}_{f}" for n in range(1, rows + 1) for f in review.MEASURE_FIELDS)
        for n, measure in enumerate(chosen[:rows], 1):
            made |= {f"{prefix}{n}_{f}": value for f, value in measure.shown(now, proven=prefix == "见效").items()}
    if not under_way:
        made["在办1_措施"] = "没有在办的措施"
    if not proven:
        made["见效1_措施"] = "这一期没有做完并有验证结果的措施"
    late = sum(m.due is not None and m.due < now.date() for m in under_way)
    good = sum(m.status == "有效" for m in done)
    made["措施_说明"] = f"在办 {len(under_way)} 项,其中已逾期 {late} 项;这一期做完 {len(done)} 项,验证有效 {good} 项。"
    return made


@dataclass(frozen=True)
class _Measure:
    number: str
    said: str
    responsible: str
    planned: str
    due: date | None
    done: datetime | None
    status: str
    result: str

    @property
    def open(self) -> bool:
        return self.done is None and self.status not in MEASURE_OVER

    @property
    def proof(self) -> str:
        """What is known of its effect."""
        return self.result or (self.status if self.status in ("有效", "无效重开") else "")

    def shown(self, now: datetime, proven: bool) -> dict[str, str]:
        late = self.due is not None and self.due < now.date()
        planned = f"{self.due:%Y-%m-%d}{' 已逾期' if late else ''}" if self.due else self.planned
        return {
            "编号": self.number or "未编号", "措施": _cut(self.said, 50), "责任": _cut(self.responsible, 20) or "未定",
            "完成": f"{self.done:%Y-%m-%d}" if proven and self.done else planned or "未定",
            "状态": _cut(self.proof, 18) if proven else self.status or "未填",
        }  # fmt: skip


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _listed(rows: pd.DataFrame) -> Iterable[_Measure]:
    keys = ("number", "core_problem", "plan", "suggestion", "due", "responsible", "status", "result")
    texts = [text_column(rows, key).astype(str).tolist() for key in keys]
    done = rows["done"].tolist() if "done" in rows else [None] * len(rows)
    for number, problem, plan, suggestion, due, responsible, status, result, at in zip(*texts, done, strict=True):
        read = read_moment(due, "date").value if due else None
        yield _Measure(
            number, ":".join(filter(None, (problem, plan or suggestion))), responsible, due,
            read.date() if isinstance(read, datetime) else None, None if pd.isna(at) else at.to_pydatetime(), status, result,
        )  # fmt: skip
