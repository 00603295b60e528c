"""What a page costs somebody with an old phone and a slow line: bytes on the wire, and how many requests."""

from datetime import timedelta

import httpx
import pytest

from hotline.assignment.queries import HELD, PAGE, TO_ASSIGN
from hotline.base.i18n import Language
from hotline.intake.screening import Safety
from hotline.web.staff.board import CHOICES
from tests import flows
from tests.cast import NOON, House, another_counselor
from tests.promises.doors import DOORS, Door, outcome
from tests.promises.markup import Node, tree_of
from tests.promises.stage import ROLES, Stage
from tests.web.staff.desks import Desks, desks

__all__ = ["desks"]

KB = 1024
FIRST_FLIGHT = 14_600
"""Bytes that a server may send before it must wait for the browser: ten packets (RFC 6928)."""

STYLE = 10 * KB
LIMITS = {"/write": (30 * KB, 4)}
OTHERS = (50 * KB, 6)
"""The most that a browser with an empty cache gets, and how often it asks. htmx comes to a list that changes
by itself when it first does."""

FETCHED = {"link": "href", "script": "src", "img": "src"}
PAGES = [door for door in DOORS if door.method == "GET" and door.done == 200]


@pytest.mark.parametrize("language", ["en", "zh-CN"])
@pytest.mark.parametrize("door", PAGES, ids=str)
def test_a_page_is_light(stage: Stage, door: Door, language: str) -> None:
    role = next(role for role in ROLES if outcome(stage, door, role)[0])
    browser = stage.browser(role, language=language)
    page = get(browser, door.address(stage))
    if not page.headers["content-type"].startswith("text/html"):
        return
    tree = tree_of(page.text)
    fetched = {address: get(browser, address) for address in addresses_in(tree)}

    most, requests = LIMITS.get(door.path, OTHERS)
    assert sum(map(on_the_wire, [page, *fetched.values()])) < most
    assert 1 + len(fetched) <= requests
    assert all(address.startswith("/static/") for address in fetched)
    assert len(tree.all("link", rel="stylesheet")) == 1


@pytest.mark.parametrize(
    ("name", "path", "lines", "on_duty"),
    [
        ("lin", "/staff/queue", PAGE, 2),
        ("supervisor", "/staff/board", TO_ASSIGN + HELD, CHOICES),
        pytest.param("supervisor", "/staff/board", TO_ASSIGN + HELD, 5 * CHOICES, marks=pytest.mark.thorough),
    ],
)
def test_a_full_list_is_light_too(
    desks: Desks, house: House, name: str, path: str, lines: int, on_duty: int
) -> None:
    """As many as fit on it wait, as many as fit are late in somebody's hands, and so many are on duty."""
    colleagues = [another_counselor(house, f"colleague{n}") for n in range(on_duty - 2)]
    house.go_on_duty("lin", "mei", *colleagues)
    for _ in range(HELD + 1):
        flows.take(house, "mei", house.send(safety=Safety.DANGER, now=NOON - timedelta(hours=1)))
    for n in range(PAGE + 1):
        house.send(language=list(Language)[n % 2], now=NOON - timedelta(days=n))

    page = get(desks.at_desk(name, language="zh-CN"), path)

    assert page.text.count('<th scope="row"') == lines
    fetched = [get(desks.at_desk(name), address) for address in addresses_in(tree_of(page.text))]
    assert sum(map(on_the_wire, [page, *fetched])) < OTHERS[0]


@pytest.mark.parametrize("path", ["/", "/write"])
def test_what_a_first_look_waits_for_comes_without_a_pause(stage: Stage, path: str) -> None:
    """The page and its style each in one flight of packets, and nothing else holds the drawing up."""
    nobody = stage.browser("nobody", language="zh-CN")
    page = get(nobody, path)
    tree = tree_of(page.text)
    (style,) = (link["href"] for link in tree.all("link", rel="stylesheet"))

    assert on_the_wire(page) < FIRST_FLIGHT
    assert on_the_wire(get(nobody, style)) < STYLE
    assert all("defer" in script.attrs and not script.text for script in tree.all("script"))
    assert tree.all("style") == []


def get(browser: httpx.Client, address: str) -> httpx.Response:
    """As a browser with an empty cache asks for it."""
    answer = browser.get(address, headers={"Accept-Encoding": "gzip"})
    assert answer.is_success, (address, answer)
    return answer


def on_the_wire(answer: httpx.Response) -> int:
    """The bytes of an answer as it came, compressed or not."""
    return int(answer.headers["content-length"])


def addresses_in(page: Node) -> list[str]:
    """What a browser asks for besides the page, each address once; of several icons it takes one."""
    asked = (one[FETCHED[one.tag]] for one in page.below if one.tag in FETCHED)
    return list(dict.fromkeys(address for address in asked if ".ico" not in address))


def test_the_scale_weighs(stage: Stage) -> None:
    nobody = stage.browser("nobody")
    home = get(nobody, "/")
    style = get(nobody, "/static/hotline.css")

    assert on_the_wire(home) == len(home.content) > 2 * KB
    assert 2 * KB < on_the_wire(style) < len(style.content) / 2
    assert len(addresses_in(tree_of(home.text))) == 3
