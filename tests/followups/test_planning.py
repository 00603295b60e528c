"""Planning a follow-up, and the caller's word on it."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from hotline.audit.acts import Act
from hotline.base.errors import Conflict, Invalid, NotFound, Refused
from hotline.followups import actions, queries
from hotline.followups.actions import MOST_OPEN, PURPOSE_LIMIT, NotWanted
from hotline.followups.lifecycle import Outcome, State, Why
from hotline.tickets import consent, ending
from hotline.tickets.lifecycle import Consent
from hotline.tickets.models import Ticket
from tests import flows
from tests.canaries import Canaries
from tests.cast import NOON, ZONE, Caller, House
from tests.followups import plans
from tests.followups.plans import IN_3_DAYS, acts, make, plan, row, taken, ticket_of

IN_A_WEEK = NOON + timedelta(days=7)
WHY = "问她这几天睡得怎么样"


def stop(house: House, caller: Caller) -> None:
    with house.database.write() as db:
        consent.stop_follow_ups(db, caller.keys)


def allow(house: House, caller: Caller) -> None:
    with house.database.write() as db:
        consent.allow_follow_ups(db, caller.keys)


def purposes(house: House, name: str, caller: Caller) -> list[str | None]:
    with house.database.read() as db:
        ticket, keys = db.get_one(Ticket, caller.ticket), house.person(name).keys
        means = (db, house.deployment, house.journal, house.actor(db, name), keys, ticket)
        return [one.text for one in actions.read(*means, now=NOON)]


def test_a_plan_tells_the_caller_and_counts_and_stands_in_the_trail(house: House) -> None:
    caller = taken(house)

    made = plan(house, "lin", caller)

    assert row(house, made).state == State.PLANNED
    assert ticket_of(house, caller).follow_up_at == IN_3_DAYS
    assert plans.counted(house, "follow-ups-planned") == {("2026-11", "planned"): 1}
    assert acts(house, caller) == [(Act.FOLLOW_UP_PLANNED, None)]


def test_why_it_was_planned_is_sealed_and_only_the_counselor_opens_it(house: House) -> None:
    caller = taken(house)
    plan(house, "lin", caller, purpose=WHY)

    assert purposes(house, "lin", caller) == [WHY]
    assert acts(house, caller)[-1] == (Act.FOLLOW_UPS_READ, None)
    with pytest.raises(NotFound):
        purposes(house, "mei", caller)
    house.database.dispose()
    assert Canaries({"why": WHY}).in_files(house.folder.iterdir()) == {}


def test_a_plan_without_words_opens_nothing_and_leaves_no_line_about_it(house: House) -> None:
    caller = taken(house)
    plan(house, "lin", caller, purpose=" \n")

    assert purposes(house, "lin", caller) == [""]
    assert (Act.FOLLOW_UPS_READ, None) not in acts(house, caller)


def test_a_later_counselor_sees_that_there_was_a_plan_and_not_why(house: House) -> None:
    caller = taken(house)
    plan(house, "lin", caller, purpose=WHY)
    plans.disable(house, "lin")
    flows.write_again(house, caller, "还在吗？", now=NOON)
    flows.keep_team(house, "mei")
    flows.take(house, "mei", caller)
    plan(house, "mei", caller, IN_A_WEEK, purpose="再问一次")

    assert purposes(house, "mei", caller) == [None, "再问一次"]


def test_a_caller_who_said_no_is_not_planned_for(house: House) -> None:
    caller = taken(house)
    stop(house, caller)

    with pytest.raises(NotWanted) as refused:
        plan(house, "lin", caller)

    assert set(refused.value.problems) == {"when"}
    assert ticket_of(house, caller).follow_up_at is None
    assert plans.counted(house, "follow-ups-planned") == {}


def test_the_callers_stop_counts_at_once_and_allowing_again_brings_nothing_back(house: House) -> None:
    caller = taken(house)
    stopped = plan(house, "lin", caller)
    stop(house, caller)
    assert ticket_of(house, caller).follow_up_at is None
    with house.database.read() as db:
        assert queries.mine(db, house.actor(db, "lin")) == []

    allow(house, caller)
    assert ticket_of(house, caller).follow_up == Consent.YES
    anew = plan(house, "lin", caller, IN_A_WEEK)

    assert row(house, stopped).state == State.CANCELLED
    assert row(house, stopped).why == Why.STOPPED
    assert ticket_of(house, caller).follow_up_at == IN_A_WEEK
    with house.database.read() as db:
        assert [line.id for line in queries.mine(db, house.actor(db, "lin"))] == [anew]


def test_a_plan_made_at_the_moment_of_the_stop_does_not_outlive_it(house: House) -> None:
    """The caller's session has read the ticket as it was before the plan, and writes after it."""
    caller = taken(house)
    with house.database.write() as db:
        assert db.get_one(Ticket, caller.ticket).follow_up_at is None
        planned = {"due": IN_3_DAYS.replace(tzinfo=None)}
        db.connection().execute(text("UPDATE tickets SET follow_up_at = :due"), planned)

        consent.stop_follow_ups(db, caller.keys)

    assert ticket_of(house, caller).follow_up_at is None


def test_the_same_form_sent_twice_is_one_follow_up(house: House) -> None:
    caller, form = taken(house), uuid4()

    first = plan(house, "lin", caller, form=form)
    again = plan(house, "lin", caller, form=form)

    assert first == again == form
    assert plans.counted(house, "follow-ups-planned") == {("2026-11", "planned"): 1}


def test_a_form_id_of_somebody_elses_follow_up_makes_a_new_one(house: House) -> None:
    mine, theirs = taken(house), taken(house, "mei")
    taken_id = plan(house, "mei", theirs)

    made = plan(house, "lin", mine, form=taken_id)

    assert made != taken_id
    assert row(house, taken_id).ticket_id == theirs.ticket


def test_too_many_words_and_too_many_plans_are_refused(house: House) -> None:
    caller = taken(house)
    with pytest.raises(Invalid) as refused:
        plan(house, "lin", caller, purpose="长" * (PURPOSE_LIMIT + 1))
    assert set(refused.value.problems) == {"about"}
    plan(house, "lin", caller, purpose="长" * PURPOSE_LIMIT)
    for days in range(1, MOST_OPEN):
        plan(house, "lin", caller, NOON + timedelta(days=10 + days))

    with pytest.raises(Invalid) as refused:
        plan(house, "lin", caller)

    assert set(refused.value.problems) == {"when"}


def test_only_the_tickets_own_counselor_plans(house: House) -> None:
    caller, waiting = taken(house), house.send()

    for name, whose in (("mei", caller), ("supervisor", caller), ("lin", waiting)):
        with pytest.raises(Refused):
            plan(house, name, whose)


def test_of_several_plans_the_caller_is_told_the_next(house: House) -> None:
    caller = taken(house)
    later = plan(house, "lin", caller, IN_A_WEEK)
    sooner = plan(house, "lin", caller)
    assert ticket_of(house, caller).follow_up_at == IN_3_DAYS

    make(house, "lin", caller, sooner, Outcome.BETTER)
    assert ticket_of(house, caller).follow_up_at == IN_A_WEEK

    make(house, "lin", caller, later, Outcome.SAME)
    assert ticket_of(house, caller).follow_up_at is None


def test_a_promise_on_a_closed_ticket_can_be_kept_by_opening_it_again(house: House) -> None:
    caller = taken(house)
    flows.close(house, "lin", caller)
    with house.database.write() as db, pytest.raises(Conflict):
        actions.reopen(db, house.actor(db, "lin"), db.get_one(Ticket, caller.ticket), now=NOON)
    plan(house, "lin", caller)

    with house.database.write() as db:
        actions.reopen(db, house.actor(db, "lin"), db.get_one(Ticket, caller.ticket), now=IN_3_DAYS)
    flows.reply(house, "lin", caller, "这几天怎么样？", now=IN_3_DAYS)

    assert ticket_of(house, caller).state == "taken"
    assert flows.words_of(house, caller.keys, caller)[-1] == "这几天怎么样？"


def test_what_the_caller_ended_nobody_opens_or_plans(house: House) -> None:
    caller = taken(house)
    plan(house, "lin", caller)
    with house.database.write() as db:
        ending.finish_as_caller(db, caller.keys, tz=ZONE, now=NOON)

    assert ticket_of(house, caller).follow_up_at is None
    with pytest.raises(Refused):
        plan(house, "lin", caller)
    with house.database.write() as db, pytest.raises(Refused):
        actions.reopen(db, house.actor(db, "lin"), db.get_one(Ticket, caller.ticket), now=NOON)


def test_the_trail_holds_codes_and_no_word_of_why(house: House) -> None:
    caller = taken(house)
    made = plan(house, "lin", caller, purpose=WHY)
    make(house, "lin", caller, made, Outcome.WORSE)

    assert WHY not in json.dumps(acts(house, caller), ensure_ascii=False)
