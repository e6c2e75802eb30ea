"""The mail that a frozen report goes out with: an unsent draft whose text says in a minute what the tab shows."""

from __future__ import annotations

import re
from collections.abc import Mapping

from workbook.book import Value
from workbook.sheets import weekly_summary as weekly
from workbook.values import half_up

from .form_drafts import unsent
from .settings import Settings

REPORT_FILE = "售后周报_{week}.xlsx"


def mail(settings: Settings, week: str, file_name: str, content: bytes, values: Mapping[str, Value] | None) -> bytes:
    """The .eml of the report of `week`, with its workbook attached. `values` are the frozen figures by name; None where only
    the tab knows them."""
    office = settings.office_name
    subject = f"售后服务周报 {week}" + (f"({office})" if office else "")
    mark = "report_" + re.sub(r"[^0-9A-Za-z]", "", week)
    text = _text(settings, week, file_name, values)
    return unsent(subject, text, file_name, content, mark, settings.report_to.split(";"), settings.report_cc.split(";"))


def _text(settings: Settings, week: str, file_name: str, values: Mapping[str, Value] | None) -> str:
    lines = ["各位好:", "", f"附上 {week} 的售后服务周报(附件“{file_name}”),数字已定稿。", ""]
    if values is not None:
        lines += [*_headlines(values), "", f"数字截至 {values['时效截至']:%Y-%m-%d %H:%M};各项的数和样本量见附件。"]
    return "\n".join([*lines, "", settings.author or settings.office_name, ""])


def _headlines(values: Mapping[str, Value]) -> list[str]:
    """Are we late, where, who acts, and which samples are small."""
    asked = [f"· {question}:{values.get(f'一眼_{key}') or weekly.BLANK}" for key, question in weekly.GLANCES.items()]
    return [
        f"· 本周({values['日期范围']}):新增 {values['本周_新增']} 张,办结 {values['本周_办结']} 张,"
        f"期末未结 {values['本周_期末未结']} 张。",
        *asked,
        "· " + ";".join(_share(values, kpi) for kpi in weekly.KPIS if kpi.kind != "count") + "。",
    ]


def _share(values: Mapping[str, Value], kpi: weekly.Kpi) -> str:
    value, sample = values[f"本周_{kpi.name}"], values[f"样本_{kpi.name}"]
    if isinstance(value, str) or not sample:
        return f"{kpi.name} {weekly.BLANK}(n=0)"
    number = float(value)  # type: ignore[arg-type]
    shown = f"{half_up(number * 100, 1):.1f}%" if kpi.kind == "rate" else f"{half_up(number, 1):.1f}"
    return f"{kpi.name} {shown}(n={sample})"
