"""What a signed-in person does to their own account.

A change of passphrase first offers a generated one. It waits under the cookie of the session for
five minutes, so a reload shows the same, and the database alone cannot tell it.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import enrolment, passwords, policy, sessions
from hotline.accounts.models import Account, Credential
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.base.errors import Invalid, NotSignedIn, Problem
from hotline.base.i18n import N_, Language
from hotline.base.locks import one_after_the_other
from hotline.keyring import vault
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked

OFFER = "new-passphrase"


def offer_passphrase(
    db: Session, deployment: Deployment, account: UUID, token: bytes, *, now: datetime
) -> None:
    """A generated passphrase waits in the session with this token; an earlier one is forgotten."""
    within = vault.token_within(token, OFFER)
    one_after_the_other(db, within)
    sessions.end_by_token(db, within)
    sessions.start(
        db,
        deployment,
        sessions.Kind.OFFER,
        account,
        passwords.generate().encode(),
        now=now,
        whole=sessions.ENROLMENT_WHOLE,
        idle=sessions.ENROLMENT_WHOLE,
        token=within,
    )


def offered_passphrase(db: Session, deployment: Deployment, token: bytes, *, now: datetime) -> str | None:
    """The passphrase that waits in this session; None when none does any more."""
    within = vault.token_within(token, OFFER)
    try:
        held = sessions.resume(db, deployment, sessions.Kind.OFFER, within, now=now)
    except NotSignedIn:
        return None
    return held.secret.decode()


@dataclass(frozen=True)
class PassphraseChange:
    """Both passphrases as they were typed and as they were stretched."""

    old_stretched: bytes = field(repr=False)
    new: str = field(repr=False)
    new_stretched: bytes = field(repr=False)
    new_salt: bytes
    generated: bool


def change_passphrase(
    db: Session, deployment: Deployment, keys: Unlocked, change: PassphraseChange, *, now: datetime
) -> None:
    """Seal the person's root under the new passphrase and end all their sessions.

    Whoever holds keys can change only to another generated one; `Invalid` says what is wrong.
    """
    account = db.get_one(Account, keys.holder.id)
    credential = db.get_one(Credential, account.id)
    old = vault.passphrase_keys(deployment.id, account.id, change.old_stretched)
    if not vault.matches(old.verifier, credential.verifier):
        raise Invalid(old=Problem(N_("The present passphrase is not right")))
    if not change.generated:
        if policy.needs_generated_passphrase(account):
            raise Invalid(passphrase=Problem(N_("Type the passphrase exactly as it is shown")))
        passwords.check_chosen(passwords.normalize(change.new), account.name, account.alias)
    enrolment.keep_credential(
        db, deployment, keys, change.new_salt, change.new_stretched, generated=change.generated
    )
    sessions.end_all(db, account.id)
    record(db, Act.PASSPHRASE_CHANGED, actor=account.id, subject=account.id, now=now)


def sign_out_everywhere(db: Session, account: UUID, *, now: datetime) -> None:
    """Every session of the person ends, on every machine."""
    sessions.end_all(db, account)
    record(db, Act.SIGNED_OUT, actor=account, subject=account, now=now)


def set_language(db: Session, account: UUID, language: Language) -> None:
    """The person reads the pages, and later their reminders, in this language."""
    db.get_one(Account, account).language = language


def set_shortcuts(db: Session, account: UUID, *, on: bool) -> None:
    """Single keys lead somewhere on the person's pages, or do nothing."""
    db.get_one(Account, account).shortcuts = on


def set_mail(db: Session, account: UUID, mail: str, *, now: datetime) -> None:
    """Reminders go to this address; with an empty one no mail is sent."""
    person = db.get_one(Account, account)
    if person.mail != (mail or None):
        person.mail = mail or None
        record(db, Act.MAIL_CHANGED, actor=account, subject=account, now=now)
