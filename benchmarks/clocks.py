"""`python -m benchmarks.clocks`: six clocks with waits, whole columns against loops over the rows, in one process.

All sides are given the same tickets in memory and the same settings; each judges every ticket, and every status, due
time and number of minutes has to be equal. There are two loops of the same arithmetic. The script is what an office
writes: pandas' iterrows, Timestamps, chinese_calendar.is_workday for each day. The tuned loop has the columns as lists
of datetimes and every day's spans made beforehand. CPU time (user and system) of this process, without making the
tickets. Exit 1 if a cell differs.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from time import process_time
from typing import Any

import chinese_calendar
import numpy as np
import pandas as pd

from workbook.sheets.settings import default_rows
from xlsvc.active_time import NAT, Pauses
from xlsvc.clocks import DONE_BY, measure
from xlsvc.settings import Settings, read_settings
from xlsvc.status_history import History
from xlsvc.targets import UNIT_MINUTES, WORKDAY, WORKING
from xlsvc.working_time import seconds

from .clock_loop import Case, Limit, Office

NOW = datetime(2024, 12, 31, 10, 0)
SIZES = (10_000, 100_000, 1_000_000)
SPANS = "09:00-12:00 13:30-18:00 周六 09:00-12:00"
OWN = (date(2024, 4, 3),)
LEVELS = np.array(["P1", "P2", "P3", "P4"], dtype=object)
TIMES = (
    "raised_at", "accepted_at", "registered_at", "responded_at", "dispatched_at", "arrived_at", "proposed_at", "resolved_at",
)  # fmt: skip
Columns = dict[str, Any]


def settings() -> Settings:
    """Limits for every clock: in minutes, hours and working days, natural and working time, one with its own share."""
    def limit(clock: str, value: float, unit: str, basis: str = "自然时", **rest: Any) -> Columns:
        return {"group": "时效", "name": clock, "value": value, "unit": unit, "basis": basis,
                "effective": datetime(2020, 1, 1), **rest}  # fmt: skip

    rows = [
        *default_rows(),
        {"group": "时效", "name": "工作时段", "value": SPANS, "effective": datetime(2020, 1, 1)},
        *(limit("首次响应", 30 * n, "分钟", "工作时", profile=p, urgency=f"P{n}") for p in ("S002", "S003") for n in (1, 2, 3, 4)),
        *(limit("派工到场", 2, "小时", "工作时", profile=p, urgency=f"P{n}") for p in ("S002", "S003") for n in (1, 2, 3)),
        *(limit("方案", 24, "小时", profile=p, urgency=f"P{n}", warning="50%") for p in ("S002", "S003") for n in (1, 2, 3)),
        *(limit("解决", n, "工作日", profile=p, urgency=f"P{n}") for p in ("S002", "S003") for n in (2, 3)),
        *(limit("解决", 8, "小时", "工作时", profile=p, urgency=f"P{n}") for p in ("S002", "S003") for n in (1, 4)),
        *(limit("登记", 2, "小时", "工作时", profile=p) for p in ("S002", "S003")),
        *(limit("二次处理", 24, "小时", profile=p) for p in ("S002", "S003")),
    ]  # fmt: skip
    frame = pd.DataFrame(rows, index=range(4, 4 + len(rows)))
    frame["value"] = [f"{v:g}" if isinstance(v, float) else "" if v is None else str(v) for v in frame["value"]]
    found = read_settings({"settings": frame, "holidays": pd.DataFrame({"day": [str(d) for d in OWN], "day_kind": "休息"})}, NOW)
    assert not [i for i in found.issues if i.level == "error"], found.issues
    return found


def tickets(count: int) -> tuple[pd.DataFrame, Columns]:
    """So many tickets of two years, as `tickets.Tickets.frame` holds them, and their past: waits (position, from, to or NaT)
    and reopenings."""
    random = np.random.default_rng(20241231)
    now, first = int(seconds(NOW)), int(seconds(datetime(2023, 1, 2)))
    taken = random.integers(first // 60, now // 60, count) * 60

    def after(median: float, share: float, sigma: float = 1.0) -> Any:
        at = taken + 60 * np.rint(np.exp(random.normal(np.log(median), sigma, count))).astype(np.int64)
        at = np.where(random.random(count) < 0.003, taken - 3600, at)
        return np.where((random.random(count) < share) & (at <= now + 86_400), at, NAT)

    solved = after(1500, 0.95)
    reopened = np.where((random.random(count) < 0.04) & (solved != NAT) & (solved < now - 86_400), solved + 7200, NAT)
    again = reopened != NAT
    resolved = np.where(again & (random.random(count) < 0.7), reopened + 60 * random.integers(10, 4000, count), solved)
    times = {
        "accepted_at": taken, "raised_at": np.where(random.random(count) < 0.3, taken - 60 * random.integers(0, 300, count), NAT),
        "responded_at": after(60, 0.95), "dispatched_at": after(150, 0.5), "arrived_at": after(200, 0.3),
        "proposed_at": after(700, 0.6), "resolved_at": resolved,
    }  # fmt: skip
    times["registered_at"] = np.where((times["raised_at"] != NAT) & (random.random(count) < 0.8), taken + 300, NAT)
    open_again = again & (resolved == solved)
    status = np.where(open_again, "处理中", np.where((resolved != NAT) & (resolved <= now), "已完成", "处理中")).astype(object)
    status[random.random(count) < 0.005] = "已完成"
    frame = pd.DataFrame({key: at.view("datetime64[s]").astype("datetime64[ns]") for key, at in times.items()})
    frame["status"] = pd.Series(status, dtype=object)
    frame["problem_class"] = pd.Series(["软件"] * count, dtype=object)
    frame["profile"] = pd.Series(np.array(["S002", "S003"], dtype=object)[random.integers(0, 2, count)], dtype=object)
    frame["urgency"] = pd.Series(LEVELS[random.choice(4, count, p=(0.08, 0.25, 0.55, 0.12))], dtype=object)
    number = random.choice(4, count, p=(0.6, 0.25, 0.1, 0.05))
    owner = np.repeat(np.arange(count), number)
    begins = taken[owner] + 60 * random.integers(-60, 3000, len(owner))
    ends = begins + 60 * random.integers(1, 4000, len(owner))
    ends[random.random(len(owner)) < 0.05] = NAT
    order = random.permutation(len(owner))
    first_closed = np.where(again, solved, NAT)
    past = {"owner": owner[order], "begins": begins[order], "ends": ends[order], "reopened": reopened, "first": first_closed}
    return frame, past


def ours(frame: pd.DataFrame, past: Columns, rules: Settings) -> dict[str, Any]:
    pauses = Pauses.merged(past["owner"], past["begins"], past["ends"], int(seconds(NOW)))
    none = History.none(len(frame))
    return measure(frame, rules, NOW, History(
        pauses, past["first"], past["reopened"], none.closed_again, none.sources, none.reopen_rows, none.rows
    ))  # fmt: skip


def cases(frame: pd.DataFrame, past: Columns, rules: Settings) -> Iterator[Case]:
    """The same tickets row by row; a ticket that was reopened is judged by its first resolution."""
    waits: dict[int, list[tuple[datetime, datetime | None]]] = {}
    for owner, begin, end in zip(past["owner"].tolist(), _moments(past["begins"]), _moments(past["ends"]), strict=True):
        waits.setdefault(owner, []).append((begin, end))
    limits = _limits(rules)
    times = zip(*(_moments(seconds(frame[key].to_numpy())) for key in TIMES), strict=True)
    again, early = _moments(past["reopened"]), _moments(past["first"])
    rest = zip(frame["profile"], frame["urgency"], frame["status"], again, early, times, strict=True)
    for n, (profile, level, status, reopened, first, at) in enumerate(rest):
        mine = {key: limits.get((key, profile, level)) for key in DONE_BY}
        yield Case(mine, *at, reopened, first or at[-1], status == "已完成", waits.get(n, []))  # type: ignore[call-arg]


def script_cases(frame: pd.DataFrame, past: Columns, rules: Settings) -> Iterator[Case]:
    """The same with pandas alone: a row at a time, its waits looked up in a table of waits."""
    waits: dict[int, list[Any]] = {}
    table = pd.DataFrame({k: past[k].view("datetime64[s]") if k != "owner" else past[k] for k in ("owner", "begins", "ends")})
    for _, wait in table.iterrows():
        waits.setdefault(wait["owner"], []).append((wait["begins"], None if pd.isna(wait["ends"]) else wait["ends"]))
    limits = _limits(rules)
    rows = frame.assign(reopened=past["reopened"].view("datetime64[s]"), first=past["first"].view("datetime64[s]"))
    for n, row in rows.iterrows():
        mine = {key: limits.get((key, row["profile"], row["urgency"])) for key in DONE_BY}
        at = [None if pd.isna(row[key]) else row[key] for key in (*TIMES, "reopened", "first")]
        yield Case(mine, *at[:-1], at[-1] or at[-3], row["status"] == "已完成", waits.get(n, []))  # type: ignore[call-arg, arg-type, call-overload]


class EachDay(dict[Any, Any]):
    """The spans of a day, asked of the official calendar each time; as a container, its working days."""

    def __getitem__(self, day: Any) -> list[tuple[Any, Any]]:
        works, weekday = day in self, day.weekday()
        made_up = works and weekday > 4
        names = [("09:00", "12:00")] if weekday == 5 and not made_up else [("09:00", "12:00"), ("13:30", "18:00")]
        if not works and (weekday != 5 or day in OWN or chinese_calendar.get_holiday_detail(day)[1] is not None):
            return []
        return [(pd.Timestamp(f"{day} {a}"), pd.Timestamp(f"{day} {b}")) for a, b in names]

    def __contains__(self, day: object) -> bool:
        return day not in OWN and chinese_calendar.is_workday(day)


def _moments(at: Any) -> list[Any]:
    return at.view("datetime64[s]").tolist()  # type: ignore[no-any-return]


def _limits(rules: Settings) -> dict[tuple[str, str, str], Limit | None]:
    """By clock, log and urgency. No two rows for one clock are of unlike specificity here: the latest counts."""
    found: dict[tuple[str, str, str], Limit | None] = {}
    for row in rules.targets.sort_values("effective", na_position="first", kind="stable").to_dict("records"):
        for profile in [row["profile"]] if row["profile"] else ["S002", "S003"]:
            for level in [row["urgency"]] if row["urgency"] else LEVELS.tolist():
                found[row["clock"], profile, level] = _limit(row, rules)
    return found


def _limit(row: Any, rules: Settings) -> Limit | None:
    if row["amount"] != row["amount"]:
        return None
    share = row["warning"] if row["warning"] == row["warning"] else rules.warning_share
    working = row["basis"] == WORKING
    if row["unit"] == WORKDAY:
        return timedelta(), int(row["amount"]), working, share
    return timedelta(minutes=row["amount"] * UNIT_MINUTES[row["unit"]]), 0, working, share


def office(rules: Settings) -> Office:
    """Every day of 2022 to 2026 as the product's calendar has it: both sides go by the same days."""
    days = np.arange(np.datetime64("2022-01-01"), np.datetime64("2027-01-01"))
    full = rules.calendar.is_workday(days).tolist()
    spans: dict[Any, Any] = {}
    for day in days:
        bounds = [(day + np.timedelta64(a, "m"), day + np.timedelta64(b, "m")) for a, b in ((540, 720), (810, 1080))]
        worked = [rules.calendar.working_minutes([a], [b])[0] for a, b in bounds]
        spans[day.item()] = [(a.item(), b.item()) for (a, b), minutes in zip(bounds, worked, strict=True) if minutes]
    return Office(spans, {day for day, works in zip(days.tolist(), full, strict=True) if works}, NOW)


def compare(clocks: dict[str, Any], looped: list[dict[str, Any]]) -> int:
    """How many cells are equal. Raises AssertionError naming the first that is not."""
    equal = 0
    for key, clock in clocks.items():
        columns = clock.status.tolist(), clock.due.tolist(), clock.minutes.tolist()
        for n, (word, due, minutes) in enumerate(zip(*columns, strict=True)):
            mine = word, due, None if minutes != minutes else minutes
            assert mine == looped[n][key], (key, n, mine, looped[n][key])
            equal += 3
    return equal


def run(count: int, script: bool = True) -> dict[str, Any]:
    """One size: CPU seconds of each side, cells found equal."""
    rules = settings()
    frame, past = tickets(count)
    gc.collect()
    began = process_time()
    clocks = ours(frame, past, rules)
    found: dict[str, Any] = {"rows": count, "waits": len(past["owner"]), "ours": process_time() - began}
    sides: list[tuple[str, Any, Office]] = [("tuned", cases, office(rules))]
    if script:
        sides.append(("script", script_cases, Office(EachDay(), EachDay(), pd.Timestamp(NOW))))
    for side, rows, judges in sides:
        gc.collect()
        gc.disable()
        began = process_time()
        looped = [judges.judge(case) for case in rows(frame, past, rules)]
        found[side] = process_time() - began
        gc.enable()
        found["equal"] = found.get("equal", 0) + compare(clocks, looped)
        del looped
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clocks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--script-limit", type=int, default=10**9, metavar="ROWS", help="above so many rows without the script")
    options = parser.parse_args(arguments)
    run(1_000)  # the calendar is loaded
    heads = {"rows": 10, "waits": 10, "columns CPU s": 15, "µs a row": 10, "tuned loop": 12, " ratio": 7, "script": 10, "ratio": 7}
    print("".join(f"{name:>{width}}" for name, width in heads.items()) + "  cells equal")
    for count in options.rows:
        try:
            found = run(count, count <= options.script_limit)
        except AssertionError as error:
            print(f"{count:>10,}  FAILED: {error}")
            return 1
        mine = found["ours"]
        line = f"{count:>10,}{found['waits']:>10,}{mine:>15.3f}{mine / count * 1e6:>10.2f}"
        for side, width in (("tuned", 12), ("script", 10)):
            line += f"{found[side]:>{width}.2f}{found[side] / mine:>6.0f}x" if side in found else f"{'—':>{width}}{'—':>7}"
        print(f"{line}  {found['equal']:,}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
