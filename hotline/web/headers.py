"""The headers of every answer, our cookies, and the one host name that is served."""

from typing import Final, Literal, get_args

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hotline.base.config import Settings

CookieName = Literal["session", "visit", "journey", "language", "browser"]
COOKIE_NAMES: Final[tuple[CookieName, ...]] = get_args(CookieName)
JOURNEY_ENDED = "ended"
"""What the journey cookie holds after `/exit`: no form of an earlier page is shown again."""

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; worker-src 'self'; manifest-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
NOTHING_OF_THE_DEVICE = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "autoplay",
        "browsing-topics",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "hid",
        "idle-detection",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "screen-wake-lock",
        "serial",
        "usb",
        "xr-spatial-tracking",
    )
)
EVERY_ANSWER: Final[dict[str, str]] = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": NOTHING_OF_THE_DEVICE,
}
ONE_YEAR = 365 * 24 * 60 * 60
NEVER_KEPT = "no-store"
KEPT_FOR_GOOD = f"public, max-age={ONE_YEAR}, immutable"
ASKED_AGAIN = "no-cache"
PROBES = frozenset({"/healthz", "/readyz", "/metrics"})  # asked from inside, by whatever name
STATIC = "/static/"
STREAM_ENDING = "/events"  # a stream has no end, so it has no HEAD either


class OtherHost(Exception):
    """The request named another host than the public address, which is the argument."""


class AnswerHeaders:
    """Puts the same headers on every answer, and answers HEAD like GET without its body."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.secure = settings.secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        without_body = scope["method"] == "HEAD"
        if without_body and not scope["path"].endswith(STREAM_ENDING):
            scope = {**scope, "method": "GET"}
        path, versioned = scope["path"], b"v=" in scope["query_string"]

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._add_to(MutableHeaders(raw=message["headers"]), path)
                message["headers"] += [_cache_header(path, message["status"], versioned=versioned)]
            elif without_body:
                more = message.get("more_body", False)
                message = {"type": "http.response.body", "body": b"", "more_body": more}
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _add_to(self, headers: MutableHeaders, path: str) -> None:
        del headers["Cache-Control"]
        headers.update(EVERY_ANSWER)
        if self.secure:
            headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
        if path == "/exit":
            headers["Referrer-Policy"] = "no-referrer"
            # Never "cookies": that signs a person out of every service of the domain.
            headers["Clear-Site-Data"] = '"storage"'


def _cache_header(path: str, status: int, *, versioned: bool) -> tuple[bytes, bytes]:
    if not path.startswith(STATIC) or status not in {200, 206, 304}:
        value = NEVER_KEPT
    else:
        value = KEPT_FOR_GOOD if versioned else ASKED_AGAIN
    return b"cache-control", value.encode()


class OwnHost:
    """Refuses what was not addressed to the public address; machines' probes may come by any.

    So may our style, which tells nothing: the page that refuses is to be one that can be read.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_for_all(scope["path"]) and not self._is_own(scope):
            raise OtherHost(self.settings.public_url)
        await self.app(scope, receive, send)

    def _is_own(self, scope: Scope) -> bool:
        usual_port = ":443" if self.settings.secure else ":80"
        named = Headers(scope=scope).getlist("host")
        return [host.lower().removesuffix(usual_port) for host in named] == [self.settings.host]


def _is_for_all(path: str) -> bool:
    return path in PROBES or path.startswith(STATIC)


def cookie_name(settings: Settings, name: CookieName) -> str:
    """The name in the browser; the prefix makes browsers hold us to Secure and Path=/."""
    return f"__Host-{name}" if settings.secure else name


def read_cookie(request: HTTPConnection, settings: Settings, name: CookieName) -> str | None:
    """What the browser sent under one of our names, or None."""
    return request.cookies.get(cookie_name(settings, name))


def set_cookie(
    response: Response,
    settings: Settings,
    name: CookieName,
    value: str,
    *,
    max_age: int | None = None,
) -> None:
    """Ask the browser to keep a value: until it closes, or for `max_age` seconds."""
    response.set_cookie(
        cookie_name(settings, name),
        value,
        max_age=max_age,
        path="/",
        secure=settings.secure,
        httponly=True,
        samesite="lax",
    )


def clear_cookie(response: Response, settings: Settings, name: CookieName) -> None:
    """Ask the browser to forget one of our cookies."""
    set_cookie(response, settings, name, "", max_age=0)
