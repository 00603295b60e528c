"""A whole Chromium keeps pages for Back as they were left, scripts and all: these show nothing either."""

import pytest
from playwright.sync_api import Page

from tests.browser import BROUGHT_BACK, OpenPage, Site
from tests.web.caller.behind import EVERYTHING, everything_behind
from tests.web.caller.steps import TYPED, to_conversation, to_message

pytestmark = [pytest.mark.browser(whole=True), pytest.mark.thorough]

SOMEBODY_ELSE = (
    """for (const name of Object.keys(sessionStorage)) sessionStorage.setItem(name, "somebody else's")"""
)


def test_no_page_is_kept_that_shows_what_was_typed(site: Site, open_page: OpenPage) -> None:
    page = open_page(width=360)
    to_conversation(page)
    page.get_by_role("link", name="快速离开", exact=True).click()
    page.wait_for_url(site.elsewhere.url)

    (behind,) = everything_behind(page)
    assert len(behind) > 4
    assert not [shown for shown in behind if TYPED in shown]


def test_a_page_that_is_kept_all_the_same_shows_nothing_to_whoever_came_after(open_page: OpenPage) -> None:
    """Safari keeps some that may not be stored. Here the page is told that it was brought back from there."""
    page = open_page(width=360)
    to_message(page)
    assert TYPED in shown_when(page, BROUGHT_BACK)

    assert TYPED not in shown_when(page, f"{SOMEBODY_ELSE}; {BROUGHT_BACK}")


def shown_when(page: Page, script: str) -> str:
    """What is on the page at once, before it asks the server again."""
    shown: str = page.evaluate(f"() => {{ {script}; return ({EVERYTHING})(); }}")
    return shown
