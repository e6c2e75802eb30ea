"""Forms in a saved ledger: made, opened by LibreOffice, filled, and left alone by the next click."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.support.ledgers import document_rows, make_ledger, opened, typed_cells
from tests.support.libreoffice import LibreOffice
from tests.support.package_lint import lint
from tests.support.render import pages
from workbook.sheets.customer_forms import FORMS, RECEIPT, VERSION
from workbook.sheets.reference import FORM_REGISTER
from xlsvc import app
from xlsvc.form_tokens import seeded

NOW = datetime(2024, 5, 2, 9, 0)
TICKETS = ["SN20240501001", "SN20240501002"]
CODE = seeded("file")()
FORM = f"表单 {TICKETS[0]}"
ASKED = {"profile": "S002", "ticket": TICKETS, "sheets": True}


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents' own rows, 张工 with a phone."""
    rows = document_rows()
    rows["people"] = [{"name": "张工", "staff_no": "S002", "phone": "010-8802"}]
    return make_ledger(tmp_path_factory.mktemp("forms") / "台账.xlsx", rows)


@pytest.fixture
def made(blank: Path, tmp_path: Path) -> Path:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(blank.read_bytes())
    report = app.run("forms", path, {**ASKED, "random_token": seeded("file")}, NOW)
    assert report.notice == "已生成 2 张《客户满意度调查表》,并登记到“表单台账”。"
    return path


def places(path: Path) -> dict[str, str]:
    """Defined name on the form -> its cell."""
    names = opened(path)[FORM].defined_names
    return {name: str(at.attr_text).rpartition("!")[2].replace("$", "") for name, at in names.items()}


def cells(path: Path, tab: str) -> dict[str, Any]:
    sheet = opened(path, data_only=True)[tab]
    return {c.coordinate: c.value for row in sheet.iter_rows() for c in row if c.value is not None}


def test_facts_stand_in_their_cells_and_in_the_register(made: Path) -> None:
    form = cells(made, FORM)
    at = places(made)
    assert form["B1"] == "客户满意度调查表"
    assert {name: form[at[name]] for name in (*FORMS["S002"].facts(), VERSION)} == {
        "告知语": "信息仅用于服务改进,自愿填写。", "工单号": TICKETS[0], "回执码": CODE, "服务人员": "张工",
        "服务电话": "010-8802", "问题类型": "—", "服务日期": datetime(2024, 5, 1), "表单版本": "S002-1",
    }  # fmt: skip
    register = cells(made, "表单台账")
    letters = {value: a.rstrip("0123456789") for a, value in register.items() if a.endswith("3")}
    headings = [FORM_REGISTER.heading(key) for key in ("token", "ticket", "profile", "version", "tab")]
    assert [register[f"{letters[h]}4"] for h in headings] == [
        CODE, TICKETS[0], "S002 客户满意度调查表", "1", FORM,
    ]  # fmt: skip
    headings = [FORM_REGISTER.heading(key) for key in ("issued_at", "due_at", "state")]
    assert [register[f"{letters[h]}4"] for h in headings] == [
        datetime(2024, 5, 2, 9), datetime(2024, 5, 9), "已生成",
    ]  # fmt: skip
    assert register[f"{letters[FORM_REGISTER.heading('tab')]}5"] == f"表单 {TICKETS[1]}"


def test_the_copy_keeps_protection_drop_downs_and_its_own_names(made: Path) -> None:
    book = opened(made)
    tab, template = book[FORM], book["表单_S002"]
    assert tab.sheet_state == "visible"
    assert tab.protection.sheet
    assert tab.protection.password is None
    at = places(made)
    assert not tab[at["分_response"]].protection.locked
    assert tab[at["工单号"]].protection.locked
    assert sorted(v.formula1 for v in tab.data_validations.dataValidation) == sorted(
        v.formula1 for v in template.data_validations.dataValidation
    )
    titles = {name.attr_text.rpartition("!")[0] for name in tab.defined_names.values()}
    assert titles == {f"'{FORM}'"}
    assert sorted(map(str, tab.merged_cells.ranges)) == sorted(map(str, template.merged_cells.ranges))
    assert {k: d.width for k, d in tab.column_dimensions.items()} == {
        k: d.width for k, d in template.column_dimensions.items()
    }


def test_judges_find_nothing(made: Path) -> None:
    assert lint(made) == []


@pytest.mark.node
def test_the_validator_finds_nothing(made: Path, ooxml_validator: Any) -> None:
    assert ooxml_validator(made) == []


@pytest.mark.libreoffice
def test_libreoffice_opens_it_and_prints_one_page(
    libreoffice: LibreOffice, made: Path, tmp_path: Path
) -> None:
    assert libreoffice.cells(made)[FORM][places(made)[RECEIPT]] == CODE
    assert len(pages(libreoffice, made, tmp_path / "bild", tab=FORM)) == 1


@pytest.mark.libreoffice
def test_answers_typed_in_another_program_survive_the_next_click(
    libreoffice: LibreOffice, made: Path, tmp_path: Path
) -> None:
    at = places(made)
    typed = {at["分_response"]: 5, at["答_improvement"]: "备件太慢"}
    filled = libreoffice.set_cells(made, FORM, typed, tmp_path / "填好.xlsx")
    before = cells(filled, FORM)
    report = app.run("forms", filled, ASKED, NOW)
    assert {k: n for k, n in report.counts.items() if n} == {"已发过": 2}
    assert report.saved == ""
    assert cells(filled, FORM) == before
    assert {a: before[a] for a in typed} == typed


def test_twice_is_once(made: Path) -> None:
    before = made.read_bytes()
    report = app.run("forms", made, ASKED, NOW)
    assert report.notice == "没有新表单:2 张工单的《客户满意度调查表》以前都发过,见“表单台账”。"
    assert (report.exit_code, report.saved) == (0, "")
    assert made.read_bytes() == before


def test_no_typed_cell_is_touched(blank: Path, made: Path) -> None:
    after = typed_cells(made)
    assert {k: after.get(k) for k in typed_cells(blank)} == typed_cells(blank)


def test_find_writes_nothing(blank: Path, tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    path.write_bytes(blank.read_bytes())
    report = app.run("find", path, {"text": "SN20240501001"}, NOW)
    assert report.answers == [
        "流程记录 第 4 行 · SN20240501001 · *女士 · 不启动 · 紧急 · 责任人 张工",
        "    受理 2024-05-01 09:00 · 状态 未填 · 首次响应 达标 · 解决 无时限",
        "    最近评价:还没有。",
    ]
    assert path.read_bytes() == blank.read_bytes()
    assert list(tmp_path.iterdir()) == [path]
