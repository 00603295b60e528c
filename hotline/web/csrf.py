"""No other site may make a browser post here. No token in the page: writing for hours is fine."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from hotline.base.config import Settings

READING = frozenset({"GET", "HEAD", "OPTIONS"})


class FromElsewhere(Exception):
    """A post that another site started, or that cannot prove it did not."""


class CrossSite:
    """Refuses posts that do not come from a page of ours; what was typed stays in the request."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.origin = settings.public_url

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] not in READING and not self._is_ours(scope):
            raise FromElsewhere
        await self.app(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if sites := headers.getlist("sec-fetch-site"):
            return sites == ["same-origin"]
        if origins := headers.getlist("origin"):
            return origins == [self.origin]
        # Old browsers send neither. A request to be heard needs no cookie, so none can be abused.
        path = scope["path"]
        return bool(path == "/write" or path.startswith("/write/"))
