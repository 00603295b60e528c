"""Routers whose routes say no by how an address begins and ends.

FastAPI asks one route after the other, ninety of them, and looks for the pattern of each: that took a
twentieth of the time of a signed-in page.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope


class _Route(APIRoute):
    """A route that looks for its pattern only where the words around its parameters are right."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(path, endpoint, **options)
        self._begins, self._ends = path.partition("{")[0], path.rpartition("}")[2]

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As ever, but for an address that ends with a line end, which is nobody's."""
        address = scope["path"]
        if scope.get("root_path") or (address.startswith(self._begins) and address.endswith(self._ends)):
            return super().matches(scope)
        return Match.NONE, {}


Router = partial(APIRouter, route_class=_Route)
