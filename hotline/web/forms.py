"""Binding what was typed to a model: either the model, or what is wrong, field by field, in words.

A form is a frozen pydantic model. Nothing typed is lost: the page shows `Bound.text(…)` again.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Annotated, Any, ClassVar, Generic, TypeVar, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    SecretStr,
    ValidationError,
)
from pydantic_core import CoreSchema, ErrorDetails
from starlette.requests import Request

from hotline.base.errors import Problem
from hotline.base.i18n import N_
from hotline.web.reading import WHOLE_FORM, Typed, read_form

LISTS = (list, tuple, set, frozenset)


@dataclass(frozen=True)
class Text:
    """Marks free text of at most `limit` characters: `Annotated[str, Text(4000)]`.

    Characters are counted as people count them in Chinese: one code point each, a line end one.
    """

    limit: int

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        schema: Any = handler(source)
        schema["max_length"] = self.limit
        return schema  # type: ignore[no-any-return]  # a str schema with one more key


@dataclass(frozen=True, kw_only=True)
class Says:
    """What a field says when something is wrong; `%(limit)s` is the limit that was passed."""

    missing: str = N_("Give an answer here.")
    too_long: str = N_("This must be %(limit)s characters or fewer. You have not lost anything.")
    too_short: str = N_("This must be at least %(limit)s characters.")
    too_many: str = N_("Choose %(limit)s or fewer.")
    choice: str = N_("Choose one of the answers shown.")
    number: str = N_("Write a whole number in digits.")
    twice: str = N_("This was answered twice. Choose one answer.")
    wrong: str = N_("Check this answer.")


SENTENCE_OF: Mapping[str, str] = {
    "missing": "missing",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_many",
    "literal_error": "choice",
    "enum": "choice",
    "int_type": "number",
    "int_parsing": "number",
    "int_parsing_size": "number",
}


class Wrong(ValueError):
    """Raised in a form's validator: this answer cannot be taken, for the reason in `message`.

    `field` is needed only in a validator of the whole model that blames one field.
    """

    def __init__(self, message: str, *, field: str | None = None, **values: object) -> None:
        super().__init__(message)
        self.field = field
        self.problem = Problem(message, values)


MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
"""What browsers take for an address (HTML, "valid e-mail address"), with a dot in the host."""


def _mail_address(typed: str) -> str:
    """The address without the spaces around it; empty where none was given."""
    mail = typed.strip()
    if mail and not MAIL.fullmatch(mail):
        raise Wrong(N_("Enter a mail address such as name@example.org, or leave it empty"))
    return mail


MailAddress = Annotated[str, Field(max_length=254), AfterValidator(_mail_address)]
"""An address that mails can be sent to, or nothing; 254 characters as in RFC 5321 §4.5.3.1.3."""


class Form(BaseModel):
    """What a form's fields must be. Unknown fields are ignored, blank ones count as not given.

    A field of type SecretStr is never shown again, on no page.
    """

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    prose: ClassVar[set[str]] = set()
    secrets: ClassVar[set[str]] = {"code", "passphrase", "password", "totp", "token", "journey"}
    """The names, over all forms, of free texts and of what no page may show again."""

    @classmethod
    def __pydantic_init_subclass__(cls, **_kwargs: object) -> None:
        Form.prose.update(
            name
            for name, info in cls.model_fields.items()
            if any(isinstance(mark, Text) for mark in info.metadata)
        )
        Form.secrets.update(secrets_of(cls))


M = TypeVar("M", bound=Form)


@dataclass(frozen=True)
class Bound(Generic[M]):
    """A form as it came back: what was typed, and either the model or the problems."""

    raw: Typed = field(default_factory=Typed)
    model: M | None = None
    problems: Mapping[str, Problem] = field(default_factory=dict)
    secrets: frozenset[str] = frozenset()

    def text(self, name: str) -> str:
        """What was typed in a field, to be shown again; nothing for a secret."""
        return "" if name in self.secrets else self.raw.text(name)

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, to be shown again."""
        return () if name in self.secrets else self.raw.all(name)

    def has(self, name: str, value: str | None = None) -> bool:
        """Whether the field arrived, or arrived with this value: for `checked` and `selected`."""
        return self.raw.has(name, value)

    def with_problem(self, name: str, message: str, **values: object) -> "Bound[M]":
        """The same form, now with a problem that only the action could see."""
        return self.with_problems({name: Problem(message, values)})

    def with_problems(self, problems: Mapping[str, Problem]) -> "Bound[M]":
        """The same form with the problems of an `Invalid`."""
        return replace(self, model=None, problems={**self.problems, **problems})


def blank(model: type[M], **first: str) -> Bound[M]:
    """A form nobody has filled in yet, with the values it starts from."""
    typed = Typed({name: (value,) for name, value in first.items()})
    return Bound(typed, secrets=secrets_of(model))


def form_of(model: type[M]) -> Callable[[Request], Awaitable[Bound[M]]]:
    """The dependency that reads a request's form: `Annotated[Bound[F], Depends(form_of(F))]`."""

    async def bound(request: Request) -> Bound[M]:
        return bind(model, await read_form(request))

    return bound


def bind(model: type[M], typed: Typed) -> Bound[M]:
    """Look at what was typed through a model. `model` is None exactly when there are problems."""
    says, lists = _says_of(model), _lists_of(model)
    problems = dict(typed.problems)
    bound: M | None = None
    try:
        bound = model.model_validate(_values(model, typed))
    except ValidationError as error:
        for details in error.errors(include_url=False, include_input=False):
            name, problem = _problem(details, says)
            problems.setdefault(name, problem)
    for name in model.model_fields:
        if name not in lists and len(typed.all(name)) > 1:
            problems[name] = Problem(says[name].twice)
    return Bound(typed, None if problems else bound, problems, secrets_of(model))


def texts_to_give_back(typed: Typed) -> list[tuple[str, str]]:
    """What a person wrote, by field name, for a page that can only give it back to be copied.

    Choices and tokens are left out; secrets always are.
    """
    return [
        (name, text)
        for name, values in typed.fields.items()
        if name not in Form.secrets
        for text in values
        if text.strip() and (name in Form.prose or _reads_like_prose(text))
    ]


@cache
def secrets_of(model: type[Form]) -> frozenset[str]:
    """The fields of a form that are never shown again."""
    return frozenset(name for name, info in model.model_fields.items() if _holds(info.annotation, SecretStr))


def _reads_like_prose(text: str) -> bool:
    return not text.isascii() or len(text.split()) > 1


def _values(model: type[Form], typed: Typed) -> dict[str, object]:
    values: dict[str, object] = {}
    for name in model.model_fields:
        given = [value for value in typed.all(name) if value.strip()]
        if given:
            values[name] = given if name in _lists_of(model) else given[0]
    return values


def _problem(details: ErrorDetails, says: Mapping[str, Says]) -> tuple[str, Problem]:
    """Where a pydantic error belongs, and its sentence."""
    context = details.get("ctx", {})
    name = str(details["loc"][0]) if details["loc"] else WHOLE_FORM
    own = context.get("error")
    if isinstance(own, Wrong):
        return own.field or name, own.problem
    limit = context.get("max_length", context.get("min_length"))
    sentence = getattr(says.get(name, Says()), SENTENCE_OF.get(details["type"], "wrong"))
    return name, Problem(sentence, {} if limit is None else {"limit": limit})


@cache
def _says_of(model: type[Form]) -> Mapping[str, Says]:
    """What each field says when something is wrong."""
    return {
        name: next((mark for mark in info.metadata if isinstance(mark, Says)), Says())
        for name, info in model.model_fields.items()
    }


@cache
def _lists_of(model: type[Form]) -> frozenset[str]:
    """The fields that take several answers."""
    fields = model.model_fields.items()
    return frozenset(name for name, info in fields if any(_holds(info.annotation, kind) for kind in LISTS))


def _holds(annotation: object, kind: type) -> bool:
    """Whether a type is the kind, or a union with it."""
    if annotation is kind or get_origin(annotation) is kind:
        return True
    is_generic = get_origin(annotation) in LISTS
    return not is_generic and any(_holds(part, kind) for part in get_args(annotation))
