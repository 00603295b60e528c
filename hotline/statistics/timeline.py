"""How long each table looks, and the order in which tables are decided."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from hotline.statistics.tables import Kind


@dataclass(frozen=True)
class Span:
    """Whole days; `end` is the first day after."""

    start: date
    end: date


def week_of(day: date) -> Span:
    """Monday to Sunday (ISO 8601)."""
    monday = day - timedelta(days=day.weekday())
    return Span(monday, monday + timedelta(days=7))


def month_of(day: date) -> Span:
    """The calendar month."""
    first = day.replace(day=1)
    return Span(first, _months_later(first, 1))


def quarter_of(day: date) -> Span:
    """January to March, April to June, and so on."""
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Span(first, _months_later(first, 3))


def _months_later(first: date, months: int) -> date:
    ahead = first.month - 1 + months
    return first.replace(year=first.year + ahead // 12, month=ahead % 12 + 1)


PERIODS: dict[Kind, Callable[[date], Span]] = {
    Kind.CONTACTS: week_of,
    Kind.TOPIC: month_of,
    Kind.AUDIENCE: month_of,
    Kind.LEVEL: month_of,
    Kind.OUTCOME: month_of,
    Kind.PLANNED: month_of,
    Kind.COMPLETED: month_of,
    Kind.HOUR: quarter_of,
    Kind.LANGUAGE: month_of,
}
"""Every table there is. Of those that end on one day the earlier in this list is decided first, so that
what has to be withheld is rather the language than the topics."""


@dataclass(frozen=True)
class Due:
    """A table whose period is over."""

    kind: Kind
    start: date
    end: date


def due(opened: date, today: date) -> list[Due]:
    """Every table since the opening whose last day is before `today`, in the order of decision.

    The first period of each kind is the one that holds the opening. Who decides one table passes all
    decisions on those before it.
    """
    rank = list(PERIODS).index
    tables = [
        Due(kind, span.start, span.end)
        for kind, period in PERIODS.items()
        for span in _closed(period, opened, today)
    ]
    return sorted(tables, key=lambda table: (table.end, rank(table.kind)))


def _closed(period: Callable[[date], Span], opened: date, today: date) -> list[Span]:
    spans: list[Span] = []
    span = period(opened)
    while span.end <= today:
        spans.append(span)
        span = period(span.end)
    return spans
