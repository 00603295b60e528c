"""The people: an administrator invites, changes and disables them, a custodian admits their keys."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Request
from fastapi.responses import Response

from hotline.accounts import people as actions
from hotline.accounts import policy, queries
from hotline.accounts.models import Account
from hotline.accounts.people import NewPerson
from hotline.accounts.queries import Standing, State
from hotline.assignment import leaving
from hotline.assignment.queries import carried_by
from hotline.base.errors import Invalid, NotFound
from hotline.base.i18n import N_, Language, translate
from hotline.keyring.founding import Deployment
from hotline.permissions import KEY_ROLES, Permission, Role
from hotline.web.deps import Founded, Now, PagesDep
from hotline.web.forms import Bound, Form, MailAddress, Says, form_of
from hotline.web.render import Pages, go
from hotline.web.routing import Router
from hotline.web.staff.deps import Signed, SignedIn, may
from hotline.web.transaction import Db

PEOPLE = "/staff/people"

ROLE_WORDS: Mapping[Role, str] = {
    Role.COUNSELOR: N_("Counselor"),
    Role.SUPERVISOR: N_("Supervisor"),
    Role.CUSTODIAN: N_("Custodian"),
    Role.ADMINISTRATOR: N_("Administrator"),
}
STATE_WORDS: Mapping[State, str] = {
    State.INVITED: N_("Invited"),
    State.LAPSED: N_("The code has lapsed"),
    State.ENROLLED: N_("Enrolled"),
    State.WAITING: N_("Waiting for admission"),
    State.ADMITTED: N_("Admitted"),
    State.DISABLED: N_("Disabled"),
}
STATE_KINDS: Mapping[State, str] = {
    State.INVITED: "new",
    State.LAPSED: "wait",
    State.ENROLLED: "good",
    State.WAITING: "wait",
    State.ADMITTED: "good",
    State.DISABLED: "quiet",
}
WORDS: Mapping[str, Mapping[Role, str] | Mapping[State, str]] = {
    "role": ROLE_WORDS,
    "state": STATE_WORDS,
    "kind": STATE_KINDS,
}
DONE: Mapping[str, str] = {
    "roles": N_("The roles are changed. A role with keys counts only after an admission."),
    "disabled": N_("The account is disabled and every session has ended."),
    "enabled": N_("The account is enabled again."),
    "ordered": N_("Your order is kept. A second one, by the other role, makes it take effect."),
    "both-ordered": N_("Both requests are in. At the next sign-in the person sets up a new second factor."),
    "admitted": N_(
        "The keys are admitted. A counselor can take tickets as soon as another counselor signs in, saves or "
        "sends something."
    ),
}
"""What a change says afterwards, by the word in the address."""

router = Router(prefix=PEOPLE, dependencies=[may(Permission.PEOPLE_SEE)])
manager = may(Permission.PEOPLE_MANAGE)
custodian = may(Permission.ADMISSION_GIVE)


class InviteForm(Form):
    """Somebody new."""

    name: Annotated[str, Says(missing=N_("Enter a sign-in name"))]
    alias: Annotated[str, Says(missing=N_("Enter an alias"))]
    speaks: Language = Language.CHINESE
    roles: Annotated[tuple[Role, ...], Says(missing=N_("Choose at least one role"))]
    mail: MailAddress = ""


class RolesForm(Form):
    """All the roles a person has from now on."""

    roles: Annotated[tuple[Role, ...], Says(missing=N_("Choose at least one role"))]


class AdmissionForm(Form):
    """The fingerprint and the roles as they were shown, and the custodian's word that it was compared."""

    fingerprint: str
    roles: Annotated[tuple[Role, ...], Says(missing=N_("Choose at least one role"))]
    compared: Annotated[Literal["yes"], Says(missing=N_("Compare the digits first, then tick the box"))]


@router.get("", name="staff.people")
def page(
    request: Request, signed: Signed, pages: PagesDep, deployment: Founded, now: Now, db: Db
) -> Response:
    """Everybody, with what counts of them; above them whoever waits for this custodian."""
    return _page(request, pages, db, deployment, signed, now)


@router.post("", name="staff.people.invite", dependencies=[manager])
def invite(
    request: Request,
    signed: Signed,
    form: Annotated[Bound[InviteForm], Depends(form_of(InviteForm))],
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """A new account and its one-time address, which no other page ever shows again."""
    typed = form.model
    if typed is None:
        return _page(request, pages, db, deployment, signed, now, form=form)
    person = NewPerson(typed.name, typed.alias, typed.speaks, frozenset(typed.roles), typed.mail or None)
    try:
        account, code = actions.invite(db, signed.actor, person, now=now)
    except Invalid as wrong:
        return _page(request, pages, db, deployment, signed, now, form=form.with_problems(wrong.problems))
    return _code_page(request, pages, account, code)


@router.get("/{person_id}", name="staff.person")
def person_page(
    request: Request, person_id: UUID, signed: Signed, pages: PagesDep, deployment: Founded, now: Now, db: Db
) -> Response:
    """One person: what counts, and what this administrator or custodian can do."""
    return _person_page(request, pages, db, deployment, signed, now, person_id)


@router.post("/{person_id}/roles", name="staff.person.roles", dependencies=[manager])
def change_roles(
    request: Request,
    person_id: UUID,
    signed: Signed,
    form: Annotated[Bound[RolesForm], Depends(form_of(RolesForm))],
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """Other roles are written down; one with keys waits for an admission."""
    if form.model is None:
        return _person_page(request, pages, db, deployment, signed, now, person_id, form=form)
    leaving.change_roles(db, signed.actor, person_id, frozenset(form.model.roles), now=now)
    return go(f"{PEOPLE}/{person_id}?done=roles")


@router.post("/{person_id}/disable", name="staff.person.disable", dependencies=[manager])
def disable(person_id: UUID, signed: Signed, now: Now, db: Db) -> Response:
    """The person cannot sign in; every session of theirs has ended."""
    leaving.disable(db, signed.actor, person_id, now=now)
    return go(f"{PEOPLE}/{person_id}?done=disabled")


@router.post("/{person_id}/enable", name="staff.person.enable", dependencies=[manager])
def enable(person_id: UUID, signed: Signed, now: Now, db: Db) -> Response:
    """The person may sign in again."""
    actions.enable(db, signed.actor, person_id, now=now)
    return go(f"{PEOPLE}/{person_id}?done=enabled")


@router.post("/{person_id}/code", name="staff.person.code", dependencies=[manager])
def renew_code(
    request: Request, person_id: UUID, signed: Signed, pages: PagesDep, now: Now, db: Db
) -> Response:
    """A new one-time address; the one before it works no more."""
    account, code = actions.renew_code(db, signed.actor, person_id, now=now)
    return _code_page(request, pages, account, code)


@router.post("/{person_id}/second-factor", name="staff.person.factor")
def order_factor(person_id: UUID, signed: Signed, now: Now, db: Db) -> Response:
    """This person's order for a new second factor; it takes an administrator's and a custodian's."""
    are_both_in = actions.order_factor(db, signed.actor, person_id, now=now)
    return go(f"{PEOPLE}/{person_id}?done={'both-ordered' if are_both_in else 'ordered'}")


@router.post("/{person_id}/admission", name="staff.person.admission", dependencies=[custodian])
def admit(
    request: Request,
    person_id: UUID,
    signed: Signed,
    form: Annotated[Bound[AdmissionForm], Depends(form_of(AdmissionForm))],
    pages: PagesDep,
    deployment: Founded,
    now: Now,
    db: Db,
) -> Response:
    """The keys with exactly the compared fingerprint count from now on."""
    if form.model is None:
        return _page(request, pages, db, deployment, signed, now, form=form, admitting=person_id)
    shown = tuple(form.model.fingerprint.split())
    roles = frozenset(form.model.roles)
    actions.admit(db, deployment, signed.actor, signed.keys, person_id, shown, roles=roles, now=now)
    return go(f"{PEOPLE}?done=admitted")


def _page(
    request: Request,
    pages: Pages,
    db: Db,
    deployment: Deployment,
    signed: SignedIn,
    now: Now,
    *,
    form: Bound[InviteForm] | Bound[AdmissionForm] | None = None,
    admitting: UUID | None = None,
) -> Response:
    everybody = queries.standings(db, deployment, now=now)
    waiting = [one for one in everybody if one.state is State.WAITING]
    return pages.page(
        request,
        "staff/people/page.html",
        422 if form else 200,
        form=form,
        admitting=admitting,
        everybody=everybody,
        to_admit=[one for one in waiting if policy.may_admit(signed.actor, one.account)],
        for_others=[one for one in waiting if not policy.may_admit(signed.actor, one.account)],
        may_admit=signed.actor.holds(Permission.ADMISSION_GIVE),
        may_manage=policy.may_manage(signed.actor),
        done=DONE.get(request.query_params.get("done", "")),
        step=PEOPLE,
        words=WORDS,
        role_options=_role_options(pages.language_of(request)),
    )


def _person_page(
    request: Request,
    pages: Pages,
    db: Db,
    deployment: Deployment,
    signed: SignedIn,
    now: Now,
    person_id: UUID,
    *,
    form: Bound[RolesForm] | None = None,
) -> Response:
    person = next(iter(queries.standings(db, deployment, now=now, only=person_id)), None)
    if person is None:
        raise NotFound
    inviter = person.account.invited_by
    return pages.page(
        request,
        "staff/people/person.html",
        422 if form else 200,
        form=form,
        person=person,
        invited_by=queries.aliases(db, {inviter}).get(inviter) if inviter else None,
        is_self=person_id == signed.actor.id,
        carried=carried_by(db, person_id),
        may_admit=policy.may_admit(signed.actor, person.account),
        may_manage=policy.may_manage(signed.actor, person.account),
        may_order_factor=_may_order(signed, person),
        is_factor_ordered=queries.factor_ordered(db, person.account),
        key_roles=KEY_ROLES,
        done=DONE.get(request.query_params.get("done", "")),
        step=f"{PEOPLE}/{person_id}",
        words=WORDS,
        role_options=_role_options(pages.language_of(request)),
    )


def _may_order(signed: SignedIn, person: Standing) -> bool:
    """A second factor is replaced only where there is one: after the enrolment."""
    return policy.may_order_factor(signed.actor, person.account) and person.fingerprint is not None


def _role_options(language: Language) -> list[tuple[Role, str]]:
    return [(role, translate(language, said)) for role, said in ROLE_WORDS.items()]


def _code_page(request: Request, pages: Pages, account: Account, code: str) -> Response:
    address = f"{pages.settings.public_url}/staff/enrol/{code}"
    return pages.page(
        request,
        "staff/people/code.html",
        account=account,
        address=address,
        lasts=actions.CODE_LASTS,
        step=PEOPLE,
    )
