"""What a competent user would write: pandas reads the sheets, a few masks compute the columns, openpyxl loads the
workbook, takes the values and saves it. The other side of every comparison; shares nothing with the product.

Run as `python -m benchmarks.plain_script sla FILE NOW`, `fill FILE VALUES` or `read FILE [DUMP]`.
"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

import numpy as np
import openpyxl
import pandas as pd

LOG, HEADER, FIRST = "响应记录", 3, 4
CLOCKS = {
    "首次响应": ["首次响应时间"], "派工到场": ["派工时间", "到场时间"], "方案": ["方案时间"], "解决": ["实际解决时间"],
}  # fmt: skip
WRITTEN_AS = {  # clock -> due, minutes, status
    "首次响应": ("首次响应截止", "响应用时(分)", "首次响应状态"), "派工到场": ("到场截止", None, "到场状态"),
    "方案": ("方案截止", None, "方案状态"), "解决": ("解决截止", "解决用时(分)", "解决状态"),
}  # fmt: skip
LEVELS = {"P1": "特急·加急", "P2": "紧急", "P3": "一般·普通", "P4": "咨询"}
CLOSED = ["已解决待确认", "已完成", "已归档"]
MINUTES = {"分钟": 1, "小时": 60}
SPANS = [(9 * 60, 12 * 60), (13 * 60 + 30, 18 * 60)]
INPUTS = [
    "实际解决时间", "工单号", "受理时间", "首次响应时间", "状态", "派工时间", "到场时间", "方案时间", "问题类型", "紧急程度", "分派责任人",
    "责任部门", "重开次数", "提出时间", "登记时间", "客户类型(新/老/VIP)",
]  # fmt: skip


def sla(path: str, now: datetime) -> None:
    with pd.ExcelFile(path, engine="openpyxl") as book:
        log = pd.read_excel(book, sheet_name=LOG, header=HEADER - 1, usecols=INPUTS)
        rules = pd.read_excel(book, sheet_name="设置", header=HEADER - 1)
        options = pd.read_excel(book, sheet_name="选项与关键词", header=HEADER - 1)
        people = pd.read_excel(book, sheet_name="人员", header=HEADER - 1)
    write(path, compute(log, rules, options, people, now))


def compute(
    log: pd.DataFrame, rules: pd.DataFrame, options: pd.DataFrame, people: pd.DataFrame, now: datetime
) -> pd.DataFrame:
    start, resolved = moments(log["受理时间"]), moments(log["实际解决时间"])
    level = log["紧急程度"].map(vocabulary(options, "紧急程度", "归类")).fillna("")
    status = log["状态"].map(vocabulary(options, "状态", "选项")).fillna("")
    done = {
        clock: pd.concat([moments(log[c]).where(lambda t: t <= now) for c in columns], axis=1).min(axis=1)
        for clock, columns in CLOCKS.items()
    }
    closed = done["解决"].notna() | status.isin(CLOSED)
    begun = start <= now
    workdays = all_workdays(start)
    limits = rules[(rules["类别"] == "时效") & rules["档案"].isin(["S002", np.nan])]
    share = float(rules.loc[rules["项目"] == "预警比例", "数值"].iloc[0]) / 100
    out: dict[str, pd.Series] = {}
    words: dict[str, pd.Series] = {}
    late: dict[str, pd.Series] = {}
    for clock, stopped in done.items():
        when = start.fillna(now)
        amount, unit, undecided = limit(limits[limits["项目"] == clock], level, when)
        due = due_times(start, amount, unit, workdays).where(begun)
        backwards = stopped < start
        finished = stopped.notna() & begun & ~backwards
        judged = amount.notna() & begun & ~backwards
        waiting = judged & stopped.isna() & ~closed
        word = pd.Series("无法判定", log.index, dtype=object)
        word[amount.isna() & ~undecided & ~backwards] = "无时限"
        word[judged & finished] = np.where(stopped <= due, "达标", "超时")[judged & finished]
        used = used_share(start[waiting], due[waiting], unit[waiting], now, workdays)
        word[waiting] = np.where(now > due[waiting], "超时", np.where(used >= share, "即将超时", "进行中"))
        if clock == "方案":  # made by the completion at the latest
            ended = done["解决"]
            word[judged & stopped.isna() & closed & (ended >= start) & (ended <= due)] = "达标"
        due_heading, minutes_heading, status_heading = WRITTEN_AS[clock]
        out[due_heading], words[clock] = due, word
        out[status_heading] = word
        if minutes_heading:
            out[minutes_heading] = ((stopped - start).dt.total_seconds() / 60).where(finished)
        late[clock] = due.where((word == "超时") & stopped.isna())
    out["登记截止"], words["登记"] = registration(log, limits, start, now)
    out["登记状态"] = words["登记"]
    out["时效状态"] = overall(words, done["解决"] < start)
    out |= statistics(log, options, people, start, resolved, level, status)
    out["二次处理状态"] = pd.Series("无时限", log.index).where((status == "重开") & (out["不计原因"] != "重复"), "")
    overdue = pd.DataFrame(late)
    some = overdue.notna().any(axis=1)
    out["统计超时"] = overdue[some].idxmin(axis=1).reindex(log.index)
    return pd.DataFrame(out)


def registration(
    log: pd.DataFrame, limits: pd.DataFrame, start: pd.Series, now: datetime
) -> tuple[pd.Series, pd.Series]:
    """Runs from 提出时间, of tickets that have one; a ticket that is taken is registered."""
    raised, registered = moments(log["提出时间"]), moments(log["登记时间"]).where(lambda t: t <= now)
    row = limits[limits["项目"] == "登记"].iloc[0]
    due = (raised + pd.Timedelta(minutes=float(row["数值"]) * MINUTES[row["单位"]])).where(raised <= now)
    word = pd.Series("", log.index, dtype=object)
    word[raised.notna()] = "无法判定"
    proven = registered.isna() & (start >= raised) & (start <= due)
    word[proven | ((registered >= raised) & (registered <= due))] = "达标"
    word[registered > due] = "超时"
    return due, word


def moments(column: pd.Series) -> pd.Series:
    """Dates as read, those typed as text too; 2024-03-1514:00 lacks its blank."""
    if column.dtype.kind == "M":
        return column.dt.round("s")
    text = column.map(lambda cell: isinstance(cell, str))
    glued = column[text].astype(str).str.replace(r"^(\d{4}-\d\d-\d\d)(\d\d:\d\d)$", r"\1 \2", regex=True)
    column = column.astype(object).copy()
    column[text] = pd.to_datetime(glued, errors="coerce")
    return pd.to_datetime(column).dt.round("s")


def vocabulary(options: pd.DataFrame, name: str, meaning: str) -> dict[str, str]:
    """Word or other spelling -> what the column `meaning` says."""
    rows = options[options["词表"] == name]
    words = dict(zip(rows["选项"], rows[meaning], strict=True))
    others = {
        alias: found
        for aliases, found in zip(rows["别名"], rows[meaning], strict=True)
        for alias in str(aliases).split("、")
    }
    return {**others, **words}


def limit(rows: pd.DataFrame, level: pd.Series, when: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Amount, unit, and where it hangs on an urgency that is not known."""
    amount = pd.Series(np.nan, level.index)
    unit = pd.Series("", level.index, dtype=object)
    ordered = rows.sort_values("生效日期", na_position="first", kind="stable")
    for _, row in ordered.iterrows():
        since = row["生效日期"]
        mine = (level == row["紧急程度"]) & (True if pd.isna(since) else when >= since)
        amount[mine], unit[mine] = pd.to_numeric(row["数值"]), row["单位"]
    bare = level == ""
    undecided = bare & False
    if bare.any() and len(rows):
        each = [limit(rows, pd.Series(name, level.index[bare]), when[bare]) for name in LEVELS]
        amounts = pd.concat([a.fillna(-1).astype(str) + u.where(a.notna(), "") for a, u, _ in each], axis=1)
        undecided[bare] = amounts.nunique(axis=1) > 1
        same = ~undecided[bare]
        amount[bare], unit[bare] = each[0][0].where(same), each[0][1].where(same, "")
    return amount, unit, undecided


def all_workdays(start: pd.Series) -> np.ndarray:
    import chinese_calendar

    days = start.dropna()
    found = chinese_calendar.get_workdays(days.min().date(), days.max().date() + timedelta(days=40))
    return np.array(found, dtype="datetime64[D]")


def due_times(start: pd.Series, amount: pd.Series, unit: pd.Series, workdays: np.ndarray) -> pd.Series:
    due = start + pd.to_timedelta(amount * unit.map(MINUTES).astype(float), unit="min")
    by_day = (unit == "工作日") & start.notna()
    days = start[by_day].to_numpy().astype("datetime64[D]")
    place = np.searchsorted(workdays, days, side="right") + amount[by_day].astype(int) - 1
    due[by_day] = pd.to_datetime(workdays[place]) + pd.Timedelta(minutes=SPANS[-1][1])
    return due.dt.round("s")


def used_share(
    start: pd.Series, due: pd.Series, unit: pd.Series, now: datetime, workdays: np.ndarray
) -> np.ndarray:
    """What part of the time is gone; of limits in working days only the hours worked count."""
    worked = set(workdays.tolist())

    def minutes(a: pd.Timestamp, b: pd.Timestamp, kind: str) -> float:
        if kind != "工作日":
            return float((b - a).total_seconds() / 60)
        total, day = 0.0, a.normalize()
        while day <= b:
            if day.date() in worked:
                for opens, closes in SPANS:
                    begin, end = (day + pd.Timedelta(minutes=m) for m in (opens, closes))
                    total += max(0.0, (min(b, end) - max(a, begin)).total_seconds() / 60)
            day += pd.Timedelta(days=1)
        return total

    until = pd.Timestamp(now)
    rows = list(zip(start, due, unit, strict=True))
    wholes = [minutes(a, b, kind) for a, b, kind in rows]
    used = [minutes(a, until, kind) for a, _, kind in rows]
    return np.array([u / w if w > 0 else 1.0 for u, w in zip(used, wholes, strict=True)])


def overall(words: dict[str, pd.Series], backwards: pd.Series) -> pd.Series:
    table = pd.DataFrame(words)
    unknown = (table[["首次响应", "解决"]] == "无法判定").any(axis=1)
    result = pd.Series("无时限", table.index, dtype=object)
    result[(table == "无法判定").any(axis=1)] = "无法判定"
    result[(table == "达标").any(axis=1)] = "达标"
    result[unknown] = "无法判定"
    for word in ("进行中", "即将超时", "超时"):
        result[(table == word).any(axis=1)] = word
    result[backwards] = "无法判定"
    return result


def statistics(
    log: pd.DataFrame, options: pd.DataFrame, people: pd.DataFrame,
    start: pd.Series, resolved: pd.Series, level: pd.Series, status: pd.Series,
) -> dict[str, pd.Series]:  # fmt: skip
    reason = pd.Series("", log.index, dtype=object)
    reason[resolved < start] = "时间颠倒"
    reason[start.isna()] = "缺受理时间"
    usable_first = log["工单号"].iloc[np.argsort(reason != "", kind="stable")]
    reason[usable_first.duplicated().reindex(log.index) & log["工单号"].notna()] = "重复"
    kinds = log["问题类型"].map(vocabulary(options, "问题类型", "归类"))
    owner = log["分派责任人"].fillna("").astype(str).str.split("*", n=1)
    person = owner.str[-1].replace("", "未分派")
    listed = person.map(dict(zip(people["姓名"], people["部门"], strict=True)))
    named = owner.str[0].where(owner.map(len) > 1)
    department = log["责任部门"].astype(object).fillna(named).fillna(listed).fillna("未分派")
    reopened = pd.to_numeric(log["重开次数"]).fillna(0.0)
    return {
        "不计原因": reason.replace("", None),
        "统计受理": start,
        "统计办结": resolved,
        "统计缺办结": (status.isin(CLOSED) & resolved.isna()).map({True: "是"}),
        "统计客户": log["客户类型(新/老/VIP)"].map(vocabulary(options, "客户类型", "选项")).fillna("未填"),
        "统计类别": kinds.fillna("其他").where(log["问题类型"].notna(), "未填"),
        "统计紧急": level.map(LEVELS).fillna("未填"),
        "统计责任人": person,
        "统计部门": department,
        "统计重开": reopened.where(status != "重开", reopened.clip(lower=1)),
    }


def write(path: str, values: pd.DataFrame) -> None:
    """Every cell of the given headings, in the rows from FIRST on."""
    book = openpyxl.load_workbook(path)
    tab = book[LOG]
    places = {cell.value: at for at, cell in enumerate(tab[HEADER], 1)}
    for heading in values.columns:
        column = values[heading]
        cells = column.astype(object).where(column.notna(), None).tolist()
        at = places[heading]
        for row, cell in enumerate(cells, FIRST):
            tab.cell(row, at).value = cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell
    book.save(path)


def fill(path: str, values: str) -> None:
    write(path, pd.read_pickle(values))


def read(path: str, headings: list[str], dump: str = "") -> None:
    frame = pd.read_excel(path, sheet_name=LOG, header=HEADER - 1, usecols=headings, engine="openpyxl")
    if dump:
        frame.to_pickle(dump)


if __name__ == "__main__":
    job, file, *rest = sys.argv[1:]
    if job == "sla":
        sla(file, datetime.fromisoformat(rest[0]))
    elif job == "fill":
        fill(file, rest[0])
    else:
        read(file, rest[0].split("|"), *rest[1:])
