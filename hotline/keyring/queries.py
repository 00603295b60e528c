"""Reads of keys. What is returned is as stored: whoever uses a key checks its signatures."""

from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from hotline.base.errors import Tampered
from hotline.keyring.envelope import Compartment
from hotline.keyring.founding import Deployment, Founding
from hotline.keyring.holder import Holder, HolderKind, PublicKeys
from hotline.keyring.models import Admission, DeploymentRow, Grant, StaffKey, Team, TeamShare


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
    row = db.get(StaffKey, (account, version))
    return PublicKeys(row.kem_public, row.signing_public) if row else None


def newest_key_version(db: Session, account: UUID) -> int:
    """The version an account's keys are at; 0 before enrolment."""
    return db.scalar(select(func.max(StaffKey.version)).where(StaffKey.account_id == account)) or 0


def admissions_of(db: Session, account: UUID) -> list[Admission]:
    """Every admission stored for an account, newest first; signatures are not checked here."""
    wanted = select(Admission).where(Admission.account_id == account)
    return list(db.scalars(wanted.order_by(Admission.admitted_at.desc())))


def newest_team(db: Session) -> Team | None:
    """The team's newest key pair as stored."""
    return db.scalar(select(Team).order_by(Team.version.desc()).limit(1))


def team_shares(db: Session, version: int) -> dict[UUID, TeamShare]:
    """The shares of one version of the team's root, by member."""
    wanted = select(TeamShare).where(
        TeamShare.team_version == version, TeamShare.holder_kind == HolderKind.STAFF
    )
    return {share.holder_id: share for share in db.scalars(wanted)}


def find_grant(db: Session, ticket: UUID, part: Compartment, holder: Holder) -> Grant | None:
    """The holder's grant to a ticket's compartment, of the newest epoch."""
    return db.scalar(
        select(Grant)
        .where(
            Grant.ticket_id == ticket,
            Grant.compartment == part,
            Grant.holder_kind == holder.kind,
            Grant.holder_id == holder.id,
        )
        .order_by(Grant.epoch.desc())
        .limit(1)
    )


def holder_kinds(db: Session, ticket: UUID, part: Compartment) -> set[tuple[str, UUID]]:
    """Who holds a grant to a ticket's compartment, as (kind, id)."""
    wanted = select(Grant.holder_kind, Grant.holder_id).where(
        Grant.ticket_id == ticket, Grant.compartment == part
    )
    return {(kind, holder) for kind, holder in db.execute(wanted)}
