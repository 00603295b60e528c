"""Deciding: by printed numbers alone, and with no table that narrows a cell."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.statistics.constraints import Fact, Knowledge
from hotline.statistics.disclosure import MARGIN, Decision, Withheld, decide, learned, rule_for
from hotline.statistics.tables import TOPICS_EACH, Candidate, Kind, Released, Replies, Series, known, shown
from tests.statistics.solver import VALUES, Attacker

FEBRUARY = (date(2027, 2, 1), date(2027, 3, 1))  # from a Monday to a Sunday
MARCH = (date(2027, 3, 1), date(2027, 4, 1))
LONG_AGO = date(2026, 1, 1)
WEEK = timedelta(days=7)


def week(n: int) -> tuple[date, date]:
    """The nth week from the beginning of February on."""
    return FEBRUARY[0] + n * WEEK, FEBRUARY[0] + (n + 1) * WEEK


def contacts(n: int, count: int) -> Candidate:
    return Candidate(Kind.CONTACTS, *week(n), {"contacts": count})


def table(kind: Kind, *counts: int, span: tuple[date, date] = FEBRUARY) -> Candidate:
    return Candidate(kind, *span, {str(place): count for place, count in enumerate(counts)})


def decisions(*candidates: Candidate, opened: date = LONG_AGO) -> list[Decision]:
    history: list[Decision] = []
    for candidate in candidates:
        history.append(decide(candidate, history, opened=opened))
    return history


def levels(*counts: int) -> Candidate:
    cells = {str(place): count for place, count in enumerate(counts)}
    return Candidate(Kind.LEVEL, *FEBRUARY, cells, {label: Replies(n, (n,)) for label, n in cells.items()})


QUIET = [contacts(n, 4) for n in range(4)]  # "fewer than 5" each, so 0 to 16 contacts in February


def test_a_table_alone_is_released_as_printed() -> None:
    candidate = table(Kind.AUDIENCE, 3, 12, 0)

    assert decide(candidate, [], opened=LONG_AGO) == candidate.printed()


def test_what_would_fix_the_total_is_withheld() -> None:
    """Three times 5 is at least 15 contacts of at most 16: each week would be 3 or 4."""
    *weeks, audience = decisions(*QUIET, table(Kind.AUDIENCE, 5, 5, 6, 0, 0))

    assert all(isinstance(one, Released) for one in weeks)
    assert audience == Withheld(Kind.AUDIENCE, *FEBRUARY, at_least=13)


def test_what_withholding_says_is_true_of_a_harmless_table_too() -> None:
    """15, or 10 and 5, is at least 13: harmless, and withheld so that withholding says 13 and not 15."""
    for counts in ((13, 0, 0, 1, 0), (8, 5, 0, 0, 0)):
        *_, audience = decisions(*QUIET, table(Kind.AUDIENCE, *counts))

        assert audience == Withheld(Kind.AUDIENCE, *FEBRUARY, at_least=13)

    *_, audience = decisions(*QUIET, table(Kind.AUDIENCE, 12, 1, 1, 1, 1))
    assert isinstance(audience, Released)


def test_a_table_that_makes_the_most_too_small_is_withheld() -> None:
    """At most 14 contacts, of which the weeks hold at least 13, would leave two values."""
    weeks = [contacts(0, 8), contacts(1, 5), contacts(2, 0), contacts(3, 0)]

    *_, language = decisions(*weeks, table(Kind.LANGUAGE, 7, 6))

    assert language == Withheld(Kind.LANGUAGE, *FEBRUARY, at_most=16)


def test_topics_are_withheld_where_they_ask_for_nearly_all_contacts() -> None:
    *_, topic = decisions(*QUIET, table(Kind.TOPIC, 15, 2, 1))
    *_, harmless = decisions(*QUIET, table(Kind.TOPIC, 12, 2, 1))

    assert topic == Withheld(Kind.TOPIC, *FEBRUARY, at_least=13)
    assert isinstance(harmless, Released)


def test_where_the_total_is_nearly_known_every_table_is_withheld() -> None:
    knowledge = Knowledge([Fact(Series.CONTACTS, *FEBRUARY, 4, 8)], LONG_AGO)
    one_cell = table(Kind.CONTACTS, 6).printed()

    assert rule_for(one_cell, knowledge).always
    assert rule_for(one_cell, knowledge).apply(one_cell) == Withheld(Kind.CONTACTS, *FEBRUARY)


def test_an_outcome_may_not_tell_that_anybody_wrote_where_at_most_two_did() -> None:
    few = Withheld(Kind.AUDIENCE, *FEBRUARY, at_most=2)

    for count in (0, 50):
        outcome = decide(table(Kind.OUTCOME, count, 0), [few], opened=FEBRUARY[0])

        assert outcome == Withheld(Kind.OUTCOME, *FEBRUARY)
    assert isinstance(decide(table(Kind.OUTCOME, 50, 0), [few], opened=LONG_AGO), Released)


def test_replies_are_bounded_by_the_contacts_that_there_were() -> None:
    history = decisions(*QUIET, opened=FEBRUARY[0])
    replies = Released(Kind.LEVEL, *FEBRUARY, {"P1": 5, "P2": 5, "P3": 5, "P4": 0})

    assert rule_for(replies, learned(history, FEBRUARY[0])).apply(replies) == Withheld(
        Kind.LEVEL, *FEBRUARY, at_least=13
    )


kinds = {Kind.AUDIENCE: 3, Kind.LANGUAGE: 2, Kind.TOPIC: 3}


def split(draw: st.DrawFn, total: int, cells: int) -> list[int]:
    ends = sorted(draw(st.integers(0, total)) for _ in range(cells - 1))
    return [b - a for a, b in pairwise((0, *ends, total))]


@st.composite
def tables(draw: st.DrawFn) -> list[Candidate]:
    """Tables of the first, quiet weeks of a line, true of some contacts, in any order."""
    days = draw(st.lists(st.integers(0, 3), min_size=42, max_size=42))
    weeks = draw(st.lists(st.integers(0, 5), max_size=6, unique=True))
    made = [contacts(n, sum(days[7 * n : 7 * n + 7])) for n in weeks]
    for kind in draw(st.lists(st.sampled_from(sorted(kinds)), min_size=1, max_size=3, unique=True)):
        start, end = draw(st.sampled_from([(0, 28), (10, 38), (28, 42)]))
        total = sum(days[start:end])
        if kind is Kind.TOPIC:
            cells = [draw(st.integers(0, total)) for _ in range(kinds[kind])]
        else:
            cells = split(draw, total, kinds[kind])
        span = (FEBRUARY[0] + timedelta(days=start), FEBRUARY[0] + timedelta(days=end))
        made.append(table(kind, *cells, span=span))
    most = sum(days[:28])
    if most and draw(st.booleans()):
        made.append(levels(*split(draw, draw(st.integers(0, most)), 2)))
        planned = draw(st.integers(0, 9))
        made.append(table(Kind.PLANNED, planned))
        made.append(table(Kind.COMPLETED, draw(st.integers(0, planned))))
    return draw(st.permutations(made))


def cell_range(released: Released, label: str, knowledge: Knowledge) -> range:
    """The values of a cell by the formula in `disclosure`."""
    cell = known(released.cells[label])
    least, most = knowledge.possible(released.kind.series, released.start, released.end)
    low, high = released.total()
    top = cell[-1] if most is None else min(cell[-1], cell[0] + most - low)
    if high is not None:
        return range(max(cell[0], cell[-1] - (high - least)), top + 1)
    if most is None:
        return cell
    others = sum(known(printed)[0] for other, printed in released.cells.items() if other != label)
    return range(cell[0], min(cell[-1], most, TOPICS_EACH * most - others) + 1)


@pytest.mark.thorough
@settings(max_examples=25, deadline=None)
@given(tables())
def test_the_values_of_a_cell_are_those_of_an_integer_solver(candidates: list[Candidate]) -> None:
    """Everything released, however much it gives away."""
    released = [candidate.printed() for candidate in candidates]
    knowledge = learned(released, FEBRUARY[0])
    attacker = Attacker(released, FEBRUARY[0])

    for place, one in enumerate(released):
        for label, printed in one.cells.items():
            values = cell_range(one, label, knowledge)

            assert values
            assert {n for n in known(printed) if attacker.is_possible((place, label), n)} == set(values)


@settings(max_examples=150, deadline=None)
@given(tables())
def test_a_cell_is_narrowed_exactly_when_a_total_comes_too_near_an_end(candidates: list[Candidate]) -> None:
    """The comparison of two numbers stands for looking at every cell of every table."""
    released: list[Released] = []
    for one in (candidate.printed() for candidate in candidates):
        knowledge = learned(released, FEBRUARY[0])
        low, high = one.total()
        least, most = knowledge.possible(one.kind.series, one.start, one.end)
        near = (most is not None and low > most - MARGIN) or (high is not None and high < least + MARGIN)
        after = learned([*released, one], FEBRUARY[0])
        every = [cell_range(table, label, after) for table in (*released, one) for label in table.cells]

        assert (min(map(len, every)) < VALUES) == near
        if near:
            assert isinstance(rule_for(one, knowledge).apply(one), Withheld)
            return
        released.append(one)


@settings(max_examples=80, deadline=None)
@given(tables(), st.data())
def test_counts_that_print_alike_are_decided_alike(candidates: list[Candidate], data: st.DataObject) -> None:
    history = decisions(*candidates, opened=FEBRUARY[0])
    alike = [
        other(one, {label: data.draw(st.sampled_from(known(shown(n)))) for label, n in one.cells.items()})
        for one in candidates
    ]

    assert decisions(*alike, opened=FEBRUARY[0]) == history


def other(one: Candidate, cells: Mapping[str, int]) -> Candidate:
    replies = {label: Replies(n, (n,)) for label, n in cells.items() if label in one.replies}
    return Candidate(one.kind, one.start, one.end, cells, replies)


@settings(max_examples=80, deadline=None)
@given(tables())
def test_after_any_decisions_every_total_keeps_three_values(candidates: list[Candidate]) -> None:
    history = decisions(*candidates, opened=FEBRUARY[0])
    knowledge = learned(history, FEBRUARY[0])

    for one in history:
        least, most = knowledge.possible(one.kind.series, one.start, one.end)
        assert most is None or most - least >= MARGIN


def test_kinds_that_divide_nothing_in_common_do_not_matter_to_each_other() -> None:
    history = decisions(table(Kind.OUTCOME, 16, 2), table(Kind.PLANNED, 15), *QUIET)

    assert history[2:] == decisions(*QUIET)
