"""What all tables together say about how many were counted between two days: exact, in whole numbers.

Let x(series, day) be how many of a series were counted before a day. Everything a reader knows is of
the form x - y <= w: a table gives a least and a greatest number between its two days, counts never
fall, nothing was counted before the opening, and nobody gets a first reply who did not write, nor is a
follow-up completed that was not planned. For such a system the greatest value of x - y is the length
of the shortest path from y to x (Bellman and Ford), whole where the weights are whole, and every whole
number up to it is taken in some solution: no bound here can be tightened, and none is too tight.
"""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from hotline.statistics.tables import Series

Node = tuple[Series, date] | None
"""A series up to a day; None is the opening, when every series stood at zero."""

NEVER_MORE_THAN = {Series.REPLIES: Series.CONTACTS, Series.COMPLETED: Series.PLANNED}
"""Up to any day there are no more of the first than of the second."""

AFTER_A_CONTACT = frozenset({Series.CLOSINGS, Series.PLANNED, Series.COMPLETED})
"""Where one of these was counted, somebody had written: no more can be said, for a ticket can be closed
again after each new message, and have many follow-ups."""


class Contradiction(ValueError):
    """No counts fit all the facts: they were not decided one after the other, or not with one opening."""


@dataclass(frozen=True)
class Fact:
    """Between two days there were at least `low` and, unless None, at most `high` of a series."""

    series: Series
    start: date
    end: date
    low: int = 0
    high: int | None = None


class Knowledge:
    """What follows from facts for a reader who knows when the line opened."""

    def __init__(self, facts: Iterable[Fact], opened: date) -> None:
        self._facts = list(facts)
        self.opened = opened

    def possible(self, series: Series, start: date, end: date) -> tuple[int, int | None]:
        """The least and the greatest number of a series between two days; None where nothing limits it."""
        graph = self._graph(Fact(series, start, end))
        first, last = self._node(series, start), self._node(series, end)
        if first == last:
            return 0, 0
        return -_distances(graph, last).get(first, 0), _distances(graph, first).get(last)

    def _node(self, series: Series, day: date) -> Node:
        return None if day <= self.opened else (series, day)

    def _graph(self, asked: Fact) -> dict[Node, list[tuple[Node, int]]]:
        """Edges (y to x, w) for every x - y <= w."""
        graph: dict[Node, list[tuple[Node, int]]] = defaultdict(list)
        days: dict[Series, set[date]] = defaultdict(set)
        for fact in self._all(asked):
            start, end = self._node(fact.series, fact.start), self._node(fact.series, fact.end)
            days[fact.series] |= {fact.start, fact.end}
            graph[end].append((start, -fact.low))
            if fact.high is not None:
                graph[start].append((end, fact.high))
        for fewer, more in NEVER_MORE_THAN.items():
            days[more] |= days[fewer]
            for day in days[fewer]:
                graph[self._node(more, day)].append((self._node(fewer, day), 0))
        for series, these in days.items():
            for earlier, later in pairwise(sorted({self.opened, *these})):
                graph[self._node(series, later)].append((self._node(series, earlier), 0))
        return graph

    def _all(self, asked: Fact) -> Iterator[Fact]:
        for fact in (*self._facts, asked):
            yield fact
            if fact.series in AFTER_A_CONTACT and fact.low > 0:
                yield Fact(Series.CONTACTS, self.opened, fact.end, low=1)


def _distances(graph: dict[Node, list[tuple[Node, int]]], source: Node) -> dict[Node, int]:
    """The length of the shortest path to every node that can be reached."""
    found = {source: 0}
    waiting, queued = deque([source]), {source}
    turns: dict[Node, int] = defaultdict(int)
    while waiting:
        node = waiting.popleft()
        queued.discard(node)
        turns[node] += 1
        if turns[node] > len(graph):
            raise Contradiction
        for neighbour, weight in graph[node]:
            length = found[node] + weight
            if length < found.get(neighbour, length + 1):
                found[neighbour] = length
                if neighbour not in queued:
                    waiting.append(neighbour)
                    queued.add(neighbour)
    return found
