"""Open pages in a real Chromium that listen, and what they say of there being something new."""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import Locator, Page

from tests.browser import PATIENCE, OpenPage, Site

SOON_MS = 1000
NEW = "有新内容。"
SHOWN_NOW = "刚才有新内容，页面已经更新。"

Look = Callable[..., Page]


@pytest.fixture
def look(site: Site, open_page: OpenPage) -> Look:
    """Opens a page for somebody with these cookies, and waits until it listens."""

    def opened(cookies: dict[str, str], address: str, *, width: int = 1280) -> Page:
        before = len(site.app.state.streams)
        page = open_page(width=width)
        come_with(page, site, cookies)
        page.goto(address)
        wait_for_streams(site, before + 1)
        return page

    return opened


def come_with(page: Page, site: Site, cookies: dict[str, str]) -> None:
    """The page's browser has these cookies of the site."""
    page.context.add_cookies(
        [{"name": name, "value": value, "url": site.base_url} for name, value in cookies.items()]
    )


def wait_for_streams(site: Site, number: int) -> None:
    """This many pages listen."""
    until = time.monotonic() + PATIENCE
    while len(site.app.state.streams) != number:
        assert time.monotonic() < until, f"{len(site.app.state.streams)} pages listen"
        time.sleep(0.01)


def told(site: Site, topic: str, act: Callable[[], object]) -> None:
    """It is done, and the site has heard of it, which takes a moment longer with PostgreSQL."""

    async def story() -> None:
        events = site.house.database.events
        ear = events.listen([topic])
        await asyncio.to_thread(act)
        while topic not in await ear.hear():
            pass
        events.leave(ear)

    with ThreadPoolExecutor(1) as apart:  # Playwright's loop runs in this thread
        apart.submit(asyncio.run, asyncio.wait_for(story(), PATIENCE)).result()


def said(page: Page) -> Locator:
    """What the page says of its being new or old; nothing while there is nothing to say."""
    return page.locator("[data-live]").get_by_role("status")


def look_again(page: Page) -> None:
    """Press what stands beside it."""
    page.locator("[data-live]").get_by_text("刷新", exact=True).click()


def hide(page: Page, *, hidden: bool) -> None:
    """The tab is behind another one, or in front again: what the browser would tell the page."""
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        "hidden" if hidden else "visible",
    )
