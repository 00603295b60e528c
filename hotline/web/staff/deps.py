"""Who is signed in: found once per request, with their keys, before any transaction of the route.

A post that comes after the session has ended, by sign-out too, is sealed to whoever wrote it and
offered again after they sign in (security.md §4); it is never put into a page.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from hotline.accounts import people, queries, sessions
from hotline.accounts.models import Account
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.errors import NotFound, NotSignedIn
from hotline.base.i18n import N_, Language
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.notes import late
from hotline.permissions import Actor, Permission, Role
from hotline.roster.queries import WENT_ON_DUTY, still_on_duty
from hotline.web.access import SIGNED_IN, declares, needs
from hotline.web.deps import DatabaseDep, Founded, Now, SettingsDep, founded, moment_of, note_use
from hotline.web.forms import Form, texts_to_give_back
from hotline.web.headers import read_cookie
from hotline.web.reading import OWN_FIELDS, Typed, read_form
from hotline.web.render import NavItem

MENU: tuple[tuple[str, str, Permission], ...] = (
    ("/staff", N_("My shift"), Permission.SHIFT_SEE),
    ("/staff/queue", N_("Queue"), Permission.QUEUE_SEE),
    ("/staff/follow-ups", N_("Follow-ups"), Permission.FOLLOW_UP_PLAN),
    ("/staff/board", N_("Board"), Permission.BOARD_SEE),
    ("/staff/statistics", N_("Statistics"), Permission.STATISTICS_SEE),
    ("/staff/people", N_("People"), Permission.PEOPLE_SEE),
    ("/staff/audit", N_("Audit trail"), Permission.AUDIT_SEE),
    ("/staff/account", N_("My account"), Permission.OWN_ACCOUNT),
)
"""The menu shows only what opens."""

WITHOUT_SHIFTS = N_("Home")
"""What `/staff` is called for whoever takes no tickets: they find there what else is theirs."""

KEYS = {"/staff": "s", "/staff/queue": "q", "/staff/follow-ups": "f"}
"""The single keys that lead to a page of the menu."""

BY_ITSELF = "hotline-by-itself"
"""The header of what a page asks for by itself, while nobody does anything: no use of the session either."""

WHO_AND_SINCE_WHEN = sessions.who_it_is(WENT_ON_DUTY)

BELONGS_TO = "belongs_to"
"""The field in which a form that is posted elsewhere, as by Lock, says where its text belongs."""


@dataclass(frozen=True)
class SignedIn:
    """The person of this request, their keys and their session."""

    account: Account
    actor: Actor
    keys: Unlocked = field(repr=False)
    session: sessions.Resumed = field(repr=False)
    on_duty_since: datetime | None
    team_is_behind: bool
    """Whether somebody joined or left the team since its key was looked at."""

    deployment: Deployment = field(repr=False)
    now: datetime


@dataclass(frozen=True)
class Onlooker:
    """Somebody whose page wants to be told of changes, without their keys."""

    session: UUID
    actor: Actor


class SessionEnded(NotSignedIn):
    """The session is over, or there was none; `kept`: what was posted waits for who wrote it."""

    def __init__(self, *, kept: bool) -> None:
        super().__init__()
        self.kept = kept


@declares(SIGNED_IN)
async def signed_in(request: Request) -> SignedIn:
    """The signed-in person; `SessionEnded` otherwise, and a posted form is kept for them.

    It asks for nothing: FastAPI goes through whatever a dependency asks for at each place it stands, and
    this one stands at two on most pages.
    """
    now = moment_of(request)
    settings: Settings = request.app.state.settings
    database: Database = request.app.state.database
    deployment = await founded(request)
    token = session_token(request, settings)
    try:
        found = await run_in_threadpool(_resume, database, deployment, token, now=now)
    except NotSignedIn:
        kept = await _keep_late_post(request, database, deployment, token, now=now)
        raise SessionEnded(kept=kept) from None
    if BY_ITSELF not in request.headers:
        await note_use(request, database, found.session, now=now)
    await _note_team(request, database, deployment, found, now=now)
    request.state.language = _language(request, settings, found.account)
    request.state.alias = found.account.alias
    request.state.shortcuts = found.account.shortcuts
    request.state.nav = menu_of(found.actor, request.url.path)
    request.state.on_duty = found.on_duty_since is not None if Role.COUNSELOR in found.actor.roles else None
    return found


Signed = Annotated[SignedIn, Depends(signed_in)]


@declares(SIGNED_IN)
async def onlooker(
    request: Request, settings: SettingsDep, database: DatabaseDep, deployment: Founded, now: Now
) -> Onlooker:
    """The signed-in person whose page stays open; looking on is no use of the session. Else `NotSignedIn`."""
    token = session_token(request, settings)
    found = await run_in_threadpool(_resume, database, deployment, token, now=now)
    return Onlooker(found.session.id, found.actor)


def may(permission: Permission) -> Any:  # noqa: ANN401 - what Depends gives is used in lists
    """For `dependencies=[…]`: whoever lacks the permission finds nothing at this address."""
    return needs(permission, by=signed_in, otherwise=NotFound)


def session_token(request: Request, settings: Settings) -> bytes:
    """The session cookie's bytes; empty when there is none or it is not one of ours."""
    return _token(read_cookie(request, settings, "session"))


def browser_token(request: Request, settings: Settings) -> bytes | None:
    """The bytes by which a browser that signed in before is known; None for a new one."""
    return _token(read_cookie(request, settings, "browser")) or None


def menu_of(actor: Actor, path: str) -> list[NavItem]:
    """The addresses that open for this person."""
    shown = [(address, label) for address, label, needed in MENU if actor.holds(needed)]
    if shown and not actor.holds(Permission.DUTY_SWITCH):
        shown[0] = (shown[0][0], WITHOUT_SHIFTS)
    here = max((a for a, _ in shown if path == a or path.startswith(f"{a}/")), key=len, default="")
    return [NavItem(at, label, current=at == here, key=KEYS.get(at, "")) for at, label in shown]


def worth_keeping(typed: Typed) -> dict[str, str]:
    """A form's fields without secrets if a person wrote something in it, else nothing."""
    if not texts_to_give_back(typed):
        return {}
    left_out = Form.secrets | OWN_FIELDS | {BELONGS_TO}
    return {name: "\n".join(values) for name, values in typed.fields.items() if name not in left_out}


def _token(written: str | None) -> bytes:
    try:
        token = bytes.fromhex(written or "")
    except ValueError:
        return b""
    return token if len(token) == sessions.TOKEN_BYTES else b""


def _language(request: Request, settings: Settings, account: Account) -> Language:
    """What this browser last chose with the switch, else the person's own language."""
    chosen = read_cookie(request, settings, "language")
    return Language(chosen) if chosen in set(Language) else account.speaks


def _resume(database: Database, deployment: Deployment, token: bytes, *, now: datetime) -> SignedIn:
    with database.read() as db:
        found = sessions.resume_staff(db, deployment, token, question=WHO_AND_SINCE_WHEN, now=now)
        actor = queries.actor_of(db, deployment, found.account)
    duty = still_on_duty(*found.beside, now=now)
    is_behind = found.team_is_behind
    return SignedIn(found.account, actor, found.keys, found.session, duty, is_behind, deployment, now)


async def _note_team(
    request: Request, database: Database, deployment: Deployment, signed: SignedIn, *, now: datetime
) -> None:
    """With every post of a counselor the team's key follows its members; it takes its turn to write."""
    is_counselors = Role.COUNSELOR in signed.actor.roles
    if is_counselors and signed.team_is_behind and request.method == "POST":
        async with request.app.state.turns.write:
            await run_in_threadpool(_keep_team, database, deployment, signed.keys, now=now)


def _keep_team(database: Database, deployment: Deployment, keys: Unlocked, *, now: datetime) -> None:
    with database.write() as db:
        people.keep_team(db, deployment, keys, now=now)


async def _keep_late_post(
    request: Request, database: Database, deployment: Deployment, token: bytes, *, now: datetime
) -> bool:
    if request.method != "POST" or not token:
        return False
    typed = await read_form(request)
    fields = worth_keeping(typed)
    if not fields:
        return False
    address = typed.text(BELONGS_TO) or request.url.path

    def keep() -> bool:
        with database.write() as db:
            return late.keep(db, deployment, token, address[:64], fields, now=now)

    async with request.app.state.turns.write:
        return await run_in_threadpool(keep)
