"""What a caller's forms may hold, and the choices their pages offer."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Annotated, TypeVar

from pydantic import Field

from hotline.base.i18n import N_, Language, translate
from hotline.intake import actions as intake
from hotline.intake import privacy
from hotline.intake.screening import (
    TOPICS_AT_MOST,
    AgeBand,
    Audience,
    FollowUp,
    Safety,
    Topic,
)
from hotline.tickets.actions import MESSAGE_LIMIT
from hotline.web.forms import Form, Says, Text

CLOSEST = N_("Choose the answer closest to how things are, or “I would rather not say”")
MESSAGE_TOO_LONG = N_("Your message must be %(limit)s characters or fewer. You have not lost anything.")

CARRIED = (
    "token",
    "journey",
    "privacy",
    "helped",
    "checking",
    "safety",
    "message",
    "topics",
    "audience",
    "age_band",
    "follow_up",
)
"""The fields that travel from step to step. `helped` is the safety answer for which the help page was
seen, `checking` says that the answers were once complete: a change leads back to the check page."""


class RequestForm(Form):
    """A request, as its last step sends it."""

    safety: Annotated[Safety, Says(missing=CLOSEST, choice=CLOSEST)]
    message: Annotated[str, Text(MESSAGE_LIMIT), Says(too_long=MESSAGE_TOO_LONG)] = ""
    topics: Annotated[tuple[Topic, ...], Field(max_length=TOPICS_AT_MOST)] = ()
    audience: Audience = Audience.UNSAID
    age_band: AgeBand = AgeBand.UNSAID
    follow_up: FollowUp = FollowUp.LATER

    def request(self, language: Language, shown: str) -> intake.Request:
        """The request as intake takes it; `shown` is the privacy wording the form was shown with."""
        return intake.Request(
            self.safety,
            self.message,
            tuple(dict.fromkeys(self.topics)),
            self.audience,
            self.age_band,
            self.follow_up,
            language,
            privacy.accepted(shown),
        )


class AgainForm(Form):
    """One more message in a conversation. `seen` is how many messages its page showed."""

    safety: Annotated[Safety, Says(choice=CLOSEST)] = Safety.SKIP
    message: Annotated[
        str, Text(MESSAGE_LIMIT), Says(missing=N_("Write something first"), too_long=MESSAGE_TOO_LONG)
    ]
    seen: Annotated[int, Field(ge=0)] = 0


class Stay(StrEnum):
    """For how long a device stays signed in."""

    SHORT = "30-minutes"
    LONG = "tomorrow"


STAY_WORDS: dict[Stay, str] = {
    Stay.SHORT: N_("For 30 minutes (shared device)"),
    Stay.LONG: N_("Until tomorrow (my own device)"),
}


class ReturnForm(Form):
    """The receipt code as typed, and for how long this device may stay signed in."""

    code: str = ""
    stay: Stay = Stay.SHORT


Code = TypeVar("Code", bound=StrEnum)


def choices(
    language: Language, words: Mapping[Code, str], *, without: Collection[Code] = ()
) -> list[tuple[str, str]]:
    """Choices in their order as (code, words in the page's language)."""
    return [(code.value, translate(language, said)) for code, said in words.items() if code not in without]


def said(language: Language, words: Mapping[Code, str], code: str) -> str | None:
    """A choice in words; None for what is no choice."""
    found = next((words[one] for one in words if one.value == code), None)
    return None if found is None else translate(language, found)
