"""A reader with an integer solver and every table of a year finds no cell with fewer than three values."""

import pytest

from hotline.statistics.disclosure import Withheld
from hotline.statistics.timeline import Due
from tests.statistics.solver import Attacker
from tests.statistics.worlds import OPENED, a_year

TABLES = 140  # of a year: 52 weeks, 12 months of seven tables, four quarters

YEARS = [  # contacts a week, seed, tables withheld
    *((4, 2, 0), (4, 10, 1), (4, 18, 2)),
    *((10, 1, 0), (10, 4, 2)),
    *((30, 2, 1), (30, 21, 3), (30, 52, 1)),
    *((60, 1, 0), (60, 7, 1)),
]
"""Most years have none: of forty at each rate (5600 tables) 6, 5, 11 and 6 are withheld, all by language."""

QUICK = {(10, 1, 0), (30, 52, 1)}
"""The reader goes through these in a second: one with nothing withheld, one with something."""


@pytest.mark.parametrize(
    ("rate", "seed", "withheld"),
    [pytest.param(*year, marks=[] if year in QUICK else [pytest.mark.thorough]) for year in YEARS],
)
def test_no_cell_of_a_year_is_narrowed(rate: int, seed: int, withheld: int) -> None:
    _, decisions = a_year(rate, seed=seed)
    missing = [f"{one.kind} of {one.start}" for one in decisions if isinstance(one, Withheld)]
    print(f"{rate} contacts a week: {len(missing)} of {len(decisions)} tables withheld", *missing)  # noqa: T201  # pytest -s

    assert Attacker(decisions, OPENED).narrowed(seed) == {}
    assert len(decisions) == TABLES
    assert len(missing) == withheld


@pytest.mark.thorough
def test_the_same_reader_wins_where_nothing_is_withheld() -> None:
    line, decisions = a_year(30, seed=52)
    released = [line.candidate(Due(one.kind, one.start, one.end)).printed() for one in decisions]

    assert Attacker(released, OPENED).narrowed(seed=52) != {}
