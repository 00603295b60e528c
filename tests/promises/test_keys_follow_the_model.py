"""Whatever happens in whatever order: somebody can decrypt exactly when the model says so."""

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar
from uuid import UUID

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from hotline.accounts import people, sessions
from hotline.base.errors import HotlineError
from hotline.intake import actions as intake
from hotline.keyring.envelope import Compartment
from hotline.keyring.holder import Unlocked
from hotline.notes import policy as notes_policy
from hotline.tickets import ending
from hotline.tickets import policy as tickets_policy
from hotline.tickets.lifecycle import State
from hotline.tickets.models import Ticket
from tests import flows
from tests.cast import NOON, ZONE, House, Person, copy_house
from tests.promises.model import Story

COUNSELORS = ("lin", "mei")
MANY = 2


class Life(RuleBasedStateMachine):
    """Callers, two counselors, a supervisor and an administrator do as they like."""

    founded: ClassVar[tuple[Path, dict[str, Person]]]

    @initialize()
    def begin(self) -> None:
        template, cast = self.founded
        self.folder = Path(tempfile.mkdtemp())
        self.opening = copy_house(template, cast, self.folder)
        self.house: House = next(self.opening)
        self.house.go_on_duty(*COUNSELORS)
        self.stories: list[Story] = []
        self.version, self.shares = 1, {1: set(COUNSELORS)}
        self.active = set(COUNSELORS)
        self.escrow = flows.escrow_keys(self.house)

    def teardown(self) -> None:
        next(self.opening, None)
        shutil.rmtree(self.folder)

    def pick(self, number: int) -> Story:
        return self.stories[number % len(self.stories)]

    @precondition(lambda self: len(self.stories) < MANY)
    @rule()
    def send(self) -> None:
        self.stories.append(Story(self.house.send(), self.version))

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1), name=st.sampled_from(COUNSELORS))
    def take(self, number: int, name: str) -> None:
        story = self.pick(number)
        free = story.state is State.WAITING or (story.state, story.counselor) == (State.ASSIGNED, name)
        may = free and name in self.active and name in self.shares[story.team_version]
        again = self.is_at_work(story, name)  # which changes nothing
        if self.does(may or again, lambda: flows.take(self.house, name, story.caller)) and may:
            story.state, story.counselor, story.team_version = State.TAKEN, name, 0

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1), name=st.sampled_from(COUNSELORS))
    def assign(self, number: int, name: str) -> None:
        story = self.pick(number)
        may = story.state in {State.WAITING, State.ASSIGNED} and name in self.active
        if self.does(may, lambda: flows.assign(self.house, story.caller, name)):
            story.state, story.counselor = State.ASSIGNED, name

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1), name=st.sampled_from(COUNSELORS))
    def review(self, number: int, name: str) -> None:
        story = self.pick(number)
        may = self.is_at_work(story, name)
        if self.does(may, lambda: flows.review(self.house, name, story.caller)):
            story.is_reviewed = True
            story.wrote_notes.add(name)

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1), name=st.sampled_from(COUNSELORS))
    def note(self, number: int, name: str) -> None:
        story = self.pick(number)
        finished = story.state in {State.CLOSED, State.DELETED}
        may = (self.is_at_work(story, name) or finished) and story.counselor == name
        may = may and name in self.active
        if self.does(may, lambda: flows.note(self.house, name, story.caller, "笔记")):
            story.wrote_notes.add(name)

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1), name=st.sampled_from(COUNSELORS))
    def reply(self, number: int, name: str) -> None:
        story = self.pick(number)
        may = self.is_at_work(story, name) and story.is_reviewed
        self.does(may, lambda: flows.reply(self.house, name, story.caller, "你好。"))

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1), name=st.sampled_from(COUNSELORS))
    def close(self, number: int, name: str) -> None:
        story = self.pick(number)
        may = self.is_at_work(story, name) and story.is_reviewed
        again = (story.state, story.counselor) == (State.CLOSED, name) and name in self.active
        is_done = self.does(may or again, lambda: flows.close(self.house, name, story.caller))
        if is_done and may:
            story.state = State.CLOSED

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1), name=st.sampled_from(COUNSELORS))
    def give_back(self, number: int, name: str) -> None:
        story = self.pick(number)
        may = self.is_at_work(story, name) and self.is_unanswered(story)
        if self.does(may, lambda: flows.give_back(self.house, name, story.caller)):
            self.wait_again(story)

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1))
    def come_back(self, number: int) -> None:
        story = self.pick(number)
        flows.come_back(self.house, story.caller)
        if self.is_unanswered(story) and self.is_left_alone(story):
            self.wait_again(story)

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1))
    def write_again(self, number: int) -> None:
        story = self.pick(number)
        may = story.state is not State.DELETED
        if not self.does(may, lambda: flows.write_again(self.house, story.caller, "还有。")):
            return
        if story.state is State.CLOSED or self.is_left_alone(story):
            self.wait_again(story)

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1))
    def mei_leaves_with_work_in_her_hands_and_its_caller_writes(self, number: int) -> None:
        self.take(number, "mei")
        self.mei_leaves_or_comes_back(stays=False)
        self.write_again(number)

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1))
    def finish(self, number: int) -> None:
        story = self.pick(number)

        def finish() -> None:
            with self.house.database.write() as db:
                ending.finish_as_caller(db, story.caller.keys, tz=ZONE, now=NOON)

        if self.does(story.state is not State.DELETED, finish):
            if story.state is State.ASSIGNED:
                story.counselor = None
            story.state = State.CLOSED

    @precondition(lambda self: self.stories)
    @rule(number=st.integers(0, 1))
    def delete(self, number: int) -> None:
        story = self.pick(number)

        def delete() -> None:
            with self.house.database.write() as db:
                keys = story.caller.keys
                token = sessions.start_caller(db, self.house.deployment, keys, stay=True, now=NOON)
                session = sessions.resume(db, self.house.deployment, sessions.Kind.CALLER, token, now=NOON)
                intake.delete_conversation(db, self.house.deployment, session, tz=ZONE, now=NOON)

        if self.does(story.state is not State.DELETED, delete):
            if story.state is State.ASSIGNED:
                story.counselor = None
            story.state = State.DELETED

    @rule(stays=st.booleans())
    def mei_leaves_or_comes_back(self, *, stays: bool) -> None:
        act = people.enable if stays else people.disable
        with self.house.database.write() as db:
            mei = self.house.person("mei").id
            act(db, self.house.actor(db, "administrator"), mei, now=NOON)
        if stays:
            self.active.add("mei")
            self.house.go_on_duty("mei")
        else:
            self.active.discard("mei")

    @rule()
    def lin_does_something(self) -> None:
        flows.keep_team(self.house, "lin")
        if self.shares[self.version] <= self.active:
            self.shares[self.version] |= self.active
            return
        for story in self.stories:
            if story.team_version:
                story.team_version = self.version + 1
        self.version += 1
        self.shares[self.version] = set(self.active)

    def wait_again(self, story: Story) -> None:
        story.state, story.counselor, story.is_reviewed = State.WAITING, None, False
        story.team_version = self.version

    def is_unanswered(self, story: Story) -> bool:
        with self.house.database.read() as db:
            return db.get_one(Ticket, story.caller.ticket).reply_due_at is not None

    def is_left_alone(self, story: Story) -> bool:
        at_work = story.state in {State.TAKEN, State.ASSIGNED}
        return at_work and story.counselor not in self.active

    def is_at_work(self, story: Story, name: str) -> bool:
        return story.state is State.TAKEN and story.counselor == name and name in self.active

    def does(self, may: bool, act: Callable[[], None]) -> bool:  # noqa: FBT001 (what the model says)
        """Do it: it works exactly when the model says so."""
        try:
            act()
        except HotlineError:
            assert not may
            return False
        assert may
        return True

    @invariant()
    def keys_follow_the_model(self) -> None:
        with self.house.database.read() as db:
            for story in self.stories:
                ticket = story.caller.ticket
                row = db.get_one(Ticket, ticket)
                assert row.state == story.state
                is_there = story.state is not State.DELETED

                def opens(keys: Unlocked, part: Compartment, ticket: UUID = ticket) -> bool:
                    return flows.can_open(self.house, db, keys, ticket, part)

                for name, person in self.house.cast.items():
                    in_team = story.team_holds and name in self.shares[story.team_version]
                    assert opens(person.keys, Compartment.CONVERSATION) == story.holds(name)
                    assert flows.can_open_as_team(self.house, db, person.keys, ticket) == in_team
                    assert opens(person.keys, Compartment.NOTES) == (name in story.wrote_notes)
                assert opens(story.caller.keys, Compartment.CONVERSATION) == is_there
                assert opens(self.escrow, Compartment.CONVERSATION) == is_there
                assert opens(self.escrow, Compartment.NOTES) == bool(story.wrote_notes)
                for other in self.stories:
                    assert not opens(other.caller.keys, Compartment.NOTES)
                    if other is not story:
                        assert not opens(other.caller.keys, Compartment.CONVERSATION)

    @invariant()
    def whom_the_rules_let_read_is_one_person_who_holds_the_key(self) -> None:
        with self.house.database.read() as db:
            for story in self.stories:
                row = db.get_one(Ticket, story.caller.ticket)
                for name in self.house.cast:
                    actor = self.house.actor(db, name)
                    may = tickets_policy.may_read(actor, row)
                    assert may == notes_policy.may_write(actor, row)
                    if may and story.state is not State.DELETED:
                        assert story.holds(name)


def test_whoever_can_decrypt_is_whom_the_model_names(
    founded: tuple[Path, dict[str, Person]],
) -> None:
    Life.founded = founded
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=12,
            stateful_step_count=14,
            deadline=None,
            derandomize=True,
            phases=[Phase.generate],  # a story is short enough to read; shrinking takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
