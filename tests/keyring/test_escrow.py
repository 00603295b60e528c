"""The escrow: any two custodians together, nobody alone."""

from itertools import combinations
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import delete, select

from hotline.accounts import founders
from hotline.accounts.people import NewPerson
from hotline.base import schema
from hotline.base.db import open_database
from hotline.base.errors import Conflict, NotFound, Tampered
from hotline.base.i18n import Language
from hotline.keyring import escrow, queries, stretching, vault
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import Compartment, new_secret
from hotline.keyring.founding import Founding
from hotline.keyring.grants import open_key
from hotline.keyring.holder import HolderKind, Unlocked, seal_to
from hotline.keyring.models import EscrowShare, TeamShare
from hotline.notes import actions as notes
from hotline.notes.models import Note
from hotline.permissions import Role
from tests import flows
from tests.cast import NOON, House
from tests.databases import url_of


def two(house: House) -> tuple[Unlocked, Unlocked]:
    return house.person("custodian").keys, house.person("second_custodian").keys


@pytest.mark.parametrize("number", [3, 4, 5])
def test_any_two_of_the_custodians_open_it(number: int, tmp_path: Path) -> None:
    url = url_of(tmp_path)
    schema.upgrade(url)
    database = open_database(url)
    with database.write() as db:
        row = founders.begin(db, stretching_version=stretching.TEST_VERSION, is_demo=False, now=NOON)
        custodians = [
            founders.enrol(
                db,
                row,
                NewPerson(f"c{n}", f"c{n}", Language.ENGLISH, frozenset({Role.CUSTODIAN})),
                now=NOON,
            )
            for n in range(number)
        ]
        founders.finish(db, row, founders.public_keys_of(custodians), tmp_path)
    with database.read() as db:
        deployment = queries.find_deployment(db, tmp_path)
        assert deployment is not None
        roots = {
            escrow.join(db, deployment, one.keys, other.keys).root
            for one, other in combinations(custodians, 2)
        }
    database.dispose()

    assert len(roots) == 1


def test_two_founders_are_too_few(tmp_path: Path) -> None:
    url = url_of(tmp_path)
    schema.upgrade(url)
    database = open_database(url)
    with database.write() as db:
        row = founders.begin(db, stretching_version=stretching.TEST_VERSION, is_demo=False, now=NOON)
        public = {uuid4(): vault.new_staff_member(row.id, uuid4(), 1).public for _ in range(2)}

        with pytest.raises(Conflict):
            founders.finish(db, row, public, tmp_path)
    database.dispose()

    assert not (tmp_path / "founding.json").exists()


def test_a_second_founding_never_replaces_the_pinned_record(house: House) -> None:
    before = (house.folder / "founding.json").read_bytes()

    with pytest.raises(FileExistsError):
        Founding(house.deployment.id, b"", {}, 1, False).write(house.folder)  # noqa: FBT003 (is_demo)
    with house.database.write() as db, pytest.raises(Conflict):
        founders.begin(db, stretching_version=1, is_demo=False, now=NOON)

    assert (house.folder / "founding.json").read_bytes() == before


def test_one_custodian_opens_nothing_alone(house: House) -> None:
    one, _ = two(house)
    with house.database.read() as db:
        with pytest.raises(NotFound):
            escrow.join(db, house.deployment, one, one)
        for share in db.scalars(select(EscrowShare)):
            ids = (house.deployment.id, share.first_id, share.second_id)
            for sealed in (share.mask, share.masked_root):
                for part in ("mask", "root"):
                    opened = None
                    try:
                        opened = one.open(sealed, context(Label.ESCROW_SHARE, *ids, part))
                    except Tampered:
                        continue
                    told = Unlocked(house.deployment.escrow, house.deployment.id, opened)
                    assert told.public.kem != house.deployment.founding.escrow_kem


def test_a_custodian_and_a_stranger_open_nothing(house: House) -> None:
    one, other = two(house)
    stranger = Unlocked(other.holder, house.deployment.id, new_secret())
    with house.database.read() as db:
        with pytest.raises(Tampered):
            escrow.join(db, house.deployment, one, stranger)
        for name in ("lin", "administrator", "supervisor"):
            with pytest.raises(NotFound):
                escrow.join(db, house.deployment, one, house.person(name).keys)


def test_shares_moved_to_another_pair_open_nothing(house: House) -> None:
    one, other = two(house)
    first, second = sorted((one.holder.id, other.holder.id))
    with house.database.write() as db:
        shares = list(db.scalars(select(EscrowShare)))
        mine = next(s for s in shares if (s.first_id, s.second_id) == (first, second))
        foreign = next(s for s in shares if s is not mine)
        mine.masked_root, foreign.masked_root = foreign.masked_root, mine.masked_root

    with house.database.read() as db, pytest.raises(Tampered):
        escrow.join(db, house.deployment, one, other)


def test_mask_and_masked_root_cannot_change_places(house: House) -> None:
    one, other = two(house)
    with house.database.write() as db:
        for share in db.scalars(select(EscrowShare)):
            share.mask, share.masked_root = share.masked_root, share.mask

    with house.database.read() as db, pytest.raises(Tampered):
        escrow.join(db, house.deployment, one, other)


@pytest.mark.parametrize("length", [0, 16, 32, 40])
def test_a_forged_pair_of_shares_is_no_escrow(house: House, length: int) -> None:
    one, other = two(house)
    first, second = sorted((one, other), key=lambda keys: keys.holder.id)
    ids = (house.deployment.id, first.holder.id, second.holder.id)
    forged = b"\xff" * length
    with house.database.write() as db:
        share = db.get_one(EscrowShare, (first.holder.id, second.holder.id))
        share.mask = seal_to(first.public.kem, forged, context(Label.ESCROW_SHARE, *ids, "mask"))
        share.masked_root = seal_to(second.public.kem, forged, context(Label.ESCROW_SHARE, *ids, "root"))

    with house.database.read() as db, pytest.raises(Tampered):
        escrow.join(db, house.deployment, one, other)


def test_a_lost_pair_leaves_the_other_pairs_working(house: House) -> None:
    one, other = two(house)
    first, second = sorted((one.holder.id, other.holder.id))
    with house.database.write() as db:
        db.execute(delete(EscrowShare).where(EscrowShare.first_id == first, EscrowShare.second_id == second))

    with house.database.read() as db:
        with pytest.raises(NotFound):
            escrow.join(db, house.deployment, one, other)
        third = house.person("third_custodian").keys
        assert escrow.join(db, house.deployment, one, third).holder == house.deployment.escrow


def test_the_escrow_opens_the_conversation_and_the_notes(house: House) -> None:
    caller = house.send("只说给你听。")
    flows.take(house, "lin", caller)
    flows.note(house, "lin", caller, "机密。")

    opener = flows.escrow_keys(house)

    assert flows.words_of(house, opener, caller) == ["只说给你听。"]
    with house.database.read() as db:
        key = open_key(db, house.deployment, caller.ticket, Compartment.NOTES, opener)
        (kept,) = db.scalars(select(Note))
        assert notes._opened(key, kept).answers == {"brought": "机密。"}


def test_the_team_key_is_sealed_to_the_escrow(house: House) -> None:
    opener = flows.escrow_keys(house)
    with house.database.read() as db:
        share = db.scalars(select(TeamShare).where(TeamShare.holder_kind == HolderKind.ESCROW)).one()
        bound = context(
            Label.TEAM_SHARE,
            house.deployment.id,
            share.team_version,
            HolderKind.ESCROW,
            house.deployment.id,
            1,
        )
        root = opener.open(share.sealed, bound)
        newest = queries.newest_team(db)
        assert newest is not None
        team = Unlocked(house.deployment.team(newest.version), house.deployment.id, root)
        assert team.public.kem == newest.kem_public
