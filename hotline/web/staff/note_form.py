"""Between the forms of notes and what is typed on a page.

Fields carry a prefix there, so that a safety review and a note can stand on one page.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from hotline.base.errors import Invalid, Problem
from hotline.notes.drafts import NOTE, SAFETY
from hotline.notes.templates import FIELDS, Answers, Field, Template
from hotline.web.forms import Bound, Form, Says
from hotline.web.reading import WHOLE_FORM, Typed

SHORT = 100
"""Answers up to this many characters fit one line."""

Form.prose.update(
    prefix + field.name
    for template, fields in FIELDS.items()
    for prefix in (SAFETY if template is Template.SAFETY else NOTE,)
    for field in fields
    if not field.options
)


@dataclass(frozen=True)
class Question:
    """One field as the page asks it."""

    name: str
    field: Field

    @property
    def rows(self) -> int:
        """How tall its box is; 0 for a single line."""
        return 0 if self.field.limit <= SHORT else 2 if self.field.limit <= 500 else 5  # noqa: PLR2004 - sizes


def template_of(code: str) -> Template | None:
    """The form of a note by its code; the safety review is none."""
    return Template(code) if code in set(Template) - {Template.SAFETY} else None


def questions(template: Template, prefix: str) -> list[Question]:
    """The fields of a form in their order."""
    return [Question(prefix + field.name, field) for field in FIELDS[template]]


def answers_of(template: Template, prefix: str, typed: Typed) -> dict[str, str | list[str]]:
    """What was answered, by the names the form has without the prefix."""
    answers: dict[str, str | list[str]] = {}
    for question in questions(template, prefix):
        given = [text for text in typed.all(question.name) if text.strip()]
        if given:
            answers[question.field.name] = given if question.field.many else given[0]
    return answers


def check_form(
    template: Template, prefix: str, typed: Typed, more: Mapping[str, Problem] | None = None
) -> None:
    """`Invalid` for what only the page can see: a broken encoding, one question answered twice, `more`."""
    again = {
        question.field.name: Problem(Says().twice)
        for question in questions(template, prefix)
        if not question.field.many and len(typed.all(question.name)) > 1
    }
    problems = {**typed.problems, **again, **(more or {})}
    if problems:
        raise Invalid(**problems)


def came_back(typed: Typed, prefix: str, wrong: Invalid) -> Bound[Form]:
    """The form as it was typed, its problems under the names that the page has."""
    problems = {
        name if name == WHOLE_FORM else prefix + name: problem for name, problem in wrong.problems.items()
    }
    return Bound(typed, problems=problems)


def as_fields(template: Template, prefix: str, typed: Typed) -> dict[str, str]:
    """Every field of the form as a draft keeps it; one that is empty now is there, empty."""
    return {q.name: "\n".join(typed.all(q.name)) for q in questions(template, prefix)}


def from_fields(template: Template, prefix: str, fields: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """What a draft kept, as if it had been typed."""
    return {
        q.name: tuple(fields[q.name].split("\n")) if q.field.many else (fields[q.name],)
        for q in questions(template, prefix)
        if fields.get(q.name)
    }


def from_answers(prefix: str, answers: Answers) -> dict[str, str]:
    """A kept note's answers as a draft keeps them."""
    return {
        prefix + name: "\n".join(answer) if isinstance(answer, list) else answer
        for name, answer in answers.items()
    }
