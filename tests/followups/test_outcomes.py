"""Saying what came of a follow-up, or cancelling it; what an old page says is not taken."""

from datetime import timedelta
from uuid import UUID

import pytest

from hotline.audit.acts import Act
from hotline.base.errors import Conflict, NotFound
from hotline.followups import actions
from hotline.followups.lifecycle import Outcome, State, Why
from hotline.tickets import consent
from hotline.tickets.lifecycle import Consent
from hotline.tickets.models import Ticket
from tests.cast import NOON, ZONE, Caller, House
from tests.followups import plans
from tests.followups.plans import IN_3_DAYS, acts, make, plan, row, taken, ticket_of

IN_A_WEEK = NOON + timedelta(days=7)


@pytest.mark.parametrize("outcome", [Outcome.BETTER, Outcome.SAME, Outcome.WORSE])
def test_a_contact_that_was_made_is_done_and_counted_by_its_outcome(house: House, outcome: Outcome) -> None:
    caller = taken(house)
    made = plan(house, "lin", caller)

    make(house, "lin", caller, made, outcome)

    kept = row(house, made)
    assert (kept.state, kept.outcome, kept.attempts, kept.ended_at) == (State.DONE, outcome, 1, IN_3_DAYS)
    assert plans.counted(house, "follow-ups-completed") == {("2026-11", outcome): 1}
    assert acts(house, caller)[-1] == (Act.FOLLOW_UP_MADE, outcome)


def test_no_answer_is_tried_again_after_three_days_and_lapses_at_the_third(house: House) -> None:
    caller = taken(house)
    made = plan(house, "lin", caller)

    for attempt in (1, 2):
        now = IN_3_DAYS + timedelta(days=3 * (attempt - 1))
        make(house, "lin", caller, made, Outcome.NO_ANSWER, now=now)
        kept = row(house, made)
        assert (kept.state, kept.attempts, kept.outcome) == (State.PLANNED, attempt, None)
        assert kept.due_at.date() == (now + timedelta(days=3)).date()
        assert ticket_of(house, caller).follow_up_at == kept.due_at
        assert plans.counted(house, "follow-ups-completed") == {}
    make(house, "lin", caller, made, Outcome.NO_ANSWER, now=IN_3_DAYS + timedelta(days=6))

    assert row(house, made).state == State.LAPSED
    assert ticket_of(house, caller).follow_up_at is None
    assert plans.counted(house, "follow-ups-completed") == {("2026-12", "no-answer"): 1}


def said_of_try(house: House, caller: Caller, follow_up: UUID, outcome: Outcome, *, tried: int) -> None:
    """What a page says that showed the follow-up after so many tries."""
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        means = (db, house.actor(db, "lin"), ticket, follow_up, outcome)
        actions.make(*means, tried=tried, hours=house.hours, tz=ZONE, now=IN_3_DAYS)


def test_no_answer_sent_again_counts_once(house: House) -> None:
    caller = taken(house)
    made = plan(house, "lin", caller)

    for _ in range(3):
        said_of_try(house, caller, made, Outcome.NO_ANSWER, tried=0)

    assert (row(house, made).state, row(house, made).attempts) == (State.PLANNED, 1)


def test_what_an_old_page_says_of_an_earlier_try_is_not_taken(house: House) -> None:
    caller = taken(house)
    made = plan(house, "lin", caller)
    said_of_try(house, caller, made, Outcome.NO_ANSWER, tried=0)

    with pytest.raises(Conflict):
        said_of_try(house, caller, made, Outcome.BETTER, tried=0)
    assert row(house, made).state == State.PLANNED


def test_what_the_caller_stopped_does_not_come_back_from_an_old_page(house: House) -> None:
    caller = taken(house)
    first, second = plan(house, "lin", caller), plan(house, "lin", caller, IN_A_WEEK)
    with house.database.write() as db:
        consent.stop_follow_ups(db, caller.keys)
        consent.allow_follow_ups(db, caller.keys)

    for follow_up in (first, second):
        with house.database.write() as db, pytest.raises(Conflict):
            actions.cancel(db, house.actor(db, "lin"), db.get_one(Ticket, caller.ticket), follow_up, now=NOON)
        with pytest.raises(Conflict):
            make(house, "lin", caller, follow_up, Outcome.BETTER)

    assert ticket_of(house, caller).follow_up_at is None


def test_a_caller_who_declines_is_not_written_to_again(house: House) -> None:
    caller = taken(house)
    first, second = plan(house, "lin", caller), plan(house, "lin", caller, IN_A_WEEK)

    make(house, "lin", caller, first, Outcome.DECLINED)

    assert row(house, first).state == State.DONE
    assert (row(house, second).state, row(house, second).why) == (State.CANCELLED, Why.STOPPED)
    told = ticket_of(house, caller)
    assert (told.follow_up, told.follow_up_at) == (Consent.NO, None)


def test_a_cancelled_follow_up_is_over(house: House) -> None:
    caller = taken(house)
    made = plan(house, "lin", caller)

    with house.database.write() as db:
        actions.cancel(db, house.actor(db, "lin"), db.get_one(Ticket, caller.ticket), made, now=NOON)

    assert (row(house, made).state, row(house, made).why) == (State.CANCELLED, Why.COUNSELOR)
    assert ticket_of(house, caller).follow_up_at is None
    assert acts(house, caller)[-1] == (Act.FOLLOW_UP_CANCELLED, None)
    with pytest.raises(Conflict):
        make(house, "lin", caller, made, Outcome.BETTER)


def test_a_follow_up_of_another_ticket_is_not_found_here(house: House) -> None:
    mine, other = taken(house), taken(house)
    made = plan(house, "lin", other)

    with pytest.raises(NotFound):
        make(house, "lin", mine, made, Outcome.BETTER)
    assert row(house, made).state == State.PLANNED
