"""The demo: every state, both languages, made by the real actions, and never beside real data."""

import random
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import select

from hotline.accounts import queries as accounts
from hotline.accounts.models import Account
from hotline.accounts.sign_in import Attempt, sign_in
from hotline.audit.models import AuditLine
from hotline.base.clock import system_clock
from hotline.base.db import Database, open_database
from hotline.base.i18n import Language
from hotline.cli import main
from hotline.demo.people import PEOPLE, SUPERVISOR, passphrase_of
from hotline.demo.stories import Course, Story, code_of, load_stories
from hotline.demo.telling import COUNSELOR
from hotline.demo.times import plan
from hotline.followups.cadence import today
from hotline.followups.lifecycle import State as FollowUpState
from hotline.followups.models import FollowUp
from hotline.followups.queries import mine
from hotline.intake import receipt
from hotline.intake.queries import reasons_closed, ticket_of_lookup
from hotline.keyring.founding import FILE_NAME, Deployment
from hotline.keyring.queries import find_deployment
from hotline.keyring.receipts import receipt_keys
from hotline.keyring.stretching import stretch_code, stretch_passphrase
from hotline.notes.models import Note
from hotline.notifications.models import OutgoingMail
from hotline.permissions import Actor, Role
from hotline.roster.hours import load_hours
from hotline.statistics import releases
from hotline.statistics.tables import Kind, Released
from hotline.tickets import actions as tickets
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import Outcome, State
from hotline.tickets.models import Draft, LevelProposal, Ticket
from tests import databases
from tests.cast import NOON, ZONE
from tests.databases import url_of
from tests.terminal import named_database

NEVER_SAID = (
    "自杀成功",
    "轻生",
    "想不开",
    "做傻事",
    "患者",
    "个案",
    "加油",
    "坚强",
    "别想太多",
    "committed suicide",
)


def run_demo(folder: Path) -> Result:
    environ = {"HOTLINE_DATA_DIR": str(folder), "HOTLINE_TEST_STRETCHING": "true", "LC_ALL": "C"}
    environ |= named_database(folder)
    runner = CliRunner()
    migrated = runner.invoke(main, ["migrate"], env=environ)
    assert migrated.exit_code == 0, migrated.output
    return runner.invoke(main, ["demo"], env=environ, catch_exceptions=False)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def told(folder: Path) -> str:
    made = run_demo(folder)
    assert made.exit_code == 0, made.output
    return made.output


@pytest.fixture(scope="module")
def demo(folder: Path, told: str) -> Iterator[Database]:
    assert told
    database = open_database(url_of(folder))
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def deployment(demo: Database, folder: Path) -> Deployment:
    with demo.read() as db:
        found = find_deployment(db, folder)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def stories() -> list[Story]:
    return load_stories()


@pytest.mark.thorough
def test_there_are_requests_in_every_state_level_and_language(demo: Database) -> None:
    with demo.read() as db:
        all_of_them = db.scalars(select(Ticket)).all()
        now = system_clock()
        waiting = [ticket for ticket in all_of_them if ticket.state == State.WAITING]

    assert 110 <= len(all_of_them) <= 130
    assert {ticket.state for ticket in all_of_them} == set(State)
    assert {ticket.level for ticket in waiting} == set(Level)
    assert {ticket.outcome for ticket in all_of_them} == {None, *Outcome}
    assert all(count >= 30 for count in Counter(ticket.language for ticket in all_of_them).values())
    assert {ticket.language for ticket in all_of_them} == set(Language)
    assert any(ticket.reply_due_at and ticket.reply_due_at < now for ticket in waiting)


@pytest.mark.thorough
def test_there_is_everything_a_counselor_can_leave_behind(demo: Database) -> None:
    with demo.read() as db:
        notes = db.scalars(select(Note)).all()
        assert db.scalars(select(LevelProposal)).all()
        assert db.scalars(select(Draft)).all()

    assert {note.kind for note in notes} == {"note", "safety"}
    assert {note.is_final for note in notes} == {True, False}


@pytest.mark.thorough
def test_twelve_closed_weeks_are_released_with_sixty_contacts_or_more(demo: Database) -> None:
    weeks = released(demo, Kind.CONTACTS)

    assert len(weeks) >= 12
    assert all(table is not None and table.cells["request"] >= 60 for table in weeks[-12:])


@pytest.mark.thorough
def test_a_quarter_and_its_months_are_released(demo: Database) -> None:
    (quarter,) = released(demo, Kind.HOUR)
    months = {kind: released(demo, kind) for kind in Kind if kind not in {Kind.HOUR, Kind.CONTACTS}}

    assert quarter is not None
    assert sum(quarter.cells.values()) > 0
    assert all(len(tables) >= 3 for tables in months.values())
    assert any(table and table.times for table in months[Kind.LEVEL])


@pytest.mark.thorough
def test_somebodys_follow_ups_are_overdue_due_today_and_coming(
    demo: Database, deployment: Deployment
) -> None:
    begins, ends = today(system_clock(), load_hours(ZONE))
    with demo.read() as db:
        account = db.scalars(select(Account).where(Account.name == "mumian")).one()
        due = [line.due_at for line in mine(db, accounts.actor_of(db, deployment, account))]
        reminded = db.scalars(select(FollowUp).where(FollowUp.state == FollowUpState.REMINDED)).all()
        mails = db.scalars(select(OutgoingMail)).all()

    assert [when < begins for when in due] == [True, False, False]
    assert begins <= due[1] < ends < due[2]
    assert {one.account_id for one in reminded} == {mail.account_id for mail in mails}
    assert account.id in {one.account_id for one in reminded}


def released(demo: Database, kind: Kind) -> list[Released | None]:
    """The tables of a kind, the oldest first; None where one is withheld."""
    supervisor = Actor(uuid4(), "银杏", frozenset({Role.SUPERVISOR}), Language.CHINESE)
    with demo.read() as db:
        names = sorted(releases.periods(db, supervisor, kind))
        return [releases.find(db, supervisor, kind, name).table for name in names]


@pytest.mark.thorough
def test_the_trail_is_in_the_order_of_time_and_ends_before_now(demo: Database) -> None:
    with demo.read() as db:
        moments = list(db.scalars(select(AuditLine.at).order_by(AuditLine.number)))

    assert moments == sorted(moments)
    assert moments[-1] <= system_clock()


@pytest.mark.thorough
def test_everybody_signs_in_with_what_is_printed(demo: Database, deployment: Deployment, told: str) -> None:
    assert passphrase_of(COUNSELOR) in told  # the others' are made like it
    assert passphrase_of(SUPERVISOR) in told
    for person in PEOPLE:
        assert f" {person.name} {person.alias}" in told
        with demo.write() as db:
            needs = accounts.stretching_of(db, deployment, person.name)
            stretched = stretch_passphrase(passphrase_of(person.name), needs.salt, needs.version)
            attempt = Attempt(person.name, stretched, digits="", browser=None)
            signed_in = sign_in(db, deployment, attempt, now=system_clock())
            assert signed_in is not None
            assert accounts.effective_roles(db, deployment, signed_in.account) == {person.role}


@pytest.mark.thorough
def test_every_printed_code_opens_its_conversation(
    demo: Database, deployment: Deployment, stories: list[Story], told: str
) -> None:
    shown = [story for story in stories if story.show]
    assert len(shown) >= 5
    for story in shown:
        assert " ".join(receipt.grouped(code_of(story))) in told
        stretched = stretch_code(code_of(story), deployment.salt, deployment.stretching)
        keys = receipt_keys(deployment.id, stretched)
        with demo.read() as db:
            ticket = ticket_of_lookup(db, keys.lookup)
            assert ticket is not None
            heard = tickets.read_as_caller(db, deployment, keys.unlock(deployment.id, ticket))
        assert [said.text for said in heard.said] == list(story.talk)


@pytest.mark.thorough
def test_callers_can_write_to_it(demo: Database, deployment: Deployment) -> None:
    with demo.read() as db:
        assert reasons_closed(db, deployment) == []


@pytest.mark.thorough
@pytest.mark.usefixtures("demo")
def test_no_word_of_it_is_in_the_file(folder: Path, stories: list[Story]) -> None:
    stored = databases.stored(folder)

    assert b"ticket.replied" in stored
    for story in stories:
        assert not any(text.encode() in stored for text in (*story.talk, code_of(story)))
    assert not any(passphrase_of(person.name).encode() in stored for person in PEOPLE)


@pytest.mark.thorough
def test_a_second_run_only_says_it_again(folder: Path, demo: Database, told: str) -> None:
    with demo.read() as db:
        before = db.scalars(select(AuditLine.number)).all()

    again = run_demo(folder)

    with demo.read() as db:
        assert db.scalars(select(AuditLine.number)).all() == before
    assert again.output in told


def test_real_data_are_left_alone(tmp_path: Path, founded: tuple[Path, object]) -> None:
    (tmp_path / FILE_NAME).write_bytes((founded[0] / FILE_NAME).read_bytes())
    databases.copy(founded[0], tmp_path)
    before = databases.stored(tmp_path)

    refused = run_demo(tmp_path)

    assert databases.stored(tmp_path) == before
    assert refused.exit_code == 0
    assert "nothing was touched" in refused.output
    assert "listen" not in refused.output


def test_a_founding_record_without_its_database_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "founding.json").write_text("{}")

    refused = run_demo(tmp_path)

    assert refused.exit_code == 1
    assert refused.output.count("\n") == 1
    assert (tmp_path / "founding.json").read_text() == "{}"


@pytest.mark.parametrize("hour", range(24))
def test_at_any_hour_a_story_is_in_order_and_over_before_now(stories: list[Story], hour: int) -> None:
    now = NOON + timedelta(hours=hour)
    hours, luck = load_hours(ZONE), random.Random(hour)
    for story in stories:
        moments = [step.when for step in plan(story, hours, luck, now=now)]

        assert moments == sorted(moments)
        assert now - timedelta(days=33) < moments[0]
        assert moments[-1] < now


def test_the_stories_are_many_and_none_is_told_twice(stories: list[Story]) -> None:
    openings = {story.talk[0] for story in stories}

    assert len(openings) == len(stories)
    assert {story.course for story in stories} == set(Course)
    assert sum(len(story.talk) > 2 for story in stories) >= 30


def test_the_stories_speak_as_a_helpline_does(stories: list[Story]) -> None:
    for story in stories:
        said = " ".join(story.talk) + story.draft
        assert not [word for word in NEVER_SAID if word in said]
        assert "您" not in said
        assert all(len(text) <= tickets.MESSAGE_LIMIT for text in story.talk)
