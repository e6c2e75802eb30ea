"""状态流水: waits and reopenings of tickets, the known faults of helpdesk products, and what 一键更新 notes down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pandas as pd
import pytest

from tests.xlsvc.test_sla import ledger, limit, settings_with
from xlsvc import daily, sla
from xlsvc.clocks import LATE, MET, NEARLY, NO_LIMIT, RUNNING, UNKNOWN
from xlsvc.settings import Settings
from xlsvc.status_history import history

NUMBER = "SN20240506001"
LONG = "SN20240430001"
HOURS = settings_with(limit("解决", 4, "小时", basis="工作时"), limit("首次响应", None, "小时"))
TOTAL = settings_with(
    {"group": "时效", "name": "重开计时", "value": "全程", "effective": datetime(2024, 1, 1)},
    limit("解决", 4, "小时"),
)
FIRST = settings_with(limit("解决", 4, "小时"))


def ticket(**cells: Any) -> dict[str, Any]:
    """A ticket of 流程记录 that 普通 asks nothing of but what the test's settings say."""
    return {"ticket": NUMBER, "customer_info": "王女士/010-5678", "problem_info": "不启动/普通",
            "accepted_at": "2024-05-06 09:00", **cells}  # fmt: skip


def noted(*rows: tuple[str, str, str], number: str = NUMBER) -> list[dict[str, Any]]:
    """Rows of 状态流水: (time, 新状态, 来源)."""
    return [{"ticket": number, "at": at, "new_status": status, "origin": origin} for at, status, origin in rows]


def judged(
    cells: dict[str, Any], rows: list[dict[str, Any]], settings: Settings, now: str
) -> dict[str, Any]:
    book = ledger({"process_log": [cells], "status_history": rows})
    return dict(sla.update(book, settings, datetime.fromisoformat(now)).columns["process_log"].iloc[0])


def resolution(cells: dict[str, Any], rows: list[dict[str, Any]], settings: Settings, now: str) -> tuple[Any, Any, Any]:
    row = judged(cells, rows, settings, now)
    due = "" if pd.isna(row["resolution_due"]) else f"{row['resolution_due']:%m-%d %H:%M}"
    minutes = None if pd.isna(row["resolution_minutes"]) else row["resolution_minutes"]
    return row["resolution_status"], due, minutes


@pytest.mark.parametrize(
    ("rows", "now", "expected"),
    [
        # natural time, 4 hours from 9:00
        ([], "2024-05-06 12:00", (RUNNING, "05-06 13:00", None)),
        ([("2024-05-06 10:00", "等待客户", "")], "2024-05-06 15:00", (RUNNING, "05-06 18:00", None)),  # still open
        ([("2024-05-06 10:00", "等待客户", ""), ("2024-05-06 12:00", "处理中", "")], "2024-05-06 15:00",
         (NEARLY, "05-06 15:00", None)),  # to the second
        ([("2024-05-06 10:00", "等待客户", ""), ("2024-05-06 12:00", "处理中", "")], "2024-05-06 15:01",
         (LATE, "05-06 15:00", None)),
        # one wait follows the other without a gap; the rows stand in any order
        ([("2024-05-06 12:00", "处理中", ""), ("2024-05-06 11:00", "等待备件", ""), ("2024-05-06 10:00", "等待客户", "")],
         "2024-05-06 14:00", (RUNNING, "05-06 15:00", None)),
        # the columns' waits overlap the status's
        ([("2024-05-06 10:00", "等待客户", ""), ("2024-05-06 11:00", "", "等待开始"), ("2024-05-06 13:00", "", "等待结束"),
          ("2024-05-06 12:00", "处理中", "")], "2024-05-06 14:00", (RUNNING, "05-06 16:00", None)),
        # a wait that nobody ended is over when the ticket is worked on again
        ([("2024-05-06 10:00", "", "等待开始"), ("2024-05-06 11:30", "处理中", "自动")], "2024-05-06 14:00",
         (NEARLY, "05-06 14:30", None)),
        # what was noted down before the wait was does not end it
        ([("2024-05-06 11:30", "处理中", "自动"), ("2024-05-06 10:00", "", "等待开始")], "2024-05-06 14:00",
         (RUNNING, "05-06 17:00", None)),
        # what lies in the future has not happened
        ([("2024-05-06 13:30", "等待客户", "")], "2024-05-06 13:10", (LATE, "05-06 13:00", None)),
        # rows of other tickets and rows that say nothing
        ([("2024-05-06 10:00", "", ""), ("", "等待客户", "")], "2024-05-06 12:00", (RUNNING, "05-06 13:00", None)),
    ],
)  # fmt: skip
def test_waits_stop_the_clock(rows: list[tuple[str, str, str]], now: str, expected: tuple[Any, ...]) -> None:
    given = noted(*((at or None, s, o) for at, s, o in rows))  # type: ignore[misc]
    other = noted(("2024-05-06 09:30", "等待客户", ""), number="SN20240506002")
    assert resolution(ticket(status="处理中"), [*given, *other], FIRST, now) == expected


class TestKnownFaults:
    """What helpdesk products get wrong; each of these fails if ours does it too."""

    def test_no_clock_runs_after_the_resolution(self) -> None:
        done = ticket(resolved_at="2024-05-06 12:00", status="已完成")
        for now in ("2024-05-06 12:00", "2024-05-06 13:01", "2025-05-06 12:00"):
            assert resolution(done, [], FIRST, now) == (MET, "05-06 13:00", 180)
        waiting_still = noted(("2024-05-06 11:00", "等待客户", ""))
        assert resolution(done, waiting_still, FIRST, "2025-07-01 08:00") == (MET, "05-06 14:00", 120)
        timeless = ticket(status="已完成")
        assert resolution(timeless, [], FIRST, "2025-05-06 12:00") == (UNKNOWN, "05-06 13:00", None)
        forgotten = {**done, "status": "等待客户"}  # its time is there, its status was never changed
        assert resolution(forgotten, waiting_still, FIRST, "2025-07-01 08:00") == (MET, "05-06 14:00", 120)

    def test_nothing_is_late_while_it_waits(self) -> None:
        for begin in ("10:00", "12:59", "13:00"):
            rows = noted((f"2024-05-06 {begin}", "等待客户", ""))
            for now in ("2024-05-06 13:01", "2024-05-20 08:00", "2025-01-01 00:00"):
                assert resolution(ticket(), rows, FIRST, now)[0] in (RUNNING, NEARLY)

    def test_what_was_late_before_it_waited_stays_late(self) -> None:
        rows = noted(("2024-05-06 13:01", "等待客户", ""))
        assert resolution(ticket(), rows, FIRST, "2024-05-06 15:00") == (LATE, "05-06 13:00", None)

    @pytest.mark.parametrize("urgency", ["普通", "紧急", "加急"])
    def test_a_changed_urgency_keeps_the_wait(self, urgency: str) -> None:
        settings = settings_with(*(limit("解决", n, "小时", urgency=u) for u, n in (("P1", 1), ("P2", 2), ("P3", 4))))
        rows = noted(("2024-05-06 09:30", "等待客户", ""), ("2024-05-06 11:30", "处理中", ""))
        hours = {"普通": "15:00", "紧急": "13:00", "加急": "12:00"}[urgency]
        cells = ticket(problem_info=f"不启动/{urgency}")
        assert resolution(cells, rows, settings, "2024-05-06 11:31")[1] == f"05-06 {hours}"

    def test_a_changed_limit_keeps_the_wait(self) -> None:
        rows = noted(("2024-05-06 09:30", "等待客户", ""), ("2024-05-06 11:30", "处理中", ""))
        shorter = settings_with(limit("解决", 3, "小时"))
        assert resolution(ticket(), rows, shorter, "2024-05-06 11:31")[1] == "05-06 14:00"

    def test_closing_does_not_wipe_out_that_it_was_late(self) -> None:
        late = ticket(resolved_at="2024-05-06 13:01", status="处理中")
        for status in ("处理中", "已解决待确认", "已完成", "已归档"):
            assert resolution({**late, "status": status}, [], FIRST, "2024-06-06 09:00") == (LATE, "05-06 13:00", 241)

    def test_the_gap_before_a_reopening_is_no_wait(self) -> None:
        rows = noted(("2024-05-06 10:00", "已完成", ""), ("2024-05-06 15:00", "重开", ""))
        again = ticket(resolved_at="2024-05-06 16:00", status="已完成")
        assert resolution(again, rows, TOTAL, "2024-05-07 09:00") == (LATE, "05-06 13:00", 420)

    def test_working_time_is_not_divided_by_24_hours(self) -> None:
        """24 working hours are three days and a bit of 7.5 hours, not one day."""
        settings = settings_with(limit("解决", 24, "小时", basis="工作时"))
        assert resolution(ticket(), [], settings, "2024-05-06 09:01")[1] == "05-09 10:30"
        done = ticket(resolved_at="2024-05-09 10:30", status="已完成")
        assert resolution(done, [], settings, "2024-05-10 09:00") == (MET, "05-09 10:30", 1440)

    def test_rates_are_made_of_one_set_of_tickets(self) -> None:
        """Of ten tickets each has one status; what is counted as met is among what is judged."""
        rows = [
            ticket(ticket=f"SN2024050600{n}", resolved_at="2024-05-06 12:00" if n < 4 else None,
                   accepted_at=None if n == 9 else "2024-05-06 09:00")
            for n in range(10)
        ]  # fmt: skip
        outcome = sla.update(ledger({"process_log": rows}), FIRST, datetime(2024, 5, 6, 14))
        words = outcome.columns["process_log"]["resolution_status"].tolist()
        assert [words.count(w) for w in (MET, LATE, UNKNOWN)] == [4, 5, 1]
        assert sum(outcome.counts[w] for w in sla.COUNTED) == outcome.counts["工单"] == 10


class TestNamedCases:
    """Must show 2 of the issue: each as it would be counted on a sheet of paper."""

    def test_taken_on_friday_evening_before_a_make_up_sunday(self) -> None:
        """2024-04-26 17:50 + 4 working hours: 10 minutes on Friday, the rest on Sunday 04-28."""
        taken = ticket(accepted_at="2024-04-26 17:50")
        assert resolution(taken, [], HOURS, "2024-04-27 09:00") == (RUNNING, "04-28 14:20", None)

    def test_taken_during_a_holiday(self) -> None:
        taken = ticket(accepted_at="2024-05-02 10:00", resolved_at="2024-05-06 10:00", status="已完成")
        assert resolution(taken, [], HOURS, "2024-05-10 09:00") == (MET, "05-06 14:30", 60)

    def test_a_wait_from_before_a_holiday_to_after_it(self) -> None:
        """04-30 16:00 to 05-06 10:00: 2 + 1 working hours; the make-up Saturday 05-11 is not reached."""
        taken = ticket(accepted_at="2024-04-30 15:00")
        rows = noted(("2024-04-30 16:00", "等待备件", ""), ("2024-05-06 10:00", "处理中", ""))
        assert resolution(taken, rows, HOURS, "2024-05-06 10:00") == (RUNNING, "05-06 14:30", None)
        natural = settings_with(limit("解决", 24, "小时"))
        assert resolution(taken, rows, natural, "2024-05-06 10:00")[1] == "05-07 09:00"

    def test_reopened_twice(self) -> None:
        rows = noted(("2024-05-06 10:00", "已完成", ""), ("2024-05-06 11:00", "处理中", ""), ("2024-05-06 12:00", "已完成", ""),
                     ("2024-05-06 14:00", "重开", ""))  # fmt: skip
        again = ticket(resolved_at="2024-05-06 15:30", status="已完成")
        now = "2024-05-07 09:00"
        assert resolution(again, rows, FIRST, now) == (MET, "05-06 13:00", 60)
        assert resolution(again, rows, TOTAL, now) == (LATE, "05-06 13:00", 390)
        still = ticket(resolved_at="2024-05-06 12:00", status="重开")
        assert resolution(still, rows, FIRST, now) == (MET, "05-06 13:00", 60)
        assert resolution(still, rows, TOTAL, now) == (LATE, "05-06 13:00", None)
        then = ticket(resolved_at="2024-05-06 12:00", status="重开")  # as of then it was open again
        assert [resolution(then, rows, TOTAL, f"2024-05-06 11:{m}")[0] for m in (30, 59)] == [RUNNING, RUNNING]

    def test_the_lunch_break_does_not_count(self) -> None:
        done = ticket(accepted_at="2024-05-06 11:00", resolved_at="2024-05-06 14:00", status="已完成")
        assert resolution(done, [], HOURS, "2024-05-10 09:00") == (MET, "05-06 16:30", 90)

    def test_a_clock_that_ends_exactly_on_its_target(self) -> None:
        for at, status in (("16:30:00", MET), ("16:30:01", LATE)):
            done = ticket(accepted_at="2024-05-06 11:00", resolved_at=f"2024-05-06 {at}", status="已完成")
            assert resolution(done, [], HOURS, "2024-05-10 09:00")[0] == status

    def test_working_days_that_a_wait_lengthens(self) -> None:
        """One working day ends 05-07 18:00; 2 working hours of waiting move that to 05-08 11:00."""
        settings = settings_with(limit("解决", 1, "工作日"))
        rows = noted(("2024-05-06 16:00", "等待客户", ""), ("2024-05-06 20:00", "处理中", ""))
        assert resolution(ticket(), rows, settings, "2024-05-07 09:00")[1] == "05-08 11:00"
        assert resolution(ticket(), [], settings, "2024-05-07 09:00")[1] == "05-07 18:00"

    def test_a_saturday_with_hours_of_its_own(self) -> None:
        weekly = {"group": "时效", "name": "工作时段", "value": "09:00-12:00 13:30-18:00 周六 09:00-12:00",
                  "effective": datetime(2024, 1, 1)}  # fmt: skip
        settings = settings_with(limit("解决", 4, "小时", basis="工作时"), weekly)
        taken = ticket(accepted_at="2024-05-17 17:00")  # Friday: one hour, then Saturday 9 to 12
        assert resolution(taken, [], settings, "2024-05-17 17:01")[1] == "05-18 12:00"
        made_up = ticket(accepted_at="2024-05-10 17:00")  # 05-11 is a make-up Saturday: the hours of a weekday
        six = settings_with(limit("解决", 6, "小时", basis="工作时"), weekly)
        assert resolution(made_up, [], six, "2024-05-10 17:01")[1] == "05-11 15:30"
        holiday = ticket(accepted_at="2024-05-03 17:00")  # the Saturday is within Labour Day
        assert resolution(holiday, [], settings, "2024-05-03 17:01")[1] == "05-06 14:30"


class TestTheOtherTwoClocks:
    def test_registration_runs_from_when_it_was_raised(self) -> None:
        cases = [("09:00", "11:00", MET), ("09:00", "11:01", LATE), ("09:00", None, MET), (None, "11:00", "")]
        for raised, registered, status in cases:
            row = {
                "ticket": NUMBER, "customer": "王女士", "contact": "13800001111", "urgency": "一般", "problem": "不启动",
                "raised_at": raised and f"2024-05-06 {raised}", "accepted_at": "2024-05-06 10:59",
                "registered_at": registered and f"2024-05-06 {registered}",
            }  # fmt: skip
            found = sla.update(ledger({"response_log": [row]}), settings_with(), datetime(2024, 5, 6, 12)).columns
            assert found["response_log"]["registration_status"].tolist() == [status], (raised, registered)
        late = {**row, "raised_at": "2024-05-06 08:00", "registered_at": None}  # taken too late to prove anything
        found = sla.update(ledger({"response_log": [late]}), settings_with(), datetime(2024, 5, 6, 12)).columns
        assert found["response_log"]["registration_status"].tolist() == [UNKNOWN]

    def test_second_handling_runs_from_the_reopening(self) -> None:
        """S003.R8: a plan within 24 hours of the objection."""
        rows = noted(("2024-05-06 10:00", "已完成", ""), ("2024-05-07 10:00", "重开", ""))
        open_again = ticket(status="重开", resolved_at="2024-05-06 10:00", proposed_at="2024-05-06 09:30")
        cases = [
            ("2024-05-07 12:00", {}, RUNNING), ("2024-05-08 10:00", {}, NEARLY), ("2024-05-08 10:01", {}, LATE),
            ("2024-05-09 10:00", {"proposed_at": "2024-05-08 10:00"}, MET),
            ("2024-05-09 10:00", {"resolved_at": "2024-05-08 10:01", "status": "已完成"}, LATE),
            ("2024-05-07 09:00", {}, ""),
        ]  # fmt: skip
        for now, cells, status in cases:
            row = judged({**open_again, **cells}, rows, settings_with(), now)
            assert row["second_status"] == status, (now, cells)
            assert (row["second_due"] == pd.Timestamp("2024-05-08 10:00")) == bool(status)

    def test_a_ticket_without_them_has_no_such_clock(self) -> None:
        row = judged(ticket(), [], settings_with(), "2024-05-06 10:00")
        assert (row["registration_status"], row["second_status"], row["dispatch_status"]) == ("", "", NO_LIMIT)

    def test_a_limit_may_warn_at_its_own_share(self) -> None:
        early = settings_with(limit("解决", 4, "小时", warning="50%"))
        assert resolution(ticket(), [], early, "2024-05-06 10:59")[0] == RUNNING
        assert resolution(ticket(), [], early, "2024-05-06 11:00")[0] == NEARLY
        assert resolution(ticket(), [], FIRST, "2024-05-06 11:00")[0] == RUNNING


def run(cells: list[dict[str, Any]], rows: list[dict[str, Any]], now: str) -> pd.DataFrame:
    """What 一键更新 notes down."""
    book = ledger({"process_log": cells, "status_history": rows, "evaluations": [], "quality_assessment": []})
    appended = daily.update(book, settings_with(), datetime.fromisoformat(now)).append.get("status_history")
    return pd.DataFrame() if appended is None else appended


def told(rows: pd.DataFrame) -> list[tuple[str, ...]]:
    return [
        (f"{r['at']:%m-%d %H:%M}", r["old_status"], r["new_status"], r["origin"]) for r in rows.to_dict("records")
    ]


class TestWhatIsNotedDown:
    def test_a_day_of_a_ticket_click_by_click(self) -> None:
        """Each click notes down what is new, and a second one with the same clock nothing."""
        rows: list[dict[str, Any]] = []
        clicks: list[tuple[str, dict[str, Any], list[tuple[str, ...]]]] = [
            ("2024-05-06 09:10", {"status": "处理中"}, [("05-06 09:10", "", "处理中", "自动")]),
            ("2024-05-06 10:30", {"status": "处理中", "waiting_from": "2024-05-06 10:00"},
             [("05-06 10:00", "", "", "等待开始")]),
            ("2024-05-06 11:00", {"status": "等待客户", "waiting_from": "2024-05-06 10:00"},
             [("05-06 11:00", "处理中", "等待客户", "自动")]),
            ("2024-05-06 12:00", {"status": "处理中", "waiting_from": "2024-05-06 10:00", "waiting_to": "2024-05-06 11:45"},
             [("05-06 11:45", "", "", "等待结束"), ("05-06 12:00", "等待客户", "处理中", "自动")]),
            ("2024-05-06 18:00", {"status": "已完成", "resolved_at": "2024-05-06 15:00"},
             [("05-06 15:00", "处理中", "已完成", "自动")]),
            ("2024-05-07 09:00", {"status": "重开", "resolved_at": None}, [("05-07 09:00", "已完成", "重开", "自动")]),
            ("2024-05-07 15:00", {"status": "已完成", "resolved_at": "2024-05-07 14:00"},
             [("05-07 14:00", "重开", "已完成", "自动")]),
        ]  # fmt: skip
        for now, cells, expected in clicks:
            new = run([ticket(**cells)], rows, now)
            assert told(new) == expected, now
            rows += new.to_dict("records")
            assert run([ticket(**cells)], rows, now).empty
        book = ledger({"process_log": [ticket(**clicks[-1][1])], "status_history": rows})
        past = history(book, settings_with(), datetime(2024, 5, 8))
        assert [(p.strftime("%H:%M"), q.strftime("%H:%M")) for p, q in spans(past.pauses)] == [("10:00", "11:45")]

    def test_typed_rows_are_as_good(self) -> None:
        typed = noted(("2024-05-06 10:00", "等待备件", "主管填"), ("2024-05-06 11:00", "处理中", "主管填"))
        cells = ticket(status="处理中", waiting_from="2024-05-06 10:00", waiting_to="2024-05-06 11:00")
        assert run([cells], typed, "2024-05-06 12:00").empty

    def test_old_closed_tickets_are_not_noted_down(self) -> None:
        old = ticket(ticket="A1", accepted_at="2024-01-02 09:00", resolved_at="2024-01-02 12:00", status="已完成")
        fresh = ticket(ticket="A2", resolved_at="2024-05-06 12:00", status="已完成")
        timeless = ticket(ticket="A3", status="已完成")
        blank = ticket(ticket="A4")
        assert run([old, fresh, timeless, blank], [], "2024-05-07 09:00")["ticket"].tolist() == ["A2"]

    def test_a_ticket_that_was_reopened_before_it_was_seen(self) -> None:
        cells = ticket(status="重开", resolved_at="2024-05-06 12:00")
        assert told(run([cells], [], "2024-05-07 09:00")) == [
            ("05-06 12:00", "", "已解决待确认", "自动"), ("05-07 09:00", "已解决待确认", "重开", "自动"),
        ]  # fmt: skip

    def test_a_new_number_is_noted_down_and_a_doubled_row_is_not(self) -> None:
        first, second = ticket(status="处理中"), ticket(status="等待客户", waiting_from="2024-05-06 09:30")
        numberless = ticket(ticket="", status="处理中", accepted_at="2024-05-07 08:00")
        new = run([first, second, numberless], [], "2024-05-07 09:00")
        assert new["ticket"].tolist() == [NUMBER, "SN20240507001"]
        assert told(new)[0] == ("05-07 09:00", "", "处理中", "自动")

    def test_waits_that_cannot_be_are_not_noted_down(self) -> None:
        for cells in (
            {"waiting_from": "2024-05-08 09:00"}, {"waiting_to": "2024-05-06 10:00"},
        ):  # fmt: skip
            assert run([ticket(**cells)], [], "2024-05-07 09:00").empty
        backwards = ticket(waiting_from="2024-05-06 12:00", waiting_to="2024-05-06 10:00")
        assert told(run([backwards], [], "2024-05-07 09:00")) == [("05-06 12:00", "", "", "等待开始")]

    def test_updating_alone_counts_with_what_was_not_noted_down_yet(self) -> None:
        cells = ticket(status="等待客户", waiting_from="2024-05-06 10:00")
        assert resolution(cells, [], FIRST, "2024-05-06 15:00") == (RUNNING, "05-06 18:00", None)


def spans(pauses: Any) -> list[tuple[pd.Timestamp, pd.Timestamp]]:
    return [
        (pd.Timestamp(b, unit="s"), pd.Timestamp(e, unit="s"))
        for b, e in zip(pauses.begins.tolist(), pauses.ends.tolist(), strict=True)
    ]
