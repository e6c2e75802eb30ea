"""Drop-down lists and input messages.

The words of a list come from 选项与关键词, in whatever order its rows stand: a hidden tab (下拉) finds the rows
of each 词表 one after the other, and a defined name (词表_紧急程度) spans the words found. A row typed at the end
of the options table therefore shows in its drop-down at once, and no list meets Excel's 255-character limit.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..schema import MAX_NOTE_TITLE, Column
from ..sheets import LISTS_TITLE, OPTIONS
from ..sheets.comment_words import COMMENT_WORDS
from ..sheets.vocabularies import VOCABULARIES

WORDS_PER_LIST = 60
OPTION_ROWS = 2000
_FIRST = 5  # first row of the words on 下拉

FIRST_DAY, LAST_DAY = 36526, 73050  # 2000-01-01 to 2099-12-31 as serial numbers


def list_name(vocabulary: str) -> str:
    """The defined name of a vocabulary's drop-down."""
    return f"词表_{vocabulary}"


def draw_lists(workbook: Workbook) -> None:
    """The hidden tab 下拉 and one defined name per vocabulary.

    Each vocabulary has two columns: the row numbers of its words in 选项与关键词, each found after the one
    before, and the words.
    """
    tab = workbook.create_sheet(LISTS_TITLE)
    tab["A1"] = "下拉选项由“选项与关键词”自动取来,请到那里增改,本表不要改动。"
    tab["A1"].style = styles.NOTE
    tab.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    tab.page_setup.orientation, tab.page_setup.paperSize = "landscape", tab.PAPERSIZE_A4  # type: ignore[assignment]
    options = f"'{OPTIONS.title}'!"
    names = get_column_letter(1 + [c.key for c in OPTIONS.columns].index("vocabulary"))
    words = get_column_letter(1 + [c.key for c in OPTIONS.columns].index("word"))
    last = _FIRST + WORDS_PER_LIST - 1
    for n, vocabulary in enumerate(v for v in VOCABULARIES if v != COMMENT_WORDS):
        at, word = get_column_letter(2 * n + 1), get_column_letter(2 * n + 2)
        tab[f"{at}3"], tab[f"{word}3"] = "行", vocabulary
        tab[f"{at}3"].style, tab[f"{word}3"].style = styles.HEAD_COMPUTED, styles.HEAD_COMPUTED
        tab[f"{at}4"] = OPTIONS.header_row  # the search starts below the heading
        tab.column_dimensions[at].width, tab.column_dimensions[word].width = 6, 18
        for row in range(_FIRST, last + 1):
            before = f"{at}{row - 1}"
            rest = f"INDEX({options}${names}$1:${names}${OPTION_ROWS},{before}+1):{options}${names}${OPTION_ROWS}"
            tab[f"{at}{row}"] = f'=IFERROR({before}+MATCH({word}$3,{rest},0),"")'
            tab[f"{word}{row}"] = (
                f'=IF({at}{row}="","",INDEX({options}${words}$1:${words}${OPTION_ROWS},{at}{row})&"")'
            )
        found = f"MAX(1,COUNT('{LISTS_TITLE}'!${at}${_FIRST}:${at}${last}))"
        workbook.defined_names[list_name(vocabulary)] = DefinedName(
            list_name(vocabulary), attr_text=f"OFFSET('{LISTS_TITLE}'!${word}${_FIRST},0,0,{found},1)"
        )


def add_validations(tab: Worksheet, placed: Iterable[tuple[Column, str]], first: int, last: int) -> None:
    """The validation or input message of each typed or issued column; `placed` gives (column, letter)."""
    placed = list(placed)
    for column, letter in placed:
        if column.role == "computed":
            continue
        rule = _row_rule(column, placed, first) if column.row_options else _rule(column)
        if column.note:
            rule = rule or DataValidation(allow_blank=True)
            rule.promptTitle, rule.prompt = column.heading[:MAX_NOTE_TITLE], column.note
            rule.showInputMessage = True
        if rule is not None:
            rule.add(f"{letter}{first}:{letter}{last}")
            tab.add_data_validation(rule)


def _row_rule(column: Column, placed: Sequence[tuple[Column, str]], first: int) -> DataValidation:
    """A drop-down of the words that stand in the same row, in columns side by side; another word gets a warning."""
    letters = {c.key: letter for c, letter in placed}
    left, right = letters[column.row_options[0]], letters[column.row_options[-1]]
    count = f"MAX(1,COUNTA(${left}{first}:${right}{first}))"
    return DataValidation(
        "list", formula1=f"OFFSET(${left}{first},0,0,1,{count})", allow_blank=True, showErrorMessage=True,
        errorStyle="warning", errorTitle=column.heading, error="不在这一行的选项里。写台账的列名也可以。",
    )  # fmt: skip


def _rule(column: Column) -> DataValidation | None:
    """The check that Excel makes when somebody types; None for free text."""
    between: dict[str, Any] = {
        "operator": "between",
        "allow_blank": True,
        "showErrorMessage": True,
        "errorStyle": "warning",
    }
    title = column.heading[:MAX_NOTE_TITLE]
    match column.kind:
        case "choice" | "choices":
            several = column.kind == "choices"
            return DataValidation(
                "list",
                formula1=list_name(column.choices),
                allow_blank=True,
                showErrorMessage=not several,  # several words in one cell are never in the list
                errorStyle="stop" if column.strict else "warning",
                errorTitle=title,
                error="请从下拉中选择;要增加选项,请到“选项与关键词”加一行。",
            )
        case "yesno":
            return DataValidation(
                "list", formula1='"是,否"', allow_blank=True, showErrorMessage=True, errorTitle=title,
                error="请填 是 或 否。",
            )  # fmt: skip
        case "score":
            return DataValidation(
                "whole",
                formula1="1",
                formula2="5",
                errorTitle=title,
                error="分数是 1 到 5 的整数。",
                **between,
            )
        case "datetime" if column.date_from:
            # A bare time of day (09:30) is a fraction of a day and is meant.
            return DataValidation(
                "decimal", formula1="0", formula2=str(LAST_DAY), errorTitle=title,
                error="请写成 2024-05-01 09:30;同一天可只写 09:30。", **between,
            )  # fmt: skip
        case "datetime":
            return DataValidation(
                "date", formula1=str(FIRST_DAY), formula2=str(LAST_DAY), errorTitle=title,
                error="请写成 2024-05-01 09:00,日期和时刻之间空一格。", **between,
            )  # fmt: skip
        case "date":
            return DataValidation(
                "date", formula1=str(FIRST_DAY), formula2=str(LAST_DAY), errorTitle=title,
                error="请写成 2024-05-01。", **between,
            )  # fmt: skip
        case "integer":
            return DataValidation(
                "whole",
                formula1="0",
                formula2="999999",
                errorTitle=title,
                error="请填 0 或正整数。",
                **between,
            )
        case "number" | "money" | "share":
            return DataValidation(
                "decimal", formula1="0", formula2="999999999", errorTitle=title, error="请填不小于 0 的数。",
                **between,
            )  # fmt: skip
        case _:
            return None
