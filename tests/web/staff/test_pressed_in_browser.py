"""What is seen of a press: at once, on the page it leads to, and not again when that page comes back."""

import pytest
from playwright.sync_api import expect

from tests.browser import BROUGHT_BACK, OpenPage, Site, is_marked_when_pressed
from tests.web.listening import signed_in
from tests.web.looking_on import come_with

pytestmark = pytest.mark.browser


def test_what_a_change_says_is_said_once(site: Site, open_page: OpenPage) -> None:
    """Loading the page again, and coming back to it, show how things stand and not what was done before."""
    caller = site.house.send()
    site.house.go_on_duty("lin")
    page = open_page()
    come_with(page, site, signed_in(site, "supervisor"))
    page.goto("/staff/board")
    said = page.get_by_text("已分派。", exact=True)

    page.locator("select").select_option(label="木棉")
    page.get_by_role("button", name=f"分派 {caller.reference[:5]}").click()
    expect(said).to_be_visible()
    expect(page).to_have_url(f"{site.base_url}/staff/board")
    page.reload()
    expect(page.get_by_role("heading", name="值班看板")).to_be_visible()
    expect(said).to_have_count(0)

    page.goto(f"/staff/board?after={caller.reference}&done=assigned")
    expect(said).to_be_visible()
    page.evaluate(BROUGHT_BACK)
    expect(said).to_have_count(0)
    page.goto(f"/staff/board?after={caller.reference}&done=assigned")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="Board")).to_be_visible()
    expect(page.get_by_text("The ticket is assigned.")).to_have_count(0)
    page.goto("/staff")
    page.go_back()
    expect(page).to_have_url(f"{site.base_url}/staff/board?after={caller.reference}")
    expect(said).to_have_count(0)


def test_taking_is_seen_to_be_pressed_until_the_ticket_is_there(site: Site, open_page: OpenPage) -> None:
    site.house.send("我最近睡不着。")
    site.house.go_on_duty("lin")
    page = open_page(width=360)
    come_with(page, site, signed_in(site, "lin"))
    page.goto("/staff/queue")

    is_marked_when_pressed(page, page.get_by_role("button", name="接手下一个"))
