"""The form templates: the documents' words in their order, what a customer may fill, one A4 page."""

from __future__ import annotations

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
from workbook.sheets.customer_forms import FORMS, Form, Question, Section
from workbook.sheets.profiles import PROFILES
from workbook.template import build, save

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
]
S000_WORDS = [
    "顾客反馈收集表单", "一、基本信息", "顾客姓名", "联系方式", "订单编号/产品型号", "服务日期", "服务人员姓名",
    "服务响应及时性", "问题解决效率", "服务人员专业性", "服务态度友好度", "整体满意度", "三、详细反馈",
    "本次服务中,您认为需要改进的地方是?(请具体描述)", "对产品或服务的其他建议/需求(如功能优化、售后政策等)",
    "是否愿意成为我们的会员/体验下次新服务?", "四、信息确认", "顾客签名", "日期", "备注(由服务人员填写)",
]  # fmt: skip
S004_WORDS = [
    "服务反馈收集表单", "1.客户基础信息", "客户编号", "服务日期", "服务人员工号", "服务响应速度", "问题解决效果",
    "专业性水平", "服务态度", "是否一次性解决", "3.具体反馈与建议", "印象最深刻的事件(正面/负面)", "需要改进的方面",
    "其他建议", "4.可选补充信息", "联系方式(选填)", "是否愿意参与后续深度调研",
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


@pytest.mark.parametrize(
    ("code", "words"), [("S002", S002_WORDS), ("S000", S000_WORDS), ("S004", S004_WORDS)]
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
    assert [tab.cell(c.row, c.column + 1).value for c in ticks] == options


@pytest.mark.parametrize("form", FORMS.values(), ids=list(FORMS))
def test_only_answers_can_be_typed_into(book: openpyxl.Workbook, form: Form) -> None:
    tab = book[form.template]
    assert tab.protection.sheet
    assert tab.protection.password is None
    assert set(tab.defined_names) - {"_xlnm.Print_Area"} == set(form.names())
    answers = [n for n in form.names() if n not in form.facts()]
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
def test_at_most_five_answers_are_asked_of_a_customer_and_none_is_forced(form: Form) -> None:
    scores = [q for q in form.questions() if q.kind == "score"]
    assert len(scores) <= 5  # S000.R11
    assert [q.label for q in scores] == [d.label for d in form.profile.dimensions]


@pytest.mark.libreoffice
@pytest.mark.parametrize("code", list(FORMS))
def test_a_form_is_one_a4_portrait_page(
    libreoffice: LibreOffice, book: openpyxl.Workbook, templates: Path, tmp_path: Path, code: str
) -> None:
    tab = book[f"表单_{code}"]
    assert (tab.page_setup.orientation, str(tab.page_setup.paperSize)) == ("portrait", "9")
    assert len(pages(libreoffice, templates, tmp_path, tab=tab.title)) == 1


def test_templates_pass_the_lint(templates: Path) -> None:
    assert lint(templates) == []


@pytest.mark.node
def test_templates_pass_the_validator(templates: Path, ooxml_validator: Any) -> None:
    assert ooxml_validator(templates) == []


def test_a_form_must_ask_its_profiles_dimensions() -> None:
    with pytest.raises(ValueError, match="other dimensions"):
        Form(PROFILES["S002"], (), (Section("二", (Question("response", "响应", "score"),)),))


def test_an_anonymous_form_cannot_name_the_customer() -> None:
    asked = tuple(Question(d.key, d.label, "score") for d in PROFILES["S001"].dimensions)
    with pytest.raises(ValueError, match="anonymous"):
        Form(PROFILES["S001"], ("工单号", "回执码"), (Section("一", asked),))
    assert Form(PROFILES["S001"], ("回执码", "部门"), (Section("一", asked),)).template == "表单_S001"
