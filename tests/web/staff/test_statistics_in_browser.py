"""The tables in a real browser: on a phone and on a desk, light and dark, without scripts, on paper."""

from datetime import date, datetime

import pytest
from playwright.sync_api import expect

from tests.browser import OpenPage, Site
from tests.cast import NOON, ZONE
from tests.statistics.years import live, release_all
from tests.web.staff.test_work_in_browser import sit_down

pytestmark = pytest.mark.browser

OPENED = date(2026, 7, 1)


@pytest.fixture
def released(site: Site) -> Site:
    """A quarter at sixty contacts a week, decided."""
    live(site.house, OPENED, date(2026, 10, 5), rate=60)
    release_all(site.house, opened=OPENED, now=datetime(2026, 10, 6, tzinfo=ZONE))
    assert site.clock.now == NOON
    return site


@pytest.mark.thorough
def test_without_scripts_one_goes_from_table_to_table_and_takes_a_file(
    released: Site, open_page: OpenPage
) -> None:
    page = open_page(js=False)
    sit_down(page, released, "supervisor")
    page.goto("/staff/statistics")

    page.get_by_role("link", name="来访", exact=True).click()
    expect(page.get_by_role("img")).to_be_visible()
    page.get_by_role("link", name="上一期：").click()
    page.get_by_text("选择别的表").click()
    page.get_by_role("link", name="话题").click()
    with page.expect_download() as loading:
        page.get_by_role("link", name="下载CSV").click()

    assert loading.value.suggested_filename == "topic-2026-09.csv"


def test_on_paper_the_drawing_keeps_its_light_colours(released: Site, open_page: OpenPage) -> None:
    page = open_page(dark=True)
    sit_down(page, released, "supervisor")
    page.goto("/staff/statistics/topic/2026-09")

    page.emulate_media(media="print", color_scheme="dark")

    assert (
        page.locator("svg.chart .bar").first.evaluate("bar => getComputedStyle(bar).fill")
        == "rgb(20, 105, 106)"
    )
    expect(page.get_by_text("选择别的时段")).to_be_hidden()
    expect(page.get_by_role("table")).to_be_visible()


BROKEN = r"""() => {
  const broken = [], at = document.createRange();
  const walk = document.createTreeWalker(document.querySelector("main table"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const { data } = walk.currentNode;
    for (const { 0: word, index } of data.matchAll(/[^\s、，：；]+/g)) {
      at.setStart(walk.currentNode, index);
      at.setEnd(walk.currentNode, index + word.length);
      const lines = Array.from(at.getClientRects(), ({ top }) => Math.round(top));
      if (new Set(lines).size > 1) broken.push(word);
    }
  }
  return broken;
}"""
"""The words of a table, in Chinese its phrases, that stand on more than one line."""

LONGER = "all => all.forEach(one => { one.textContent += one.textContent })"
"""A month in which one column has more to say than in this one."""


@pytest.mark.parametrize("width", [360, 900, 1280])
@pytest.mark.parametrize("language", ["zh-CN", "en-GB"])
def test_no_word_of_a_table_is_broken(released: Site, open_page: OpenPage, language: str, width: int) -> None:
    page = open_page(language=language, width=width)
    sit_down(page, released, "supervisor")

    for table in ("level", "planned", "completed", "outcome", "topic"):
        page.goto(f"/staff/statistics/{table}/2026-09")
        page.eval_on_selector_all("td:nth-child(3)", LONGER)
        assert page.evaluate(BROKEN) == [], table
