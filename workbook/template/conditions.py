"""Conditional colours of a table sheet.

The text of 数据问题 names each heading it speaks of in 【】 (for example 【联系方式*】只剩前3后4位): a cell turns
orange when its own heading, as the schema writes it, stands there so. FIND is used, not SEARCH, which would
read the `*` of a heading as a wildcard.
"""

from __future__ import annotations

from collections.abc import Mapping

from openpyxl.formatting.rule import Rule
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..schema import Sheet

LEVEL_COLOURS: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "issue_list": (
        ("需改", styles.BAD, styles.BAD_INK),
        ("提示", styles.SOON, styles.SOON_INK),
        ("已读作", styles.OPEN, styles.OPEN_INK),
    ),
    "today": (
        ("已超时", styles.BAD, styles.BAD_INK),
        ("两小时内", styles.SOON, styles.SOON_INK),
        ("今天", styles.OPEN, styles.OPEN_INK),
        ("留意", styles.SOON, styles.SOON_INK),
        ("待补", styles.UNKNOWN, styles.UNKNOWN_INK),
    ),
}
"""Words of 紧要 and 级别, by sheet key."""


def issue_mark(heading: str) -> str:
    """How 数据问题 names a column; xlsvc.validation writes it so."""
    return f"【{heading}】"


def add_conditions(tab: Worksheet, sheet: Sheet, letters: Mapping[str, str], first: int, last: int) -> None:
    """All conditional formats of a table sheet; `letters` gives the letter of each column key."""
    _flag_cells(tab, sheet, letters, first, last)
    _colour_statuses(tab, sheet, letters, first, last)
    _colour_rest(tab, sheet, letters, first, last)


def _flag_cells(tab: Worksheet, sheet: Sheet, letters: Mapping[str, str], first: int, last: int) -> None:
    if "issues" not in sheet:
        return
    issues = f"${letters['issues']}{first}"
    style = styles.conditional(styles.FLAGGED, styles.FLAGGED_INK)
    for column in sheet.columns:
        if column.role == "computed":
            continue
        letter = letters[column.key]
        formula = f'ISNUMBER(FIND("{issue_mark(column.heading)}",{issues}))'
        _add(tab, f"{letter}{first}:{letter}{last}", Rule("expression", dxf=style, formula=[formula]))
    letter = letters["issues"]
    _add(
        tab,
        f"{letter}{first}:{letter}{last}",
        Rule("expression", dxf=styles.conditional(None, styles.BAD_INK), formula=[f'{issues}<>""']),
    )


def _colour_statuses(tab: Worksheet, sheet: Sheet, letters: Mapping[str, str], first: int, last: int) -> None:
    """达标 green, 即将超时 amber, 超时 red, the undecidable grey, over all status columns of the sheet."""
    columns = [letters[c.key] for c in sheet.columns if c.role == "computed" and c.key.endswith("_status")]
    if not columns:
        return
    area = " ".join(f"{letter}{first}:{letter}{last}" for letter in columns)
    for status, (colour, ink) in styles.STATUS_COLOURS.items():
        bold = status == "超时"
        _add(
            tab,
            area,
            Rule(
                "cellIs", operator="equal", dxf=styles.conditional(colour, ink, bold), formula=[f'"{status}"']
            ),
        )


def _colour_rest(tab: Worksheet, sheet: Sheet, letters: Mapping[str, str], first: int, last: int) -> None:
    """Excluded rows grey, low scores amber, levels, what is ticked as done muted."""
    whole = f"A{first}:{max(letters.values(), key=lambda at: (len(at), at))}{last}"

    def rule(area: str, formula: str, colour: str | None, ink: str) -> None:
        _add(tab, area, Rule("expression", dxf=styles.conditional(colour, ink), formula=[formula]))

    if "valid" in sheet and sheet["valid"].role == "computed":
        at = letters["valid"]
        rule(f"{at}{first}:{at}{last}", f'${at}{first}="否"', styles.UNKNOWN, styles.UNKNOWN_INK)
        rule(whole, f'${at}{first}="否"', None, styles.MUTED)
    if "excluded" in sheet:
        at = letters["excluded"]
        rule(f"{at}{first}:{at}{last}", f'${at}{first}<>""', styles.UNKNOWN, styles.UNKNOWN_INK)
    if "low" in sheet:
        at = letters["low"]
        rule(
            f"{at}{first}:{at}{last}",
            f'AND({at}{first}<>"",{at}{first}<>"否")',
            styles.SOON,
            styles.SOON_INK,
        )
    for level, colour, ink in LEVEL_COLOURS.get(sheet.key, ()):
        at = letters["level"]
        rule(f"{at}{first}:{at}{last}", f'{at}{first}="{level}"', colour, ink)
    if sheet.key == "import_review":
        at = letters["section"]
        for section, colour, ink in (
            ("请选定", styles.SOON, styles.SOON_INK), ("与台账不同", styles.FLAGGED, styles.FLAGGED_INK),
            ("要处理", styles.BAD, styles.BAD_INK), ("请核对", styles.SOON, styles.SOON_INK),
            ("将新增", styles.GOOD, styles.GOOD_INK),
        ):  # fmt: skip
            rule(f"{at}{first}:{at}{last}", f'{at}{first}="{section}"', colour, ink)
    if sheet.key == "today":
        rule(whole, f'${letters["done"]}{first}="是"', None, styles.MUTED)
    if sheet.key == "feedback_entry":
        at = letters["doubt"]
        rule(f"{at}{first}:{at}{last}", f'${at}{first}<>""', styles.SOON, styles.SOON_INK)
        rule(whole, f'${letters["result"]}{first}<>""', None, styles.MUTED)


def _add(tab: Worksheet, area: str, rule: Rule) -> None:
    tab.conditional_formatting.add(area, rule)
