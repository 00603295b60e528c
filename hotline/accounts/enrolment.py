"""Enrolment: a one-time code, a generated passphrase, a second factor; then keys exist.

They count for nothing until a custodian has admitted them. The five-minute session holds the
passphrase and the factor's seed under its cookie between showing and confirming them.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hotline.accounts import passwords, policy, queries, sessions, totp
from hotline.accounts.models import Account, Credential, FactorOrder, Invitation, LatePost
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.errors import Invalid, NotFound, Problem
from hotline.base.i18n import N_
from hotline.keyring import queries as keyring
from hotline.keyring import vault
from hotline.keyring.deployment import members_changed
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.keyring.models import StaffKey


@dataclass(frozen=True)
class Enrolling:
    """What a person must write down and scan before the enrolment is confirmed."""

    account: Account
    passphrase: str = field(repr=False)
    seed: str = field(repr=False)
    salt: bytes
    session: UUID

    @property
    def may_choose(self) -> bool:
        """Whoever holds no keys may take a passphrase of their own."""
        return not policy.needs_generated_passphrase(self.account)


def begin(db: Session, deployment: Deployment, code: str, *, now: datetime) -> bytes:
    """Start the five minutes; returns the cookie's token. `NotFound` for a used or expired code."""
    account = queries.find_invitation(db, code, now=now)
    if account is None:
        raise NotFound
    held = {
        "passphrase": passwords.generate(),
        "seed": totp.new_seed(),
        "salt": vault.new_salt().hex(),
        "code": code,
    }
    return sessions.start(
        db,
        deployment,
        sessions.Kind.ENROLMENT,
        account.id,
        json.dumps(held).encode(),
        now=now,
        whole=sessions.ENROLMENT_WHOLE,
        idle=sessions.ENROLMENT_WHOLE,
    )


def resume(db: Session, deployment: Deployment, token: bytes, code: str, *, now: datetime) -> Enrolling:
    """What the running enrolment shows; `NotSignedIn` after five minutes, `NotFound` for another code."""
    session = sessions.resume(db, deployment, sessions.Kind.ENROLMENT, token, now=now)
    held = json.loads(session.secret)
    account = queries.find_invitation(db, code, now=now)
    if account is None or account.id != session.owner or held["code"] != code:
        raise NotFound
    return Enrolling(account, held["passphrase"], held["seed"], bytes.fromhex(held["salt"]), session.id)


def confirm(
    db: Session,
    deployment: Deployment,
    enrolling: Enrolling,
    *,
    typed: str,
    stretched: bytes,
    digits: str,
    now: datetime,
) -> tuple[str, ...]:
    """Make the person's keys and use up the code; returns the fingerprint to read to a custodian.

    `stretched` comes from `typed`, stretched with the enrolment's salt. `Invalid` when the typed
    passphrase is not the one shown (or a poor choice), or the six digits are wrong.
    """
    account = enrolling.account
    generated = passwords.normalize(typed) == enrolling.passphrase
    if not generated:
        _check_own(enrolling, typed)
    step = totp.matching_step(enrolling.seed, digits, now=now)
    if step is None:
        raise Invalid(digits=Problem(N_("Enter the six digits that the app shows now")))
    keys = make_keys(db, deployment.id, account.id, now=now)
    credential = keep_credential(db, deployment, keys, enrolling.salt, stretched, generated=generated)
    credential.sealed_factor = vault.seal_second_factor(keys, enrolling.seed)
    credential.factor_step = step
    db.execute(delete(Invitation).where(Invitation.account_id == account.id))
    db.execute(delete(FactorOrder).where(FactorOrder.account_id == account.id))
    db.execute(delete(LatePost).where(LatePost.account_id == account.id))  # sealed to keys that are gone
    sessions.end_all(db, account.id)
    members_changed(db)
    record(db, Act.ENROLLED, actor=account.id, subject=account.id, now=now)
    db.flush()
    return queries.fingerprint_of(db, deployment, account.id) or ()


def make_keys(db: Session, deployment: UUID, account: UUID, *, now: datetime) -> Unlocked:
    """A new root and its public keys as the account's next version; older ones stop counting."""
    version = keyring.newest_key_version(db, account) + 1
    keys = vault.new_staff_member(deployment, account, version)
    db.add(
        StaffKey(
            account_id=account,
            version=version,
            kem_public=keys.public.kem,
            signing_public=keys.public.signing,
            made_at=now,
        )
    )
    db.flush()
    return keys


def keep_credential(
    db: Session, deployment: Deployment, keys: Unlocked, salt: bytes, stretched: bytes, *, generated: bool
) -> Credential:
    """Seal the person's root under their stretched passphrase, replacing what was there."""
    account = keys.holder.id
    opened = vault.passphrase_keys(deployment.id, account, stretched)
    credential = db.get(Credential, account)
    if credential is None:
        credential = Credential(account_id=account, sealed_factor=None, factor_step=0)
        db.add(credential)
    credential.key_version = keys.holder.version
    credential.salt = salt
    credential.stretching = deployment.stretching
    credential.verifier = opened.verifier
    credential.sealed_root = vault.seal_root(opened.unlock, keys)
    credential.generated = generated
    return credential


def _check_own(enrolling: Enrolling, typed: str) -> None:
    if not enrolling.may_choose:
        raise Invalid(passphrase=Problem(N_("Type the passphrase exactly as it is shown")))
    passwords.check_chosen(passwords.normalize(typed), enrolling.account.name, enrolling.account.alias)
