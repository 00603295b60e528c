"""When a follow-up is due: in the morning by the local clock, and never while nobody is there."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from hotline.base.errors import Invalid
from hotline.followups.cadence import INTERVAL_WORDS, Interval, due_in, due_on, today
from hotline.roster.hours import OpeningHours, load_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
HOURS = load_hours(SHANGHAI)
DAILY = ((8 * 60, 22 * 60),)
WEEKDAYS = OpeningHours(SHANGHAI, (DAILY, DAILY, DAILY, DAILY, DAILY, (), ()))
NEVER = OpeningHours(SHANGHAI, ((),) * 7)


def local(*when: int) -> datetime:
    return datetime(*when, tzinfo=SHANGHAI)  # type: ignore[misc,arg-type]  # year, month, day, hour, minute


MONDAY_NOON = local(2026, 11, 23, 12)


@pytest.mark.parametrize(
    ("interval", "now", "due"),
    [
        (Interval.NEXT_DAY, MONDAY_NOON, local(2026, 11, 24, 9)),
        (Interval.NEXT_DAY, local(2026, 11, 23, 0, 5), local(2026, 11, 24, 9)),
        (Interval.NEXT_DAY, local(2026, 11, 23, 23, 55), local(2026, 11, 24, 9)),
        (Interval.THREE_DAYS, MONDAY_NOON, local(2026, 11, 26, 9)),
        (Interval.WEEK, MONDAY_NOON, local(2026, 11, 30, 9)),
        (Interval.MONTH, MONDAY_NOON, local(2026, 12, 23, 9)),
        (Interval.THREE_MONTHS, MONDAY_NOON, local(2027, 2, 23, 9)),
        (Interval.MONTH, local(2026, 1, 31, 12), local(2026, 2, 28, 9)),
        (Interval.MONTH, local(2028, 1, 31, 12), local(2028, 2, 29, 9)),
        (Interval.THREE_MONTHS, local(2026, 11, 30, 12), local(2027, 2, 28, 9)),
        (Interval.MONTH, local(2026, 12, 15, 12), local(2027, 1, 15, 9)),
    ],
)
def test_a_period_ends_on_a_morning(interval: Interval, now: datetime, due: datetime) -> None:
    assert due_in(interval, now, HOURS) == due


def test_a_period_can_end_at_a_chosen_time() -> None:
    assert due_in(Interval.WEEK, MONDAY_NOON, HOURS, time(18, 30)) == local(2026, 11, 30, 18, 30)


def test_a_day_means_its_morning_and_a_time_that_time() -> None:
    assert due_on(date(2026, 12, 1), None, MONDAY_NOON, HOURS) == local(2026, 12, 1, 9)
    assert due_on(date(2026, 12, 1), time(20), MONDAY_NOON, HOURS) == local(2026, 12, 1, 20)


def test_today_means_within_the_next_hours() -> None:
    assert due_on(date(2026, 11, 23), None, MONDAY_NOON, HOURS) == local(2026, 11, 23, 13)
    assert due_on(date(2026, 11, 23), None, local(2026, 11, 23, 12, 1), HOURS) == local(2026, 11, 23, 14)
    assert due_on(date(2026, 11, 23), None, local(2026, 11, 23, 1), HOURS) == local(2026, 11, 23, 9)
    assert due_on(date(2026, 11, 23), time(12, 30), MONDAY_NOON, HOURS) == local(2026, 11, 23, 12, 30)


@pytest.mark.parametrize(
    ("day", "at", "field"),
    [
        (date(2026, 11, 22), None, "day"),
        (date(2026, 11, 22), time(23, 59), "day"),
        (date(2026, 11, 23), time(12), "at"),
        (date(2026, 11, 23), time(9), "at"),
        (date(2027, 11, 26), None, "day"),
        (date(9999, 1, 1), None, "day"),
        (date(1, 1, 2), None, "day"),
        (date.min, time(), "day"),
        (date.max, time(23, 59), "day"),
    ],
)
def test_a_moment_that_has_passed_or_is_far_away_is_refused(day: date, at: time | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        due_on(day, at, MONDAY_NOON, HOURS)

    assert set(refused.value.problems) == {field}


def test_a_moment_without_anybody_there_moves_on_to_the_next_opening() -> None:
    assert due_on(date(2026, 11, 28), None, MONDAY_NOON, WEEKDAYS) == local(2026, 11, 30, 8)
    assert due_on(date(2026, 11, 24), time(23), MONDAY_NOON, WEEKDAYS) == local(2026, 11, 25, 8)
    assert due_in(Interval.NEXT_DAY, local(2026, 11, 27, 12), WEEKDAYS) == local(2026, 11, 30, 8)
    assert due_on(date(2026, 11, 28), None, MONDAY_NOON, NEVER) == local(2026, 11, 28, 9)


def test_a_morning_stays_a_morning_where_the_clocks_change() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = OpeningHours(berlin, (DAILY,) * 7)
    before = datetime(2026, 10, 24, 12, tzinfo=berlin)

    due = due_in(Interval.NEXT_DAY, before, hours)

    assert due.astimezone(berlin).hour == 9
    assert due - before.astimezone(due.tzinfo) == timedelta(hours=22)


def test_today_is_the_local_day() -> None:
    assert today(local(2026, 11, 23, 0, 0), HOURS) == (local(2026, 11, 23), local(2026, 11, 24))
    assert today(local(2026, 11, 23, 23, 59), HOURS) == (local(2026, 11, 23), local(2026, 11, 24))


def test_every_period_has_its_words() -> None:
    assert set(INTERVAL_WORDS) == set(Interval)
