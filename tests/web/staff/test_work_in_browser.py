"""A counselor's work in a real browser, with its scripts and without, on a phone and on a desk."""

import re
import time

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import func, select

from hotline.intake.screening import Safety
from hotline.tickets.models import Draft
from tests import flows
from tests.browser import (
    PATIENCE,
    OpenPage,
    Site,
    with_and_without_scripts,
)
from tests.cast import Caller, House, digits_of
from tests.web.staff.desks import url

pytestmark = pytest.mark.browser


def sit_down(page: Page, site: Site, name: str) -> None:
    """The page's browser is signed in as this member of the cast."""
    token = site.house.session_of(name, now=site.clock.now).hex()
    page.context.add_cookies([{"name": "session", "value": token, "url": site.base_url}])


@with_and_without_scripts
@pytest.mark.parametrize("width", [360, pytest.param(1280, marks=pytest.mark.thorough)])
def test_a_counselor_takes_reviews_answers_and_notes(
    site: Site, open_page: OpenPage, *, js: bool, width: int
) -> None:
    caller = site.house.send("我最近睡不着。")
    page = open_page(js=js, width=width)
    sit_down(page, site, "lin")
    page.goto("/staff")
    page.get_by_role("button", name="开始值班", exact=True).click()
    page.get_by_role("button", name="接手下一个").click()
    expect(page.get_by_text("我最近睡不着。")).to_be_visible()

    page.get_by_role("radio", name="问过，来访者说没有").check()
    page.get_by_role("button", name="记下评估").click()
    page.get_by_label("写给来访者的回复").fill("谢谢你写下来。")
    page.get_by_role("button", name="预览").click()
    page.get_by_role("button", name="发送给来访者").click()
    expect(page.locator(".message-mine")).to_contain_text("谢谢你写下来。")

    page.get_by_text("写一份记录").click()
    page.get_by_label("来访者谈到的内容").fill("睡眠")
    page.get_by_role("button", name="完成记录").click()
    page.locator("summary", has_text="热线记录").click()
    expect(page.locator("#notes").get_by_text("睡眠", exact=True)).to_be_visible()
    assert flows.words_of(site.house, caller.keys, caller)[-1] == "谢谢你写下来。"


GAPS = """() => {
  const all = Array.from(document.querySelectorAll("#work > div > *"), (one) => one.getBoundingClientRect());
  const columns = new Map(); // by their middle: on a phone a section may reach further out than another
  for (const at of all.filter(({ height }) => height)) {
    const middle = Math.round(at.left + at.width / 2);
    columns.set(middle, [...(columns.get(middle) || []), at].sort((one, other) => one.top - other.top));
  }
  const between = (one, other) => Math.round(other.top - one.bottom);
  return Array.from(columns.values(), (column) => column.slice(1).map((at, n) => between(column[n], at)));
}"""
"""How far the sections of a ticket are apart, by column."""

ROOM = """() => Array.from(document.querySelectorAll("#work textarea"), (one) => one.offsetWidth)"""


@pytest.mark.parametrize(("width", "columns"), [(360, 1), (1280, 2)])
def test_a_tickets_sections_are_equally_far_apart(
    site: Site, open_page: OpenPage, width: int, columns: int
) -> None:
    """Whatever stands in them; on a phone the words have all the width between the page's edges."""
    answered = site.house.send("我最近睡不着。")
    waiting = site.house.send("想找人说说。")
    flows.take(site.house, "lin", answered)
    flows.review(site.house, "lin", answered)
    flows.reply(site.house, "lin", answered, "谢谢你写下来。")
    flows.take(site.house, "lin", waiting)
    page = open_page(width=width)
    sit_down(page, site, "lin")

    for caller in (answered, waiting):
        page.goto(url(caller))
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true })")
        gaps = page.evaluate(GAPS)
        assert len(gaps) == columns
        assert {gap for column in gaps for gap in column} == {24}
        assert columns == 2 or set(page.evaluate(ROOM)) == {360 - 2 * 16}


EDGES = """one => { const { left, right } = one.getBoundingClientRect(); return [left, right]; }"""


def test_where_one_looks_again_is_as_wide_as_what_is_looked_at(site: Site, open_page: OpenPage) -> None:
    caller = site.house.send()
    flows.take(site.house, "lin", caller)
    site.house.send()
    counselor, supervisor = open_page(), open_page()
    sit_down(counselor, site, "lin")
    sit_down(supervisor, site, "supervisor")

    for page, path, below in (
        (counselor, "/staff/queue", ".table-wrap"),
        (counselor, url(caller), "#work"),
        (supervisor, "/staff/board", ".table-wrap"),
    ):
        page.goto(path)
        box, what = (page.locator(one).first.evaluate(EDGES) for one in (".live", below))
        assert box == what, path


TOPS = "all => all.map(one => Math.round(one.getBoundingClientRect().top))"


def test_the_numbers_of_the_board_stand_on_one_line(site: Site, open_page: OpenPage) -> None:
    """Beside each other whatever stands below them, on a phone one below the other at the right edge."""
    flows.take(site.house, "lin", site.house.send(safety=Safety.DANGER))
    page = open_page()
    sit_down(page, site, "supervisor")
    page.goto("/staff/board")
    numbers = page.locator(".counts .tile-value")
    assert numbers.count() == 5

    assert len(set(numbers.evaluate_all(TOPS))) == 1
    page.set_viewport_size({"width": 360, "height": 740})
    assert len(set(numbers.evaluate_all(TOPS))) == 5
    assert len({right for _, right in numbers.evaluate_all(f"all => all.map({EDGES})")}) == 1


LEFT = """() => {
  Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""
"""What a page is told when another window covers it: then it saves by itself."""


def half_write(site: Site, open_page: OpenPage, taken: Caller, *, js: bool = True) -> Page:
    """Lin's browser with a reply that she has begun."""
    page = open_page(js=js, width=360)
    sit_down(page, site, "lin")
    page.goto(url(taken))
    page.get_by_label("写给来访者的回复").fill("写到一半")
    return page


def wait_for_drafts(house: House, number: int) -> None:
    """The page that was left has sent them on its way out."""
    until = time.monotonic() + PATIENCE
    while True:
        with house.database.read() as db:
            if db.scalar(select(func.count()).select_from(Draft)) == number:
                return
        assert time.monotonic() < until, "the drafts were not saved"
        time.sleep(0.05)


def test_what_was_typed_is_saved_by_itself_when_the_page_is_left(
    site: Site, open_page: OpenPage, taken: Caller
) -> None:
    page = half_write(site, open_page, taken)
    page.get_by_text("写一份记录").click()
    page.get_by_label("来访者谈到的内容").fill("半份记录")

    page.goto("/staff/queue")
    wait_for_drafts(site.house, 2)

    page.goto(url(taken))
    expect(page.get_by_label("写给来访者的回复")).to_have_value("写到一半")
    expect(page.get_by_label("来访者谈到的内容")).to_have_value("半份记录")


def test_whoever_loads_the_page_again_finds_what_was_half_written(
    site: Site, open_page: OpenPage, taken: Caller
) -> None:
    page = half_write(site, open_page, taken)
    page.reload()

    expect(page.get_by_label("写给来访者的回复")).to_have_value("写到一半")


def test_what_was_typed_beside_a_form_that_is_sent_stands_on_the_next_page(
    site: Site, open_page: OpenPage, taken: Caller
) -> None:
    page = half_write(site, open_page, taken)
    page.get_by_role("radio", name="问过，来访者说没有").check()
    page.get_by_role("button", name="记下评估").click()

    expect(page.locator("#safety .badge-good")).to_be_visible()
    expect(page.get_by_label("写给来访者的回复")).to_have_value("写到一半")


def test_a_draft_that_cannot_be_saved_holds_nothing_back(
    site: Site, open_page: OpenPage, taken: Caller
) -> None:
    page = half_write(site, open_page, taken)
    page.route("**/drafts", lambda route: route.abort())
    page.get_by_role("button", name="锁定").click()

    expect(page).to_have_url(re.compile("/staff/sign-in"))


@with_and_without_scripts
def test_what_another_tab_still_holds_after_signing_out_is_kept(
    site: Site, open_page: OpenPage, taken: Caller, *, js: bool
) -> None:
    page = half_write(site, open_page, taken, js=js)
    other = page.context.new_page()
    other.goto("/staff/queue")
    other.get_by_role("button", name="退出登录", exact=True).click()
    expect(other).to_have_url(re.compile("/staff/sign-in$"))

    if js:  # it has heard of it at once, and shows nothing of the conversation
        expect(page.locator("#thread .message-text")).to_be_hidden()
        page.get_by_role("button", name="刷新").click()
    else:
        page.get_by_role("button", name="预览").click()

    expect(page).to_have_url(re.compile("/staff/sign-in.why=kept"))
    expect(page.get_by_text("已加密保存")).to_be_visible()
    person, then = site.house.person("lin"), site.clock.forward(minutes=1)
    page.get_by_label("登录名").fill(person.name)
    page.get_by_label("口令").fill(person.passphrase)
    page.get_by_label("验证码").fill(digits_of(person.seed, then))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_label("写给来访者的回复")).to_have_value("写到一半")


def test_changing_the_form_of_a_note_works_without_a_script(
    site: Site, open_page: OpenPage, taken: Caller
) -> None:
    page = open_page(js=False, width=360)
    sit_down(page, site, "lin")
    page.goto(url(taken, "?note=dap"))
    page.get_by_label("下一步计划").fill("周三再写")
    page.get_by_role("button", name="SOAP记录").click()

    expect(page.get_by_label("主观：来访者怎么说")).to_be_visible()
    expect(page.get_by_label("下一步计划")).to_have_value("周三再写")


@with_and_without_scripts
def test_what_two_windows_hold_of_one_reply_is_all_kept(
    site: Site, open_page: OpenPage, taken: Caller, *, js: bool
) -> None:
    first = half_write(site, open_page, taken, js=js)
    second = first.context.new_page()
    second.goto(url(taken))
    second.get_by_label("写给来访者的回复").fill("另一种说法")
    first.locator("#reply").get_by_role("button", name="保存草稿").click()
    expect(first.get_by_text("的草稿。")).to_be_visible()
    expect(first.get_by_text("另一个窗口里写了不同的内容")).to_have_count(0)
    if js:
        second.evaluate(LEFT)
        expect(second.locator("#reply [data-draft-status]")).to_contain_text("另一个窗口里写了不同的内容")
        second.get_by_label("写给来访者的回复").press_sequentially("，再想想")
        expect(second.locator("#reply [data-draft-status]")).to_contain_text("另一个窗口里写了不同的内容")

    second.locator("#reply").get_by_role("button", name="保存草稿").click()

    expect(second.get_by_text("另一个窗口里写了不同的内容")).to_be_visible()
    expect(second.get_by_label("写给来访者的回复")).to_have_value("另一种说法" + ("，再想想" if js else ""))
    second.goto("/staff/account")
    expect(second.get_by_label("你写的内容")).to_have_value("写到一半")
