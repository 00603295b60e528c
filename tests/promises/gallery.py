"""Every screen of the tour in a real Chromium with the site's style and scripts.

One page shows them all, each as a document of its own: parsed, styled and laid out anew. What measures
stays in the page: axe is read once, and has long been compiled when the second screen comes.
"""

import re
import socket
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property

from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Page

from hotline.base import paths
from hotline.web.headers import EVERY_ANSWER
from hotline.web.static import mount_static
from tests.browser import serve
from tests.promises import on_screen
from tests.promises.tour import Screen

PASSING = re.compile(
    r' value="[^"]*"| (?:for|id|href|action|formaction|datetime)="[^"]*"|[0-9a-f]{8,}|\d|\s+'
)
"""What differs between two looks at one screen: tokens, references, addresses, digits."""

RUN_ON = re.compile(r"(.)\1{500,}")
"""What is only there to be too long."""


ScreensIn = Callable[[str], list[Screen]]


@dataclass(frozen=True)
class Gallery:
    """The screens of both languages, and where their style and scripts are served."""

    base_url: str
    screens: list[Screen]

    @cached_property
    def fullest(self) -> list[Screen]:
        """Of each template in each language the screen with the most on it, the fullest of all first."""
        by_size = sorted(self.screens, key=lambda screen: len(screen.html))
        return list(reversed({(screen.template, screen.language): screen for screen in by_size}.values()))

    def worth_judging(self, page: Page) -> list[Screen]:
        """The fullest ones, and each other one with a kind of thing on it that none before it had.

        What stands on a small screen mostly stood on a full one, so the full ones come first.
        """
        fullest = set(self.fullest)
        by_size = sorted(self.screens, key=lambda screen: len(screen.html), reverse=True)
        screens = [*self.fullest, *(screen for screen in by_size if screen not in fullest)]
        is_new = page.evaluate(on_screen.ANOTHER_KIND, [_shown(screen) for screen in screens])
        return [screen for screen, new in zip(screens, is_new, strict=True) if new or screen in fullest]

    def enter(self, page: Page, *tools: str) -> None:
        """The page is where the screens will be shown; the scripts `tools` stay, and what they remember."""
        page.goto(self.base_url)
        for tool in tools:
            page.evaluate(tool)

    def visit(self, page: Page, screens: Iterable[Screen]) -> Iterator[Screen]:
        """The page shows one screen after the other."""
        for screen in screens:
            page.set_content(_shown(screen))
            yield screen


def _shown(screen: Screen) -> str:
    """Every fold open, and of what is only too long enough to see it."""
    return RUN_ON.sub(r"\1" * 500, screen.html).replace("<details", "<details open")


def different(screens: list[Screen]) -> list[Screen]:
    """One of each, whoever saw it and whatever number stood in it."""
    seen = {PASSING.sub("", screen.html): screen for screen in reversed(screens)}
    return list(reversed(seen.values()))


@contextmanager
def hang(screens: list[Screen]) -> Iterator[Gallery]:
    """The screens, served until the end."""
    app = FastAPI(openapi_url=None)
    app.get("/")(lambda: HTMLResponse("<!doctype html>", headers=EVERY_ANSWER))
    mount_static(app, paths.static_dir(), paths.vendor_dir())
    with socket.create_server(("127.0.0.1", 0)) as free, serve(app, free):
        yield Gallery(f"http://127.0.0.1:{free.getsockname()[1]}", screens)


def apart(draw: Callable[[], list[Screen]]) -> list[Screen]:
    """Drawn in a thread without Playwright: looking at our own application runs a loop."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(draw).result()
