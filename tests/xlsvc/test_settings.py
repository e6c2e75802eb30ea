"""Rules as data: what a row means, from when it counts, and what a bad one is called."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from workbook.issues import WorkbookError
from workbook.sheets.settings import SCHEMA_VERSION, SETTING_ROWS, SETTINGS, default_rows
from xlsvc.settings import Settings, read_settings
from xlsvc.targets import lookup

KEYS = [c.key for c in SETTINGS.columns]


def sheet(*rows: dict[str, Any], defaults: bool = False, first: int = 4) -> pd.DataFrame:
    """The frame of 设置 as workbook.values gives it: text "" where blank, dates NaT."""
    listed = [*(default_rows() if defaults else []), *rows]
    frame = pd.DataFrame(listed, columns=KEYS, index=range(first, first + len(listed)))
    frame["effective"] = pd.to_datetime(frame["effective"])
    for key in KEYS:
        if key != "effective":
            frame[key] = [_text(v) for v in frame[key]]
    return frame


def _text(value: Any) -> str:
    if value is None or value != value:
        return ""
    return f"{value:g}" if isinstance(value, float) else str(value)


def read(*rows: dict[str, Any], now: datetime | None = None, **frames: pd.DataFrame) -> Settings:
    return read_settings({"settings": sheet(*rows), **frames}, now)


def target(clock: str = "首次响应", value: Any = 30, unit: str = "分钟", **rest: Any) -> dict[str, Any]:
    return {
        "group": "时效",
        "name": clock,
        "profile": "S002",
        "urgency": "P2",
        "value": value,
        "unit": unit,
        **rest,
    }


def limit(settings: Settings, when: str, profile: str = "S002", urgency: str = "P2", problem_class: str = "",
          clock: str = "response") -> tuple[float, str]:  # fmt: skip
    tickets = pd.DataFrame({"profile": [profile], "urgency": [urgency], "problem_class": [problem_class]})
    position = lookup(settings.targets, clock, tickets, np.array([when], dtype="datetime64[ns]"))[0]
    return (
        (settings.targets["amount"][position], settings.targets["unit"][position])
        if position >= 0
        else (-1, "")
    )


def test_the_packaged_settings_are_the_declared_defaults() -> None:
    settings = Settings.packaged()
    assert settings.issues == ()
    for setting in SETTING_ROWS:
        value = getattr(settings, setting.key)
        if setting.kind == "share":
            assert value == float(str(setting.default)) / 100
        elif setting.kind == "yesno":
            assert value is None
        else:
            assert value == setting.default


def test_reading_the_default_rows_is_the_same_as_having_none() -> None:
    written, none = read_settings({"settings": sheet(defaults=True)}), read_settings({})
    for setting in SETTING_ROWS:
        assert getattr(written, setting.key) == getattr(none, setting.key)
    pd.testing.assert_frame_equal(written.targets, none.targets)
    assert written.weights("S003", date(2024, 5, 1)) == {
        "响应及时性": 20, "服务专业性": 30, "客户沟通": 25, "流程规范性": 25,
    }  # fmt: skip


def test_a_missing_row_means_the_packaged_default() -> None:
    settings = read({"group": "评价", "name": "低分线", "value": "3"})
    assert settings.low_line == 3
    assert settings.warning_share == 0.8
    assert settings.weights("S002", date(2024, 1, 1)) == dict.fromkeys(
        ("服务响应速度", "问题解决效果", "服务人员态度", "专业能力水平"), 25.0
    )
    assert limit(settings, "2024-05-01", "S003") == (30, "分钟")


@pytest.mark.parametrize(
    ("typed", "unit", "share"),
    [("80", "%", 0.8), ("80%", "%", 0.8), ("0.8", "%", 0.8), ("80", "", 0.8), ("100", "%", 1.0), ("87.5", "%", 0.875)],
)  # fmt: skip
def test_a_share_is_read_in_every_spelling(typed: str, unit: str, share: float) -> None:
    assert read({"group": "时效", "name": "预警比例", "value": typed, "unit": unit}).warning_share == share


@pytest.mark.parametrize(
    ("row", "code", "column", "part"),
    [
        (target(value="三十"), "settings.number", "数值", "“三十”不是数字"),
        (target(value="30分钟"), "settings.number", "数值", "单位写在“单位”列"),
        (target(value="-5"), "settings.negative", "数值", "“-5”是负数"),
        (target(unit="刻钟"), "settings.unit", "单位", "分钟、小时、天、工作日"),
        (target(unit=""), "settings.unit", "单位", "分钟、小时、天、工作日"),
        (target(unit="天", basis="工作时"), "settings.unit", "单位", "不能用天"),
        (target(value="0.5", unit="工作日"), "settings.whole", "数值", "应为整数"),
        (target(value="999999", unit="小时"), "settings.long", "数值", "超过十年"),
        (target(basis="上班时"), "settings.basis", "计时方式", "自然时 或 工作时"),
        (target(urgency="火急"), "settings.urgency", "紧急程度", "P1、P2、P3、P4"),
        (target(profile="S009"), "settings.profile", "档案", "S002、S003"),
        (target(problem_class="气味"), "settings.class", "问题类别", "产品质量、物流配送"),
        (target(warning="很早"), "settings.warning", "提醒比例", "1% 到 100%"),
        (target(warning="120"), "settings.warning", "提醒比例", "“120”不对"),
        ({"group": "时效", "name": "重开计时", "value": "都算"}, "settings.reopen", "数值", "首次解决、全程"),
        ({"group": "时效", "name": "工作时段", "value": "09:00-18:00 周六"}, "settings.spans", "数值", "09:00-12:00"),
        ({"group": "评价", "name": "低分线", "value": "高"}, "settings.number", "数值", "第 4 行“低分线”"),
        (
            {"group": "评价", "name": "低分线", "value": "3", "unit": "%"},
            "settings.unit",
            "单位",
            "可以填:分",
        ),
        ({"group": "评价", "name": "样本少", "value": "4.5"}, "settings.whole", "数值", "应为整数"),
        ({"group": "评价", "name": "主评价档案", "value": "S007"}, "settings.profile", "数值", "S000、S001"),
        ({"group": "时效", "name": "预警比例", "value": "180"}, "settings.share", "数值", "超过 100%"),
        ({"group": "时效", "name": "工作时段", "value": "朝九晚五"}, "settings.spans", "数值", "09:00-12:00"),
        (
            {"group": "时效", "name": "工作时段", "value": "9:00-12:00 11:00-18:00"},
            "settings.spans",
            "数值",
            "不重叠",
        ),
        (
            {"group": "时效", "name": "加急高于紧急", "value": "也许"},
            "settings.yesno",
            "数值",
            "请填 是 或 否",
        ),
        (
            {"group": "权重", "name": "服务态度", "profile": "S001", "value": "多"},
            "settings.number",
            "数值",
            "“多”",
        ),
        (
            {"group": "权重", "name": "服务态度", "profile": "S1", "value": "20"},
            "settings.profile",
            "档案",
            "S004",
        ),
    ],
)
def test_a_bad_row_is_an_issue_that_names_its_cell(
    row: dict[str, Any], code: str, column: str, part: str
) -> None:
    issue, *others = read(row).issues
    assert (issue.code, issue.sheet, issue.row, issue.column, issue.level) == (
        code,
        "设置",
        4,
        column,
        "error",
    )
    assert part in issue.message
    assert "设置”第 4 行" in issue.message
    assert others == []


@pytest.mark.parametrize(("typed", "share"), [("50%", 0.5), ("50", 0.5), ("0.5", 0.5), (0.5, 0.5), ("100%", 1.0), ("1%", 0.01)])
def test_a_limit_has_a_warning_share_of_its_own(typed: Any, share: float) -> None:
    found = read(target(warning=typed))
    assert (found.issues, found.targets["warning"].dropna().tolist()) == ((), [share])
    assert Settings.packaged().targets["warning"].isna().all()


def test_a_bad_row_stops_only_a_command_that_needs_it() -> None:
    settings = read(target(value="三十"), {"group": "评价", "name": "低分线", "value": "高"})
    settings.require("warning_share", "work_spans", "weights:S003")
    for name, row in (("targets", 4), ("low_line", 5)):
        with pytest.raises(WorkbookError) as stop:
            settings.require("warning_share", name)
        assert stop.value.code == "settings.bad"
        assert f"“设置”第 {row} 行" in str(stop.value)
        assert "数值" in str(stop.value)


def test_a_doubled_row_names_both_and_a_later_date_does_not() -> None:
    later = target(value=15, effective=datetime(2024, 6, 1))
    assert read(target(), later).issues == ()
    (issue,) = read(target(), later, target(value=20)).issues
    assert (issue.code, issue.row, issue.column) == ("settings.doubled", 6, "生效日期")
    assert "第 6 行与第 4 行" in issue.message
    (issue,) = read(target(urgency="P2"), target(urgency="紧急")).issues  # the same urgency in two spellings
    assert issue.code == "settings.doubled"


def test_a_row_that_nobody_knows_is_a_warning() -> None:
    (issue,) = read({"group": "评价", "name": "低分限", "value": "3"}).issues
    assert (issue.code, issue.level, issue.column) == ("settings.unknown", "warning", "项目")


def test_a_target_changes_on_its_effective_date() -> None:
    settings = read(
        target(),
        target(value=15, effective=datetime(2024, 6, 1)),
        target(value=None, effective=datetime(2024, 7, 1)),
    )
    assert limit(settings, "2024-05-31T23:59") == (30, "分钟")
    assert limit(settings, "2024-06-01T00:00") == (15, "分钟")
    assert np.isnan(limit(settings, "2024-07-02")[0])
    dated = read(target(profile="S003", value=10, effective=datetime(2024, 6, 1)))
    assert limit(dated, "2024-05-31", "S003") == (30, "分钟")  # the document's own until then
    assert limit(dated, "2024-06-01", "S003") == (10, "分钟")


def test_the_more_specific_target_wins() -> None:
    settings = read(
        target(urgency="", profile="", value=8, unit="小时"),
        target(urgency="", value=6, unit="小时"),
        target(value=4, unit="小时"),
        target(value=2, unit="小时", problem_class="投诉"),
        target(urgency="", value=3, unit="小时", problem_class="软件"),
    )
    assert limit(settings, "2024-05-01", problem_class="咨询") == (4, "小时")
    assert limit(settings, "2024-05-01", problem_class="投诉") == (2, "小时")
    assert limit(settings, "2024-05-01", problem_class="软件") == (4, "小时")  # urgency before class
    assert limit(settings, "2024-05-01", urgency="P4", problem_class="软件") == (3, "小时")
    assert limit(settings, "2024-05-01", urgency="P4") == (6, "小时")
    assert limit(settings, "2024-05-01", profile="S003", urgency="") == (8, "小时")
    assert limit(settings, "2024-05-01", clock="dispatch") == (-1, "")


def test_single_values_by_date_and_the_one_in_force_now() -> None:
    rows = (
        {"group": "评价", "name": "低分线", "value": "3.5"},
        {"group": "评价", "name": "低分线", "value": "3.8", "effective": datetime(2024, 6, 1)},
        {"group": "时效", "name": "工作时段", "value": "08:00-20:00", "effective": datetime(2024, 6, 1)},
    )
    settings = read(*rows, now=datetime(2024, 5, 20))
    assert (settings.low_line, settings.work_spans) == (3.5, "09:00-12:00 13:30-18:00")
    assert read(*rows, now=datetime(2024, 6, 1)).low_line == 3.8
    when = np.array(["2024-05-31T23:59", "2024-06-01", "NaT"], dtype="datetime64[ns]")
    assert settings.at("low_line", when).tolist() == [3.5, 3.8, 3.5]
    assert settings.at("low_line", datetime(2024, 6, 2)) == 3.8
    (before, old), (after, new) = settings.calendar_at(when)
    assert (before.tolist(), after.tolist()) == ([True, False, True], [False, True, False])
    assert (old.spans[0], new.spans[0]) == ((9 * 3600, 12 * 3600), (8 * 3600, 20 * 3600))


def weight(label: str, value: Any, effective: datetime | None = None) -> dict[str, Any]:
    return {
        "group": "权重",
        "name": label,
        "profile": "S003",
        "value": value,
        "unit": "%",
        "effective": effective,
    }


LABELS = ("响应及时性", "服务专业性", "客户沟通", "流程规范性")
WEIGHTS = tuple(weight(label, value) for label, value in zip(LABELS, (20, 30, 25, 25), strict=True))


def test_weights_by_date() -> None:
    settings = read(
        *WEIGHTS,
        weight("响应及时性", 30, datetime(2024, 6, 1)),
        weight("服务专业性", 20, datetime(2024, 6, 1)),
    )
    assert list(settings.weights("S003", datetime(2024, 5, 31, 23)).values()) == [20, 30, 25, 25]
    assert list(settings.weights("S003", np.datetime64("2024-06-01")).values()) == [30, 20, 25, 25]
    assert list(settings.weights("S003", pd.NaT).values()) == [20, 30, 25, 25]


@pytest.mark.parametrize(
    ("last", "fine"), [(25, True), (25.01, True), (24.99, True), (25.02, False), (24.9, False)]
)
def test_weights_must_add_up_to_100(last: float, fine: bool) -> None:
    settings = read(*WEIGHTS[:3], weight("流程规范性", last))
    if fine:
        assert settings.weights("S003", date(2024, 5, 1))["流程规范性"] == last
        return
    with pytest.raises(WorkbookError) as stop:
        settings.weights("S003", date(2024, 5, 1))
    assert stop.value.code == "settings.weights"
    text = str(stop.value)
    assert f"加起来是 {75 + last:g}" in text
    assert "第 4、5、6、7 行“数值”列" in text
    assert "响应及时性 20 + 服务专业性 30" in text


def test_weights_typed_as_excel_percent_and_bad_ones() -> None:
    fractions = [
        weight(label, value) for label, value in zip(LABELS, ("0.2", "0.3", "25%", "0.25"), strict=True)
    ]
    fractions[2]["value"] = "0.25"
    assert list(read(*fractions).weights("S003", date(2024, 5, 1)).values()) == [20, 30, 25, 25]
    settings = read(*WEIGHTS[:3], weight("流程规范性", "一半"))
    settings.require("targets")
    with pytest.raises(WorkbookError, match="第 7 行“流程规范性”的数值“一半”不是数字"):
        settings.weights("S003", date(2024, 5, 1))
    assert settings.weights("S004", date(2024, 5, 1))  # another profile is not touched


def test_a_newer_ledger_is_refused() -> None:
    read({"group": "系统", "name": "台账版本", "value": str(SCHEMA_VERSION)}).check_version()
    with pytest.raises(WorkbookError) as stop:
        read({"group": "系统", "name": "台账版本", "value": str(SCHEMA_VERSION + 1)}).check_version()
    assert stop.value.code == "settings.newer"
    with pytest.raises(WorkbookError, match="不是数字"):
        read({"group": "系统", "name": "台账版本", "value": "新"}).check_version()


def test_holidays_people_and_options_come_from_their_sheets() -> None:
    holidays = pd.DataFrame({"day": [pd.Timestamp("2024-04-03")], "day_kind": ["休息"]}, index=[4])
    people = pd.DataFrame({"name": ["李工"], "department": ["技术部"]}, index=[4])
    options = pd.DataFrame(
        {"vocabulary": ["紧急程度"], "word": ["火急"], "aliases": [""], "group": ["P1"], "origin": [""]},
        index=[4],
    )
    settings = read(target(urgency="火急", value=5), holidays=holidays, people=people, options=options)
    assert settings.issues == ()
    assert limit(settings, "2024-05-01", urgency="P1") == (5, "分钟")
    assert not settings.calendar.is_workday(np.array(["2024-04-03"], dtype="datetime64[D]"))[0]
    assert settings.people.at[4, "department"] == "技术部"
