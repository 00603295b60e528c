"""Administering people: invite, change roles, disable; admit their keys; keep the team in step."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hotline import topics
from hotline.accounts import policy, queries, sessions
from hotline.accounts.models import Account, Credential, FactorOrder, Invitation
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.errors import Conflict, Invalid, NotFound, Problem, Refused
from hotline.base.events import ping
from hotline.base.i18n import N_, Language
from hotline.base.locks import one_after_the_other
from hotline.keyring import admissions, deployment, team, vault
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.permissions import KEY_ROLES, Actor, Permission, Role

CODE_BYTES = 16
CODE_LASTS = timedelta(days=7)
MAX_NAME = 40
_ORDERING = {Role.ADMINISTRATOR: Permission.PEOPLE_MANAGE, Role.CUSTODIAN: Permission.ADMISSION_GIVE}
NO_ROLE = N_("Choose at least one role")


class NeedsNewKeys(Conflict):
    """The person chose their passphrase: before keys are admitted they must enrol again."""

    message = N_("This person chose their own passphrase. Give them a new one-time code first.")


@dataclass(frozen=True)
class NewPerson:
    """Who is invited: a sign-in name, what callers see instead of a name, a language, roles."""

    name: str
    alias: str
    language: Language
    roles: frozenset[Role]
    mail: str | None = None


def invite(db: Session, actor: Actor, person: NewPerson, *, now: datetime) -> tuple[Account, str]:
    """An account and its one-time code (shown once, valid for seven days)."""
    if not policy.may_manage(actor):
        raise Refused
    account = create(db, person, invited_by=actor.id, now=now)
    record(db, Act.INVITED, actor=actor.id, subject=account.id, now=now)
    return account, _new_code(db, account, now=now)


def create(db: Session, person: NewPerson, *, invited_by: UUID | None, now: datetime) -> Account:
    """An account that cannot sign in yet; `Invalid` when the name is taken or a field is empty."""
    name = queries.canonical_name(person.name)
    one_after_the_other(db, name.encode())
    _check(db, name, person)
    account = Account(
        name=name,
        alias=person.alias.strip(),
        language=person.language,
        mail=person.mail or None,
        roles=_roles_text(person.roles),
        invited_by=invited_by,
        created_at=now,
        disabled_at=None,
    )
    db.add(account)
    db.flush()
    return account


def renew_code(db: Session, actor: Actor, account_id: UUID, *, now: datetime) -> tuple[Account, str]:
    """A new one-time code; enrolling with it makes new keys, which need a new admission.

    Whoever gives the code is the inviter from now on, and so cannot be the one who admits.
    """
    account = _managed(db, actor, account_id)
    account.invited_by = actor.id
    record(db, Act.INVITED, actor=actor.id, subject=account.id, now=now)
    return account, _new_code(db, account, now=now)


def change_roles(
    db: Session, actor: Actor, account_id: UUID, roles: frozenset[Role], *, now: datetime
) -> None:
    """Write down other roles. A key role added this way opens nothing until a new admission."""
    account = _managed(db, actor, account_id)
    if not roles:
        raise Invalid(roles=Problem(NO_ROLE))
    account.roles = _roles_text(roles)
    deployment.members_changed(db)
    record(db, Act.ROLES_CHANGED, actor=actor.id, subject=account.id, now=now, detail=account.roles)


def disable(db: Session, actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """The person cannot sign in, every session of theirs ends, and the team's key is renewed."""
    account = _managed(db, actor, account_id)
    account.disabled_at = now
    sessions.end_all(db, account.id)
    db.execute(delete(Invitation).where(Invitation.account_id == account.id))
    deployment.members_changed(db)
    ping(db, topics.BOARD)
    record(db, Act.DISABLED, actor=actor.id, subject=account.id, now=now)


def enable(db: Session, actor: Actor, account_id: UUID, *, now: datetime) -> None:
    """The person may sign in again, with the keys they had."""
    account = _managed(db, actor, account_id)
    account.disabled_at = None
    deployment.members_changed(db)
    record(db, Act.ENABLED, actor=actor.id, subject=account.id, now=now)


def admit(
    db: Session,
    deployment_: Deployment,
    actor: Actor,
    keys: Unlocked,
    account_id: UUID,
    shown: tuple[str, ...],
    *,
    roles: frozenset[Role] | None = None,
    now: datetime,
) -> None:
    """A custodian who compared the fingerprint makes the person's keys count for their key roles.

    `shown` is the fingerprint the custodian compared, `roles` the roles the page named: `Conflict`
    when the keys or the roles are others by now. The first counselor's admission makes the team's key.
    """
    account = db.get(Account, account_id)
    if account is None:
        raise NotFound
    if not policy.may_admit(actor, account):
        raise Refused
    credential = db.get(Credential, account.id)
    if credential is None or queries.fingerprint_of(db, deployment_, account.id) != shown:
        raise Conflict
    if roles is not None and roles != account.named_roles:
        raise Conflict
    if not credential.generated:
        raise NeedsNewKeys
    admissions.admit(db, deployment_, keys, account.id, account.named_roles & KEY_ROLES, now=now)
    deployment.members_changed(db)
    record(db, Act.ADMITTED, actor=actor.id, subject=account.id, now=now, detail=account.roles)
    members = queries.admitted_counselors(db, deployment_)
    if members:
        team.found(db, deployment_, keys, members, now=now)


def keep_team(db: Session, deployment_: Deployment, keys: Unlocked, *, now: datetime) -> None:
    """Part of every change a counselor makes: the team's key follows who belongs to the team."""
    if deployment.team_needs_look(db) is None:
        return
    team.changes_alone(db)
    stamp = deployment.team_needs_look(db)
    if stamp is None:
        return  # another member has looked meanwhile
    members = queries.admitted_counselors(db, deployment_)
    if members.get(keys.holder.id) != keys.holder.version:
        return
    if team.keep_up(db, deployment_, keys, members, now=now):
        deployment.team_looked_at(db, stamp)


def order_factor(db: Session, actor: Actor, account_id: UUID, *, now: datetime) -> bool:
    """Order a new second factor for somebody: it takes an administrator's order and a custodian's.

    Whether both are in now.
    """
    account = db.get(Account, account_id)
    if account is None:
        raise NotFound
    if not policy.may_order_factor(actor, account):
        raise Refused
    one_after_the_other(db, account.id.bytes)
    for role in _orders_as(db, actor, account):
        order = FactorOrder(account_id=account.id, as_role=role, ordered_by=actor.id, ordered_at=now)
        db.merge(order)
    record(db, Act.SECOND_FACTOR_ORDERED, actor=actor.id, subject=account.id, now=now)
    db.flush()
    return queries.factor_ordered(db, account)


def _orders_as(db: Session, actor: Actor, account: Account) -> list[Role]:
    """In which roles this order counts: one alone where another person has given the other one."""
    held = [role for role, permission in _ORDERING.items() if actor.holds(permission)]
    given = {role for role in _ORDERING if _is_ordered_by_another(db, actor, account, role)}
    completing = [role for role in held if given - {role}]
    return completing[:1] or held


def _is_ordered_by_another(db: Session, actor: Actor, account: Account, role: Role) -> bool:
    order = db.get(FactorOrder, (account.id, role))
    return order is not None and order.ordered_by != actor.id


def _managed(db: Session, actor: Actor, account_id: UUID) -> Account:
    account = db.get(Account, account_id)
    if account is None:
        raise NotFound
    if not policy.may_manage(actor, account):
        raise Refused
    return account


def _new_code(db: Session, account: Account, *, now: datetime) -> str:
    db.execute(delete(Invitation).where(Invitation.account_id == account.id))
    code = secrets.token_hex(CODE_BYTES)
    code_hash = vault.token_hash(code.encode())
    db.add(Invitation(code_hash=code_hash, account_id=account.id, expires_at=now + CODE_LASTS))
    db.flush()
    return code


def _check(db: Session, name: str, person: NewPerson) -> None:
    problems = {}
    if not name or len(name) > MAX_NAME:
        problems["name"] = Problem(
            N_("Enter a sign-in name of at most %(most)s characters"), {"most": MAX_NAME}
        )
    elif queries.by_name(db, name) is not None:
        problems["name"] = Problem(N_("This sign-in name is in use"))
    if not person.alias.strip() or len(person.alias) > MAX_NAME:
        problems["alias"] = Problem(N_("Enter an alias of at most %(most)s characters"), {"most": MAX_NAME})
    if not person.roles:
        problems["roles"] = Problem(NO_ROLE)
    if problems:
        raise Invalid(**problems)


def _roles_text(roles: Iterable[Role]) -> str:
    return ",".join(sorted(role.value for role in roles))
