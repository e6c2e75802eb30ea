"""定稿导出 on a ledger: figures that stay whatever happens to the rows, words that are kept, a file nobody is named in."""

from __future__ import annotations

import email
import email.policy
import re
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.support.libreoffice import LibreOffice
from tests.support.package_lint import lint
from tests.support.tab_xml import names_on, tab_cells, type_into
from workbook.file_book import FileBook
from workbook.issues import WorkbookError
from workbook.package.cell_content import serial
from workbook.package.cell_refs import letters
from workbook.package.cell_writing import Formula
from workbook.sheets import BY_KEY
from workbook.sheets import weekly_summary as weekly
from workbook.sheets.settings import SETTING_ROWS
from workbook.template import build, save
from xlsvc import app
from xlsvc.privacy import masked_text
from xlsvc.sample import sample_rows

WEEK = "2024-W18"
TAB, UPDATED = weekly.TAB.format(week=WEEK), weekly.UPDATED.format(week=WEEK)
FILE = f"售后周报_{WEEK}.xlsx"
NOW = datetime(2024, 5, 6, 9, 0)
NOTE, CONCLUSION = "与赵师傅商量备件,王小丽的事已了", "本周只有一件事:备件。"
ADDRESS = "杭州市西湖区文三路 90 号 3 幢 501 室"


def _rows() -> dict[str, list[dict[str, Any]]]:
    """The sample, smaller: what weeks from W16 on need, an address, and recipients."""
    rows = sample_rows()
    since = datetime(2024, 4, 8)
    for key, when in (("response_log", "accepted_at"), ("process_log", "accepted_at"), ("evaluations", "evaluated_at")):
        rows[key] = [r for r in rows[key] if not isinstance(r.get(when), datetime) or r[when] >= since]
    rows["response_log"][-1] |= {"customer": "王小丽", "contact": "13800001234", "problem": f"请寄到{ADDRESS},谢谢"}
    rows["settings"] = [
        {**row, "value": {"周报收件人": "zhang@example.com;li@example.com", "周报抄送": "boss@example.com"}.get(row["name"], row["value"])}
        for row in rows["settings"]
    ]
    return rows


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a weekly tab that somebody wrote on, before the freezing; beside it the frozen one in 定稿."""
    path = tmp_path_factory.mktemp("freeze") / "台账.xlsx"
    save(build(_rows()), path)
    app.run("summary", path, {"week": WEEK}, NOW - timedelta(hours=12))
    type_into(path, TAB, {_place(path, TAB, "结论1"): CONCLUSION, _below(path): NOTE, _below(path, 1): 13800001234,
                          _below(path, 2): Formula("1+2", 3.0)})
    frozen = path.parent / "定稿" / path.name
    frozen.parent.mkdir()
    shutil.copy(path, frozen)
    app.run("freeze", frozen, {}, NOW)  # on Monday the week that is over
    return path


@pytest.fixture
def ledger(made: Path, tmp_path: Path) -> Path:
    """The frozen ledger with its files, to be changed."""
    shutil.copytree(made.parent / "定稿", tmp_path / "定稿")
    return tmp_path / "定稿" / made.name


@pytest.fixture(scope="module")
def report(made: Path) -> Path:
    return made.parent / "定稿" / "周报" / FILE


def _tab(path: Path, tab: str = TAB, formulas: bool = False) -> dict[str, Any]:
    return tab_cells(path, tab, formulas)


def _place(path: Path, tab: str, name: str) -> str:
    return names_on(path, tab)[name]


def _below(path: Path, row: int = 0) -> str:
    """A cell of 下周要点 to write in."""
    (head,) = [at for at, cell in _tab(path).items() if cell == "要办的事"]
    return re.sub(r"\d+", lambda number: str(int(number[0]) + 1 + row), head)


def _set(path: Path, **values: str | None) -> None:
    """Types other 数值 into rows of 设置, by the setting's key."""
    cells, names = _tab(path, "设置"), {setting.key: setting.name for setting in SETTING_ROWS}
    for key, value in values.items():
        (row,) = [at[1:] for at, text in cells.items() if at[0] == "B" and text == names[key]]
        type_into(path, "设置", {f"F{row}": value})


# the tab


def test_no_formula_is_left_but_links(made: Path, ledger: Path) -> None:
    before, after = _tab(made, formulas=True), _tab(ledger, formulas=True)
    formulas = [v for v in before.values() if isinstance(v, str) and v.startswith("=")]
    assert len(formulas) > 400
    left = [v for v in after.values() if isinstance(v, str) and v.startswith("=")]
    assert left
    assert all(v.startswith('=HYPERLINK("#') for v in left)


def test_the_tab_says_when_it_was_frozen_and_keeps_peoples_words(ledger: Path) -> None:
    cells = _tab(ledger)
    at = {name: cells[_place(ledger, TAB, name)] for name in ("标题", "报告状态", "报告状态_生成", "时效截至", "结论1")}
    assert at == {
        "标题": "售后服务周报 2024-W18(2024-05-06 09:00 定稿)", "报告状态": "定稿", "报告状态_生成": "定稿 2024-05-06 09:00",
        "时效截至": serial(NOW), "结论1": CONCLUSION,
    }  # fmt: skip
    assert (cells[_below(ledger)], cells[_below(ledger, 2)]) == (NOTE, 3.0)
    assert lint(ledger) == []


def test_a_frozen_tab_stays_when_rows_change_and_the_week_is_summed_up_again(ledger: Path) -> None:
    frozen, formulas = _tab(ledger), _tab(ledger, formulas=True)
    log = BY_KEY["response_log"]
    accepted, solved, kind = (letters([c.key for c in log.columns].index(k) + 1) for k in ("accepted_at", "resolved_at", "problem_type"))
    edits: dict[str, Any] = {f"{accepted}{row}": datetime(2024, 4, 30, 10) for row in range(4, 30)}
    edits |= {f"{solved}{row}": None for row in range(4, 30)} | {f"{kind}4": "投诉"}
    type_into(ledger, log.title, edits)
    app.run("update", ledger, {}, NOW + timedelta(hours=3))
    assert (_tab(ledger), _tab(ledger, formulas=True)) == (frozen, formulas)
    report = app.run("summary", ledger, {"week": WEEK}, NOW + timedelta(hours=4))
    assert (_tab(ledger), _tab(ledger, formulas=True)) == (frozen, formulas)
    assert f"“{UPDATED}”已生成" in report.notice
    assert report.notice.endswith(f"“{TAB}”在 2024-05-06 09:00 已定稿,没有动它。")
    place = _place(ledger, TAB, "本周_新增")
    assert _tab(ledger, UPDATED)[place] > frozen[place]
    again = app.run("summary", ledger, {"week": WEEK}, NOW + timedelta(hours=5))
    assert [t for t in FileBook(ledger).titles() if t.startswith("周报 ")] == [TAB, UPDATED]
    assert f"“{UPDATED}”已生成" in again.notice


def test_undo_gives_the_formulas_back(made: Path, ledger: Path) -> None:
    before = made.read_bytes()
    app.undo(ledger)
    assert ledger.read_bytes() == before


def test_undo_gives_them_back_cell_by_cell_where_the_file_was_touched(made: Path, ledger: Path) -> None:
    note = _below(ledger)
    type_into(ledger, TAB, {note: "后来写的"})
    app.undo(ledger)
    before, after = _tab(made, formulas=True), _tab(ledger, formulas=True)
    assert after.pop(note) == "后来写的"
    before.pop(note)
    assert after == before
    assert lint(ledger) == []


def test_a_week_is_frozen_once(ledger: Path) -> None:
    folder = ledger.parent / "周报"
    before = {path.name: path.read_bytes() for path in [ledger, *folder.iterdir()]}
    (folder / FILE).write_bytes(b"changed by somebody")
    report = app.run("freeze", ledger, {"week": WEEK}, NOW + timedelta(days=1))
    assert report.notice.startswith(f"“{TAB}”在 2024-05-06 09:00 已经定稿,文件也在,没有改动。文件里是定稿那时的数字和文字。要重新定稿:")
    after = {path.name: path.read_bytes() for path in [ledger, *folder.iterdir()]}
    assert after == before | {FILE: b"changed by somebody"}


def test_a_file_that_is_gone_is_made_again_with_figures_only(ledger: Path, report: Path) -> None:
    (ledger.parent / "周报" / FILE).unlink()
    (ledger.parent / "周报" / f"售后周报_{WEEK}.eml").unlink()
    told = app.run("freeze", ledger, {"week": WEEK}, NOW + timedelta(days=1))
    assert [i.code for i in told.issues if i.code.startswith("freeze")] == ["freeze.file_gone"]
    again = ledger.parent / "周报" / FILE
    assert openpyxl.load_workbook(again).sheetnames == [TAB]
    skipped = {_place(report, TAB, name) for name in weekly.names() if re.search("工单|对象|客户$", name)}
    first, second = _tab(report), _tab(again)
    assert {k: v for k, v in second.items() if k not in skipped} == {k: v for k, v in first.items() if k not in skipped}
    assert not [v for v in _tab(again, formulas=True).values() if isinstance(v, str) and v.startswith("=")]


@pytest.mark.parametrize(
    ("week", "now", "code"),
    [("2024-W20", NOW, "freeze.future"), ("第18周", NOW, "summary.week"), ("2024-W53", NOW, "summary.no_week")],
)
def test_what_cannot_be_frozen(made: Path, tmp_path: Path, week: str, now: datetime, code: str) -> None:
    path = shutil.copy(made, tmp_path / "台账.xlsx")
    before = path.read_bytes()
    with pytest.raises(WorkbookError) as stopped:
        app.run("freeze", path, {"week": week}, now)
    assert stopped.value.code == code
    assert path.read_bytes() == before
    assert not (tmp_path / "周报").exists()


# the workbook for the mail


def _parts(path: Path) -> dict[str, str]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}


def test_nothing_in_the_file_names_anybody(report: Path) -> None:
    everything = "".join(_parts(report).values()) + "".join(_parts(report))
    rows = _rows()
    quotes = set(re.findall("“([^”]+)”", " ".join(str(v) for v in _tab(report).values())))
    staff = {str(row["name"]) for row in rows["people"]}
    wanted: dict[str, set[str]] = {"name": set(), "contact": set(), "ticket": set(), "words": set()}
    for key, columns in (
        ("response_log", ("customer", "contact", "ticket", "problem", "result", "customer_no")),
        ("process_log", ("customer_info", "ticket", "problem_info", "customer_no")),
        ("evaluations", ("customer", "ticket", "receipt", "improvement", "suggestion", "event", "contact", "customer_no")),
    ):
        for row in rows[key]:
            for column in columns:
                text = str(row.get(column) or "")
                kind = {"customer": "name", "contact": "contact", "ticket": "ticket"}.get(column, "words")
                for piece in text.split("/") if column == "customer_info" else [text]:
                    wanted["name" if column == "customer_info" and not re.search(r"\d", piece) else kind].add(piece.strip())
    wanted["words"] |= {ADDRESS, "文三路", "13800001234", "王小丽"}
    found = [
        text
        for kind, texts in wanted.items()
        for text in texts
        if len(text.strip("*")) >= (2 if kind == "name" else 4) and text in everything
        and text not in staff and masked_text(text) not in quotes and text not in ("*女士", "*先生", "#N/A")
    ]
    assert len(wanted["name"]) > 30
    assert len(wanted["ticket"]) > 30
    assert found == []


def test_the_file_holds_what_is_allowed_and_no_more(report: Path) -> None:
    parts = _parts(report)
    kinds = {re.sub(r"\d+", "N", name) for name in parts}
    assert kinds == {
        "[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "xl/theme/themeN.xml",
        "xl/worksheets/sheetN.xml", "xl/worksheets/_rels/sheetN.xml.rels", "xl/tables/tableN.xml", "xl/drawings/drawingN.xml",
        "xl/drawings/_rels/drawingN.xml.rels", "xl/charts/chartN.xml",
    }  # fmt: skip
    assert "External" not in "".join(text for name, text in parts.items() if name.endswith(".rels"))
    assert "HYPERLINK" not in "".join(parts.values())
    book = openpyxl.load_workbook(report)
    assert book.sheetnames == [TAB, "数据"]
    assert {sheet.sheet_state for sheet in book} == {"visible"}
    tabs = {name.attr_text.rpartition("!")[0].strip("'") for sheet in book for name in sheet.defined_names.values()}
    assert tabs == {TAB}
    assert not book.defined_names
    assert set(book["数据"].tables) <= {BY_KEY[key].table for key in ("response_log", "process_log", "evaluations", "carried")}
    assert "<ptCount" in "".join(text for name, text in parts.items() if "chart" in name)
    assert lint(report) == []


def test_only_columns_that_formulas_read_go_out(report: Path) -> None:
    book = openpyxl.load_workbook(report)
    formulas = " ".join(str(v) for v in _tab(report, formulas=True).values() if str(v).startswith("="))
    for table in book["数据"].tables.values():
        for column in table.column_names:
            assert f"{table.name}[{column}]" in formulas
    keys = {BY_KEY[k].table: BY_KEY[k] for k in ("response_log", "process_log", "evaluations")}
    for name, sheet in keys.items():
        headings = set(book["数据"].tables[name].column_names) if name in book["数据"].tables else set()
        private = {"customer", "contact", "problem", "result", "ticket", "customer_info", "improvement", "suggestion", "event"}
        assert not headings & {sheet.heading(key) for key in private if key in sheet}


def test_the_file_shows_what_the_frozen_tab_shows(made: Path, report: Path) -> None:
    frozen, sent = _tab(made.parent / "定稿" / made.name), _tab(report)
    masked = {_place(report, TAB, n) for n in weekly.names() if re.search("工单|对象|出处|^查看|编号|关注._客户|结论1", n)}
    differing = {at: (frozen.get(at), sent.get(at)) for at in {*frozen, *sent} - masked if frozen.get(at) != sent.get(at)}
    assert differing == {_below(report): (NOTE, "与赵师傅商量备件,***的事已了"), _below(report, 1): (13800001234.0, None)}
    assert re.fullmatch(r"尾号\d{3}", str(sent[_place(report, TAB, "关注1_工单")]))


def test_the_validator_finds_nothing(report: Path, ooxml_validator: Callable[[Path | str], list[str]]) -> None:
    assert ooxml_validator(report) == []


@pytest.mark.libreoffice
def test_its_formulas_give_the_frozen_figures(report: Path, made: Path, libreoffice: LibreOffice) -> None:
    counted, frozen = libreoffice.recalculate(report)[TAB], _tab(made.parent / "定稿" / made.name)
    assert len(counted) > 400
    for at, value in counted.items():
        want = frozen.get(at, "")
        assert value == (pytest.approx(want, abs=1e-9) if isinstance(want, float) else want), at


# the mail


def _mail(path: Path) -> EmailMessage:
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_mail_is_a_draft_with_the_headlines_and_the_file(report: Path) -> None:
    message = _mail(report.with_suffix(".eml"))
    assert (message["X-Unsent"], message["From"], message["Date"]) == ("1", None, None)
    assert [a.addr_spec for a in message["To"].addresses] == ["zhang@example.com", "li@example.com"]
    assert [a.addr_spec for a in message["Cc"].addresses] == ["boss@example.com"]
    assert message["Subject"] == "售后服务周报 2024-W18(售后服务部)"
    body = message.get_body()
    assert body is not None
    text = body.get_content()
    cells = _tab(report)
    for name in ("一眼_超时", "一眼_环节", "一眼_责任人", "一眼_样本"):
        assert str(cells[_place(report, TAB, name)]) in text
    assert f"新增 {cells[_place(report, TAB, '本周_新增')]:g} 张" in text
    assert "数字截至 2024-05-06 09:00" in text
    (attached,) = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (FILE, report.read_bytes())
    raw = report.with_suffix(".eml").read_bytes()
    assert b"name=\"=?utf-8?B?" in raw  # what old mail programs read
    assert max(map(len, raw.split(b"\r\n"))) <= 80


def test_a_recipient_that_is_no_address_is_told_and_stops_it(made: Path, tmp_path: Path) -> None:
    path = Path(shutil.copy(made, tmp_path / "台账.xlsx"))
    _set(path, report_to="张三;li@example.com")
    with pytest.raises(WorkbookError) as stopped:
        app.run("freeze", path, {"week": WEEK}, NOW)
    assert stopped.value.code == "settings.bad"
    assert "行“周报收件人”里的“张三”不是邮箱。请写成 name@company.com" in str(stopped.value)
