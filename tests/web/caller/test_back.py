"""Whoever left shows nothing to the next person at the same browser: Back and reload, in a real Chromium."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser import OpenPage, Site, with_and_without_scripts
from tests.web.caller.behind import back, everything_behind, patiently
from tests.web.caller.steps import (
    OPEN,
    TYPED,
    go_on,
    heading,
    to_check,
    to_code,
    to_conversation,
    to_message,
    to_typed_code,
)

pytestmark = pytest.mark.browser

SECRETS = (TYPED, 'id="code" translate', "1234 5678")

# where something was typed last; the pages before each lie behind it
PLACES: dict[str, Callable[[Page], object]] = {
    "the message": to_message,
    "the check page": to_check,
    "the page with the code": to_code,
    "the entered code": to_typed_code,
    "the conversation": to_conversation,
}


@with_and_without_scripts
def test_a_caller_writes_keeps_the_code_comes_back_and_writes_again(
    site: Site, open_page: OpenPage, *, js: bool
) -> None:
    page = open_page(js=js, width=360)
    code = to_code(page)
    assert heading(page) == "你的留言已送达"
    expect(page.get_by_role("button", name="打印本页")).to_be_visible(visible=js)
    page.reload()
    assert page.locator("#code").inner_text().replace(" ", "").replace("\n", "") == code

    go_on(page, "我已记下回执码")
    back(page)
    patiently(page.reload)
    expect(page.locator("p#code")).to_have_count(0)

    page.goto("/read")
    page.get_by_role("textbox", name="回执码", exact=True).fill(f"{code[:4]}－{code[4:12]} {code[12:]}")
    go_on(page, OPEN)
    expect(page.locator(".message-mine")).to_contain_text(TYPED)
    page.get_by_role("textbox", name="你的留言").fill("还有一句")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.locator(".message-mine")).to_have_count(2)
    assert page.url == f"{site.base_url}/conversation"


@pytest.mark.thorough
@with_and_without_scripts
def test_after_leaving_back_and_reload_show_nothing_that_was_typed(
    site: Site, open_page: OpenPage, *, js: bool
) -> None:
    pages = []
    for place, go_there in PLACES.items():
        page = open_page(js=js, width=360)
        pages.append(page)
        go_there(page)
        assert TYPED in page.content() or page.locator("input, textarea").count(), place
        page.get_by_role("link", name="快速离开", exact=True).click()
        page.wait_for_url(site.elsewhere.url)
        assert site.elsewhere.referrers.pop() is None

    for place, behind in zip(PLACES, everything_behind(*pages), strict=True):
        for shown in behind:
            assert not [secret for secret in SECRETS if secret in shown], place


@pytest.mark.thorough
@with_and_without_scripts
def test_after_finishing_calmly_back_shows_nothing_either(open_page: OpenPage, *, js: bool) -> None:
    page = open_page(js=js, width=360)
    to_code(page)
    go_on(page, "完成并离开")
    assert "现在可以关闭窗口了" in page.content()

    (behind,) = everything_behind(page)
    for shown in behind:
        assert TYPED not in shown
        assert 'id="code" translate' not in shown
