"""The main job from end to end, by the actions alone."""

from datetime import timedelta

import pytest

from hotline.assignment import actions as assignment
from hotline.base.errors import NotFound, TakenBy
from hotline.base.i18n import Language
from hotline.notes import actions as notes
from hotline.notes.templates import Template
from hotline.tickets import actions as tickets
from hotline.tickets import ending
from hotline.tickets.lifecycle import Outcome, State
from hotline.tickets.models import Ticket
from tests.cast import NOON, ZONE, House


def test_a_caller_is_heard_and_reads_the_answer(house: House) -> None:
    house.go_on_duty("lin", "mei")
    caller = house.send("我最近睡不着。")
    lin = house.person("lin")

    with house.database.write() as db:
        actor = house.actor(db, "lin")
        ticket = assignment.take_next(db, house.deployment, actor, lin.keys, now=NOON)
        notes.review_safety(db, house.deployment, actor, lin.keys, ticket, {"asked": "said-no"}, now=NOON)
        tickets.reply(db, house.deployment, actor, lin.keys, ticket, "谢谢你写下来。", tz=ZONE, now=NOON)
        notes.write_note(
            db,
            house.deployment,
            actor,
            lin.keys,
            ticket,
            Template.HELPLINE,
            {"brought": "睡眠"},
            is_final=True,
            now=NOON + timedelta(minutes=5),
        )

    with house.database.read() as db:
        heard = tickets.read_as_caller(db, house.deployment, caller.keys)
        mine = db.get_one(Ticket, caller.ticket)
        own = notes.read_notes(
            db, house.deployment, house.journal, house.actor(db, "lin"), lin.keys, mine, now=NOON
        )

    assert [said.text for said in heard.said] == ["我最近睡不着。", "谢谢你写下来。"]
    assert [note.answers for note in own] == [{"asked": "said-no"}, {"brought": "睡眠"}]


def test_a_second_taker_is_told_by_whom(house: House) -> None:
    house.go_on_duty("lin", "mei")
    caller = house.send()
    with house.database.write() as db:
        lin, mei = house.actor(db, "lin"), house.actor(db, "mei")
        assignment.take(db, house.deployment, lin, house.person("lin").keys, caller.reference, now=NOON)

        with pytest.raises(TakenBy) as told:
            assignment.take(db, house.deployment, mei, house.person("mei").keys, caller.reference, now=NOON)

    assert told.value.values == {"alias": "木棉"}


def test_a_colleague_cannot_open_a_taken_ticket_even_past_every_policy(house: House) -> None:
    house.go_on_duty("lin")
    caller = house.send()
    with house.database.write() as db:
        lin = house.person("lin")
        assignment.take_next(db, house.deployment, house.actor(db, "lin"), lin.keys, now=NOON)
        ticket = db.get_one(Ticket, caller.ticket)

        with pytest.raises(NotFound):
            tickets._open(db, house.deployment, house.person("mei").keys, ticket)


def test_writing_to_a_closed_ticket_puts_it_back_in_the_queue(house: House) -> None:
    house.go_on_duty("lin", "mei")
    caller = house.send()
    lin, mei = house.person("lin"), house.person("mei")
    with house.database.write() as db:
        actor = house.actor(db, "lin")
        ticket = assignment.take_next(db, house.deployment, actor, lin.keys, now=NOON)
        notes.review_safety(db, house.deployment, actor, lin.keys, ticket, {"asked": "said-no"}, now=NOON)
        ending.close(db, actor, ticket, Outcome.LISTENED, tz=ZONE, now=NOON)

    with house.database.write() as db:
        ending.write_as_caller(
            db,
            house.deployment,
            caller.keys,
            "我还想说一点。",
            level=None,
            language=Language.CHINESE,
            hours=house.hours,
            now=NOON + timedelta(days=1),
        )
        assert db.get_one(Ticket, caller.ticket).state == State.WAITING

    house.go_on_duty("mei", now=NOON + timedelta(days=1))
    with house.database.write() as db:
        actor = house.actor(db, "mei")
        ticket = assignment.take_next(db, house.deployment, actor, mei.keys, now=NOON + timedelta(days=1))
    with house.database.read() as db:
        actor = house.actor(db, "mei")
        told = tickets.read_as_counselor(
            db,
            house.deployment,
            house.journal,
            actor,
            mei.keys,
            db.get_one(Ticket, ticket.id),
            now=NOON + timedelta(days=1),
        )
    assert [said.text for said in told.said] == ["我最近睡不着。", "我还想说一点。"]
