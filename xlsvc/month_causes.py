"""Why a dimension is low: what the answers that marked it low say in words, by the office's own lexicon, and whose tickets
they are (S004: low scores meet frequent words)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from workbook.book import Link
from workbook.sheets import BY_KEY
from workbook.sheets import month_review as review
from workbook.sheets.evaluations import EVALUATIONS
from workbook.sheets.profiles import PROFILES

from .feedback_text import CLASS_COMPLAINT, CLASS_PRAISE, CLASS_UNSURE, CLASS_WISH, read
from .feedback_text_rows import COMMENTS
from .feedback_text_words import lexicon_of
from .outcome import Ledger
from .settings import Settings
from .tickets import plain_number, records, text_column, tickets
from .weekly_figures import Rules, Values, Week, ratio

CLASSES = (CLASS_PRAISE, CLASS_COMPLAINT, CLASS_WISH, CLASS_UNSURE)


@dataclass(frozen=True)
class Cause:
    """A word that answers which marked a dimension low complain of. `place` counts the profile's dimensions from 1;
    `answers` are rows of 评价记录 that name it, `low` how many marked the dimension low. word is "" where nobody wrote."""

    place: int
    label: str
    word: str
    answers: tuple[int, ...]
    low: int


def causes(ledger: Ledger, settings: Settings, week: Week, values: Values, rules: Rules) -> list[Cause]:
    """The commonest words for each dimension to be looked at, the lowest dimension first, at most CAUSE_ROWS."""
    profile = PROFILES[rules.main_profile]
    chosen = dimensions_to_mend(values)
    rows = _rows(ledger, week)
    lexicon = lexicon_of(settings.vocabularies)
    found: list[Cause] = []
    for place in chosen:
        dimension = profile.dimensions[place - 1]
        low = week.main & (week.answers[f"stat_{dimension.key}"] < rules.low_line).to_numpy()
        number = int(low.sum())
        if not number or (profile.anonymous and number < review.SMALL_GROUP):
            continue
        named = _topics(rows[low], lexicon)
        common = sorted(named.items(), key=lambda item: (-len(item[1]), item[0]))
        each = common[: max(1, review.CAUSE_ROWS // len(chosen))] or [("", [])]
        found += [Cause(place, dimension.label, word, tuple(answers), number) for word, answers in each]
    return found[: review.CAUSE_ROWS]


def dimensions_to_mend(values: Values) -> list[int]:
    """Places of the dimensions under the low line; where there is none, of the lowest one (S004: mend it first). The
    lowest mean comes first."""
    numbers = [n for n in range(1, len(values)) if f"维度{n}_均分" in values]
    low = [n for n in numbers if values[f"维度{n}_低分"]] or [n for n in numbers if values[f"维度{n}_低于均"] == "最低"]
    return sorted(low, key=lambda n: (values[f"维度{n}_均分"], n))


def _rows(ledger: Ledger, week: Week) -> pd.DataFrame:
    return records(ledger, EVALUATIONS).reindex(week.answers.index) if EVALUATIONS.key in ledger else week.answers


def _topics(rows: pd.DataFrame, lexicon: object) -> dict[str, list[int]]:
    """Word of a complaint -> the rows that name it, however often."""
    found: dict[str, list[int]] = {}
    columns = [text_column(rows, key).tolist() for key in COMMENTS]
    for row, *texts in zip(rows.index.tolist(), *columns, strict=True):
        for word in dict.fromkeys(topic for comment in read(filter(None, texts), lexicon) for topic in comment.topics):  # type: ignore[arg-type]
            found.setdefault(word, []).append(int(row))
    return found


def cause_values(ledger: Ledger, settings: Settings, found: Sequence[Cause], values: Values, rules: Rules) -> Values:
    """The rows of the block; whose answers came without a name, their tickets are not told."""
    made: Values = dict.fromkeys(f"原因{n}_{f}" for n in range(1, review.CAUSE_ROWS + 1) for f in review.CAUSE_FIELDS)
    nameless = PROFILES[rules.main_profile].anonymous
    places = {} if nameless or not found else _places(ledger, settings)
    for n, cause in enumerate(found, 1):
        number = len(cause.answers)
        made |= {
            f"原因{n}_维度": cause.label, f"原因{n}_词": cause.word or "没有写明原因", f"原因{n}_低分": cause.low,
            f"原因{n}_份数": number, f"原因{n}_占比": ratio(number, cause.low),
        }  # fmt: skip
        for place, link in enumerate([] if nameless else _links(ledger, cause.answers, places), 1):
            made[f"原因{n}_工单{place}"] = link
    if not found:
        answered = any(isinstance(values[f"维度{n}_均分"], float) for n in range(1, len(PROFILES[rules.main_profile].dimensions) + 1))
        made["原因1_维度"] = "没有低分评价" if answered else "没有评价"
    return made


def _places(ledger: Ledger, settings: Settings) -> Mapping[str, tuple[str, int]]:
    frame = tickets(ledger, settings).frame
    first = frame["number"].drop_duplicates()
    return {str(number): (str(sheet), int(row)) for number, (sheet, row) in zip(first, first.index, strict=True) if number}


def _links(ledger: Ledger, answers: Sequence[int], places: Mapping[str, tuple[str, int]]) -> list[Link]:
    """The tickets of some answers, each once; an answer that names none is led to itself."""
    typed = text_column(records(ledger, EVALUATIONS), "ticket")
    links: dict[str, Link] = {}
    for row in answers:
        number = str(typed.get(row, ""))
        sheet, at = places.get(plain_number(number), (EVALUATIONS.key, row))
        text = number or f"评价第{row}行"
        links.setdefault(text, Link(BY_KEY[sheet].title, f"A{at}", text))
    return list(links.values())[: review.CAUSE_TICKETS]


def said_in_words(ledger: Ledger, week: Week, suggested: pd.Series) -> str:
    """How the valid answers' comments read, by class; a typed 反馈类别 counts before the one that was read."""
    typed = text_column(_rows(ledger, week), "feedback_class")
    read_as = suggested.reindex(week.answers.index).fillna("").astype(object)
    classes = typed.where(~typed.isin(["", CLASS_UNSURE]), read_as).to_numpy(dtype=object)[week.valid]
    counted = Counter(classes[np.isin(classes, list(CLASSES))].tolist())
    if not counted:
        return "有效评价里没有写下意见。"
    parts = "、".join(f"{name} {counted[name]}" for name in CLASSES if counted[name])
    return f"写了意见的有效评价 {sum(counted.values())} 份:{parts}。"
