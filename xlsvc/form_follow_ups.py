"""What follows from customer forms and is still to be done: customers who said that they may be called, customers on the
list to be called instead of getting a form, forms to be reminded of."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from workbook.sheets.evaluations import EVALUATIONS

from .clocks import UNKNOWN
from .duties import duties
from .outcome import Ledger
from .settings import Settings
from .tickets import records, text_column

KINDS = {"wish": "愿意后续联系", "phone": "电话回访", "reminder": "催收表单"}
CALL_WORDS = ("电话", "回访")


def follow_ups(ledger: Ledger, settings: Settings, now: datetime) -> pd.DataFrame:
    """Open tasks, the one that is due first on top: sheet (key), row, ticket, kind (a word of KINDS; 愿意后续联系 that asks
    for a call is 电话回访), said (the customer's own words in 愿意后续联系), start, due (NaT: no limit in 设置), status (超时,
    即将超时, 进行中, 无时限).

    Raises WorkbookError settings.bad, time.no_workday.
    """
    listed = duties(ledger, settings, now)
    # what was done and nobody wrote when is 无法判定: no task any more
    open_ones = listed["done_at"].isna() & listed["kind"].isin(list(KINDS)) & (listed["status"] != UNKNOWN)
    found = listed.loc[open_ones, ["sheet", "row", "ticket", "kind", "start", "due", "status"]]
    found = found.sort_values(["due", "sheet", "row"], kind="stable").reset_index(drop=True)
    on_answers = (found["sheet"] == EVALUATIONS.key).to_numpy()
    answers = records(ledger, EVALUATIONS)
    said = pd.Series("", index=found.index, dtype=object)
    said[on_answers] = text_column(answers, "willing").reindex(found.loc[on_answers, "row"]).to_numpy()
    words = found["kind"].map(KINDS).astype(object)
    words[on_answers & said.str.contains("|".join(CALL_WORDS)).to_numpy(dtype=bool)] = KINDS["phone"]
    found["kind"] = words
    found.insert(4, "said", said)
    return found
