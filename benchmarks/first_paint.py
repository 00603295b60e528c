"""How soon something is seen: the first paint of `/` and `/write`, and what the queue answers to a hand.

`PYTHONPATH=. python benchmarks/first_paint.py` serves a house of its own on a free port, opens it in
Chromium and reads Chromium's own performance entries. For the first paint every answer is held back by
100 ms, as on a slow line, so that the figure counts the round trips that a person waits for. Each
figure is the median of 9 visits with an empty cache, or with what the visit before has left.

On 2026-11-23, on two cores with little else on them, milliseconds after the request was sent: `/` 297 and
`/write` 303 on a first visit, 149 and 154 on a later one. So a later visit waits for one round trip, the
page's; a first one for a second, its style's: a style that stands in the page would spare it, and the
content security policy allows none. Looking again in the queue took 46; taking the next ticket, with its
keys opened and its page drawn, 110. That was before a ticket's page asked the database a third as often.
"""

import json
import os
import shutil
import socket
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from hotline.app import create_app
from hotline.base.config import Settings
from tests.browser import FLAGS, Watch, serve
from tests.cast import House, copy_house, found_house

ROUND_TRIP = 100
"""Milliseconds by which the browser holds back each answer."""

VISITS = 9
TICKETS = 30

ENTRIES = """() => new Promise(done => {
  const tell = () => {
    const [page] = performance.getEntriesByType("navigation");
    const [paint] = performance.getEntriesByType("paint");
    if (!paint) return requestAnimationFrame(tell);
    const style = performance.getEntriesByType("resource").find(one => one.name.includes(".css"));
    const { requestStart: from, responseEnd } = page;
    done({ from, page: responseEnd, style: style.responseEnd, paint: paint.startTime });
  };
  tell();
})"""
CLICKED = """button => button.addEventListener("click", () => {
  sessionStorage.setItem("clicked", performance.timeOrigin + performance.now()); }, { capture: true })"""
SINCE_CLICK = """() => new Promise(done => {
  const tell = () => {
    const [paint] = performance.getEntriesByType("paint");
    if (!paint) return requestAnimationFrame(tell);
    done(performance.timeOrigin + paint.startTime - Number(sessionStorage.getItem("clicked")));
  };
  tell();
})"""
SWAPPED = """link => new Promise(done => {
  const begun = performance.now();
  document.body.addEventListener("htmx:afterSettle",
    () => requestAnimationFrame(() => setTimeout(() => done(performance.now() - begun))), { once: true });
  link.click();
})"""


@contextmanager
def served() -> Iterator[tuple[str, House]]:
    """A founded house with waiting tickets and a counselor on duty, on a free port."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        template, copy = Path(folder, "template"), Path(folder, "copy")
        template.mkdir()
        copy.mkdir()
        for house in copy_house(template, found_house(template), copy):
            for _ in range(TICKETS):
                house.send()
            house.go_on_duty("lin")
            url = f"http://127.0.0.1:{free.getsockname()[1]}"
            settings = Settings(data_dir=copy, public_url=url, test_stretching=True)
            with serve(create_app(settings, house.database, clock=Watch()), free):
                yield url, house


@contextmanager
def fresh_page(browser: Browser, url: str, *, round_trip: int = 0) -> Iterator[Page]:
    """A page of a browser with an empty cache."""
    context = browser.new_context(base_url=url, locale="zh-CN", viewport={"width": 360, "height": 740})
    page = context.new_page()
    if round_trip:
        line = context.new_cdp_session(page)
        line.send("Network.enable")
        conditions = {
            "offline": False,
            "latency": round_trip,
            "downloadThroughput": -1,
            "uploadThroughput": -1,
        }
        line.send("Network.emulateNetworkConditions", conditions)
    yield page
    context.close()


def first_paint(browser: Browser, url: str, path: str, *, is_kept: bool) -> dict[str, float]:
    """Milliseconds after the request was sent: page there, style there, first paint."""
    seen = []
    for _ in range(VISITS):
        with fresh_page(browser, url, round_trip=ROUND_TRIP) as page:
            if is_kept:
                page.goto("/privacy")
            page.goto(path)
            seen.append(page.evaluate(ENTRIES))
    return {
        name: statistics.median(one[name] - one["from"] for one in seen)
        for name in ("page", "style", "paint")
    }


def in_the_queue(browser: Browser, url: str, house: House, act: Callable[[Page], float]) -> float:
    """Milliseconds from the hand to what is seen, without a line to wait for."""
    session = house.session_of("lin").hex()
    taken = []
    with fresh_page(browser, url) as page:
        page.context.add_cookies([{"name": "session", "value": session, "url": url}])
        for _ in range(VISITS):
            page.goto("/staff/queue")
            taken.append(act(page))
    return statistics.median(taken)


def look_again(page: Page) -> float:
    milliseconds: float = page.locator("a[hx-get]").first.evaluate(SWAPPED)
    return milliseconds


def take(page: Page) -> float:
    button = page.locator("form[action='/staff/queue/next'] button")
    button.evaluate(CLICKED)
    with page.expect_navigation():
        button.click()
    milliseconds: float = page.evaluate(SINCE_CLICK)
    return milliseconds


def main() -> None:
    """Print the figures as one JSON object."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or sys.exit("Chromium is missing")
    figures: dict[str, object] = {"round trip": ROUND_TRIP, "visits": VISITS}
    with served() as (url, house), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        for path in ("/", "/write"):
            figures[f"{path} first visit"] = first_paint(browser, url, path, is_kept=False)
            figures[f"{path} later"] = first_paint(browser, url, path, is_kept=True)
        figures["queue, look again"] = in_the_queue(browser, url, house, look_again)
        figures["queue, take the next one until the ticket is seen"] = in_the_queue(browser, url, house, take)
        browser.close()
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    main()
