"""Bounds on totals: they hold the truth, and nothing tighter is true."""

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from hotline.statistics.constraints import Contradiction, Fact, Knowledge
from hotline.statistics.tables import Series

OPENED = date(2027, 1, 1)
DAYS = 12
MORE_THAN_ANY = 10_000

C, R, P, D, X = Series.CONTACTS, Series.REPLIES, Series.PLANNED, Series.COMPLETED, Series.CLOSINGS


def day(n: int) -> date:
    return OPENED + timedelta(days=n)


def fact(series: Series, start: int, end: int, low: int, high: int | None = None) -> Fact:
    return Fact(series, day(start), day(end), low, high)


def test_nothing_limits_what_nothing_is_known_of() -> None:
    assert Knowledge([], OPENED).possible(C, day(0), day(7)) == (0, None)


def test_before_the_opening_there_was_nothing() -> None:
    knowledge = Knowledge([fact(C, -3, 4, 5, 7)], OPENED)

    assert knowledge.possible(C, day(-3), day(0)) == (0, 0)
    assert knowledge.possible(C, day(0), day(4)) == (5, 7)


def test_a_part_is_bounded_by_the_whole_less_the_other_parts() -> None:
    knowledge = Knowledge([fact(C, 0, 10, 20, 24), fact(C, 0, 4, 8, 12), fact(C, 7, 10, 5, 7)], OPENED)

    assert knowledge.possible(C, day(4), day(7)) == (1, 11)


def test_periods_that_overlap_bound_each_other() -> None:
    knowledge = Knowledge([fact(C, 0, 7, 50, 54), fact(C, 5, 12, 0, 4)], OPENED)

    assert knowledge.possible(C, day(0), day(5)) == (46, 54)
    assert knowledge.possible(C, day(0), day(12)) == (50, 58)


def test_every_first_reply_had_a_contact_before_and_every_completion_a_plan() -> None:
    replies = Knowledge([fact(C, 0, 5, 8, 12), fact(R, 0, 5, 3, 4), fact(R, 5, 8, 5, None)], OPENED)
    completions = Knowledge([fact(P, 0, 5, 0, 4), fact(D, 0, 5, 0, 4)], OPENED)

    assert replies.possible(R, day(0), day(5)) == (3, 4)
    assert replies.possible(C, day(0), day(8)) == (8, None)
    assert Knowledge([fact(C, 0, 5, 5, 7)], OPENED).possible(R, day(1), day(5)) == (0, 7)
    assert completions.possible(D, day(0), day(5)) == (0, 4)
    assert Knowledge([fact(D, 2, 5, 10, 12)], OPENED).possible(P, day(0), day(5)) == (10, None)


@pytest.mark.parametrize("series", [X, P, D])
def test_what_comes_after_a_contact_says_only_that_there_was_one(series: Series) -> None:
    assert Knowledge([fact(series, 2, 5, 40, 44)], OPENED).possible(C, day(0), day(5)) == (1, None)
    assert Knowledge([fact(series, 2, 5, 0, 4)], OPENED).possible(C, day(0), day(5)) == (0, None)


def test_facts_that_no_counts_fit_are_told() -> None:
    knowledge = Knowledge([fact(C, 0, 4, 10, 12), fact(C, 0, 7, 5, 7)], OPENED)

    with pytest.raises(Contradiction):
        knowledge.possible(C, day(0), day(4))


@st.composite
def truths(draw: st.DrawFn) -> tuple[dict[Series, list[int]], list[Fact]]:
    """Counts by day that keep the rules, and facts that are true of them."""
    contacts = draw(st.lists(st.integers(0, 9), min_size=DAYS, max_size=DAYS))
    counts = {C: contacts, R: [n // 2 for n in contacts], P: contacts, D: [0, *contacts[:-1]]}
    facts = []
    for _ in range(draw(st.integers(1, 7))):
        series = draw(st.sampled_from(sorted(counts)))
        start, end = sorted(draw(st.lists(st.integers(0, DAYS), min_size=2, max_size=2, unique=True)))
        n = sum(counts[series][start:end])
        low = n - draw(st.integers(0, min(n, 4)))
        high = draw(st.one_of(st.none(), st.integers(n, n + 4)))
        facts.append(fact(series, start, end, low, high))
    return counts, facts


def optimum(facts: list[Fact], series: Series, start: int, end: int, sign: int) -> int:
    """The least (sign 1) or greatest (sign -1) number by an integer solver, with a variable per day."""
    place = {one: DAYS * n for n, one in enumerate((C, R, P, D))}

    def total(one: Series, first: int, last: int) -> np.ndarray:
        row = np.zeros(DAYS * len(place))
        row[place[one] + first : place[one] + last] = 1
        return row

    rows = [(total(f.series, (f.start - OPENED).days, (f.end - OPENED).days), f.low, f.high) for f in facts]
    for fewer, more in ((R, C), (D, P)):
        rows += [(total(more, 0, n) - total(fewer, 0, n), 0, None) for n in range(1, DAYS + 1)]
    for one in (P, D):
        ends = {(f.end - OPENED).days for f in facts if f.series is one and f.low > 0}
        rows += [(total(C, 0, n), 1, None) for n in ends]
    answer = milp(
        sign * total(series, start, end),
        integrality=np.ones(DAYS * len(place), int),
        bounds=Bounds(0, MORE_THAN_ANY),
        constraints=LinearConstraint(
            np.array([row for row, _, _ in rows]),
            [low for _, low, _ in rows],
            [np.inf if high is None else high for *_, high in rows],
        ),
    )
    assert answer.fun is not None
    found: float = sign * answer.fun
    return round(found)


@settings(max_examples=60, deadline=None)
@given(
    truths(),
    st.sampled_from((C, R, P, D)),
    st.lists(st.integers(0, DAYS), min_size=2, max_size=2, unique=True),
)
def test_bounds_are_those_of_an_integer_solver_and_hold_the_truth(
    truth: tuple[dict[Series, list[int]], list[Fact]], series: Series, days: list[int]
) -> None:
    counts, facts = truth
    start, end = sorted(days)

    least, most = Knowledge(facts, OPENED).possible(series, day(start), day(end))

    assert least <= sum(counts[series][start:end])
    assert least == optimum(facts, series, start, end, 1)
    greatest = optimum(facts, series, start, end, -1)
    assert most == greatest if greatest < MORE_THAN_ANY else most is None
