"""A new second factor, ordered by two others: the five minutes between the passphrase and the session."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from markupsafe import Markup
from pydantic import Field, SecretStr

from hotline.accounts import sign_in as actions
from hotline.accounts import totp
from hotline.base.config import Settings
from hotline.base.digits import grouped
from hotline.base.errors import NotSignedIn
from hotline.base.i18n import N_, Language
from hotline.web.access import public
from hotline.web.deps import DatabaseDep, Founded, Now, PagesDep, SettingsDep
from hotline.web.forms import Bound, Form, Says, blank, form_of
from hotline.web.headers import set_cookie
from hotline.web.render import Pages, go
from hotline.web.routing import Router
from hotline.web.staff.deps import SessionEnded, session_token
from hotline.web.transaction import Db

WRONG = N_("Enter the six digits that the app shows now")

router = Router(prefix="/staff/sign-in")


class FactorForm(Form):
    """The first digits of the new second factor."""

    digits: Annotated[SecretStr, Field(max_length=50), Says(missing=WRONG)]


async def renewing(
    request: Request, settings: SettingsDep, database: DatabaseDep, deployment: Founded, now: Now
) -> actions.Renewal:
    """The running set-up of this browser; `SessionEnded` when there is none any more."""
    token = session_token(request, settings)

    def resume() -> actions.Renewal:
        with database.read() as db:
            return actions.resume_renewal(db, deployment, token, now=now)

    try:
        return await run_in_threadpool(resume)
    except NotSignedIn:
        raise SessionEnded(kept=False) from None


Renewing = Annotated[actions.Renewal, Depends(renewing)]


@router.get("/second-factor", name="staff.second_factor", dependencies=[public])
def page(request: Request, renewal: Renewing, pages: PagesDep) -> Response:
    """What to scan, and a field for the first digits."""
    return _page(request, pages, renewal, blank(FactorForm))


@router.post("/second-factor", name="staff.second_factor.set", dependencies=[public])
def renew(
    request: Request,
    form: Annotated[Bound[FactorForm], Depends(form_of(FactorForm))],
    settings: SettingsDep,
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """Right digits replace the old second factor and sign the person in."""
    try:
        renewal = actions.resume_renewal(db, deployment, session_token(request, settings), now=now)
    except NotSignedIn:
        raise SessionEnded(kept=False) from None
    if form.model is None:
        return _page(request, pages, renewal, form, 422)
    digits = form.model.digits.get_secret_value()
    token = actions.renew_factor(db, deployment, renewal, digits, now=now)
    if token is None:
        return _page(request, pages, renewal, form.with_problem("digits", WRONG), 422)
    answer = go("/staff")
    set_cookie(answer, settings, "session", token.hex())
    return answer


@dataclass(frozen=True)
class Scan:
    """A second factor as its page shows it: a picture for the app, and the same to be typed."""

    picture: Markup = field(repr=False)
    groups: tuple[str, ...] = field(repr=False)


def to_scan(settings: Settings, language: Language, name: str, seed: str) -> Scan:
    """What an authenticator app needs to know of this seed."""
    import segno  # noqa: PLC0415 - a megabyte, for whoever enrols

    issuer = settings.name_en if language is Language.ENGLISH else settings.name_zh
    code = segno.make(totp.address(seed, name, issuer), error="m", micro=False)
    drawing = code.svg_inline(scale=4, omitsize=True, svgclass="qr")
    return Scan(Markup(drawing), grouped(seed))  # noqa: S704 - drawn by segno; no text is in it


def _page(
    request: Request,
    pages: Pages,
    renewal: actions.Renewal,
    form: Bound[FactorForm],
    status: int = 200,
) -> Response:
    scan = to_scan(pages.settings, pages.language_of(request), renewal.account.name, renewal.seed)
    return pages.page(request, "staff/sign_in/factor.html", status, form=form, scan=scan)
