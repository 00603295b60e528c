"""What a caller may answer beside the message, in their words, and the place in the queue it gives.

Topics are practice.md §2. A level orders the queue; it predicts nothing (screens.md §1.3).
"""

from collections.abc import Collection
from enum import StrEnum

from hotline.base.i18n import N_
from hotline.tickets.levels import Level
from hotline.tickets.lifecycle import Consent

TOPICS_AT_MOST = 3


class Safety(StrEnum):
    """How things are right now, as the caller says."""

    SAFE = "safe"
    THOUGHTS = "thoughts"
    DANGER = "danger"
    HARMED = "harmed"
    OTHER = "other"
    SKIP = "skip"


SAFETY_WORDS: dict[Safety, str] = {
    Safety.SAFE: N_("I am safe right now"),
    Safety.THOUGHTS: N_(
        "I have thoughts of ending my life or hurting myself, but I am not in danger right now"
    ),
    Safety.DANGER: N_("I am in danger now, or may not be able to keep myself safe"),
    Safety.HARMED: N_("Someone is hurting or threatening me"),
    Safety.OTHER: N_("I am worried about someone else"),
    Safety.SKIP: N_("I would rather not say"),
}


class Topic(StrEnum):
    """What it is mostly about."""

    MOOD = "mood"
    SAFE = "safe"
    SLEEP = "sleep"
    FAMILY = "family"
    PEER = "peer"
    LOVE = "love"
    STUDY = "study"
    WORK = "work"
    MONEY = "money"
    NEEDS = "needs"
    HEALTHEVENT = "healthevent"
    VIOLENCE = "violence"
    HABIT = "habit"
    SELF = "self"
    OTHERP = "otherp"
    INFO = "info"
    UNSURE = "unsure"


TOPIC_WORDS: dict[Topic, str] = {
    Topic.MOOD: N_("Feelings: sad, anxious, angry, numb"),
    Topic.SAFE: N_("Thoughts of ending life or self-harm"),
    Topic.SLEEP: N_("Sleep and body"),
    Topic.FAMILY: N_("Family"),
    Topic.PEER: N_("Friends and roommates"),
    Topic.LOVE: N_("Relationships"),
    Topic.STUDY: N_("Study and exams"),
    Topic.WORK: N_("Work and future"),
    Topic.MONEY: N_("Money and subsidies"),
    Topic.NEEDS: N_("Supplies and daily needs"),
    Topic.HEALTHEVENT: N_("Epidemic or other emergency"),
    Topic.VIOLENCE: N_("Being hurt or harassed"),
    Topic.HABIT: N_("Online use, gaming, smoking, alcohol"),
    Topic.SELF: N_("Self and meaning"),
    Topic.OTHERP: N_("Worried about someone else"),
    Topic.INFO: N_("Just a question"),
    Topic.UNSURE: N_("I am not sure"),
}

PRACTICAL = frozenset({Topic.MONEY, Topic.NEEDS, Topic.INFO})
"""Questions and practical help: nobody needs to be asked about a later check-in."""


class Audience(StrEnum):
    """Who is writing."""

    STUDENT = "student"
    STAFF = "staff"
    FAMILY = "family"
    PUBLIC = "public"
    UNSAID = "unsaid"


AUDIENCE_WORDS: dict[Audience, str] = {
    Audience.STUDENT: N_("A student"),
    Audience.STAFF: N_("A teacher or member of staff"),
    Audience.FAMILY: N_("Family of a student or member of staff"),
    Audience.PUBLIC: N_("Someone from outside"),
    Audience.UNSAID: N_("I would rather not say who I am"),
}


class AgeBand(StrEnum):
    """Roughly how old: some protections differ under 18."""

    UNDER14 = "under14"
    FROM14 = "14to17"
    ADULT = "adult"
    UNSAID = "unsaid"


AGE_WORDS: dict[AgeBand, str] = {
    AgeBand.UNDER14: N_("Under 14"),
    AgeBand.FROM14: N_("14 to 17"),
    AgeBand.ADULT: N_("18 or older"),
    AgeBand.UNSAID: N_("I would rather not say my age"),
}


FollowUp = Consent
"""Whether somebody may write again on their own account, as the form asks it."""

FOLLOW_UP_WORDS: dict[FollowUp, str] = {
    FollowUp.YES: N_("Yes, in about 3 days"),
    FollowUp.NO: N_("No, that is not needed"),
    FollowUp.LATER: N_("I will decide later"),
}


def first_level(safety: Safety, topics: Collection[Topic]) -> Level:
    """The level a request starts at (practice.md §3); a person confirms or changes it.

    The topic of ending one's life is read as `thoughts` is: what is chosen in one place is not lost
    because it was left out in the other.
    """
    if safety in {Safety.DANGER, Safety.HARMED}:
        return Level.P1
    if safety is Safety.THOUGHTS or Topic.SAFE in topics:
        return Level.P2
    if is_practical_only(topics):
        return Level.P4
    return Level.P3


def is_practical_only(topics: Collection[Topic]) -> bool:
    """Whether only questions and practical help were named."""
    return bool(topics) and set(topics) <= PRACTICAL


def shows_help_first(safety: Safety) -> bool:
    """Whether the numbers to call come before anything else is asked."""
    return safety in {Safety.DANGER, Safety.HARMED}


def raised_level(safety: Safety) -> Level | None:
    """The level that a later message asks for with its safety answer; None when it asks for none."""
    urgent = {Safety.DANGER, Safety.HARMED, Safety.THOUGHTS}
    return first_level(safety, ()) if safety in urgent else None
