"""Streams of a running site: who is told to look again, of what, and how soon."""

import time

import pytest

from hotline.assignment import actions as assignment
from tests import flows
from tests.browser import Site
from tests.cast import NOON, Caller
from tests.followups import plans
from tests.web.listening import CALLERS, STAFF, ask, come_back, listening, of_ticket, signed_in, taken

__all__ = ["taken"]

SOON = 1.0
"""Within how many seconds an open page says that there is something new."""


def test_a_request_is_told_to_counselors_and_supervisors_within_a_second(site: Site) -> None:
    with (
        listening(site, STAFF, signed_in(site, "lin")) as lins,
        listening(site, STAFF, signed_in(site, "supervisor")) as supervisors,
    ):
        began = time.monotonic()
        site.house.send()

        assert (lins.next(), supervisors.next()) == ("queue", "board")
        assert time.monotonic() - began < SOON


def test_a_reply_is_told_to_its_caller_within_a_second_and_to_no_other(site: Site, taken: Caller) -> None:
    other = site.house.send()
    with (
        listening(site, f"{CALLERS}?seen=1", come_back(site.house, taken)) as callers,
        listening(site, f"{CALLERS}?seen=1", come_back(site.house, other)) as others,
    ):
        began = time.monotonic()
        flows.reply(site.house, "lin", taken, "谢谢你写下来。")

        assert callers.next() == "conversation"
        assert time.monotonic() - began < SOON
        flows.take(site.house, "mei", other)
        assert others.next() == "conversation"
        assert others.said.count("data: conversation") == 1


def test_what_the_caller_writes_is_told_to_their_own_counselor_alone(site: Site, taken: Caller) -> None:
    meis = site.house.send()
    flows.take(site.house, "mei", meis)
    with (
        listening(site, of_ticket(taken), signed_in(site, "lin")) as on_lins,
        listening(site, of_ticket(meis), signed_in(site, "mei")) as on_meis,
    ):
        flows.write_again(site.house, taken, "还有一句")
        assert on_lins.next() == "ticket"

        flows.write_again(site.house, meis, "还有一句")
        assert on_meis.next() == "ticket"
        assert on_meis.said.count("data: ticket") == 1


def test_a_stream_says_a_topic_and_a_number_and_nothing_that_leads_anywhere(
    site: Site, taken: Caller
) -> None:
    with (
        listening(site, of_ticket(taken), signed_in(site, "lin")) as lins,
        listening(site, f"{CALLERS}?seen=1", come_back(site.house, taken)) as callers,
    ):
        flows.write_again(site.house, taken, "还有一句")

        assert lins.next_block() == ["id: 1", "data: ticket"]
        assert callers.next_block() == ["id: 1", "data: conversation"]
        for stream in (lins, callers):
            said = "\n".join([*stream.said, str(stream.answer.headers)])
            assert taken.reference not in said
            assert str(taken.ticket) not in said


def test_streams_are_neither_kept_nor_gathered_nor_compressed(site: Site) -> None:
    with listening(site, STAFF, signed_in(site, "lin")) as stream:
        headers = stream.answer.headers

        assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Accel-Buffering"] == "no"
        assert "Content-Encoding" not in headers


def test_a_stranger_hears_nothing(site: Site, taken: Caller) -> None:
    lin, mei = signed_in(site, "lin"), signed_in(site, "mei")
    caller = come_back(site.house, taken)

    assert ask(site, STAFF, {}).status_code == 403
    assert ask(site, STAFF, caller).status_code == 403
    assert ask(site, CALLERS, {}).status_code == 403
    assert ask(site, CALLERS, lin).status_code == 403
    assert ask(site, of_ticket(taken), mei).status_code == 404
    assert ask(site, of_ticket(taken), signed_in(site, "supervisor")).status_code == 404
    assert ask(site, f"{STAFF}?ticket=0000000000", lin).status_code == 404
    assert len(site.app.state.streams) == 0


def test_whoever_does_not_have_the_ticket_any_more_hears_nothing_more_of_it(
    site: Site, taken: Caller
) -> None:
    with listening(site, of_ticket(taken), signed_in(site, "lin")) as lins:
        flows.close(site.house, "lin", taken)
        assert lins.next() == "ticket"
        flows.write_again(site.house, taken, "又想说一句")  # it goes back to the queue
        assert lins.next() == "ticket"
        flows.take(site.house, "mei", taken)
        flows.write_again(site.house, taken, "写给新的老师")
        site.app.state.database.events.close()

        assert lins.next() == "the end"


def test_what_was_not_committed_is_told_to_nobody(site: Site) -> None:
    waiting = site.house.send()

    def fail() -> None:
        with site.house.database.write() as db:
            supervisor, lin = site.house.actor(db, "supervisor"), site.house.person("lin").id
            assignment.assign(db, supervisor, site.house.deployment, waiting.reference, lin, now=NOON)
            raise LookupError

    site.house.go_on_duty("lin")
    with listening(site, STAFF, signed_in(site, "lin")) as lins:
        with pytest.raises(LookupError):
            fail()
        site.house.send()

        assert lins.next_block() == ["id: 1", "data: queue"]
        site.app.state.database.events.close()
        assert lins.next() == "the end"


@pytest.mark.parametrize(("seen", "told"), [(1, "ticket"), (2, "the end")])
def test_what_came_before_the_stream_began_is_told_at_once(
    site: Site, taken: Caller, seen: int, told: str
) -> None:
    flows.write_again(site.house, taken, "还有一句")
    with listening(site, of_ticket(taken, seen), signed_in(site, "lin")) as lins:
        if told == "the end":
            site.app.state.database.events.close()

        assert lins.next() == told


def test_when_pings_were_lost_lists_are_looked_at_and_conversations_only_if_there_is_more(
    site: Site, taken: Caller
) -> None:
    with (
        listening(site, STAFF, signed_in(site, "lin")) as queue,
        listening(site, of_ticket(taken, 1), signed_in(site, "lin")) as nothing_new,
    ):
        site.app.state.database.events.doubt()
        assert queue.next() == "queue"

        assert nothing_new.next_block() == [":"]


def test_the_caller_is_told_of_a_planned_contact(site: Site, taken: Caller) -> None:
    with listening(site, f"{CALLERS}?seen=1", come_back(site.house, taken)) as callers:
        plans.plan(site.house, "lin", taken)

        assert callers.next() == "conversation"
