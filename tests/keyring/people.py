"""People with keys, admitted or not."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from hotline.accounts import enrolment, people, queries
from hotline.accounts.models import Account
from hotline.accounts.people import NewPerson
from hotline.base.i18n import Language
from hotline.keyring import admissions, vault
from hotline.keyring import queries as keyring
from hotline.keyring.holder import Unlocked
from hotline.keyring.models import Admission
from hotline.permissions import Role
from tests import cast
from tests.cast import NOON, House, Person

COUNSELOR, CUSTODIAN = Role.COUNSELOR, Role.CUSTODIAN


def enrolled(house: House, name: str, *roles: Role) -> Person:
    """Somebody whose keys nobody has admitted."""
    wanted = NewPerson(name, name, Language.ENGLISH, frozenset(roles))
    return cast.invite_and_enrol(house.database, house.folder, house.person("administrator"), wanted)


def admit(house: House, custodian: Person, person: Person) -> None:
    """An hour after the founding, so that it is newer than the cast's own admissions."""
    with house.database.write() as db:
        shown = queries.fingerprint_of(db, house.deployment, person.id)
        assert shown is not None
        actor = cast.actor_of(db, house.deployment, custodian)
        later = NOON + timedelta(hours=1)
        people.admit(db, house.deployment, actor, custodian.keys, person.id, shown, now=later)


def counting(house: House, person: Person) -> frozenset[Role]:
    """The roles that count."""
    with house.database.read() as db:
        return queries.effective_roles(db, house.deployment, db.get_one(Account, person.id))


def sign(db: Session, house: House, signer: Unlocked, account: UUID, roles: str) -> Admission:
    """An admission with a true signature of whoever it is, past every rule."""
    version = keyring.newest_key_version(db, account)
    keys = keyring.staff_keys(db, account, version)
    assert keys is not None
    admission = Admission(
        account_id=account,
        key_version=version,
        roles=roles,
        custodian_id=signer.holder.id,
        custodian_version=signer.holder.version,
        signature=signer.sign(admissions._message(house.deployment, account, version, keys, roles)),
        admitted_at=NOON + timedelta(days=1),
    )
    db.add(admission)
    db.flush()
    return admission


def new_keys(house: House, person: Person) -> Unlocked:
    """The person enrolled again."""
    with house.database.write() as db:
        keys = enrolment.make_keys(db, house.deployment.id, person.id, now=NOON)
        enrolment.keep_credential(db, house.deployment, keys, vault.new_salt(), bytes(32), generated=True)
        return keys
