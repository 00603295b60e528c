"""A form is bound to its model, or it says what is wrong and shows what was typed."""

from enum import StrEnum
from typing import Annotated, Literal

import pytest
from pydantic import SecretStr, field_validator, model_validator

from hotline.base.errors import Problem
from hotline.web.forms import Form, Says, Text, Wrong, bind, blank, texts_to_give_back
from hotline.web.reading import ANOTHER_ENCODING, WHOLE_FORM, Typed

CLOSEST = "Choose the answer closest to how things are"
PARTLY = "Do not write the word secret."
NEITHER = "Write something, or choose a topic."


class Age(StrEnum):
    ADULT = "adult"
    UNSAID = "unsaid"


class Story(Form):
    safety: Annotated[Literal["safe", "danger"], Says(missing=CLOSEST, choice=CLOSEST)]
    story: Annotated[str, Text(10)] = ""
    topics: Annotated[tuple[Literal["study", "sleep", "family"], ...], Says()] = ()
    age: Age = Age.UNSAID
    minutes: int | None = None
    phrase: SecretStr | None = None

    @field_validator("story")
    @classmethod
    def tell_nothing_secret(cls, story: str) -> str:
        if "secret" in story:
            raise Wrong(PARTLY)
        return story

    @model_validator(mode="after")
    def say_something(self) -> "Story":
        if not self.story and not self.topics:
            raise Wrong(NEITHER, field="story")
        return self


def typed(**fields: str | tuple[str, ...]) -> Typed:
    return Typed({n: (v,) if isinstance(v, str) else v for n, v in fields.items()})


def test_a_good_form_gives_its_model() -> None:
    bound = bind(Story, typed(safety="safe", topics=("study", "sleep"), age="adult", other="x"))

    assert bound.problems == {}
    assert bound.model is not None
    assert bound.model.topics == ("study", "sleep")
    assert bound.model.age is Age.ADULT


@pytest.mark.parametrize(
    ("fields", "name", "problem"),
    [
        ({"story": "hello"}, "safety", Problem(CLOSEST)),
        ({"story": "hello", "safety": " "}, "safety", Problem(CLOSEST)),
        ({"story": "hello", "safety": "else"}, "safety", Problem(CLOSEST)),
        ({"safety": "safe", "story": "x" * 11}, "story", Problem(Says().too_long, {"limit": 10})),
        ({"safety": "safe", "topics": ("study", "moon")}, "topics", Problem(Says().choice)),
        ({"safety": "safe", "story": "a", "age": "old"}, "age", Problem(Says().choice)),
        ({"safety": "safe", "story": "a", "minutes": "ten"}, "minutes", Problem(Says().number)),
        ({"safety": "safe", "story": "my secret"}, "story", Problem(PARTLY)),
        ({"safety": "safe"}, "story", Problem(NEITHER)),
        ({"safety": ("safe", "danger"), "story": "a"}, "safety", Problem(Says().twice)),
        ({"safety": ("safe", "safe"), "story": "a"}, "safety", Problem(Says().twice)),
    ],
)
def test_each_mistake_has_its_sentence_at_its_field(
    fields: dict[str, str | tuple[str, ...]], name: str, problem: Problem
) -> None:
    bound = bind(Story, typed(**fields))

    assert bound.model is None
    assert bound.problems == {name: problem}


def test_what_was_typed_is_shown_again_and_a_missing_field_is_empty() -> None:
    bound = bind(Story, typed(safety=("danger", "safe"), story="x" * 20, topics=("moon",)))

    assert bound.text("safety") == "danger"
    assert bound.text("story") == "x" * 20
    assert bound.all("topics") == ("moon",)
    assert bound.has("topics", "moon")
    assert not bound.has("age")
    assert (bound.text("age"), bound.all("age")) == ("", ())


@pytest.mark.parametrize("text", ["难" * 10, "😀" * 10, "a\n" * 5])
def test_characters_are_counted_as_people_count_them(text: str) -> None:
    assert bind(Story, typed(safety="safe", story=text)).model is not None
    assert bind(Story, typed(safety="safe", story=text + "!")).model is None


def test_another_encoding_is_never_accepted_as_it_stands() -> None:
    fields = {"safety": ("safe",), "story": ("睡不好",)}

    bound = bind(Story, Typed(fields, {WHOLE_FORM: ANOTHER_ENCODING}))

    assert bound.model is None
    assert bound.problems == {WHOLE_FORM: ANOTHER_ENCODING}
    assert bound.text("story") == "睡不好"


def test_an_action_can_add_a_problem() -> None:
    bound = bind(Story, typed(safety="safe", story="hello")).with_problem("story", "Too %(n)s", n=1)

    assert bound.model is None
    assert bound.problems == {"story": Problem("Too %(n)s", {"n": 1})}
    assert bound.text("story") == "hello"


def test_a_secret_is_never_shown_again() -> None:
    sent = typed(safety="safe", story="hello", phrase="two words of it")

    bound = bind(Story, sent)

    assert bound.model is not None
    assert bound.text("phrase") == ""
    assert bound.all("phrase") == ()
    assert texts_to_give_back(sent) == [("story", "hello")]


def test_a_blank_form_has_no_problems() -> None:
    bound = blank(Story, age="adult")

    assert bound.problems == {}
    assert bound.model is None
    assert bound.text("age") == "adult"


def test_free_text_is_given_back_and_choices_and_tokens_are_not() -> None:
    sent = typed(safety="safe", story="help", remark="无名", state="ab12" * 16, code="1234 5678")

    assert texts_to_give_back(sent) == [("story", "help"), ("remark", "无名")]
