"""What the weekly tab's formulas need beside their figures to follow an edit of the ledger (workbook.template.weekly_live)."""

from __future__ import annotations

from collections.abc import Sequence

from workbook.sheets import weekly_summary as weekly
from workbook.sheets.profiles import PROFILES

from .settings import Settings
from .tickets import plain_number, problem_class
from .weekly_figures import Rules, Values, criterion

LONGEST_CRITERION = 200  # characters; a condition of COUNTIFS has room for 255


def type_words(settings: Settings) -> list[tuple[str, str]]:
    """The words of 问题类型 with the class each is read as, for the formulas that follow an edit; no two of them that
    COUNTIFS could take for each other."""
    known: dict[str, tuple[str, str]] = {}
    for word in settings.vocabularies.words("问题类型"):
        read = settings.vocabularies.resolve("问题类型", word)[0]
        if read is not None and len(word) <= LONGEST_CRITERION:
            known.setdefault(plain_number(word), (word, problem_class(settings, read)))
    return list(known.values())[: weekly.LIVE_WORDS]


def live_figures(rules: Rules, words: Sequence[tuple[str, str]]) -> Values:
    """What the formulas need to follow an edit; nothing has been edited yet."""
    values: Values = dict.fromkeys((f"即时新评_{week}" for week in ("本周", "上周")), 0)
    values["即时_说明"] = weekly.LIVE_NOTE
    for n in range(1, weekly.LIVE_WORDS + 1):
        word, group = words[n - 1] if n <= len(words) else ("", None)
        values |= {f"即时词{n}_条件": criterion(word), f"即时词{n}_类": group}
        values |= {f"即时词{n}_本周": 0, f"即时词{n}_上周": 0}
    asked, weights = PROFILES[rules.main_profile].dimensions, dict(rules.weights)
    for n in range(1, weekly.DIMENSION_ROWS + 1):
        weight = weights.get(asked[n - 1].label, 0) if n <= len(asked) else 0
        values |= {f"即时维度{n}_权重": weight, f"即时维度{n}_本周": 0, f"即时维度{n}_上周": 0}
    return values
