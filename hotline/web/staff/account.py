"""One's own account: language, passphrase, sessions, fingerprint, and texts that no draft could take."""

from dataclasses import dataclass, field
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response
from pydantic import Field, SecretStr

from hotline.accounts import late_posts, own, passwords, policy, queries
from hotline.accounts.models import LatePost
from hotline.base.errors import Busy, Invalid, Tampered
from hotline.base.i18n import N_, Language
from hotline.followups import feed
from hotline.keyring import vault
from hotline.keyring.founding import Deployment
from hotline.keyring.stretching import stretch_passphrase
from hotline.permissions import KEY_ROLES, Permission
from hotline.roster import actions as roster
from hotline.web.deps import DatabaseDep, Founded, LanesDep, Now, PagesDep, SettingsDep
from hotline.web.forms import Bound, Form, MailAddress, Says, blank, form_of, texts_to_give_back
from hotline.web.headers import clear_cookie, set_cookie
from hotline.web.reading import Typed
from hotline.web.render import Pages, go
from hotline.web.routing import Router
from hotline.web.staff.deps import Signed, SignedIn, may, session_token
from hotline.web.transaction import Db

ACCOUNT = "/staff/account"
NEW_ONE = "/staff/account/passphrase"
LONGEST = passwords.MAX_CHOSEN * 2

router = Router(prefix=ACCOUNT, dependencies=[may(Permission.OWN_ACCOUNT)])


class LanguageForm(Form):
    """The language of the pages and, later, of reminders."""

    speaks: Annotated[Language, Says(missing=N_("Choose one of the answers shown."))]


class MailForm(Form):
    """Where reminders go."""

    mail: MailAddress = ""


class ShortcutsForm(Form):
    """Whether single keys do something."""

    on: Literal["yes", "no"]


class PassphraseForm(Form):
    """The present passphrase, and the new one typed once more."""

    old: Annotated[SecretStr, Field(max_length=LONGEST), Says(missing=N_("Enter your present passphrase"))]
    passphrase: Annotated[
        SecretStr, Field(max_length=LONGEST), Says(missing=N_("Type the passphrase exactly as it is shown"))
    ]


@dataclass(frozen=True)
class Changing:
    """A form, and the change it asks for with both passphrases stretched; `busy`: seconds to wait."""

    form: Bound[PassphraseForm]
    change: own.PassphraseChange | None = field(default=None, repr=False)
    busy: int = 0


async def changing(
    request: Request,
    signed: Signed,
    form: Annotated[Bound[PassphraseForm], Depends(form_of(PassphraseForm))],
    settings: SettingsDep,
    database: DatabaseDep,
    deployment: Founded,
    lanes: LanesDep,
    now: Now,
) -> Changing:
    """Both passphrases stretched in the staff lane, before the route takes a transaction."""
    if form.model is None:
        return Changing(form)
    token, salt = session_token(request, settings), vault.new_salt()
    old = passwords.normalize(form.model.old.get_secret_value())
    new = passwords.normalize(form.model.passphrase.get_secret_value())

    def look() -> tuple[queries.Stretching, str | None]:
        with database.read() as db:
            how = queries.stretching_of(db, deployment, signed.account.name)
            return how, own.offered_passphrase(db, deployment, token, now=now)

    how, offered = await run_in_threadpool(look)
    try:
        old_stretched = await lanes.for_staff(stretch_passphrase, old, how.salt, how.version)
        new_stretched = await lanes.for_staff(stretch_passphrase, new, salt, deployment.stretching)
    except Busy as busy:
        return Changing(form.with_problem("form", busy.message, **busy.values), busy=busy.seconds)
    return Changing(form, own.PassphraseChange(old_stretched, new, new_stretched, salt, new == offered))


@router.get("", name="staff.account")
def page(request: Request, signed: Signed, pages: PagesDep, deployment: Founded, db: Db) -> Response:
    """What the person can do here, their fingerprint, and texts that wait to be copied."""
    return _show(request, signed, pages, deployment, db)


def _show(
    request: Request,
    signed: SignedIn,
    pages: Pages,
    deployment: Deployment,
    db: Db,
    mail_form: Bound[MailForm] | None = None,
) -> Response:
    return pages.page(
        request,
        "staff/account/page.html",
        422 if mail_form else 200,
        form=mail_form,
        account=signed.account,
        fingerprint=queries.fingerprint_of(db, deployment, signed.account.id),
        holds_keys=bool(signed.account.named_roles & KEY_ROLES),
        counts=bool(signed.actor.roles & KEY_ROLES),
        late=_late_posts(db, signed),
        has_calendar=signed.actor.holds(Permission.FOLLOW_UP_PLAN),
        has_mail_server=bool(pages.settings.smtp_url),
        fresh=feed.draw(),
        calendar_since=feed.made_at(db, signed.account.id),
        done=request.query_params.get("done"),
    )


@router.post("/language", name="staff.account.language")
def set_language(
    signed: Signed,
    form: Annotated[Bound[LanguageForm], Depends(form_of(LanguageForm))],
    settings: SettingsDep,
    db: Db,
) -> Response:
    """The person's language, in this browser at once; an unknown one changes nothing."""
    answer = go(f"{ACCOUNT}?done=language")
    if form.model is not None:
        own.set_language(db, signed.account.id, form.model.speaks)
        set_cookie(answer, settings, "language", form.model.speaks)
    return answer


@router.post("/shortcuts", name="staff.account.shortcuts")
def set_shortcuts(
    signed: Signed, form: Annotated[Bound[ShortcutsForm], Depends(form_of(ShortcutsForm))], db: Db
) -> Response:
    """Single keys are on or off for this person, in every browser."""
    if form.model is not None:
        own.set_shortcuts(db, signed.account.id, on=form.model.on == "yes")
    return go(f"{ACCOUNT}?done=shortcuts#shortcuts")


@router.post("/mail", name="staff.account.mail")
def set_mail(
    request: Request,
    signed: Signed,
    form: Annotated[Bound[MailForm], Depends(form_of(MailForm))],
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """Reminders go to the person's new address; one that is none comes back."""
    if form.model is None:
        return _show(request, signed, pages, deployment, db, form)
    own.set_mail(db, signed.account.id, form.model.mail, now=now)
    return go(f"{ACCOUNT}?done=mail")


@router.post("/sign-out", name="staff.account.sign_out")
def sign_out_everywhere(signed: Signed, settings: SettingsDep, now: Now, db: Db) -> Response:
    """Every session of the person ends, on every machine, and they are off duty."""
    own.sign_out_everywhere(db, signed.account.id, now=now)
    roster.end_duty(db, signed.actor, now=now)
    answer = go("/staff/sign-in?why=everywhere")
    clear_cookie(answer, settings, "session")
    return answer


@router.post("/passphrase", name="staff.account.offer")
def offer(
    request: Request, signed: Signed, settings: SettingsDep, deployment: Founded, now: Now, db: Db
) -> Response:
    """A generated passphrase waits for five minutes."""
    own.offer_passphrase(db, deployment, signed.account.id, session_token(request, settings), now=now)
    return go(NEW_ONE)


@router.get("/passphrase", name="staff.account.passphrase")
def passphrase_page(
    request: Request,
    signed: Signed,
    settings: SettingsDep,
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """The passphrase that waits; a reload shows the same. Without one, back to the account."""
    offered = own.offered_passphrase(db, deployment, session_token(request, settings), now=now)
    if offered is None:
        return go(ACCOUNT)
    return _passphrase_page(request, pages, signed, offered, blank(PassphraseForm))


@router.post("/passphrase/confirm", name="staff.account.change")
def change_passphrase(
    request: Request,
    signed: Signed,
    changing: Annotated[Changing, Depends(changing)],
    settings: SettingsDep,
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """The new passphrase holds and every session ends; or the page again with the same one."""
    offered = own.offered_passphrase(db, deployment, session_token(request, settings), now=now)
    if offered is None:
        return go(f"{ACCOUNT}?done=over")
    form = changing.form
    if changing.change is None:
        status, headers = (429, {"Retry-After": str(changing.busy)}) if changing.busy else (422, {})
        return _passphrase_page(request, pages, signed, offered, form, status, headers)
    try:
        own.change_passphrase(db, deployment, signed.keys, changing.change, now=now)
    except Invalid as wrong:
        return _passphrase_page(request, pages, signed, offered, form.with_problems(wrong.problems), 422)
    answer = go("/staff/sign-in?why=changed")
    clear_cookie(answer, settings, "session")
    return answer


@router.post("/late/{post_id}/forget", name="staff.account.forget")
def forget(signed: Signed, post_id: UUID, db: Db) -> Response:
    """The person has copied what they wrote, or does not want it."""
    late_posts.forget(db, signed.account.id, post_id)
    return go(f"{ACCOUNT}?done=forgotten")


def _late_posts(db: Db, signed: SignedIn) -> list[tuple[LatePost, list[str]]]:
    """What waits, opened; None of it for keys that have been replaced since."""
    found = []
    for post in late_posts.waiting_for(db, signed.account.id):
        try:
            _, fields = late_posts.open_one(db, signed.keys, post.id)
        except Tampered:
            fields = {}
        typed = Typed({name: (text,) for name, text in fields.items()})
        found.append((post, [text for _, text in texts_to_give_back(typed)]))
    return found


def _passphrase_page(
    request: Request,
    pages: Pages,
    signed: SignedIn,
    offered: str,
    form: Bound[PassphraseForm],
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    return pages.page(
        request,
        "staff/account/passphrase.html",
        status,
        headers,
        form=form,
        passphrase=offered,
        may_choose=not policy.needs_generated_passphrase(signed.account),
        least=passwords.MIN_CHOSEN,
        step=NEW_ONE,
    )
