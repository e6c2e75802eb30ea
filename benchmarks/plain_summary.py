"""What a competent user would write for a weekly report: pandas reads the 统计 columns of the three tables and counts,
openpyxl puts the figures into a copy of the template tab. The other side of `benchmarks.summary`; shares nothing with
the product. It trusts the columns that an update has filled, and makes no backup.

Left out is what nobody writes into a script: which differences are beyond chance, the three sentences, quotes, keywords,
duties, measures, links. A tab that openpyxl copies has no charts.

Run as `python -m benchmarks.plain_summary into LEDGER WEEK NOW` (the tab becomes one of the ledger's) or `beside LEDGER
WEEK NOW TEMPLATE FILE` (the tab becomes a workbook of its own and the ledger is not written).
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pandas as pd

TEMPLATE = "周报模板"
WEEK = timedelta(days=7)
NOTHING = "—"
LOGS = {"响应记录": "客户姓名*", "流程记录": "客户姓名"}
DUE = {
    "登记": "登记截止", "首次响应": "首次响应截止", "派工到场": "到场截止", "方案": "方案截止", "解决": "解决截止",
    "二次处理": "二次处理截止",
}  # fmt: skip
COUNTED = [
    "工单号", "不计原因", "统计受理", "统计办结", "统计缺办结", "统计类别", "统计紧急", "统计责任人", "统计部门", "统计重开",
    "统计超时", "统计客户", "时效状态", "首次响应状态", "解决状态",
]  # fmt: skip
DIMENSIONS = {
    "S002": {"服务响应速度": "统计响应", "问题解决效果": "统计解决", "服务人员态度": "统计态度", "专业能力水平": "统计专业"},
}
ANSWERED = [
    "有效", "综合得分", "满意", "统计评价时间", "统计档案", "统计客户", "统计渠道", "统计响应", "统计解决", "统计专业", "统计态度",
    "统计流程", "统计增值", "统计整体",
]  # fmt: skip
STATUSES = ["达标", "超时", "即将超时", "进行中", "无时限", "无法判定"]
URGENCIES = {"P1": "特急·加急", "P2": "紧急", "P3": "一般·普通", "P4": "咨询", "未定": ""}
CLASSES = ["产品质量", "物流配送", "维修", "软件", "服务态度", "咨询", "退换货", "投诉", "建议", "其他"]
CUSTOMERS = {"新": "新客户", "老": "老客户", "VIP": "VIP客户", "其他": ""}
TITLES = ("女士", "先生", "小姐", "老师", "经理", "主管", "总")
Figures = dict[str, Any]


def read(path: str) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Tickets, answers, settings."""
    with pd.ExcelFile(path, engine="openpyxl") as book:
        logs = [
            pd.read_excel(book, sheet_name=log, header=2, usecols=[*COUNTED, *DUE.values(), name]).rename(columns={name: "客户"})
            for log, name in LOGS.items()
        ]
        answers = pd.read_excel(book, sheet_name="评价记录", header=2, usecols=ANSWERED)
        settings = pd.read_excel(book, sheet_name="设置", header=2)
    tickets = pd.concat([log for log in logs if log["统计受理"].notna().any()], ignore_index=True)
    for frame, columns in ((tickets, ["统计受理", "统计办结", *DUE.values()]), (answers, ["统计评价时间"])):
        for column in columns:
            frame[column] = pd.to_datetime(frame[column]).dt.round("s")
    return tickets, answers[answers["有效"].notna()], settings


def figures(
    every: pd.DataFrame, answers: pd.DataFrame, settings: pd.DataFrame, monday: datetime, now: datetime
) -> Figures:
    given = dict(zip(settings["项目"], settings["数值"], strict=True))
    main, few, low = str(given["主评价档案"]), int(given["样本少"]), float(given["低分线"])
    tickets = every[every["不计原因"].isna()]
    weeks = [Week(tickets, answers, monday - n * WEEK, main) for n in range(8)]
    this, last = weeks[0], weeks[1]
    late = tickets[(tickets["统计受理"] < this.end) & tickets["统计超时"].notna()]
    found: Figures = {
        "周始": monday, "周次": f"{monday:%G-W%V}", "标题": f"售后服务周报 {monday:%G-W%V}",
        "日期范围": f"{monday:%Y-%m-%d} 至 {monday + timedelta(days=6):%Y-%m-%d}", "主档案": main, "低分线": low,
        "样本少线": few, "超时未结": len(late), "时效截至": now, "部门": given["部门名称"],
        "编制人": NOTHING if pd.isna(given["周报编制人"]) else given["周报编制人"],
    }  # fmt: skip
    found |= strip(this, last, given, few)
    found |= waiting(this, late, now)
    found |= attention(late, now)
    for n in range(7):
        day = monday + timedelta(days=n)
        found[f"日{n + 1}_标签"] = f"周{'一二三四五六日'[n]} {day.month}/{day.day}"
        for name, column in (("新增", "统计受理"), ("办结", "统计办结")):
            found[f"日{n + 1}_{name}"] = int((tickets[column].dt.normalize() == day).sum())
    found |= types(this, last)
    found |= urgencies(this)
    found |= dimensions(this, last, DIMENSIONS[main], few, low)
    found |= groups(this, late, "人员", "统计责任人", 8)
    found |= groups(this, late, "部门", "统计部门", 6)
    for n, week in enumerate(weeks):
        found |= {f"周{8 - n}_{name}": value for name, value in trend(week).items()}
    found |= customers(this)
    found |= channels(this)
    reasons = every["不计原因"].value_counts()
    found |= {f"不计_{reason}": int(reasons.get(reason, 0)) for reason in ("重复", "缺受理时间", "时间颠倒")}
    found["不计_评价剔除"] = int((this.answers["有效"] == "否").sum())
    found["不计_其他档案"] = len(this.valid) - len(this.main)
    found["不计_缺评价时间"] = int(answers["统计评价时间"].isna().sum())
    return found | balances(found)


class Week:
    """The rows of one week and the strip's figures."""

    def __init__(self, tickets: pd.DataFrame, answers: pd.DataFrame, monday: datetime, main: str) -> None:
        self.tickets, self.monday, self.end = tickets, monday, monday + WEEK
        self.new = tickets[(tickets["统计受理"] >= monday) & (tickets["统计受理"] < self.end)]
        self.closed = tickets[(tickets["统计办结"] >= monday) & (tickets["统计办结"] < self.end)]
        self.answers = answers[(answers["统计评价时间"] >= monday) & (answers["统计评价时间"] < self.end)]
        self.valid = self.answers[self.answers["有效"] == "是"]
        self.main = self.valid[self.valid["统计档案"] == main]

    def open_at(self, moment: datetime) -> int:
        begun = self.tickets[self.tickets["统计受理"] < moment]
        return int((~(begun["统计办结"] < moment)).sum())

    def counts(self) -> Figures:
        return {
            "期初未结": self.open_at(self.monday), "新增": len(self.new), "办结": len(self.closed),
            "期末未结": self.open_at(self.end), "投诉": int((self.new["统计类别"] == "投诉").sum()),
            "重开": int((self.new["统计重开"] > 0).sum()),
        }  # fmt: skip

    def means(self) -> dict[str, tuple[Any, int]]:
        told = self.valid["满意"].dropna()
        return {
            "首次响应达标率": rate(self.new["首次响应状态"]), "解决达标率": rate(self.new["解决状态"]),
            "综合得分": mean(self.main["综合得分"]), "满意率": (share((told == "是").sum(), len(told)), len(told)),
        }  # fmt: skip


def share(part: int, whole: int) -> Any:
    return part / whole if whole else NOTHING


def rate(statuses: pd.Series) -> tuple[Any, int]:
    judged = statuses[statuses.isin(["达标", "超时"])]
    return share((judged == "达标").sum(), len(judged)), len(judged)


def mean(scores: pd.Series) -> tuple[Any, int]:
    return (scores.mean() if scores.notna().any() else NOTHING), int(scores.notna().sum())


def shown(value: Any) -> Any:
    """A figure as a chart takes it."""
    return None if value == NOTHING else value


def less(one: Any, other: Any) -> Any:
    return NOTHING if NOTHING in (one, other) else one - other


def strip(this: Week, last: Week, given: Figures, few: int) -> Figures:
    found: Figures = {}
    now, before = this.counts(), last.counts()
    for name in now:
        found |= {f"本周_{name}": now[name], f"上周_{name}": before[name], f"差值_{name}": now[name] - before[name]}
    scale = {"首次响应达标率": 100, "解决达标率": 100, "综合得分": 1, "满意率": 100}
    rates, rates_before = this.means(), last.means()
    for name, (value, size) in rates.items():
        then, size_then = rates_before[name]
        goal = float(given[f"{name}目标"]) / scale[name]
        reached = value != NOTHING and round(value - goal, 9) >= 0
        word = ("达到目标" if reached else "未达目标") + (",样本少" if size < few else "")
        found |= {
            f"本周_{name}": value, f"上周_{name}": then, f"差值_{name}": less(value, then), f"目标_{name}": goal,
            f"样本_{name}": size, f"上周样本_{name}": size_then, f"判断_{name}": word if size else NOTHING,
        }  # fmt: skip
    for name, column in (("首次响应达标率", "首次响应状态"), ("解决达标率", "解决状态")):
        found[f"缺时间_{name}"] = int((this.new[column] == "无法判定").sum())
    begun = this.tickets[this.tickets["统计受理"] < this.end]
    found["缺时间_期末未结"] = lacking = int((begun["统计缺办结"] == "是").sum())
    grown = now["期末未结"] - now["期初未结"]
    word = f"积压{'增加' if grown > 0 else '减少'}{abs(grown)}张" if grown else "与期初持平"
    found["判断_期末未结"] = word + (f",内{lacking}张已办结缺时间" if lacking else "")
    return found


def waiting(week: Week, late: pd.DataFrame, now: datetime) -> Figures:
    """Overdue tickets by the clock they wait for; overdue and other open tickets by their age."""
    found: Figures = {f"环节{n}_超时": int((late["统计超时"] == clock).sum()) for n, clock in enumerate(DUE, 1)}
    begun = week.tickets[week.tickets["统计受理"] < week.end]
    rest = begun[begun["统计超时"].isna() & ~(begun["统计办结"] < week.end)]
    midnight, ages = pd.Timestamp(min(week.end, now)).ceil("D"), ["当天", "1–2天", "3–6天", "≥7天"]
    for field, rows in (("超时", late), ("其余", rest)):
        days = (midnight - rows["统计受理"]) / timedelta(days=1)
        numbers = pd.cut(days, [-float("inf"), 1, 3, 7, float("inf")], labels=ages).value_counts()
        found |= {f"账龄{n}_{field}": int(numbers[age]) for n, age in enumerate(ages, 1)}
    return found | {f"账龄{n}_标签": age for n, age in enumerate(ages, 1)}


def attention(late: pd.DataFrame, now: datetime) -> Figures:
    late = late.copy()
    late["应完成"] = pd.NaT
    for clock, column in DUE.items():
        rows = late["统计超时"] == clock
        late.loc[rows, "应完成"] = late.loc[rows, column]
    late["应完成"] = pd.to_datetime(late["应完成"])
    found: Figures = {} if len(late) else {"关注1_工单": "没有超时未结的工单"}
    for n, (_, row) in enumerate(late.sort_values("应完成", kind="stable").head(5).iterrows(), 1):
        name, minutes = str(row["客户"]), int((now - row["应完成"]).total_seconds() // 60)
        masked = name if "*" in name or (name.endswith(TITLES) and len(name) <= 4) else f"{name[0]}**"
        days, hours = minutes // 1440, minutes // 60 % 24
        span = f"{days}天{hours}小时" if days else f"{hours}小时{minutes % 60}分" if hours else f"{minutes}分"
        found |= {
            f"关注{n}_工单": row["工单号"], f"关注{n}_客户": masked, f"关注{n}_类别": row["统计类别"],
            f"关注{n}_紧急": row["统计紧急"] if row["统计紧急"] in URGENCIES.values() else "未定",
            f"关注{n}_责任人": row["统计责任人"], f"关注{n}_环节": row["统计超时"],
            f"关注{n}_应完成": row["应完成"].to_pydatetime(), f"关注{n}_已超时": span,
        }  # fmt: skip
    return found


def types(this: Week, last: Week) -> Figures:
    found: Figures = {}
    now, before = this.new["统计类别"].value_counts(), last.new["统计类别"].value_counts()
    common = sorted((c for c in CLASSES[:-1] if c in now), key=lambda c: -now[c])[:6]
    rows = {str(n): (now[c], before.get(c, 0)) for n, c in enumerate(common, 1)}
    rows["其他"] = now.sum() - sum(n for n, _ in rows.values()), before.sum() - sum(n for _, n in rows.values())
    running = 0
    for row, (number, then) in rows.items():
        running += number
        found |= {f"类型{row}_数量": number, f"类型{row}_上周": then, f"类型{row}_占比": share(number, now.sum())}
        found |= {f"类型{row}_图": number, f"类型{row}_累计": running / now.sum()}
    found |= {f"类型{n}_名称": name for n, name in enumerate(common, 1)}
    return found | {"类型合计_数量": now.sum(), "类型合计_上周": before.sum(), "类型合计_占比": share(now.sum(), now.sum())}


def urgencies(week: Week) -> Figures:
    levels = week.new["统计紧急"].where(week.new["统计紧急"].isin(URGENCIES.values()), "")
    table = pd.crosstab(levels, week.new["时效状态"]).reindex(index=list(URGENCIES.values()), columns=STATUSES, fill_value=0)
    table["合计"] = levels.value_counts().reindex(table.index, fill_value=0)
    table.loc["all"] = table.sum()
    table.index = [*URGENCIES, "合计"]
    return {f"紧急{row}_{column}": number for column in table for row, number in table[column].items()}


def dimensions(this: Week, last: Week, asked: dict[str, str], few: int, low: float) -> Figures:
    found: Figures = {}
    for n, (label, column) in enumerate(asked.items(), 1):
        (value, size), (then, size_then) = mean(this.main[column]), mean(last.main[column])
        fields = {
            "名称": label, "样本": size, "均分": value, "上周样本": size_then, "上周": then, "差值": less(value, then),
            "占比": share((this.main[column] >= 4).sum(), size), "低分": "低" if size and value < low else "",
            "提示": "无评价" if not size else f"样本少(n={size})" if size < few else "",
            "图名": f"{label}(n={size})", "图": shown(value), "图线": low,
        }  # fmt: skip
        found |= {f"维度{n}_{field}": figure for field, figure in fields.items()}
    return found


def groups(week: Week, late: pd.DataFrame, prefix: str, column: str, rows: int) -> Figures:
    parts = {"新增": week.new, "办结": week.closed, "超时": late}
    involved = pd.concat([week.new, week.closed, late])
    numbers = involved[~involved.index.duplicated()][column].value_counts()
    numbers = numbers.drop(["未填"], errors="ignore")
    busy = sorted(numbers.index, key=lambda name: (-numbers[name], name))[:rows]
    labels = sorted(busy, key=lambda name: (name == "未分派", name.encode("gb18030")))
    found: Figures = {}
    for row, chosen in [*((str(n), [label]) for n, label in enumerate(labels, 1)), ("其他", None)]:
        mine = {k: p[~p[column].isin(labels)] if chosen is None else p[p[column].isin(chosen)] for k, p in parts.items()}
        found |= {f"{prefix}{row}_{name}": len(part) for name, part in mine.items()}
        found[f"{prefix}{row}_达标率"], found[f"{prefix}{row}_分母"] = rate(mine["新增"]["首次响应状态"])
        if chosen:
            found[f"{prefix}{row}_名称"] = chosen[0]
    return found


def trend(week: Week) -> Figures:
    counts, means = week.counts(), week.means()
    found: Figures = {name: counts[name] for name in ("新增", "办结", "期末未结")}
    found |= {"始": week.monday, "标签": f"{week.monday:W%V}"}
    for short, name in (("响应", "首次响应达标率"), ("解决", "解决达标率")):
        found[f"{short}率"], found[f"{short}样本"] = means[name]
        found[f"{short}图"] = shown(means[name][0])
    found["得分"], found["得分样本"] = means["综合得分"]
    return found


def customers(week: Week) -> Figures:
    known = [word for word in CUSTOMERS.values() if word]
    found: Figures = {}
    for row, word in CUSTOMERS.items():
        new, main = (
            frame[frame["统计客户"] == word] if word else frame[~frame["统计客户"].isin(known)] for frame in (week.new, week.main)
        )
        found[f"客户{row}_新增"], found[f"客户{row}_占比"] = len(new), share(len(new), len(week.new))
        found[f"客户{row}_响应率"], found[f"客户{row}_响应样本"] = rate(new["首次响应状态"])
        found[f"客户{row}_解决率"], found[f"客户{row}_解决样本"] = rate(new["解决状态"])
        found[f"客户{row}_得分"], found[f"客户{row}_得分样本"] = mean(main["综合得分"])
    return found


CHANNELS = ["短信", "邮件", "线上问卷", "电话回访", "微信", "APP内", "现场邀请", "纸质问卷", "二维码"]


def channels(week: Week) -> Figures:
    numbers = week.valid["统计渠道"].value_counts().drop(["未填", "代填"], errors="ignore")
    labels = sorted(numbers.index, key=lambda name: (-numbers[name], CHANNELS.index(name)))[:4]
    found: Figures = {f"渠道{n}_名称": label for n, label in enumerate(labels, 1)}
    rows = {str(n): [label] for n, label in enumerate(labels, 1)}
    rows |= {"代填": ["代填"], "合计": week.valid["统计渠道"].unique().tolist()}
    rows["其他"] = [word for word in rows["合计"] if word not in (*labels, "代填")]
    for row, words in rows.items():
        valid, main = (frame[frame["统计渠道"].isin(words)] for frame in (week.valid, week.main))
        found[f"渠道{row}_数量"], found[f"渠道{row}_占比"] = len(valid), share(len(valid), len(week.valid))
        found[f"渠道{row}_得分"], found[f"渠道{row}_得分样本"] = mean(main["综合得分"])
    return found


def balances(found: Figures) -> Figures:
    new = found["本周_新增"]

    def over(prefix: str) -> int:
        return sum(v for k, v in found.items() if k.startswith(prefix) and k.endswith("_新增")) - new

    return {
        "对账_结存": found["本周_期初未结"] + new - found["本周_办结"] - found["本周_期末未结"],
        "对账_类型": found["类型合计_数量"] - new, "对账_紧急": found["紧急合计_合计"] - new,
        "对账_人员": over("人员"), "对账_部门": over("部门"), "对账_客户": over("客户"),
    }  # fmt: skip


def write(tab: Any, places: dict[str, str], found: Figures) -> None:
    for name, value in found.items():
        tab[places[name]] = value.item() if hasattr(value, "item") else value


def places_of(tab: Any) -> dict[str, str]:
    return {name: defined.attr_text.rpartition("!")[2].replace("$", "") for name, defined in tab.defined_names.items()}


def into(path: str, monday: datetime, found: Figures) -> None:
    book = openpyxl.load_workbook(path)
    template = book[TEMPLATE]
    tab = book.copy_worksheet(template)
    tab.title = f"周报 {monday:%G-W%V}"
    write(tab, places_of(template), found)
    book.save(path)


def beside(template: str, monday: datetime, found: Figures, target: str) -> None:
    book = openpyxl.load_workbook(template)
    for title in set(book.sheetnames) - {TEMPLATE}:
        del book[title]
    tab = book[TEMPLATE]
    tab.title, tab.sheet_state = f"周报 {monday:%G-W%V}", "visible"
    write(tab, places_of(tab), found)
    book.save(target)


if __name__ == "__main__":
    job, file, week, moment, *rest = sys.argv[1:]
    start = datetime.strptime(f"{week}-1", "%G-W%V-%u")
    counted = figures(*read(file), start, datetime.fromisoformat(moment))
    if job == "into":
        into(file, start, counted)
    else:
        beside(rest[0], start, counted, rest[1])
