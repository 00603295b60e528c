"""The forms a note can take, field by field with their limits in characters (practice.md §4).

There is no field for a diagnosis in any of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from hotline.base.digits import whole_number
from hotline.base.errors import Invalid, Problem
from hotline.base.i18n import N_

Answers = Mapping[str, str | list[str]]

A_DAY = 24 * 60
"""Minutes; more than that was not spent on one contact."""


class Template(StrEnum):
    """Which form a note has."""

    HELPLINE = "helpline"
    DAP = "dap"
    SOAP = "soap"
    BIRP = "birp"
    SAFETY = "safety"


@dataclass(frozen=True)
class Field:
    """One field: a text of at most `limit` characters, a whole number of at most `most`, or a choice.

    A choice is one (or `many`) of `options`.
    """

    name: str
    label: str
    limit: int = 0
    most: int = 0
    options: tuple[tuple[str, str], ...] = ()
    many: int = 0
    needed: bool = False


TEMPLATE_WORDS: dict[Template, str] = {
    Template.HELPLINE: N_("Helpline report"),
    Template.DAP: N_("DAP note"),
    Template.SOAP: N_("SOAP note"),
    Template.BIRP: N_("BIRP note"),
    Template.SAFETY: N_("Safety review"),
}

_YES_NO = (("yes", N_("Yes")), ("no", N_("No")))

_HELPLINE = (
    Field(
        "contact",
        N_("Kind of contact"),
        options=(
            ("first", N_("First contact")),
            ("repeat", N_("Repeat contact")),
            ("third-party", N_("About someone else")),
            ("non-counselling", N_("Not counseling")),
        ),
    ),
    Field("brought", N_("What the person brought"), 1000),
    Field("safety", N_("Safety, as far as it is known"), 500),
    Field(
        "done",
        N_("What we did"),
        options=(
            ("listened", N_("Listened")),
            ("information", N_("Gave information")),
            ("coping", N_("A coping idea")),
            ("safety-plan", N_("Safety plan")),
            ("referral", N_("Referral")),
        ),
        many=5,
    ),
    Field("done_more", N_("What we did, in words"), 500),
    Field("response", N_("How the person responded"), 300),
    Field("promised", N_("What was promised, and by when"), 300),
    Field("follow_up", N_("Follow-up wanted"), options=_YES_NO),
    Field("unknown", N_("What is unknown, limits of my view"), 300),
    Field("minutes", N_("Time spent in minutes"), most=A_DAY),
    Field("supervision", N_("I would like supervision on this"), options=_YES_NO),
)

_SAFETY = (
    Field(
        "asked",
        N_("Did you ask directly about suicide?"),
        options=(
            ("said-yes", N_("Asked: the caller said yes")),
            ("said-no", N_("Asked: the caller said no")),
            ("not-yet", N_("Not yet possible to ask")),
        ),
        needed=True,
    ),
    Field("why_not", N_("If not yet asked: why"), 300),
    Field("thoughts", N_("Thoughts"), 300),
    Field("plan", N_("Plan"), 300),
    Field("means", N_("Means at hand"), 300),
    Field("time_frame", N_("Time frame"), 300),
    Field("alone", N_("Alone or with somebody"), 300),
    Field("support", N_("Support and reasons for living"), 500),
    Field("agreed", N_("What the caller agreed to do"), 500),
    Field("unknown", N_("What is still unknown"), 300),
    Field("level_reason", N_("Why this level"), 300),
)

FIELDS: dict[Template, tuple[Field, ...]] = {
    Template.HELPLINE: _HELPLINE,
    Template.DAP: (
        Field("data", N_("Data: said, and observed in the text"), 1500),
        Field("assessment", N_("Assessment: my view"), 800),
        Field("plan", N_("Plan for what comes next"), 500),
    ),
    Template.SOAP: (
        Field("subjective", N_("Subjective: what the person says"), 1000),
        Field("objective", N_("Objective: only what the text shows"), 500),
        Field("assessment", N_("Assessment: my view"), 800),
        Field("plan", N_("Plan for what comes next"), 500),
    ),
    Template.BIRP: (
        Field("behaviour", N_("Behaviour"), 800),
        Field("intervention", N_("Intervention"), 800),
        Field("response", N_("Response"), 500),
        Field("plan", N_("Plan for what comes next"), 500),
    ),
    Template.SAFETY: _SAFETY,
}


def check(template: Template, answers: Answers, *, is_final: bool = True) -> dict[str, str | list[str]]:
    """The answers that belong to the form, in its order; `Invalid` says which are too long or unknown.

    A number is kept in plain digits. Until a note is final it may still be anything.
    """
    problems: dict[str, Problem] = {}
    kept: dict[str, str | list[str]] = {}
    for field in FIELDS[template]:
        answer = _as_kept(field, answers.get(field.name, ""))
        problem = _problem(field, answer, is_final=is_final)
        if problem is not None:
            problems[field.name] = problem
        elif answer:
            kept[field.name] = answer
    if not problems and not kept:
        problems[FIELDS[template][0].name] = Problem(N_("Write something first"))
    if problems:
        raise Invalid(**problems)
    return kept


def _as_kept(field: Field, answer: str | list[str]) -> str | list[str]:
    """Nothing for blanks, plain digits for a number, everything else as it was typed."""
    if isinstance(answer, list):
        return answer
    number = whole_number(answer, most=field.most) if field.most else None
    return str(number) if number is not None else answer if answer.strip() else ""


def _problem(field: Field, answer: str | list[str], *, is_final: bool) -> Problem | None:
    if field.needed and not answer:
        return Problem(N_("Choose one of the answers shown."))
    if field.options:
        chosen = answer if isinstance(answer, list) else [answer] if answer else []
        known = {value for value, _ in field.options}
        if not set(chosen) <= known or len(chosen) > max(1, field.many):
            return Problem(N_("Choose one of the answers shown."))
        return None
    if field.most:
        is_number = not isinstance(answer, list) and whole_number(answer, most=field.most) is not None
        said = N_("Write a whole number of minutes, %(most)s or fewer. You have not lost anything.")
        return Problem(said, {"most": field.most}) if is_final and answer and not is_number else None
    if not isinstance(answer, str) or len(answer) > field.limit:
        said = N_("This must be %(limit)s characters or fewer. You have not lost anything.")
        return Problem(said, {"limit": field.limit})
    return None
