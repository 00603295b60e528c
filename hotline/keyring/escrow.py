"""The escrow: a key that any two custodians open together and no single person can.

For each pair {i, j}: a random mask sealed to i, and escrow root XOR mask sealed to j. No
secret-sharing library, nothing half-open is ever stored.
"""

from collections.abc import Mapping
from itertools import combinations
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from hotline.base.errors import NotFound, Tampered
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import SECRET_BYTES, new_secret
from hotline.keyring.founding import ESCROW_VERSION, Deployment
from hotline.keyring.holder import Holder, HolderKind, PublicKeys, Unlocked, seal_to
from hotline.keyring.models import EscrowShare


def make_escrow(db: Session, deployment: UUID, custodians: Mapping[UUID, PublicKeys]) -> bytes:
    """Draw the escrow root, share it among every pair, forget it; returns its public key."""
    escrow = Unlocked(Holder(HolderKind.ESCROW, deployment, ESCROW_VERSION), deployment, new_secret())
    for first, second in combinations(sorted(custodians), 2):
        mask = new_secret()
        db.add(
            EscrowShare(
                first_id=first,
                second_id=second,
                mask=seal_to(custodians[first].kem, mask, _bound(deployment, first, second, "mask")),
                masked_root=seal_to(
                    custodians[second].kem,
                    _xor(escrow.root, mask),
                    _bound(deployment, first, second, "root"),
                ),
            )
        )
    db.flush()
    return escrow.public.kem


def join(db: Session, deployment: Deployment, one: Unlocked, other: Unlocked) -> Unlocked:
    """The escrow's keys in the hands of two custodians; `NotFound` for any other two holders."""
    first, second = sorted((one, other), key=lambda keys: keys.holder.id)
    share = db.scalar(
        select(EscrowShare).where(
            EscrowShare.first_id == first.holder.id, EscrowShare.second_id == second.holder.id
        )
    )
    if share is None:
        raise NotFound
    ids = (deployment.id, first.holder.id, second.holder.id)
    mask = first.open(share.mask, _bound(*ids, "mask"))
    masked_root = second.open(share.masked_root, _bound(*ids, "root"))
    if len(mask) != SECRET_BYTES or len(masked_root) != SECRET_BYTES:
        raise Tampered
    escrow = Unlocked(deployment.escrow, deployment.id, _xor(masked_root, mask))
    if escrow.public.kem != deployment.founding.escrow_kem:
        raise Tampered
    return escrow


def _bound(deployment: UUID, first: UUID, second: UUID, part: str) -> bytes:
    return context(Label.ESCROW_SHARE, deployment, first, second, part)


def _xor(one: bytes, other: bytes) -> bytes:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).to_bytes(SECRET_BYTES, "big")
