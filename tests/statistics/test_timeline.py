"""Which tables are due, and in which order."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.statistics.tables import Kind
from hotline.statistics.timeline import PERIODS, Due, Span, due, month_of, quarter_of, week_of

days = st.dates(date(2020, 1, 1), date(2040, 1, 1))


def test_periods_are_weeks_from_monday_calendar_months_and_quarters() -> None:
    assert week_of(date(2027, 1, 3)) == Span(date(2026, 12, 28), date(2027, 1, 4))
    assert month_of(date(2026, 12, 31)) == Span(date(2026, 12, 1), date(2027, 1, 1))
    assert quarter_of(date(2026, 11, 23)) == Span(date(2026, 10, 1), date(2027, 1, 1))
    assert quarter_of(date(2028, 2, 29)) == Span(date(2028, 1, 1), date(2028, 4, 1))


@settings(deadline=None)
@given(days)
def test_every_day_has_its_period_and_the_next_begins_where_it_ends(day: date) -> None:
    for period in (week_of, month_of, quarter_of):
        span = period(day)

        assert span.start <= day < span.end
        assert period(span.start) == period(span.end - timedelta(days=1)) == span
        assert period(span.end).start == span.end


def test_every_kind_has_a_period() -> None:
    assert set(PERIODS) == set(Kind)


def test_only_closed_periods_are_due() -> None:
    opened = date(2026, 11, 20)  # a Friday

    assert due(opened, date(2026, 11, 22)) == []
    assert due(opened, date(2026, 11, 23)) == [Due(Kind.CONTACTS, date(2026, 11, 16), date(2026, 11, 23))]
    assert {table.kind for table in due(opened, date(2026, 12, 1))} == set(Kind) - {Kind.HOUR}
    assert {table.kind for table in due(opened, date(2027, 1, 1))} == set(Kind)


def test_what_ends_on_one_day_is_decided_in_the_order_of_the_list() -> None:
    last = [table.kind for table in due(date(2027, 1, 1), date(2027, 3, 1)) if table.end == date(2027, 3, 1)]

    assert last == [kind for kind in PERIODS if kind is not Kind.HOUR]


@settings(deadline=None)
@given(days, st.integers(0, 400), st.integers(0, 400))
def test_tables_that_become_due_later_never_come_before_earlier_ones(opened: date, n: int, more: int) -> None:
    before = due(opened, opened + timedelta(days=n))

    assert due(opened, opened + timedelta(days=n + more))[: len(before)] == before
