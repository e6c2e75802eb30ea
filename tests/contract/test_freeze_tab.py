"""A tab that is fixed, on every host: formulas give way to values, links stay, and undo gives the formulas back."""

from __future__ import annotations

from datetime import datetime

from tests.contract.conftest import Host
from workbook.book import Changes, Occasion, Tab

OCCASION = Occasion("定稿导出", datetime(2024, 5, 6, 9))
NAMES = {"结果": "我的!$C$1", "空的": "我的!$C$2", "说明": "我的!$D$1", "说明_生成": "我的!$D$2"}
FIXED = Tab("我的", "我的", {"结果": 5.0, "空的": None}, {"说明": "好"}, fixed=True)


def _prepared(host: Host) -> None:
    host.book(names=NAMES)
    host.type("我的", "A1", None)  # it reads a table, which the test engines cannot calculate again
    host.type("我的", "C1", "=1+1")
    host.type("我的", "C2", '="旧"')
    host.type("我的", "E1", '=HYPERLINK("#\'记录\'!A4","看")')
    host.type("我的", "E2", "自己写的")


def test_formulas_give_way_to_values_and_links_stay(host: Host) -> None:
    _prepared(host)
    host.again().apply(Changes(tabs=[FIXED]), occasion=OCCASION)
    assert [host.cell("我的", at) for at in ("C1", "C2", "E2", "D1")] == [5.0, None, "自己写的", "好"]
    assert not [cell for cell in host.again().grid("我的").uncomputed if cell in ("C1", "C2")]


def test_undo_gives_the_formulas_back(host: Host) -> None:
    _prepared(host)
    before = host.everything()
    host.again().apply(Changes(tabs=[FIXED]), occasion=OCCASION)
    assert host.everything() != before
    host.again().undo(OCCASION)
    assert host.everything() == before


def test_a_fixed_tab_can_be_filled_again(host: Host) -> None:
    _prepared(host)
    host.again().apply(Changes(tabs=[FIXED]), occasion=OCCASION)
    host.again().apply(Changes(tabs=[Tab("我的", "我的", {"结果": 6.0})]), occasion=OCCASION)
    assert host.cell("我的", "C1") == 6.0
