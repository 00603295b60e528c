"""Who is on duty now."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.accounts.queries import with_roles
from hotline.keyring.founding import Deployment
from hotline.permissions import Role
from hotline.roster.models import Duty

FORGOTTEN_AFTER = timedelta(hours=12)
"""Nobody is on duty for longer than this without saying so again."""


def on_duty_since(db: Session, account: UUID, *, now: datetime) -> datetime | None:
    """When this person went on duty; None when they are off."""
    duty = db.get(Duty, account)
    return duty.since if duty and duty.since > now - FORGOTTEN_AFTER else None


def counselors_on_duty(db: Session, deployment: Deployment, *, now: datetime) -> list[Account]:
    """The admitted counselors on duty, by alias."""
    wanted = (
        select(Account)
        .join(Duty, Duty.account_id == Account.id)
        .where(Duty.since > now - FORGOTTEN_AFTER, Account.disabled_at.is_(None))
        .order_by(Account.alias)
    )
    return [account for account, roles in with_roles(db, deployment, wanted) if Role.COUNSELOR in roles]
