"""For whom a route is: every route says it, and the program does not start otherwise.

A route says it with a dependency: `dependencies=[public]`, or by asking for something that only
its audience has, such as the signed-in person; such a dependency is marked with `declares`.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Protocol, TypeVar

from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute, RouteContext, iter_route_contexts

from hotline.base.errors import HotlineError, Refused
from hotline.permissions import Actor, Permission


class Audience(StrEnum):
    """Who may knock: everybody, a caller with a code, a signed-in person, a machine, who has the address."""

    PUBLIC = "public"
    CALLER = "caller"
    STAFF = "staff"
    MACHINE = "machine"
    ADDRESS = "address"


@dataclass(frozen=True)
class Access:
    """What a route asks of whoever comes: an audience and, of staff, permissions."""

    audience: Audience
    needs: frozenset[Permission] = frozenset()


PUBLIC = Access(Audience.PUBLIC)
CALLER_SESSION = Access(Audience.CALLER)
SIGNED_IN = Access(Audience.STAFF)
MACHINE = Access(Audience.MACHINE)
SECRET_ADDRESS = Access(Audience.ADDRESS)

Check = TypeVar("Check", bound=Callable[..., Any])


class Somebody(Protocol):
    """Whoever knocks, once it is known who that is."""

    @property
    def actor(self) -> Actor:
        """The person, as policies see them."""


class UndeclaredAccess(Exception):
    """A route says nothing, or two different things, about whom it is for."""


def declares(access: Access) -> Callable[[Check], Check]:
    """Mark a dependency: a route that asks for it, even through another, has this audience."""

    def mark(check: Check) -> Check:
        check.declared_access = access  # type: ignore[attr-defined]  # read back by declared_access
        return check

    return mark


@declares(PUBLIC)
async def _public() -> None:
    """Everybody may."""


@declares(MACHINE)
async def _machine() -> None:
    """For probes: no person reads the answer."""


@declares(SECRET_ADDRESS)
async def _secret_address() -> None:
    """For a program that cannot sign in: a secret in the address is all it has, and shows no content."""


public: Any = Depends(_public)
machine: Any = Depends(_machine)
secret_address: Any = Depends(_secret_address)


def needs(
    permission: Permission,
    *,
    by: Callable[..., Any],
    otherwise: type[HotlineError] = Refused,
) -> Any:  # noqa: ANN401 - what Depends gives is used as a default and in lists
    """The dependency for a permission: gives the actor of whom `by` finds, or raises `otherwise`."""

    @declares(Access(Audience.STAFF, frozenset({permission})))
    async def check(somebody: Annotated[Somebody, Depends(by)]) -> Actor:
        if not somebody.actor.holds(permission):
            raise otherwise
        return somebody.actor

    return Depends(check)


def declared_access(route: APIRoute | RouteContext) -> Access:
    """What a route declares, permissions added up. UndeclaredAccess for none or two audiences."""
    found = set(_accesses(route.dependant))
    audiences = {access.audience for access in found}
    if len(audiences) != 1:
        said = ", ".join(sorted(audiences)) or "nothing"
        raise UndeclaredAccess(f"{route.path} declares {said}; see hotline/web/access.py")
    return Access(audiences.pop(), frozenset[Permission]().union(*(one.needs for one in found)))


def routes_of(app: FastAPI) -> Iterator[RouteContext]:
    """Every route of ours with its whole address; mounted static files are none."""
    for route in iter_route_contexts(app.routes):
        if isinstance(route.original_route, APIRoute):
            yield route


def check_declared(app: FastAPI) -> None:
    """Raise UndeclaredAccess, naming the route, unless every route declares its audience."""
    for route in routes_of(app):
        declared_access(route)


def _accesses(dependant: Dependant) -> Iterable[Access]:
    declared = getattr(dependant.call, "declared_access", None)
    if declared is not None:
        yield declared
    for inner in dependant.dependencies:
        yield from _accesses(inner)
