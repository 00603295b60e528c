"""The queue and the board in a real Chromium: they change by themselves, but never under a hand."""

import pytest
from playwright.sync_api import Route, expect

from hotline import topics
from hotline.web import live
from tests.browser import PATIENCE_MS, OpenPage, Site
from tests.web.listening import signed_in
from tests.web.looking_on import (
    NEW,
    SHOWN_NOW,
    SOON_MS,
    Look,
    come_with,
    hide,
    look,
    look_again,
    said,
    told,
    wait_for_streams,
)

__all__ = ["look"]

pytestmark = pytest.mark.browser


def test_the_queue_shows_a_new_request_by_itself_within_a_second(site: Site, look: Look) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    expect(page.get_by_text("现在没有等待接手的来访。")).to_be_visible()
    caller = site.house.send()

    expect(said(page)).to_have_text(SHOWN_NOW, timeout=SOON_MS)
    expect(page.locator("#line")).to_contain_text(f"{caller.reference[:5]}-{caller.reference[5:]}")
    expect(page.get_by_role("status")).to_have_count(1)


def test_opening_the_queue_draws_it_once_and_htmx_asks_for_it_again_when_there_is_something(
    site: Site, look: Look
) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    asked: list[dict[str, str]] = []
    page.on("request", lambda request: asked.append(request.headers) if "queue" in request.url else None)
    page.wait_for_timeout(SOON_MS / 2)
    assert asked == []

    site.house.send()
    expect(page.locator("#line tbody tr")).to_have_count(1)
    (headers,) = asked
    assert (headers["hx-request"], headers["hotline-by-itself"]) == ("true", "yes")


@pytest.mark.thorough
def test_what_came_between_drawing_and_listening_is_shown_without_a_word(
    site: Site, open_page: OpenPage
) -> None:
    page = open_page()
    come_with(page, site, signed_in(site, "lin"))

    def meanwhile(route: Route) -> None:
        told(site, topics.QUEUE, site.house.send)
        route.continue_()

    page.route("**/staff/events", meanwhile, times=1)
    page.goto("/staff/queue")

    expect(page.locator("#line tbody tr")).to_have_count(1)
    expect(said(page)).to_be_empty()


@pytest.mark.thorough
def test_looking_again_exchanges_the_list_alone_and_leaves_the_focus_where_it_is(
    site: Site, look: Look
) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    page.evaluate("window.before = [document.querySelector('h1'), history.length, scrollY]")
    hide(page, hidden=True)  # it does not look by itself
    site.clock.forward(minutes=1)
    site.house.send()
    link = page.get_by_role("link", name="刷新")
    link.focus()
    page.keyboard.press("Enter")

    expect(page.locator("#line tbody tr")).to_have_count(1)
    expect(page.locator("#line-as-of")).to_contain_text("12:01")
    expect(page.locator("#line")).to_have_count(1)
    expect(link).to_be_focused()
    assert page.evaluate("before[0] === document.querySelector('h1') && before[1] === history.length")
    assert page.evaluate("Object.values(sessionStorage)") == ["/staff/queue"]  # htmx: where, and nothing else
    assert page.evaluate("localStorage.length") == 0


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


@pytest.mark.thorough
def test_a_hand_that_comes_while_the_list_is_on_its_way_is_not_disturbed(site: Site, look: Look) -> None:
    site.house.send()
    page = look(signed_in(site, "lin"), "/staff/queue")
    take = page.get_by_role("button", name="接手下一个")

    def reach_for_it(route: Route) -> None:
        take.focus()
        route.continue_()

    page.route("**/staff/queue", reach_for_it, times=1)
    site.house.send()

    expect(said(page)).to_have_text(NEW)
    expect(take).to_be_focused()
    expect(page.locator("#line tbody tr")).to_have_count(1)


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_where_there_are_too_many_streams_a_page_works_by_looking_again(
    site: Site, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST", 0)
    page = open_page()
    come_with(page, site, signed_in(site, "lin"))
    with page.expect_response("**/staff/events") as refused:
        page.goto("/staff/queue")
    assert refused.value.status == 503
    site.house.send()
    page.wait_for_timeout(SOON_MS)
    expect(said(page)).to_be_empty()

    look_again(page)
    expect(page.locator("#line tbody tr")).to_have_count(1)


@pytest.mark.thorough
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


@pytest.mark.thorough
def test_a_stream_that_was_cut_comes_back(site: Site, look: Look) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    for ear in site.app.state.streams._open:
        ear.loop.call_soon_threadsafe(ear.end)
    wait_for_streams(site, 0)
    wait_for_streams(site, 1)
    site.house.send()

    expect(page.locator("#line tbody tr")).to_have_count(1)


def test_whoever_has_gone_into_the_list_meanwhile_stays_where_they_are(site: Site, look: Look) -> None:
    site.house.send()
    site.house.go_on_duty("lin")
    page = look(signed_in(site, "supervisor"), "/staff/board")
    page.locator("a[hx-boost]").hover()
    page.wait_for_function("() => window.htmx")
    page.evaluate(
        "window.drawn = document.querySelector('select'); document.querySelector('a[hx-boost]').click()"
    )
    page.evaluate("window.drawn.focus()")

    page.wait_for_function("() => !window.drawn.isConnected")
    expect(page.locator("select").first).to_be_focused()
