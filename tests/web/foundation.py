"""A site made of throw-away routes, and a browser that talks to it over HTTP."""

import asyncio
import atexit
import ssl
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import anyio
import httpx
from fastapi import APIRouter, FastAPI

from hotline.app import create_app
from hotline.base.config import Settings
from hotline.base.db import Database, open_database
from tests.databases import url_of

ORIGIN = "http://127.0.0.1:8000"
SECURE_ORIGIN = "https://hotline.example.org"
FROM_OUR_PAGE = {"Sec-Fetch-Site": "same-origin"}
NO_TLS = ssl.create_default_context()
"""For `verify` of browsers that talk to a real server: to make one takes longer than a request."""


@contextmanager
def open_site(folder: Path, *routers: APIRouter, public_url: str = ORIGIN) -> Iterator[FastAPI]:
    """The real application around these routers, with a database file in the folder."""
    made = Settings(data_dir=folder, database_url=url_of(folder), public_url=public_url, test_stretching=True)
    database: Database = open_database(made.database_url)
    try:
        yield create_app(made, database, routers=routers)
    finally:
        database.dispose()


_loop = asyncio.Runner()
"""One for all requests of the first thread: to make a loop for each costs as much as a small page."""
atexit.register(_loop.close)


class _ThroughAsgi(httpx.BaseTransport):
    def __init__(self, app: FastAPI) -> None:
        self.transport = httpx.ASGITransport(app=app)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if threading.current_thread() is threading.main_thread():
            return _loop.run(self._answer(request))
        return anyio.run(self._answer, request)

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        answer = await self.transport.handle_async_request(request)
        body = b"".join([part async for part in answer.stream])  # type: ignore[union-attr]  # it is asynchronous
        return httpx.Response(answer.status_code, headers=answer.headers, content=body)


def browse(app: FastAPI, *, language: str = "en") -> httpx.Client:
    """A browser on our own pages: it keeps cookies, names the site and says where a post is from."""
    return httpx.Client(
        transport=_ThroughAsgi(app),
        base_url=app.state.settings.public_url,
        headers={"Accept-Language": language, **FROM_OUR_PAGE},
    )


def browse_at_once(app: FastAPI) -> httpx.AsyncClient:
    """The same for many requests at once; an exception that escapes the application is raised."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url=app.state.settings.public_url,
        headers={"Accept-Language": "en", **FROM_OUR_PAGE},
    )


def post_bytes(browser: httpx.Client, path: str, body: bytes) -> httpx.Response:
    """A form post whose body is exactly these bytes."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return browser.post(path, content=body, headers=kind)


def values_of(answer: httpx.Response, name: str) -> Sequence[str]:
    """Every value of a header."""
    return answer.headers.get_list(name)
