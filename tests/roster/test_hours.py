"""Opening hours: every promise of a time is counted with them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from hotline.roster.hours import DAY, BadHours, OpeningHours, load_hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
LONDON = ZoneInfo("Europe/London")
CLOSED: tuple[tuple[int, int], ...] = ()
DAYTIME = ((8 * 60, 22 * 60),)
ALWAYS = ((0, DAY),)


def shanghai(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026, where the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


def week(*days: tuple[tuple[int, int], ...]) -> OpeningHours:
    return OpeningHours(SHANGHAI, days * 7 if len(days) == 1 else days)


def test_the_shipped_hours_are_eight_to_ten_every_day() -> None:
    hours = load_hours(SHANGHAI)

    assert not hours.is_open(shanghai(23, 7, 59))
    assert hours.is_open(shanghai(23, 8))
    assert hours.is_open(shanghai(29, 21, 59))
    assert not hours.is_open(shanghai(29, 22))


def test_while_open_the_closing_time_is_known_and_while_closed_the_opening_time() -> None:
    hours = week(DAYTIME)

    assert hours.closes_at(shanghai(23, 12)) == shanghai(23, 22)
    assert hours.opens_at(shanghai(23, 12)) == shanghai(23, 12)
    assert hours.closes_at(shanghai(23, 23)) is None
    assert hours.opens_at(shanghai(23, 23)) == shanghai(24, 8)


def test_a_day_off_moves_the_opening_to_the_next_day_with_hours() -> None:
    hours = week(DAYTIME, CLOSED, CLOSED, DAYTIME, CLOSED, CLOSED, CLOSED)

    assert not hours.is_open(shanghai(24, 12))
    assert hours.opens_at(shanghai(23, 22)) == shanghai(26, 8)
    assert hours.opens_at(shanghai(26, 22)) == shanghai(30, 8)


def test_a_range_past_midnight_belongs_to_the_day_it_starts_on() -> None:
    friday_night = ((20 * 60, 26 * 60),)
    hours = week(CLOSED, CLOSED, CLOSED, CLOSED, friday_night, CLOSED, CLOSED)

    assert hours.is_open(shanghai(28, 1, 59))
    assert hours.closes_at(shanghai(27, 21)) == shanghai(28, 2)
    assert not hours.is_open(shanghai(27, 1))
    assert not hours.is_open(shanghai(28, 2))


def test_hours_that_touch_at_midnight_are_one_stretch() -> None:
    hours = week(CLOSED, CLOSED, CLOSED, CLOSED, CLOSED, ((20 * 60, DAY),), ((0, 60),))

    assert hours.closes_at(shanghai(28, 21)) == shanghai(29, 1)


def test_round_the_clock_never_closes() -> None:
    hours = week(ALWAYS)

    assert hours.closes_at(shanghai(23, 12)) is None
    assert hours.is_open(shanghai(24, 0))
    assert hours.add_staffed(shanghai(23, 12), 3 * DAY) == shanghai(26, 12)


def test_without_any_hours_nothing_is_promised() -> None:
    hours = week(CLOSED)

    assert hours.opens_at(shanghai(23, 12)) is None
    assert hours.add_staffed(shanghai(23, 12), 1) is None


@pytest.mark.parametrize(
    ("start", "minutes", "due"),
    [
        (shanghai(23, 9), 15, shanghai(23, 9, 15)),
        (shanghai(23, 21, 50), 15, shanghai(24, 8, 5)),
        (shanghai(23, 21, 45), 15, shanghai(23, 22)),
        (shanghai(23, 2), 240, shanghai(23, 12)),
        (shanghai(23, 23), 240, shanghai(24, 12)),
        (shanghai(23, 8), 24 * 60, shanghai(24, 18)),
        (shanghai(23, 9), 0, shanghai(23, 9)),
    ],
)
def test_staffed_minutes_skip_closed_hours(start: datetime, minutes: int, due: datetime) -> None:
    assert week(DAYTIME).add_staffed(start, minutes) == due


def test_answers_are_in_utc() -> None:
    due = week(DAYTIME).add_staffed(shanghai(23, 9), 15)

    assert due is not None
    assert due.tzinfo is UTC


def test_the_wall_clock_counts_when_summer_time_ends() -> None:
    hours = OpeningHours(LONDON, (DAYTIME,) * 7)
    before = datetime(2026, 10, 24, 21, 30, tzinfo=LONDON)  # the night has 25 hours

    assert hours.opens_at(before.replace(hour=22)) == datetime(2026, 10, 25, 8, tzinfo=LONDON)
    assert hours.add_staffed(before, 60) == datetime(2026, 10, 25, 8, 30, tzinfo=LONDON)


def test_a_range_inside_the_hour_that_summer_time_skips_is_no_range() -> None:
    hours = OpeningHours(LONDON, (((75, 120),),) * 7)
    sunday = datetime(2026, 3, 29, 1, 20, tzinfo=UTC)

    assert not hours.is_open(sunday)
    assert hours.opens_at(sunday) == datetime(2026, 3, 30, 0, 15, tzinfo=UTC)


minutes_of_day = st.integers(0, DAY - 1)
ranges = st.lists(minutes_of_day, max_size=4, unique=True).map(
    lambda cuts: tuple(
        (start, end) for start, end in zip(sorted(cuts)[::2], sorted(cuts)[1::2], strict=False)
    )
)
weeks = st.tuples(*[ranges] * 7)
zones = st.sampled_from([SHANGHAI, LONDON, ZoneInfo("America/St_Johns")])
START = datetime(2026, 1, 1, tzinfo=UTC)
moments = st.integers(0, 730 * DAY).map(lambda minute: START + timedelta(minutes=minute))


@given(weeks, zones, moments)
def test_the_opening_time_is_open_and_nothing_before_it_is(
    days: tuple[tuple[tuple[int, int], ...], ...], zone: ZoneInfo, now: datetime
) -> None:
    hours = OpeningHours(zone, days)
    opens = hours.opens_at(now)
    assume(opens is not None)
    assert opens is not None

    assert opens >= now
    assert hours.is_open(opens)
    if opens > now:
        assert not hours.is_open(now)
        assert not hours.is_open(opens - timedelta(microseconds=1))


@given(weeks, zones, moments)
def test_the_closing_time_is_the_first_moment_that_is_closed(
    days: tuple[tuple[tuple[int, int], ...], ...], zone: ZoneInfo, now: datetime
) -> None:
    hours = OpeningHours(zone, days)
    closes = hours.closes_at(now)

    if closes is None:
        assert not hours.is_open(now)
    else:
        assert hours.is_open(now)
        assert hours.is_open(closes - timedelta(microseconds=1))
        assert not hours.is_open(closes)


@given(weeks, zones, moments, st.integers(1, 2000), st.integers(1, 2000))
def test_staffed_minutes_add_up(
    days: tuple[tuple[tuple[int, int], ...], ...],
    zone: ZoneInfo,
    now: datetime,
    first: int,
    second: int,
) -> None:
    hours = OpeningHours(zone, days)
    reached = hours.add_staffed(now, first)
    assume(reached is not None)
    assert reached is not None

    assert reached >= now + timedelta(minutes=first)
    assert hours.is_open(reached - timedelta(microseconds=1))
    assert hours.add_staffed(reached, second) == hours.add_staffed(now, first + second)


def _file(tmp_path: Path, monday: str, rest: str = '["08:00-22:00"]') -> Path:
    names = ("tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    path = tmp_path / "hours.toml"
    path.write_text("\n".join([f"monday = {monday}", *(f"{name} = {rest}" for name in names)]))
    return path


def test_a_file_in_the_data_directory_replaces_the_shipped_one(tmp_path: Path) -> None:
    path = _file(tmp_path, '["14:00-18:30", "08:00-12:00"]', rest='["22:00-02:00"]')

    hours = load_hours(SHANGHAI, path)

    assert hours.week[0] == ((480, 720), (840, 1110))
    assert hours.week[1] == ((1320, 1560),)


def test_the_whole_day_and_no_day_can_be_written(tmp_path: Path) -> None:
    hours = load_hours(SHANGHAI, _file(tmp_path, '["00:00-24:00"]', rest="[]"))

    assert hours.week == (((0, DAY),), *[CLOSED] * 6)


@pytest.mark.parametrize(
    ("monday", "complaint"),
    [
        ('["8-22"]', "'8-22', not a range"),
        ('["08:00-25:00"]', "not a range"),
        ('["08:00-24:30"]', "leaves the day"),
        ('["24:00-24:00"]', "leaves the day"),
        ('"08:00-22:00"', "must be a list"),
        ("[8]", "has 8, not a range"),
        ('["08:00-12:00", "11:00-13:00"]', "overlap"),
        ('["08:00-12:00"', "cannot be read"),
        ("[]\nholiday = []", "holiday is not a weekday"),
    ],
)
def test_a_bad_file_says_where_and_why(tmp_path: Path, monday: str, complaint: str) -> None:
    with pytest.raises(BadHours, match=complaint):
        load_hours(SHANGHAI, _file(tmp_path, monday))


def test_a_forgotten_day_is_not_taken_for_a_closed_one(tmp_path: Path) -> None:
    path = tmp_path / "hours.toml"
    path.write_text("monday = []")

    with pytest.raises(BadHours, match=r"tuesday is missing; closed all day is written tuesday = \[\]"):
        load_hours(SHANGHAI, path)
