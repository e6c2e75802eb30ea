"""What people write into a form, read as what it means: scores, ticks, choices, days. Nothing is guessed.

Each reader gives (value, remark): where an answer may mean two things the value is None and the remark quotes it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from workbook.book import CellError, CellPicture, RawCell
from workbook.schema import Column, fold
from workbook.sheets import BY_KEY
from workbook.sheets.customer_forms import Question
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import DIMENSION_KEYS
from workbook.values import Vocabularies, clean, from_serial, number_text, plain, read_one, show

from .returned_forms_labels import Found

TICKS = frozenset("√✓✔☑✅v■●*1") | frozenset(
    {"是", "对", "对的", "有", "选", "选中", "勾", "打勾", "yes", "y", "true", "ok", "1.0", "√√"}
)
CROSSES = frozenset("×✗✘x☒╳")  # a tick for some, a no for others
EMPTY = frozenset({"", "□", "☐", "○", "否", "不", "不是", "无", "没有", "no", "n", "false", "0", "-", "—", "/"})
_BOX_ON, _BOX_OFF = "☑✅✓✔√■●", "□☐○"
_WORDS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5}
_GRADES = {"非常满意": 5, "非常不满意": 1}  # what the forms print at the ends of the scale, and no word between
_SCALE = (1, 2, 3, 4, 5)
_SCORE = re.compile(r"(?:选|打|给)?([+-]?\d{1,3}(?:\.\d+)?)(?:\s*[分星])?\.?\(?(.*?)\)?")
_BOXES = re.compile(rf"([{_BOX_ON}{_BOX_OFF}])\s*([^{_BOX_ON}{_BOX_OFF}]*)")
CLIP = 200


@dataclass
class Answers:
    """What a form says. `values`: column key -> value (text, float, datetime); `explain`, `advise`: dimension key -> what
    was written beside its score; `notes`: what was not taken as an answer, in the customer's words; `dropped`: those of
    them that stood where an answer belongs."""

    values: dict[str, object] = field(default_factory=dict)
    explain: dict[str, str] = field(default_factory=dict)
    advise: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    def scores(self) -> dict[str, float]:
        return {k: v for k, v in self.values.items() if k in DIMENSION_KEYS and isinstance(v, float)}


def read_answers(found: Found, vocabularies: Vocabularies) -> Answers:
    """The typed answers of a form."""
    answers = Answers()
    for question in found.form.questions():
        if question.kind == "fact":
            continue
        remark = _read_question(question, found, answers, vocabularies)
        if remark:
            answers.dropped.append(f"{question.label}原写“{_clip(remark)}”")
    answers.notes += [f"{text},没有采用" for text in answers.dropped]
    answers.notes += [f"另写“{_clip(text)}”" for text in found.extra]
    return answers


def _read_question(question: Question, found: Found, answers: Answers, vocabularies: Vocabularies) -> str:
    """Puts the question's answer in its place; gives what of it could not be used."""
    raw = found.cells.get(question.name)
    if question.kind == "choices":
        marks = {o: found.cells.get(question.option_name(n)) for n, o in enumerate(question.options, 1)}
        chosen, remark = read_ticks(marks)
        if chosen:
            answers.values[question.key] = "、".join(chosen)
        return remark
    if question.kind == "score":
        texts = ((question.explain, question.explain_name, answers.explain),
                 (question.advise, question.advise_name, answers.advise))  # fmt: skip
        for asked, name, kept in texts:
            text = as_text(found.cells.get(name), name in found.dates) if asked else ""
            if text:
                kept[question.key] = text
        score, remark = read_score(raw)
        if score is not None:
            answers.values[question.key] = score
            if remark:  # “5分,师傅很准时”: the rest is what was meant to stand beside it
                kept = answers.explain
                kept[question.key] = "\n".join(filter(None, (kept.get(question.key, ""), remark)))
            return ""
        return remark
    if raw is None:
        return ""
    if question.kind == "choice":
        value, remark = read_choice(raw, question.options)
        if value:
            answers.values[question.key] = value
        return remark
    return _read_line(question, raw, question.name in found.dates, answers, vocabularies, found.form.profile.internal)


def _read_line(
    question: Question, raw: RawCell, is_date: bool, answers: Answers, vocabularies: Vocabularies, internal: bool
) -> str:
    column: Column = (BY_KEY["quality_assessment"] if internal else EVALUATIONS)[question.key]
    if column.kind in ("date", "datetime"):
        parsed = read_one(column, raw, vocabularies)
        if parsed.value is None:
            return as_text(raw, is_date)
        answers.values[question.key] = parsed.value
        return ""
    text = as_text(raw, is_date)
    if text:
        answers.values[question.key] = text
    return "" if text or raw is None else str(raw)


def read_score(raw: RawCell) -> tuple[float | None, str]:
    """5, "5", "5分", "五分", "5 分,很准时" (the rest is the remark), "非常满意". What is no whole number from 1 to 5 is not
    taken, as "满意", 6, "4-5", "4/5" or "4.5": (None, the text)."""
    if raw is None:
        return None, ""
    if isinstance(raw, (bool, CellError)):
        return None, str(raw).upper()
    if isinstance(raw, float):
        return (raw, "") if raw in _SCALE else (None, number_text(raw))
    text = plain(raw)
    if not text:
        return None, ""
    boxed = _boxed(text)
    if boxed is not None:
        return read_score(boxed[0]) if len(boxed) == 1 else (None, clean(raw) if boxed else "")
    bare = text.removesuffix("。").removesuffix("分").strip()
    if bare in _WORDS:
        return float(_WORDS[bare]), ""
    if text in _GRADES:
        return float(_GRADES[text]), ""
    match = _SCORE.fullmatch(text)
    if match is None:
        return None, clean(raw)
    number, rest = float(match[1]), re.sub(r"^[\s,。;、:-]+|[\s,。;、:-]+$", "", match[2] or "")
    between = text[match.end(1) :]
    if number not in _SCALE or re.search(r"\d", rest) or (rest and not re.match(r"[分星,。,;;(\s]", between)):
        return None, clean(raw)
    if re.search(r"[一二两三四五]\s*[分星]|^[或到至~]", rest):
        return None, clean(raw)
    return number, rest


def read_choice(raw: RawCell, options: Sequence[str]) -> tuple[str, str]:
    """One of the options, also by a beginning that no other has (“愿意” for “愿意,请后续联系我”); ("", text) otherwise."""
    if isinstance(raw, bool):
        raw = "是" if raw else "否"
    if raw is None or isinstance(raw, CellError):
        return "", "" if raw is None else str(raw)
    text = clean(number_text(raw) if isinstance(raw, float) else raw)
    folded = fold(text).strip("。.,;").removesuffix("的")
    if not folded:
        return "", ""
    known = {fold(option): option for option in options}
    if folded in known:
        return known[folded], ""
    boxed = _boxed(text)
    if boxed is not None:
        ticked = [o for f, o in known.items() if any(fold(b) == f for b in boxed)]
        return (ticked[0], "") if len(ticked) == 1 and len(boxed) == 1 else ("", text if boxed else "")
    beginning = [o for f, o in known.items() if f.startswith(folded) or _head(f) == folded]
    if len(beginning) == 1:
        return beginning[0], ""
    named = [o for f, o in known.items() if f in folded]
    longest = [o for o in named if not any(o != p and fold(o) in fold(p) for p in named)]
    if len(longest) == 1 and re.fullmatch(rf"[{_BOX_ON}(\s]*{re.escape(fold(longest[0]))}[{_BOX_ON})\s]*", folded):
        return longest[0], ""
    return "", text


def _head(folded: str) -> str:
    return re.split(r"[,,]", folded)[0]


def read_ticks(marks: Mapping[str, RawCell]) -> tuple[list[str], str]:
    """The options that carry a mark, whatever the mark. A × is a no beside a √, and nobody's guess alone."""
    chosen, crossed, unclear = [], [], []
    for option, raw in marks.items():
        if isinstance(raw, CellError):
            unclear.append(f"{option}:{raw}")
            continue
        text = "" if raw is None else ("是" if raw else "") if isinstance(raw, bool) else raw
        text = number_text(text) if isinstance(text, float) else text
        mark = plain(text).casefold().strip("()[] ")
        if mark in EMPTY:
            continue
        if mark in TICKS or fold(mark) == fold(option):
            chosen.append(option)
        elif mark in CROSSES:
            crossed.append(f"{option}:{clean(text)}")
        else:
            unclear.append(f"{option}:{clean(text)}")
    return chosen, "、".join(unclear + ([] if chosen else crossed))


def as_text(raw: RawCell, is_date: bool = False) -> str:
    """A cell as a person reads it."""
    if raw is None or isinstance(raw, CellPicture):
        return ""
    if isinstance(raw, bool):
        return "是" if raw else "否"
    if isinstance(raw, CellError):
        return raw.code
    if isinstance(raw, float):
        if is_date:
            try:
                moment = from_serial(raw)
            except ValueError:
                return number_text(raw)
            return show(moment, "datetime" if raw % 1 else "date")
        return number_text(raw)
    return clean(raw)


def _boxed(text: str) -> list[str] | None:
    """Of “☑新客户 □老客户” what is ticked; None where no boxes stand before words."""
    pairs = _BOXES.findall(text)
    if not pairs or not any(words.strip() for _, words in pairs):
        return None
    return [words.strip() for box, words in pairs if box in _BOX_ON and words.strip()]


def _clip(text: str) -> str:
    text = re.sub(r"\s+", " ", text)
    return text if len(text) <= CLIP else text[: CLIP - 1] + "…"
