"""The team's key: what waits in the queue is sealed to it, and every admitted counselor can open it.

Who is a member is for `accounts` to say; here a member is (account, key version). All shares and
the key pair itself are signed by an admitted person, so a database writer can add none.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from hotline.base.db import asking_once, rows_changed
from hotline.base.errors import IntakeClosed, NotFound, Refused, Tampered
from hotline.base.locks import Lock, alone, together
from hotline.keyring import admissions, grants, queries
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import new_secret
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Holder, HolderKind, Unlocked, seal_to, signature_holds
from hotline.keyring.models import DeploymentRow, Grant, Team, TeamShare

Members = Mapping[UUID, int]
"""Admitted counselors: account id → key version."""


def current(db: Session, deployment: Deployment) -> tuple[Holder, bytes]:
    """The team to seal to, and its public key; `IntakeClosed` before there is one.

    `Tampered` when the stored key was not made by an admitted person.
    """
    with asking_once(db):
        team = queries.newest_team(db)
        if team is None:
            raise IntakeClosed
        made = (team.maker_id, team.maker_version, team.signature)
        _check_maker(db, deployment, *made, _message(deployment, team))
    return deployment.team(team.version), team.kem_public


def keeps_still(db: Session) -> None:
    """The team's key is not replaced until this transaction ends.

    For whoever seals to it or takes its grants away: a renewal at the same moment would leave them
    a grant to the former key, or make one to the new key that they could not see.
    """
    together(db, Lock.TEAM)


def for_sealing(db: Session, deployment: Deployment) -> tuple[Holder, bytes]:
    """The team as `current` says it, and as it stays until what is sealed to it is kept."""
    keeps_still(db)
    return current(db, deployment)


def unlock(db: Session, deployment: Deployment, keys: Unlocked, version: int | None = None) -> Unlocked:
    """The team's keys in a member's hands (the newest version by default); `NotFound` for anyone else."""
    team = db.get(Team, version) if version else queries.newest_team(db)
    share = queries.team_shares(db, team.version).get(keys.holder.id) if team else None
    if team is None or share is None or share.holder_version != keys.holder.version:
        raise NotFound
    bound = _share_context(deployment, share)
    signed = context(Label.TEAM_SHARE_SIGNATURE, bound, share.sealed)
    _check_maker(db, deployment, share.maker_id, share.maker_version, share.signature, signed)
    opened = Unlocked(deployment.team(team.version), deployment.id, keys.open(share.sealed, bound))
    if opened.kem_public != team.kem_public:
        raise Tampered
    return opened


def is_held_by(db: Session, keys: Unlocked) -> bool:
    """Whether this person has the newest team key; one just admitted gets it with a colleague's next post."""
    return holders(db).get(keys.holder.id) == keys.holder.version


def holders(db: Session) -> Members:
    """Whoever has a share of the newest team key, present members or not."""
    team = queries.newest_team(db)
    shares = queries.team_shares(db, team.version) if team else {}
    return {member: share.holder_version for member, share in shares.items()}


def changes_alone(db: Session) -> None:
    """Nobody else seals to the team, or follows its members, until this transaction ends."""
    alone(db, Lock.TEAM)


def keep_up(db: Session, deployment: Deployment, keys: Unlocked, members: Members, *, now: datetime) -> bool:
    """After a member's request the team's key is held by exactly the present members.

    Newly admitted ones get a share; when somebody left or has new keys, a new version replaces
    the key and everything that waits is sealed to it. False, and nothing done, for a person who
    cannot do this because they have no share yet.
    """
    team = queries.newest_team(db)
    if team is None:
        return False
    shares = queries.team_shares(db, team.version)
    own = shares.get(keys.holder.id)
    if own is None or own.holder_version != keys.holder.version:
        return False
    if any(members.get(member) != share.holder_version for member, share in shares.items()):
        _replace(db, deployment, keys, team.version, members, now=now)
        return True
    missing = {member: version for member, version in members.items() if member not in shares}
    if missing:
        _share(db, deployment, keys, unlock(db, deployment, keys), missing)
    return True


def share_holds(db: Session, deployment: Deployment, share: TeamShare) -> bool:
    """Whether an admitted person has sealed exactly this share."""
    bound = _share_context(deployment, share)
    signed = context(Label.TEAM_SHARE_SIGNATURE, bound, share.sealed)
    try:
        _check_maker(db, deployment, share.maker_id, share.maker_version, share.signature, signed)
    except Tampered:
        return False
    return True


def found(db: Session, deployment: Deployment, maker: Unlocked, members: Members, *, now: datetime) -> None:
    """Make the team's first key pair for its first members. The maker is the admitting custodian."""
    if queries.newest_team(db) is None:
        _make(db, deployment, maker, 1, members, now=now)


def _replace(
    db: Session, deployment: Deployment, keys: Unlocked, old_version: int, members: Members, *, now: datetime
) -> None:
    if not _claim(db, old_version):
        return
    old = unlock(db, deployment, keys, old_version)
    new = _make(db, deployment, keys, old_version + 1, members, now=now, claimed=True)
    for grant in queries.given_to_team(db, old_version):
        version = grant.holder_version
        try:
            opener = old if version == old_version else unlock(db, deployment, keys, version)
            data_key = grants.open_grant(db, deployment, grant, opener)
        except (NotFound, Tampered):
            continue  # whoever takes that ticket is told; it must not keep the others from a new key
        db.execute(delete(Grant).where(Grant.id == grant.id))
        grants.give(db, data_key, new.holder, new.public.kem, maker=keys)


def _claim(db: Session, old_version: int) -> bool:
    """Whether this transaction is the one that replaces the version: two members may try at once."""
    changed = rows_changed(
        db,
        update(DeploymentRow)
        .where(DeploymentRow.team_version == old_version)
        .values(team_version=old_version + 1),
    )
    return changed == 1


def _make(
    db: Session,
    deployment: Deployment,
    maker: Unlocked,
    version: int,
    members: Members,
    *,
    now: datetime,
    claimed: bool = False,
) -> Unlocked:
    if not claimed and not _claim(db, version - 1):
        raise Refused
    fresh = Unlocked(deployment.team(version), deployment.id, new_secret())
    team = Team(
        version=version,
        kem_public=fresh.public.kem,
        maker_id=maker.holder.id,
        maker_version=maker.holder.version,
        signature=b"",
        made_at=now,
    )
    team.signature = maker.sign(_message(deployment, team))
    db.add(team)
    db.flush()
    _share(db, deployment, maker, fresh, members)
    escrow = deployment.escrow
    _share_with(db, deployment, maker, fresh, escrow, deployment.founding.escrow_kem)
    return fresh


def _share(db: Session, deployment: Deployment, maker: Unlocked, team: Unlocked, members: Members) -> None:
    for account, version in members.items():
        public = admissions.admitted_keys(db, deployment, account, version)
        holder = Holder(HolderKind.STAFF, account, version)
        _share_with(db, deployment, maker, team, holder, public.kem)


def _share_with(
    db: Session, deployment: Deployment, maker: Unlocked, team: Unlocked, holder: Holder, kem: bytes
) -> None:
    share = TeamShare(
        team_version=team.holder.version,
        holder_kind=holder.kind,
        holder_id=holder.id,
        holder_version=holder.version,
        maker_id=maker.holder.id,
        maker_version=maker.holder.version,
    )
    bound = _share_context(deployment, share)
    share.sealed = seal_to(kem, team.root, bound)
    share.signature = maker.sign(context(Label.TEAM_SHARE_SIGNATURE, bound, share.sealed))
    db.add(share)
    db.flush()


def _check_maker(
    db: Session, deployment: Deployment, maker: UUID, version: int, signature: bytes, message: bytes
) -> None:
    public = queries.staff_keys(db, maker, version)
    if public is None or not admissions.admitted_roles(db, deployment, maker, version):
        raise Tampered
    if not signature_holds(public.signing, signature, message):
        raise Tampered


def _message(deployment: Deployment, team: Team) -> bytes:
    return context(Label.TEAM, deployment.id, team.version, team.kem_public)


def _share_context(deployment: Deployment, share: TeamShare) -> bytes:
    return context(
        Label.TEAM_SHARE,
        deployment.id,
        share.team_version,
        share.holder_kind,
        share.holder_id,
        share.holder_version,
    )
