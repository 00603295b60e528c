"""A database writer swaps no key: the team's, a person's, the escrow's, the deployment's."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update

from hotline.accounts import queries, sessions
from hotline.accounts.models import Account
from hotline.base.errors import NotSignedIn, Tampered
from hotline.keyring import queries as keyring
from hotline.keyring import vault
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import new_secret
from hotline.keyring.holder import HolderKind, Unlocked, seal_to
from hotline.keyring.models import (
    Admission,
    DeploymentRow,
    StaffKey,
    Team,
)
from tests import flows
from tests.cast import NOON, Caller, House
from tests.writer import swap


def _public_key_alone(house: House, row: Team, attacker: Unlocked) -> None:
    del house
    row.kem_public = attacker.public.kem


def _signed_by_the_attacker(house: House, row: Team, attacker: Unlocked) -> None:
    row.kem_public = attacker.public.kem
    row.signature = attacker.sign(context(Label.TEAM, house.deployment.id, row.version, row.kem_public))


@pytest.mark.parametrize("change", [_public_key_alone, _signed_by_the_attacker])
def test_no_request_is_sealed_to_a_team_key_of_the_writers_own(
    house: House, change: Callable[[House, Team, Unlocked], None]
) -> None:
    attacker = Unlocked(house.deployment.team(1), house.deployment.id, new_secret())
    with house.database.write() as db:
        change(house, db.get_one(Team, 1), attacker)

    with pytest.raises(Tampered):
        house.send("给团队。")


def test_a_newer_team_with_the_older_ones_signature_takes_no_requests(house: House) -> None:
    attacker = Unlocked(house.deployment.team(2), house.deployment.id, new_secret())
    with house.database.write() as db:
        old = db.get_one(Team, 1)
        db.add(
            Team(
                version=2,
                kem_public=attacker.public.kem,
                maker_id=old.maker_id,
                maker_version=old.maker_version,
                signature=old.signature,
                made_at=NOON,
            )
        )

    with pytest.raises(Tampered):
        house.send("给团队。")


def test_a_team_share_of_the_writers_own_is_refused(house: House) -> None:
    lin, attacker = house.person("lin"), new_secret()
    caller = house.send()
    with house.database.write() as db:
        share = keyring.team_shares(db, 1)[lin.id]
        bound = context(Label.TEAM_SHARE, house.deployment.id, 1, HolderKind.STAFF, lin.id, 1)
        share.sealed = seal_to(lin.keys.public.kem, attacker, bound)

    with pytest.raises(Tampered):
        flows.take(house, "lin", caller)


def test_a_colleagues_team_share_is_no_use_to_a_counselor(house: House) -> None:
    caller = house.send()
    with house.database.write() as db:
        shares = keyring.team_shares(db, 1)
        lins_share, meis_share = (shares[house.person(name).id] for name in ("lin", "mei"))
        swap(lins_share, meis_share, "sealed", "signature")

    with pytest.raises(Tampered):
        flows.take(house, "lin", caller)


@pytest.mark.parametrize("column", ["kem_public", "signing_public"])
def test_swapped_public_keys_of_a_person_end_their_sessions_and_their_place_in_the_team(
    house: House, column: str
) -> None:
    lin = house.person("lin")
    token = house.session_of("lin")
    attacker = vault.new_staff_member(house.deployment.id, lin.id, 1).public
    replaced = {"kem_public": attacker.kem, "signing_public": attacker.signing}[column]
    with house.database.write() as db:
        setattr(db.get_one(StaffKey, (lin.id, 1)), column, replaced)

    with house.database.read() as db:
        with pytest.raises(NotSignedIn):
            sessions.resume_staff(db, house.deployment, token, now=NOON)
        assert lin.id not in queries.admitted_counselors(db, house.deployment)


def test_the_escrows_key_comes_from_the_file_not_from_the_database(house: House) -> None:
    kinds = {
        column.name
        for table in DeploymentRow.metadata.sorted_tables
        for column in table.columns
        if "escrow" in column.name
    }

    assert kinds == set()
    assert house.deployment.founding.escrow_kem.hex() in (house.folder / "founding.json").read_text(
        encoding="utf-8"
    )


def test_another_deployments_row_does_not_start(house: House) -> None:
    with house.database.write() as db:
        db.execute(update(DeploymentRow).values(id=house.person("lin").id))

    with house.database.read() as db, pytest.raises(Tampered):
        keyring.find_deployment(db, house.folder)


@pytest.mark.parametrize("weaker", [{"is_demo": True}, {"stretching": -1}])
def test_a_deployment_cannot_be_weakened_in_its_row(house: House, weaker: dict[str, Any]) -> None:
    with house.database.write() as db:
        db.execute(update(DeploymentRow).values(**weaker))

    with house.database.read() as db, pytest.raises(Tampered):
        keyring.find_deployment(db, house.folder)


def test_a_taken_ticket_reopened_by_its_caller_goes_to_the_true_team(house: House, lins: Caller) -> None:
    attacker = Unlocked(house.deployment.team(1), house.deployment.id, new_secret())
    flows.close(house, "lin", lins)
    with house.database.write() as db:
        db.execute(update(Team).values(kem_public=attacker.public.kem))

    with pytest.raises(Tampered):
        flows.write_again(house, lins, "我又来了。")


def test_an_admission_cannot_be_written_by_hand(house: House) -> None:
    supervisor = house.person("supervisor")
    with house.database.write() as db:
        db.execute(update(Account).where(Account.id == supervisor.id).values(roles="counselor,custodian"))
        lins_admission = db.scalars(
            select(Admission).where(Admission.account_id == house.person("lin").id)
        ).one()
        db.execute(
            update(Admission).where(Admission.id == lins_admission.id).values(account_id=supervisor.id)
        )

    with house.database.read() as db:
        actor = house.actor(db, "supervisor")
    assert actor.roles == frozenset()


def test_the_pinned_record_names_keys_that_no_row_can_replace(house: House) -> None:
    custodian = house.person("custodian")
    attacker = vault.new_staff_member(house.deployment.id, custodian.id, 1)
    with house.database.write() as db:
        row = db.get_one(StaffKey, (custodian.id, 1))
        row.kem_public, row.signing_public = attacker.public.kem, attacker.public.signing

    with house.database.read() as db:
        assert house.actor(db, "custodian").roles == frozenset()
    with pytest.raises(Tampered):
        house.send("创建团队的人的钥匙被换了。")
