"""Single keys in a real browser: they lead somewhere, never while somebody types, and can be off."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import OpenPage, Site
from tests.cast import Caller
from tests.web.staff.desks import url
from tests.web.staff.test_work_in_browser import sit_down

pytestmark = pytest.mark.browser

COMPOSE = """(key) => document.body.dispatchEvent(
  new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true }))"""


@pytest.fixture
def page(site: Site, open_page: OpenPage) -> Page:
    """Lin's browser."""
    opened = open_page()
    sit_down(opened, site, "lin")
    return opened


def test_keys_lead_to_pages_and_to_the_parts_of_a_ticket(page: Page, taken: Caller) -> None:
    page.goto("/staff")
    page.keyboard.press("q")
    expect(page).to_have_url(re.compile("/staff/queue$"))
    page.keyboard.press("f")
    expect(page).to_have_url(re.compile("/staff/follow-ups$"))

    page.goto(url(taken))
    page.keyboard.press("1")
    expect(page.get_by_label("写给来访者的回复")).to_be_focused()
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("3")
    expect(page.locator("#note")).to_have_attribute("open", "")


def test_no_key_does_anything_while_somebody_types_or_holds_another(page: Page, taken: Caller) -> None:
    page.goto(url(taken))
    box = page.get_by_label("写给来访者的回复")
    box.press_sequentially("q? 1f")
    expect(box).to_have_value("q? 1f")

    page.get_by_role("heading", level=1).click()
    for key in ("Control+q", "Alt+f", "Meta+s", "Shift+Q", "x", "Enter"):
        page.keyboard.press(key)
    page.evaluate(COMPOSE, "q")
    page.evaluate(COMPOSE, "?")

    expect(page).to_have_url(re.compile(url(taken)))
    expect(page.locator("#keys")).not_to_be_visible()


def test_a_question_mark_shows_them_and_each_person_can_switch_them_off(page: Page) -> None:
    page.goto("/staff")
    expect(page.locator("#keys")).not_to_be_visible()
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="键盘快捷键")
    expect(listed).to_be_visible()
    assert room_around(listed) == pytest.approx([0.5, 0.5], abs=0.01)
    page.get_by_role("button", name="收起列表").click()
    expect(page.locator("#keys")).not_to_be_visible()

    page.goto("/staff/account")
    page.locator("#shortcuts").get_by_role("button", name="关闭快捷键").click()
    expect(page.get_by_role("alert")).to_have_text("已关闭快捷键。")
    page.goto("/staff")
    page.keyboard.press("q")
    page.keyboard.press("?")
    expect(page).to_have_url(re.compile("/staff$"))
    expect(page.locator("#keys")).to_have_count(0)


def room_around(element: Locator) -> list[float]:
    """What part of the free room lies to its left, and what part above it."""
    at, window = element.bounding_box(), element.page.viewport_size
    assert at
    assert window
    return [at["x"] / (window["width"] - at["width"]), at["y"] / (window["height"] - at["height"])]
