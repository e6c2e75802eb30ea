"""What 评价记录 says of its comments: 建议反馈类别 and 评语关键词, computed columns beside the typed 反馈类别.

The typed class is a person's and is never touched; duties and figures go by it alone. Of several comments in one answer
the one that calls for most counts: a complaint before a suggestion, that before one for a person, praise last.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from workbook.sheets.evaluations import EVALUATIONS

from .feedback_text import CLASS_COMPLAINT, CLASS_PRAISE, CLASS_UNSURE, CLASS_WISH, read
from .feedback_text_words import Lexicon, lexicon_of
from .outcome import Ledger
from .settings import Settings
from .tickets import Distinct, by_distinct, record_rows, text_column

COMMENTS = ("improvement", "suggestion", "event", "explain", "praise_other")
"""Columns of 评价记录 in which the customer's own words stand."""
SUGGESTED = ("suggested_feedback", "comment_words")
_BY_WEIGHT = np.array(["", CLASS_PRAISE, CLASS_UNSURE, CLASS_WISH, CLASS_COMPLAINT], dtype=object)
_WEIGHT = {said: n for n, said in enumerate(_BY_WEIGHT)}


def comment_columns(ledger: Ledger, settings: Settings) -> pd.DataFrame:
    """The columns SUGGESTED of 评价记录, index as the sheet's rows. The class is "" where 反馈类别 is typed (待人工 is no
    class yet) and where nothing is said."""
    frame = ledger[EVALUATIONS.key]
    records = record_rows(ledger, EVALUATIONS).to_numpy(dtype=bool)
    weight, words = _read(frame, lexicon_of(settings.vocabularies))
    typed = ~text_column(frame, "feedback_class").isin(["", CLASS_UNSURE]).to_numpy()
    said = np.where(typed | ~records, "", _BY_WEIGHT[weight])
    return pd.DataFrame(
        {SUGGESTED[0]: said, SUGGESTED[1]: np.where(records, words, "")}, index=frame.index, dtype=object
    )


def unread_comments(ledger: Ledger, settings: Settings) -> list[str]:
    """The comments of 评价记录 that are 待人工, in the order of rows and columns; a doubled one as often as it stands."""
    frame = ledger[EVALUATIONS.key][record_rows(ledger, EVALUATIONS).to_numpy(dtype=bool)]
    lexicon = lexicon_of(settings.vocabularies)
    found: list[str] = []
    for key in COMMENTS:
        texts = text_column(frame, key)
        held = by_distinct(texts, lambda text: read([text], lexicon)[0].said == CLASS_UNSURE)
        found += texts[held.to_numpy(dtype=bool)].tolist()
    return found


def _read(frame: pd.DataFrame, lexicon: Lexicon) -> tuple[np.ndarray, np.ndarray]:
    """Per row the weight of its gravest comment and its keywords, joined with 、."""
    weight = np.zeros(len(frame), dtype=np.int64)
    words = np.full(len(frame), "", dtype=object)
    for key in COMMENTS:
        texts = text_column(frame, key)
        if not (texts != "").any():
            continue
        comments = Distinct(texts, lambda text: read([text], lexicon)[0])
        weight = np.maximum(weight, comments.spread(lambda c: _WEIGHT.get(c.said, 0)).to_numpy(dtype=np.int64))
        more = comments.spread(lambda c: "".join(f"{word}、" for word in c.keywords)).to_numpy(dtype=object)
        words = words + more
    joined = by_distinct(pd.Series(words, dtype=object), lambda text: "、".join(dict.fromkeys(w for w in text.split("、") if w)))
    return weight, joined.to_numpy(dtype=object)
