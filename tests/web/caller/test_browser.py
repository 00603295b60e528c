"""A caller's way in a real Chromium, with JavaScript and without it."""

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage, Site, is_marked_when_pressed, with_and_without_scripts
from tests.web.caller.steps import (
    OPEN,
    TYPED,
    go_on,
    heading,
    to_code,
    to_conversation,
    to_details,
    to_message,
)

pytestmark = pytest.mark.browser


def test_with_javascript_back_in_the_flow_shows_the_page_as_it_was_typed(open_page: OpenPage) -> None:
    page = open_page()
    to_details(page)
    page.get_by_role("button", name="返回").click()

    expect(page.get_by_role("textbox", name="你想说些什么？")).to_have_value(TYPED)


@with_and_without_scripts
def test_danger_shows_the_numbers_first(open_page: OpenPage, *, js: bool) -> None:
    page = open_page(js=js, language="en", width=360)
    page.goto("/write")
    page.get_by_label("I am in danger now").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("If you are in danger, call now")
    page.get_by_role("button", name="Send my message as well").click()
    page.get_by_role("textbox", name="What would you like to tell us?").fill("I am here.")
    page.get_by_role("button", name="Send now").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your message has arrived")


@with_and_without_scripts
def test_the_language_switch_keeps_a_half_written_message(open_page: OpenPage, *, js: bool) -> None:
    page = open_page(js=js)
    to_message(page)
    page.get_by_label("睡眠和身体").check(force=True)
    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("textbox", name="What would you like to tell us?")).to_have_value(TYPED)
    expect(page.get_by_label("Sleep and body")).to_be_checked()


@with_and_without_scripts
def test_the_numbers_come_and_go_beside_a_half_written_message(open_page: OpenPage, *, js: bool) -> None:
    page = open_page(js=js, width=360)
    to_message(page)
    page.get_by_role("button", name="更多求助方式").click()
    expect(page.get_by_role("heading", name="马上求助")).to_be_visible()
    page.get_by_role("textbox", name="你想说些什么？").fill(TYPED * 2)
    page.get_by_role("button", name="收起这些电话").click()

    expect(page.get_by_role("heading", name="马上求助")).to_have_count(0)
    expect(page.get_by_role("textbox", name="你想说些什么？")).to_have_value(TYPED * 2)


def test_a_mistake_moves_the_focus_to_the_summary_and_its_link_to_the_field(open_page: OpenPage) -> None:
    page = open_page(language="en")
    page.goto("/write")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Choose the answer closest").click()

    expect(page.get_by_label("I am safe right now")).to_be_focused()


@pytest.mark.thorough
def test_the_session_that_ended_gives_the_text_back_after_the_code(site: Site, open_page: OpenPage) -> None:
    page = open_page(js=False)
    code = to_code(page)
    page.goto("/read")
    page.get_by_role("textbox", name="回执码", exact=True).fill(code)
    go_on(page, OPEN)
    page.get_by_role("textbox", name="你的留言").fill("写了很久的话")
    site.clock.forward(minutes=31)
    page.get_by_role("button", name="发送", exact=True).click()
    page.get_by_role("textbox", name="回执码", exact=True).fill(code)
    go_on(page, OPEN)

    expect(page.get_by_role("textbox", name="你的留言")).to_have_value("写了很久的话")


@pytest.mark.thorough
@with_and_without_scripts
def test_whoever_thinks_of_deleting_and_does_not_finds_the_message_as_it_was(
    open_page: OpenPage, *, js: bool
) -> None:
    page = open_page(js=js, width=360)
    to_conversation(page)
    go_on(page, "删除这次对话")
    assert heading(page) == "要删除这次对话吗？"

    go_on(page, "不删除")

    expect(page.get_by_role("textbox", name="你的留言")).to_have_value(TYPED)


def test_what_was_pressed_stays_marked_until_the_next_page_is_there(open_page: OpenPage) -> None:
    page = open_page(width=360)
    to_message(page)

    is_marked_when_pressed(page, page.get_by_role("button", name="现在发送", exact=True))
