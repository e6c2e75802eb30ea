"""Pictures of the five forms, filled in with the documents' own example: `python -m tests.support.form_pictures`.

Without an argument the A4 pages go to docs/pictures; with a folder, pictures as a phone shows the forms (one pixel of
the sheet a pixel) go there. Looked at before they are kept.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import openpyxl

from workbook import styles
from workbook.sheets.customer_forms import DEFAULT_FORM, FORMS
from workbook.template import forms, save

from .libreoffice import LibreOffice
from .pictures import keep
from .render import pages

FACTS: Mapping[str, str | int | datetime] = {
    "工单号": "SN20240501001", "部门": "技术部", "服务人员": "张工", "服务电话": "010-8802", "问题类型": "硬件故障",
    "服务日期": datetime(2024, 5, 1), "工号": "S002", "客户编号": "C202405001", "订单或型号": "ABC-2000",
    "回执码": "7KQM-4XTR",
}  # fmt: skip
ANSWERS: Mapping[str, str | int | datetime] = {
    "答_customer": "*女士", "答_customer_type": "老客户", "答_problem_type": "售后维修", "选_service_type_2": "√",
    "分_response": 5, "分_resolution": 4, "分_expertise": 4, "分_attitude": 5, "分_process": 4, "分_added_value": 4,
    "分_overall": 5, "说明_response": "电话接听很快,工程师准时到达", "说明_expertise": "技术专业,但备件种类可更齐全",
    "建议_expertise": "增加常用备件库存", "说明_attitude": "全程告知进展,很放心", "说明_process": "维修单写得有点潦草",
    "建议_process": "规范单据填写模板", "选_praise_1": "√", "选_praise_3": "√", "答_first_time_fix": "是",
    "答_improvement": "备件种类可以更齐全。", "选_direction_1": "√", "答_signature": "*女士", "答_signed_on": "2024/5/2",
    "答_assessor": "刘主管", "答_assessed_at": "2024-05-03 10:00",
}  # fmt: skip


def main(folder: str = "") -> None:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.worksheets[0])
    styles.register(workbook)
    forms.draw(workbook)
    scales = {}
    for code, form in FORMS.items():
        tab = workbook[form.template]
        scales[code] = tab.page_setup.scale or 100
        for name in form.names():
            value = {**FACTS, **ANSWERS}.get(name)
            if value is not None:
                tab[str(tab.defined_names[name].attr_text).rpartition("!")[2].replace("$", "")] = value
    with tempfile.TemporaryDirectory() as temporary:
        work = Path(temporary)
        save(workbook, work / "forms.xlsx")
        office = LibreOffice()
        try:
            for code, form in FORMS.items():
                dpi = round(96 * 100 / scales[code]) if folder else 100
                (page,) = pages(office, work / "forms.xlsx", work / code, form.template, dpi=dpi)
                if folder:
                    target = Path(folder) / f"form_{code}_phone.png"
                    subprocess.run(["convert", str(page), "-trim", "-strip", str(target)], check=True)
                else:
                    keep(page, "form" if code == DEFAULT_FORM else f"form_{code}")
        finally:
            office.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
