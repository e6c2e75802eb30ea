"""`python -m benchmarks.clocks`: six clocks with waits, whole columns against a loop over the rows, in one process.

Both sides are given the same tickets in memory and the same settings; both judge every ticket, the loop too, and every
status, due time and number of minutes has to be equal. CPU time (user and system) of this process, without making the
tickets. Exit 1 if a cell differs.
"""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import datetime
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from workbook.sheets.settings import default_rows
from xlsvc.active_time import NAT, Pauses
from xlsvc.clocks import DONE_BY, measure
from xlsvc.settings import Settings, read_settings
from xlsvc.status_history import History
from xlsvc.targets import UNIT_MINUTES, WORKDAY, WORKING
from xlsvc.working_time import seconds

from .clock_loop import DAY, Case, Limit, Office

NOW = datetime(2024, 12, 31, 10, 0)
SIZES = (10_000, 100_000, 1_000_000)
SPANS = "09:00-12:00 13:30-18:00 周六 09:00-12:00"
LEVELS = np.array(["P1", "P2", "P3", "P4"], dtype=object)
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
    found = read_settings({"settings": frame, "holidays": pd.DataFrame({"day": [datetime(2024, 4, 3)], "day_kind": ["休息"]})}, NOW)
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
        return np.where((random.random(count) < share) & (at <= now + DAY), at, NAT)

    solved = after(1500, 0.95)
    reopened = np.where((random.random(count) < 0.04) & (solved != NAT) & (solved < now - DAY), solved + 7200, NAT)
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
    frame["status"], frame["problem_class"] = status, "软件"
    frame["profile"] = np.array(["S002", "S003"], dtype=object)[random.integers(0, 2, count)]
    frame["urgency"] = LEVELS[random.choice(4, count, p=(0.08, 0.25, 0.55, 0.12))]
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


def cases(frame: pd.DataFrame, past: Columns, rules: Settings) -> list[Case]:
    """The same tickets for the loop; a ticket that was reopened is judged by its first resolution."""
    def column(key: str) -> list[int | None]:
        return [None if at == NAT else at for at in seconds(frame[key].to_numpy()).tolist()]

    waits: list[list[tuple[int, int | None]]] = [[] for _ in range(len(frame))]
    for owner, begin, end in zip(past["owner"].tolist(), past["begins"].tolist(), past["ends"].tolist(), strict=True):
        waits[owner].append((begin, None if end == NAT else end))
    table: dict[tuple[str, str, str], Limit | None] = {}
    # no two rows for one clock are of unlike specificity here, so that the latest one counts
    for row in rules.targets.sort_values("effective", na_position="first", kind="stable").to_dict("records"):
        for profile in [row["profile"]] if row["profile"] else ["S002", "S003"]:
            for level in [row["urgency"]] if row["urgency"] else LEVELS.tolist():
                table[row["clock"], profile, level] = _limit(row, rules)
    limits = {(p, u): {key: table.get((key, p, u)) for key in DONE_BY} for p in ("S002", "S003") for u in LEVELS}
    words = zip(frame["profile"].tolist(), frame["urgency"].tolist(), strict=True)
    again = [None if at == NAT else at for at in past["reopened"].tolist()]
    first = [at if early == NAT else early for at, early in zip(column("resolved_at"), past["first"].tolist(), strict=True)]
    columns = [column(k) for k in ("raised_at", "accepted_at", "registered_at", "responded_at", "dispatched_at", "arrived_at", "proposed_at", "resolved_at")]
    status = frame["status"].tolist()
    return [
        Case(limits[word], *times, again[n], first[n], status[n] == "已完成", waits[n])
        for n, (word, times) in enumerate(zip(words, zip(*columns, strict=True), strict=True))
    ]


def _limit(row: Columns, rules: Settings) -> Limit | None:
    if row["amount"] != row["amount"]:
        return None
    by_day = row["unit"] == WORKDAY
    amount = int(row["amount"]) if by_day else round(row["amount"] * UNIT_MINUTES[row["unit"]] * 60)
    share = row["warning"] if row["warning"] == row["warning"] else rules.warning_share
    return amount, WORKDAY if by_day else "", row["basis"] == WORKING, share


def office(rules: Settings) -> Office:
    """Every day of 2022 to 2026 from the product's calendar: both sides go by the same days."""
    days = np.arange(np.datetime64("2022-01-01"), np.datetime64("2027-01-01"))
    works = rules.calendar.is_workday(days).tolist()
    spans, workdays = {}, set()
    for day, full in zip(days.view("int64").tolist(), works, strict=True):
        found = []
        midnight = np.array([day * DAY], dtype=np.int64)
        for a, b in ((32400, 43200), (48600, 64800)):
            worked = rules.calendar.worked(midnight + b) - rules.calendar.worked(midnight + a)
            if int(worked[0]):
                found.append((a, b))
        spans[day] = tuple(found)
        if full:
            workdays.add(day)
    return Office(spans, workdays, int(seconds(NOW)))


def compare(clocks: dict[str, Any], looped: list[dict[str, Any]]) -> int:
    """How many cells are equal. Raises AssertionError naming the first that is not."""
    equal = 0
    for key, clock in clocks.items():
        status = clock.status.tolist()
        due = clock.due.view("int64").tolist()
        minutes = clock.minutes.tolist()
        for n, judged in enumerate(looped):
            word, at, spent = judged[key]
            mine = (status[n], None if due[n] == NAT else due[n], None if minutes[n] != minutes[n] else minutes[n])
            assert mine == (word, at, spent), (key, n, mine, judged[key])
            equal += 3
    return equal


def run(count: int, with_loop: bool = True) -> dict[str, Any]:
    """One size: CPU seconds of both sides, cells found equal."""
    rules = settings()
    frame, past = tickets(count)
    gc.collect()
    began = process_time()
    clocks = ours(frame, past, rules)
    mine = process_time() - began
    found: dict[str, Any] = {"rows": count, "waits": len(past["owner"]), "ours": mine}
    if with_loop:
        listed, by_days = cases(frame, past, rules), office(rules)
        gc.collect()
        gc.disable()
        began = process_time()
        looped = [by_days.judge(case) for case in listed]
        found["loop"] = process_time() - began
        gc.enable()
        found["equal"] = compare(clocks, looped)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.clocks", description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=SIZES, metavar="N")
    parser.add_argument("--loop-limit", type=int, default=10**9, metavar="ROWS", help="above so many rows without the loop")
    options = parser.parse_args(arguments)
    run(1_000)  # the calendar is loaded
    print(f"{'rows':>10}{'waits':>10}{'columns CPU s':>15}{'loop CPU s':>12}{'ratio':>8}{'µs a row':>10}  cells equal")
    for count in options.rows:
        try:
            found = run(count, count <= options.loop_limit)
        except AssertionError as error:
            print(f"{count:>10,}  FAILED: {error}")
            return 1
        loop = f"{found['loop']:>12.2f}{found['loop'] / found['ours']:>7.0f}x" if "loop" in found else f"{'—':>12}{'—':>8}"
        each = found["ours"] / count * 1e6
        print(f"{count:>10,}{found['waits']:>10,}{found['ours']:>15.3f}{loop}{each:>10.2f}  {found.get('equal', 0):,}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
