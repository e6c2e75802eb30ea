"""Answers to an anonymous form are not told apart by small groups (P9), in Python and in the formulas."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.support.ledgers import make_ledger, opened
from xlsvc import app

MONDAY, NOW, TAB = datetime(2024, 4, 29), datetime(2024, 5, 6, 9, 0), "周报 2024-W18"
KEYS = ("response", "resolution", "attitude", "process", "added_value", "expertise")


def _ledger(folder: Path, profile: str, sizes: dict[str, int], types: dict[str, int]) -> Path:
    """`sizes`: answers by channel; `types`: the same answers by customer type, in the order they come."""
    kinds = [kind for kind, number in types.items() for _ in range(number)]
    ways = [way for way, number in sizes.items() for _ in range(number)]
    answers: list[dict[str, Any]] = [
        {"evaluated_at": MONDAY + timedelta(hours=n), "profile": profile, "channel": way, "customer_type": kind,
         **dict.fromkeys(KEYS, 3 + n % 3)}
        for n, (way, kind) in enumerate(zip(ways, kinds, strict=True))
    ]  # fmt: skip
    path = make_ledger(folder / "台账.xlsx", {
        "evaluations": answers, "settings": [{"group": "评价", "name": "主评价档案", "value": profile}],
    })  # fmt: skip
    app.run("summary", path, {"week": "2024-W18"}, NOW)
    return path


def _shown(path: Path) -> tuple[dict[str, str], dict[str, Any]]:
    sheet = opened(path, data_only=True)[TAB]
    places = {n: str(d.attr_text).rpartition("!")[2].replace("$", "") for n, d in sheet.defined_names.items()}
    places = {n: place for n, place in places.items() if "得分" in n and n.startswith(("渠道", "客户"))}
    return places, {n: sheet[place].value for n, place in places.items()}


CASES = {
    "one small group hides every score of its list": (
        "S001", {"微信": 6, "短信": 4}, {"新客户": 5, "老客户": 5},
        {"渠道1_得分样本": 6, "渠道1_得分": "不分列", "渠道2_得分样本": "不足5", "渠道2_得分": "不分列", "渠道其他_得分": "不分列",
         "渠道代填_得分样本": 0, "渠道合计_得分样本": 10, "渠道合计_得分": 3.9, "客户新_得分样本": 5, "客户新_得分": 3.8,
         "客户老_得分": 4.0, "客户VIP_得分样本": 0, "客户VIP_得分": "—"},
    ),
    "five are enough": (
        "S001", {"微信": 5, "短信": 5}, {"新客户": 9, "": 1},
        {"渠道1_得分样本": 5, "渠道1_得分": 4.0, "渠道2_得分": 3.8, "客户新_得分样本": 9, "客户新_得分": "不分列",
         "客户其他_得分样本": "不足5", "客户其他_得分": "不分列"},
    ),
    "a form with a name on it is only marked as small": (
        "S002", {"微信": 6, "短信": 4}, {"新客户": 9, "": 1},
        {"渠道2_得分样本": 4, "渠道2_得分": 3.75, "客户其他_得分样本": 1, "客户其他_得分": 3},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_small_groups_of_an_anonymous_form_are_not_told_apart(case: str, tmp_path: Path) -> None:
    profile, sizes, types, wanted = CASES[case]
    _, shown = _shown(_ledger(tmp_path, profile, sizes, types))
    assert {n: shown[n] for n in wanted} == pytest.approx(wanted)


@pytest.mark.libreoffice
def test_formulas_hide_them_as_well(libreoffice: Any, tmp_path: Path) -> None:
    profile, sizes, types, _ = CASES["one small group hides every score of its list"]
    path = _ledger(tmp_path, profile, sizes, types)
    places, shown = _shown(path)
    found = libreoffice.recalculate(path)[TAB]
    assert {n: found[place] for n, place in places.items() if place in found} == pytest.approx(
        {n: "" if value is None else value for n, value in shown.items() if places[n] in found}
    )
