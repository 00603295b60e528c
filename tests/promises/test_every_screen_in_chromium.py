"""Every screen in a real Chromium, in both languages and themes: axe finds nothing, and nothing is lost.

The screens are those of the tour, so a page without one fails in `test_words_on_pages.py`.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from itertools import cycle
from typing import Literal

import httpx
import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, Page, ViewportSize

from hotline.base.config import Settings
from tests.apps import app_for
from tests.browser import PATIENCE_MS, Watch
from tests.cast import NOON, ZONE, House
from tests.promises import on_screen
from tests.promises.gallery import Gallery, ScreensIn, apart, different, hang
from tests.promises.tour import Screen
from tests.statistics.years import live, release_all
from tests.web.foundation import ORIGIN, browse

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 360, "height": 740}
DESK: ViewportSize = {"width": 1280, "height": 900}
ZOOMED: ViewportSize = {"width": 320, "height": 256}
"""A window of 1280 x 1024 at 400 % (WCAG 1.4.10)."""

OPENED = date(2026, 7, 1)
TABLES = ("contacts/2026-W40", "topic/2026-09", "level/2026-09", "hour/2026-Q3", "planned/2026-09")
"""One of each way of drawing; the tour sees the list of tables and one of them."""

MAIN = {
    *(f"caller/{place}/page.html" for place in ("home", "write", "sent", "conversation")),
    *(f"staff/{place}/page.html" for place in ("queue", "ticket")),
}

Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("dark", "light")
LANGUAGES = ("en", "zh-CN")

Check = Callable[[Page], Iterator[str]]
CHECKS: list[tuple[ViewportSize, Check]] = []
"""What is looked at on the fullest screen of each template; axe looks at all that is on any."""


def check(*sizes: ViewportSize) -> Callable[[Check], Check]:
    """A function that yields what is wrong on the page before it, in a window of any of these sizes."""

    def listed(measure: Check) -> Check:
        CHECKS.extend((size, measure) for size in sizes)
        return measure

    return listed


Look = Callable[[Gallery, Page], Iterator[str]]


@pytest.mark.thorough
def test_on_every_screen(browser: Browser, screens_in: ScreensIn, tables_in: ScreensIn) -> None:
    """In both languages and themes, on a phone and on a desk."""
    screens = apart(
        lambda: [one for language in LANGUAGES for one in screens_in(language) + tables_in(language)]
    )

    wrong = seen(browser, screens, look_at_all)

    assert not wrong, "\n".join(wrong)


def test_on_the_six_main_screens(browser: Browser, screens_in: ScreensIn) -> None:
    """In Chinese on a phone: as much of the above as there is time for every day."""
    screens = [screen for screen in apart(lambda: screens_in("zh-CN")) if screen.template in MAIN]

    wrong = seen(browser, screens, look_at_the_fullest)

    assert {screen.template for screen in screens} == MAIN
    assert not wrong, "\n".join(wrong)


def seen(browser: Browser, screens: list[Screen], look: Look) -> list[str]:
    """What is wrong with what is different among the screens."""
    context = browser.new_context(reduced_motion="reduce", color_scheme=SCHEMES[-1])
    context.set_default_timeout(PATIENCE_MS)
    with hang(different(screens)) as gallery:
        page = context.new_page()
        gallery.enter(page, AXE_SCRIPT, on_screen.EACH_LOOK_ONCE)
        wrong = list(look(gallery, page))
    context.close()
    return wrong


def look_at_the_fullest(gallery: Gallery, page: Page) -> Iterator[str]:
    page.set_viewport_size(PHONE)
    for screen in gallery.visit(page, gallery.fullest):
        yield from axe(screen, page, on_screen.EVERY_RULE)
        yield from checks(gallery, screen, page, PHONE)


def look_at_all(gallery: Gallery, page: Page) -> Iterator[str]:
    """On a phone with every rule, on a desk what looks different there; in both themes."""
    other_theme = cycle(SCHEMES)  # a screen begins in the theme in which the one before it ended
    for screen in gallery.visit(page, gallery.worth_judging(page)):
        page.set_viewport_size(PHONE)
        yield from axe(screen, page, on_screen.EVERY_RULE)
        yield from checks(gallery, screen, page, PHONE)
        page.emulate_media(color_scheme=next(other_theme))
        yield from axe(screen, page, on_screen.COLOURS)
        page.set_viewport_size(DESK)
        yield from axe(screen, page, on_screen.COLOURS)
        yield from checks(gallery, screen, page, DESK)
        page.emulate_media(color_scheme=next(other_theme))
        yield from axe(screen, page, on_screen.COLOURS)
        if screen in gallery.fullest:
            page.set_viewport_size(ZOOMED)
            yield from checks(gallery, screen, page, ZOOMED)


def axe(screen: Screen, page: Page, rules: object) -> Iterator[str]:
    yield from (f"axe: {screen.name}: {what}" for what in ask(page, on_screen.AXE, rules))


def checks(gallery: Gallery, screen: Screen, page: Page, size: ViewportSize) -> Iterator[str]:
    """What the checks for windows of this size find on a screen that is the fullest of its template."""
    for of_size, measure in CHECKS if screen in gallery.fullest else ():
        if of_size is size:
            name = measure.__name__.replace("_", " ")
            yield from (f"{name}: {screen.name}: {what}" for what in measure(page))


@pytest.fixture
def tables_in(house: House) -> ScreensIn:
    """Every kind of drawing, from a quarter at sixty contacts a week."""
    live(house, OPENED, date(2026, 10, 5), rate=60)
    release_all(house, opened=OPENED, now=datetime(2026, 10, 6, tzinfo=ZONE))

    def drawn(language: str) -> list[Screen]:
        settings = Settings(
            data_dir=house.folder, database_url=house.url, public_url=ORIGIN, test_stretching=True
        )
        supervisor = browse(app_for(settings, house.database, Watch()), language=language)
        supervisor.cookies.set("session", house.session_of("supervisor", now=NOON).hex())
        return [table_shown(supervisor.get(f"/staff/statistics/{table}"), language) for table in TABLES]

    return drawn


def table_shown(page: httpx.Response, language: str) -> Screen:
    path = page.url.path
    return Screen("staff/statistics/table.html", path, "supervisor", page.status_code, language, page.text)


def ask(page: Page, script: str, argument: object = None) -> list[str]:
    found: list[str] = page.evaluate(script, argument)
    return found


@check(DESK)
def lines_are_short_and_far_enough_apart(page: Page) -> Iterator[str]:
    """At most 40 Chinese characters, and a line height of at least 1.5."""
    if page.locator("html").get_attribute("lang") == "zh-Hans":
        yield from ask(page, on_screen.LONG_LINES)


@check(DESK)
def nothing_moves_for_whoever_wants_no_motion(page: Page) -> Iterator[str]:
    yield from ask(page, on_screen.MOVING)


@check(DESK)
def letters_twice_as_large_lose_nothing(page: Page) -> Iterator[str]:
    """WCAG 1.4.4, on a desk. A wide table may have to be scrolled then, and only then."""
    yield from ask(page, on_screen.TOO_WIDE)
    page.evaluate(on_screen.TWICE_AS_LARGE)
    yield from ask(page, on_screen.CUT_OFF)
    page.evaluate(on_screen.AS_LARGE_AS_BEFORE)


@check(PHONE)
def a_phone_shows_it_all_even_with_wider_spaces(page: Page) -> Iterator[str]:
    """WCAG 1.4.12, and no sideways scrolling."""
    yield from ask(page, on_screen.TOO_WIDE)
    yield from ask(page, on_screen.SMALL_BUTTONS)
    page.evaluate(on_screen.SPACED)
    yield from ask(page, on_screen.TOO_WIDE)
    yield from ask(page, on_screen.CUT_OFF)
    page.evaluate(on_screen.UNSPACED)


@check(PHONE, ZOOMED)
def what_has_the_focus_is_never_covered(page: Page) -> Iterator[str]:
    """WCAG 2.4.11 on a phone, and at 400 % (1.4.10)."""
    yield from ask(page, on_screen.TOO_WIDE)
    yield from ask(page, on_screen.COVERED)
