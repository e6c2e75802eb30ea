"""Customers at work: a small ledger with issued forms, and forms filled in the ways people and programs do it."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pandas as pd
from python_calamine import CalamineWorkbook

from tests.support.producers import parts_of, shared_texts, zipped
from workbook.book import Changes
from workbook.file_book import FileBook
from workbook.resources import templates
from workbook.sheets import BY_KEY
from workbook.sheets.customer_forms import FORMS
from xlsvc import app
from xlsvc.form_tokens import seeded

ISSUED = datetime(2024, 5, 2, 9, 0)
COLLECTED = datetime(2024, 5, 6, 10, 30)
LATER = datetime(2024, 5, 20, 10, 30)
CUSTOMERS = ("*女士", "*女士", "赵六", "李/四:?", "欧阳😀")

ENTERED: Mapping[str, Mapping[str, Any]] = {
    "S000": {
        "答_customer": "王女士", "答_contact": "010-5678", "分_response": 5, "分_resolution": 4, "分_expertise": 5,
        "分_attitude": 5, "分_overall": 4, "说明_response": "很快", "说明_resolution": "修了两次", "选_praise_1": "√",
        "选_praise_3": "√", "答_praise_other": "师傅守时", "答_improvement": "希望提前预约", "答_suggestion": "=1+1 不是公式",
        "答_willing": "愿意,请后续联系我", "答_signature": "王", "答_signed_on": "2024-05-04",
    },
    "S001": {"分_response": 5, "分_resolution": 3, "分_attitude": 4, "分_process": 4, "分_added_value": 2, "说明_resolution": "等了两天"},
    "S002": {
        "答_customer_type": "老客户", "答_problem_type": "售后维修", "分_response": 5, "分_resolution": 5, "分_attitude": 4,
        "分_expertise": 5, "答_improvement": "没有", "答_suggestion": "多一些网点", "答_contact": "13800001234",
    },
    "S003": {
        "分_response": 5, "分_expertise": 4, "分_attitude": 5, "分_process": 4, "说明_response": "电话接听很快",
        "建议_expertise": "增加常用备件库存", "说明_process": "维修单写得有点潦草", "建议_process": "规范单据填写模板",
        "答_assessor": "孙主管", "答_assessed_at": "2024-05-05",
    },
    "S004": {
        "选_service_type_2": "√", "分_response": 4, "分_resolution": 5, "分_expertise": 5, "分_attitude": 5,
        "答_first_time_fix": "是", "答_event": "上门很准时", "答_improvement": "价格透明些", "选_direction_1": "√",
        "选_direction_4": "√", "答_suggestion": "无", "答_contact": "a@b.cn", "答_willing": "是,希望电话回访",
    },
}  # fmt: skip
"""Profile -> defined name -> what the customer types."""


def ticket_rows(count: int, customers: Sequence[str] = CUSTOMERS) -> list[dict[str, Any]]:
    """Rows of 响应记录, solved the day before the forms are issued."""
    return [
        {
            "seq": n, "customer": customers[(n - 1) % len(customers)], "contact": f"1380000{n:04d}", "customer_type": "老客户",
            "problem": f"第 {n} 个问题", "problem_type": "产品质量", "urgency": "一般", "owner": "技术部*李工",
            "resolved_at": datetime(2024, 5, 1, 14, 0), "ticket": f"SN20240501{n:03d}", "status": "已完成",
            "accepted_at": datetime(2024, 5, 1, 9, 0), "customer_no": f"C202405{n:03d}",
        }
        for n in range(1, count + 1)
    ]  # fmt: skip


def ledger_with_tickets(path: Path, count: int = 5, customers: Sequence[str] = CUSTOMERS) -> Path:
    """A new ledger with these rows appended, by the product's own host: building one with openpyxl takes seconds."""
    shutil.copyfile(templates(), path)
    people = [{"name": "李工", "staff_no": "S008", "phone": "010-8802", "department": "技术部"}]
    rows = {"response_log": ticket_rows(count, customers), "people": people}
    book = FileBook(path)
    book.apply(Changes(append=[(BY_KEY[key], pd.DataFrame(part)) for key, part in rows.items()]))
    book.forget_backups()
    return path


def issue(ledger: Path, profile: str, tickets: Sequence[str], at: datetime = ISSUED) -> list[Path]:
    """Forms made for tickets, the files beside the ledger."""
    options = {"profile": profile, "ticket": list(tickets), "random_token": seeded(f"{profile}{tickets}")}
    if FORMS[profile].profile.anonymous:
        options |= {"ticket": [], "purpose": "近30天"}
    report = app.run("forms", ledger, options, at)
    return [Path(file) for file in report.files if file.endswith(".xlsx") and Path(file) != ledger]


def fill(form: Path, out: Path, entered: Mapping[str, Any], alter: Callable[[Any], None] | None = None) -> Path:
    """The form with values at its defined names, as a program that writes the whole file anew leaves it."""
    book = openpyxl.load_workbook(form)
    tab = book.worksheets[0]
    for name, value in entered.items():
        cell = tab[places(tab)[name]]
        cell.value = value
        if isinstance(value, str) and value.startswith("="):
            cell.data_type, cell.quotePrefix = "s", True
    if alter is not None:
        alter(tab)
    out.parent.mkdir(parents=True, exist_ok=True)
    book.save(out)
    return out


def places(tab: Any) -> dict[str, str]:
    """Defined name -> address, of a tab that openpyxl read."""
    names = {**{n: d.attr_text for n, d in tab.parent.defined_names.items()},
             **{n: d.attr_text for n, d in tab.defined_names.items()}}  # fmt: skip
    return {n: str(text).rpartition("!")[2].replace("$", "").partition(":")[0] for n, text in names.items()}


def type_into_xml(form: Path, out: Path, entered: Mapping[str, Any]) -> Path:
    """The form with values typed into its XML as WPS writes them: texts shared, spans on rows, its own property beside ours;
    everything else of the file as it is."""
    parts = parts_of(form)
    named = re.compile(r'<definedName name="([^"]+)"[^>]*>[^<]*!\$([A-Z]+)\$(\d+)</definedName>')
    at = {name: f"{letters}{row}" for name, letters, row in named.findall(parts["xl/workbook.xml"].decode())}
    sheet = next(name for name in parts if name.startswith("xl/worksheets/sheet"))
    xml = parts[sheet].decode()
    for name, value in entered.items():
        address = at[name]
        text = escape(value) if isinstance(value, str) else ""
        body = f'<is><t xml:space="preserve">{text}</t></is>' if text else f"<v>{value}</v>"
        cell = re.compile(rf'<c r="{address}"((?: s="[0-9]+")?)[^>]*?(?:/>|>.*?</c>)', re.S)
        kind = ' t="inlineStr"' if text else ""
        old = cell.search(xml)
        assert old is not None, name
        xml = xml[: old.start()] + f'<c r="{address}"{old[1]}{kind}>{body}</c>' + xml[old.end() :]
    parts[sheet] = re.sub(r'<row r="(\d+)"', r'<row r="\1" spans="1:8"', xml).encode()
    if "docProps/custom.xml" in parts:
        own = (
            '<property fmtid="{D5CDD505-2E9C-101B-9397-08002B2CF9AE}" pid="9" name="KSOProductBuildVer">'
            '<vt:lpwstr xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">2052-12.1.0.16929'
            "</vt:lpwstr></property></Properties>"
        )
        parts["docProps/custom.xml"] = re.sub(rb"</(?:\w+:)?Properties>$", own.encode(), parts["docProps/custom.xml"].strip())
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(zipped(shared_texts(parts)))
    return out


def all_rows(ledger: Path) -> dict[str, list[list[Any]]]:
    """Every tab's cells, by calamine."""
    book = CalamineWorkbook.from_path(str(ledger))
    return {title: book.get_sheet_by_name(title).to_python(skip_empty_area=False) for title in book.sheet_names}


def sheet_rows(ledger: Path, key: str) -> list[dict[str, Any]]:
    """The filled rows of a table by column key, by calamine: whole numbers as int, days as datetime, blanks left out."""
    schema = BY_KEY[key]
    tab = CalamineWorkbook.from_path(str(ledger)).get_sheet_by_name(schema.title).to_python(skip_empty_area=False)
    keys = [found.key if (found := schema.find(heading)) else "" for heading in tab[schema.header_row - 1]]
    rows = [{k: _plain(v) for k, v in zip(keys, row, strict=False) if k and v != ""} for row in tab[schema.header_row :]]
    return [row for row in rows if row]


def _plain(value: Any) -> Any:
    if isinstance(value, float) and value == int(value):
        return int(value)
    return datetime.combine(value, time()) if isinstance(value, date) and not isinstance(value, datetime) else value


def collect(ledger: Path, folder: Path, at: datetime = COLLECTED) -> app.Report:
    return app.run("collect", ledger, {"folder": str(folder)}, at)
