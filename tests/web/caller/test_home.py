"""The first page: what may be promised at this moment, and nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI

from hotline.roster.hours import OpeningHours
from hotline.tickets.queries import MANY
from hotline.web.caller.standing import standing
from tests.browser import Watch
from tests.cast import NOON, ZONE, House
from tests.web.caller.pages import heading_of, text_of, title_of

AWAY = "We cannot take messages right now."
BUSY = "Many people are writing at the moment"
NEVER = OpeningHours(ZONE, ((),) * 7)
ALWAYS = OpeningHours(ZONE, (((0, 1440),),) * 7)
WEEKDAYS = OpeningHours(ZONE, (((480, 1320),),) * 5 + ((),) * 2)
SATURDAY = NOON + timedelta(days=5)


def test_it_offers_two_equal_ways_and_names_no_subject_in_its_title(visitor: httpx.Client) -> None:
    page = visitor.get("/")

    assert title_of(page) == "Listening Desk"
    assert heading_of(page) == "Talk to someone about what is troubling you"
    assert page.text.count('class="door"') == 2
    assert "We aim to reply to a first message within 24 hours" in text_of(page)


@pytest.mark.parametrize(
    ("hours_later", "said"),
    [
        (0, "Someone is reading messages today until 22:00."),
        (11, "Nobody is reading messages right now. We start again at 08:00. You can still write."),
    ],
)
def test_it_says_whether_somebody_reads_now(
    visitor: httpx.Client, watch: Watch, hours_later: int, said: str
) -> None:
    watch.forward(hours=hours_later)

    assert said in text_of(visitor.get("/"))


def test_in_chinese_it_says_the_same(visit: Callable[..., httpx.Client]) -> None:
    said = text_of(visit(language="zh-CN").get("/"))

    assert "今天值班到22:00。" in said
    assert "我们尽量在 24小时 内第一次回复你" in said


@pytest.mark.parametrize(
    ("hours", "now", "said"),
    [
        (ALWAYS, NOON, "Someone is reading messages at any hour."),
        (NEVER, NOON, "Nobody is reading messages at the moment. You can still write."),
        (WEEKDAYS, SATURDAY, "We start again at Mon 08:00."),
    ],
)
def test_unusual_hours_are_said_rightly(
    app: FastAPI, visitor: httpx.Client, watch: Watch, hours: OpeningHours, now: datetime, said: str
) -> None:
    app.state.pages.hours = hours
    watch.now = now

    assert said in text_of(visitor.get("/"))


def test_nobody_is_promised_a_first_look_that_nobody_can_give() -> None:
    assert standing(NEVER, NOON).urgent is None
    assert standing(WEEKDAYS, SATURDAY).urgent is None
    assert standing(ALWAYS, NOON).urgent == timedelta(minutes=15)


def test_while_many_wait_past_their_time_it_says_so_before_the_heading(
    visitor: httpx.Client, house: House, watch: Watch
) -> None:
    for _ in range(MANY):
        house.send()
    assert BUSY not in shown(visitor)

    watch.forward(hours=30)
    shown(visitor)

    assert shown(visitor).count(BUSY) == 1
    assert shown(visitor).index(BUSY) < shown(visitor).index("<h1")


def test_one_late_request_is_no_high_demand(visitor: httpx.Client, house: House, watch: Watch) -> None:
    house.send()
    watch.forward(hours=30)
    shown(visitor)

    assert BUSY not in shown(visitor)


def test_what_was_seen_of_the_queue_long_ago_says_nothing(
    visitor: httpx.Client, house: House, watch: Watch
) -> None:
    for _ in range(MANY):
        house.send()
    watch.forward(hours=30)
    shown(visitor)

    watch.forward(minutes=16)

    assert BUSY not in shown(visitor)


def shown(visitor: httpx.Client) -> str:
    return visitor.get("/").text


def test_once_the_database_was_found_away_it_says_that_nothing_can_be_sent(
    visitor: httpx.Client, watch: Watch, app: FastAPI, outage: Callable[[], None]
) -> None:
    there = app.state.database
    outage()
    shown(visitor)
    assert AWAY in shown(visitor)
    assert "Someone is reading" not in shown(visitor)
    assert "You can also write to us" not in visitor.get("/help-now").text

    app.state.database = there
    watch.forward(minutes=1)
    shown(visitor)
    assert AWAY not in shown(visitor)
    assert "You can also write to us" in visitor.get("/help-now").text


def test_what_one_persons_address_asks_for_is_on_nobody_elses_page(visitor: httpx.Client) -> None:
    visitor.get("/before?from=somewhere")

    assert "somewhere" not in visitor.get("/before").text
    assert "somewhere" not in visitor.get("/before?from=somewhere").text
