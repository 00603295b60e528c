"""Many processes on one PostgreSQL: whatever two of them do at the same moment, nothing is lost or doubled.

With SQLite there is one process with one writer, so these cannot happen there.
"""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from hotline.accounts import people
from hotline.accounts.models import SlowDown
from hotline.accounts.people import NewPerson
from hotline.assignment import actions as assignment
from hotline.base.errors import Busy, TakenBy
from hotline.base.i18n import Language
from hotline.counters.models import Counter
from hotline.followups.lifecycle import State as FollowUpState
from hotline.followups.models import FollowUp
from hotline.keyring import queries as keyring
from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import HolderKind
from hotline.keyring.models import Grant, TeamShare
from hotline.notifications.models import OutgoingMail
from hotline.permissions import Role
from hotline.roster.models import Duty
from hotline.tickets import drafts
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Draft, Message, Ticket
from hotline.worker import Worker
from tests import cast, flows
from tests.accounts.tries import LATER, attempt
from tests.cast import NOON, Caller, House
from tests.followups import plans
from tests.intake.forms import new_form
from tests.promises.race import Race, race

__all__ = ["race"]

pytestmark = pytest.mark.postgres


def number_of(house: House, table: type) -> int:
    with house.database.read() as db:
        return db.scalar(select(func.count()).select_from(table)) or 0


def holders(house: House, caller: Caller) -> set[str]:
    with house.database.read() as db:
        kinds = keyring.holder_kinds(db, caller.ticket, Compartment.CONVERSATION)
    return {kind for kind, _ in kinds}


def take(house: House, name: str, caller: Caller) -> None:
    with house.database.write() as db:
        actor, keys = house.actor(db, name), house.person(name).keys
        assignment.take(db, house.deployment, actor, keys, caller.reference, now=NOON)


def disable(house: House, name: str) -> None:
    with house.database.write() as db:
        people.disable(db, house.actor(db, "administrator"), house.person(name).id, now=NOON)


def test_of_two_counselors_who_take_one_ticket_the_second_hears_who_has_it(race: Race) -> None:
    caller = race.first.send()
    race.first.go_on_duty("lin", "mei")

    one, other, had_to_wait = race.run(
        lambda here: take(here, "lin", caller), lambda there: take(there, "mei", caller)
    )

    assert had_to_wait
    assert one.exception() is None
    with pytest.raises(TakenBy) as taken:
        other.result()
    assert taken.value.values == {"alias": "木棉"}
    assert holders(race.first, caller) == {HolderKind.CALLER, HolderKind.STAFF, HolderKind.ESCROW}


def test_a_request_that_arrives_while_the_team_gets_a_new_key_is_sealed_to_the_new_one(race: Race) -> None:
    disable(race.first, "mei")

    one, other, had_to_wait = race.run(lambda here: flows.keep_team(here, "lin"), lambda there: there.send())

    assert had_to_wait
    assert one.exception() is None
    caller = other.result()
    assert isinstance(caller, Caller)
    assert team_version(race.first, caller) == 2


def test_a_team_that_gets_a_new_key_waits_for_the_request_that_is_on_its_way(race: Race) -> None:
    disable(race.first, "mei")

    one, other, had_to_wait = race.run(lambda here: here.send(), lambda there: flows.keep_team(there, "lin"))

    assert had_to_wait
    assert other.exception() is None
    caller = one.result()
    assert isinstance(caller, Caller)
    assert team_version(race.first, caller) == 2
    with race.first.database.read() as db:
        assert flows.can_open_as_team(race.first, db, race.first.person("lin").keys, caller.ticket)
        assert not flows.can_open_as_team(race.first, db, race.first.person("mei").keys, caller.ticket)


def team_version(house: House, caller: Caller) -> int:
    with house.database.read() as db:
        grant = keyring.find_grant(db, caller.ticket, Compartment.CONVERSATION, house.deployment.team(0))
        assert grant is not None
        return grant.holder_version


@pytest.mark.parametrize("renewal_is_first", [True, False])
def test_a_ticket_taken_while_the_team_gets_a_new_key_is_its_counselors_alone(
    race: Race, *, renewal_is_first: bool
) -> None:
    caller = race.first.send()
    race.first.go_on_duty("lin")
    disable(race.first, "mei")
    works = [lambda house: flows.keep_team(house, "lin"), lambda house: take(house, "lin", caller)]

    one, other, had_to_wait = race.run(*(works if renewal_is_first else reversed(works)))

    assert had_to_wait
    assert [one.exception(), other.exception()] == [None, None]
    assert holders(race.first, caller) == {HolderKind.CALLER, HolderKind.STAFF, HolderKind.ESCROW}


def test_two_members_at_once_share_the_teams_key_with_a_new_one_once(race: Race) -> None:
    house = race.first
    wanted = NewPerson("zhou", "石榴", Language.CHINESE, frozenset({Role.COUNSELOR}))
    zhou = cast.invite_and_enrol(house.database, house.folder, house.person("administrator"), wanted)
    cast.admit(house.database, house.folder, house.person("custodian"), zhou)

    one, other, _ = race.run(
        lambda here: flows.keep_team(here, "lin"), lambda there: flows.keep_team(there, "mei")
    )

    assert [one.exception(), other.exception()] == [None, None]
    with house.database.read() as db:
        shares = db.scalars(select(TeamShare).where(TeamShare.holder_id == zhou.id)).all()
    assert len(shares) == 1


def test_what_a_caller_writes_while_the_conversation_is_closed_waits_for_somebody(race: Race) -> None:
    caller = plans.taken(race.first)

    one, other, had_to_wait = race.run(
        lambda here: flows.close(here, "lin", caller),
        lambda there: flows.write_again(there, caller, "还有一件事。"),
    )

    assert had_to_wait
    assert [one.exception(), other.exception()] == [None, None]
    with race.first.database.read() as db:
        ticket = db.get_one(Ticket, caller.ticket)
    assert ticket.state == State.WAITING
    assert ticket.reply_due_at is not None


def test_a_reply_and_a_message_at_once_are_two_messages(race: Race) -> None:
    caller = plans.taken(race.first)

    one, other, _ = race.run(
        lambda here: flows.reply(here, "lin", caller, "还在吗？"),
        lambda there: flows.write_again(there, caller, "还有一件事。"),
    )

    assert [one.exception(), other.exception()] == [None, None]
    with race.first.database.read() as db:
        numbers = select(Message.number).where(Message.ticket_id == caller.ticket)
        assert sorted(db.scalars(numbers)) == [1, 2, 3, 4]


def test_the_same_form_sent_to_two_processes_is_one_ticket_and_one_code(race: Race) -> None:
    secret = new_form(race.first).secret

    def send(house: House) -> object:
        return type(new_form(house))(house, secret).send()

    answers = {future.result() for future in race.at_once(send, 8)}

    assert len(answers) == 1
    assert number_of(race.first, Ticket) == 1
    with race.first.database.read() as db:
        assert set(db.scalars(select(Counter.n))) == {1}


def test_everybody_who_writes_at_once_is_counted(race: Race) -> None:
    answers = race.at_once(lambda house: house.send(), 12)

    assert [future.exception() for future in answers] == [None] * 12
    with race.first.database.read() as db:
        assert db.scalar(select(Counter.n).where(Counter.dimension == "contacts")) == 12
    assert number_of(race.first, Grant) == 36


def test_two_workers_remind_once(race: Race) -> None:
    caller = plans.taken(race.first)
    plans.give_address(race.first, "lin")
    for _ in range(3):
        plans.plan(race.first, "lin", caller)

    def work(house: House) -> None:
        Worker(house.database, plans.worker_of(house)._settings).run_once(plans.IN_3_DAYS)

    done = race.at_once(work, 4)

    assert [future.exception() for future in done] == [None] * 4
    with race.first.database.read() as db:
        assert set(db.scalars(select(FollowUp.state))) == {FollowUpState.REMINDED}
        (mail,) = db.scalars(select(OutgoingMail)).all()
    assert mail.attempts == 1
    assert len(list((race.first.folder / "mail").glob("*.eml"))) == 1


def test_many_wrong_passphrases_at_once_are_slowed_as_if_one_came_after_the_other(race: Race) -> None:
    tries = race.at_once(lambda house: attempt(house, "lin", passphrase="wrong"), 12)

    refused = [future for future in tries if isinstance(future.exception(), Busy)]
    assert len(refused) == 9
    assert [future.result() for future in tries if future not in refused] == [None] * 3
    with race.first.database.read() as db:
        assert db.scalars(select(SlowDown.failures)).all() == [3]


def test_the_right_passphrase_twice_at_once_opens_one_session(race: Race) -> None:
    """The digits of one moment count once: whoever comes second has typed used ones."""
    tries = race.at_once(lambda house: attempt(house, "lin"), 2)

    assert sorted(future.result() is not None for future in tries) == [False, True]


def test_the_same_draft_kept_twice_at_once_is_one_draft(race: Race) -> None:
    caller = plans.taken(race.first)

    def keep(house: House) -> None:
        with house.database.write() as db:
            ticket, keys = db.get_one(Ticket, caller.ticket), house.person("lin").keys
            means = (db, house.deployment, house.actor(db, "lin"), keys, ticket)
            drafts.keep_reply(*means, "写到一半", now=LATER)

    done = race.at_once(keep, 6)

    assert [future.exception() for future in done] == [None] * 6
    assert number_of(race.first, Draft) == 1


def test_going_on_duty_twice_at_once_is_being_on_duty(race: Race) -> None:
    done = race.at_once(lambda house: house.go_on_duty("lin"), 6)

    assert [future.exception() for future in done] == [None] * 6
    assert number_of(race.first, Duty) == 1


def test_a_page_sees_one_moment(race: Race) -> None:
    with race.first.database.read() as db:
        before = db.scalar(select(func.count()).select_from(Ticket))
        race.second.send(now=NOON + timedelta(minutes=1))

        assert db.scalar(select(func.count()).select_from(Ticket)) == before
