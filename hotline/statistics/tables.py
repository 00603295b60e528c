"""What a table of statistics prints, and what a reader of it then knows."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import accumulate

STEP = 5
FEWER = 0
"""What a cell below five prints as: "fewer than 5", zero included."""

TIMES_FROM = 20
"""Times of replies stand only where the printed number of replies reaches this."""

SHARES = (50, 75, 90)
"""Percent. The share within target prints as how many of these it reaches: "under 50 %" .. "90 % or more".

The first and the last are the median and the 90th percentile themselves, so that whether those lie
within the target says nothing that the share does not say already. With one step more, about twenty
replies would leave but two values for the number in some bucket.
"""

TOPICS_EACH = 3
"""How many topics one contact can name at most."""


class Series(StrEnum):
    """What goes on being counted. Tables of one series over the same days share a total."""

    CONTACTS = "contacts"
    REPLIES = "replies"
    CLOSINGS = "closings"
    PLANNED = "planned"
    COMPLETED = "completed"


class Kind(StrEnum):
    """A table of statistics. `timeline` says how long each looks and which is decided first."""

    CONTACTS = "contacts"
    HOUR = "hour"
    AUDIENCE = "audience"
    LANGUAGE = "language"
    TOPIC = "topic"
    LEVEL = "level"
    OUTCOME = "outcome"
    PLANNED = "planned"
    COMPLETED = "completed"

    @property
    def series(self) -> Series:
        """Whose counts the table divides."""
        return _SERIES.get(self, Series.CONTACTS)


_SERIES = {
    Kind.LEVEL: Series.REPLIES,
    Kind.OUTCOME: Series.CLOSINGS,
    Kind.PLANNED: Series.PLANNED,
    Kind.COMPLETED: Series.COMPLETED,
}


def shown(n: int) -> int:
    """What a cell prints: `FEWER` for 0 to 4, otherwise the nearest multiple of five."""
    return FEWER if n < STEP else (n + STEP // 2) // STEP * STEP


def known(printed: int) -> range:
    """Every count that prints as this: 0 to 4, 5 to 7, or two either side of the number."""
    if printed == FEWER:
        return range(STEP)
    return range(max(STEP, printed - 2), printed + 3)


@dataclass(frozen=True)
class Replies:
    """The first replies of one level in one month: those within target, and all by how long they took."""

    within: int
    buckets: tuple[int, ...]

    @property
    def n(self) -> int:
        """How many there were."""
        return sum(self.buckets)


@dataclass(frozen=True)
class Times:
    """How soon replies came, as printed. `median` and `ninetieth` are places in the list of buckets."""

    share: int
    median: int
    ninetieth: int


def shown_times(replies: Replies) -> Times | None:
    """What is printed of the times; None where the printed number of replies is below twenty."""
    if shown(replies.n) < TIMES_FROM:
        return None
    share = sum(100 * replies.within >= percent * replies.n for percent in SHARES)
    return Times(share, _bucket(replies, 50), _bucket(replies, 90))


def _bucket(replies: Replies, percent: int) -> int:
    """The first bucket by whose end this part of the replies had come (nearest rank)."""
    come = accumulate(replies.buckets)
    return next(place for place, n in enumerate(come) if 100 * n >= percent * replies.n)


@dataclass(frozen=True)
class Released:
    """A table as everybody may see it, for ever. `end` is the first day after."""

    kind: Kind
    start: date
    end: date
    cells: Mapping[str, int]
    times: Mapping[str, Times] = field(default_factory=dict)

    def total(self) -> tuple[int, int | None]:
        """The least and the greatest number of the series that fits what is printed; None: no greatest.

        Cells divide their series, except topics: a contact names none to three of them, so they
        bound the contacts from below only.
        """
        lows = [known(cell).start for cell in self.cells.values()]
        if self.kind is Kind.TOPIC:
            return max(*lows, -(-sum(lows) // TOPICS_EACH), 0), None
        return sum(lows), sum(known(cell)[-1] for cell in self.cells.values())


@dataclass(frozen=True)
class Candidate:
    """A closed period's true counts. `cells` holds every label of the kind, those never counted too."""

    kind: Kind
    start: date
    end: date
    cells: Mapping[str, int]
    replies: Mapping[str, Replies] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.cells or self.start >= self.end or min(self.cells.values()) < 0:
            raise ValueError("A table has labels, counts and days")
        wanted = self.cells if self.kind is Kind.LEVEL else {}
        if {label: replies.n for label, replies in self.replies.items()} != dict(wanted):
            raise ValueError("Times belong to the levels, and to the same replies")

    def printed(self) -> Released:
        """All that may ever be seen of it."""
        times = {label: shown_times(replies) for label, replies in self.replies.items()}
        return Released(
            self.kind,
            self.start,
            self.end,
            {label: shown(n) for label, n in self.cells.items()},
            {label: seen for label, seen in times.items() if seen},
        )
