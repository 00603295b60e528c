"""Admission: a custodian's signature over a person's keys and roles, leading back to the founding.

An administrator can invite anybody and write any role into the database; without this signature
neither counts, because nothing is ever sealed to keys that are not admitted.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.base.errors import Refused
from hotline.keyring import queries
from hotline.keyring.context import Label, context
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import PublicKeys, Unlocked, signature_holds
from hotline.keyring.models import Admission

CUSTODIAN = "custodian"
FOUNDING_VERSION = 1


def admit(
    db: Session,
    deployment: Deployment,
    custodian: Unlocked,
    account: UUID,
    roles: Iterable[str],
    *,
    now: datetime,
) -> None:
    """The account's newest keys count for these roles from now on.

    `Refused` when the custodian's own keys are not admitted, or the account has no keys yet.
    Whether this custodian may admit this person is the caller's question.
    """
    if not is_custodian(db, deployment, custodian.holder.id, custodian.holder.version):
        raise Refused
    version = queries.newest_key_version(db, account)
    keys = queries.staff_keys(db, account, version)
    if keys is None:
        raise Refused
    named = _canonical(roles)
    db.add(
        Admission(
            account_id=account,
            key_version=version,
            roles=named,
            custodian_id=custodian.holder.id,
            custodian_version=custodian.holder.version,
            signature=custodian.sign(_message(deployment, account, version, keys, named)),
            admitted_at=now,
        )
    )
    db.flush()


def admitted_roles(db: Session, deployment: Deployment, account: UUID, version: int) -> frozenset[str]:
    """The roles for which this version of the account's keys counts; empty when it was not admitted.

    Only the newest admission with a true signature speaks, so a role can also be taken away.
    """
    return _admitted_roles(db, deployment, account, version, frozenset())


def is_custodian(db: Session, deployment: Deployment, account: UUID, version: int) -> bool:
    """Whether this version of the account's keys may sign admissions."""
    return CUSTODIAN in admitted_roles(db, deployment, account, version)


def admitted_keys(db: Session, deployment: Deployment, account: UUID, version: int) -> PublicKeys:
    """The account's public keys, for sealing to them or checking what they signed; else `Refused`."""
    keys = queries.staff_keys(db, account, version)
    if keys is None or not admitted_roles(db, deployment, account, version):
        raise Refused
    return keys


def holds(db: Session, deployment: Deployment, admission: Admission) -> bool:
    """Whether a custodian who counts has signed exactly this admission."""
    keys = queries.staff_keys(db, admission.account_id, admission.key_version)
    if keys is None:
        return False
    return _holds(db, deployment, admission, keys, frozenset({admission.account_id}))


def _admitted_roles(
    db: Session, deployment: Deployment, account: UUID, version: int, seen: frozenset[UUID]
) -> frozenset[str]:
    keys = queries.staff_keys(db, account, version)
    if keys is None:
        return frozenset()
    founding = frozenset({CUSTODIAN} if _is_founder(deployment, account, version, keys) else ())
    for admission in queries.admissions_of(db, account, version):
        if _holds(db, deployment, admission, keys, seen | {account}):
            return frozenset(admission.roles.split(",")) | founding
    return founding


def _is_founder(deployment: Deployment, account: UUID, version: int, keys: PublicKeys) -> bool:
    return version == FOUNDING_VERSION and deployment.founding.custodians.get(account) == keys


def _holds(
    db: Session, deployment: Deployment, admission: Admission, keys: PublicKeys, seen: frozenset[UUID]
) -> bool:
    signer, version = admission.custodian_id, admission.custodian_version
    signer_keys = queries.staff_keys(db, signer, version)
    if signer in seen or signer_keys is None:
        return False
    message = _message(deployment, admission.account_id, admission.key_version, keys, admission.roles)
    if not signature_holds(signer_keys.signing, admission.signature, message):
        return False
    if _is_founder(deployment, signer, version, signer_keys):
        return True
    return CUSTODIAN in _admitted_roles(db, deployment, signer, version, seen)


def _message(deployment: Deployment, account: UUID, version: int, keys: PublicKeys, roles: str) -> bytes:
    return context(Label.ADMISSION, deployment.id, account, version, keys.kem, keys.signing, roles)


def _canonical(roles: Iterable[str]) -> str:
    return ",".join(sorted(roles))
