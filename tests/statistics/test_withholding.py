"""A reader who knows the rule itself: every small world is tried, and compared with those that look alike.

The solver of `test_attacker` is given what withholding says. Here nothing is given: two worlds look alike
when the same tables are printed and the same ones are missing, whatever the reason.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import combinations_with_replacement, pairwise, product

import pytest

from hotline.statistics.disclosure import MARGIN, Decision, Withheld, decide, learned
from hotline.statistics.tables import TOPICS_EACH, Candidate, Kind, Released, shown
from tests.statistics.solver import VALUES

BEGIN = date(2027, 2, 1)
OPENED = date(2026, 1, 1)

Decide = Callable[[Candidate, Sequence[Decision]], Decision]
Values = tuple[frozenset[int], ...]
"""The values each cell takes."""
Prints = tuple[tuple[int, ...], ...]
"""What tables would print, the withheld ones too."""
Sight = tuple[tuple[int, ...] | None, ...]
"""What a reader sees of them."""


@dataclass(frozen=True)
class Part:
    """A table over some pieces of the time, with so many cells."""

    kind: Kind
    start: int
    end: int
    cells: int

    def candidate(self, counts: Sequence[int]) -> Candidate:
        days = (BEGIN + timedelta(days=self.start), BEGIN + timedelta(days=self.end))
        return Candidate(self.kind, *days, {str(place): n for place, n in enumerate(counts)})


WEEKS = [Part(Kind.CONTACTS, 0, 1, 1), Part(Kind.CONTACTS, 1, 2, 1)]
LANGUAGE, AUDIENCE, TOPIC = (
    Part(Kind.LANGUAGE, 0, 2, 2),
    Part(Kind.AUDIENCE, 0, 2, 3),
    Part(Kind.TOPIC, 0, 2, 2),
)
PAIR = Part(Kind.AUDIENCE, 0, 2, 2)


@dataclass(frozen=True)
class Story:
    """Tables in the order of decision. `tried`: contacts of each piece, from none up to this many.

    `complete`: of every table the printed numbers up to which no world is left out; None for all. Other
    things to see are not looked at: they only seem to leave little choice.
    """

    tried: tuple[int, ...]
    parts: tuple[Part, ...]
    complete: tuple[int | None, ...]


LONGEST = "a week in two months"

STORIES = {
    "two weeks, then their tables": Story(
        (7, 7), (*WEEKS, LANGUAGE, AUDIENCE, TOPIC), (5, 5, None, None, None)
    ),
    "topics first": Story((7, 7), (*WEEKS, TOPIC, PAIR, LANGUAGE), (5, 5, None, None, None)),
    "a table before its weeks": Story((14, 14), (PAIR, *WEEKS, LANGUAGE), (5, None, None, None)),
    LONGEST: Story(
        (7, 14, 12, 7),
        (
            Part(Kind.CONTACTS, 0, 1, 1),
            Part(Kind.LANGUAGE, 0, 2, 2),
            Part(Kind.CONTACTS, 1, 3, 1),
            Part(Kind.CONTACTS, 3, 4, 1),
            Part(Kind.LANGUAGE, 2, 4, 2),
        ),
        (5, 5, 10, 5, None),
    ),
}

each_story = pytest.mark.parametrize(
    "story", [pytest.param(one, marks=[pytest.mark.thorough] if one == LONGEST else []) for one in STORIES]
)


def guarded(candidate: Candidate, history: Sequence[Decision]) -> Decision:
    return decide(candidate, history, opened=OPENED)


def plain(candidate: Candidate, history: Sequence[Decision]) -> Decision:
    """Withhold a table only when it narrows a cell: what one would do who forgets that readers know this."""
    table = candidate.printed()
    least, most = learned(history, OPENED).possible(table.kind.series, table.start, table.end)
    low, high = table.total()
    if (most is not None and low > most - MARGIN) or (high is not None and high < least + MARGIN):
        return Withheld(table.kind, table.start, table.end)
    return table


@cache
def ways(kind: Kind, cells: int, total: int) -> dict[tuple[int, ...], tuple[tuple[int, ...], Values]]:
    """Everything a table can print with this total: an example, and the values of each cell."""
    found = defaultdict(list)
    if kind is Kind.TOPIC:
        every = [c for c in product(range(total + 1), repeat=cells) if sum(c) <= TOPICS_EACH * total]
    else:
        cuts = combinations_with_replacement(range(total + 1), cells - 1)
        every = [tuple(b - a for a, b in pairwise((0, *cut, total))) for cut in cuts]
    for counts in every:
        found[tuple(shown(n) for n in counts)].append(counts)
    return {
        printed: (alike[0], tuple(frozenset(cell) for cell in zip(*alike, strict=True)))
        for printed, alike in found.items()
    }


class Reader:
    """Collects, for everything that can be seen, what may be behind it."""

    def __init__(self, story: Story, decide_one: Decide) -> None:
        self._story = story
        self._decide = decide_one
        self._decided: dict[Prints, list[Decision]] = {(): []}
        self._behind: dict[Sight, list[list[set[int]]]] = {}
        for pieces in product(*(range(most + 1) for most in story.tried)):
            self._go_on([sum(pieces[part.start : part.end]) for part in story.parts], (), (), [])

    def _go_on(self, totals: list[int], prints: Prints, sight: Sight, values: list[Values]) -> None:
        """Every way in which the tables can come out with these totals."""
        place = len(prints)
        if place == len(totals):
            return self._collect(sight, values)
        part, total = self._story.parts[place], totals[place]
        for printed, (example, cells) in ways(part.kind, part.cells, total).items():
            after = (*prints, printed)
            if after not in self._decided:
                history = self._decided[prints]
                self._decided[after] = [*history, self._decide(part.candidate(example), history)]
            if isinstance(self._decided[after][-1], Released):
                self._go_on(totals, after, (*sight, printed), [*values, cells])
            else:
                self._go_on(totals, after, (*sight, None), [*values, (frozenset({total}),)])
        return None

    def _collect(self, sight: Sight, values: list[Values]) -> None:
        limits = zip(sight, self._story.complete, strict=True)
        if all(limit is None or not printed or max(printed) <= limit for printed, limit in limits):
            behind = self._behind.setdefault(sight, [[set() for _ in one] for one in values])
            for sets, new in zip(behind, values, strict=True):
                for cell, more in zip(sets, new, strict=True):
                    cell.update(more)

    def least_choice(self) -> int:
        """The fewest values behind any cell, or behind the total of a table that is missing."""
        return min(len(cell) for behind in self._behind.values() for one in behind for cell in one)

    def misses_tables(self) -> bool:
        """Whether anything is ever withheld."""
        return any(None in sight for sight in self._behind)


@each_story
def test_withholding_leaves_three_values_to_who_knows_the_rule(story: str) -> None:
    reader = Reader(STORIES[story], guarded)

    assert reader.misses_tables()
    assert reader.least_choice() >= VALUES


@each_story
def test_withholding_only_what_narrows_would_give_it_away(story: str) -> None:
    assert Reader(STORIES[story], plain).least_choice() < VALUES
