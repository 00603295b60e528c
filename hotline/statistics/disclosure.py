"""Whether a table may be released. What is withheld says as little as what is printed.

**Promise.** Whoever knows every printed number, which tables were withheld, this code and the day of
the opening still finds at least three possible values for every cell of every released table, for the
contacts of every week, month and quarter, and for those within and beyond the target in a row of times.

**From cells to totals.** A table divides a number N that other tables speak of too (the contacts of
its days). Its cells print as [low, high], low and high add up to [L, U], and all that is known bounds N
to [least, most] (`constraints`, exact). A cell then takes exactly the values from
max(low, high - (U - least)) to min(high, low + (most - L)). As high - low is never below 2, that is
three values or more exactly when most >= L + 2 and least <= U - 2. For topics, which bound N from below
only (L, no U), the first half is enough.

**From all tables to one.** Bounds are shortest paths, so a number narrowed to under three values is a
loop of bounds of length 0 or 1. Such a loop runs forward in time somewhere, which only some table's U
does, and that table's cells are narrowed. So "every cell keeps three values" is "every loop is 2 or
longer". If that held before, a new table can only break it by a loop through itself: by L > most - 2
or by U < least + 2. Two paths therefore decide, and earlier tables need no second look.

**Withholding.** Withholding just these tables would tell a reader that N lies within 1 of an end of
[least, most]: a leak as bad as the table ("Denials leak information", Kenthapadi, Mishra and Nissim,
2005/2013). So `rule_for` settles, before it sees the table and from what is already public alone, which of
all tables that could be printed are withheld: those that would narrow something and, with them, those
next to them that would not, so that "N is at least `at_least`" (or "at most `at_most`"), which is all
that withholding then says, leaves a loop of 2. Later decisions count it among the known facts, side
included, though the page does not tell the side. So the invariant goes on, whatever is decided.

**What it does not cover.** (1) Somebody who counts contacts themselves, at the board or in the queue, knows N
and so more than these tables say. (2) Weekdays: a month that begins on a Tuesday leaves a Monday to the
month before, and the quarter's weekdays bound such pieces of weeks. That could matter only in a quarter
in which some weekdays have all their cells within 14 of their common top (bottom) while fewer than 14
contacts came on those weekdays (on the others) in whole weeks; the attacker of the tests knows weekdays.
(3) Contacts by the level they arrive with must never become a table: intake makes that level from the
topics, so the two would solve each other. A level counts with the first reply, when people may have
changed it to any other.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hotline.statistics.constraints import AFTER_A_CONTACT, Fact, Knowledge
from hotline.statistics.tables import STEP, Candidate, Kind, Released, Series, known

MARGIN = 2
"""Three values of a whole number reach from one to two more."""


@dataclass(frozen=True)
class Withheld:
    """A table nobody will see. The bounds are what its absence says of its total; pages do not tell them."""

    kind: Kind
    start: date
    end: date
    at_least: int = 0
    at_most: int | None = None

    def total(self) -> tuple[int, int | None]:
        """As `Released.total`."""
        return self.at_least, self.at_most


Decision = Released | Withheld


@dataclass(frozen=True)
class Rule:
    """Withheld are all tables, or those with a total of at least, or of at most, one of these."""

    always: bool = False
    at_least: int | None = None
    at_most: int | None = None

    def apply(self, table: Released) -> Decision:
        """The table, or that it is withheld."""
        low, high = table.total()
        if self.always:
            return Withheld(table.kind, table.start, table.end)
        if self.at_least is not None and low >= self.at_least:
            return Withheld(table.kind, table.start, table.end, at_least=self.at_least)
        if self.at_most is not None and high is not None and high <= self.at_most:
            return Withheld(table.kind, table.start, table.end, at_most=self.at_most)
        return table


def decide(candidate: Candidate, history: Sequence[Decision], *, opened: date) -> Decision:
    """The candidate as it is printed from now on, or that it is withheld for ever.

    `history` is every decision so far, on all kinds: it decides with the printed numbers alone. `opened` is a
    public day before which nothing was counted, not one found by counting.
    """
    table = candidate.printed()
    return rule_for(table, learned(history, opened)).apply(table)


def learned(history: Sequence[Decision], opened: date) -> Knowledge:
    """What a reader of these decisions knows of totals."""
    return Knowledge((Fact(one.kind.series, one.start, one.end, *one.total()) for one in history), opened)


def rule_for(table: Released, knowledge: Knowledge) -> Rule:
    """Which tables of this kind, days and number of cells are withheld; what its cells hold is not read."""
    if table.kind.series in AFTER_A_CONTACT:
        _, contacts = knowledge.possible(Series.CONTACTS, knowledge.opened, table.end)
        if contacts is not None and contacts <= MARGIN:
            return Rule(always=True)  # any count would say that there was a contact
    least, most = knowledge.possible(table.kind.series, table.start, table.end)
    if table.kind is Kind.TOPIC:
        return _topic_rule(most)
    return _division_rule(len(table.cells), least, most)


def _topic_rule(most: int | None) -> Rule:
    """Tables that say "at least so many contacts" close to the most there can be."""
    if most is None:
        return Rule()
    return Rule(at_least=max(low for rung in _rungs(1) if (low := rung.last_low(most - MARGIN)) is not None))


def _division_rule(cells: int, least: int, most: int | None) -> Rule:
    """Tables whose cells add up to nearly the most, or to nearly the least, that there can be."""
    rungs = list(_rungs(cells))
    at_least = None if most is None else _upper_edge(rungs, most)
    most = most if at_least is None else at_least - 1  # of the least totals not yet withheld
    highs = [rung.next_high(least, most) for rung in rungs]
    if all(high is None or high >= least + MARGIN for high in highs):
        return Rule(at_least=at_least)
    fine = [high for rung in rungs if (high := rung.next_high(least + MARGIN, most)) is not None]
    return Rule(at_least=at_least, at_most=min(fine)) if fine else Rule(always=True)


def _upper_edge(rungs: Sequence["_Rung"], most: int) -> int | None:
    """The greatest L that a table may say by being withheld; None where no table can say too much."""
    lows = [rung.last_low(most) for rung in rungs]
    if all(low is None or low <= most - MARGIN for low in lows):
        return None
    return max(low for rung in rungs if (low := rung.last_low(most - MARGIN)) is not None)


@dataclass(frozen=True)
class _Rung:
    """All tables with as many cells that print 5 and as many that print more.

    Their L is `first` or, with `steps`, any multiple of five above it; their U is L + `spread`.
    """

    first: int
    spread: int
    steps: bool

    def last_low(self, limit: int) -> int | None:
        """The greatest L up to the limit."""
        low = limit - (limit - self.first) % STEP if self.steps else self.first
        return low if self.first <= low <= limit else None

    def next_high(self, least: int, limit: int | None) -> int | None:
        """The smallest U from `least` on with an L up to the limit."""
        high = self.first + self.spread
        if high < least and self.steps:
            high = least + (high - least) % STEP
        return high if high >= least and (limit is None or high - self.spread <= limit) else None


def _rungs(cells: int) -> Iterator[_Rung]:
    """Every L and U that this many cells can add up to."""
    fewer, five, more = known(0), known(STEP), known(2 * STEP)
    for fives in range(cells + 1):
        for larger in range(cells - fives + 1):
            small = cells - fives - larger
            low = fives * five.start + larger * more.start
            high = small * fewer[-1] + fives * five[-1] + larger * more[-1]
            yield _Rung(low, high - low, steps=larger > 0)
