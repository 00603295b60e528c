"""A whole Chromium keeps pages for Back as they were left, scripts and all: these show nothing either."""

import pytest

from tests.browser import OpenPage, Site
from tests.web.caller.behind import everything_behind
from tests.web.caller.steps import TYPED, to_conversation

pytestmark = pytest.mark.browser(whole=True)


def test_no_page_is_kept_that_shows_what_was_typed(site: Site, open_page: OpenPage) -> None:
    page = open_page(width=360)
    to_conversation(page)
    page.get_by_role("link", name="快速离开", exact=True).click()
    page.wait_for_url(site.elsewhere.url)

    (behind,) = everything_behind(page)
    assert len(behind) > 4
    assert not [shown for shown in behind if TYPED in shown]
