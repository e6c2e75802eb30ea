"""Intervals and chance tests against published values, against counting by hand, and their false alarms."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xlsvc.honest_numbers import (
    ALPHA,
    beyond_chance,
    mean_difference,
    share_difference,
    share_difference_interval,
    shrunk_mean,
    size_note,
    wilson,
)

WILSON = (
    # hits, n, low %, high %: requirements §6; the last from Newcombe 1998, table I, method 3
    (1, 1, 20.7, 100.0),
    (3, 3, 43.9, 100.0),
    (9, 10, 59.6, 98.2),
    (45, 50, 78.6, 95.7),
    (0, 20, 0.0, 16.1),
    (15, 148, 6.2, 16.0),
    (81, 263, 25.5, 36.6),
)  # fmt: skip


@pytest.mark.parametrize(("hits", "n", "low", "high"), WILSON)
def test_wilson_is_the_published_interval(hits: int, n: int, low: float, high: float) -> None:
    found = wilson(hits, n)
    assert found is not None
    assert (round(found.low * 100, 1), round(found.high * 100, 1)) == (low, high)


def test_no_answers_have_no_interval_and_no_difference() -> None:
    assert wilson(0, 0) is None
    assert share_difference((0, 0), (3, 4)) is None
    assert share_difference_interval((1, 2), (0, 0)) is None
    assert mean_difference([], [5]) is None
    for hits, n in ((4, 3), (-1, 3)):
        with pytest.raises(ValueError, match="is no share"):
            wilson(hits, n)


@given(st.integers(1, 400), st.data())
@settings(max_examples=100, deadline=None)
def test_an_interval_holds_its_share_and_mirrors(n: int, data: st.DataObject) -> None:
    hits = data.draw(st.integers(0, n))
    found, mirrored = wilson(hits, n), wilson(n - hits, n)
    assert found is not None
    assert mirrored is not None
    assert 0 <= found.low <= hits / n <= found.high <= 1
    assert found.low == pytest.approx(1 - mirrored.high, abs=1e-12)


FISHER = (
    # table of hits and misses of both sides, p two-sided
    ((3, 1), (1, 3), 0.48571),  # Fisher's tea
    ((8, 2), (1, 5), 0.03497),
    ((1, 9), (11, 3), 0.00276),
    ((10, 0), (5, 5), 0.03251),
    ((4, 0), (4, 0), 1.0),
)  # fmt: skip


@pytest.mark.parametrize(("first", "second", "p"), FISHER)
def test_fishers_test_gives_the_published_p(
    first: tuple[int, int], second: tuple[int, int], p: float
) -> None:
    found = share_difference((first[0], sum(first)), (second[0], sum(second)))
    assert found is not None
    assert round(found.p, 5) == p
    assert found.value == second[0] / sum(second) - first[0] / sum(first)


def test_newcombes_example() -> None:
    found = share_difference_interval((48, 80), (56, 70))
    assert found is not None
    assert (round(found.low, 4), round(found.high, 4)) == (0.0524, 0.3339)
    assert found.excludes(0)
    widest = share_difference_interval((0, 10), (10, 10))
    assert widest is not None
    assert (round(widest.low, 4), widest.high) == (0.6075, 1.0)


def by_hand(first: list[float], second: list[float]) -> float:
    """Every way of dealing the answers out, one by one, in exact numbers."""
    pooled = [Fraction(str(value)) for value in first + second]
    expected = Fraction(sum(pooled) * len(first), len(pooled))
    seen = abs(sum(pooled[: len(first)]) - expected)
    ways = [
        abs(sum(pooled[i] for i in part) - expected) >= seen
        for part in combinations(range(len(pooled)), len(first))
    ]
    return sum(ways) / len(ways)


@given(
    st.lists(st.sampled_from([1, 2, 3, 4, 5, 4.45, 3.5]), min_size=1, max_size=6),
    st.lists(st.sampled_from([1, 2, 3, 4, 5, 4.45, 3.5]), min_size=1, max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_means_are_compared_as_if_every_shuffle_were_written_out(
    first: list[float], second: list[float]
) -> None:
    found = mean_difference(first, second)
    assert found is not None
    assert found.p == pytest.approx(by_hand(first, second), abs=1e-9)


def test_few_answers_prove_little_and_many_prove_much() -> None:
    three = mean_difference([5, 5, 5], [1, 1, 1])
    assert three is not None
    assert (three.value, three.p) == (-4.0, pytest.approx(0.1)), (
        "three against three can never be beyond chance"
    )
    assert not three.beyond_chance
    four = mean_difference([5, 5, 5, 5], [1, 1, 1, 1])
    assert four is not None
    assert four.p == pytest.approx(2 / math.comb(8, 4))
    assert four.beyond_chance
    many = mean_difference([5, 4] * 300, [4, 3] * 300)
    assert many is not None
    assert many.p < 0.001
    assert mean_difference([5, 4] * 300, [4, 3] * 300) == many, "the same answers, the same p"


def test_a_drawn_p_is_near_the_counted_one() -> None:
    rng = np.random.default_rng(3)
    for _ in range(5):
        first, second = rng.integers(1, 6, 9), rng.integers(2, 6, 11)
        counted = mean_difference(first.tolist(), second.tolist())
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("xlsvc.honest_numbers.WAYS", 0)
            drawn = mean_difference(first.tolist(), second.tolist())
        assert counted is not None
        assert drawn is not None
        assert drawn.p == pytest.approx(counted.p, abs=0.015)


@pytest.mark.parametrize(("n1", "n2"), [(3, 3), (5, 5), (10, 10), (4, 20), (30, 30)])
def test_fishers_false_alarms_are_counted_exactly(n1: int, n2: int) -> None:
    """Every pair of counts with its probability, for true shares from 5 % to 95 %: at most one alarm in twenty."""
    ps = np.array([[_p(a, n1, c, n2) for c in range(n2 + 1)] for a in range(n1 + 1)])
    for share in np.arange(0.05, 1, 0.05):
        chance = np.outer(_binomial(n1, share), _binomial(n2, share))
        assert chance[ps <= ALPHA].sum() <= ALPHA


def _p(a: int, n1: int, c: int, n2: int) -> float:
    found = share_difference((a, n1), (c, n2))
    assert found is not None
    return found.p


def _binomial(n: int, share: float) -> np.ndarray:
    return np.array([math.comb(n, k) * share**k * (1 - share) ** (n - k) for k in range(n + 1)])


@pytest.mark.parametrize(("n1", "n2", "runs"), [(3, 4, 800), (8, 8, 800), (5, 25, 400), (40, 30, 60)])
@pytest.mark.parametrize("scores", [(0.02, 0.03, 0.1, 0.25, 0.6), (0.2, 0.2, 0.2, 0.2, 0.2)])
def test_false_alarms_of_means_by_simulation(n1: int, n2: int, runs: int, scores: tuple[float, ...]) -> None:
    """Both sides drawn from the same scores: an alarm in at most one run of twenty, within three standard errors."""
    rng = np.random.default_rng(11)
    alarms = 0
    for _ in range(runs):
        first, second = rng.choice(5, n1, p=scores) + 1, rng.choice(5, n2, p=scores) + 1
        found = mean_difference(first.tolist(), second.tolist())
        assert found is not None
        alarms += found.beyond_chance
    assert alarms / runs <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / runs)


def test_a_page_of_differences_is_judged_together() -> None:
    assert beyond_chance([0.04, 0.03, 0.6]) == [False, False, False], "each alone would be coloured"
    assert beyond_chance([0.001, 0.04, 0.02]) == [True, True, True], "Holm: 0.05/3, 0.05/2, 0.05"
    assert beyond_chance([0.02, 0.001, 0.03]) == [True, True, True]
    assert beyond_chance([0.02, 0.06, 0.001]) == [True, False, True]
    assert beyond_chance([0.03, 0.04, 0.001]) == [False, False, True], (
        "0.03 is above 0.05/2, and there it stops"
    )
    assert beyond_chance([]) == []
    rng = np.random.default_rng(5)
    pages = [any(beyond_chance(rng.random(10).tolist())) for _ in range(2000)]
    assert np.mean(pages) <= ALPHA + 3 * math.sqrt(ALPHA * (1 - ALPHA) / 2000)


@pytest.mark.parametrize(
    ("mean", "n", "overall", "wanted"),
    [(5, 1, 4, 25 / 6), (5, 5, 4, 4.5), (5, 95, 4, 4.95), (1, 0, 4, 4.0)],
)
def test_a_group_is_drawn_towards_the_overall_mean(
    mean: float, n: int, overall: float, wanted: float
) -> None:
    assert shrunk_mean(mean, n, overall) == pytest.approx(wanted)


def test_the_size_stands_beside_every_number() -> None:
    assert [size_note(n, 5) for n in (0, 3, 4, 5, 12)] == [
        "样本少(n=0)",
        "样本少(n=3)",
        "样本少(n=4)",
        "n=5",
        "n=12",
    ]


def test_large_counts_take_no_time() -> None:
    found = share_difference((24_000, 50_000), (25_000, 50_000))
    assert found is not None
    assert found.p == pytest.approx(2.6e-10, rel=0.2)
