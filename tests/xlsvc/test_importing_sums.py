"""Rows that sum up others are no tickets, whatever they count in; a row with a customer, a telephone or a problem is one."""

from __future__ import annotations

import pytest

from tests.xlsvc.test_importing_mapping import BODY, only, tab


@pytest.mark.parametrize(
    "row",
    [
        "小计||共1单|", "小计|||共1单", "|小计||共 1 单", "合计||共 3 台|", "合计|3笔||", "||本页小计|2单",
        "本页小计:共3单|||", "小计:3||1,200元|", "总计(单)|#3||", "共计|6单||", "张工小计|共2台|/|", "小 计||3台、2件|",
        "合计||金额1,200.50元|共3个工单", "平均响应时间|30分钟||", "5月合计|共 12 户||",
    ],
)  # fmt: skip
@pytest.mark.parametrize("last", [True, False])
def test_a_sum_is_skipped_and_listed(row: str, last: bool) -> None:
    table = only(tab(BODY + f"\n{row}" + ("" if last else "\nA2|李先生|13800002222|漏水")))
    assert table.table.rows.tolist() == ([2] if last else [2, 4])
    assert [(i.row, i.code) for i in table.table.skipped] == [(3, "import.skipped_total")]


@pytest.mark.parametrize(
    "row",
    [
        "小计|李先生||共1单", "小计||13800002222|", "合计||#13800002222|", "合计||010-62345678|", "|合计|86-13800002222|",
        "小计|||不制冷", "A2|合计公司|13800002222|漏水", "|||合计金额算错了", "|单计||汇总表打不开", "A2|单先生||共1台坏了",
        "|||平均每天死机一次", "|张女士||小计", "|||一台合计不出来",
    ],
)  # fmt: skip
def test_a_customers_row_stays(row: str) -> None:
    table = only(tab(BODY + f"\n{row}\nA3|王女士|13800003333|异响"))
    assert table.table.rows.tolist() == [2, 3, 4]
