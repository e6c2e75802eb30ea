"""The form templates 表单_S000, 表单_S001 …: drawn from `sheets.customer_forms`, narrow for a phone, one A4 page.

Pale-yellow cells are the customer's and unlocked; everything else is protected without a password, so that
the office can restyle a template after one click. Each fact and each answer has a defined name of the tab.
The tab is as wide as a phone shows without scrolling; on paper it is printed larger (`form_page`).
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
from ..sheets.customer_forms import FACTS, FORMS, NOTICE, RECEIPT, TICK, VERSION, Form, Question, Section
from ..sheets.settings import SETTING_ROWS
from .form_page import FULL, LINE_HEIGHT, OPTIONS, TEXT_SIZE, WIDTHS, fit_page, height

_INTRO = "请填写淡黄色的格子,约 2 分钟,填好后保存并发回。{required}请都填,其余可不填。"
_INTERNAL_INTRO = "内部使用,不发给客户。请填写淡黄色的格子,{required}请都填。评估人不能是这张工单的服务人员。"
_CLOSING = "请不要填写身份证号、详细家庭住址。谢谢!"
_ANSWER = "CDE"
_TEXT_LINES, _EXPLAIN = 36.0, 35.0  # points: two lines


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
        for letter, width in WIDTHS.items():
            self.tab.column_dimensions[letter].width = width
        self._head()
        for section in self.form.sections:
            self._section(section)
        self._foot()
        fit_page(self.tab, self.row - 1, self.option_row > 1)

    def _head(self) -> None:
        title = self._across(self.form.profile.title, 30)
        title.font = styles.font(18, bold=True, colour=styles.WHITE)
        title.alignment = styles.align("center")
        for letter in FULL:
            self.tab[f"{letter}1"].fill = styles.fill(styles.ACCENT)
        internal = self.form.profile.internal
        others = [q.label for q in self.form.questions() if q.required and q.kind != "score"]
        required = "、".join(["得分" if internal else "评分", *others])
        self._across((_INTERNAL_INTRO if internal else _INTRO).format(required=required))
        if not internal:
            notice = self._across(next(str(s.default) for s in SETTING_ROWS if s.key == "form_notice"))
            notice.font = styles.font(TEXT_SIZE, bold=True, colour=styles.ACCENT)
            self._name(NOTICE, notice)
        for name in self.form.head:
            self._fact_row(FACTS[name], name)

    def _section(self, section: Section) -> None:
        self._next(4)
        cell = self._across(section.title, height(section.title, FULL) + 2)
        for letter in FULL:
            self.tab[f"{letter}{cell.row}"].style = styles.SECTION
        cell.font = styles.font(TEXT_SIZE, bold=True, colour=styles.ACCENT)
        cell.alignment = styles.align(wrap=True)
        if section.note:
            self._across(section.note).font = styles.font(TEXT_SIZE, colour=styles.MUTED)
        scores = [q for q in section.questions if q.kind == "score"]
        if scores:
            self._score_heading(scores[0])
        drawers = {"choices": self._choices, "score": self._score, "fact": self._fact_question}
        for question in section.questions:
            drawers.get(question.kind, self._below if question.below else self._beside)(question)
        if scores and self.form.profile.internal:
            self._composite(scores)

    def _score_heading(self, question: Question) -> None:
        heads = self.form.score_heads
        spans = ("B", "C", "DE") if question.explain else ("B", _ANSWER)
        tallest = max(height(text, span) for span, text in zip(spans, heads, strict=True))
        for span, text in zip(spans, heads, strict=True):
            for letter in span:
                self.tab[f"{letter}{self.row}"].style = styles.HEAD_COMPUTED
            self._merge(span)
            cell = self.tab[f"{span[0]}{self.row}"]
            cell.value, cell.font = text, styles.font(TEXT_SIZE, bold=True)
        self._next(tallest)

    def _score(self, question: Question) -> None:
        """The dimension, its score, and what is said about it; S003: the standard, and two texts below."""
        anchor = next(d.anchor for d in self.form.profile.dimensions if d.key == question.key)
        beside = question.explain and not question.advise
        self._label(question.label)
        span = "C" if question.explain else _ANSWER
        score = self._input(span, question.name, "center")
        order = "5,4,3,2,1" if self.form.profile.descending else "1,2,3,4,5"
        self._offer(f'"{order}"', score, "请从下拉中选 1 到 5 的整数。")
        score.number_format, score.font = "General", styles.font(12, bold=True)
        needed = height(question.label, "B")
        if beside:
            self._input("DE", question.explain_name)
            needed = max(needed, _EXPLAIN)
        elif question.advise:
            standard = self._plain("DE", anchor)
            needed = max(needed, height(anchor, "DE"))
            standard.border = styles.frame()
        self._next(needed)
        if question.advise:
            for label, name in (
                (question.explain, question.explain_name), (question.advise, question.advise_name),
            ):  # fmt: skip
                self._label(label, bold=False)
                self._input(_ANSWER, name)
                self._next(height(label, "B"))
        elif anchor:
            self._across(anchor).font = styles.font(TEXT_SIZE, colour=styles.MUTED)

    def _composite(self, scores: Sequence[Question]) -> None:
        """综合得分 as S003 prints it: the weighted mean, one decimal, once all scores are there."""
        cells = [self._cell_of(q.name) for q in scores]
        dimensions = self.form.profile.dimensions
        terms = "+".join(f"{cell}*{d.weight:g}" for cell, d in zip(cells, dimensions, strict=True))
        self._label("综合得分")
        cell = self._plain("C", f'=IF(COUNT({",".join(cells)})<{len(cells)},"",ROUND(({terms})/100,1))')
        cell.number_format, cell.border = "0.0", styles.frame()
        cell.font, cell.alignment = styles.font(12, bold=True), styles.align("center")
        self._plain("DE", "——").border = styles.frame()
        self._next(LINE_HEIGHT)

    def _beside(self, question: Question) -> None:
        self._label(question.label)
        self._offer_options(question, self._input(_ANSWER, question.name))
        self._next(height(question.label, "B"))

    def _below(self, question: Question) -> None:
        """The question over the whole width, the answer below it."""
        self._question(question.label)
        answer = self._input(FULL, question.name)
        self._offer_options(question, answer)
        if question.kind == "text":
            answer.alignment = styles.align("left", wrap=True, vertical="top", indent=1)
        self._next(_TEXT_LINES if question.kind == "text" else LINE_HEIGHT)

    def _choices(self, question: Question) -> None:
        """The question, then its options two in a row: words, and right of them the cell to tick."""
        self._question(f"{question.label}(可多选,打{TICK})")
        for number, option in enumerate(question.options, 1):
            words, tick = ("B", "C") if number % 2 else ("D", "E")
            self._label(option, words, bold=False)
            cell = self._input(tick, question.option_name(number), "center")
            self._offer(f'"{TICK}"', cell, f"请从下拉中选 {TICK},或留空。")
            if not number % 2 or number == len(question.options):
                self._next(LINE_HEIGHT)

    def _fact_question(self, question: Question) -> None:
        self._fact_row(question.label, question.fact)

    def _foot(self) -> None:
        self._next(4)
        if not self.form.profile.internal:
            self._across(_CLOSING).font = styles.font(TEXT_SIZE, colour=styles.MUTED)
        if not self.form.profile.anonymous:
            self._fact_row(RECEIPT, RECEIPT, small=True)
        self._fact_row(VERSION, VERSION, small=True).value = self.form.profile.stamp

    def _fact_row(self, label: str, name: str, small: bool = False) -> Cell:
        self._label(label, bold=not small)
        cell = self._plain(_ANSWER, None)
        for letter in _ANSWER:
            self.tab[f"{letter}{self.row}"].border = styles.frame()
        cell.alignment = styles.align(wrap=True, indent=1)
        cell.number_format = "yyyy-mm-dd" if name == "服务日期" else "@"
        self._name(name, cell)
        if small:
            for at in (cell, self.tab[f"B{self.row}"]):
                at.font = styles.font(TEXT_SIZE, colour=styles.MUTED)
        self._next(height(label, "B"))
        return cell

    def _across(self, text: str, tall: float = 0) -> Cell:
        """A locked line over the whole width."""
        cell = self._plain(FULL, text)
        self._next(tall or height(text, FULL))
        return cell

    def _plain(self, span: str, value: str | None) -> Cell:
        self._merge(span)
        cell = self.tab[f"{span[0]}{self.row}"]
        cell.value, cell.font, cell.alignment = value, styles.font(TEXT_SIZE), styles.align(wrap=True)
        return cell

    def _question(self, text: str) -> None:
        cell = self._plain(FULL, text)
        for letter in FULL:
            self.tab[f"{letter}{self.row}"].border = styles.frame()
        cell.font = styles.font(TEXT_SIZE, bold=True)
        self._next(height(text, FULL))

    def _label(self, text: str, letter: str = "B", bold: bool = True) -> None:
        cell = self.tab[f"{letter}{self.row}"]
        cell.value, cell.style = text, styles.LABEL
        cell.font, cell.alignment = styles.font(TEXT_SIZE, bold=bold), styles.align(wrap=True)

    def _input(self, span: str, name: str, horizontal: str = "left") -> Cell:
        self._merge(span)
        for letter in span:
            under = self.tab[f"{letter}{self.row}"]
            under.style = styles.CELL_INPUT
            under.protection = Protection(locked=False)
        cell = self.tab[f"{span[0]}{self.row}"]
        indent = 1 if horizontal == "left" else 0
        cell.font, cell.alignment = styles.font(TEXT_SIZE), styles.align(horizontal, wrap=True, indent=indent)
        cell.number_format = "@"
        self._name(name, cell)
        return cell

    def _merge(self, span: str) -> None:
        if len(span) > 1:
            self.tab.merge_cells(f"{span[0]}{self.row}:{span[-1]}{self.row}")

    def _next(self, tall: float) -> None:
        self.tab.row_dimensions[self.row].height = tall
        self.row += 1

    def _name(self, name: str, cell: Cell) -> None:
        place = f"'{self.tab.title}'!${cell.column_letter}${cell.row}"
        self.tab.defined_names[name] = DefinedName(name, attr_text=place)

    def _cell_of(self, name: str) -> str:
        return str(self.tab.defined_names[name].attr_text).rpartition("!")[2].replace("$", "")

    def _offer_options(self, question: Question, cell: Cell) -> None:
        if question.kind == "choice":
            self._offer(self._list(question.options), cell, "请从下拉中选一项。")

    def _list(self, options: Sequence[str]) -> str:
        """The source of a drop-down: the words themselves, or hidden cells if one holds a comma."""
        literal = ",".join(options)
        if len(literal) <= MAX_LIST_TEXT and not any("," in option for option in options):
            return f'"{literal}"'
        first = self.option_row
        for option in options:
            self.tab[f"{OPTIONS}{self.option_row}"] = option
            self.option_row += 1
        return f"${OPTIONS}${first}:${OPTIONS}${self.option_row - 1}"

    def _offer(self, source: str, cell: Cell, error: str) -> None:
        validation = self.validations.get(source)
        if validation is None:
            validation = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=True)
            validation.errorTitle, validation.error = "请从下拉中选择", error
            self.tab.add_data_validation(validation)
            self.validations[source] = validation
        validation.add(cell.coordinate)
