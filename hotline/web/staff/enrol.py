"""Enrolling with a one-time code: what will happen, then five minutes to write down and to confirm."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field, SecretStr

from hotline.accounts import enrolment, passwords, queries, sessions
from hotline.accounts.models import Account
from hotline.base.errors import Busy, Invalid, NotFound, NotSignedIn
from hotline.base.i18n import N_
from hotline.keyring.founding import Deployment
from hotline.keyring.stretching import stretch_passphrase
from hotline.permissions import KEY_ROLES
from hotline.web.access import public
from hotline.web.deps import DatabaseDep, Founded, LanesDep, Now, PagesDep, SettingsDep
from hotline.web.forms import Bound, Form, Says, blank, form_of
from hotline.web.headers import clear_cookie, read_cookie, set_cookie
from hotline.web.render import Pages, go
from hotline.web.routing import Router
from hotline.web.staff.deps import session_token
from hotline.web.staff.second_factor import to_scan
from hotline.web.transaction import Db

router = Router(prefix="/staff/enrol", dependencies=[public])


class EnrolForm(Form):
    """The passphrase typed once more, and the first digits of the second factor."""

    passphrase: Annotated[
        SecretStr,
        Field(max_length=passwords.MAX_CHOSEN * 2),
        Says(missing=N_("Type the passphrase exactly as it is shown")),
    ]
    digits: Annotated[
        SecretStr, Field(max_length=50), Says(missing=N_("Enter the six digits that the app shows now"))
    ]


@dataclass(frozen=True)
class Confirming:
    """A form, and what its passphrase was stretched to; `busy` are seconds to wait instead."""

    form: Bound[EnrolForm]
    stretched: bytes | None = None
    busy: int = 0


async def confirming(
    request: Request,
    code: str,
    form: Annotated[Bound[EnrolForm], Depends(form_of(EnrolForm))],
    settings: SettingsDep,
    database: DatabaseDep,
    deployment: Founded,
    lanes: LanesDep,
    now: Now,
) -> Confirming:
    """Stretched in the staff lane, with the salt that waits in the five-minute session."""
    token = session_token(request, settings)

    def running() -> enrolment.Enrolling | None:
        with database.read() as db:
            return _running(db, deployment, token, code, now=now)

    found = await run_in_threadpool(running)
    if form.model is None or found is None:
        return Confirming(form)
    typed = passwords.normalize(form.model.passphrase.get_secret_value())
    try:
        stretched = await lanes.for_staff(stretch_passphrase, typed, found.salt, deployment.stretching)
    except Busy as busy:
        return Confirming(form.with_problem("form", busy.message, **busy.values), busy=busy.seconds)
    return Confirming(form, stretched)


@router.get("/{code}", name="staff.enrol")
def page(
    request: Request,
    code: str,
    settings: SettingsDep,
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """Before the beginning: what will happen. Within the five minutes: what to keep and to confirm."""
    account = queries.find_invitation(db, code, now=now)
    if account is None:
        return _gone(request, pages)
    running = _running(db, deployment, session_token(request, settings), code, now=now)
    if running is not None:
        return _running_page(request, pages, running, blank(EnrolForm))
    return _begin_page(request, pages, account)


@router.post("/{code}", name="staff.enrol.begin")
def begin(
    request: Request, code: str, settings: SettingsDep, pages: PagesDep, deployment: Founded, now: Now, db: Db
) -> Response:
    """The five minutes start; whoever was signed in here is signed out of this browser."""
    try:
        token = enrolment.begin(db, deployment, code, now=now)
    except NotFound:
        return _gone(request, pages)
    sessions.end_by_token(db, session_token(request, settings))
    answer = go(f"/staff/enrol/{code}")
    set_cookie(answer, settings, "session", token.hex())
    return answer


@router.post("/{code}/confirm", name="staff.enrol.confirm")
def confirm(
    request: Request,
    code: str,
    confirming: Annotated[Confirming, Depends(confirming)],
    settings: SettingsDep,
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """Right digits and passphrase make the person's keys; anything else shows the same ones again."""
    account = queries.find_invitation(db, code, now=now)
    if account is None:
        return _gone(request, pages)
    enrolling = _running(db, deployment, session_token(request, settings), code, now=now)
    if enrolling is None:
        return _begin_page(request, pages, account, is_over=True, status=409)
    form, typed = confirming.form, confirming.form.model
    if typed is None or confirming.stretched is None:
        status, headers = (429, {"Retry-After": str(confirming.busy)}) if confirming.busy else (422, {})
        return _running_page(request, pages, enrolling, form, status, headers)
    try:
        fingerprint = enrolment.confirm(
            db,
            deployment,
            enrolling,
            typed=typed.passphrase.get_secret_value(),
            stretched=confirming.stretched,
            digits=typed.digits.get_secret_value(),
            now=now,
        )
    except Invalid as wrong:
        return _running_page(request, pages, enrolling, form.with_problems(wrong.problems), 422)
    return _done(request, pages, enrolling.account, fingerprint)


def _running(
    db: Db, deployment: Deployment, token: bytes, code: str, *, now: datetime
) -> enrolment.Enrolling | None:
    try:
        return enrolment.resume(db, deployment, token, code, now=now)
    except (NotSignedIn, NotFound):
        return None


def _speak(request: Request, pages: Pages, account: Account) -> None:
    """In the person's own language, unless this browser chose one."""
    if read_cookie(request, pages.settings, "language") is None:
        request.state.language = account.speaks


def _gone(request: Request, pages: Pages) -> Response:
    return pages.page(request, "staff/enrol/gone.html", 404)


def _begin_page(
    request: Request, pages: Pages, account: Account, *, is_over: bool = False, status: int = 200
) -> Response:
    _speak(request, pages, account)
    code = request.path_params["code"]
    return pages.page(
        request,
        "staff/enrol/begin.html",
        status,
        account=account,
        code=code,
        is_over=is_over,
        step=f"/staff/enrol/{code}",
    )


def _running_page(
    request: Request,
    pages: Pages,
    enrolling: enrolment.Enrolling,
    form: Bound[EnrolForm],
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    _speak(request, pages, enrolling.account)
    code = request.path_params["code"]
    language = pages.language_of(request)
    return pages.page(
        request,
        "staff/enrol/page.html",
        status,
        headers,
        form=form,
        account=enrolling.account,
        passphrase=enrolling.passphrase,
        may_choose=enrolling.may_choose,
        least=passwords.MIN_CHOSEN,
        code=code,
        step=f"/staff/enrol/{code}",
        scan=to_scan(pages.settings, language, enrolling.account.name, enrolling.seed),
    )


def _done(request: Request, pages: Pages, account: Account, fingerprint: tuple[str, ...]) -> Response:
    _speak(request, pages, account)
    answer = pages.page(
        request,
        "staff/enrol/done.html",
        account=account,
        fingerprint=fingerprint,
        needs_admission=bool(account.named_roles & KEY_ROLES),
        step="/staff/sign-in",
    )
    clear_cookie(answer, pages.settings, "session")
    return answer
