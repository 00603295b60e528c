"""What happened to a ticket reads like a story: plain sentences, in order, by local days."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest

from hotline.audit.acts import READS, Act
from hotline.tickets.levels import Level
from hotline.tickets.models import Ticket
from hotline.tickets.queries import Done
from hotline.web.staff.story import READINGS, SENTENCES, days, story
from tests import flows
from tests.cast import NOON, ZONE, House
from tests.web.staff.desks import Desks, url, words

LIN, MEI = uuid4(), uuid4()
NAMES = {LIN: "木棉", MEI: "茶花"}
READ_ALL = (Act.CONVERSATION_READ, Act.NOTES_READ, Act.FOLLOW_UPS_READ)


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


def line(act: Act, at: float, who: UUID = LIN, detail: str | None = None) -> Done:
    return Done(minutes(at), act, who, detail, NAMES[who])


def told(*lines: Done, written: tuple[float, ...] = (), finished: float | None = None) -> list[str]:
    """The sentences in the order they are told, after the first."""
    ended = None if finished is None else minutes(finished)
    ticket = Ticket(created_at=NOON, finished_at=ended)
    steps = story(ticket, lines, [minutes(at) for at in written])
    return [step.said % {"who": step.who, "level": step.level} for step in steps][1:]


def test_a_page_that_is_opened_is_one_reading_whatever_was_on_it() -> None:
    lines = [line(act, 1 + number / 60) for number, act in enumerate(READ_ALL)]

    assert told(*lines) == ["木棉 read the conversation, the notes and the follow-ups."]
    assert told(lines[0]) == ["木棉 read the conversation."]


def test_looking_again_is_told_once_after_each_word_of_the_caller() -> None:
    reads = [line(Act.CONVERSATION_READ, at) for at in (2, 3, 4, 11, 12)]

    assert told(line(Act.TAKEN, 1), *reads, line(Act.REPLIED, 5), written=(0, 10)) == [
        "木棉 took the ticket.",
        "木棉 read the conversation.",
        "木棉 replied to the caller.",
        "The caller wrote again.",
        "木棉 read the conversation.",
    ]


def test_what_two_people_read_is_told_of_each() -> None:
    reads = [line(Act.CONVERSATION_READ, 1), line(Act.CONVERSATION_READ, 2, MEI)]

    assert told(*reads) == ["木棉 read the conversation.", "茶花 read the conversation."]


def test_what_happens_at_one_moment_is_told_in_the_order_of_the_trail() -> None:
    assert told(line(Act.TAKEN, 1), line(Act.CONVERSATION_READ, 1)) == [
        "木棉 took the ticket.",
        "木棉 read the conversation.",
    ]


def test_the_same_again_at_once_is_told_once() -> None:
    drafts = [line(Act.NOTE_DRAFTED, at) for at in (1, 2, 3)]

    assert told(*drafts, line(Act.NOTE_WRITTEN, 4)) == ["木棉 drafted a note.", "木棉 finished a note."]


def test_a_level_is_part_of_the_sentence_and_its_reason_stands_beside() -> None:
    ticket = Ticket(created_at=NOON)
    _, step = story(ticket, [line(Act.LEVEL_SET, 1, detail="P2 more-urgent")], [])

    assert (step.level, step.why) == (Level.P2, "More urgent than it looked")
    assert step.said % {"who": step.who, "level": step.level} == "木棉 set the level to P2."


def test_finishing_is_told_of_the_caller() -> None:
    assert told(finished=5) == ["The caller finished the conversation for now."]


def test_days_are_local_days_and_know_how_long_ago_they_were() -> None:
    ticket = Ticket(created_at=NOON)
    steps = story(ticket, [line(Act.TAKEN, 11.9 * 60), line(Act.REPLIED, 12.1 * 60)], [])

    two = days(steps, now=NOON + timedelta(days=1), tz=ZONE)

    assert [(day.ago, len(day.steps)) for day in two] == [(1, 2), (0, 1)]


@pytest.mark.parametrize("act", [act for act in Act if act.startswith(("ticket.", "note.", "follow-up."))])
def test_every_act_on_a_ticket_has_its_sentence(act: Act) -> None:
    assert act in SENTENCES or act in READS


def test_every_way_of_reading_has_its_sentence() -> None:
    assert len(READINGS) == 2 ** len(READS) - 1


def test_the_page_tells_it_by_days(desks: Desks, house: House) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    desks.later(days=1)

    lin = desks.at_desk("lin")
    page = words([lin.get(url(caller)) for _ in range(2)][-1])

    assert "Yesterday, 23 November 2026 12:00 The caller wrote for the first time." in page
    assert "12:00 木棉 took the ticket. Today, 24 November 2026 12:00 木棉 read the conversation" in page
