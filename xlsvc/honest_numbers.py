"""What a small number can say: how sure a share is, and whether a difference is more than chance.

Nothing here assumes many answers. Shares have Wilson's interval; two shares are compared by Fisher's exact test, two
means of scores by shuffling the answers over both sides, every way where that can be counted and many seeded ways where
it cannot. None of them raises a false alarm more often than it says (tests/xlsvc/test_honest_numbers.py counts that).
Several differences on one page are judged together, else one in twenty would be coloured for nothing (requirements §6).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

CONFIDENCE, ALPHA = 0.95, 0.05
PRIOR_ANSWERS = 5
"""So many answers at the overall mean are added to a group's own before groups are put in order."""

FEW = "样本少(n={n})"
WAYS = 200_000
"""Ways of sharing out the answers that are counted one by one; beyond, so many are drawn:"""
DRAWS, SEED = 20_000, 27922
_TIE = 1e-9  # sums that differ by less are the same: scores have two decimals
_SAME = 1 + 1e-7  # the same for probabilities, as Fisher's test counts them


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, both fractions of one (of a difference: from -1)."""

    low: float
    high: float

    def excludes(self, value: float) -> bool:
        return not self.low <= value <= self.high


@dataclass(frozen=True)
class Difference:
    """`value` is the second minus the first, unrounded; `p` how often chance alone gives one as large, either way."""

    value: float
    p: float
    n: tuple[int, int]

    @property
    def beyond_chance(self) -> bool:
        """Judged by itself; for several on one page use `beyond_chance`."""
        return self.p <= ALPHA


def size_note(n: int, few: int) -> str:
    """“n=12”, or “样本少(n=3)” where there are fewer than `few`."""
    return FEW.format(n=n) if n < few else f"n={n}"


def wilson(hits: int, n: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Wilson's score interval of the share hits / n; None where n is 0. Raises ValueError for impossible counts."""
    _check(hits, n)
    if not n:
        return None
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    middle = (hits + z2 / 2) / (n + z2)
    half = math.sqrt(z2 * (hits * (n - hits) / n + z2 / 4)) / (n + z2)
    low = 0.0 if hits == 0 else middle - half  # the formula's own value, but for the last digits
    high = 1.0 if hits == n else middle + half
    return Interval(max(low, 0.0), min(high, 1.0))


def share_difference(first: tuple[int, int], second: tuple[int, int]) -> Difference | None:
    """Two shares, each (hits, n), compared by Fisher's exact test, two-sided: the sum of all tables as likely as the one
    seen or less. None where a side has no answers."""
    (a, n1), (c, n2) = first, second
    _check(a, n1)
    _check(c, n2)
    if not n1 or not n2:
        return None
    hits = a + c
    possible = np.arange(max(0, hits - n2), min(hits, n1) + 1)
    logs = _log_factorials(n1 + n2)
    weight = -(logs[possible] + logs[n1 - possible] + logs[hits - possible] + logs[n2 - hits + possible])
    chance = np.exp(weight - weight.max())
    p = chance[chance <= chance[a - possible[0]] * _SAME].sum() / chance.sum()
    return Difference(c / n2 - a / n1, min(float(p), 1.0), (n1, n2))


def share_difference_interval(
    first: tuple[int, int], second: tuple[int, int], confidence: float = CONFIDENCE
) -> Interval | None:
    """The interval of second minus first by Newcombe's hybrid of two Wilson intervals (his method 10); None where a side
    has no answers."""
    one, two = wilson(*first, confidence), wilson(*second, confidence)
    if one is None or two is None:
        return None
    p1, p2 = first[0] / first[1], second[0] / second[1]
    below = math.hypot(p2 - two.low, one.high - p1)
    above = math.hypot(two.high - p2, p1 - one.low)
    return Interval(p2 - p1 - below, p2 - p1 + above)


def mean_difference(first: Sequence[float], second: Sequence[float]) -> Difference | None:
    """Two means of scores, compared by shuffling the answers over both sides; nothing is assumed of how scores lie,
    and every tie counts. None where a side has no answers. The same answers give the same p each time."""
    one, two = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    n1, n2 = len(one), len(two)
    if not n1 or not n2:
        return None
    seen = float(two.mean() - one.mean())
    values, codes = np.unique(np.round(np.concatenate([one, two]), 6), return_inverse=True)
    counts = np.bincount(codes, minlength=len(values))
    expected = n1 * float((counts * values).sum()) / (n1 + n2)
    off = abs(float(values[codes[:n1]].sum()) - expected) - _TIE * (n1 + n2)
    return Difference(seen, _shuffled(values, counts, n1, expected, off), (n1, n2))


def beyond_chance(ps: Sequence[float], alpha: float = ALPHA) -> list[bool]:
    """Which of several differences on one page are more than chance: by Holm's method, so that the whole page raises a
    false alarm at most that often."""
    order = sorted(range(len(ps)), key=lambda place: ps[place])
    found = [False] * len(ps)
    for rank, place in enumerate(order):
        if ps[place] > alpha / (len(ps) - rank):
            break
        found[place] = True
    return found


def shrunk_mean(mean: float, n: int, overall: float, prior: float = PRIOR_ANSWERS) -> float:
    """A group's mean drawn towards the overall one as if `prior` answers of that had been added: (n·x̄ + m·μ) / (n + m).
    Only for putting groups in order, never shown as their score."""
    if n < 0 or prior < 0 or n + prior == 0:
        raise ValueError(f"{n} answers and {prior} prior ones")
    return (n * mean + prior * overall) / (n + prior) if n else overall


def _check(hits: int, n: int) -> None:
    if not 0 <= hits <= n:
        raise ValueError(f"{hits} of {n} is no share")


@lru_cache(maxsize=8)
def _log_factorials(n: int) -> npt.NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, n + 1, dtype=float)))])


def _shuffled(
    values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64], n1: int, expected: float, off: float
) -> float:
    """How often the first side's sum is at least `off` from `expected` when the answers are dealt out anew."""
    most = np.minimum(counts, n1)
    if math.prod(int(m) + 1 for m in most) <= WAYS:
        return _counted(values, counts, most, n1, expected, off)
    draws = np.random.default_rng(SEED).multivariate_hypergeometric(
        counts, n1, size=DRAWS, method="marginals"
    )
    as_far = int((np.abs(draws @ values - expected) >= off).sum())
    return (as_far + 1) / (DRAWS + 1)


def _counted(
    values: npt.NDArray[np.float64],
    counts: npt.NDArray[np.int64],
    most: npt.NDArray[np.int64],
    n1: int,
    expected: float,
    off: float,
) -> float:
    """The same, every way of dealing counted with its weight."""
    logs = _log_factorials(int(counts.sum()))
    taken, sums, weights = np.zeros(1, dtype=int), np.zeros(1), np.zeros(1)
    left = int(most.sum())
    for value, count, top in zip(values, counts, most, strict=True):
        left -= int(top)
        some = np.arange(top + 1)
        weight = logs[count] - logs[some] - logs[count - some]
        taken = (taken[:, None] + some).ravel()
        sums = (sums[:, None] + some * value).ravel()
        weights = (weights[:, None] + weight).ravel()
        keep = (taken <= n1) & (taken + left >= n1)
        taken, sums, weights = taken[keep], sums[keep], weights[keep]
    chance = np.exp(weights - weights.max())
    return min(float(chance[np.abs(sums - expected) >= off].sum() / chance.sum()), 1.0)
