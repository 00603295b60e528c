"""What is printed, and what it leaves open."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.statistics.tables import (
    SHARES,
    Candidate,
    Kind,
    Released,
    Replies,
    Times,
    known,
    shown,
    shown_times,
)

MARCH = (date(2027, 3, 1), date(2027, 4, 1))


@pytest.mark.parametrize(
    ("n", "printed", "means"),
    [
        (0, 0, (0, 4)),
        (4, 0, (0, 4)),
        (5, 5, (5, 7)),
        (7, 5, (5, 7)),
        (8, 10, (8, 12)),
        (12, 10, (8, 12)),
        (13, 15, (13, 17)),
        (998, 1000, (998, 1002)),
    ],
)
def test_below_five_is_not_told_apart_and_the_rest_is_rounded(
    n: int, printed: int, means: tuple[int, int]
) -> None:
    assert shown(n) == printed
    assert (known(printed)[0], known(printed)[-1]) == means


@settings(deadline=None)
@given(st.integers(0, 10_000))
def test_a_printed_number_means_exactly_the_counts_that_print_so(n: int) -> None:
    around = range(max(0, n - 9), n + 10)

    assert [m for m in around if shown(m) == shown(n)] == list(known(shown(n)))
    assert len(known(shown(n))) >= 3


def test_a_table_bounds_its_total_and_topics_only_from_below() -> None:
    cells = {"a": 0, "b": 5, "c": 20}

    assert Released(Kind.AUDIENCE, *MARCH, cells).total() == (0 + 5 + 18, 4 + 7 + 22)
    assert Released(Kind.TOPIC, *MARCH, cells).total() == (18, None)
    assert Released(Kind.TOPIC, *MARCH, dict.fromkeys("abcdefg", 10)).total() == (19, None)


def test_a_table_of_nothing_or_with_foreign_times_is_refused() -> None:
    replies = {"P1": Replies(1, (1, 1))}

    for kind, cells, times in (
        (Kind.AUDIENCE, {}, {}),
        (Kind.AUDIENCE, {"student": -1}, {}),
        (Kind.AUDIENCE, {"P1": 2}, replies),
        (Kind.LEVEL, {"P1": 2}, {}),
        (Kind.LEVEL, {"P1": 3}, replies),
    ):
        with pytest.raises(ValueError, match=r"A table has|Times belong"):
            Candidate(kind, *MARCH, cells, times)
    with pytest.raises(ValueError, match="A table has"):
        Candidate(Kind.AUDIENCE, MARCH[1], MARCH[0], {"student": 2})


def test_what_is_printed_of_a_candidate_holds_no_true_count() -> None:
    replies = {"P3": Replies(17, (2, 10, 5, 2, 2)), "P4": Replies(8, (9, 8, 0, 0, 0))}
    table = Candidate(Kind.LEVEL, *MARCH, {"P3": 21, "P4": 17}, replies)

    assert table.printed() == Released(
        Kind.LEVEL, *MARCH, {"P3": 20, "P4": 15}, {"P3": Times(share=2, median=1, ninetieth=3)}
    )


def test_times_of_no_replies_are_not_printed() -> None:
    assert shown_times(Replies(0, (0, 0))) is None


def reached(within: int, n: int) -> int:
    times = shown_times(Replies(within, (n,)))
    assert times is not None
    return times.share


@pytest.mark.parametrize("base", range(20, 125, 5))
def test_a_share_leaves_three_values_for_those_within_and_beyond_the_target(base: int) -> None:
    """Even if other tables leave but three of the five counts that the base may be."""
    for first in known(base)[:-2]:
        pairs = [(k, n) for n in range(first, first + 3) for k in range(n + 1)]
        for share in range(len(SHARES) + 1):
            fitting = [(k, n) for k, n in pairs if reached(k, n) == share]

            assert {n for _, n in fitting} == set(range(first, first + 3))
            assert len({k for k, _ in fitting}) >= 3
            assert len({n - k for k, n in fitting}) >= 3


def histograms(ns: range, buckets: int) -> Iterator[tuple[int, ...]]:
    for counts in product(range(ns[-1] + 1), repeat=buckets - 1):
        yield from ((*counts, n - sum(counts)) for n in ns if n >= sum(counts))


@pytest.mark.parametrize("target", range(4))
@pytest.mark.parametrize("first", [18, 19, 20])
def test_median_and_ninetieth_say_no_more_of_any_bucket(target: int, first: int) -> None:
    """Also for who knows that the target is the end of a bucket, so that both speak of the same replies."""
    ns = range(first, first + 3)
    possible: dict[Times | None, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for counts in histograms(ns, 4):
        within = sum(counts[: target + 1])
        values = possible[shown_times(Replies(within, counts))]
        values["n"].add(sum(counts))
        values["beyond"].add(sum(counts) - within)
        for place, count in enumerate(counts):
            values[f"bucket {place}"].add(count)
    if target == 3:  # then nobody is ever late, and the share says so to everybody
        for values in possible.values():
            assert values.pop("beyond") == {0}

    assert None not in possible
    assert [values for values in possible.values() if min(map(len, values.values())) < 3] == []
