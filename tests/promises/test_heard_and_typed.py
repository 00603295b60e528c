"""The six main pages as a screen reader is told of them, and both stories with the keyboard alone."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import OpenPage, Site
from tests.promises.ax_tree import not_heard
from tests.web.staff.test_work_in_browser import sit_down

pytestmark = pytest.mark.browser

MOST_TABS = 80
ANSWERS = (
    "I am safe right now",
    "I have thoughts of ending my life or hurting myself, but I am not in danger right now",
    "I am in danger now, or may not be able to keep myself safe",
    "Someone is hurting or threatening me",
    "I am worried about someone else",
    "I would rather not say",
)

FRAME_OF_CALLERS = """
- link "Go to the main part"
- navigation "Leave this page quickly":
  - link "Leave this page quickly"
- banner:
  - button "简体中文"
  - link "Leave quickly"
- complementary "Help now":
  - paragraph:
    - link "120"
    - link "110"
    - link "12356"
- main:
{main}
- contentinfo:
  - navigation "About this service":
    - {kind} "What happens to what you write"
    - {kind} "Accessibility"
    - {kind} "Staying safe on a shared device"
    - {kind} "Help now"
"""
FRAME_OF_STAFF = """
- link "Go to the main part"
- banner:
  - button "Lock"
  - button "Sign out"
  - navigation "Menu":
    - link "My shift"
    - link "Queue"
- main:
{main}
"""
HOME = """
  - heading "Talk to someone about what is troubling you" [level=1]
  - list:
    - listitem:
      - link /Write to us/
    - listitem:
      - link /Read my reply/
"""
SAFETY = """
  - group "How are things right now?":
    - heading "How are things right now?" [level=1]
    - radio "I am safe right now"
    - radio /I have thoughts of ending my life/
    - radio /I am in danger now/
    - radio "Someone is hurting or threatening me"
    - radio "I am worried about someone else"
    - radio "I would rather not say"
  - paragraph:
    - button "Go on"
"""
CODE = """
  - heading "Your message has arrived" [level=1]
  - heading "Your receipt code" [level=2]
  - paragraph: /^\\\\d{4}( \\\\d{4}){5}$/
  - paragraph:
    - button "I have kept the code"
    - button "Finish and leave"
  - region "What happens next":
    - heading "What happens next" [level=2]
  - region "If you need someone before that":
    - heading "If you need someone before that" [level=2]
    - list
"""
CONVERSATION = """
  - heading "Your conversation" [level=1]
  - list:
    - listitem:
      - paragraph:
        - strong: You
        - time
      - text: I cannot sleep.
  - heading "Write more" [level=2]
  - textbox "Your message"
  - group "How are things right now? (optional)":
    - radio "I am safe right now"
  - paragraph:
    - button "Send"
    - button "I need help now"
  - region "Leaving and ending":
    - heading "Leaving and ending" [level=2]
    - paragraph:
      - button "Delete this conversation"
"""
QUEUE = """
  - heading "Queue" [level=1]
  - button "Take the next one"
  - table "Waiting tickets":
    - rowgroup:
      - row:
        - columnheader "Reference"
        - columnheader "Level"
        - columnheader "Waiting for"
        - columnheader "Reply due"
    - rowgroup:
      - row:
        - rowheader /^\\\\d{5}-\\\\d{5}$/
        - cell "P3 Soon"
        - cell
        - cell /Reply due/
        - cell /Take/:
          - button /^Take \\\\d{5}-\\\\d{5}$/
"""
TICKET = """
  - heading /^Ticket \\\\d{5}-\\\\d{5}$/ [level=1]
  - region "Conversation":
    - heading "Conversation" [level=2]
    - list:
      - listitem:
        - paragraph:
          - strong: Caller
          - time
        - text: I cannot sleep.
  - region "Reply":
    - heading "Reply" [level=2]
    - textbox "Your reply to the caller"
    - paragraph:
      - button "Preview"
      - button "Save draft"
  - region "Safety review":
    - heading "Safety review" [level=2]
  - region "Session notes":
    - heading "Session notes" [level=2]
  - region "What the caller answered":
    - term: How things are right now
    - definition: I am safe right now
  - region "What happened":
    - list:
      - listitem:
        - time
"""


def hears(page: Page, frame: str, main: str) -> None:
    """These names and roles, in this order; what else the page has is left alone.

    Playwright works its tree out in the page; Chromium's own, which a screen reader gets, has them too.
    Where something may have been typed, the way to other pages is by buttons that take it along.
    """
    kind = "button" if page.locator("form#step").count() else "link"
    expected = frame.format(main=main.strip("\n"), kind=kind).replace("\\\\", "\\")
    expect(page.locator("body")).to_match_aria_snapshot(expected)
    assert not not_heard(page, expected)


def tab_to(page: Page, there: Locator, *, backwards: bool = False) -> None:
    """Tab until the element has the focus: as somebody without a mouse gets there."""
    for _ in range(MOST_TABS):
        if there.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
    raise AssertionError(f"the keyboard does not come to {there}")


def press(page: Page, there: Locator, key: str = "Enter") -> None:
    tab_to(page, there)
    page.keyboard.press(key)


def button(page: Page, words: str) -> Locator:
    return page.get_by_role("button", name=words, exact=True)


def link(page: Page, words: str) -> Locator:
    return page.get_by_role("link", name=words)


def type_into(page: Page, words: str, text: str) -> None:
    tab_to(page, page.get_by_role("textbox", name=words, exact=True))
    page.keyboard.type(text)


@pytest.mark.thorough
def test_a_caller_writes_keeps_the_code_and_returns_by_keyboard_and_hears_each_page(
    open_page: OpenPage,
) -> None:
    page = open_page(language="en", width=360)
    page.goto("/")
    hears(page, FRAME_OF_CALLERS, HOME)
    press(page, link(page, "Go to the main part"))
    press(page, link(page, "Write to us"))
    press(page, link(page, "I understand, go on"))
    expect(page.get_by_role("radio", name=ANSWERS[0])).to_be_visible()
    hears(page, FRAME_OF_CALLERS, SAFETY)
    tab_to(page, page.get_by_role("radio", name=ANSWERS[0]))
    page.keyboard.press("Space")
    for answer in ANSWERS[1:]:
        page.keyboard.press("ArrowDown")
        expect(page.get_by_role("radio", name=answer)).to_be_checked()
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name=ANSWERS[0])).to_be_checked()
    press(page, button(page, "Go on"))
    type_into(page, "What would you like to tell us?", "I cannot sleep.")
    press(page, page.get_by_label("Sleep and body"), "Space")
    press(page, button(page, "Send now"))
    expect(page.locator("#code")).to_be_visible()
    hears(page, FRAME_OF_CALLERS, CODE)
    code = " ".join(page.locator("#code").inner_text().split())
    press(page, button(page, "I have kept the code"))
    press(page, link(page, "Read my reply"))
    type_into(page, "Receipt code", code)
    page.keyboard.press("Enter")
    expect(page).to_have_url("/conversation")
    hears(page, FRAME_OF_CALLERS, CONVERSATION)
    type_into(page, "Your message", "One more thing.")
    press(page, button(page, "Send"))

    expect(page.locator(".message-mine")).to_have_count(2)


@pytest.mark.thorough
def test_a_counselor_takes_and_replies_by_keyboard_and_hears_each_page(
    site: Site, open_page: OpenPage
) -> None:
    site.house.send("I cannot sleep.")
    site.house.go_on_duty("lin")
    page = open_page(language="en")
    sit_down(page, site, "lin")
    page.context.add_cookies([{"name": "language", "value": "en", "url": site.base_url}])
    page.goto("/staff")
    press(page, page.get_by_role("link", name="Queue", exact=True))
    expect(page).to_have_url("/staff/queue")
    hears(page, FRAME_OF_STAFF, QUEUE)
    press(page, page.locator("form[action$='/take'] button"))
    expect(page.get_by_text("I cannot sleep.")).to_be_visible()
    hears(page, FRAME_OF_STAFF, TICKET)
    type_into(page, "Your reply to the caller", "Thank you for writing.")
    press(page, page.get_by_role("radio", name="Asked: the caller said yes"), "ArrowDown")
    expect(page.get_by_role("radio", name="Asked: the caller said no")).to_be_checked()
    press(page, button(page, "Record the review"))
    expect(page.locator("#safety .badge-good")).to_be_visible()
    press(page, button(page, "Preview"))
    press(page, button(page, "Send to the caller"))

    expect(page.locator(".message-mine")).to_contain_text("Thank you for writing.")


def test_shift_three_times_does_not_leave(open_page: OpenPage) -> None:
    """A lone Shift changes the language of a Chinese keyboard."""
    page = open_page(language="zh-CN")
    page.goto("/read")
    page.locator("#code").focus()
    for _ in range(3):
        page.keyboard.press("Shift")
    page.keyboard.type("12")

    expect(page).to_have_url("/read")
    expect(page.locator("#code")).to_have_value("12")


def test_the_language_is_switched_by_keyboard_and_the_text_stays(open_page: OpenPage) -> None:
    page = open_page(language="en")
    page.goto("/read")
    type_into(page, "Receipt code", "1234")
    tab_to(page, button(page, "简体中文"), backwards=True)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("查看回复")
    expect(page.locator("#code")).to_have_value("1234")
