"""What Back and a reload bring up again at a browser that somebody left."""

import time
from collections.abc import Callable
from functools import partial
from typing import TypeVar

from playwright.sync_api import Error, Page

T = TypeVar("T")

EVERYTHING = """() => [document.documentElement.outerHTML,
  ...Array.from(document.querySelectorAll("textarea, .code-input"), (field) => field.value)].join("\\n")"""
SETTLED_MS = 300
INTERRUPTED = (
    "ERR_ABORTED",
    "interrupted by another navigation",
    "is navigating",
    "context was destroyed",
    "Not attached",
)
MOST_PAGES = 20


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
    shown: str = page.evaluate(EVERYTHING)  # a locator would bring all of Playwright into every page
    return shown


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
