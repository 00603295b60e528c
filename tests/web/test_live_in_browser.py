"""A ticket and a conversation in a real Chromium: they say what is new, and disturb nobody."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests import flows
from tests.browser import Site
from tests.cast import Caller
from tests.web.listening import come_back, signed_in, taken
from tests.web.looking_on import NEW, SOON_MS, Look, hide, look, look_again, said, wait_for_streams
from tests.web.staff.desks import url

__all__ = ["look", "taken"]

pytestmark = pytest.mark.browser


def test_the_ticket_page_says_so_and_leaves_the_writer_alone(site: Site, look: Look, taken: Caller) -> None:
    page = look(signed_in(site, "lin"), url(taken), width=360)
    box = page.get_by_label("写给来访者的回复")
    box.fill("写到一半")
    before = page.evaluate("scrollY")
    flows.write_again(site.house, taken, "我又想起一件事")

    expect(said(page)).to_contain_text(NEW, timeout=SOON_MS)
    expect(box).to_be_focused()
    expect(page.get_by_text("我又想起一件事")).to_have_count(0)
    assert page.evaluate("scrollY") == before

    look_again(page)
    expect(page.get_by_text("我又想起一件事")).to_be_visible()
    expect(box).to_have_value("写到一半")
    expect(page.locator("#seen")).to_have_value("2")
    expect(said(page)).to_be_empty()


def test_the_conversation_says_so_and_looking_keeps_what_was_typed(
    site: Site, look: Look, taken: Caller
) -> None:
    page = look(come_back(site.house, taken), "/conversation", width=360)
    box = page.get_by_role("textbox", name="你的留言")
    box.fill("写到一半")
    flows.reply(site.house, "lin", taken, "谢谢你写下来。")

    expect(said(page)).to_contain_text(NEW, timeout=SOON_MS)
    expect(page.get_by_text("谢谢你写下来。")).to_have_count(0)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()

    look_again(page)
    expect(page.get_by_text("谢谢你写下来。")).to_be_visible()
    expect(box).to_have_value("写到一半")
    expect(said(page)).to_be_empty()


@pytest.mark.thorough
@pytest.mark.parametrize(("width", "height"), [(360, 740), (320, 256)])
def test_what_has_the_focus_is_not_covered_by_the_news(
    site: Site, look: Look, taken: Caller, width: int, height: int
) -> None:
    """WCAG 2.4.11, also at 400 %: neither when it comes nor while somebody goes on by keyboard."""
    page = look(come_back(site.house, taken), "/conversation")
    page.set_viewport_size({"width": width, "height": height})
    held = page.get_by_role("radio").last
    held.evaluate("one => { one.focus(); scrollBy(0, one.getBoundingClientRect().top - 80); }")
    flows.reply(site.house, "lin", taken, "谢谢你写下来。")

    expect(said(page)).to_have_text(NEW)
    assert not covered(page)
    for _ in range(8):
        page.keyboard.press("Shift+Tab")
        assert not covered(page), page.evaluate("document.activeElement.outerHTML")
    assert page.evaluate("document.documentElement.scrollWidth") == width


def covered(page: Page) -> bool:
    """Whether nothing of what has the focus can be seen: where it stands something else is on top."""
    hidden: bool = page.evaluate(
        "() => { const held = document.activeElement, at = held.getBoundingClientRect();"
        " return ![at.top + 2, (at.top + at.bottom) / 2, at.bottom - 2].some(y => {"
        "  const top = document.elementFromPoint((at.left + at.right) / 2, y);"
        "  return top && (held.contains(top) || top.contains(held)); }); }"
    )
    return hidden


def test_nothing_moves_when_there_is_news(site: Site, look: Look, taken: Caller) -> None:
    page = look(signed_in(site, "lin"), url(taken), width=320)
    places = "Array.from(document.querySelectorAll('main *'), one => one.getBoundingClientRect().top)"
    before = page.evaluate(f"({places}).at(-1)")
    flows.write_again(site.house, taken, "我又想起一件事")

    expect(said(page)).to_have_text(NEW)
    assert page.evaluate(f"({places}).at(-1)") == before


@pytest.mark.thorough
def test_a_closed_ticket_says_nothing_without_a_reason(site: Site, look: Look, taken: Caller) -> None:
    flows.close(site.house, "lin", taken)
    page = look(signed_in(site, "lin"), url(taken))
    page.wait_for_timeout(SOON_MS / 2)

    expect(said(page)).to_be_empty()


@pytest.mark.thorough
def test_two_browsers_talk(site: Site, look: Look, taken: Caller) -> None:
    counselor = look(signed_in(site, "lin"), url(taken))
    caller = look(come_back(site.house, taken), "/conversation")
    wait_for_streams(site, 2)

    caller.get_by_role("textbox", name="你的留言").fill("我又想起一件事")
    caller.get_by_role("button", name="发送", exact=True).click()
    expect(said(counselor)).to_contain_text(NEW, timeout=SOON_MS)
    expect(said(caller)).to_be_empty()
    look_again(counselor)
    expect(counselor.get_by_text("我又想起一件事")).to_be_visible()

    wait_for_streams(site, 2)
    counselor.get_by_label("写给来访者的回复").fill("谢谢你写下来。")
    counselor.get_by_role("button", name="预览").click()
    counselor.get_by_role("button", name="发送给来访者").click()
    expect(said(caller)).to_contain_text(NEW, timeout=SOON_MS)


@pytest.mark.thorough
def test_a_conversation_that_was_hidden_says_what_came_meanwhile_and_nothing_else(
    site: Site, look: Look, taken: Caller
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
            expect(said(page)).to_be_empty()

    expect(said(page)).to_contain_text(NEW)


def test_leaving_quickly_ends_the_stream(site: Site, look: Look, taken: Caller) -> None:
    page = look(come_back(site.house, taken), "/conversation")
    page.get_by_role("link", name="快速离开", exact=True).click()
    page.wait_for_url(site.elsewhere.url)

    wait_for_streams(site, 0)
