"""Who is on duty now."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from hotline.accounts.models import Account
from hotline.accounts.queries import with_roles
from hotline.base.db import rows_of
from hotline.keyring.founding import Deployment
from hotline.permissions import Role
from hotline.roster.models import Duty

FORGOTTEN_AFTER = timedelta(hours=12)
"""Nobody is on duty for longer than this without saying so again."""


WENT_ON_DUTY = select(Duty.since).where(Duty.account_id == Account.id).scalar_subquery()
"""When the account that a question is about last went on duty, to be asked beside it."""

_SINCE = select(Duty.since).where(Duty.account_id == bindparam("account"))


def on_duty_since(db: Session, account: UUID, *, now: datetime) -> datetime | None:
    """When this person went on duty; None when they are off."""
    return still_on_duty(
        next((row.since for row in rows_of(db, _SINCE, {"account": account})), None), now=now
    )


def still_on_duty(since: datetime | None, *, now: datetime) -> datetime | None:
    """The moment somebody went on duty, None when that is so long ago that they forgot to leave."""
    return since if since and since > now - FORGOTTEN_AFTER else None


def counselors_on_duty(db: Session, deployment: Deployment, *, now: datetime) -> list[Account]:
    """The admitted counselors on duty, by alias."""
    wanted = (
        select(Account)
        .join(Duty, Duty.account_id == Account.id)
        .where(Duty.since > now - FORGOTTEN_AFTER, Account.disabled_at.is_(None))
        .order_by(Account.alias)
    )
    return [account for account, roles in with_roles(db, deployment, wanted) if Role.COUNSELOR in roles]
