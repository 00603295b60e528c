"""What the worker does with due follow-ups: everything depends on the ticket at that moment."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.accounts import sessions
from hotline.base.db import open_database
from hotline.followups import queries, reminding
from hotline.followups.lifecycle import Found, Outcome, Situation, State, Why, situation_of
from hotline.followups.models import FollowUp
from hotline.followups.queries import stands
from hotline.intake import actions as intake
from hotline.tickets import consent, ending
from hotline.tickets import lifecycle as tickets
from hotline.tickets.models import Ticket
from tests import flows
from tests.cast import NOON, ZONE, Caller, House
from tests.followups import plans
from tests.followups.plans import IN_3_DAYS, claim, outbox, plan, row, taken, ticket_of

A_MOMENT = timedelta(seconds=1)


@pytest.fixture
def lins(house: House) -> Caller:
    plans.give_address(house, "lin")
    plans.give_address(house, "mei", "mei@example.org")
    return taken(house)


def test_nothing_is_claimed_before_it_is_due(house: House, lins: Caller) -> None:
    made = plan(house, "lin", lins)

    assert claim(house, now=IN_3_DAYS - A_MOMENT) == 0
    assert row(house, made).state == State.PLANNED
    assert outbox(house) == []


def test_a_due_one_is_reminded_once_with_a_mail_in_the_same_transaction(house: House, lins: Caller) -> None:
    made = plan(house, "lin", lins)

    assert claim(house) == 1
    assert claim(house) == 0
    assert claim(house, now=IN_3_DAYS + timedelta(days=30)) == 0

    assert (row(house, made).state, row(house, made).reminded_at) == (State.REMINDED, IN_3_DAYS)
    assert [mail.account_id for mail in outbox(house)] == [house.person("lin").id]


def test_if_the_transaction_fails_neither_the_reminder_nor_the_mail_is_there(
    house: House, lins: Caller
) -> None:
    made = plan(house, "lin", lins)

    def claims_and_breaks() -> None:
        with house.database.write() as db:
            assert reminding.claim_due(db, house.deployment, house.hours, now=IN_3_DAYS) == 1
            raise RuntimeError

    with pytest.raises(RuntimeError):
        claims_and_breaks()
    assert row(house, made).state == State.PLANNED
    assert row(house, made).claimed_until is None
    assert outbox(house) == []
    assert claim(house) == 1


def test_without_an_address_the_reminder_is_in_the_list_alone(house: House, lins: Caller) -> None:
    plans.give_address(house, "lin", None)
    made = plan(house, "lin", lins)

    claim(house)

    assert row(house, made).state == State.REMINDED
    assert outbox(house) == []
    with house.database.read() as db:
        assert [line.state for line in queries.mine(db, house.actor(db, "lin"))] == [State.REMINDED]


def test_a_morning_with_many_follow_ups_is_one_mail(house: House, lins: Caller) -> None:
    plan(house, "lin", lins)
    for _ in range(4):
        plan(house, "lin", taken(house))

    assert claim(house) == 5
    assert len(outbox(house)) == 1


def test_one_that_the_counselor_closed_still_reminds(house: House, lins: Caller) -> None:
    made = plan(house, "lin", lins)
    flows.close(house, "lin", lins)

    claim(house)

    assert row(house, made).state == State.REMINDED
    assert len(outbox(house)) == 1


def finish(house: House, caller: Caller) -> None:
    with house.database.write() as db:
        ending.finish_as_caller(db, caller.keys, tz=ZONE, now=NOON)


def stop(house: House, caller: Caller) -> None:
    with house.database.write() as db:
        consent.stop_follow_ups(db, caller.keys)


def delete(house: House, caller: Caller) -> None:
    with house.database.write() as db:
        token = sessions.start_caller(db, house.deployment, caller.keys, stay=False, now=NOON)
        session = sessions.resume(db, house.deployment, sessions.Kind.CALLER, token, now=NOON)
        intake.delete_conversation(db, house.deployment, session, tz=ZONE, now=NOON)


@pytest.mark.parametrize(("ends", "why"), [(finish, Why.STOPPED), (stop, Why.STOPPED), (delete, Why.DELETED)])
@pytest.mark.parametrize("is_reminded", [False, True])
def test_what_the_caller_ended_is_cancelled_without_waiting_for_its_day(
    house: House,
    lins: Caller,
    ends: Callable[[House, Caller], None],
    why: Why,
    *,
    is_reminded: bool,
) -> None:
    first, second = plan(house, "lin", lins), plan(house, "lin", lins, NOON + timedelta(days=90))
    if is_reminded:
        claim(house)
    ends(house, lins)
    before = len(outbox(house))

    assert claim(house, now=NOON + A_MOMENT if not is_reminded else IN_3_DAYS + A_MOMENT) == 2

    for made in (first, second):
        assert (row(house, made).state, row(house, made).why) == (State.CANCELLED, why)
    assert len(outbox(house)) == before
    assert ticket_of(house, lins).follow_up_at is None


def test_one_that_waits_in_the_queue_is_postponed_and_the_caller_told_the_new_day(
    house: House, lins: Caller
) -> None:
    made = plan(house, "lin", lins)
    plans.disable(house, "lin")
    flows.write_again(house, lins, "有人吗？", now=NOON)

    assert claim(house) == 1

    kept = row(house, made)
    assert (kept.state, kept.due_at.date()) == (State.PLANNED, (IN_3_DAYS + timedelta(days=1)).date())
    assert ticket_of(house, lins).follow_up_at == kept.due_at
    assert outbox(house) == []


@pytest.mark.parametrize("is_reminded", [False, True])
def test_a_ticket_with_another_counselor_reminds_that_one(
    house: House, lins: Caller, *, is_reminded: bool
) -> None:
    made = plan(house, "lin", lins)
    if is_reminded:
        claim(house)
    plans.disable(house, "lin")
    flows.write_again(house, lins, "有人吗？", now=IN_3_DAYS)
    flows.keep_team(house, "mei")
    flows.take(house, "mei", lins, now=IN_3_DAYS)

    assert claim(house, now=IN_3_DAYS + A_MOMENT) == 1

    assert row(house, made).account_id == house.person("mei").id
    assert outbox(house)[-1].account_id == house.person("mei").id
    with house.database.read() as db:
        assert [line.id for line in queries.mine(db, house.actor(db, "mei"))] == [made]


def test_one_whose_counselor_left_stays_due_on_the_board_and_goes_on_when_they_are_back(
    house: House, lins: Caller
) -> None:
    made = plan(house, "lin", lins)
    plans.disable(house, "lin")

    assert claim(house) == 1
    assert claim(house, now=IN_3_DAYS + A_MOMENT) == 0  # not every half minute

    assert row(house, made).state == State.PLANNED
    assert outbox(house) == []
    with house.database.read() as db:
        counts = queries.standing(db, house.deployment, now=IN_3_DAYS)
    assert (counts.due, counts.coming, counts.orphaned) == (1, 0, 1)

    plans.enable(house, "lin")
    assert claim(house, now=IN_3_DAYS + reminding.LOOK_AGAIN) == 1
    assert row(house, made).state == State.REMINDED
    assert len(outbox(house)) == 1


def test_the_board_counts_what_is_due_and_what_comes(house: House, lins: Caller) -> None:
    plan(house, "lin", lins)
    plan(house, "lin", lins, NOON + timedelta(days=30))
    done = plan(house, "lin", taken(house))
    plans.make(house, "lin", _caller_of(house, done, lins), done, Outcome.BETTER)

    with house.database.read() as db:
        counts = queries.standing(db, house.deployment, now=IN_3_DAYS)

    assert (counts.due, counts.coming, counts.orphaned) == (1, 1, 0)


def test_a_clock_that_was_ahead_reminds_early_and_never_twice(house: House, lins: Caller) -> None:
    soon, late = plan(house, "lin", lins), plan(house, "lin", taken(house), NOON + timedelta(days=60))
    assert claim(house, now=NOON + timedelta(days=30)) == 1

    assert claim(house, now=NOON) == 0  # the clock is right again
    assert claim(house, now=IN_3_DAYS) == 0

    assert row(house, soon).state == State.REMINDED
    assert row(house, late).state == State.PLANNED
    assert claim(house, now=NOON + timedelta(days=60)) == 1


def test_a_claim_made_by_a_clock_that_was_ahead_keeps_nothing_back(house: House, lins: Caller) -> None:
    made = plan(house, "lin", lins)
    plans.disable(house, "lin")
    claim(house, now=NOON + timedelta(days=3650))
    plans.enable(house, "lin")

    assert claim(house, now=IN_3_DAYS) == 1
    assert row(house, made).state == State.REMINDED


def test_of_two_workers_that_saw_the_same_row_one_gets_it(house: House, lins: Caller) -> None:
    plan(house, "lin", lins)
    other = open_database(house.url)
    with other.read() as late:
        (seen,) = queries.to_be_claimed(late, now=IN_3_DAYS, at_most=10)
        late.expunge(seen)
    claim(house)

    with other.write() as db:
        db.add(seen)
        claimed = reminding._claim(db, seen, now=IN_3_DAYS)
    other.dispose()

    assert not claimed
    assert len(outbox(house)) == 1


def test_the_rule_in_statements_is_the_rule_in_the_table(house: House, lins: Caller) -> None:
    """Every combination of what a ticket can say, asked both ways."""
    plan(house, "lin", lins)
    over = {Situation.DELETED, Situation.STOPPED}
    for state in tickets.State:
        for outcome in (None, *tickets.Outcome):
            for said in tickets.Consent:
                for told in (None, IN_3_DAYS):
                    met = Found(
                        state, outcome, said, told is not None, is_same_counselor=True, counselor_works=True
                    )
                    values = {"state": state, "outcome": outcome, "follow_up": said, "follow_up_at": told}
                    assert _stands(house, lins, values) == (situation_of(met) not in over), values


def _stands(house: House, caller: Caller, values: dict[str, object]) -> bool:
    with house.database.write() as db:
        ticket = db.get_one(Ticket, caller.ticket)
        for name, value in values.items():
            setattr(ticket, name, value)
        db.flush()
        asked = select(func.count()).select_from(FollowUp).join(Ticket, Ticket.id == FollowUp.ticket_id)
        return db.scalar(asked.where(stands())) == 1


def _caller_of(house: House, follow_up: object, like: Caller) -> Caller:
    with house.database.read() as db:
        ticket = db.get_one(FollowUp, follow_up).ticket_id
    return Caller(like.code, ticket, like.reference, like.keys)
