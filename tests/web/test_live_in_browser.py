"""Open pages in a real Chromium that say so when there is something new, without disturbing anybody."""

import time
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests import flows
from tests.browser import PATIENCE, OpenPage, Site
from tests.cast import Caller
from tests.web.listening import come_back, signed_in, taken

__all__ = ["taken"]
from tests.web.staff.desks import url

pytestmark = pytest.mark.browser

SOON_MS = 1000
NEW = "有新内容。"
SHOWN_NOW = "刚才有新内容，页面已经更新。"


@pytest.fixture
def look(site: Site, open_page: OpenPage) -> Callable[..., Page]:
    """Opens a page for somebody with these cookies, and waits until it listens."""

    def opened(cookies: dict[str, str], address: str, *, width: int = 1280) -> Page:
        page = open_page(width=width)
        page.context.add_cookies(
            [{"name": name, "value": value, "url": site.base_url} for name, value in cookies.items()]
        )
        page.goto(address)
        wait_for_streams(site, 1)
        return page

    return opened


def wait_for_streams(site: Site, number: int) -> None:
    """This many pages listen."""
    until = time.monotonic() + PATIENCE
    while len(site.app.state.streams) != number:
        assert time.monotonic() < until, f"{len(site.app.state.streams)} pages listen"
        time.sleep(0.01)


def live(page: Page) -> Locator:
    """Where the page says what is new."""
    return page.locator("[data-live]")


def test_the_queue_shows_a_new_request_by_itself_within_a_second(
    site: Site, look: Callable[..., Page]
) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    expect(page.get_by_text("暂无等待。")).to_be_visible()
    caller = site.house.send()

    expect(live(page)).to_have_text(SHOWN_NOW, timeout=SOON_MS)
    expect(page.locator("#line")).to_contain_text(f"{caller.reference[:5]}-{caller.reference[5:]}")
    expect(page.get_by_role("status")).to_have_count(1)


def test_the_queue_does_not_change_under_a_hand(site: Site, look: Callable[..., Page]) -> None:
    first = site.house.send()
    page = look(signed_in(site, "lin"), "/staff/queue")
    take = page.get_by_role("button", name="接手下一个")
    take.focus()
    second = site.house.send()

    expect(live(page)).to_contain_text(NEW, timeout=SOON_MS)
    expect(take).to_be_focused()
    expect(page.locator("#line tbody tr")).to_have_count(1)
    live(page).get_by_role("link", name="再看一次").click()
    expect(page.locator("#line tbody tr")).to_have_count(2)
    expect(live(page)).to_be_empty()
    assert first.reference != second.reference


def test_the_board_changes_by_itself_unless_a_counselor_is_being_chosen(
    site: Site, look: Callable[..., Page]
) -> None:
    site.house.go_on_duty("lin", "mei")
    page = look(signed_in(site, "supervisor"), "/staff/board")
    site.house.send()
    expect(page.locator("#board tbody tr")).to_have_count(1, timeout=SOON_MS)

    page.locator("select").first.select_option(label="木棉")
    page.evaluate("document.activeElement.blur()")
    site.house.send()
    expect(live(page)).to_contain_text(NEW)
    page.wait_for_timeout(SOON_MS)
    expect(page.locator("select").first.locator("option:checked")).to_have_text("木棉")


def test_the_ticket_page_says_so_and_leaves_the_writer_alone(
    site: Site, look: Callable[..., Page], taken: Caller
) -> None:
    page = look(signed_in(site, "lin"), url(taken), width=360)
    box = page.get_by_label("写给来访者的回复")
    box.fill("写到一半")
    before = page.evaluate("scrollY")
    flows.write_again(site.house, taken, "我又想起一件事")

    expect(live(page)).to_contain_text(NEW, timeout=SOON_MS)
    expect(box).to_be_focused()
    expect(page.get_by_text("我又想起一件事")).to_have_count(0)
    assert page.evaluate("scrollY") == before

    live(page).get_by_role("link", name="再看一次").click()
    expect(page.get_by_text("我又想起一件事")).to_be_visible()
    expect(box).to_have_value("写到一半")
    expect(page.locator("#seen")).to_have_value("2")
    expect(live(page)).to_be_empty()


def test_the_conversation_says_so_and_looking_keeps_what_was_typed(
    site: Site, look: Callable[..., Page], taken: Caller
) -> None:
    page = look(come_back(site.house, taken), "/conversation", width=360)
    box = page.get_by_role("textbox", name="你的留言")
    box.fill("写到一半")
    flows.reply(site.house, "lin", taken, "谢谢你写下来。")

    expect(live(page)).to_contain_text(NEW, timeout=SOON_MS)
    expect(page.get_by_text("谢谢你写下来。")).to_have_count(0)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    live(page).get_by_role("button", name="再看一次").click()
    expect(page.get_by_text("谢谢你写下来。")).to_be_visible()
    expect(box).to_have_value("写到一半")
    expect(live(page)).to_be_empty()


def test_two_browsers_talk(site: Site, look: Callable[..., Page], taken: Caller) -> None:
    counselor = look(signed_in(site, "lin"), url(taken))
    caller = look(come_back(site.house, taken), "/conversation")
    wait_for_streams(site, 2)

    caller.get_by_role("textbox", name="你的留言").fill("我又想起一件事")
    caller.get_by_role("button", name="发送", exact=True).click()
    expect(live(counselor)).to_contain_text(NEW, timeout=SOON_MS)
    expect(live(caller)).to_be_empty()
    live(counselor).get_by_role("link", name="再看一次").click()
    expect(counselor.get_by_text("我又想起一件事")).to_be_visible()

    wait_for_streams(site, 2)
    counselor.get_by_label("写给来访者的回复").fill("谢谢你写下来。")
    counselor.get_by_role("button", name="预览").click()
    counselor.get_by_role("button", name="发送给来访者").click()
    expect(live(caller)).to_contain_text(NEW, timeout=SOON_MS)


def hide(page: Page, *, hidden: bool) -> None:
    """The tab is behind another one, or in front again: what the browser would tell the page."""
    page.evaluate(
        "state => { Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });"
        " document.dispatchEvent(new Event('visibilitychange')); }",
        "hidden" if hidden else "visible",
    )


def test_a_hidden_tab_does_not_listen_and_looks_once_when_it_is_seen_again(
    site: Site, look: Callable[..., Page]
) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    hide(page, hidden=True)
    wait_for_streams(site, 0)
    site.house.send()
    page.wait_for_timeout(SOON_MS)
    expect(page.locator("#line tbody tr")).to_have_count(0)

    hide(page, hidden=False)
    expect(page.locator("#line tbody tr")).to_have_count(1)
    wait_for_streams(site, 1)


def test_a_conversation_that_was_hidden_says_what_came_meanwhile_and_nothing_else(
    site: Site, look: Callable[..., Page], taken: Caller
) -> None:
    page = look(come_back(site.house, taken), "/conversation")
    for answer in ("", "谢谢你写下来。"):
        hide(page, hidden=True)
        wait_for_streams(site, 0)
        if answer:
            flows.reply(site.house, "lin", taken, answer)
        hide(page, hidden=False)
        wait_for_streams(site, 1)
        if not answer:
            page.wait_for_timeout(SOON_MS / 4)
            expect(live(page)).to_be_empty()

    expect(live(page)).to_contain_text(NEW)


def test_a_stream_that_was_cut_comes_back(site: Site, look: Callable[..., Page]) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    for ear in site.app.state.streams._open:
        ear.loop.call_soon_threadsafe(ear.end)
    wait_for_streams(site, 0)
    wait_for_streams(site, 1)
    site.house.send()

    expect(page.locator("#line tbody tr")).to_have_count(1)


def test_leaving_quickly_ends_the_stream(site: Site, look: Callable[..., Page], taken: Caller) -> None:
    page = look(come_back(site.house, taken), "/conversation")
    page.get_by_role("link", name="快速离开", exact=True).click()
    page.wait_for_url(site.elsewhere.url)

    wait_for_streams(site, 0)
