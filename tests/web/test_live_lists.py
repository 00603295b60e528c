"""The queue and the board in a real Chromium: they change by themselves, but never under a hand."""

import pytest
from playwright.sync_api import expect

from hotline.web import live
from tests.browser import PATIENCE_MS, OpenPage, Site
from tests.web.listening import signed_in
from tests.web.looking_on import NEW, SHOWN_NOW, SOON_MS, Look, hide, look, look_again, said, wait_for_streams

__all__ = ["look"]

pytestmark = pytest.mark.browser


def test_the_queue_shows_a_new_request_by_itself_within_a_second(site: Site, look: Look) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    expect(page.get_by_text("现在没有等待接手的来访。")).to_be_visible()
    caller = site.house.send()

    expect(said(page)).to_have_text(SHOWN_NOW, timeout=SOON_MS)
    expect(page.locator("#line")).to_contain_text(f"{caller.reference[:5]}-{caller.reference[5:]}")
    expect(page.get_by_role("status")).to_have_count(1)


def test_the_queue_does_not_change_under_a_hand(site: Site, look: Look) -> None:
    first = site.house.send()
    page = look(signed_in(site, "lin"), "/staff/queue")
    take = page.get_by_role("button", name="接手下一个")
    take.focus()
    second = site.house.send()

    expect(said(page)).to_contain_text(NEW, timeout=SOON_MS)
    expect(take).to_be_focused()
    expect(page.locator("#line tbody tr")).to_have_count(1)
    look_again(page)
    expect(page.locator("#line tbody tr")).to_have_count(2)
    expect(said(page)).to_be_empty()
    assert first.reference != second.reference


def test_the_board_changes_by_itself_unless_a_counselor_is_being_chosen(site: Site, look: Look) -> None:
    site.house.go_on_duty("lin", "mei")
    page = look(signed_in(site, "supervisor"), "/staff/board")
    site.house.send()
    expect(page.locator("#board tbody tr")).to_have_count(1, timeout=SOON_MS)

    page.locator("select").first.select_option(label="木棉")
    page.evaluate("document.activeElement.blur()")
    site.house.send()
    expect(said(page)).to_contain_text(NEW)
    page.wait_for_timeout(SOON_MS)
    expect(page.locator("select").first.locator("option:checked")).to_have_text("木棉")


def test_the_list_follows_when_the_hand_is_away(site: Site, look: Look) -> None:
    site.house.send()
    page = look(signed_in(site, "lin"), "/staff/queue")
    page.get_by_role("button", name="接手下一个").focus()
    site.house.send()
    expect(said(page)).to_have_text(NEW)
    page.evaluate("document.activeElement.blur()")

    expect(said(page)).to_have_text(SHOWN_NOW, timeout=PATIENCE_MS)
    expect(page.locator("#line tbody tr")).to_have_count(2)


def test_where_there_are_too_many_streams_a_page_works_by_looking_again(
    site: Site, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 0)
    page = open_page()
    page.context.add_cookies(
        [
            {"name": name, "value": value, "url": site.base_url}
            for name, value in signed_in(site, "lin").items()
        ]
    )
    with page.expect_response("**/staff/events") as refused:
        page.goto("/staff/queue")
    assert refused.value.status == 503
    site.house.send()
    page.wait_for_timeout(SOON_MS)
    expect(said(page)).to_be_empty()

    look_again(page)
    expect(page.locator("#line tbody tr")).to_have_count(1)


def test_a_hidden_tab_does_not_listen_and_looks_once_when_it_is_seen_again(site: Site, look: Look) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    hide(page, hidden=True)
    wait_for_streams(site, 0)
    site.house.send()
    page.wait_for_timeout(SOON_MS)
    expect(page.locator("#line tbody tr")).to_have_count(0)

    hide(page, hidden=False)
    expect(page.locator("#line tbody tr")).to_have_count(1)
    wait_for_streams(site, 1)


def test_a_stream_that_was_cut_comes_back(site: Site, look: Look) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    for ear in site.app.state.streams._open:
        ear.loop.call_soon_threadsafe(ear.end)
    wait_for_streams(site, 0)
    wait_for_streams(site, 1)
    site.house.send()

    expect(page.locator("#line tbody tr")).to_have_count(1)
