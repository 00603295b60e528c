"""The people of the demo: founded, invited, enrolled and admitted as real ones are."""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

import pyotp
from sqlalchemy.orm import Session

from hotline.accounts import enrolment, founders, own, people, queries
from hotline.accounts.models import Account
from hotline.accounts.people import NewPerson
from hotline.accounts.sign_in import Attempt, sign_in
from hotline.audit.actions import Journal
from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.base.i18n import Language
from hotline.keyring import founding, stretching, vault
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Unlocked
from hotline.keyring.queries import find_deployment
from hotline.permissions import Actor, Role
from hotline.roster.hours import OpeningHours, load_hours

HASH_THREADS = 2


@dataclass(frozen=True)
class DemoPerson:
    """Somebody in the demo: a sign-in name and the alias the others see."""

    name: str
    alias: str
    role: Role
    language: Language = Language.CHINESE


PEOPLE = (
    *(
        DemoPerson(name, alias, Role.COUNSELOR)
        for name, alias in (
            ("mumian", "木棉"),
            ("shancha", "山茶"),
            ("yulan", "玉兰"),
            ("lamei", "蜡梅"),
            ("haitang", "海棠"),
            ("ziwei", "紫薇"),
            ("moli", "茉莉"),
            ("shiliu", "石榴"),
            ("hehuan", "合欢"),
            ("dingxiang", "丁香"),
            ("mujin", "木槿"),
        )
    ),
    DemoPerson("willow", "Willow", Role.COUNSELOR, Language.ENGLISH),
    DemoPerson("yinxing", "银杏", Role.SUPERVISOR),
    DemoPerson("xiangzhang", "香樟", Role.SUPERVISOR),
    DemoPerson("song", "松", Role.CUSTODIAN),
    DemoPerson("zhu", "竹", Role.CUSTODIAN),
    DemoPerson("mei", "梅", Role.CUSTODIAN),
    DemoPerson("rongshu", "榕树", Role.ADMINISTRATOR),
)
FOUNDERS = tuple(person for person in PEOPLE if person.role in {Role.CUSTODIAN, Role.ADMINISTRATOR})
INVITED = tuple(person for person in PEOPLE if person not in FOUNDERS)
COUNSELORS = tuple(person.name for person in PEOPLE if person.role is Role.COUNSELOR)
ADMINISTRATOR, CUSTODIAN, SUPERVISOR = "rongshu", "song", "yinxing"


def passphrase_of(name: str) -> str:
    """The well-known passphrase of somebody in the demo."""
    return f"{name} is here to listen"


@dataclass(frozen=True)
class Member:
    """Somebody in the demo with their keys at hand."""

    id: UUID
    keys: Unlocked = field(repr=False)


@dataclass(frozen=True)
class House:
    """The founded demo and everybody in it."""

    database: Database
    settings: Settings
    deployment: Deployment
    members: Mapping[str, Member]
    hours: OpeningHours

    @property
    def journal(self) -> Journal:
        """Where reads are noted down."""
        return Journal(self.database)

    def actor(self, db: Session, name: str) -> Actor:
        """The person as policies see them at this moment."""
        return queries.actor_of(db, self.deployment, db.get_one(Account, self.members[name].id))

    def keys(self, name: str) -> Unlocked:
        """The person's keys."""
        return self.members[name].keys


@dataclass(frozen=True)
class _Hired:
    """What a person can be given their well-known passphrase with."""

    name: str
    keys: Unlocked = field(repr=False)
    stretched: bytes = field(repr=False)


def open_house(database: Database, settings: Settings, *, begun: datetime) -> House:
    """Found the demo and admit everybody, in one transaction: a demo is never without its people."""
    pinned = settings.data_dir / founding.FILE_NAME
    try:
        with database.write() as db:
            hired = _found(db, settings, now=begun)
            deployment = _deployment(db, settings)
            hours = load_hours(settings.zone, settings.data_dir / "hours.toml")
            members = {one.name: Member(one.keys.holder.id, one.keys) for one in hired}
            house = House(database, settings, deployment, members, hours)
            joined = _invite_and_enrol(db, house, now=begun)
            everybody = members | {one.name: Member(one.keys.holder.id, one.keys) for one in joined}
            house = House(database, settings, deployment, everybody, house.hours)
            _give_known_passphrases(db, deployment, [*hired, *joined], now=begun)
            _admit(db, house, now=begun)
    except BaseException:
        pinned.unlink(missing_ok=True)  # there was none before: whoever calls has looked
        raise
    return house


def _found(db: Session, settings: Settings, *, now: datetime) -> list[_Hired]:
    version = stretching.TEST_VERSION if settings.test_stretching else stretching.NEWEST_VERSION
    row = founders.begin(db, stretching_version=version, is_demo=True, now=now)
    enrolled = [founders.enrol(db, row, _new(person), now=now) for person in FOUNDERS]
    founders.finish(db, row, founders.public_keys_of(enrolled), settings.data_dir)
    deployment = _deployment(db, settings)
    needs = [queries.stretching_of(db, deployment, founder.account.name) for founder in enrolled]
    stretched = _stretch_all(
        (founder.passphrase, need.salt, need.version) for founder, need in zip(enrolled, needs, strict=True)
    )
    return [
        _Hired(founder.account.name, founder.keys, old)
        for founder, old in zip(enrolled, stretched, strict=True)
    ]


def _deployment(db: Session, settings: Settings) -> Deployment:
    deployment = find_deployment(db, settings.data_dir)
    assert deployment is not None
    return deployment


def _invite_and_enrol(db: Session, house: House, *, now: datetime) -> list[_Hired]:
    """Counselors and supervisors, by the administrator's one-time codes."""
    deployment, started = house.deployment, []
    for person in INVITED:
        _, code = people.invite(db, house.actor(db, ADMINISTRATOR), _new(person), now=now)
        token = enrolment.begin(db, deployment, code, now=now)
        started.append(enrolment.resume(db, deployment, token, code, now=now))
    stretched = _stretch_all((one.passphrase, one.salt, deployment.stretching) for one in started)
    hired = []
    for one, root in zip(started, stretched, strict=True):
        digits = pyotp.TOTP(one.seed).at(now)
        enrolment.confirm(db, deployment, one, typed=one.passphrase, stretched=root, digits=digits, now=now)
        attempt = Attempt(one.account.name, root, digits="", browser=None)
        signed_in = sign_in(db, deployment, attempt, now=now)
        assert signed_in is not None
        hired.append(_Hired(one.account.name, signed_in.keys, root))
    return hired


def _give_known_passphrases(
    db: Session, deployment: Deployment, hired: list[_Hired], *, now: datetime
) -> None:
    salts = [vault.new_salt() for _ in hired]
    stretched = _stretch_all(
        (passphrase_of(one.name), salt, deployment.stretching) for one, salt in zip(hired, salts, strict=True)
    )
    for one, salt, new in zip(hired, salts, stretched, strict=True):
        change = own.PassphraseChange(
            old_stretched=one.stretched,
            new=passphrase_of(one.name),
            new_stretched=new,
            new_salt=salt,
            generated=True,
        )
        own.change_passphrase(db, deployment, one.keys, change, now=now)


def _admit(db: Session, house: House, *, now: datetime) -> None:
    """A custodian compares each counselor's fingerprint; the first admission makes the team."""
    for name in COUNSELORS:
        account = house.members[name].id
        shown = queries.fingerprint_of(db, house.deployment, account) or ()
        actor, keys = house.actor(db, CUSTODIAN), house.keys(CUSTODIAN)
        people.admit(db, house.deployment, actor, keys, account, shown, now=now)
    people.keep_team(db, house.deployment, house.keys(COUNSELORS[0]), now=now)


def _stretch_all(wanted: Iterable[tuple[str, bytes, int]]) -> list[bytes]:
    """Stretched side by side: the work is outside the interpreter."""
    with ThreadPoolExecutor(HASH_THREADS) as pool:
        return list(pool.map(lambda one: stretching.stretch_passphrase(*one), wanted))


def _new(person: DemoPerson) -> NewPerson:
    mail = f"{person.name}@example.org"  # nobody there reads mail: RFC 2606
    return NewPerson(person.name, person.alias, person.language, frozenset({person.role}), mail)
