"""templates.xlsx and made ledgers: what stands in the package, read back by openpyxl or straight from the XML.

Headings are held against the documents' own print (literal here), not against the schemas.
"""

from __future__ import annotations

import re
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.ledgers import opened
from workbook.book import CellError, Link
from workbook.sheets import BY_KEY, HOME_TITLE, SHEETS
from workbook.sheets.settings import SCHEMA_VERSION, default_rows
from workbook.sheets.vocabularies import VOCABULARIES
from workbook.template import Layout, build, save, write_templates
from workbook.template.home import BUTTONS
from xlsvc.commands import BY_ID

ROOT = Path(__file__).resolve().parents[2]
CHECKED_IN = ROOT / "templates.xlsx"

DOCUMENT_HEADINGS = {
    "响应记录": [
        "序号", "客户姓名*", "联系方式*", "客户类型(新/老/VIP)", "问题描述", "问题类型", "紧急程度", "分派责任人",
        "处理时限", "实际解决时间", "处理结果摘要", "客户确认签字(可选)",
    ],
    "流程记录": [
        "工单号", "客户信息(姓名/联系方式)", "产品型号/购买日期", "问题描述/紧急程度", "受理时间", "响应时间", "处理人",
        "服务方式(上门/远程)", "解决方案", "完成时间", "客户签字", "备注",
    ],
    "质量评估": [
        "工单号", "评估维度(权重)", "评分标准(1-5分)", "得分", "具体描述(客户反馈)", "改进建议",
    ],
    "服务过程": ["工单号", "时间", "问题描述", "处理措施", "顾客反馈", "遗留问题", "跟进事项"],
    "改进跟踪": [
        "编号", "来源", "来源编号", "建议原文", "核心问题", "改善目标(基线→目标)", "行动方案", "责任部门/人",
        "计划完成时间", "状态", "实际完成", "验证结果", "未达标重新分析", "客户告知",
    ],
}  # fmt: skip
"""The first headings of each tab, S002.T1, S003.T1, S003.T2, S000.T5, S001.T2 (with own columns between)."""

TABLES = {"选项与关键词": "选项"}
"""Tabs whose table is not called as they are."""
VISIBLE = ["首页", "今日待办", "响应记录", "流程记录", "评价记录", "登记反馈", "质量评估", "改进跟踪", "设置"]

PANES = {
    "响应记录": "D4", "流程记录": "B4", "评价记录": "B4", "质量评估": "C4", "改进跟踪": "B4", "设置": "C4",
    "待改清单": "A4", "人员": "B4", "假期": "B4", "选项与关键词": "C4", "表单台账": "B4",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "templates.xlsx"
    write_templates(path)
    return path


@pytest.fixture(scope="module")
def book(made: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(made)


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def headings(tab: Worksheet) -> list[Any]:
    return [cell.value for cell in tab[3] if cell.value is not None]


def letters(tab: Worksheet) -> dict[Any, str]:
    return {cell.value: cell.column_letter for cell in tab[3] if cell.value is not None}


def links(tab: Worksheet) -> list[str]:
    return [cell.hyperlink.location for row in tab.iter_rows() for cell in row if cell.hyperlink]


def test_checked_in_file_is_what_the_schemas_give(made: Path) -> None:
    """After a change of schema or drawer: python -m workbook.template"""
    now, kept = parts(made), parts(CHECKED_IN)
    assert sorted(now) == sorted(kept)
    assert [name for name in now if now[name] != kept[name]] == []


def test_two_builds_are_the_same_bytes(made: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.xlsx"
    write_templates(again)
    assert again.read_bytes() == made.read_bytes()


def test_tabs_in_order(book: openpyxl.Workbook) -> None:
    states = {tab.title: tab.sheet_state for tab in book.worksheets}
    assert book.sheetnames[: len(VISIBLE)] == VISIBLE
    assert [title for title, state in states.items() if state == "visible"] == VISIBLE
    folded = [sheet.title for sheet in SHEETS if sheet.hidden]
    assert {"待改清单", "粘贴区", "状态流水", "表单台账", "人员", "假期", "选项与关键词"} <= set(folded)
    assert book.sheetnames[len(VISIBLE) : len(VISIBLE) + len(folded) + 1] == [*folded, "周报模板"]
    assert "表单_S002" in book.sheetnames
    assert book.sheetnames[-1] == "下拉"
    assert book.active.title == HOME_TITLE
    assert [tab.title for tab in book.worksheets if tab.sheet_view.tabSelected] == [HOME_TITLE]


@pytest.mark.parametrize("title", DOCUMENT_HEADINGS)
def test_headings_are_the_documents(book: openpyxl.Workbook, title: str) -> None:
    expected = DOCUMENT_HEADINGS[title]
    assert headings(book[title])[: len(expected)] == expected


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.key)
def test_each_table_tab(book: openpyxl.Workbook, sheet: Any) -> None:
    tab = book[sheet.title]
    assert tab["A1"].value == sheet.title
    assert tab["A2"].value == sheet.note
    assert headings(tab) == [c.heading for c in sheet.columns]
    (name,) = tab.tables
    table = tab.tables[name]
    assert (name, table.displayName) == (TABLES.get(sheet.title, sheet.title),) * 2
    rows = {"设置": len(default_rows()), "选项与关键词": sum(map(len, VOCABULARIES.values()))}.get(
        sheet.title, 1
    )
    assert table.ref == f"A3:{get_column_letter(len(sheet.columns))}{3 + rows}"
    assert table.tableStyleInfo.showRowStripes
    assert [c.name for c in table.tableColumns] == headings(tab)
    assert links(tab) == ["'首页'!A1"]
    assert tab.page_setup.paperSize == 9
    assert tab.page_setup.orientation == "landscape"
    pages = {"响应记录": 2, "流程记录": 2, "评价记录": 2}.get(sheet.title, 1)  # readable: not under half size
    assert (tab.page_setup.fitToWidth, tab.page_setup.fitToHeight) == (pages, 0)
    assert tab.sheet_properties.pageSetUpPr.fitToPage
    assert tab.print_title_rows == "$3:$3"
    assert tab.oddFooter.center.text == "第 &P 页 / 共 &N 页"
    if sheet.title in PANES:
        assert tab.freeze_panes == PANES[sheet.title]
    for column, cell in zip(sheet.columns, tab[3], strict=False):
        head = "FFDDE1E6" if column.computed else "FF1F6FB2"
        body = "FFF4F5F7" if column.computed else "FFFFFBE5"
        assert (cell.fill.fgColor.rgb, tab.cell(4, cell.column).fill.fgColor.rgb) == (head, body)
        assert cell.alignment.wrap_text
        assert tab.column_dimensions[cell.column_letter].width == column.width


def test_folded_columns_stand_in_closed_groups(made: Path) -> None:
    for n, sheet in enumerate(SHEETS, 2):
        xml = parts(made)[f"xl/worksheets/sheet{n}.xml"].decode()
        found = re.findall(r"<col ([^>]*)/>", xml)
        columns = [dict(re.findall(r'(\w+)="([^"]*)"', text)) for text in found]
        folded = {int(c["min"]) for c in columns if c.get("hidden") == "1" and c.get("outlineLevel") == "1"}
        assert folded == {i for i, c in enumerate(sheet.columns, 1) if c.folded}
        if folded:
            assert 'outlineLevelCol="1"' in xml
            after = {i + 1 for i in folded} - folded
            assert after == {int(c["min"]) for c in columns if c.get("collapsed") == "1"}


RESPONSE_CHECKS = {
    "客户类型(新/老/VIP)": ("list", "词表_客户类型", "stop"),
    "问题类型": ("list", "词表_问题类型", "warning"),
    "紧急程度": ("list", "词表_紧急程度", "stop"),
    "实际解决时间": ("decimal", "0", "warning"),
    "受理时间": ("date", "36526", "warning"),
    "首次响应时间": ("decimal", "0", "warning"),
    "状态": ("list", "词表_状态", "stop"),
    "渠道": ("list", "词表_渠道", "warning"),
    "购买日期": ("date", "36526", "warning"),
    "保内/保外": ("list", "词表_保修", "stop"),
    "费用": ("decimal", "0", "warning"),
    "再次满意度": ("whole", "1", "warning"),
    "重开次数": ("whole", "0", "warning"),
    "一次解决": ("list", "词表_一次解决", "stop"),
    "联系方式*": None,
    "数据问题": None,
}
EVALUATION_CHECKS = {
    "评价时间": ("date", "36526", "warning"),
    "评价档案": ("list", "词表_评价档案", "stop"),
    "响应及时性": ("whole", "1", "warning"),
    "整体满意度": ("whole", "1", "warning"),
    "最满意的地方": ("list", "词表_最满意", None),
    "综合得分": None,
}
OTHER_CHECKS = {
    "流程记录": {
        "服务方式(上门/远程)": ("list", "词表_服务方式", "warning"),
        "响应时间": ("decimal", "0", "warning"),
    },
    "质量评估": {"得分": ("whole", "1", "warning"), "评估时间": ("date", "36526", "warning")},
    "改进跟踪": {"状态": ("list", "词表_改进状态", "stop")},
    "设置": {"计时方式": ("list", "词表_计时方式", "stop"), "生效日期": ("date", "36526", "warning")},
    "假期": {"类型": ("list", "词表_日类型", "stop"), "日期": ("date", "36526", "warning")},
    "人员": {"小组": ("list", "词表_服务小组", "warning")},
}
CHECKS = {"响应记录": RESPONSE_CHECKS, "评价记录": EVALUATION_CHECKS, **OTHER_CHECKS}


def validations(tab: Worksheet) -> dict[str, Any]:
    """column letter -> its one validation, all of which reach from row 4 to row 5000."""
    found: dict[str, Any] = {}
    for rule in tab.data_validations.dataValidation:
        match = re.fullmatch(r"([A-Z]+)4:\1(5000)", str(rule.sqref))
        assert match, rule.sqref
        assert match[1] not in found, f"two validations over column {match[1]}"
        found[match[1]] = rule
    return found


@pytest.mark.parametrize(("title", "heading"), [(t, h) for t, table in CHECKS.items() for h in table])
def test_typing_is_checked(book: openpyxl.Workbook, title: str, heading: str) -> None:
    rule = validations(book[title]).get(letters(book[title])[heading])
    expected = CHECKS[title][heading]
    if expected is None:
        assert rule is None or rule.type is None
        return
    assert (rule.type, rule.formula1) == expected[:2]
    assert (rule.errorStyle or "stop" if rule.showErrorMessage else None) == expected[2]
    if rule.type == "whole" and rule.formula1 == "1":
        assert rule.formula2 == "5"
    if expected[2]:
        assert rule.errorTitle == heading[:32]
        assert rule.error


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda s: s.key)
def test_notes_are_input_messages(book: openpyxl.Workbook, sheet: Any) -> None:
    rules, at = validations(book[sheet.title]), letters(book[sheet.title])
    shown = {
        h: (rules[a].promptTitle, rules[a].prompt) for h, a in at.items() if a in rules and rules[a].prompt
    }
    noted = {c.heading: (c.heading[:32], c.note) for c in sheet.columns if c.note and not c.computed}
    assert shown == noted
    assert all(rules[at[h]].showInputMessage for h in noted)


FORMATS = {
    "响应记录": {
        "序号": "General", "客户姓名*": "@", "联系方式*": "@", "问题描述": "@", "处理时限": "@",
        "实际解决时间": "yyyy-mm-dd hh:mm", "工单号": "@", "订单编号": "@", "产品型号": "@", "购买日期": "yyyy-mm-dd",
        "费用": "#,##0.00", "重开次数": "0", "首次响应截止": "yyyy-mm-dd hh:mm", "响应用时(分)": "0", "综合得分": "0.0",
    },
    "流程记录": {"工单号": "@", "客户信息(姓名/联系方式)": "@", "产品型号/购买日期": "@", "受理时间": "yyyy-mm-dd hh:mm"},
    "评价记录": {"响应及时性": "General", "综合得分": "0.0", "联系方式": "@", "服务日期": "yyyy-mm-dd"},
    "质量评估": {"权重": "0%", "综合得分": "0.0"},
    "设置": {"数值": "General", "生效日期": "yyyy-mm-dd"},
    "人员": {"工号": "@", "电话": "@"},
    "粘贴区": {"从此处粘贴": "General"},
}  # fmt: skip


@pytest.mark.parametrize("title", FORMATS)
def test_number_formats_of_cells_and_of_columns_below(book: openpyxl.Workbook, title: str) -> None:
    tab, at = book[title], letters(book[title])
    assert {h: tab[f"{at[h]}4"].number_format for h in FORMATS[title]} == FORMATS[title]
    assert {h: tab.column_dimensions[at[h]].number_format for h in FORMATS[title]} == FORMATS[title]


def conditions(tab: Worksheet) -> dict[str, list[tuple[str, str, str | None]]]:
    """range -> (type, formula, fill) of each rule in order."""
    return {
        str(area.sqref): [
            (r.type, r.formula[0], r.dxf.fill.bgColor.rgb[2:] if r.dxf.fill else None) for r in area.rules
        ]
        for area in tab.conditional_formatting
    }


def test_status_columns_have_the_status_colours(book: openpyxl.Workbook) -> None:
    for title in ("响应记录", "流程记录"):
        tab = book[title]
        at = letters(tab)
        columns = ("时效状态", "首次响应状态", "到场状态", "方案状态", "解决状态", "登记状态", "二次处理状态")
        area = " ".join(f"{at[h]}4:{at[h]}5000" for h in columns)
        assert conditions(tab)[area] == [
            ("cellIs", '"达标"', "D9F0DF"),
            ("cellIs", '"即将超时"', "FFE9B8"),
            ("cellIs", '"超时"', "F9D4D0"),
            ("cellIs", '"进行中"', "DCEAF6"),
            ("cellIs", '"无法判定"', "E3E5E8"),
            ("cellIs", '"无时限"', "E3E5E8"),
        ]


@pytest.mark.parametrize("title", ["响应记录", "流程记录", "评价记录", "质量评估", "改进跟踪"])
def test_a_cell_named_in_the_issues_is_coloured(book: openpyxl.Workbook, title: str) -> None:
    at, found = letters(book[title]), conditions(book[title])
    schema = next(s for s in SHEETS if s.title == title)
    for column in schema.columns:
        if column.role == "computed":
            continue
        letter = at[column.heading]
        formula = f'ISNUMBER(FIND("【{column.heading}】",${at["数据问题"]}4))'
        assert ("expression", formula, "FFD6A5") in found[f"{letter}4:{letter}5000"]


def test_invalid_answers_and_low_scores_are_coloured(book: openpyxl.Workbook) -> None:
    tab = book["评价记录"]
    at, found = letters(tab), conditions(tab)
    valid, low = at["有效"], at["低分项"]
    last = get_column_letter(len(headings(tab)))
    assert found[f"{valid}4:{valid}5000"] == [("expression", f'${valid}4="否"', "E3E5E8")]
    assert found[f"A4:{last}5000"] == [("expression", f'${valid}4="否"', None)]
    assert found[f"{low}4:{low}5000"] == [("expression", f'AND({low}4<>"",{low}4<>"否")', "FFE9B8")]


def test_default_rows(book: openpyxl.Workbook) -> None:
    settings, options = book["设置"], book["选项与关键词"]
    assert [settings.cell(4, n).value for n in (1, 2, 6)] == ["系统", "台账版本", SCHEMA_VERSION]
    rows = {
        (r[0].value, r[1].value): (r[5].value, r[6].value, r[7].value)
        for r in settings.iter_rows(min_row=4)
        if r[2].value == "S003" and r[3].value == "P2"
    }
    assert rows == {("时效", "首次响应"): (30, "分钟", "自然时"), ("时效", "派工到场"): (2, "小时", "自然时")}
    weights = [
        r[5].value for r in settings.iter_rows(min_row=4) if r[0].value == "权重" and r[2].value == "S003"
    ]
    assert weights == [20, 30, 25, 25]
    found = {(r[0].value, r[1].value): (r[2].value, r[3].value) for r in options.iter_rows(min_row=4)}
    assert found["客户类型", "老客户"] == ("老、老用户、老顾客", None)
    assert found["紧急程度", "特急"] == ("加急、非常紧急、十万火急", "P1")
    assert book["假期"]["A4"].value is None
    assert book["人员"]["A4"].value is None


def test_home_links_and_texts(book: openpyxl.Workbook) -> None:
    home = book[HOME_TITLE]
    assert sorted(links(home)) == sorted(
        f"'{t}'!A1" for t in book.sheetnames if t not in (HOME_TITLE, "下拉")
    )
    texts = {str(cell.value) for row in home.iter_rows() for cell in row if cell.value is not None}
    told = {b.command: b.label for b in BUTTONS}
    assert told == {key: BY_ID[key].label for key in told}
    assert set(BY_ID) - set(told) <= {"demo"}, "every button is on 首页"
    assert {b.label for b in BUTTONS} | {b.does for b in BUTTONS} <= texts
    assert {"达标", "即将超时", "超时", "无法判定", "无时限", "看不到按钮时"} <= texts
    (how,) = [text for text in texts if "xlsvc update 台账文件名.xlsx" in text]
    assert "先保存并关闭本文件,再运行" in how
    for button in BUTTONS:
        assert button.command in BY_ID
        assert any(f"{button.label} {button.command}" in text for text in texts) is (button.command != "update")
    assert not [text for text in texts if "无法判定" in text and "规定" in text]
    rows = {cell.value: cell.row for row in home.iter_rows() for cell in row if cell.value is not None}
    assert rows["工作表"] < rows["待改清单"] < rows["按钮"] < rows["收起来的表"] < rows["粘贴区"]
    assert not home.sheet_view.showGridLines
    assert (home.page_setup.fitToWidth, home.page_setup.fitToHeight) == (1, 1)


def test_no_text_promises_what_does_not_exist(book: openpyxl.Workbook) -> None:
    """A button named in a text of the ledger is one of the registry, or is said to come."""
    labels = {command.label for command in BY_ID.values()}
    for tab in book.worksheets:
        for row in tab.iter_rows(max_row=40):
            for cell in row:
                for named in re.findall(r"(?:点|按|用)“([^”]+)”", str(cell.value or "")):
                    assert named in labels, f"{tab.title}!{cell.coordinate}: {cell.value}"
    assert "以后" in str(book["粘贴区"]["A2"].value)


def test_rows_of_a_ledger(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    moment = datetime(2024, 5, 1, 9, 30)
    rows: dict[str, list[dict[str, Any]]] = {
        "response_log": [
            {
                "customer": "*张女士",
                "contact": "00123",
                "problem": "=1+1",
                "accepted_at": moment,
                "门店(自填)": "一店",
            },
            {
                "resolved_at": "2024-03-1514:00",
                "problem": "-5",
                "cost": 12.5,
                "bought_at": datetime(2024, 3, 15),
            },
            {"problem": "#N/A", "response_minutes": float("nan"), "result": CellError("#REF!"), "seq": 3},
        ],
        "issue_list": [{"cell": Link("响应记录", "C4", 'C"4')}],
    }
    order = ["seq", "customer", "门店(自填)", "problem", "contact"]
    layout = Layout(order=order, renamed={"contact": "联系方式 (必填)"})
    save(build(rows, {"response_log": layout}), path)
    tab = opened(path)["响应记录"]
    assert headings(tab)[:6] == [
        "序号", "客户姓名*", "门店(自填)", "问题描述", "联系方式 (必填)", "客户类型(新/老/VIP)",
    ]  # fmt: skip
    assert len(headings(tab)) == len(BY_KEY["response_log"].columns) + 1
    assert tab.tables["响应记录"].ref == f"A3:{get_column_letter(len(headings(tab)))}6"
    at = letters(tab)
    problem = at["问题描述"]
    assert [(tab[f"{problem}{r}"].value, tab[f"{problem}{r}"].data_type) for r in (4, 5, 6)] == [
        ("=1+1", "s"), ("-5", "s"), ("#N/A", "s"),
    ]  # fmt: skip
    assert [tab[f"{problem}{r}"].quotePrefix for r in (4, 5)] == [True, False]
    assert tab[f"{at['门店(自填)']}4"].value == "一店"
    assert tab[f"{at['联系方式 (必填)']}4"].value == "00123"
    start = tab[f"{at['受理时间']}4"]
    assert (start.value, start.number_format, start.data_type) == (moment, "yyyy-mm-dd hh:mm", "d")
    assert tab[f"{at['实际解决时间']}5"].value == "2024-03-1514:00"
    assert tab[f"{at['购买日期']}5"].number_format == "yyyy-mm-dd"
    assert tab[f"{at['费用']}5"].value == 12.5
    assert tab[f"{at['响应用时(分)']}6"].value is None
    assert tab[f"{at['处理结果摘要']}6"].data_type == "e"
    assert tab[f"{at['序号']}6"].value == 3
    # the rule that colours a cell keeps the schema's heading: that is what 数据问题 names
    contact = at["联系方式 (必填)"]
    assert (
        conditions(tab)[f"{contact}4:{contact}5000"][0][1]
        == f'ISNUMBER(FIND("【联系方式*】",${at["数据问题"]}4))'
    )
    link = opened(path)["待改清单"]["D4"].value
    assert link == '=HYPERLINK("#\'响应记录\'!C4","C""4")'


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(ValueError, match="32767"):
        build({"response_log": [{"problem": "长" * 32_768}]})


def test_more_rows_than_the_usual_reach(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    save(build({"people": [{"name": f"员工{n}"} for n in range(5100)]}), path)
    tab = opened(path)["人员"]
    assert tab.tables["人员"].ref == "A3:F5103"
    assert {str(rule.sqref).split(":")[1][1:] for rule in tab.data_validations.dataValidation} == {"5103"}
