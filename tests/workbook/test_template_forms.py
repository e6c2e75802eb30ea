"""The form templates: the documents' words in their order, what a customer may fill, one A4 page."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from tests.support.libreoffice import LibreOffice
from tests.support.package_lint import lint
from tests.support.render import pages
from workbook import styles
from workbook.sheets.customer_forms import FORMS, VERSION, Form
from workbook.template import build, forms, save
from workbook.template.form_page import PHONE, UNIT

S002_WORDS = [
    "客户满意度调查表",
    "信息仅用于服务改进,自愿填写。",
    "一、基本信息(选填)",
    "您的客户类型",
    "本次服务涉及的问题类型",
    "二、服务评价(1分=非常不满意,5分=非常满意)",
    "服务响应速度",
    "问题解决效果",
    "服务人员态度",
    "专业能力水平",
    "三、开放性建议",
    "您对本次服务有哪些改进建议?",
    "您希望未来在哪些方面提升服务体验?",
    "四、联系方式(选填,用于后续回访)",
    "电话/邮箱",
    "回执码",
    "表单版本",
]
S001_WORDS = [
    "售后服务客户评价表", "信息仅用于服务改进,自愿填写。",
    "响应及时性", "客户发起服务请求后,首次联系/处理的时间",
    "问题解决能力", "服务人员对问题的判断准确性、解决彻底性",
    "服务态度", "服务人员沟通语气、耐心程度、主动服务意识",
    "流程便捷性", "预约、提交材料、问题处理等流程的顺畅度",
    "售后增值体验", "如后续关怀、服务提醒、政策解读等附加价值", "表单版本",
]  # fmt: skip
S003_WORDS = [
    "售后服务质量评估表", "工单号", "评估维度(权重)", "响应及时性(20%)", "服务专业性(30%)", "客户沟通(25%)",
    "流程规范性(25%)", "综合得分", "评估人", "回执码", "表单版本",
]  # fmt: skip
S000_WORDS = [
    "顾客反馈收集表单", "一、基本信息", "顾客姓名", "联系方式", "订单编号/产品型号", "服务日期", "服务人员姓名",
    "服务响应及时性", "问题解决效率", "服务人员专业性", "服务态度友好度", "整体满意度", "三、详细反馈",
    "本次服务中,您认为需要改进的地方是?(请具体描述)", "对产品或服务的其他建议/需求(如功能优化、售后政策等)",
    "是否愿意成为我们的会员/体验下次新服务?", "四、信息确认", "顾客签名", "日期", "回执码", "表单版本",
]  # fmt: skip
S004_WORDS = [
    "服务反馈收集表单", "1.客户基础信息", "客户编号", "服务日期", "服务人员工号", "服务响应速度", "问题解决效果",
    "专业性水平", "服务态度", "是否一次性解决", "3.具体反馈与建议", "印象最深刻的事件(正面/负面)", "需要改进的方面",
    "其他建议", "4.可选补充信息", "联系方式(选填)", "是否愿意参与后续深度调研", "回执码", "表单版本",
]  # fmt: skip


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("forms") / "templates.xlsx"
    save(build(), path)
    return path


@pytest.fixture(scope="module")
def book(templates: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(templates)


def cell_of(tab: Worksheet, name: str) -> Any:
    title, _, address = tab.defined_names[name].attr_text.rpartition("!")
    assert title.strip("'") == tab.title
    return tab[address.replace("$", "")]


def drop_down(tab: Worksheet, cell: Any) -> list[str]:
    """The words a cell's drop-down offers."""
    (rule,) = [v for v in tab.data_validations.dataValidation if cell.coordinate in v.sqref]
    if rule.formula1.startswith('"'):
        return rule.formula1.strip('"').split(",")
    left, top, _, bottom = range_boundaries(rule.formula1.replace("$", ""))
    return [tab.cell(row, left).value for row in range(top, bottom + 1)]


def offers(tab: Worksheet, name: str) -> bool:
    """Has the named cell a drop-down?"""
    at = cell_of(tab, name).coordinate if name else ""
    return any(at in v.sqref for v in tab.data_validations.dataValidation if at)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("S000", S000_WORDS),
        ("S001", S001_WORDS),
        ("S002", S002_WORDS),
        ("S003", S003_WORDS),
        ("S004", S004_WORDS),
    ],
)
def test_the_documents_words_stand_in_their_order(
    book: openpyxl.Workbook, code: str, words: list[str]
) -> None:
    tab = book[f"表单_{code}"]
    shown = [tab.cell(row, 2).value for row in range(1, tab.max_row + 1)]
    assert [text for text in shown if text in words] == words


@pytest.mark.parametrize(
    ("code", "name", "options"),
    [
        ("S002", "答_customer_type", ["新客户", "老客户", "VIP客户"]),
        ("S002", "答_problem_type", ["产品咨询", "售后维修", "投诉建议", "其他"]),
        ("S002", "分_response", ["1", "2", "3", "4", "5"]),
        ("S000", "分_overall", ["5", "4", "3", "2", "1"]),  # boxes printed descending
        ("S001", "分_added_value", ["1", "2", "3", "4", "5"]),
        ("S003", "分_process", ["1", "2", "3", "4", "5"]),
        ("S000", "答_willing", ["愿意,请后续联系我", "暂不愿意"]),  # the option itself holds a comma
        ("S000", "选_praise_1", ["√"]),
        ("S004", "答_willing", ["是,希望电话回访", "否,无需跟进"]),
        ("S004", "答_first_time_fix", ["是", "否"]),
    ],
)
def test_options_are_offered_as_drop_downs(
    book: openpyxl.Workbook, code: str, name: str, options: list[str]
) -> None:
    tab = book[f"表单_{code}"]
    assert drop_down(tab, cell_of(tab, name)) == options


@pytest.mark.parametrize(
    ("code", "key", "options"),
    [
        ("S000", "praise", ["响应速度快", "解决问题彻底", "服务态度好", "流程清晰", "其他"]),
        ("S004", "service_type", ["售后咨询", "技术支持", "投诉处理", "回访调研"]),
        ("S004", "direction", ["优化服务流程", "加强人员培训", "增加服务渠道", "完善售后政策"]),
    ],
)
def test_each_of_several_options_has_its_own_cell(
    book: openpyxl.Workbook, code: str, key: str, options: list[str]
) -> None:
    tab = book[f"表单_{code}"]
    ticks = [cell_of(tab, f"选_{key}_{n}") for n in range(1, len(options) + 1)]
    assert [tab.cell(c.row, c.column - 1).value for c in ticks] == options


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_only_answers_can_be_typed_into(book: openpyxl.Workbook, form: Form) -> None:
    tab = book[form.template]
    assert tab.protection.sheet
    assert tab.protection.password is None
    assert set(tab.defined_names) - {"_xlnm.Print_Area"} == set(form.names())
    answers = [n for n in form.names() if n not in (*form.facts(), VERSION)]
    assert [i.name for i in form.labels()] == answers
    for name in form.names():
        cell = cell_of(tab, name)
        assert cell.protection.locked is (name not in answers), name
        yellow = cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb == "FF" + styles.INPUT
        assert yellow is (name in answers), name
    spans = {c for m in tab.merged_cells.ranges for c in m.cells}
    own = {(cell_of(tab, n).row, cell_of(tab, n).column) for n in answers}
    unlocked = {(c.row, c.column) for row in tab.iter_rows() for c in row if not c.protection.locked}
    assert own <= unlocked
    assert unlocked - own <= spans  # only what lies under a merged answer


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_each_answer_stands_where_its_label_says(book: openpyxl.Workbook, form: Form) -> None:
    tab = book[form.template]
    places = []
    for field in form.labels():
        cell = cell_of(tab, field.name)
        label = tab.cell(cell.row - field.down, cell.column - field.right)
        assert label.value == field.label, field.name
        assert label.protection.locked
        places.append((cell.row, cell.column))
    assert places == sorted(places), "from top to bottom"
    texts = [c.value for row in tab.iter_rows(max_col=6) for c in row if isinstance(c.value, str)]
    ticked = [q.label for q in form.questions() if q.kind == "choices"]
    assert [t for t in form.printed() if texts.count(t) != 1 and t not in ticked] == []


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_version_and_receipt_stand_in_small_locked_cells(book: openpyxl.Workbook, form: Form) -> None:
    tab = book[form.template]
    for name in ("回执码", "表单版本"):
        if form.profile.anonymous and name == "回执码":
            assert name not in tab.defined_names
            assert name not in [c.value for row in tab.iter_rows() for c in row]
            continue
        cell = cell_of(tab, name)
        assert tab.cell(cell.row, cell.column - 1).value == name
        assert cell.protection.locked
    assert cell_of(tab, VERSION).value == f"{form.profile.code}-{form.profile.version}"


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_a_phone_shows_the_whole_width_in_letters_of_eleven_points(
    book: openpyxl.Workbook, form: Form
) -> None:
    tab = book[form.template]
    shown = {k: d.width for k, d in tab.column_dimensions.items() if not d.hidden}
    assert sum(shown.values()) * UNIT <= PHONE
    assert tab.sheet_view.zoomScale in (None, 100)
    sizes = {
        c.coordinate: c.font.size for row in tab.iter_rows(max_col=6) for c in row if c.value is not None
    }
    sizes |= {n: cell_of(tab, n).font.size for n in form.names()}
    assert {at: size for at, size in sizes.items() if size < 11} == {}


def test_the_internal_form_works_out_its_composite(book: openpyxl.Workbook) -> None:
    tab = book["表单_S003"]
    (row,) = [c.row for c in tab["B"] if c.value == "综合得分"]
    cells = [cell_of(tab, f"分_{key}").coordinate for key in ("response", "expertise", "attitude", "process")]
    a, b, c, d = cells
    assert tab[f"C{row}"].value == (
        f'=IF(COUNT({a},{b},{c},{d})<4,"",ROUND(({a}*20+{b}*30+{c}*25+{d}*25)/100,1))'
    )
    assert tab[f"C{row}"].protection.locked


@pytest.fixture(scope="module")
def alone() -> openpyxl.Workbook:
    """The form templates without the rest of the ledger."""
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    styles.register(workbook)
    forms.draw(workbook)
    return workbook


@pytest.mark.libreoffice
def test_each_form_is_one_a4_portrait_page(
    libreoffice: LibreOffice, alone: openpyxl.Workbook, tmp_path: Path
) -> None:
    for tab in alone.worksheets:
        assert (tab.page_setup.orientation, str(tab.page_setup.paperSize)) == ("portrait", "9")
    save(alone, tmp_path / "forms.xlsx")
    assert len(pages(libreoffice, tmp_path / "forms.xlsx", tmp_path)) == len(FORMS)


@pytest.mark.libreoffice
def test_libreoffice_keeps_names_drop_downs_and_protection(
    libreoffice: LibreOffice, book: openpyxl.Workbook, alone: openpyxl.Workbook, tmp_path: Path
) -> None:
    save(alone, tmp_path / "forms.xlsx")
    again = openpyxl.load_workbook(libreoffice.convert(tmp_path / "forms.xlsx", tmp_path / "again.xlsx"))
    for form in FORMS.values():
        tab, saved = book[form.template], again[form.template]
        assert saved.protection.sheet
        for name in form.names():
            cell, kept = cell_of(tab, name), cell_of(saved, name)
            assert (kept.coordinate, kept.protection.locked) == (cell.coordinate, cell.protection.locked)
        offered = {n for f in form.labels() if offers(tab, n := f.name)}
        assert offered
        for name in offered:
            assert drop_down(saved, cell_of(saved, name)) == drop_down(tab, cell_of(tab, name)), name
        assert saved.page_setup.scale == tab.page_setup.scale


@pytest.mark.libreoffice
def test_a_restyled_template_keeps_each_answer_at_its_label(
    libreoffice: LibreOffice, alone: openpyxl.Workbook, tmp_path: Path
) -> None:
    """A supervisor takes the protection off and puts rows and a column in; the names move along."""
    alone["表单_S004"].protection.sheet = False
    save(alone, tmp_path / "forms.xlsx")
    alone["表单_S004"].protection.sheet = True
    path = libreoffice.insert_rows(tmp_path / "forms.xlsx", "表单_S004", 2, 3, tmp_path / "rows.xlsx")
    path = libreoffice.insert_columns(path, "表单_S004", 1, 1, tmp_path / "both.xlsx")
    tab = openpyxl.load_workbook(path)["表单_S004"]
    for field in FORMS["S004"].labels():
        cell = cell_of(tab, field.name)
        assert tab.cell(cell.row - field.down, cell.column - field.right).value == field.label


GOLDEN = Path(__file__).parents[1] / "golden" / "forms.txt"


def test_what_a_form_asks_changes_only_with_its_version(book: openpyxl.Workbook) -> None:
    """Every cell with words or a name. Where it differs: raise the profile's version if a customer's copy of the old
    form would be read otherwise, then write the list anew with XLSVC_GOLDEN=write and look at it."""
    lines: list[str] = []
    for form in FORMS.values():
        tab = book[form.template]
        named = {cell_of(tab, name).coordinate: name for name in form.names()}
        lines += [f"[{form.profile.stamp}]"]
        for row in tab.iter_rows():
            for cell in row:
                if cell.value is not None or cell.coordinate in named:
                    offer = (
                        "/".join(drop_down(tab, cell)) if offers(tab, named.get(cell.coordinate, "")) else ""
                    )
                    mark = "" if cell.protection.locked else "_"
                    parts = (cell.coordinate, named.get(cell.coordinate, ""), cell.value or mark, offer)
                    lines.append(" | ".join(map(str, parts)).rstrip(" |"))
    text = "\n".join(lines) + "\n"
    if os.environ.get("XLSVC_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text.splitlines() == GOLDEN.read_text(encoding="utf-8").splitlines()


def test_templates_pass_the_lint(templates: Path) -> None:
    assert lint(templates) == []


@pytest.mark.node
def test_templates_pass_the_validator(templates: Path, ooxml_validator: Any) -> None:
    assert ooxml_validator(templates) == []
