"""The form templates 表单_S000, 表单_S002 …: one A4 portrait page each, drawn from `sheets.customer_forms`.

Pale-yellow cells are the customer's and unlocked; everything else is protected without a password, so that
the office can restyle a template after one click. Each fact and each answer has a defined name of the tab.
"""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .. import styles
from ..schema import MAX_LIST_TEXT
from ..sheets.customer_forms import FACTS, FORMS, NOTICE, TICK, Form, Question, Section
from ..sheets.settings import SETTING_ROWS
from .paper import a4

_WIDTHS = {"A": 2.0, "B": 17.0, "C": 24.0, "D": 17.0, "E": 30.0, "F": 2.0}
_OPTIONS = "H"  # a hidden column: options that hold a comma cannot stand in a literal drop-down list
_LINE, _TEXT = 23.0, 58.0
_INTRO = "您的问题已经处理完毕。请填写淡黄色的格子,大约 2 分钟,填好后保存并发回给我们。"


def draw(workbook: Workbook) -> None:
    """Add every form's template tab."""
    for form in FORMS.values():
        _Page(workbook, form).draw()


class _Page:
    """One form being drawn from top to bottom; `row` is the next free row."""

    def __init__(self, workbook: Workbook, form: Form) -> None:
        self.tab: Worksheet = workbook.create_sheet(form.template)
        self.form = form
        self.row = 1
        self.option_row = 1
        self.validations: dict[str, DataValidation] = {}

    def draw(self) -> None:
        for letter, width in _WIDTHS.items():
            self.tab.column_dimensions[letter].width = width
        self._head()
        for section in self.form.sections:
            self._section(section)
        self._foot()
        self._page_setup()

    def _head(self) -> None:
        tab = self.tab
        tab.row_dimensions[1].height, tab.row_dimensions[2].height = 34, 22
        for letter in "BCDE":
            tab[f"{letter}1"].fill = styles.fill(styles.ACCENT)
        tab.merge_cells("B1:E1")
        tab["B1"] = self.form.profile.title
        tab["B1"].font = styles.font(18, bold=True, colour=styles.WHITE)
        tab["B1"].fill, tab["B1"].alignment = styles.fill(styles.ACCENT), styles.align("center")
        tab.merge_cells("B2:E2")
        tab["B2"] = _INTRO
        tab["B2"].font, tab["B2"].alignment = styles.font(), styles.align(wrap=True)
        tab.merge_cells("B3:E3")
        tab["B3"] = next(str(s.default) for s in SETTING_ROWS if s.key == "form_notice")
        tab["B3"].font = styles.font(bold=True, colour=styles.ACCENT)
        tab["B3"].alignment = styles.align(wrap=True)
        tab.row_dimensions[3].height = 20
        self._name(NOTICE, tab["B3"])
        self.row = 4
        for left, right in zip(self.form.head[::2], self.form.head[1::2], strict=True):
            for name, label, value in ((left, "B", "C"), (right, "D", "E")):
                self._label(tab[f"{label}{self.row}"], FACTS[name])
                self._fact(tab[f"{value}{self.row}"], name)
            self._next(_LINE)

    def _section(self, section: Section) -> None:
        self._next(7)
        self.tab.merge_cells(f"B{self.row}:E{self.row}")
        for letter in "BCDE":
            self.tab[f"{letter}{self.row}"].style = styles.SECTION
        self.tab[f"B{self.row}"] = section.title
        self._next(22)
        if any(q.kind == "score" for q in section.questions):
            self._score_heading(any(q.explain for q in section.questions))
        for question in section.questions:
            draw = {"choices": self._choices, "text": self._text}.get(question.kind, self._one_line)
            draw(question)

    def _score_heading(self, explain: bool) -> None:
        self.tab.merge_cells(f"B{self.row}:C{self.row}")
        heads = {"B": "评价维度", "C": "", "D": "评分(1-5分)", "E": "具体说明(可选填)" if explain else "说明"}
        for letter, text in heads.items():
            cell = self.tab[f"{letter}{self.row}"]
            cell.style = styles.HEAD_COMPUTED
            if text:
                cell.value = text
        self._next(21)

    def _one_line(self, question: Question) -> None:
        """Label, answer, and what helps to answer: one row."""
        tab, row = self.tab, self.row
        tab.merge_cells(f"B{row}:C{row}")
        self._label(tab[f"B{row}"], question.label)
        tab[f"C{row}"].border = styles.frame()
        wide = (question.kind == "line" and not question.hint) or question.kind == "fact"
        wide = wide or (question.kind == "choice" and max(map(len, question.options)) > 6)
        if wide:
            tab.merge_cells(f"D{row}:E{row}")
            tab[f"E{row}"].border = styles.frame()
        answer = tab[f"D{row}"]
        if question.kind == "fact":
            self._fact(answer, question.fact)
        else:
            self._input(answer, question.name, "left" if wide or question.kind == "line" else "center")
        if wide and question.kind != "fact":
            self._unlock(tab[f"E{row}"])
        if question.kind == "score":
            order = "5,4,3,2,1" if self.form.profile.descending else "1,2,3,4,5"
            self._offer(f'"{order}"', answer, "请从下拉中选 1 到 5 的整数。")
        elif question.kind == "choice":
            self._offer(self._list(question.options), answer, "请从下拉中选一项。")
        beside = tab[f"E{row}"]
        if question.explain:
            self._input(beside, f"说明_{question.key}", "left")
        elif not wide:
            beside.value = question.hint or self._hint(question)
            beside.style = styles.NOTE
            beside.alignment = styles.align(wrap=True, indent=1)
        self._next(_LINE)

    def _hint(self, question: Question) -> str:
        if question.kind == "score":
            return "1 非常不满意 · 3 一般 · 5 非常满意"
        return " / ".join(question.options)

    def _choices(self, question: Question) -> None:
        """One row an option: a cell to tick, the option's words."""
        tab, first = self.tab, self.row
        for number, option in enumerate(question.options, 1):
            tick = tab[f"D{self.row}"]
            self._input(tick, question.option_name(number), "center")
            self._offer(f'"{TICK}"', tick, f"请从下拉中选 {TICK},或留空。")
            words = tab[f"E{self.row}"]
            words.value, words.style = option, styles.TEXT
            words.border, words.alignment = styles.frame(), styles.align(indent=1)
            self._next(20)
        tab.merge_cells(f"B{first}:C{self.row - 1}")
        for row in range(first, self.row):
            tab[f"B{row}"].border = tab[f"C{row}"].border = styles.frame()
        self._label(tab[f"B{first}"], f"{question.label}(可多选,打{TICK})")

    def _text(self, question: Question) -> None:
        """The question over the whole width, room for several lines below it."""
        tab = self.tab
        tab.merge_cells(f"B{self.row}:E{self.row}")
        for letter in "BCDE":
            tab[f"{letter}{self.row}"].border = styles.frame()
        self._label(tab[f"B{self.row}"], question.label)
        self._next(21)
        tab.merge_cells(f"B{self.row}:E{self.row}")
        for letter in "CDE":
            self._unlock(tab[f"{letter}{self.row}"])
        answer = tab[f"B{self.row}"]
        self._input(answer, question.name, "left")
        answer.alignment = styles.align("left", wrap=True, vertical="top", indent=1)
        self._next(_TEXT)

    def _foot(self) -> None:
        self._next(6)
        self.tab.merge_cells(f"B{self.row}:E{self.row}")
        cell = self.tab[f"B{self.row}"]
        cell.value = "请不要填写身份证号、详细家庭住址等敏感信息。谢谢您的时间!"
        cell.style = styles.NOTE
        cell.alignment = styles.align("center", wrap=True)
        self._next(20)

    def _page_setup(self) -> None:
        tab = self.tab
        tab.sheet_view.showGridLines = False
        tab.sheet_view.showRowColHeaders = False
        tab.sheet_properties.tabColor = "FF2E9E6B"
        a4(tab, down=1)
        tab.page_margins.left = tab.page_margins.right = 0.5
        tab.page_margins.top = tab.page_margins.bottom = 0.6
        tab.print_area = f"A1:F{self.row - 1}"
        if self.option_row > 1:
            tab.column_dimensions[_OPTIONS].hidden = True
        tab.protection.sheet = True
        tab.protection.formatColumns = tab.protection.formatRows = False  # allowed: a long answer needs room

    def _next(self, height: float) -> None:
        self.tab.row_dimensions[self.row].height = height
        self.row += 1

    def _name(self, name: str, cell: Cell) -> None:
        place = f"'{self.tab.title}'!${cell.column_letter}${cell.row}"
        self.tab.defined_names[name] = DefinedName(name, attr_text=place)

    def _label(self, cell: Cell, text: str) -> None:
        cell.value, cell.style = text, styles.LABEL
        cell.alignment = styles.align(wrap=True, indent=1)

    def _fact(self, cell: Cell, name: str) -> None:
        cell.style = styles.TEXT
        cell.border, cell.alignment = styles.frame(), styles.align(wrap=True, indent=1)
        cell.number_format = "yyyy-mm-dd" if name == "服务日期" else "@"
        self._name(name, cell)

    def _input(self, cell: Cell, name: str, horizontal: str) -> None:
        self._unlock(cell)
        score = name.startswith("分_")
        cell.alignment = styles.align(horizontal, wrap=True, indent=0 if horizontal == "center" else 1)
        cell.number_format = "General" if score else "@"
        if score:
            cell.font = styles.font(12, bold=True)
        self._name(name, cell)

    def _unlock(self, cell: Cell) -> None:
        cell.style = styles.CELL_INPUT
        cell.protection = Protection(locked=False)

    def _list(self, options: Sequence[str]) -> str:
        """The source of a drop-down: the words themselves, or hidden cells if one holds a comma."""
        literal = ",".join(options)
        if len(literal) <= MAX_LIST_TEXT and not any("," in option for option in options):
            return f'"{literal}"'
        first = self.option_row
        for option in options:
            self.tab[f"{_OPTIONS}{self.option_row}"] = option
            self.option_row += 1
        return f"${_OPTIONS}${first}:${_OPTIONS}${self.option_row - 1}"

    def _offer(self, source: str, cell: Cell, error: str) -> None:
        validation = self.validations.get(source)
        if validation is None:
            validation = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
            validation.errorTitle, validation.error = "请从下拉中选择", error
            self.tab.add_data_validation(validation)
            self.validations[source] = validation
        validation.add(cell.coordinate)
