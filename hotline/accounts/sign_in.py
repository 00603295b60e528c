"""Signing in: one form, one answer for anything wrong, and wrong tries that slow down (security.md §4).

Whose second factor was ordered anew gets five minutes to set one up, and a session only after that.
"""

import json
import logging
import os
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from hotline.accounts import late_posts, people, queries, sessions, totp
from hotline.accounts.models import Account, Credential, FactorOrder, KnownBrowser, SlowDown
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.db import rows_changed
from hotline.base.errors import Busy, HotlineError, NotSignedIn, WrongCredentials
from hotline.base.locks import one_after_the_other
from hotline.keyring import vault
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked

logger = logging.getLogger(__name__)

FREE_TRIES = 3
LONGEST_WAIT = timedelta(seconds=30)
FORGOTTEN_AFTER = timedelta(hours=1)
STRANGER = "stranger"


@dataclass(frozen=True)
class Attempt:
    """What was typed: the passphrase is there only as the bytes it was stretched to."""

    name: str
    stretched: bytes = field(repr=False)
    digits: str = field(repr=False)
    browser: bytes | None = field(repr=False)


@dataclass(frozen=True)
class SignedIn:
    """The new session's cookie and the browser's.

    With `needs_factor` the cookie opens nothing but the setting up of a new second factor.
    """

    account: Account
    keys: Unlocked = field(repr=False)
    token: bytes = field(repr=False)
    browser: bytes = field(repr=False)
    needs_factor: bool


def check_pace(
    db: Session, deployment: Deployment, name: str, browser: bytes | None, *, now: datetime
) -> None:
    """`Busy` while this name waits after wrong tries from this lane."""
    _check_pace(db, _lane(db, deployment, name, browser), now=now)


def _check_pace(db: Session, lane: bytes, *, now: datetime) -> None:
    slow = db.get(SlowDown, lane, populate_existing=True)
    if slow is not None and now < slow.until:
        raise Busy(max(1, round((slow.until - now).total_seconds())))


def sign_in(db: Session, deployment: Deployment, attempt: Attempt, *, now: datetime) -> SignedIn | None:
    """A session for the right three things; None for anything wrong, and the wrong try is counted.

    Tries from one lane are looked at one after the other, whichever process they came to: `Busy` for
    one that would have had to wait after those before it.
    """
    lane = _lane(db, deployment, attempt.name, attempt.browser)
    one_after_the_other(db, lane)
    _check_pace(db, lane, now=now)
    try:
        opened = _open(db, deployment, attempt, now=now)
    except WrongCredentials:
        _count_failure(db, lane, now=now)
        return None
    account, keys, needs_factor = opened
    db.execute(delete(SlowDown).where(SlowDown.key == lane))
    begin = _begin_renewal if needs_factor else _begin
    token = begin(db, deployment, account, keys, now=now)
    browser = _remember(db, account, attempt.browser, now=now)
    return SignedIn(account, keys, token, browser, needs_factor)


def sign_out(db: Session, token: bytes, *, now: datetime) -> tuple[Account | None, bytes | None]:
    """Whatever session this cookie belongs to is gone.

    Returns whose it was, if a staff member's, and the token by which what their other pages still post
    finds its writer.
    """
    account = sessions.owner_of(db, token, now=now)
    left = late_posts.end_remembering(db, token, now=now)
    if account is not None:
        record(db, Act.SIGNED_OUT, actor=account.id, subject=account.id, now=now)
    return account, left


def _open(
    db: Session, deployment: Deployment, attempt: Attempt, *, now: datetime
) -> tuple[Account, Unlocked, bool]:
    account = queries.by_name(db, attempt.name)
    credential = db.get(Credential, account.id) if account else None
    if account is None or credential is None or account.disabled_at is not None:
        raise WrongCredentials
    opened = vault.passphrase_keys(deployment.id, account.id, attempt.stretched)
    if not vault.matches(opened.verifier, credential.verifier):
        raise WrongCredentials
    holder = vault.staff_holder(account.id, credential.key_version)
    keys = vault.open_root(opened.unlock, deployment.id, holder, credential.sealed_root)
    if queries.factor_ordered(db, account):
        return account, keys, True
    _check_factor(db, deployment, credential, keys, attempt.digits, now=now)
    return account, keys, False


def _check_factor(
    db: Session, deployment: Deployment, credential: Credential, keys: Unlocked, digits: str, *, now: datetime
) -> None:
    """The digits are right and were not used before. In a demo they may be left out."""
    if deployment.is_demo and not digits.strip():
        return
    if credential.sealed_factor is None:
        raise WrongCredentials
    step = totp.matching_step(vault.open_second_factor(keys, credential.sealed_factor), digits, now=now)
    if step is None:
        raise WrongCredentials
    used = rows_changed(
        db,
        update(Credential)
        .where(Credential.account_id == credential.account_id, Credential.factor_step < step)
        .values(factor_step=step),
    )
    if used != 1:
        raise WrongCredentials


def _lane(db: Session, deployment: Deployment, name: str, browser: bytes | None) -> bytes:
    """A browser that signed in to this account before has its own count of wrong tries."""
    canonical = queries.canonical_name(name)
    if browser is not None and _is_known(db, canonical, browser):
        return vault.slow_key(deployment.id, deployment.form_key, canonical, browser.hex())
    return vault.slow_key(deployment.id, deployment.form_key, canonical, STRANGER)


def _is_known(db: Session, name: str, browser: bytes) -> bool:
    wanted = (
        select(KnownBrowser.account_id)
        .join(Account, Account.id == KnownBrowser.account_id)
        .where(KnownBrowser.token_hash == vault.token_hash(browser), Account.name == name)
    )
    return db.scalar(wanted) is not None


def _count_failure(db: Session, lane: bytes, *, now: datetime) -> None:
    """After three free tries each wrong one doubles the wait: 1, 2, 4, … at most 30 seconds."""
    forget_wrong_tries(db, now=now)
    slow = db.get(SlowDown, lane)
    if slow is None:
        slow = SlowDown(key=lane, failures=0, until=now)
        db.add(slow)
    slow.failures += 1
    beyond = slow.failures - FREE_TRIES
    wait = timedelta(seconds=2 ** min(beyond, 10)) if beyond >= 0 else timedelta()
    slow.until = now + min(wait, LONGEST_WAIT)


def forget_wrong_tries(db: Session, *, now: datetime) -> None:
    """Wrong tries whose wait ended an hour ago count no more."""
    db.execute(delete(SlowDown).where(SlowDown.until < now - FORGOTTEN_AFTER))


def _remember(db: Session, account: Account, browser: bytes | None, *, now: datetime) -> bytes:
    token = browser or os.urandom(sessions.TOKEN_BYTES)
    known = db.get(KnownBrowser, (vault.token_hash(token), account.id))
    if known is None:
        db.add(KnownBrowser(token_hash=vault.token_hash(token), account_id=account.id, seen_at=now))
    else:
        known.seen_at = now
    db.flush()
    return token


@dataclass(frozen=True)
class Renewal:
    """What a person must scan before their new second factor is confirmed."""

    account: Account
    keys: Unlocked = field(repr=False)
    seed: str = field(repr=False)
    session: UUID


def resume_renewal(db: Session, deployment: Deployment, token: bytes, *, now: datetime) -> Renewal:
    """What the running set-up shows; `NotSignedIn` after five minutes or when nothing is ordered."""
    session = sessions.resume(db, deployment, sessions.Kind.FACTOR, token, now=now)
    held = json.loads(session.secret)
    account = db.get_one(Account, session.owner)
    if account.disabled_at is not None or not queries.factor_ordered(db, account):
        raise NotSignedIn
    holder = vault.staff_holder(account.id, held["version"])
    keys = Unlocked(holder, deployment.id, bytes.fromhex(held["root"]))
    return Renewal(account, keys, held["seed"], session.id)


def renew_factor(
    db: Session, deployment: Deployment, renewal: Renewal, digits: str, *, now: datetime
) -> bytes | None:
    """Replace an ordered second factor once its first digits are right: then the person is signed in.

    Returns the session's token; None, and nothing changed, when the digits are wrong.
    """
    account, keys = renewal.account, renewal.keys
    step = totp.matching_step(renewal.seed, digits, now=now)
    if step is None:
        return None
    credential = db.get_one(Credential, account.id)
    credential.sealed_factor = vault.seal_second_factor(keys, renewal.seed)
    credential.factor_step = step
    db.execute(delete(FactorOrder).where(FactorOrder.account_id == account.id))
    sessions.end_all(db, account.id)
    record(db, Act.SECOND_FACTOR_RENEWED, actor=account.id, subject=account.id, now=now)
    return _begin(db, deployment, account, keys, now=now)


def _begin(db: Session, deployment: Deployment, account: Account, keys: Unlocked, *, now: datetime) -> bytes:
    """Signing in is a request of a member as well: whoever was admitted meanwhile has the team's key then.

    Whatever is wrong with that key keeps nobody out of their own work.
    """
    try:
        with db.begin_nested():
            people.keep_team(db, deployment, keys, now=now)
    except HotlineError:
        logger.exception("The team's key could not be brought up to date")
    record(db, Act.SIGNED_IN, actor=account.id, subject=account.id, now=now)
    return sessions.start_staff(db, deployment, keys, now=now)


def _begin_renewal(
    db: Session, deployment: Deployment, account: Account, keys: Unlocked, *, now: datetime
) -> bytes:
    held = {"root": keys.root.hex(), "version": keys.holder.version, "seed": totp.new_seed()}
    return sessions.start(
        db,
        deployment,
        sessions.Kind.FACTOR,
        account.id,
        json.dumps(held).encode(),
        now=now,
        whole=sessions.ENROLMENT_WHOLE,
        idle=sessions.ENROLMENT_WHOLE,
    )
