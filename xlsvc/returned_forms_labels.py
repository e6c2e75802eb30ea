"""Finds the answers on a returned form by the labels printed beside them, wherever these stand now.

Rows may have been inserted, labels moved, merged areas and defined names lost on the way through other programs.
A label's answer is looked for where the form has it (so many cells below or right of the label), then at the cell its
defined name leads to, then among what else was written near the label. What nobody asked for is told as `extra`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from workbook.book import CellPicture, RawCell
from workbook.foreign_tables import Area, ForeignTab
from workbook.schema import fold
from workbook.sheets.customer_forms import FACTS, FORMS, RECEIPT, VERSION, Form, LabelledInput
from workbook.values import clean

Spot = tuple[int, int]
"""Row and column of a cell, from 1."""

_AFTER_LABEL = re.compile(r"[::]\s*(\S[\s\S]*)$")
_MARKED = re.compile(r"^([√✓✔☑✅■●])(.+)$|^(.+?)([√✓✔☑✅■●])$")
_STEPS = 12  # cells right of a label that are looked at


@dataclass(frozen=True)
class Found:
    """What stands on a form of `form`. `cells`: name of an input -> its cell, where it is not blank; `dates`: names whose
    cell is a number shown as a date; `facts`: name of a fact -> its cell; `missing`: labels the page lacks; `renamed`:
    labels whose words were changed (their cell was found by its name); `extra`: other texts that somebody wrote."""

    form: Form
    cells: Mapping[str, RawCell]
    dates: frozenset[str] = frozenset()
    facts: Mapping[str, RawCell] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    renamed: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()


class Page:
    """One tab of a returned form: its filled cells, and where its defined names lead."""

    def __init__(self, tab: ForeignTab, names: Mapping[str, Spot]) -> None:
        self.tab = tab
        self.names = {name.casefold(): spot for name, spot in names.items()}
        self.cells: dict[Spot, RawCell] = {
            (row, column): cell
            for column, cells in enumerate(tab.columns, 1)
            for row, cell in enumerate(cells, 1)
            if not _is_blank(cell)
        }
        self._areas = {(area.top, area.left): area for area in tab.merges}
        self._folded: dict[str, list[Spot]] = {}
        for spot in sorted(self.cells):
            cell = self.cells[spot]
            if isinstance(cell, str):
                self._folded.setdefault(fold(cell).rstrip(":"), []).append(spot)

    def area(self, spot: Spot) -> Area:
        """The merged area a cell begins, or the cell."""
        return self._areas.get(spot, Area(*spot, *spot))

    def top_left(self, spot: Spot) -> Spot:
        """The cell that holds what a merged area over `spot` shows."""
        covering = next((a for a in self._areas.values() if a.covers(*spot)), None)
        return (covering.top, covering.left) if covering else spot

    def right_of(self, spot: Spot, steps: int, down: int = 0) -> Spot:
        """So many cells right of a cell, in the row `down` rows below its first; a merged area counts as one cell."""
        row, column = spot[0] + down, self.area(spot).right
        for step in range(steps):
            if step:
                column = self.area(self.top_left((row, column))).right
            column += 1
        return self.top_left((row, column)) if steps else (row, spot[1])

    def labels(self, label: str) -> list[Spot]:
        """Where a label stands: with a hint in brackets behind it too (…(可多选,打√))."""
        wanted = fold(label)
        exact = self._folded.get(wanted, [])
        if exact:
            return exact
        return [s for text, spots in self._folded.items() if text.startswith(wanted + "(") for s in spots]

    def inline(self, label: str) -> list[tuple[Spot, str]]:
        """Cells that hold the label and what was answered: behind a colon (“服务态度:5”), or a mark (“√流程清晰”)."""
        wanted = fold(label)
        found: list[tuple[Spot, str]] = []
        for text, spots in self._folded.items():
            marked = _MARKED.match(text)
            if marked and wanted == (marked[2] or marked[3]):
                found += [(spot, marked[1] or marked[4]) for spot in spots]
            if text.startswith(wanted) and text[len(wanted) : len(wanted) + 1] == ":":
                for spot in spots:
                    rest = _AFTER_LABEL.search(str(self.cells[spot]))
                    if rest:
                        found.append((spot, clean(rest[1])))
        return found

    def beside(self, label: str, name: str = "", skip: Iterable[str] = ()) -> RawCell:
        """The first filled cell right of a label; None where there is none. `skip`: folded texts that are labels."""
        skipped = set(skip)
        for spot, text in self.inline(label):
            if spot:
                return text
        for spot in self.labels(label):
            for steps in range(1, _STEPS):
                cell = self.cells.get(self.right_of(spot, steps))
                if not _is_blank(cell):
                    if fold(cell) in skipped:
                        break
                    return cell
        named = self.names.get(name.casefold()) if name else None
        return self.cells.get(self.top_left(named)) if named else None

    def known_labels(self, form: Form) -> int:
        return sum(bool(self.labels(label)) for label in {i.label for i in form.labels()})


def page_of(pages: Sequence[Page], form: Form) -> Page | None:
    """The tab that holds the form: the one with most of its labels and names; None where no tab has any."""
    def weight(page: Page) -> tuple[int, int]:
        return page.known_labels(form), sum(n.casefold() in page.names for n in form.names())

    best = max(pages, key=weight, default=None)
    return best if best is not None and any(weight(best)) else None


def stamp_of(pages: Sequence[Page]) -> tuple[str, str]:
    """(表单版本, 回执码) as printed on a form, "" where a cell is gone."""
    stamp = token = ""
    skip = [fold(label) for label in (VERSION, RECEIPT, *FACTS.values())]
    for page in pages:
        stamp = stamp or _said(page.beside(VERSION, VERSION, skip))
        token = token or _said(page.beside(RECEIPT, RECEIPT, skip))
    return stamp, token


def likely_form(pages: Sequence[Page]) -> Form | None:
    """The form whose labels a file shows where nothing says which one it is: at least two thirds of them, and more
    than of any other."""
    counts = []
    for form in FORMS.values():
        labels = len({i.label for i in form.labels()})
        found = max((page.known_labels(form) for page in pages), default=0)
        counts.append((found / labels, form.profile.code))
    counts.sort(reverse=True)
    (first, code), (second, _) = counts[:2]
    return FORMS[code] if first >= 2 / 3 and first > second else None


def find_answers(page: Page, form: Form, printed: Iterable[str] = ()) -> Found:
    """The answers on a page. `printed`: other texts that the office's template shows, which no one wrote."""
    return _Search(page, form, printed).run()


class _Search:
    def __init__(self, page: Page, form: Form, printed: Iterable[str]) -> None:
        self.page, self.form = page, form
        self.inputs = form.labels()
        self.printed = {fold(text).rstrip(":") for text in (*printed, *_own_texts(form))}
        self.anchors: dict[str, Spot] = {}  # label -> where it stands
        self.cells: dict[str, RawCell] = {}
        self.claimed: set[Spot] = set()
        self.spots: dict[str, Spot] = {}  # input -> its cell
        self.heads = [next(iter(page.labels(text)), None) for text in form.score_heads]

    def run(self) -> Found:
        facts = self._facts()
        self._find_labels()
        self._expected()
        self._by_name()
        self._nearby()
        missing = [i.label for i in self.inputs if i.name not in self.spots and i.name not in self.cells]
        renamed = [i.label for i in self.inputs if i.label not in self.anchors and i.name in self.spots]
        dates = {n for n, s in self.spots.items() if self.page.tab.is_date(*s)}
        return Found(
            self.form, self.cells, frozenset(dates & set(self.cells)), facts,
            tuple(dict.fromkeys(missing)), tuple(dict.fromkeys(renamed)), tuple(self._extra()),
        )  # fmt: skip

    def _facts(self) -> dict[str, RawCell]:
        """The office's own cells: nobody's answers. What stands there is compared, never taken."""
        page = self.page
        found: dict[str, RawCell] = {}
        labels = {name: FACTS[name] for name in self.form.head}
        labels |= {q.fact: q.label for q in self.form.questions() if q.kind == "fact"}
        labels |= {VERSION: VERSION} | ({} if self.form.profile.anonymous else {RECEIPT: RECEIPT})
        skip = {fold(label) for label in labels.values()} | self.printed
        for name, label in labels.items():
            spots = page.labels(label)
            spot = page.right_of(spots[0], 1) if spots else None
            named = page.names.get(name.casefold())
            if (spot is None or spot not in page.cells) and named is not None:
                spot = page.top_left(named)
            if spot is None:
                continue
            cell = page.cells.get(spot)
            if cell is None or (isinstance(cell, str) and fold(cell) in skip and name != "问题类型"):
                found[name] = None
                continue
            self.claimed.add(spot)
            found[name] = cell
        for name in self.form.facts():
            named = page.names.get(name.casefold())
            if named is not None and name not in labels:
                self.claimed.add(page.top_left(named))
        return found

    def _find_labels(self) -> None:
        page = self.page
        for given in self.inputs:
            if given.label in self.anchors:
                continue
            inline = page.inline(given.label)
            if inline and not page.labels(given.label):
                spot, text = inline[0]
                self.anchors[given.label] = spot
                self.claimed.add(spot)
                if given.part in ("answer", "option"):
                    self.cells[given.name] = text
                continue
            spots = [s for s in page.labels(given.label) if s not in self.claimed]
            if spots:
                self.anchors[given.label] = self._likeliest(given, spots)
                self.claimed.add(self.anchors[given.label])

    def _likeliest(self, given: LabelledInput, spots: list[Spot]) -> Spot:
        """Of several cells with a label's words (the answer “其他” and the option “其他”) the one beside its named cell,
        else the one in line with the options found before."""
        named = self.page.names.get(given.name.casefold())
        if named is not None:
            for spot in spots:
                if self._place(given, spot) == self.page.top_left(named):
                    return spot
        columns = [self.anchors[i.label][1] for i in self.inputs
                   if i.part == given.part and i.label in self.anchors]  # fmt: skip
        return next((s for s in spots if s[1] in columns), spots[0])

    def _expected(self) -> None:
        """Answers where the form has them."""
        for given in self.inputs:
            anchor = self.anchors.get(given.label)
            if anchor is None or given.name in self.cells:
                continue
            spot = self._place(given, anchor)
            if spot in self.claimed:
                continue
            self.spots[given.name] = spot
            if self._is_answer(spot):
                self._take(given.name, spot)

    def _place(self, given: LabelledInput, anchor: Spot) -> Spot:
        """Where the form has an answer: below its column's heading, beside a label of its own, or so many cells away."""
        page, question = self.page, given.question
        own = self._own_label(given, anchor)
        if own is not None:
            return page.right_of(own, 1)
        if question.kind == "score" and not given.down and len(self.heads) > given.right:
            head = self.heads[given.right]
            if head is not None and head[1] > anchor[1]:
                return page.top_left((anchor[0], head[1]))
        if given.part == "option":
            for steps in (1, 2, 3):
                spot = page.right_of(anchor, steps)
                if spot in self.claimed:
                    break
                if self._is_answer(spot):
                    return spot
        return page.right_of(anchor, given.right, given.down)

    def _own_label(self, given: LabelledInput, anchor: Spot) -> Spot | None:
        """The label of a text that stands below its score (S003), the first one below the dimension."""
        question = given.question
        if given.part not in ("explain", "advise") or not question.advise:
            return None
        text = question.explain if given.part == "explain" else question.advise
        return next((spot for spot in self.page.labels(text) if spot[0] > anchor[0]), None)

    def _by_name(self) -> None:
        for given in self.inputs:
            named = self.page.names.get(given.name.casefold())
            if named is None or given.name in self.cells:
                continue
            spot = self.page.top_left(named)
            if spot in self.claimed or (spot in self.spots.values() and self.spots.get(given.name) != spot):
                continue
            self.spots.setdefault(given.name, spot)
            if self._is_answer(spot, given):
                self.spots[given.name] = spot
                self._take(given.name, spot)

    def _nearby(self) -> None:
        """What was written near a label whose own cell is blank: behind an inserted column, below an inserted row."""
        starts = sorted({spot[0] for spot in self.anchors.values()})
        for given in self.inputs:
            anchor = self.anchors.get(given.label)
            if anchor is None or given.name in self.cells or given.part == "option":
                continue
            end = next((row for row in starts if row > anchor[0]), anchor[0] + 8)
            last = end - 1 if given.down or given.question.below else self.page.area(anchor).bottom
            first, right = anchor[0] + given.down, 0 if given.down else anchor[1]
            own = self._own_label(given, anchor)
            if own is not None:
                (first, right), last = own, own[0]
            others = {spot for name, spot in self.spots.items() if name != given.name}
            near = [s for s in sorted(self.page.cells)
                    if first <= s[0] <= last and s[1] > right and s not in self.claimed and s not in others
                    and self._is_answer(s, given)]  # fmt: skip
            if given.part == "answer" and given.question.kind == "score":
                near = [s for s in near if len(str(self.page.cells[s])) <= 4] or near
            if not near:
                continue
            taken = near if given.question.kind == "text" and given.part == "answer" else near[:1]
            texts = [self.page.cells[s] for s in taken]
            self.spots[given.name] = taken[0]
            self.claimed.update(taken)
            self.cells[given.name] = texts[0] if len(texts) == 1 else "\n".join(str(t) for t in texts)

    def _is_answer(self, spot: Spot, given: LabelledInput | None = None) -> bool:
        """Is the cell filled, and not with what the form prints itself? One of a question's options may be its answer."""
        cell = self.page.cells.get(spot)
        if cell is None or _is_blank(cell):
            return False
        if not isinstance(cell, str) or spot in self.spots.values():
            return True
        if given is not None and any(fold(cell) == fold(option) for option in given.question.options):
            return True
        return fold(cell).rstrip(":") not in self.printed

    def _take(self, name: str, spot: Spot) -> None:
        self.cells[name] = self.page.cells[spot]
        self.claimed.add(spot)

    def _extra(self) -> Iterable[str]:
        """Texts in no input and of no template: what somebody wrote into the margin."""
        offered = {fold(option) for q in self.form.questions() for option in q.options}
        for spot in sorted(self.page.cells):
            cell = self.page.cells[spot]
            if spot in self.claimed or isinstance(cell, CellPicture):
                continue
            text = clean(str(cell))
            if fold(text).rstrip(":") not in self.printed and fold(text) not in offered and isinstance(cell, str):
                yield text


def _own_texts(form: Form) -> Iterable[str]:
    """Texts a form prints besides the office's notice."""
    yield form.profile.title
    yield from form.score_heads
    yield from form.printed()
    for section in form.sections:
        yield section.title
        yield section.note
    for question in form.questions():
        yield question.explain
        yield question.advise
    for dimension in form.profile.dimensions:
        yield dimension.anchor


def _said(cell: RawCell) -> str:
    return "" if cell is None else clean(str(cell))


def _is_blank(cell: RawCell) -> bool:
    return cell is None or (isinstance(cell, str) and not clean(cell))
