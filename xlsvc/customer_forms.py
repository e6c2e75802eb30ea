"""Customer forms: a workbook, a tab or a message per ticket, entered in 表单台账, each issued once.

S002.R6 asks for the survey within 24 hours of the solution. A form issued for (ticket, profile, version) is never issued
again: 表单台账 remembers. A file that is missing is made again as it was where its ticket is asked for or the last run
was cut short. An anonymous form goes out as one file for
everybody; its row in 表单台账 names nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from workbook.book import Tab, Value
from workbook.issues import Issue, WorkbookError
from workbook.new_files import NewBook, NewFile
from workbook.sheets.customer_forms import DEFAULT_FORM, FORMS, NOTICE, RECEIPT, VERSION, Form
from workbook.sheets.reference import FORM_REGISTER

from .form_drafts import draft
from .form_facts import Facts, Place, facts_mark, facts_of, lacking, office_facts
from .form_issued import FILE, PHONE, SHEET, WORDS, Issued, IssuedForm, NewRows, issued, tabs_gone
from .form_names import FileNames, as_compared, tab_name
from .form_recipients import Recipients, recipients
from .form_words import words, words_file
from .outcome import Ledger, Outcome
from .settings import Settings
from .tickets import plain_number

DRAFT = ".eml"


def update(ledger: Ledger, settings: Settings, now: datetime) -> Outcome:
    """One form per ticket. Options: profile (code or title, default S002), ticket (one or several numbers), purpose
    (without tickets; see form_recipients), sheets (tabs instead of files, at most 一次生成上限, the earliest solved
    first), words (a message to copy instead of a file), drafts (a mail draft beside each file).

    Raises WorkbookError form.profile for a profile that has no form, settings.bad for a bad setting.
    """
    settings.require("form_limit", "form_notice", "form_days")
    form = _form(ledger, settings)
    asked = _asked(ledger.options.get("ticket"))
    who = recipients(ledger, settings, now, form, str(ledger.options.get("purpose") or ""), asked)
    run = _Run.of(ledger, settings, now, form, who)
    if form.profile.anonymous:
        run.anonymous(len(who.places))
    else:
        run.each(who.places)
        run.by_phone(who.phone_list)
    return run.outcome(bool(asked))


@dataclass
class _Run:
    """One run: what was issued before, and what it makes."""

    ledger: Ledger
    settings: Settings
    form: Form
    way: str
    before: Issued
    rows: NewRows
    there: frozenset[str]
    asked: bool
    complete: bool
    names: FileNames
    cells: frozenset[str] | None
    issues: list[Issue]
    blank: tuple[str, ...]
    tabs: list[Tab] = field(default_factory=list)
    files: list[NewBook | NewFile] = field(default_factory=list)
    made: int = 0
    known: int = 0
    again: int = 0
    moved: int = 0
    left: int = 0
    called: int = 0
    drafts: int = 0

    @classmethod
    def of(cls, ledger: Ledger, settings: Settings, now: datetime, form: Form, who: Recipients) -> _Run:
        options = ledger.options
        way = SHEET if options.get("sheets") else WORDS if options.get("words") else FILE
        before = issued(ledger, settings, now, form)
        names_in: Callable[[str], frozenset[str]] = options.get("names_in", lambda folder: frozenset())
        there = names_in(settings.form_folder)
        rows = NewRows(form, settings, now, who.purpose, options["random_token"], before.tokens)
        cells, issues = _cells(options.get("form_templates"), form)
        compared = frozenset(map(as_compared, there))
        names = FileNames([*there, *before.files])
        asked = bool(_asked(options.get("ticket")))
        cut_short: Callable[[str], bool] = options.get("unfinished", lambda folder: False)
        complete = asked or cut_short(settings.form_folder)
        blank = tuple(name for name in form.names() if name not in (*form.facts(), NOTICE, VERSION))
        return cls(ledger, settings, form, way, before, rows, compared, asked, complete, names, cells, [*who.issues, *issues], blank)

    def each(self, places: Sequence[Place]) -> None:
        """A form for each ticket that has none; for those that have one, the file that is missing."""
        facts = facts_of(self.ledger, self.settings, self.form, places)
        old = {place: form for place in places if (form := self.before.forms.get(plain_number(facts[place].ticket)))}
        fresh = [place for place in places if place not in old]
        self.known = len(old)
        self.issues += tabs_gone(self.ledger, old.values())
        if self.way == SHEET:
            limit = max(int(self.settings.form_limit), 1)
            self.left = max(len(fresh) - limit, 0)
            fresh = fresh[:limit]
            if self.left:
                self.issues.append(Issue("form.limit", values={"limit": limit, "left": self.left}))
        messages: dict[str, list[tuple[str, str]]] = {}
        for place, form in old.items():
            if form.way in (FILE, WORDS) and form.file and form.wanted and self._stands_or_is_due(form):
                self._again(form, facts[place], messages)
        text = self.names.free(WORDS, f"{self.rows.now:%Y%m%d-%H%M}", extension=".txt") if self.way == WORDS else ""
        for place in fresh:
            self._new(facts[place], text, messages)
        self.files += [NewFile(file, words_file(parts)) for file, parts in messages.items()]
        self.made += len(fresh)
        self.issues += lacking({place: facts[place] for place in fresh})

    def _stands_or_is_due(self, form: IssuedForm) -> bool:
        """Is the file there, or one to be made again? It is where its ticket was asked for, and where the last run was cut
        short; else somebody moved it, maybe after sending it, and a second one would be sent too."""
        if as_compared(form.file) in self.there:
            return True
        due = self.complete and (self.asked or form.issued_at == self.before.newest)
        self.moved += not due
        return due

    def _new(self, known: Facts, text: str, messages: dict[str, list[tuple[str, str]]]) -> None:
        token = self.rows.token()
        values: dict[str, Value] = {name: known.values.get(name) for name in self.form.facts()} | {RECEIPT: token}
        mark = facts_mark(values, self.cells)
        if self.way == SHEET:
            title = tab_name(known.ticket, [*self.ledger.titles, *self.before.tabs, *(tab.name for tab in self.tabs)])
            self.tabs.append(Tab(self.form.template, title, values))
            self.rows.add(token, known.ticket, SHEET, tab=title, mark=mark)
        elif self.way == WORDS:
            messages.setdefault(text, []).append(self._message(known, values))
            self.rows.add(token, known.ticket, WORDS, file=text)
        else:
            file = self.names.free(self.form.profile.title, known.ticket, known.customer)
            self.rows.add(token, known.ticket, FILE, file=file, mark=mark)
            self._workbook(file, token, values, known.email)

    def _message(self, known: Facts, values: Mapping[str, Value]) -> tuple[str, str]:
        return f"{known.customer or '客户'}({known.ticket})", words(self.form, values, self.settings)

    def _again(self, form: IssuedForm, known: Facts, messages: dict[str, list[tuple[str, str]]]) -> None:
        """The file of a form that was issued, where it is missing: as it was, or not at all."""
        values: dict[str, Value] = {name: known.values.get(name) for name in self.form.facts()} | {RECEIPT: form.token}
        missing = as_compared(form.file) not in self.there
        if form.way == WORDS:
            if missing:
                messages.setdefault(form.file, []).append(self._message(known, values))
                self.again += 1
            return
        if missing and facts_mark(values, self.cells) != form.facts_mark:
            told = {"ticket": form.ticket, "file": form.file, "token": form.token}
            self.issues.append(Issue("form.facts_changed", values=told))
            return
        self._workbook(form.file, form.token, values, known.email, missing)
        self.again += missing

    def _workbook(self, file: str, token: str, values: Mapping[str, Value], email: str, missing: bool = True) -> None:
        """The file, and its draft where drafts are wanted."""
        version = f"{self.form.profile.code}-{self.form.profile.version}"
        title = self.form.profile.title
        book = NewBook(file, self.form.template, title, values, self.blank, f"{version}|{token}" if token else version)
        if missing:
            self.files.append(book)
        name = file.removesuffix(".xlsx") + DRAFT
        if self.ledger.options.get("drafts") and as_compared(name) not in self.there and not self.form.profile.internal:
            content = self.ledger.options["form_templates"].content
            facts = {**values, RECEIPT: token}
            self.files.append(
                NewFile(name, lambda: draft(self.form, facts, self.settings, email, file, content(book)))
            )
            self.drafts += 1

    def by_phone(self, phone_list: Mapping[Place, str]) -> None:
        """A row for each customer who is called instead: what is said on the phone is noted under its receipt code."""
        facts = facts_of(self.ledger, self.settings, self.form, list(phone_list))
        for place, why in phone_list.items():
            self.rows.add(self.rows.token(), facts[place].ticket, PHONE, remark=why)
            self.called += 1

    def anonymous(self, count: int) -> None:
        """One form for all: it carries no key, and its row says only how many may get it. One batch a day."""
        today = self.rows.now.date()
        old = next((b for b in self.before.batches if b.way == self.way and b.issued_at.date() == today), None)
        if not count and old is None:
            return
        values = office_facts(self.settings, self.form)
        mark = facts_mark(values, self.cells)
        self.known, self.made = (count, 0) if old else (0, 1)
        if old is not None:
            if not self._stands_or_is_due(old):
                return
            missing = as_compared(old.file) not in self.there
            if old.way == FILE and missing and mark != old.facts_mark:
                told = {"ticket": "", "file": old.file, "token": old.token}
                self.issues.append(Issue("form.facts_changed", values=told))
            elif old.way == FILE:
                self._workbook(old.file, "", values, "", missing)
                self.again += missing
            return
        stamp = f"{self.rows.now:%Y%m%d}"
        token, remark = self.rows.token(), f"共 {count} 位客户"
        if self.way == SHEET:
            title = tab_name(f"{self.form.profile.code} {stamp}", [*self.ledger.titles, *self.before.tabs])
            self.tabs.append(Tab(self.form.template, title, values))
            self.rows.add(token, "", SHEET, tab=title, mark=mark, remark=remark)
        elif self.way == WORDS:
            file = self.names.free(WORDS, self.form.profile.title, stamp, extension=".txt")
            self.files.append(NewFile(file, words_file([("所有客户", words(self.form, values, self.settings))])))
            self.rows.add(token, "", WORDS, file=file, remark=remark)
        else:
            file = self.names.free(self.form.profile.title, stamp)
            self.rows.add(token, "", FILE, file=file, mark=mark, remark=remark)
            self._workbook(file, "", values, "")

    def outcome(self, asked: bool) -> Outcome:
        attention = bool(self.issues)
        outcome = Outcome(
            notice=self._notice(asked, attention),
            counts={"生成表单": self.made, "已发过": self.known, "未生成": self.left, "补做": self.again,
                    "邮件草稿": self.drafts, "电话回访": self.called},
            issues=self.issues,
            tabs=self.tabs,
            activate=self.tabs[0].name if self.tabs else "",
            files=self.files,
            folder=self.settings.form_folder,
        )  # fmt: skip
        if self.rows.rows:
            outcome.append[FORM_REGISTER.key] = self.rows.frame()
        return outcome

    def _notice(self, asked: bool, attention: bool) -> str:
        title, register = self.form.profile.title, FORM_REGISTER.title
        what = {SHEET: "张", WORDS: "条短信微信稿,用于", FILE: "份"}[self.way]
        again = f"补做了 {self.again} 份缺失的文件" if self.again else ""
        drafts = f"邮件草稿 {self.drafts} 份" if self.drafts else ""
        called = f"{self.called} 位客户请打电话(见“{register}”)" if self.called else ""
        if self.made:
            text = f"已生成 {self.made} {what}《{title}》,并登记到“{register}”"
            known = f"另有 {self.known} 张以前发过,没有重复生成" if self.known else ""
            return ";".join(part for part in (text, drafts, known, again, called) if part) + "。"
        more = ";".join(part for part in (again, drafts, called) if part)
        if self.moved:
            more = ";".join(part for part in (more, f"其中 {self.moved} 份的文件已不在文件夹里,没有再做;要补做,请选中那些工单再点") if part)
        if self.known:
            said = f"没有新表单:{self.known} 张工单的《{title}》以前都发过,见“{register}”"
            return f"{said};{more}。" if more else f"{said}。"
        if more:
            return f"{more}。"
        if asked or attention:
            return "没有生成表单,原因见提示。"
        return "近 24 小时内没有新解决的工单,没有生成表单。要为某张工单生成,请选中它那一行再点“生成表单”(命令:写 --ticket 工单号)。"


def _cells(templates: Any, form: Form) -> tuple[frozenset[str] | None, list[Issue]]:
    """The form's names that its template tab has (None: all, where nobody can say), and what is said of the others."""
    if templates is None:
        return None, []
    known = templates.names(form.template)
    lost = [name for name in form.names() if name.casefold() not in known]
    issues = [Issue("form.cells_gone", values={"template": form.template, "names": "、".join(lost)})] if lost else []
    return frozenset(name for name in form.names() if name.casefold() in known), issues


def _form(ledger: Ledger, settings: Settings) -> Form:
    value = str(ledger.options.get("profile") or DEFAULT_FORM).strip()
    word, _, _ = settings.vocabularies.resolve("评价档案", value)
    code = (word or value).split()[0].upper() if value else DEFAULT_FORM
    if code not in FORMS:
        allowed = "、".join(form.profile.name for form in FORMS.values())
        raise WorkbookError("form.profile", value=value, allowed=allowed)
    return FORMS[code]


def _asked(value: object) -> list[str]:
    """The numbers asked for, in order, each once; several in one text are separated by 、,; or blanks."""
    texts = [value] if isinstance(value, str) else list(value) if isinstance(value, Sequence) else []
    numbers = (number for text in texts for number in re.split(r"[\s,,、;;]+", str(text)))
    return list({plain_number(number): number for number in numbers if number}.values())
