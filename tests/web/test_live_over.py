"""An open page in a real Chromium whose stream is over or refused: it says so calmly, and stops asking."""

import time

import pytest
from playwright.sync_api import Page, expect

from hotline.accounts.models import SessionRow
from hotline.web import live
from tests.browser import PATIENCE, OpenPage, Site
from tests.cast import Caller
from tests.web.listening import come_back, look_round, signed_in, taken
from tests.web.looking_on import SOON_MS, Look, come_with, hide, look, look_again, said, wait_for_streams
from tests.web.staff.desks import url

__all__ = ["look", "taken"]

pytestmark = pytest.mark.browser

OVER, KEPT = "登录已结束。刷新后可以重新登录。", "登录已结束，你写的文字会保留。刷新后可以重新登录。"
VISIT_OVER = "登录已结束，你写的文字还在。点“刷新”，输入回执码就能继续。"
LONGER_THAN_A_WAIT_MS = 1600
"""A stream that is lost is opened again after at most a second and a half."""


def streams_asked_for(page: Page) -> list[str]:
    """From now on: the addresses at which the page wants to listen."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.resource_type == "eventsource" else None)
    return asked


def test_the_ticket_page_says_that_the_session_is_over_and_what_was_typed_is_kept(
    site: Site, look: Look, taken: Caller
) -> None:
    page = look(signed_in(site, "lin"), url(taken))
    page.get_by_label("写给来访者的回复").fill("写到一半")
    site.clock.forward(minutes=21)
    look_round(site)

    expect(said(page)).to_have_text(KEPT)
    expect(page.get_by_label("写给来访者的回复")).to_have_value("写到一半")
    asked = streams_asked_for(page)
    page.wait_for_timeout(LONGER_THAN_A_WAIT_MS)
    assert asked == []
    look_again(page)
    page.wait_for_url("**/staff/sign-in?why=kept**")


@pytest.mark.parametrize(
    "address", ["/staff/queue", pytest.param("/staff/board", marks=pytest.mark.thorough)]
)
def test_a_list_whose_reader_has_signed_out_says_so_and_leads_to_the_sign_in(
    site: Site, look: Look, address: str
) -> None:
    page = look(signed_in(site, "supervisor" if "board" in address else "lin"), address)
    hide(page, hidden=True)
    wait_for_streams(site, 0)
    with site.house.database.write() as db:
        db.query(SessionRow).delete()
    asked = streams_asked_for(page)
    hide(page, hidden=False)

    expect(said(page)).to_have_text(OVER)
    page.wait_for_timeout(LONGER_THAN_A_WAIT_MS)
    assert len(asked) == 1
    look_again(page)
    page.wait_for_url(f"**/staff/sign-in?why=ended&next={address}")
    expect(page.get_by_role("heading", name="登录")).to_have_count(1)


def test_a_list_that_follows_by_itself_after_the_session_leads_to_the_sign_in(site: Site, look: Look) -> None:
    page = look(signed_in(site, "lin"), "/staff/queue")
    site.clock.forward(minutes=21)
    site.house.send()

    page.wait_for_url("**/staff/sign-in?why=ended&next=/staff/queue")


def test_the_callers_page_says_that_the_visit_has_ended_and_keeps_what_was_typed(
    site: Site, look: Look, taken: Caller
) -> None:
    page = look(come_back(site.house, taken), "/conversation", width=360)
    page.get_by_role("textbox", name="你的留言").fill("写到一半")
    site.clock.forward(hours=2)
    look_round(site)

    expect(said(page)).to_have_text(VISIT_OVER)
    expect(page.locator(".thread .message-text").first).to_be_hidden()
    look_again(page)
    expect(page.get_by_role("textbox", name="回执码")).to_be_visible()
    assert "写到一半" in page.content()


@pytest.mark.thorough
def test_a_page_that_is_refused_asks_a_few_times_and_no_more(
    site: Site, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "MOST_EACH", 0)
    page = open_page()
    page.clock.install()
    come_with(page, site, signed_in(site, "lin"))
    asked = streams_asked_for(page)
    page.goto("/staff/queue")
    for tries in range(1, 6):
        until = time.monotonic() + PATIENCE
        while len(asked) < tries:  # a refusal may take its time, and the next try is planned after it
            assert time.monotonic() < until, f"asked {len(asked)} times"
            if asked:  # the first does not wait for the clock
                page.clock.fast_forward("01:00")
            page.wait_for_timeout(SOON_MS / 5)
        assert len(asked) == tries
    page.clock.fast_forward("10:00")
    page.wait_for_timeout(SOON_MS / 5)

    assert len(asked) == 5
    expect(said(page)).to_be_empty()
    site.house.send()
    look_again(page)
    expect(page.locator("#line tbody tr")).to_have_count(1)
