"""Every form works as plain HTML, and the whole story is told by following links and sending forms."""

import itertools
import re
import sys
import traceback
from collections.abc import Callable, Iterator

import httpx
import pytest

from hotline.web.access import routes_of
from hotline.web.caller.forms import CARRIED
from hotline.web.reading import HELP_NOW, Typed
from tests.cast import digits_of
from tests.promises.markup import Node, controls_of, names_in, targets_of, tree_of
from tests.promises.stage import Stage
from tests.promises.tour import Screen

CARRIED_ON = {*CARRIED, "form_id"}
"""What travels on to the last step: a caller's answers; and past the preview, that a reply counts once."""


@pytest.fixture
def screens(screens_in: Callable[[str], list[Screen]]) -> list[Screen]:
    """Every screen; the language changes no form."""
    return screens_in("en")


def forms_on(screens: list[Screen]) -> Iterator[tuple[Screen, Node]]:
    for screen in screens:
        for form in screen.tree.all("form"):
            yield screen, form


SHOWING = {"language", HELP_NOW}


def test_every_form_goes_to_an_address_of_ours_that_takes_it(stage: Stage, screens: list[Screen]) -> None:
    lost = {
        f"{form['method']} {target} on {screen.name}"
        for screen, form in forms_on(screens)
        for target in targets_of(screen.tree, form)
        if not is_route(stage, form["method"].upper(), target)
    }

    assert lost == set()
    assert not is_route(stage, "POST", "/before")


def test_every_link_leads_to_a_page_of_ours_or_says_that_it_leaves(
    stage: Stage, screens: list[Screen]
) -> None:
    lost = {
        f"{link['href']} on {screen.name}"
        for screen in screens
        for link in screen.tree.all("a")
        if link["href"].startswith("/") and not is_route(stage, "GET", link["href"])
    }

    assert lost == set()


def test_everything_a_page_asks_for_stands_in_a_form(screens: list[Screen]) -> None:
    """A button or a field outside of every form does nothing without a script."""
    alone = [
        f"{one.attrs} on {screen.name}"
        for screen in screens
        for one in screen.tree.all("input", "textarea", "select", "button")
        if not (one.within("form") or one["form"] or "readonly" in one.attrs or "hidden" in one.attrs)
    ]

    assert alone == []


def test_every_form_can_be_sent_without_a_script(screens: list[Screen]) -> None:
    mute = [
        f"{form.attrs} on {screen.name}"
        for screen, form in forms_on(screens)
        if not any(one.tag == "button" and one["type"] != "button" for one in controls_of(screen.tree, form))
        and "somebody else decides" not in form.text
    ]

    assert mute == []


@pytest.mark.thorough
def test_every_field_of_a_form_is_one_that_its_addresses_take(
    stage: Stage, screens: list[Screen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One form may have several buttons: what one address leaves alone is for another."""
    asked = listen(monkeypatch)
    lost = []
    for screen, form in different_forms(screens):
        asked.clear()
        for target, fields in presses(screen.tree, form):
            stage.reset()
            browser = stage.browser(screen.role)
            browser.post(target, data=fields, headers={"Accept": "text/html"}, follow_redirects=True)
        if left := names_in(screen.tree, form) - asked - CARRIED_ON:
            lost.append(f"{sorted(left)} on {screen.name}")

    assert not lost, "\n".join(lost)


def different_forms(screens: list[Screen]) -> list[tuple[Screen, Node]]:
    """One of each kind: the same names at the same kind of address."""
    found: dict[tuple[str, frozenset[str]], tuple[Screen, Node]] = {}
    for screen, form in forms_on(screens):
        kind = re.sub(r"[0-9a-f-]{10,}", "…", form["action"])
        found.setdefault((kind, frozenset(names_in(screen.tree, form))), (screen, form))
    return list(found.values())


def presses(page: Node, form: Node) -> Iterator[tuple[str, dict[str, str]]]:
    """Each button pressed once: where to, and every field with a value it offers or something typed."""
    controls = controls_of(page, form)
    given: dict[str, str] = {}
    for one in controls:
        if one.tag != "button" and one["name"]:
            options = [option["value"] for option in one.all("option")]
            given.setdefault(one["name"], (options or [one["value"]])[-1] or "1")
    for one in controls:
        if one.tag == "button":
            own = {one["name"]: one["value"]} if one["name"] else {}
            yield one["formaction"] or form["action"], given | own


def listen(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The names of fields that are asked for from now on."""
    asked: set[str] = set()
    for verb in ("text", "all", "has"):
        plain = getattr(Typed, verb)

        def asking(typed: Typed, name: str, *more: str, plain: object = plain) -> object:
            if not is_drawing():
                asked.add(name)
            return plain(typed, name, *more)  # type: ignore[operator]  # a method of Typed

        monkeypatch.setattr(Typed, verb, asking)
    return asked


def is_drawing() -> bool:
    """Whether a template asks, which shows again whatever stands in the form and takes nothing."""
    frames = traceback.walk_stack(sys._getframe(2))
    return any(frame.f_code.co_filename.endswith(".html") for frame, _ in itertools.islice(frames, 8))


def is_route(stage: Stage, method: str, address: str) -> bool:
    """Whether there is a route for this method at this address."""
    path = address.partition("?")[0].partition("#")[0]
    return any(asked.fullmatch(path) and method in methods for asked, methods in addresses_of(stage))


def addresses_of(stage: Stage) -> list[tuple[re.Pattern[str], set[str]]]:
    """Every route's address and methods: the stage has the same application from beginning to end."""
    return stage.once(
        addresses_of, lambda: [(route.path_regex, route.methods or set()) for route in routes_of(stage.app)]
    )


class Reader:
    """Somebody with a browser that runs no script: reads a page, follows its links, sends its forms."""

    def __init__(self, stage: Stage, *, language: str = "en") -> None:
        self.stage = stage
        self.browser = stage.browser("nobody", language=language)
        self.browser.follow_redirects = True

    def open(self, address: str) -> "Reader":
        """Type an address."""
        return self._see(self.browser.get(address))

    def follow(self, address: str) -> "Reader":
        """Click a link that is on the page."""
        assert self.tree.all("a", href=address), f"no link to {address} on {self.page.url}"
        return self.open(address)

    def send(self, target: str, press: str = "", **answers: str) -> "Reader":
        """Fill in the form that goes there, and press the button (by its value when there are several)."""
        form, button = self._form(target, press)
        fields = {**self._fields(form), **answers}
        unknown = answers.keys() - names_in(self.tree, form)
        assert not unknown, f"no field {unknown} in the form to {target}"
        if button["name"]:
            fields[button["name"]] = button["value"]
        return self._see(self.browser.post(target, data=fields, headers={"Referer": str(self.page.url)}))

    def _see(self, page: httpx.Response) -> "Reader":
        assert page.is_success, (page, page.text)
        self.page, self.tree = page, tree_of(page.text)
        return self

    def _form(self, target: str, press: str) -> tuple[Node, Node]:
        for form in self.tree.all("form"):
            for one in controls_of(self.tree, form):
                goes_to = one["formaction"] or form["action"]
                if one.tag == "button" and goes_to == target and press in {"", one["value"]}:
                    return form, one
        raise AssertionError(f"no button to {target} on {self.page.url}")

    def _fields(self, form: Node) -> dict[str, str]:
        given = {}
        for one in controls_of(self.tree, form):
            is_chosen = one["type"] not in {"radio", "checkbox"} or "checked" in one.attrs
            if one.tag == "textarea":
                given[one["name"]] = "".join(one.texts).removeprefix("\n")
            elif one.tag == "select":
                chosen = [option["value"] for option in one.all("option") if "selected" in option.attrs]
                given[one["name"]] = (chosen or [one.all("option")[0]["value"]])[0]
            elif one.tag == "input" and one["name"] and is_chosen:
                given[one["name"]] = one["value"]
        return given


def test_the_story_is_told_by_links_and_forms_alone(stage: Stage) -> None:
    first, again, answer, note = (
        "第一封信，没有脚本。",
        "谢谢你，我读到了。",
        "谢谢你写信来。",
        "一次没有脚本的谈话。",
    )
    caller = Reader(stage).open("/").follow("/before").follow("/write")
    caller.send("/write/message", safety="thoughts").send("/write/details", message=first)
    caller.send("/write/check", age_band="adult").send("/write/send")
    code = caller.tree.one("p", id="code").text
    caller.send("/write/kept").follow("/read")

    lin = sign_in(Reader(stage), stage, "lin")
    lin.follow("/staff/queue").send("/staff/queue/next")
    at = lin.page.url.path
    assert first in lin.page.text
    lin.send(f"{at}/safety", safety_asked="said-yes", safety_plan="没有计划")
    lin.send(f"{at}/messages", "preview", text=answer).send(f"{at}/messages")
    lin.send(f"{at}/notes", "final", note_brought=note)
    assert note in lin.page.text

    caller.open("/").follow("/read").send("/read", code=code)
    assert answer in caller.page.text
    caller.send("/conversation/messages", message=again)
    lin.open("/staff").follow(at)
    assert again in lin.page.text
    lin.send(f"{at}/close", outcome="listened").send("/staff/sign-out")
    caller.send("/conversation").send("/conversation/delete").send("/conversation/delete", "conversation")
    assert sign_in(lin, stage, "lin").open(at).page.text.count(note) == 1
    assert answer not in lin.page.text


def sign_in(reader: Reader, stage: Stage, name: str) -> Reader:
    """Signed in through the form, with digits that were not used before."""
    person = stage.house.person(name)
    digits = digits_of(person.seed, stage.watch.forward(seconds=30))
    reader.open("/staff/sign-in")
    return reader.send("/staff/sign-in", name=person.name, passphrase=person.passphrase, digits=digits)


def test_the_language_switch_keeps_every_answer(stage: Stage) -> None:
    reader = Reader(stage).open("/write").send("/write/message", safety="other")
    text = "\n  第一行。\n\n<b>最后一行 & 😀"

    reader.send("/language", message=text)
    assert '<html lang="zh-Hans">' in reader.page.text
    reader.send("/language")

    assert '<html lang="en">' in reader.page.text
    assert reader.tree.one("textarea").texts == ["\n" + text]
    assert reader.tree.one("input", name="safety")["value"] == "other"
