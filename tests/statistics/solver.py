"""The attacker: everything a reader can know, written down for an integer solver.

Written from what the tables mean, not from the code under test. Contacts are variables between any two
days on which a table starts or ends, and in weeks that such a day breaks by weekday too; the whole weeks of a
quarter fall on weekdays as they like. What is searched are worlds: complete sets of whole numbers that
fit everything printed. A value seen in a world is possible.
"""

import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import pairwise
from math import inf

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from hotline.statistics.disclosure import Decision, Withheld
from hotline.statistics.tables import TOPICS_EACH, Kind, Released, Series, known

VALUES = 3
ROUNDS = 40
WEEK = timedelta(days=7)

Cell = tuple[int, str]
"""The place of a table among the decisions, and a label."""
Parts = dict[int, int]
"""A sum: how often each variable stands in it."""
Row = tuple[Parts, float, float]
"""A sum, and the least and greatest that it may be."""
Bound = tuple[float, float]


class Attacker:
    """Knows the decisions and the day of the opening."""

    def __init__(self, decisions: Sequence[Decision], opened: date) -> None:
        self._bounds: list[Bound] = []
        self._rows: list[Row] = []
        self._totals: dict[Series, dict[date, Parts]] = defaultdict(dict)
        self.cells: dict[Cell, int] = {}
        edges = {edge for one in decisions for edge in (one.start, one.end) if edge > opened}
        self._pieces = [(*piece, self._variable()) for piece in pairwise(sorted({opened, *edges}))]
        for place, one in enumerate(decisions):
            self._read(place, one)
        self._never_more(Series.COMPLETED, Series.PLANNED)
        self._never_more(Series.REPLIES, Series.CONTACTS)

    def narrowed(self, seed: int) -> dict[Cell, set[int]]:
        """The cells for which fewer than three values are possible, with those values."""
        dice = random.Random(seed)
        seen: dict[Cell, set[int]] = {cell: set() for cell in self.cells}
        for _ in range(ROUNDS):
            lacking = [cell for cell in seen if len(seen[cell]) < VALUES]
            if not lacking:
                return {}
            wanted = {cell: dice.choice(self._unseen(cell, seen[cell])[:2]) for cell in lacking}
            world = self.world(wanted, [dice.random() for _ in wanted])
            assert world is not None, "the tables contradict each other"
            for cell, variable in self.cells.items():
                seen[cell].add(world[variable])
        return {cell: values for cell, values in seen.items() if not self._takes_three(cell, values)}

    def world(self, wanted: Mapping[Cell, int], weights: Sequence[float]) -> list[int] | None:
        """A world in which cells are near to these values, the nearer the greater their weight."""
        n, m = len(self._bounds), len(wanted)
        gaps: list[Row] = [
            ({self.cells[cell]: 1, n + place: 1, n + m + place: -1}, value, value)
            for place, (cell, value) in enumerate(wanted.items())
        ]
        free: list[Bound] = [(0.0, inf)] * (2 * m)
        return _solve(self._bounds + free, self._rows + gaps, [0.0] * n + 2 * [*weights])

    def is_possible(self, cell: Cell, value: int) -> bool:
        """Some world has this value there."""
        bounds = list(self._bounds)
        bounds[self.cells[cell]] = (value, value)
        return _solve(bounds, self._rows, [0.0] * len(bounds)) is not None

    def _unseen(self, cell: Cell, seen: set[int]) -> list[int]:
        least, most = self._bounds[self.cells[cell]]
        return [value for value in range(int(least), int(most) + 1) if value not in seen]

    def _takes_three(self, cell: Cell, values: set[int]) -> bool:
        """Ask for every value that the printed number allows, until three are possible."""
        for value in self._unseen(cell, values):
            if len(values) < VALUES and self.is_possible(cell, value):
                values.add(value)
        return len(values) >= VALUES

    def _read(self, place: int, one: Decision) -> None:
        total = self._total(one)
        if isinstance(one, Withheld):
            self._rows.append((total, one.at_least, inf if one.at_most is None else one.at_most))
            return
        for label, printed in one.cells.items():
            self.cells[place, label] = self._variable(known(printed)[0], known(printed)[-1])
        cells = {label: self.cells[place, label] for label in one.cells}
        if one.kind is Kind.TOPIC:
            for variable in cells.values():
                self._compare({variable: 1}, total, -inf)
            self._compare(dict.fromkeys(cells.values(), 1), _times(TOPICS_EACH, total), -inf)
            return
        self._compare(dict.fromkeys(cells.values(), 1), total, 0)
        if one.kind is Kind.HOUR:
            self._read_weekdays(one, cells)
        if one.kind.series not in {Series.CONTACTS, Series.REPLIES} and sum(one.cells.values()) > 0:
            self._rows.append((self._contacts(date.min, one.end), 1, inf))

    def _read_weekdays(self, table: Released, cells: Mapping[str, int]) -> None:
        days: dict[int, Parts] = {weekday: {self._variable(): 1} for weekday in range(1, 8)}
        whole = {variable: 1 for parts in days.values() for variable in parts}
        inside = [piece for piece in self._pieces if table.start <= piece[0] < table.end]
        self._compare(whole, {piece[2]: 1 for piece in inside if piece[1] - piece[0] == WEEK}, 0)
        for start, end, contacts in inside:
            if end - start == WEEK:
                continue
            broken = {start + timedelta(days=n): self._variable() for n in range((end - start).days)}
            self._compare(dict.fromkeys(broken.values(), 1), {contacts: 1}, 0)
            for day, variable in broken.items():
                days[day.isoweekday()][variable] = 1
        for weekday, parts in days.items():
            of_day = {var: 1 for label, var in cells.items() if label.startswith(f"{weekday}-")}
            self._compare(of_day, parts, 0)

    def _total(self, one: Decision) -> Parts:
        if one.kind.series is Series.CONTACTS:
            return self._contacts(one.start, one.end)
        return self._totals[one.kind.series].setdefault(one.end, {self._variable(): 1})

    def _contacts(self, start: date, end: date) -> Parts:
        return {variable: 1 for first, _, variable in self._pieces if start <= first < end}

    def _never_more(self, fewer: Series, more: Series) -> None:
        """Up to the end of every month."""
        so_far: Parts = {}
        of_more: Parts = {}
        for end, total in sorted(self._totals[fewer].items()):
            so_far |= total
            of_more |= self._contacts(date.min, end) if more is Series.CONTACTS else self._totals[more][end]
            self._compare(so_far, of_more, -inf)

    def _compare(self, some: Parts, others: Parts, least: float) -> None:
        """The sums differ by `least` to nothing: 0 for equal, -inf for never more."""
        self._rows.append((some | _times(-1, others), least, 0))

    def _variable(self, low: float = 0, high: float = inf) -> int:
        self._bounds.append((low, high))
        return len(self._bounds) - 1


def _times(factor: int, parts: Parts) -> Parts:
    return {variable: factor * n for variable, n in parts.items()}


def _solve(bounds: Sequence[Bound], rows: Sequence[Row], weights: list[float]) -> list[int] | None:
    """Whole numbers within bounds and rows with the least weighted sum; None where there are none."""
    entries = [
        (place, variable, n) for place, (parts, _, _) in enumerate(rows) for variable, n in parts.items()
    ]
    places, variables, factors = zip(*entries, strict=True)
    matrix = csr_array((factors, (places, variables)), shape=(len(rows), len(bounds)))
    lows, highs = zip(*bounds, strict=True)
    answer = milp(
        weights,
        integrality=np.ones(len(bounds), int),
        bounds=Bounds(lows, highs),
        constraints=LinearConstraint(matrix, [low for _, low, _ in rows], [high for *_, high in rows]),
    )
    return None if answer.x is None else [round(value) for value in answer.x]
