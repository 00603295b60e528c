"""What a person does with a page: reads it, fills in its form, presses a button."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

import httpx

Fields = dict[str, list[str]]


@dataclass
class Form:
    """One form of a page: where it goes and what it carries as it stands."""

    action: str
    fields: Fields = field(default_factory=dict)
    buttons: list[tuple[str, str, str, str]] = field(default_factory=list)
    """Each button as (its words, where it goes, its name, its value)."""

    def add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: dict[str, Form] = {}
        self.open: Form | None = None
        self.area = ""
        self.button: dict[str, str] | None = None
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            name = given.get("id", given["action"])
            self.open = self.forms.setdefault(name, Form(given["action"]))
        elif tag == "textarea":
            self.area, self.words = given.get("name", ""), ""
        elif tag == "button":
            self.button, self.words = given, ""
        elif tag == "input" and self.open is not None and _is_sent(given):
            self.open.add(given["name"], given.get("value", "on"))

    def handle_data(self, data: str) -> None:
        self.words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "textarea" and self.open is not None and self.area:
            self.open.add(self.area, self.words.removeprefix("\n"))
            self.area = ""
        elif tag == "button" and self.button is not None:
            self._press_later(self.button)
            self.button = None

    def _press_later(self, button: dict[str, str]) -> None:
        owner = self.forms.get(button.get("form", ""), self.open)
        if owner is not None:
            goes_to = button.get("formaction") or owner.action
            owner.buttons.append(
                (" ".join(self.words.split()), goes_to, button.get("name", ""), button.get("value", ""))
            )


def _is_sent(given: dict[str, str]) -> bool:
    is_choice = given.get("type") in {"radio", "checkbox"}
    return bool(given.get("name")) and (not is_choice or "checked" in given)


def forms_of(answer: httpx.Response) -> dict[str, Form]:
    """The forms of a page by id, or by action where they have none."""
    known = _Reader()
    known.feed(answer.text)
    # A button may stand before the form that it names: read again, now with all forms known.
    reader = _Reader()
    reader.forms = {name: Form(form.action) for name, form in known.forms.items()}
    reader.feed(answer.text)
    return reader.forms


def buttons_of(answer: httpx.Response) -> list[str]:
    """The words on the buttons of the page's form."""
    return [words for words, *_ in forms_of(answer)["step"].buttons]


def fill(answer: httpx.Response, form: str = "step", **answers: str | list[str]) -> Fields:
    """What the page's form would send with these answers given."""
    fields = {name: list(values) for name, values in forms_of(answer)[form].fields.items()}
    for name, given in answers.items():
        fields[name] = given if isinstance(given, list) else [given]
    return fields


def press(
    visitor: httpx.Client,
    answer: httpx.Response,
    words: str,
    *,
    form: str = "step",
    **answers: str | list[str],
) -> httpx.Response:
    """Fill in the page's form and press the button with these words; redirects are followed."""
    _, goes_to, name, value = next(button for button in forms_of(answer)[form].buttons if button[0] == words)
    fields = fill(answer, form, **answers)
    if name:
        fields[name] = [value]
    return visitor.post(goes_to, data=fields, follow_redirects=True)


def switch_language(
    visitor: httpx.Client, answer: httpx.Response, **answers: str | list[str]
) -> httpx.Response:
    """Press the language switch in the header with these answers already given."""
    other = "English" if 'lang="zh-Hans"' in answer.text.split(">", 2)[1] else "简体中文"
    form = next(
        name for name, form in forms_of(answer).items() if any(one[0] == other for one in form.buttons)
    )
    return press(visitor, answer, other, form=form, **answers)


def text_of(answer: httpx.Response) -> str:
    """The page's text without its markup, in one line."""
    main = answer.text.partition("<main")[2].partition(">")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", main)).split())


def title_of(answer: httpx.Response) -> str:
    found = re.search(r"<title>(.*?)</title>", answer.text)
    return unescape(found[1]) if found else ""


def heading_of(answer: httpx.Response) -> str:
    found = re.findall(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
    assert len(found) == 1, "a page has one H1"
    return unescape(re.sub(r"<[^>]+>", "", found[0])).strip()


def code_on(answer: httpx.Response) -> str | None:
    """The receipt code that the page shows, as 24 digits."""
    shown = re.search(r'id="code"[^>]*>(.*?)</p>', answer.text, re.DOTALL)
    return "".join(re.findall(r"\d", re.sub(r"<[^>]+>", "", shown[1]))) if shown else None


def problems_on(answer: httpx.Response) -> Iterator[str]:
    """The sentences of the error summary."""
    summary = answer.text.partition('class="error-summary"')[2].partition("</ul>")[0]
    for line in re.findall(r"<li>(.*?)</li>", summary, re.DOTALL):
        yield unescape(re.sub(r"<[^>]+>", "", line)).strip()


def write(visitor: httpx.Client, safety: str = "safe") -> httpx.Response:
    """Go to the empty message page in the way people do."""
    first = press(visitor, visitor.get("/write"), "Go on", safety=safety)
    if heading_of(first) == "If you are in danger, call now":
        first = press(visitor, first, "Send my message as well")
    return first


def send(visitor: httpx.Client, safety: str = "safe", **answers: str | list[str]) -> httpx.Response:
    """The shortest way: the safety answer, the message page, the page with the code."""
    return press(visitor, write(visitor, safety), "Send now", form="step", **answers)


def enter(visitor: httpx.Client, code: str, **answers: str) -> httpx.Response:
    """Come back with a code."""
    return press(visitor, visitor.get("/read"), "Open my conversation", code=code, **answers)
