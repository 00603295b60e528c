"""What a caller is told of a conversation that its counselor has given back to the queue."""

from datetime import timedelta

import httpx

from tests import flows
from tests.cast import NOON, House
from tests.web.caller.pages import enter, text_of


def test_what_somebody_has_read_stays_read_when_it_is_given_back_until_there_is_more(
    visitor: httpx.Client, house: House
) -> None:
    caller = house.send()
    flows.take(house, "lin", caller)
    flows.give_back(house, "lin", caller)
    given_back = text_of(enter(visitor, caller.code))
    flows.write_again(house, caller, "还有一句。", now=NOON + timedelta(minutes=1))

    assert "Someone has read your message. We expect to write by Tue 12:00." in given_back
    assert "Arrived No reply yet. We expect to write by Tue 12:00." in text_of(enter(visitor, caller.code))


def test_of_what_was_written_after_it_was_taken_nobody_says_that_it_was_read(
    visitor: httpx.Client, house: House
) -> None:
    """And so nothing is taken back when the ticket is given back."""
    caller = house.send()
    flows.take(house, "lin", caller)
    flows.write_again(house, caller, "还有一句。", now=NOON + timedelta(minutes=1))
    taken = text_of(enter(visitor, caller.code))
    flows.give_back(house, "lin", caller)

    for page in (taken, text_of(enter(visitor, caller.code))):
        assert "Arrived No reply yet." in page
