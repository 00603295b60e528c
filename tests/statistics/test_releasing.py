"""Closed periods are decided once, in order, from what was counted; afterwards nothing changes them."""

import threading
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from hotline.base.errors import NotFound
from hotline.counters.actions import Dimension
from hotline.statistics import releases
from hotline.statistics.actions import AT_ONCE, SETTLED, release_due
from hotline.statistics.disclosure import Decision, Withheld, decide
from hotline.statistics.labels import LABELS, days_of, name_of
from hotline.statistics.models import Release, ReleasedCell
from hotline.statistics.tables import Candidate, Kind, Released, Replies, Times
from hotline.statistics.timeline import PERIODS, due
from hotline.tickets.levels import REPLY_TIMES
from tests.cast import ZONE, House
from tests.statistics.years import add, live, release_all

OPENED = date(2026, 11, 1)
A_DAY = datetime(2026, 11, 10, 9, tzinfo=ZONE)
SUNDAY_NIGHT = datetime(2026, 11, 15, 23, 59, tzinfo=ZONE)
MONTH_OVER = datetime(2026, 12, 1, 1, tzinfo=ZONE)
WEEK = "2026-W46"
NO_REPLIES = Replies(0, (0,) * (len(REPLY_TIMES) + 1))


def everything(house: House) -> list[tuple[object, ...]]:
    with house.database.read() as db:
        rows = [*db.scalars(select(Release)), *db.scalars(select(ReleasedCell))]
        return [tuple(getattr(row, column.name) for column in row.__table__.columns) for row in rows]


def decisions(house: House) -> dict[tuple[Kind, str], Decision]:
    with house.database.read() as db:
        return {(one.kind, name_of(one.kind, one.start)): one for one in releases.history(db)}


def test_a_period_is_released_an_hour_after_it_is_over_and_not_before(house: House) -> None:
    add(house, Dimension.CONTACTS, {"request": 33}, A_DAY)

    release_all(house, opened=OPENED, now=SUNDAY_NIGHT + timedelta(minutes=1))
    assert (Kind.CONTACTS, WEEK) not in decisions(house)
    release_all(house, opened=OPENED, now=SUNDAY_NIGHT + timedelta(minutes=1) + SETTLED)

    released = decisions(house)[Kind.CONTACTS, WEEK]
    assert isinstance(released, Released)
    assert dict(released.cells) == {"request": 35}
    assert {kind for kind, _ in decisions(house)} == {Kind.CONTACTS}


def test_what_is_counted_afterwards_changes_nothing(house: House) -> None:
    live(house, OPENED, date(2026, 12, 1), rate=60)
    assert release_all(house, opened=OPENED, now=MONTH_OVER) > 0
    before = everything(house)

    live(house, OPENED, date(2026, 12, 1), rate=60, seed=2)

    assert release_all(house, opened=OPENED, now=MONTH_OVER + timedelta(hours=5)) == 0
    assert everything(house) == before


def test_every_table_is_what_the_rule_decides_about_the_true_counts_in_order(house: House) -> None:
    dues = due(OPENED, date(2026, 12, 1))
    topics, groups = {"sleep": 3, "mood": 22, "study": 8}, {"student": 28, "family": 1, "public": 2}
    languages = {"zh-Hans": 27, "en": 4}
    add(house, Dimension.CONTACTS, {"request": 31}, A_DAY)
    add(house, Dimension.TOPIC, topics, A_DAY)
    add(house, Dimension.AUDIENCE, groups, A_DAY)
    add(house, Dimension.LANGUAGE, languages, A_DAY)
    true = {Kind.TOPIC: topics, Kind.AUDIENCE: groups, Kind.LANGUAGE: languages}

    release_all(house, opened=OPENED, now=MONTH_OVER)

    expected: list[Decision] = []
    for table in dues:
        numbers = true.get(table.kind, {})
        if table.kind is Kind.CONTACTS and name_of(table.kind, table.start) == WEEK:
            numbers = {"request": 31}
        cells = {label: numbers.get(label, 0) for label in LABELS[table.kind]}
        replies = dict.fromkeys(cells, NO_REPLIES) if table.kind is Kind.LEVEL else {}
        candidate = Candidate(table.kind, table.start, table.end, cells, replies)
        expected.append(decide(candidate, expected, opened=OPENED))
    assert decisions(house) == {(one.kind, name_of(one.kind, one.start)): one for one in expected}
    assert isinstance(decisions(house)[Kind.LANGUAGE, "2026-11"], Withheld)


def test_a_withheld_table_leaves_no_number_behind(house: House) -> None:
    add(house, Dimension.CONTACTS, {"request": 31}, A_DAY)
    add(house, Dimension.AUDIENCE, {"student": 28, "family": 1, "public": 2}, A_DAY)
    add(house, Dimension.LANGUAGE, {"zh-Hans": 27, "en": 4}, A_DAY)

    release_all(house, opened=OPENED, now=MONTH_OVER)

    with house.database.read() as db:
        actor = house.actor(db, "supervisor")
        assert releases.find(db, actor, "language", "2026-11").table is None
        assert db.scalars(select(ReleasedCell).where(ReleasedCell.kind == "language")).all() == []


def test_how_soon_replies_came_is_printed_from_what_was_counted(house: House) -> None:
    for step, n in {"0": 3, "2": 17, "4": 12}.items():
        add(house, Dimension.FIRST_REPLY, {"P3": n}, A_DAY, slot=step)
    add(house, Dimension.FIRST_REPLY, {"P1": 6}, A_DAY, slot="0")
    add(house, Dimension.FIRST_REPLY_IN_TIME, {"P3": 25, "P1": 6}, A_DAY)
    add(house, Dimension.CONTACTS, {"request": 60}, A_DAY)

    release_all(house, opened=OPENED, now=MONTH_OVER)

    levels = decisions(house)[Kind.LEVEL, "2026-11"]
    assert isinstance(levels, Released)
    assert dict(levels.cells) == {"P1": 5, "P2": 0, "P3": 30, "P4": 0}
    assert dict(levels.times) == {"P3": Times(share=2, median=2, ninetieth=4)}


def test_a_long_rest_is_made_up_for_a_few_tables_at_a_time(house: House) -> None:
    opened, now = date(2026, 1, 1), MONTH_OVER
    with house.database.write() as db:
        assert release_due(db, opened=opened, now=now, tz=ZONE) == AT_ONCE

    rest = release_all(house, opened=opened, now=now)

    assert AT_ONCE + rest == len(due(opened, date(2026, 12, 1)))


def test_two_releases_at_once_decide_every_table_once(house: House) -> None:
    live(house, OPENED, date(2026, 12, 1), rate=30)
    start, done = threading.Barrier(2), []

    def release() -> None:
        start.wait()
        done.append(release_all(house, opened=OPENED, now=MONTH_OVER))

    threads = [threading.Thread(target=release) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(done) == len(due(OPENED, date(2026, 12, 1))) == len(decisions(house))


def test_whoever_comes_second_to_a_table_changes_nothing(house: House) -> None:
    span = days_of(Kind.CONTACTS, WEEK)
    first = Released(Kind.CONTACTS, span.start, span.end, {"request": 30})
    with house.database.write() as db:
        assert releases.keep(db, first, now=MONTH_OVER)
    before = everything(house)

    with house.database.write() as db:
        other = Released(Kind.CONTACTS, span.start, span.end, {"request": 55})
        assert not releases.keep(db, other, now=MONTH_OVER)
        assert not releases.keep(db, Withheld(Kind.CONTACTS, span.start, span.end), now=MONTH_OVER)

    assert everything(house) == before


def test_a_code_that_no_list_has_any_more_is_still_in_its_table(house: House) -> None:
    add(house, Dimension.CONTACTS, {"request": 33}, A_DAY)
    add(house, Dimension.AUDIENCE, {"student": 21, "visitor": 12}, A_DAY)

    release_all(house, opened=OPENED, now=MONTH_OVER)

    groups = decisions(house)[Kind.AUDIENCE, "2026-11"]
    assert isinstance(groups, Released)
    assert list(groups.cells.items())[-1] == ("visitor", 10)


@pytest.mark.parametrize("name", ["lin", "administrator", "custodian"])
def test_whoever_may_not_see_statistics_is_given_none(house: House, name: str) -> None:
    add(house, Dimension.CONTACTS, {"request": 33}, A_DAY)
    release_all(house, opened=OPENED, now=MONTH_OVER)

    with house.database.read() as db:
        actor = house.actor(db, name)
        with pytest.raises(NotFound):
            releases.find(db, actor, "contacts", WEEK)
        with pytest.raises(NotFound):
            releases.newest(db, actor)


@pytest.mark.parametrize("kind", list(PERIODS))
def test_a_period_is_found_again_by_its_name(kind: Kind) -> None:
    day = date(2024, 12, 28)
    while day < date(2027, 1, 10):
        span = PERIODS[kind](day)
        assert days_of(kind, name_of(kind, span.start)) == span
        day += timedelta(days=1)
