"""The place in the queue that a caller's own answers give (practice.md §3)."""

import pytest

from hotline.intake.screening import (
    AGE_WORDS,
    AUDIENCE_WORDS,
    FOLLOW_UP_WORDS,
    SAFETY_WORDS,
    TOPIC_WORDS,
    AgeBand,
    Audience,
    FollowUp,
    Safety,
    Topic,
    first_level,
    is_practical_only,
    shows_help_first,
)
from hotline.tickets.levels import Level


@pytest.mark.parametrize(
    ("safety", "topics", "level"),
    [
        (Safety.DANGER, (), Level.P1),
        (Safety.HARMED, (), Level.P1),
        (Safety.DANGER, (Topic.INFO,), Level.P1),
        (Safety.HARMED, (Topic.MONEY,), Level.P1),
        (Safety.DANGER, (Topic.SAFE,), Level.P1),
        (Safety.THOUGHTS, (), Level.P2),
        (Safety.THOUGHTS, (Topic.INFO,), Level.P2),
        (Safety.SAFE, (Topic.SAFE,), Level.P2),
        (Safety.SKIP, (Topic.SAFE, Topic.INFO), Level.P2),
        (Safety.SAFE, (), Level.P3),
        (Safety.OTHER, (), Level.P3),
        (Safety.SKIP, (), Level.P3),
        (Safety.SAFE, (Topic.MOOD,), Level.P3),
        (Safety.SAFE, (Topic.INFO, Topic.MOOD), Level.P3),
        (Safety.SAFE, (Topic.INFO,), Level.P4),
        (Safety.SAFE, (Topic.MONEY, Topic.NEEDS, Topic.INFO), Level.P4),
        (Safety.OTHER, (Topic.INFO,), Level.P4),
        (Safety.SKIP, (Topic.NEEDS,), Level.P4),
    ],
)
def test_answers_give_a_level(safety: Safety, topics: tuple[Topic, ...], level: Level) -> None:
    assert first_level(safety, topics) is level


def test_no_topic_ever_makes_danger_less_urgent() -> None:
    for topic in Topic:
        assert first_level(Safety.DANGER, (topic,)) is Level.P1
        assert first_level(Safety.HARMED, (topic,)) is Level.P1
        assert not first_level(Safety.SAFE, (topic, Topic.SAFE)).is_more_urgent_than(Level.P2)


def test_help_comes_first_for_danger_and_harm_alone() -> None:
    assert {safety for safety in Safety if shows_help_first(safety)} == {Safety.DANGER, Safety.HARMED}


def test_nothing_named_is_not_practical() -> None:
    assert not is_practical_only(())


def test_every_answer_has_its_words() -> None:
    assert set(SAFETY_WORDS) == set(Safety)
    assert set(TOPIC_WORDS) == set(Topic)
    assert set(AUDIENCE_WORDS) == set(Audience)
    assert set(AGE_WORDS) == set(AgeBand)
    assert set(FOLLOW_UP_WORDS) == set(FollowUp)
    assert len(Topic) == 17
