"""Reads of intake."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.accounts import queries as accounts
from hotline.base.errors import IntakeClosed, Tampered
from hotline.base.i18n import N_
from hotline.intake.models import Receipt
from hotline.keyring import team
from hotline.keyring.founding import Deployment

CUSTODIANS_NEEDED = 2


def ticket_of_lookup(db: Session, lookup: bytes) -> UUID | None:
    """The ticket a stretched code leads to."""
    return db.scalar(select(Receipt.ticket_id).where(Receipt.lookup == lookup))


def reasons_closed(db: Session, deployment: Deployment | None) -> list[str]:
    """Why no request can be received yet; empty when intake is open."""
    if deployment is None:
        return [N_("The deployment has not been founded: run `hotline init`.")]
    reasons = []
    if accounts.custodian_count(db, deployment) < CUSTODIANS_NEEDED:
        reasons.append(N_("Two custodians must be admitted."))
    try:
        team.current(db, deployment)
    except IntakeClosed:
        reasons.append(N_("A custodian must admit the first counselor."))
    except Tampered:
        reasons.append(N_("The team's key was not made by an admitted person."))
    return reasons
