"""Whether the stored keys are what the founding and the signatures say: for `hotline check`.

Nothing here opens anything; whoever uses a key checks it again.
"""

from itertools import combinations
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.keyring import admissions, queries, team
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import HolderKind
from hotline.keyring.models import Admission, EscrowShare, TeamShare


def swapped_founders(db: Session, deployment: Deployment) -> list[UUID]:
    """Founding custodians whose first keys are not those of the pinned record."""
    pinned = deployment.founding.custodians.items()
    return [
        account
        for account, keys in pinned
        if queries.staff_keys(db, account, admissions.FOUNDING_VERSION) != keys
    ]


def void_admissions(db: Session, deployment: Deployment) -> list[UUID]:
    """Accounts with an admission that a custodian did not sign, or signed who is none any more."""
    stored = db.scalars(select(Admission).order_by(Admission.admitted_at)).all()
    void = (one.account_id for one in stored if not admissions.holds(db, deployment, one))
    return list(dict.fromkeys(void))


def missing_escrow_pairs(db: Session, deployment: Deployment) -> int:
    """How many pairs of founding custodians cannot open the escrow together."""
    pairs = set(combinations(sorted(deployment.founding.custodians), 2))
    stored = db.execute(select(EscrowShare.first_id, EscrowShare.second_id))
    return len(pairs - {(first, second) for first, second in stored})


def void_team_shares(db: Session, deployment: Deployment) -> int:
    """How many shares of the team's newest key nobody admitted has sealed; the escrow's, if missing, too."""
    newest = queries.newest_team(db)
    if newest is None:
        return 0
    shares = db.scalars(select(TeamShare).where(TeamShare.team_version == newest.version)).all()
    void = sum(not team.share_holds(db, deployment, share) for share in shares)
    return void + all(share.holder_kind != HolderKind.ESCROW for share in shares)
