"""Founding a deployment: its row, its escrow, its pinned record."""

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from hotline.base.errors import Conflict
from hotline.keyring.escrow import make_escrow
from hotline.keyring.founding import Founding
from hotline.keyring.holder import PublicKeys
from hotline.keyring.models import DeploymentRow

SALT_BYTES = 32
MIN_CUSTODIANS = 3


def begin(db: Session, *, stretching: int, is_demo: bool, now: datetime) -> DeploymentRow:
    """The deployment's row with fresh randomness; `Conflict` when this database has one."""
    if db.scalar(select(DeploymentRow)) is not None:
        raise Conflict
    row = DeploymentRow(
        id=uuid4(),
        created_at=now,
        salt=os.urandom(SALT_BYTES),
        form_key=os.urandom(SALT_BYTES),
        stretching=stretching,
        is_demo=is_demo,
        members_stamp=0,
        team_stamp=0,
    )
    db.add(row)
    db.flush()
    return row


def found(db: Session, row: DeploymentRow, custodians: Mapping[UUID, PublicKeys], folder: Path) -> None:
    """Share the escrow among at least three custodians and pin the founding record in the folder."""
    if len(custodians) < MIN_CUSTODIANS:
        raise Conflict
    escrow_kem = make_escrow(db, row.id, custodians)
    Founding(row.id, escrow_kem, custodians, row.stretching, row.is_demo).write(folder)


def members_changed(db: Session) -> None:
    """Somebody was admitted, left or has new keys: the next member's request looks at the team."""
    db.execute(update(DeploymentRow).values(members_stamp=DeploymentRow.members_stamp + 1))


_STAMPS = select(DeploymentRow.members_stamp, DeploymentRow.team_stamp)


def team_needs_look(db: Session) -> int | None:
    """The stamp of the last change of members if the team was not looked at since, else None."""
    row = db.execute(_STAMPS).one_or_none()
    return row.members_stamp if row and row.members_stamp != row.team_stamp else None


TEAM_IS_BEHIND = select(DeploymentRow.members_stamp != DeploymentRow.team_stamp).scalar_subquery()
"""The same for a question that asks for something else besides."""


def team_looked_at(db: Session, stamp: int) -> None:
    """The team matches the members as of this stamp."""
    db.execute(update(DeploymentRow).values(team_stamp=stamp))
