"""The caller sees that somebody will write again and when, and can stop it, in one press."""

from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest

from hotline.tickets.lifecycle import Consent
from tests import flows
from tests.browser import Watch
from tests.cast import NOON, Caller, House
from tests.followups.plans import plan, taken, ticket_of
from tests.web.caller.pages import buttons_of, enter, press, text_of

ADDRESS = "/conversation/follow-ups"
ON_THE_DAY = "We will write again on 26 November 2026."


def consent_on(answer: httpx.Response) -> list[str]:
    return [words for words in buttons_of(answer) if "write to me again" in words]


@pytest.fixture
def caller(house: House) -> Caller:
    """A caller whom Lin has answered."""
    return taken(house)


def test_the_page_says_when_and_one_press_stops_it(
    house: House, caller: Caller, visitor: httpx.Client
) -> None:
    plan(house, "lin", caller)
    page = enter(visitor, caller.code)
    assert ON_THE_DAY in text_of(page)

    stopped = press(visitor, page, "Do not write to me again")

    assert ON_THE_DAY not in text_of(stopped)
    assert "We do not write again on our own. When you write, we answer." in text_of(stopped)
    told = ticket_of(house, caller)
    assert (told.follow_up, told.follow_up_at) == (Consent.NO, None)


def test_in_chinese_it_is_said_in_these_words(
    house: House, caller: Caller, visit: Callable[..., httpx.Client]
) -> None:
    plan(house, "lin", caller)
    visitor = visit(language="zh-CN")

    page = press(visitor, visitor.get("/read"), "打开对话", code=caller.code)

    assert "我们会在2026年11月26日再写给你。" in text_of(page)


def test_a_day_that_has_passed_is_said_to_be_late(
    house: House, caller: Caller, visitor: httpx.Client, watch: Watch
) -> None:
    plan(house, "lin", caller)
    watch.now = NOON + timedelta(days=4)

    page = text_of(enter(visitor, caller.code))

    assert "We said that we would write again on 26 November 2026. We are late" in page


def test_it_can_be_allowed_again_and_decided_later(
    house: House, caller: Caller, visitor: httpx.Client
) -> None:
    page = enter(visitor, caller.code)
    assert "You have not said yet" in text_of(page)
    assert consent_on(page) == ["You may write to me again", "Do not write to me again"]

    stopped = press(visitor, page, "Do not write to me again")
    assert consent_on(stopped) == ["You may write to me again"]
    allowed = press(visitor, stopped, "You may write to me again")

    assert "You said that we may write again" in text_of(allowed)
    assert ticket_of(house, caller).follow_up == Consent.YES


@pytest.mark.parametrize("fields", [{}, {"follow_up": "later"}, {"follow_up": "nonsense"}])
def test_whatever_is_no_plain_yes_stops_it(
    house: House, caller: Caller, visitor: httpx.Client, fields: dict[str, str]
) -> None:
    plan(house, "lin", caller)
    enter(visitor, caller.code)

    answer = visitor.post(ADDRESS, data=fields)

    assert answer.headers["location"] == "/conversation#follow-ups"
    assert ticket_of(house, caller).follow_up == Consent.NO


def test_a_closed_conversation_still_says_it_and_a_late_finish_ends_it(
    house: House, caller: Caller, visitor: httpx.Client
) -> None:
    plan(house, "lin", caller)
    flows.close(house, "lin", caller)
    page = enter(visitor, caller.code)
    assert ON_THE_DAY in text_of(page)
    assert "Do not write to me again" in text_of(page)

    visitor.post("/conversation/finish")

    assert ON_THE_DAY not in text_of(visitor.get("/conversation"))
    assert ticket_of(house, caller).follow_up_at is None


def test_finishing_ends_what_was_planned(house: House, caller: Caller, visitor: httpx.Client) -> None:
    plan(house, "lin", caller)
    enter(visitor, caller.code)

    visitor.post("/conversation/finish")

    page = text_of(visitor.get("/conversation"))
    assert ON_THE_DAY not in page
    assert ticket_of(house, caller).follow_up_at is None


def test_only_the_caller_stops_it(house: House, caller: Caller, visit: Callable[..., httpx.Client]) -> None:
    plan(house, "lin", caller)

    assert visit().post(ADDRESS).status_code == 403
    assert visit().get(ADDRESS).headers["location"] == "/conversation"

    assert ticket_of(house, caller).follow_up == Consent.LATER
