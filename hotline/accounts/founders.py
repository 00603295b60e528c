"""Founding a deployment in person: the first administrator and three custodians at one keyboard.

Whoever runs this is trusted that day (THREATS). A paper custodian has a passphrase in a sealed
envelope, no second factor, and so cannot sign in until an enrolment gives them one.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import enrolment, passwords, people, totp
from hotline.accounts.models import Account
from hotline.accounts.people import NewPerson
from hotline.audit.actions import record
from hotline.audit.acts import Act
from hotline.keyring import deployment, stretching, vault
from hotline.keyring.founding import Deployment, Founding
from hotline.keyring.holder import PublicKeys, Unlocked
from hotline.keyring.models import DeploymentRow
from hotline.permissions import Role


@dataclass(frozen=True)
class Founder:
    """What a founder must keep: shown once to them alone. `seed` is empty for a paper custodian."""

    account: Account
    passphrase: str = field(repr=False)
    seed: str = field(repr=False)
    keys: Unlocked = field(repr=False)


def begin(db: Session, *, stretching_version: int, is_demo: bool, now: datetime) -> DeploymentRow:
    """A new deployment without people; `Conflict` when there is one already."""
    return deployment.begin(db, stretching=stretching_version, is_demo=is_demo, now=now)


def enrol(
    db: Session, row: DeploymentRow, person: NewPerson, *, on_paper: bool = False, now: datetime
) -> Founder:
    """One founder with a generated passphrase; slow on purpose (it stretches)."""
    account = people.create(db, person, invited_by=None, now=now)
    passphrase, salt = passwords.generate(), vault.new_salt()
    keys = enrolment.make_keys(db, row.id, account.id, now=now)
    stretched = stretching.stretch_passphrase(passphrase, salt, row.stretching)
    credential = enrolment.keep_credential(db, _before_founding(row), keys, salt, stretched, generated=True)
    seed = "" if on_paper else totp.new_seed()
    if seed:
        credential.sealed_factor = vault.seal_second_factor(keys, seed)
    record(db, Act.ENROLLED, actor=account.id, subject=account.id, now=now)
    db.flush()
    return Founder(account, passphrase, seed, keys)


def finish(db: Session, row: DeploymentRow, custodians: Mapping[UUID, PublicKeys], folder: Path) -> None:
    """Make the escrow for any two of the custodians and pin the founding record in the folder."""
    deployment.found(db, row, custodians, folder)


def public_keys_of(founders: list[Founder]) -> dict[UUID, PublicKeys]:
    """The custodians among the founders, as the founding record names them."""
    return {
        founder.account.id: founder.keys.public
        for founder in founders
        if Role.CUSTODIAN in founder.account.named_roles
    }


def _before_founding(row: DeploymentRow) -> Deployment:
    """The deployment as far as a first credential needs it: there is no escrow yet."""
    nobody = Founding(row.id, b"", {}, row.stretching, row.is_demo)
    return Deployment(row.id, row.salt, row.form_key, row.stretching, row.is_demo, nobody)
