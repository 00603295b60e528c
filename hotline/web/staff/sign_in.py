"""Signing in, signing out, and locking the screen."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlencode, urlsplit

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse, Response
from pydantic import Field, SecretStr
from starlette.background import BackgroundTask

from hotline.accounts import passwords, queries, sessions
from hotline.accounts import sign_in as actions
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.errors import Busy, WrongCredentials
from hotline.base.i18n import N_
from hotline.keyring.founding import Deployment
from hotline.keyring.stretching import stretch_passphrase
from hotline.notes import late
from hotline.roster import actions as roster
from hotline.web.access import Audience, declared_access, public, routes_of
from hotline.web.deps import DatabaseDep, Founded, LanesDep, Now, PagesDep, SettingsDep, find_founded
from hotline.web.forms import Bound, Form, Says, blank, form_of
from hotline.web.headers import ONE_YEAR, STREAM_ENDING, clear_cookie, set_cookie
from hotline.web.live import Streams
from hotline.web.reading import Typed, read_form
from hotline.web.render import Pages, go
from hotline.web.routing import Router
from hotline.web.staff.deps import (
    BELONGS_TO,
    SessionEnded,
    Signed,
    browser_token,
    session_token,
    worth_keeping,
)
from hotline.web.transaction import Db

SIGN_IN = "/staff/sign-in"
LONGEST = 200

WHY = {
    "ended": N_("The session has ended. Sign in again."),
    "kept": N_(
        "The session has ended. What was written last was not sent. It is kept, sealed,"
        " and whoever wrote it finds it after signing in."
    ),
    "locked": N_("The screen is locked."),
    "changed": N_("The passphrase is changed. Sign in with the new one."),
    "everywhere": N_("You are signed out in every browser."),
}
"""Why somebody is asked to sign in; it says nothing about a person."""

router = Router(prefix="/staff")


class SignInForm(Form):
    """The one form. Nothing here tells whether a name exists."""

    name: Annotated[str, Field(max_length=LONGEST), Says(missing=N_("Enter your sign-in name"))]
    passphrase: Annotated[SecretStr, Field(max_length=LONGEST * 2), Says(missing=N_("Enter your passphrase"))]
    digits: Annotated[SecretStr, Field(max_length=LONGEST)] = SecretStr("")
    next: str = ""


class SignInBusy(Busy):
    """Too many tries: how long to wait, and the form as it was, without its secrets."""

    def __init__(self, seconds: int, form: Bound[SignInForm]) -> None:
        super().__init__(seconds)
        self.form = form


@dataclass(frozen=True)
class Knock:
    """Somebody at the door: the form, and what is to be tried if it was filled in."""

    form: Bound[SignInForm]
    attempt: actions.Attempt | None


async def knocking(
    request: Request,
    form: Annotated[Bound[SignInForm], Depends(form_of(SignInForm))],
    settings: SettingsDep,
    database: DatabaseDep,
    deployment: Founded,
    lanes: LanesDep,
    now: Now,
) -> Knock:
    """The passphrase stretched in the staff lane, before the route takes a thread or a transaction."""
    typed, browser = form.model, browser_token(request, settings)
    if typed is None:
        return Knock(form, None)
    passphrase = passwords.normalize(typed.passphrase.get_secret_value())
    try:
        lanes.refuse_staff_when_full()
        how = await run_in_threadpool(_prepare, database, deployment, typed.name, browser, now=now)
        stretched = await lanes.for_staff(stretch_passphrase, passphrase, how.salt, how.version)
    except Busy as busy:
        raise SignInBusy(busy.seconds, form) from None
    digits = typed.digits.get_secret_value()
    return Knock(form, actions.Attempt(typed.name, stretched, digits, browser))


@router.get("/sign-in", name="staff.sign_in", dependencies=[public])
def page(
    request: Request, settings: SettingsDep, database: DatabaseDep, pages: PagesDep, now: Now
) -> Response:
    """The form; after Lock with the name already in it."""
    wanted = request.query_params.get("next", "")
    form = blank(SignInForm, name=_locked_name(request, settings, database, now=now), next=wanted)
    return _page(request, pages, form, why=WHY.get(request.query_params.get("why", "")))


@router.post("/sign-in", name="staff.sign_in.try", dependencies=[public])
def sign_in(
    request: Request,
    knock: Annotated[Knock, Depends(knocking)],
    settings: SettingsDep,
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """A session for the right three things; one sentence for anything else."""
    if knock.attempt is None:
        return _page(request, pages, knock.form, 422)
    try:
        signed = actions.sign_in(db, deployment, knock.attempt, now=now)
    except Busy as busy:  # other tries at the same moment were wrong
        raise SignInBusy(busy.seconds, knock.form) from None
    if signed is None:
        return _page(request, pages, knock.form.with_problem("form", WrongCredentials.message), 422)
    sessions.end_by_token(db, session_token(request, settings))
    if signed.needs_factor:
        answer = go("/staff/sign-in/second-factor")
    else:
        actor = queries.actor_of(db, deployment, signed.account)
        late.make_drafts(db, deployment, actor, signed.keys, now=now)
        answer = go(own_page(request, knock.form.text("next")) or "/staff")
    set_cookie(answer, settings, "session", signed.token.hex())
    set_cookie(answer, settings, "browser", signed.browser.hex(), max_age=ONE_YEAR)
    return answer


@router.post("/sign-out", name="staff.sign_out", dependencies=[public])
def sign_out(
    request: Request,
    typed: Annotated[Typed, Depends(read_form)],
    settings: SettingsDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """The session is gone, even a locked one, and its person is off duty. What was typed is kept for them.

    So is what another page of the browser still posts: the new cookie opens nothing, and tells whose it was.
    """
    _keep_sealed(request, typed, settings, deployment, now, db)
    account, left = actions.sign_out(db, session_token(request, settings), now=now)
    if account is not None:
        roster.end_duty(db, queries.actor_of(db, deployment, account), now=now)
    answer = go(SIGN_IN)
    if left is None:
        clear_cookie(answer, settings, "session")
    else:
        set_cookie(answer, settings, "session", left.hex())
    return _tell_other_pages(request, answer, now)


@router.post("/lock", name="staff.lock")
def lock(
    request: Request,
    signed: Signed,
    typed: Annotated[Typed, Depends(read_form)],
    settings: SettingsDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """The root is gone from the session; what was being written is sealed to its writer."""
    _keep_sealed(request, typed, settings, deployment, now, db)
    sessions.lock(db, signed.session.id)
    return _tell_other_pages(request, go(_address("locked", _came_from(request))), now)


def _tell_other_pages(request: Request, answer: Response, now: datetime) -> Response:
    """What else of this session is open hears at once that it is over, and puts itself out of sight."""
    streams: Streams = request.app.state.streams
    answer.background = BackgroundTask(streams.look, now=now)
    return answer


def _keep_sealed(
    request: Request, typed: Typed, settings: Settings, deployment: Deployment, now: datetime, db: Db
) -> None:
    """What is half-written on the page is sealed to its writer, and offered after they sign in again."""
    if fields := worth_keeping(typed):
        address = typed.text(BELONGS_TO) or request.url.path
        token = session_token(request, settings)
        late.keep(db, deployment, token, address[:64], fields, now=now)


async def to_sign_in(request: Request, error: Exception) -> Response:
    """The session has ended: to the form, and from there back to the page. htmx goes there whole."""
    kept = isinstance(error, SessionEnded) and error.kept
    had_one = session_token(request, request.app.state.settings)
    is_reading = request.method in {"GET", "HEAD"}
    wanted = own_page(request, request.url.path) if is_reading else _came_from(request)
    address = _address("kept" if kept else "ended" if had_one else "", wanted)
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=200, headers={"HX-Redirect": address})
    return RedirectResponse(address, 303)


async def wait(request: Request, error: Exception) -> Response:
    """The form again with the wait; the name is kept, the passphrase is not."""
    assert isinstance(error, SignInBusy)
    form = error.form.with_problem("form", error.message, **error.values)
    headers = {"Retry-After": str(error.seconds)}
    return _page(request, request.app.state.pages, form, 429, headers)


def own_page(request: Request, path: str) -> str | None:
    """The path if it is a page for signed-in people, so that nobody is led anywhere else."""
    for route in routes_of(request.app):
        is_page = "GET" in (route.methods or ()) and not path.endswith(STREAM_ENDING)
        if is_page and route.path_regex.fullmatch(path):
            return path if declared_access(route).audience is Audience.STAFF else None
    return None


def _came_from(request: Request) -> str | None:
    """The staff page the form stood on; the one above it where that is nothing to GET, as a preview."""
    path = urlsplit(request.headers.get("referer", "")).path
    return own_page(request, path) or own_page(request, path.rpartition("/")[0])


def _address(why: str, wanted: str | None) -> str:
    query = {"why": why, "next": wanted if wanted != "/staff" else ""}
    written = urlencode({name: value for name, value in query.items() if value}, safe="/")
    return f"{SIGN_IN}?{written}" if written else SIGN_IN


def _prepare(
    database: Database, deployment: Deployment, name: str, browser: bytes | None, *, now: datetime
) -> queries.Stretching:
    with database.read() as db:
        actions.check_pace(db, deployment, name, browser, now=now)
        return queries.stretching_of(db, deployment, name)


def _locked_name(request: Request, settings: Settings, database: Database, *, now: datetime) -> str:
    token = session_token(request, settings)
    if not token:
        return ""
    with database.read() as db:
        account = sessions.owner_of(db, token, now=now)
    return account.name if account and account.disabled_at is None else ""


def _page(
    request: Request,
    pages: Pages,
    form: Bound[SignInForm],
    status: int = 200,
    headers: dict[str, str] | None = None,
    why: str | None = None,
) -> Response:
    deployment = find_founded(request)
    return pages.page(
        request,
        "staff/sign_in/page.html",
        status,
        headers,
        form=form,
        why=why,
        factor_optional=deployment is not None and deployment.is_demo,
        step=SIGN_IN,
    )
