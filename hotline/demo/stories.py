"""What is said in the demo: conversations written out in two files, one for each language."""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from hotline.base.digits import check_holds
from hotline.base.i18n import Language
from hotline.intake.actions import Request
from hotline.intake.privacy import CURRENT
from hotline.intake.receipt import LENGTH
from hotline.intake.screening import AgeBand, Audience, FollowUp, Safety, Topic
from hotline.notes.templates import Template
from hotline.tickets.lifecycle import Outcome

FILES = {Language.CHINESE: "stories_zh.toml", Language.ENGLISH: "stories_en.toml"}

Answers = Mapping[str, str | list[str]]


class Course(StrEnum):
    """How far a story has come at the moment the demo is made."""

    WAITING = "waiting"
    LATE = "late"
    ASSIGNED = "assigned"
    TAKEN = "taken"
    OPEN = "open"
    OVERDUE = "overdue"
    LOWERING = "lowering"
    CLOSED = "closed"
    BACK = "back"
    FINISHED = "finished"
    DELETED = "deleted"


@dataclass(frozen=True)
class Again:
    """That somebody writes again: who, on which day counted from today, and why."""

    by: str
    in_days: int
    why: str = field(repr=False)


@dataclass(frozen=True)
class Story:
    """One caller's conversation. `talk` alternates between caller and counselor."""

    key: str
    course: Course
    request: Request
    talk: tuple[str, ...] = field(repr=False)
    outcome: Outcome | None
    note: tuple[Template, Answers] | None
    note_is_draft: bool
    first_review: Answers
    later_review: Answers
    draft: str
    show: str
    again: Again | None

    @property
    def language(self) -> Language:
        """What the caller writes in."""
        return self.request.language


def load_stories() -> list[Story]:
    """All stories, Chinese ones first, in the order of the files."""
    return [story for language, name in FILES.items() for story in _read(language, name)]


def code_of(story: Story) -> str:
    """The story's receipt code: always the same, so that it can be shown again. Only a demo may do this."""
    number = int.from_bytes(hashlib.sha256(f"demo {story.key}".encode()).digest(), "big")
    body = str(number)[: LENGTH - 1]
    return next(code for code in (f"{body}{last}" for last in range(10)) if check_holds(code))


def _read(language: Language, name: str) -> list[Story]:
    file = tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return [
        _story(f"{language}-{number}", language, told, file["common"])
        for number, told in enumerate(file["story"], start=1)
    ]


def _story(key: str, language: Language, told: Mapping[str, Any], common: Mapping[str, Any]) -> Story:
    course, _, outcome = told["course"].partition(":")
    talk = list(told["talk"])
    if len(talk) > 1:
        after = common["after_reply"]
        talk[1] += "\n\n" + after[len(talk[0]) % len(after)]
    return Story(
        key=key,
        course=Course(course),
        request=_request(language, told),
        talk=tuple(talk),
        outcome=Outcome(outcome) if outcome else None,
        note=_note(told, common),
        note_is_draft=told.get("note_is_draft", False),
        first_review=told.get("first_review", {"asked": "not-yet", "why_not": common["why_not_yet"]}),
        later_review=told.get("later_review", {"asked": "said-no", "support": common["support"]}),
        draft=told.get("draft", ""),
        show=told.get("show", ""),
        again=Again(**told["again"]) if "again" in told else None,
    )


def _request(language: Language, told: Mapping[str, Any]) -> Request:
    return Request(
        safety=Safety(told.get("safety", "safe")),
        message=told["talk"][0],
        topics=tuple(Topic(topic) for topic in told["topics"]),
        audience=Audience(told.get("who", "student")),
        age_band=AgeBand(told.get("age", "adult")),
        follow_up=FollowUp(told.get("follow_up", "later")),
        language=language,
        privacy_version=CURRENT,
    )


def _note(told: Mapping[str, Any], common: Mapping[str, Any]) -> tuple[Template, Answers] | None:
    """A text is the heart of a helpline report; a table is a form of its own."""
    note = told.get("note")
    if note is None:
        return None
    if isinstance(note, str):
        usual: dict[str, str | list[str]] = {
            "contact": "first",
            "done": ["listened"],
            "follow_up": "no",
            "minutes": "25",
        }
        return Template.HELPLINE, usual | {"unknown": common["unknown"], "brought": note}
    return Template(note["form"]), {name: value for name, value in note.items() if name != "form"}
