"""Counting answers by the route's name in the program, never by the address that was asked for."""

import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.base.meters import Meters
from hotline.web.headers import STREAM_ENDING

METHODS = frozenset({"GET", "POST"})  # HEAD has become GET by then
STATIC, UNKNOWN, OTHER = "static", "none", "other"


class Measure:
    """Every answer is counted when it has gone out; a stream is counted while it is open."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        meters: Meters | None = scope["app"].state.meters if scope["type"] == "http" else None
        if meters is None or not meters.is_on:
            await self.app(scope, receive, send)
            return
        began, status = time.monotonic(), 0

        async def sending(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        is_stream = scope["path"].endswith(STREAM_ENDING)
        if is_stream:
            meters.stream(+1)
        try:
            await self.app(scope, receive, sending)
        finally:
            if is_stream:
                meters.stream(-1)
            elif status:
                method = scope["method"] if scope["method"] in METHODS else OTHER
                meters.request(_route(scope), method, status, time.monotonic() - began)


def _route(scope: Scope) -> str:
    if scope["path"].startswith("/static/"):
        return STATIC
    return getattr(scope.get("route"), "name", UNKNOWN)
