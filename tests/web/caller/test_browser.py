"""The story of a caller in a real Chromium, with JavaScript and without it."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser import OpenPage, Site

pytestmark = pytest.mark.browser

T = TypeVar("T")

TYPED = "夜里三点还醒着"
SECRETS = (TYPED, 'id="code" translate', "1234 5678")
FREE_FIELDS = "textarea, .code-input"
SETTLED_MS = 300
INTERRUPTED = (
    "ERR_ABORTED",
    "interrupted by another navigation",
    "is navigating",
    "context was destroyed",
    "Not attached",
)
MOST_PAGES = 20
with_and_without = pytest.mark.parametrize("js", [True, False], ids=["js", "no-js"])


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def back(*pages: Page) -> None:
    """Press the browser's Back. Where a post made the page, Chromium first asks whether to send it again."""
    for page in pages:
        try:
            page.go_back(wait_until="commit")  # a page out of the cache never loads
        except Error as refusal:
            if not any(reason in refusal.message for reason in ("ERR_CACHE_MISS", *INTERRUPTED)):
                raise
    page.wait_for_timeout(SETTLED_MS)


def patiently(act: Callable[[], T]) -> T:
    """Do it again while the page is on its way to another one: our script reloads what was left."""
    for _ in range(20):
        try:
            return act()
        except Error as refusal:
            if not any(reason in refusal.message for reason in INTERRUPTED):
                raise
            time.sleep(SETTLED_MS / 1000)
    return act()


def everything_on(page: Page) -> str:
    """The page as the browser has it, with what stands in its fields."""
    fields = page.locator(FREE_FIELDS).all()
    return "\n".join([page.content(), *(field.input_value() for field in fields)])


def everything_behind(*pages: Page) -> list[list[str]]:
    """Of each page what Back shows, step by step, and what a reload shows there. They wait together."""
    seen: dict[Page, list[str]] = {page: [] for page in pages}
    left = list(pages)
    for _ in range(MOST_PAGES):
        back(*left)
        left = [page for page in left if page.url != "about:blank"]
        if not left:
            break
        for page in left:
            seen[page].append(patiently(partial(everything_on, page)))
            patiently(page.reload)
            seen[page].append(patiently(partial(everything_on, page)))
    assert not left, "not all of the history was seen"
    return list(seen.values())


def go_on(page: Page, words: str = "继续") -> None:
    page.get_by_role("button", name=words, exact=True).click()


def to_safety(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="给我们留言").click()
    page.get_by_role("link", name="我已了解，同意继续").click()


def to_message(page: Page) -> None:
    to_safety(page)
    page.get_by_label("我现在是安全的").check()
    go_on(page)
    page.get_by_role("textbox", name="你想说些什么？").fill(TYPED)


def to_details(page: Page) -> None:
    to_message(page)
    go_on(page, "先补充几项再发送")


def to_check(page: Page) -> None:
    to_details(page)
    page.get_by_label("学生", exact=True).check()
    go_on(page)


def to_code(page: Page) -> str:
    to_message(page)
    go_on(page, "现在发送")
    return page.locator("#code").inner_text().replace(" ", "").replace("\n", "")


def to_conversation(page: Page) -> None:
    code = to_code(page)
    go_on(page, "我已记下回执码")
    page.get_by_role("link", name="查看回复").click()
    page.get_by_role("textbox", name="回执码", exact=True).fill(code)
    go_on(page)
    page.get_by_role("textbox", name="你的留言").fill(TYPED)


def to_typed_code(page: Page) -> None:
    page.goto("/read")
    page.get_by_role("textbox", name="回执码", exact=True).fill("1234 5678")
    go_on(page)


PLACES: dict[str, Callable[[Page], object]] = {
    "the first question": to_safety,
    "the message": to_message,
    "the details": to_details,
    "the check page": to_check,
    "the page with the code": to_code,
    "the entered code": to_typed_code,
    "the conversation": to_conversation,
}


@with_and_without
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
    go_on(page)
    expect(page.locator(".message-mine")).to_contain_text(TYPED)
    page.get_by_role("textbox", name="你的留言").fill("还有一句")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.locator(".message-mine")).to_have_count(2)
    assert page.url == f"{site.base_url}/conversation"


@with_and_without
def test_after_leaving_back_and_reload_show_nothing_that_was_typed(
    site: Site, open_page: OpenPage, *, js: bool
) -> None:
    pages = []
    for place, go_there in PLACES.items():
        page = open_page(js=js)
        pages.append(page)
        go_there(page)
        assert TYPED in page.content() or page.locator("input, textarea").count(), place
        page.get_by_role("link", name="快速离开", exact=True).click()
        page.wait_for_url(site.elsewhere.url)
        assert site.elsewhere.referrers.pop() is None

    for place, behind in zip(PLACES, everything_behind(*pages), strict=True):
        for shown in behind:
            assert not [secret for secret in SECRETS if secret in shown], place


@with_and_without
def test_after_finishing_calmly_back_shows_nothing_either(open_page: OpenPage, *, js: bool) -> None:
    page = open_page(js=js)
    to_code(page)
    go_on(page, "完成并离开")
    assert "现在可以关闭窗口了" in page.content()

    (behind,) = everything_behind(page)
    for shown in behind:
        assert TYPED not in shown
        assert 'id="code" translate' not in shown


def test_with_javascript_back_in_the_flow_shows_the_page_as_it_was_typed(open_page: OpenPage) -> None:
    page = open_page()
    to_details(page)
    page.get_by_role("button", name="返回").click()

    expect(page.get_by_role("textbox", name="你想说些什么？")).to_have_value(TYPED)


@with_and_without
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


@with_and_without
def test_the_language_switch_keeps_a_half_written_message(open_page: OpenPage, *, js: bool) -> None:
    page = open_page(js=js)
    to_message(page)
    page.get_by_label("睡眠和身体").check(force=True)
    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("textbox", name="What would you like to tell us?")).to_have_value(TYPED)
    expect(page.get_by_label("Sleep and body")).to_be_checked()


def test_a_mistake_moves_the_focus_to_the_summary_and_its_link_to_the_field(open_page: OpenPage) -> None:
    page = open_page(language="en")
    page.goto("/write")
    page.get_by_role("button", name="Go on").click()
    expect(page.locator(".error-summary")).to_be_focused()
    page.get_by_role("link", name="Choose the answer closest").click()

    expect(page.get_by_label("I am safe right now")).to_be_focused()


def test_the_session_that_ended_gives_the_text_back_after_the_code(site: Site, open_page: OpenPage) -> None:
    page = open_page(js=False)
    code = to_code(page)
    page.goto("/read")
    page.get_by_role("textbox", name="回执码", exact=True).fill(code)
    go_on(page)
    page.get_by_role("textbox", name="你的留言").fill("写了很久的话")
    site.clock.forward(minutes=31)
    page.get_by_role("button", name="发送", exact=True).click()
    page.get_by_role("textbox", name="回执码", exact=True).fill(code)
    go_on(page)

    expect(page.get_by_role("textbox", name="你的留言")).to_have_value("写了很久的话")
