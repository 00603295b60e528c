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
    """The screens of one language, and where their style and scripts are served."""

    base_url: str
    screens: list[Screen]

    @cached_property
    def fullest(self) -> set[Screen]:
        """Of each template the screen with the most on it."""
        by_size = sorted(self.screens, key=lambda screen: len(screen.html))
        return set({screen.template: screen for screen in by_size}.values())

    def visit(self, page: Page, screens: Iterable[Screen], *tools: str) -> Iterator[Screen]:
        """The page shows one screen after the other, each every fold open; the scripts `tools` stay."""
        page.goto(self.base_url)
        for tool in tools:
            page.evaluate(tool)
        for screen in screens:
            page.set_content(RUN_ON.sub(r"\1" * 500, screen.html).replace("<details", "<details open"))
            yield screen


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
