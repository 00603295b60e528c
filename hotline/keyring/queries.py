"""Reads of keys. What is returned is as stored: whoever uses a key checks its signatures."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from hotline.base.db import Rows, knows, once, rows_of
from hotline.base.errors import Tampered
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment, Founding
from hotline.keyring.holder import Holder, HolderKind, PublicKeys
from hotline.keyring.models import Admission, DeploymentRow, Grant, StaffKey, Team, TeamShare, TicketKey

Question = Select[*tuple[Any, ...]]
Signer = aliased(StaffKey)
_STANDING = (
    StaffKey.version,
    StaffKey.kem_public,
    StaffKey.signing_public,
    Admission,
    Signer.kem_public,
    Signer.signing_public,
)
STANDING = 1 + len(_STANDING)
"""So many columns `with_standing` puts at the end of a row: the account's id before these."""

NEWEST = "newest key version"


def find_deployment(db: Session, folder: Path) -> Deployment | None:
    """The deployment of this database, None before it was founded.

    `Tampered` when the founding record in the data directory is another deployment's or gone, or
    when the row was weakened: cheaper stretching, or a demo made of what is none.
    """
    row = db.scalar(select(DeploymentRow))
    if row is None:
        return None
    try:
        founding = Founding.read(folder)
    except FileNotFoundError:
        raise Tampered from None
    if founding.deployment != row.id or founding.is_demo != row.is_demo:
        raise Tampered
    if row.stretching < founding.stretching:
        raise Tampered
    return Deployment(row.id, row.salt, row.form_key, row.stretching, row.is_demo, founding)


def founded_at(db: Session) -> datetime | None:
    """When the deployment was founded; nobody could write before. None while there is none."""
    return db.scalar(select(DeploymentRow.created_at))


def staff_keys(db: Session, account: UUID, version: int) -> PublicKeys | None:
    """The public keys of one version of an account's keys."""
    return once(db, (StaffKey, account, version), lambda: _public(db.get(StaffKey, (account, version))))


def newest_key_version(db: Session, account: UUID) -> int:
    """The version an account's keys are at; 0 before enrolment."""

    def ask() -> int:
        return db.scalar(select(func.max(StaffKey.version)).where(StaffKey.account_id == account)) or 0

    return once(db, (NEWEST, account), ask)


def admissions_of(db: Session, account: UUID, version: int) -> list[Admission]:
    """Every admission stored for this version of an account's keys, newest first, not checked."""

    def ask() -> list[Admission]:
        wanted = select(Admission).where(Admission.account_id == account, Admission.key_version == version)
        return list(db.scalars(wanted.order_by(Admission.admitted_at.desc())))

    return once(db, (Admission, account, version), ask)


def with_standing(about: Question, account: InstrumentedAttribute[UUID]) -> Question:
    """The same question, with what is known of the keys of each account: a row for each admission of each.

    Along come the keys, their admissions, and the keys of whoever signed those.
    """
    admitted = and_(Admission.account_id == account, Admission.key_version == StaffKey.version)
    signed = and_(Signer.account_id == Admission.custodian_id, Signer.version == Admission.custodian_version)
    return (
        about.outerjoin(StaffKey, StaffKey.account_id == account)
        .outerjoin(Admission, admitted)
        .outerjoin(Signer, signed)
        .add_columns(account, *_STANDING)
        .order_by(StaffKey.version, Admission.admitted_at.desc())
    )


def ask_with_standing(db: Session, question: Question, values: Mapping[str, object]) -> Rows:
    """The answer to a question made by `with_standing`.

    In a session that sees one moment nothing else has to be asked then to say who is admitted.
    """
    rows = db.execute(question, values).all()
    _remember(db, [row[-STANDING:] for row in rows])
    return rows


def _remember(db: Session, rows: Iterable[Sequence[Any]]) -> None:
    newest: dict[UUID, int] = {}
    admissions: dict[tuple[UUID, int], list[Admission]] = {}
    for account, version, kem, signing, admission, signers_kem, signers_signing in rows:
        newest[account] = version or 0
        if version is None:
            continue
        knows(db, (StaffKey, account, version), PublicKeys(kem, signing))
        given = admissions.setdefault((account, version), [])
        if admission is None:
            continue
        given.append(admission)
        if signers_kem is not None:
            signer = (StaffKey, admission.custodian_id, admission.custodian_version)
            knows(db, signer, PublicKeys(signers_kem, signers_signing))
    for account, version in newest.items():
        knows(db, (NEWEST, account), version)
    for (account, version), given in admissions.items():
        knows(db, (Admission, account, version), given)


def _public(row: StaffKey | None) -> PublicKeys | None:
    return PublicKeys(row.kem_public, row.signing_public) if row else None


_NEWEST_TEAM = with_standing(
    select(Team).where(Team.version == select(func.max(Team.version)).scalar_subquery()), Team.maker_id
)


def newest_team(db: Session) -> Team | None:
    """The team's newest key pair as stored; what is known of its maker's keys comes along."""
    rows = ask_with_standing(db, _NEWEST_TEAM, {})
    return rows[0][0] if rows else None


def team_shares(db: Session, version: int) -> dict[UUID, TeamShare]:
    """The shares of one version of the team's root, by member."""
    wanted = select(TeamShare).where(
        TeamShare.team_version == version, TeamShare.holder_kind == HolderKind.STAFF
    )
    return {share.holder_id: share for share in db.scalars(wanted)}


class Given(NamedTuple):
    """A grant as it is stored, with the commitment of the key it opens; that is None when the key is gone."""

    id: UUID
    ticket_id: UUID
    compartment: str
    epoch: int
    holder_version: int
    own: bool
    sealed: bytes
    maker_id: UUID | None
    maker_version: int | None
    signature: bytes | None
    commitment: bytes | None


def find_grant(db: Session, ticket: UUID, part: Compartment, holder: Holder) -> Given | None:
    """The holder's grant to a ticket's compartment, of the newest epoch."""
    held = once(db, (Grant, ticket, holder), lambda: _held_by(db, ticket, holder))
    return next((grant for grant in held if grant.compartment == part), None)


_GIVEN = select(
    *(getattr(Grant, name) for name in Given._fields if name != "commitment"), TicketKey.commitment
).outerjoin(
    TicketKey,
    and_(
        TicketKey.ticket_id == Grant.ticket_id,
        TicketKey.compartment == Grant.compartment,
        TicketKey.epoch == Grant.epoch,
    ),
)

_HELD = _GIVEN.where(
    Grant.ticket_id == bindparam("ticket"),
    Grant.holder_kind == bindparam("kind"),
    Grant.holder_id == bindparam("holder"),
).order_by(Grant.epoch.desc())
"""Asked with nearly every request about a ticket."""

_GIVEN_TO_TEAM = _GIVEN.where(
    Grant.holder_kind == HolderKind.TEAM, Grant.holder_version <= bindparam("version")
)


def _held_by(db: Session, ticket: UUID, holder: Holder) -> list[Given]:
    """All of the holder's grants to a ticket, the newest epoch first."""
    values = {"ticket": ticket, "kind": holder.kind, "holder": holder.id}
    return [Given(*row) for row in rows_of(db, _HELD, values)]


def given_to_team(db: Session, version: int) -> list[Given]:
    """The grants of all that waits, made for the team's keys up to this version."""
    return [Given(*row) for row in rows_of(db, _GIVEN_TO_TEAM, {"version": version})]


def holder_kinds(db: Session, ticket: UUID, part: Compartment) -> set[tuple[str, UUID]]:
    """Who holds a grant to a ticket's compartment, as (kind, id)."""
    wanted = select(Grant.holder_kind, Grant.holder_id).where(
        Grant.ticket_id == ticket, Grant.compartment == part
    )
    return {(kind, holder) for kind, holder in db.execute(wanted)}
