"""Every route says whom it is for, or the program does not start."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import httpx
import pytest
from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import PlainTextResponse

from hotline.base.errors import NotFound, NotSignedIn
from hotline.base.i18n import Language
from hotline.permissions import Actor, Permission, Role
from hotline.web.access import (
    CALLER_SESSION,
    MACHINE,
    PUBLIC,
    SIGNED_IN,
    Access,
    Audience,
    UndeclaredAccess,
    declared_access,
    declares,
    needs,
    public,
    routes_of,
)
from tests.web.foundation import browse, open_site

router = APIRouter()
shift = APIRouter(prefix="/staff")


@dataclass(frozen=True)
class Knocking:
    actor: Actor


@declares(SIGNED_IN)
def knocking(request: Request) -> Knocking:
    role = request.headers.get("X-Role")
    if role is None:
        raise NotSignedIn
    return Knocking(Actor(uuid4(), "Lin", frozenset({Role(role)}), Language.ENGLISH))


@declares(CALLER_SESSION)
def current_caller() -> str:
    return "a caller"


Signed = Annotated[Knocking, Depends(knocking)]


@router.get("/conversation")
def conversation(caller: Annotated[str, Depends(current_caller)]) -> PlainTextResponse:
    return PlainTextResponse(caller)


@shift.get("")
def my_shift(signed: Signed) -> PlainTextResponse:
    return PlainTextResponse(signed.actor.alias)


@shift.get("/queue")
def queue(
    actor: Annotated[Actor, needs(Permission.QUEUE_SEE, by=knocking)],
) -> PlainTextResponse:
    return PlainTextResponse(actor.alias)


@shift.post(
    "/take",
    dependencies=[
        needs(Permission.QUEUE_SEE, by=knocking),
        needs(Permission.TICKET_TAKE, by=knocking, otherwise=NotFound),
    ],
)
def take(signed: Signed) -> PlainTextResponse:
    return PlainTextResponse(signed.actor.alias)


@pytest.fixture
def app(tmp_path: Path) -> Iterator[FastAPI]:
    with open_site(tmp_path, router, shift) as app:
        yield app


@pytest.fixture
def browser(app: FastAPI) -> httpx.Client:
    return browse(app)


def test_what_routes_declare_can_be_read_back(app: FastAPI) -> None:
    declared = {str(route.path): declared_access(route) for route in routes_of(app)}

    assert declared == {
        "/healthz": MACHINE,
        "/readyz": MACHINE,
        "/metrics": MACHINE,
        "/language": PUBLIC,
        "/conversation": CALLER_SESSION,
        "/staff": SIGNED_IN,
        "/staff/queue": Access(Audience.STAFF, frozenset({Permission.QUEUE_SEE})),
        "/staff/take": Access(Audience.STAFF, frozenset({Permission.QUEUE_SEE, Permission.TICKET_TAKE})),
    }


@pytest.mark.parametrize(
    ("method", "path", "role", "status"),
    [
        ("GET", "/staff", None, 403),
        ("GET", "/staff", Role.ADMINISTRATOR, 200),
        ("GET", "/staff/queue", None, 403),
        ("GET", "/staff/queue", Role.ADMINISTRATOR, 403),
        ("GET", "/staff/queue", Role.COUNSELOR, 200),
        ("POST", "/staff/take", Role.COUNSELOR, 200),
        ("POST", "/staff/take", Role.SUPERVISOR, 403),
    ],
)
def test_a_permission_is_really_asked_for(
    browser: httpx.Client, method: str, path: str, role: Role | None, status: int
) -> None:
    headers = {"X-Role": role.value} if role else {}

    assert browser.request(method, path, headers=headers).status_code == status


def test_a_refusal_can_look_like_no_such_page(tmp_path: Path) -> None:
    hidden = APIRouter(dependencies=[needs(Permission.TICKET_READ, by=knocking, otherwise=NotFound)])
    hidden.add_api_route("/staff/tickets/{reference}", a_ticket)
    with open_site(tmp_path, hidden) as app:
        answer = browse(app).get("/staff/tickets/1", headers={"X-Role": "supervisor"})

    assert answer.status_code == 404


def a_ticket() -> PlainTextResponse:
    return PlainTextResponse("a ticket")


def test_a_route_that_says_nothing_stops_the_start(tmp_path: Path) -> None:
    silent = APIRouter(prefix="/staff")
    silent.add_api_route("/forgotten", a_ticket)

    site = open_site(tmp_path, silent)
    with pytest.raises(UndeclaredAccess, match="/staff/forgotten declares nothing"), site:
        pass


def test_a_route_for_two_audiences_stops_the_start(tmp_path: Path) -> None:
    both = APIRouter(dependencies=[public])
    both.add_api_route("/both", my_shift)

    site = open_site(tmp_path, both)
    with pytest.raises(UndeclaredAccess, match="/both declares public, staff"), site:
        pass
