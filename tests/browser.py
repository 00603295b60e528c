"""A real site on a free port and a real Chromium: what tests marked `browser` ask for.

`site` serves one test's own copy of the deployment, `open_page` opens pages of separate browsers
in it. Where there is no Chromium these tests are skipped, and fail when REQUIRE_BROWSER is set.
They take its headless shell where that is installed: the same engine at half the cost, without a cache
for Back. A file about that says `pytest.mark.browser(whole=True)`.
"""

import os
import re
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NoReturn

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Locator,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from hotline.base.config import Settings
from tests.apps import app_for
from tests.cast import NOON, House

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--renderer-process-limit=1",  # one process more for each page that is shown costs more than the page
    "--process-per-site",
    "--disable-features=SpareRendererForSitePerProcess",
)
SHELL = "chromium-headless-shell"
LIKE_PEOPLE_HAVE_IT = ["--disable-back-forward-cache"]  # Playwright would switch the cache off
PATIENCE = 10.0
PATIENCE_MS = 10_000

OpenPage = Callable[..., Page]

with_and_without_scripts = pytest.mark.parametrize(
    "js", [pytest.param(True, id="js"), pytest.param(False, id="no-js", marks=pytest.mark.thorough)]
)
"""What a test over HTTP shows, it shows without scripts: a browser without them is for the thorough run."""


@dataclass
class Watch:
    """The clock of a site: it stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: int) -> datetime:
        """Let time pass: `forward(minutes=20)`."""
        self.now += timedelta(**time)
        return self.now


@dataclass
class Elsewhere:
    """The everyday page that quick exit leads to, and who came there from where."""

    url: str
    referrers: list[str | None] = field(default_factory=list)


@dataclass(frozen=True)
class Site:
    """A running service: its address, the deployment behind it and its clock."""

    base_url: str
    house: House
    clock: Watch
    elsewhere: Elsewhere
    app: FastAPI = field(repr=False)


@pytest.fixture(scope="session")
def bound() -> Iterator[socket.socket]:
    """A free port of this process, kept to the end: one address, so that the application is made once."""
    with socket.create_server(("127.0.0.1", 0)) as bound:
        yield bound


@pytest.fixture(scope="session")
def elsewhere() -> Iterator[Elsewhere]:
    """Where quick exit leads to in all tests of this process."""
    with _everyday_page() as elsewhere:
        yield elsewhere


@pytest.fixture
def site(house: House, bound: socket.socket, elsewhere: Elsewhere) -> Iterator[Site]:
    """This test's own deployment, served to browsers."""
    elsewhere.referrers.clear()
    base_url = f"http://127.0.0.1:{bound.getsockname()[1]}"
    settings = Settings(
        data_dir=house.folder,
        database_url=house.url,
        public_url=base_url,
        exit_url=elsewhere.url,
        test_stretching=True,
    )
    watch = Watch()
    app = app_for(settings, house.database, watch)
    with bound.dup() as listening, serve(app, listening):
        yield Site(base_url, house, watch, elsewhere, app)


@dataclass
class Chromiums:
    """Playwright and the browsers it has started, kept from one test to the next."""

    driver: Playwright | None = None
    started: dict[str, Browser] = field(default_factory=dict)

    def at(self, program: str) -> Browser:
        """The browser of this program, which is started unless it is running."""
        running = self.started.get(program)
        if running is None or not running.is_connected():
            self.driver = self.driver or sync_playwright().start()
            running = self.started[program] = self.driver.chromium.launch(
                executable_path=program, args=list(FLAGS), ignore_default_args=LIKE_PEOPLE_HAVE_IT
            )
        return running

    def close(self) -> None:
        """Nothing of it runs: while Playwright does, no other test of this process can run a loop."""
        for running in self.started.values():
            running.close()
        self.started.clear()
        if self.driver:
            self.driver.stop()
        self.driver = None


CHROMIUMS = Chromiums()
"""Those of this process; `conftest.py` closes them before a test that is not about a browser."""


@pytest.fixture
def browser(request: pytest.FixtureRequest) -> Browser:
    """One Chromium for all tests in a browser that come one after the other."""
    marker = request.node.get_closest_marker("browser")
    found = _chromium(whole=marker is not None and marker.kwargs.get("whole", False))
    if not found:
        without_browser("Chromium is missing: apt install chromium, or set CHROMIUM")
    return CHROMIUMS.at(found)


@pytest.fixture
def open_page(browser: Browser, site: Site) -> Iterator[OpenPage]:
    """Opens a page in a browser of its own; afterwards nothing may have been blocked or fetched elsewhere.

    `open_page(js=False, language="en", width=360, dark=True)`.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def opened(*, js: bool = True, language: str = "zh-CN", width: int = 1280, dark: bool = False) -> Page:
        context = browser.new_context(
            base_url=site.base_url,
            java_script_enabled=js,
            locale=language,
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: complaints.extend(_complaint(message)))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: complaints.extend(_stranger(request.url, site)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert complaints == [], complaints


BROUGHT_BACK = 'dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }))'
"""What a page is told that Back brings back as it was left."""


def is_marked_when_pressed(page: Page, button: Locator) -> None:
    """What is pressed is marked as long as the page is there, and not when Back brings the page back."""
    page.evaluate("addEventListener('submit', event => event.preventDefault())")  # the answer never comes
    button.click()
    expect(button).to_have_class(MARKED)

    page.evaluate(BROUGHT_BACK)
    expect(button).not_to_have_class(MARKED)


MARKED = re.compile(r"\bis-sent\b")


def without_browser(reason: str) -> NoReturn:
    """Skip, unless a browser was promised."""
    if os.environ.get("REQUIRE_BROWSER"):
        pytest.fail(reason)
    pytest.skip(reason)


def _chromium(*, whole: bool) -> str | None:
    there = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    return there if whole or not there else shutil.which(SHELL) or there


def _complaint(message: ConsoleMessage) -> list[str]:
    """What the browser complains of; an answer that is an error page is none.

    Chromium's own page that asks whether to send a form again may not ask us for our icon, and says so.
    """
    of_its_own = ("Failed to load resource", "from origin 'null' has been blocked")
    is_error = message.type in {"error", "warning"} and not any(words in message.text for words in of_its_own)
    return [message.text] if is_error else []


def _stranger(url: str, site: Site) -> list[str]:
    is_known = url.startswith((site.base_url, site.elsewhere.url))
    return [] if is_known else [f"asked {url}"]


@contextmanager
def serve(app: FastAPI, listening: socket.socket) -> Iterator[None]:
    """The application answers on the bound socket until the end."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    until = time.monotonic() + PATIENCE
    while not server.started:
        assert thread.is_alive(), "the site did not start"
        assert time.monotonic() < until, "the site did not start in time"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the site did not stop"


@contextmanager
def _everyday_page() -> Iterator[Elsewhere]:
    elsewhere = Elsewhere("")

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == "/weather":
                elsewhere.referrers.append(self.headers.get("Referer"))
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(b"<!doctype html><title>Weather</title><p>Sunny")

        def log_message(self, *_args: Any) -> None:  # noqa: ANN401 - the base class's own signature
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    elsewhere.url = f"http://localhost:{server.server_port}/weather"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield elsewhere
    finally:
        server.shutdown()
        thread.join(PATIENCE)
        server.server_close()
