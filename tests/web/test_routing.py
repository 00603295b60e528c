"""A route that says no without looking for its pattern says what it would have said."""

from itertools import product

import pytest
from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import Scope

from hotline.web import caller, health, language, staff
from hotline.web.routing import Router

ROUTES = [
    route
    for router in (health.router, language.router, *caller.ROUTERS, *staff.ROUTERS)
    for route in router.routes
    if isinstance(route, APIRoute)
]
ADDRESSES = sorted(
    {route.path_format.format_map(dict.fromkeys(route.param_convertors, "7")) for route in ROUTES}
)
ODD = ["", "//", "/staff/tickets/7/7/notes", "/staff/tickets//notes", "/STAFF/queue", "/staff/queue/x"]


def scope(path: str, root: str = "") -> Scope:
    return {"type": "http", "method": "GET", "path": root + path, "root_path": root, "path_params": {}}


@pytest.mark.parametrize("root", ["", "/line"], ids=["by itself", "below another address"])
def test_it_takes_the_addresses_that_its_pattern_takes(root: str) -> None:
    addresses = [scope(path + end, root) for path, end in product([*ADDRESSES, *ODD], ("", "/"))]
    taken = [
        (route.matches(one)[0], APIRoute.matches(route, one)[0]) for route in ROUTES for one in addresses
    ]

    assert len(ADDRESSES) > 50
    assert any(match is not Match.NONE for match, _ in taken)
    assert [found for found in taken if found[0] is not found[1]] == []


def test_every_page_is_asked_in_that_way() -> None:
    assert {type(route) for route in ROUTES} == {Router().route_class}
