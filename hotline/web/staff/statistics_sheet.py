"""A released table in words: the same lines for the page, the chart and the file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from hotline.base.i18n import N_, Language, translate
from hotline.statistics.labels import HOURS, WEEKDAYS
from hotline.statistics.releases import Shown
from hotline.statistics.tables import FEWER, Kind, Released, Times
from hotline.web.staff.statistics_words import (
    TABLES,
    line_name,
    period_mark,
    period_name,
    share_name,
    step_name,
    weekday_name,
)

WITHHELD = N_("withheld")
ROUNDED = N_(
    "Numbers are rounded to the nearest 5. From 0 to 4, zero included, they are shown as “fewer than 5”."
)
SORTED = frozenset({Kind.TOPIC, Kind.OUTCOME})
"""Tables whose greatest numbers come first; lines that print the same keep their place in the list."""


@dataclass(frozen=True)
class Line:
    """One line: its name, what is said in each column, and what its first number is printed as."""

    name: str
    cells: tuple[str, ...]
    printed: int
    times: Times | None = None


@dataclass(frozen=True)
class Sheet:
    """A table in one language."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]

    def rows(self) -> list[tuple[str, ...]]:
        """Headings and lines as a file has them."""
        return [self.heads, *((line.name, *line.cells) for line in self.lines)]


@dataclass(frozen=True)
class Column:
    """One period among those before it; `printed` is None where its table is withheld."""

    period: str
    name: str
    mark: str
    said: str
    printed: int | None


def number(printed: int, language: Language) -> str:
    """A cell in words."""
    return translate(language, N_("fewer than 5")) if printed == FEWER else str(printed)


def sheet_of(table: Released, period: str, language: Language) -> Sheet:
    """The table in words; one of a single number has its period as its line."""
    if table.kind is Kind.HOUR:
        return _hours(table, language)
    if table.kind is Kind.LEVEL:
        return _levels(table, language)
    said = TABLES[table.kind]
    heads = translate(language, said.line), translate(language, said.number)
    if is_single(table.kind):
        (printed,) = table.cells.values()
        name = period_name(table.kind, period, language)
        return Sheet(heads, (Line(name, (number(printed, language),), printed),))
    lines = [
        Line(line_name(table.kind, label, language), (number(printed, language),), printed)
        for label, printed in table.cells.items()
    ]
    return Sheet(heads, tuple(_sorted(lines) if table.kind in SORTED else lines))


def explained(kind: Kind, period: str, language: Language) -> list[tuple[str, ...]]:
    """What a file says below its table: of what and when it speaks, and how to read it."""
    named = translate(language, TABLES[kind].title), period_name(kind, period, language)
    return [(), named, (translate(language, ROUNDED),)]


def withheld_rows(kind: Kind, period: str, language: Language) -> list[tuple[str, ...]]:
    """What the file of a withheld table says."""
    said = TABLES[kind]
    return [
        (translate(language, said.title), translate(language, said.number)),
        (period_name(kind, period, language), translate(language, WITHHELD)),
    ]


def is_single(kind: Kind) -> bool:
    """Whether the table is one number."""
    return kind in {Kind.CONTACTS, Kind.PLANNED}


def columns_of(tables: Sequence[Shown], language: Language) -> list[Column]:
    """Tables of a single number beside each other, each as it was released."""
    columns = []
    for one in tables:
        printed = next(iter(one.table.cells.values())) if one.table else None
        said = translate(language, WITHHELD) if printed is None else number(printed, language)
        name, mark = (write(one.kind, one.period, language) for write in (period_name, period_mark))
        columns.append(Column(one.period, name, mark, said, printed))
    return columns


def _sorted(lines: list[Line]) -> list[Line]:
    return sorted(lines, key=lambda line: -line.printed)


def _hours(table: Released, language: Language) -> Sheet:
    days = [weekday_name(weekday, language) for weekday in WEEKDAYS]
    lines = []
    for hour in HOURS:
        printed = [table.cells[f"{weekday}-{hour:02}"] for weekday in WEEKDAYS]
        cells = tuple(number(one, language) for one in printed)
        lines.append(Line(f"{hour:02}:00", cells, max(printed)))
    return Sheet((translate(language, TABLES[Kind.HOUR].line), *days), tuple(lines))


def _levels(table: Released, language: Language) -> Sheet:
    say = partial(translate, language)
    said = TABLES[Kind.LEVEL]
    heads = (
        say(said.line),
        say(said.number),
        say(N_("In time")),
        say(N_("Half of them")),
        say(N_("Nine in ten")),
    )
    lines = []
    for label, printed in table.cells.items():
        times = table.times.get(label)
        few = say(N_("too few to say"))
        soon = _soon(times, language) if times else (few, few, few)
        cells = (number(printed, language), *soon)
        lines.append(Line(line_name(Kind.LEVEL, label, language), cells, printed, times))
    return Sheet(heads, tuple(lines))


def _soon(times: Times, language: Language) -> tuple[str, str, str]:
    share = share_name(times.share, language)
    return share, step_name(times.median, language), step_name(times.ninetieth, language)
