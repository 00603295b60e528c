"""Reads of accounts, and which of their roles count."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from hotline.accounts.models import Account, Credential, FactorOrder, Invitation
from hotline.keyring import admissions, vault
from hotline.keyring import queries as keys
from hotline.keyring.fingerprint import fingerprint
from hotline.keyring.founding import Deployment
from hotline.permissions import KEY_ROLES, Actor, Role


def canonical_name(name: str) -> str:
    """A sign-in name as it is stored and compared."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def by_name(db: Session, name: str) -> Account | None:
    """The account with this sign-in name."""
    return db.scalar(select(Account).where(Account.name == canonical_name(name)))


def everybody(db: Session) -> list[Account]:
    """All accounts, by name."""
    return list(db.scalars(select(Account).order_by(Account.name)))


def aliases(db: Session, ids: set[UUID]) -> dict[UUID, str]:
    """The aliases of these accounts."""
    rows = db.execute(select(Account.id, Account.alias).where(Account.id.in_(ids)))
    return {row.id: row.alias for row in rows}


def effective_roles(db: Session, deployment: Deployment, account: Account) -> frozenset[Role]:
    """The roles that count: key roles only as far as a custodian admitted this person's keys."""
    named = account.named_roles
    if account.disabled_at is not None:
        return frozenset()
    version = keys.newest_key_version(db, account.id)
    admitted = admissions.admitted_roles(db, deployment, account.id, version)
    return frozenset(role for role in named if role not in KEY_ROLES or role.value in admitted)


def actor_of(db: Session, deployment: Deployment, account: Account) -> Actor:
    """The account as this moment's policies see it."""
    return Actor(account.id, account.alias, effective_roles(db, deployment, account), account.speaks)


def with_roles(
    db: Session, deployment: Deployment, wanted: Select[Account]
) -> list[tuple[Account, frozenset[Role]]]:
    """The accounts that are asked for, in their order, with the roles that count for each.

    Where only one moment is seen that is one question, however many accounts there are.
    """
    return _with_roles(db, deployment, keys.with_standing(wanted, Account.id), {})


def _with_roles(
    db: Session, deployment: Deployment, question: keys.Question, values: Mapping[str, object]
) -> list[tuple[Account, frozenset[Role]]]:
    rows = keys.ask_with_standing(db, question, values)
    accounts: list[Account] = list(dict.fromkeys(row[0] for row in rows))
    return [(account, effective_roles(db, deployment, account)) for account in accounts]


_NAMED = keys.with_standing(
    select(Account).where(Account.roles.contains(bindparam("role")), Account.disabled_at.is_(None)),
    Account.id,
)
"""Asked before every request of a caller is kept, so it is put together once."""


def in_role(db: Session, deployment: Deployment, role: Role) -> list[Account]:
    """Everybody for whom this role counts now."""
    likely = _with_roles(db, deployment, _NAMED, {"role": role})
    return [account for account, roles in likely if role in roles]


def admitted_counselors(db: Session, deployment: Deployment) -> dict[UUID, int]:
    """Everybody who is a member of the team now: account id → key version."""
    members = in_role(db, deployment, Role.COUNSELOR)
    return {account.id: keys.newest_key_version(db, account.id) for account in members}


def custodian_count(db: Session, deployment: Deployment) -> int:
    """How many custodians' keys count."""
    return len(in_role(db, deployment, Role.CUSTODIAN))


class State(StrEnum):
    """How far a person has come."""

    INVITED = "invited"
    LAPSED = "lapsed"
    ENROLLED = "enrolled"
    WAITING = "waiting"
    ADMITTED = "admitted"
    DISABLED = "disabled"


@dataclass(frozen=True)
class Standing:
    """A person as the list of people shows them. `counting` are the roles that count now."""

    account: Account
    state: State
    counting: frozenset[Role]
    fingerprint: tuple[str, ...] | None
    has_own_passphrase: bool
    factor_orders: frozenset[Role]

    @property
    def uncounted(self) -> frozenset[Role]:
        """Roles that were written down and do not count: no custodian has admitted the keys for them."""
        return self.account.named_roles - self.counting


def standings(
    db: Session, deployment: Deployment, *, now: datetime, only: UUID | None = None
) -> list[Standing]:
    """Everybody by name, or one person alone, with what counts of them at this moment."""
    wanted = select(Account).order_by(Account.name)
    found = with_roles(db, deployment, wanted.where(Account.id == only) if only else wanted)
    credentials = {row.account_id: row for row in db.scalars(select(Credential))}
    invited = set(db.scalars(select(Invitation.account_id).where(Invitation.expires_at > now)))
    orders: dict[UUID, set[Role]] = {}
    for order in db.scalars(select(FactorOrder)):
        orders.setdefault(order.account_id, set()).add(Role(order.as_role))
    return [
        _standing(
            db,
            deployment,
            account,
            counting,
            credentials.get(account.id),
            is_invited=account.id in invited,
            factor_orders=frozenset(orders.get(account.id, ())),
        )
        for account, counting in found
    ]


def _standing(
    db: Session,
    deployment: Deployment,
    account: Account,
    counting: frozenset[Role],
    credential: Credential | None,
    *,
    is_invited: bool,
    factor_orders: frozenset[Role],
) -> Standing:
    if account.disabled_at is not None:
        state = State.DISABLED
    elif credential is None:
        state = State.INVITED if is_invited else State.LAPSED
    elif not account.named_roles & KEY_ROLES:
        state = State.ENROLLED
    else:
        state = State.ADMITTED if account.named_roles <= counting else State.WAITING
    return Standing(
        account,
        state,
        counting,
        fingerprint_of(db, deployment, account.id),
        credential is not None and not credential.generated,
        factor_orders,
    )


@dataclass(frozen=True)
class Stretching:
    """What a passphrase has to be stretched with."""

    salt: bytes
    version: int


def stretching_of(db: Session, deployment: Deployment, name: str) -> Stretching:
    """The salt and cost for a name; for an unknown one values that look and cost the same."""
    found = db.execute(
        select(Credential.salt, Credential.stretching)
        .join(Account, Account.id == Credential.account_id)
        .where(Account.name == canonical_name(name))
    ).one_or_none()
    if found is not None:
        return Stretching(found.salt, found.stretching)
    salt = vault.salt_of_nobody(deployment.id, deployment.form_key, canonical_name(name))
    return Stretching(salt, deployment.stretching)


def find_invitation(db: Session, code: str, *, now: datetime) -> Account | None:
    """Whom a one-time code invites, while it is valid."""
    invitation = db.get(Invitation, vault.token_hash(code.encode()))
    if invitation is None or invitation.expires_at <= now:
        return None
    account = db.get(Account, invitation.account_id)
    return account if account and account.disabled_at is None else None


def fingerprint_of(db: Session, deployment: Deployment, account: UUID) -> tuple[str, ...] | None:
    """The digits two people compare before an admission; None before enrolment."""
    version = keys.newest_key_version(db, account)
    public = keys.staff_keys(db, account, version)
    return fingerprint(deployment.id, account, version, public) if public else None


def factor_ordered(db: Session, account: Account) -> bool:
    """Whether an administrator and another person, a custodian, ordered a new second factor."""
    orders = list(db.scalars(select(FactorOrder).where(FactorOrder.account_id == account.id)))
    by_role = {order.as_role: order.ordered_by for order in orders}
    administrator, custodian = by_role.get(Role.ADMINISTRATOR), by_role.get(Role.CUSTODIAN)
    return administrator is not None and custodian is not None and administrator != custodian
