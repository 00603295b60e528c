"""What is counted of replies and endings, in the transaction that makes them."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from hotline.base.errors import Refused
from hotline.counters.actions import Dimension
from hotline.counters.models import Counter
from hotline.followups import actions as followups
from hotline.intake.screening import Safety
from hotline.tickets import ending
from hotline.tickets import queries as tickets
from hotline.tickets.levelling import Reason, set_level
from hotline.tickets.levels import REPLY_TIMES, Level, reply_step
from hotline.tickets.lifecycle import Outcome
from tests import flows
from tests.cast import NOON, ZONE, Caller, House
from tests.followups import plans

REPLIES = (Dimension.FIRST_REPLY, Dimension.FIRST_REPLY_IN_TIME)


def counted(house: House, *dimensions: Dimension) -> dict[tuple[str, ...], int]:
    with house.database.read() as db:
        rows = db.scalars(select(Counter).where(Counter.dimension.in_(dimensions)))
        return {(row.period, row.dimension, row.value, row.slot): row.n for row in rows}


@pytest.fixture
def lins(house: House) -> Caller:
    """Lin's ticket, looked at and not answered."""
    caller = house.send("我最近睡不着。", now=NOON)
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    return caller


def test_only_the_first_reply_counts_in_its_month_with_how_long_it_took(house: House, lins: Caller) -> None:
    flows.reply(house, "lin", lins, "你好。", now=NOON + timedelta(hours=3))
    flows.reply(house, "lin", lins, "还有一句。", now=NOON + timedelta(days=9))

    assert counted(house, *REPLIES) == {
        ("2026-11", "first-reply", "P3", "2"): 1,
        ("2026-11", "first-reply-in-time", "P3", ""): 1,
    }


def test_a_late_reply_counts_with_the_level_of_that_moment_and_not_as_in_time(
    house: House, lins: Caller
) -> None:
    with house.database.write() as db:
        ticket = tickets.own_ticket(db, house.actor(db, "lin"), lins.reference)
        set_level(db, house.actor(db, "lin"), ticket, Level.P2, Reason.MORE_URGENT, house.hours, now=NOON)

    flows.reply(house, "lin", lins, "你好。", now=NOON + timedelta(days=8))

    assert counted(house, *REPLIES) == {("2026-12", "first-reply", "P2", "7"): 1}


def test_a_first_reply_on_a_ticket_that_was_closed_meanwhile_is_not_in_time(
    house: House, lins: Caller
) -> None:
    flows.close(house, "lin", lins, now=NOON + timedelta(days=20))
    plans.plan(house, "lin", lins, NOON + timedelta(days=22), now=NOON + timedelta(days=20))
    with house.database.write() as db:
        ticket = tickets.own_ticket(db, house.actor(db, "lin"), lins.reference)
        followups.reopen(db, house.actor(db, "lin"), ticket, now=NOON + timedelta(days=21))

    flows.reply(house, "lin", lins, "你好。", now=NOON + timedelta(days=21))

    assert counted(house, Dimension.FIRST_REPLY_IN_TIME) == {}
    assert len(counted(house, Dimension.FIRST_REPLY)) == 1


def test_the_first_reply_after_coming_back_is_no_second_first_reply(house: House, lins: Caller) -> None:
    flows.reply(house, "lin", lins, "你好。")
    flows.close(house, "lin", lins)
    flows.write_again(house, lins, "我又来了。")
    flows.take(house, "mei", lins)
    flows.review(house, "mei", lins)
    flows.reply(house, "mei", lins, "欢迎回来。")

    assert counted(house, Dimension.FIRST_REPLY) == {("2026-11", "first-reply", "P3", "0"): 1}


def test_every_ending_counts_with_its_outcome_also_the_second_of_a_ticket(house: House, lins: Caller) -> None:
    flows.close(house, "lin", lins)
    flows.write_again(house, lins, "我又来了。")
    with house.database.write() as db:
        ending.finish_as_caller(db, lins.keys, tz=ZONE, now=NOON)
        ending.finish_as_caller(db, lins.keys, tz=ZONE, now=NOON)

    assert counted(house, Dimension.OUTCOME) == {
        ("2026-11", "outcome", "listened", ""): 1,
        ("2026-11", "outcome", "stopped-by-caller", ""): 1,
    }


def test_deleting_ends_an_open_conversation_and_a_closed_one_only_goes_away(
    house: House, lins: Caller
) -> None:
    waiting = house.send("我在等。", safety=Safety.SKIP)
    flows.close(house, "lin", lins)
    with house.database.write() as db:
        ending.delete_as_caller(db, lins.keys, tz=ZONE, now=NOON)
        ending.delete_as_caller(db, waiting.keys, tz=ZONE, now=NOON)

    assert counted(house, Dimension.OUTCOME) == {
        ("2026-11", "outcome", "listened", ""): 1,
        ("2026-11", "outcome", "stopped-by-caller", ""): 1,
    }


def test_what_was_refused_is_not_counted(house: House, lins: Caller) -> None:
    with house.database.write() as db:
        ticket, mei = tickets.any_ticket(db, lins.reference), house.actor(db, "mei")
        with pytest.raises(Refused):
            ending.close(db, mei, ticket, Outcome.LISTENED, tz=ZONE, now=NOON)

    assert counted(house, Dimension.OUTCOME) == {}


@pytest.mark.parametrize(
    ("took", "step"),
    [
        (timedelta(0), 0),
        (timedelta(minutes=15), 0),
        (timedelta(minutes=15, seconds=1), 1),
        (timedelta(hours=24), 4),
        (timedelta(days=3), 6),
        (timedelta(days=3, seconds=1), len(REPLY_TIMES)),
    ],
)
def test_times_fall_into_steps(took: timedelta, step: int) -> None:
    assert reply_step(took) == step
