"""Every screen as it is shown, in both languages: its order, its titles, its fields, what it fetches."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator

import pytest

from hotline.base.i18n import Language, translate
from hotline.intake.screening import TOPIC_WORDS
from tests.promises.markup import Node
from tests.promises.tour import Screen, screens_there_are

ONE_STEP = (
    {"caller/help/page.html", "caller/help/step.html", "caller/help/after.html"},
    {"caller/write/page.html", "caller/closed/page.html"},
    {"caller/sent/page.html", "caller/arrived/page.html"},
)
"""Screens that are one place to whoever comes there, and share their title."""

TELLING = re.compile(
    "自杀|轻生|心理|咨询|危机|伤害|回执|suicid|self-harm|counsel|psycholog|crisis|therap|receipt|abuse|[0-9]{4}",
    re.IGNORECASE,
)
"""What no title of a caller's page may have: a tab and a history are read by others."""

REFERENCE = re.compile(r"\b[0-9]{5}-[0-9]{5}\b")
ERROR = {"en": "Error: ", "zh-Hans": "错误："}
FIELDS_OF_WORDS = {"text", "password", "search", "email", "tel", "number", "url"}
JUDGED_BY_THE_BROWSER = {"required", "maxlength", "minlength", "pattern", "min", "max", "placeholder"}
GETTING = ("script", "link", "img", "iframe", "source", "object", "embed", "audio", "video", "use", "image")


@pytest.fixture
def screens(screens_in: Callable[[str], list[Screen]]) -> list[Screen]:
    """Every screen in both languages."""
    return [*screens_in("en"), *screens_in("zh-CN")]


Rule = Callable[[Screen], Iterator[object]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    """A function that yields what is wrong with a screen."""
    RULES[check.__name__.replace("_", " ")] = check
    return check


def test_on_every_screen(screens: list[Screen]) -> None:
    wrong = [
        f"{name}: {screen.name}: {what}"
        for name, is_broken in RULES.items()
        for screen in screens
        for what in is_broken(screen)
    ]

    assert not wrong, "\n".join(wrong)


def test_every_screen_there_is_was_looked_at_in_both_languages(screens: list[Screen]) -> None:
    for language in Language:
        assert screens_there_are() <= {one.template for one in screens if one.language == language}


def test_no_two_screens_have_one_title(screens: list[Screen]) -> None:
    titled: dict[tuple[str, str], set[str]] = defaultdict(set)
    for screen in screens:
        titled[screen.language, screen.tree.one("title").text].add(screen.template)

    shared = [(title, of) for title, of in titled.items() if len(of) > 1]
    assert [one for one in shared if not any(one[1] <= step for step in ONE_STEP)] == []


def test_no_title_of_a_callers_page_tells_what_it_is_about(screens: list[Screen]) -> None:
    topics = {translate(language, words) for words in TOPIC_WORDS.values() for language in Language}
    titles = {screen.tree.one("title").text for screen in screens if screen.is_callers}

    assert [
        title for title in titles if TELLING.search(title) or any(topic in title for topic in topics)
    ] == []
    assert TELLING.search("你的回执码")


def test_the_help_strip_has_one_place(screens: list[Screen]) -> None:
    """WCAG 3.2.6: what stands before it and around it is the same on every page of a caller."""
    places = {tuple(before_the_strip(screen.tree)) for screen in screens if screen.is_callers}

    before, strip = ("a skip", "nav", "header top"), "aside strip"
    assert places == {(*before, strip), (*before, "aside demo", strip)}


def test_error_pages_were_among_them(screens: list[Screen]) -> None:
    assert {screen.status for screen in screens} >= {200, 403, 404, 405, 409, 413, 415, 422, 429, 503}


def above(node: Node) -> Iterator[Node]:
    while node.above is not None:
        node = node.above
        yield node


def before_the_strip(page: Node) -> Iterator[str]:
    for child in page.one("body").children:
        yield f"{child.tag} {child['class']}".strip()
        if "strip" in child.classes:
            return


CALLERS_SCRIPTS = {"/static/caller.js", "/static/live.js"}


@rule
def it_has_one_heading_of_the_first_rank(screen: Screen) -> Iterator[object]:
    headings = screen.tree.all("h1")
    if len(headings) != 1 or not headings[0].text:
        yield [one.text for one in headings]


@rule
def it_says_its_language(screen: Screen) -> Iterator[object]:
    if screen.tree.one("html")["lang"] != screen.language:
        yield screen.tree.one("html")["lang"]
    for switch in screen.tree.all("button", name="language"):
        if switch["lang"] != switch["value"] or switch["lang"] == screen.language:
            yield switch.attrs


@rule
def one_skips_to_the_main_part(screen: Screen) -> Iterator[object]:
    first = next(node for node in screen.tree.one("body").below if node.tag in {"a", "button", "input"})
    if "skip" not in first.classes or first["href"] != "#main":
        yield first.attrs
    if len(screen.tree.all("main", id="main")) != 1:
        yield "no main part"


@rule
def no_line_ends_inside_a_reference(screen: Screen) -> Iterator[object]:
    """Wherever one is shown it is within `.num`, unseen, or a title; in an attribute it is plain text."""
    for node in screen.tree.below:
        if any(REFERENCE.search(text) for text in node.texts):
            around = [node, *above(node)]
            if not any({"num", "vh"} & one.classes or one.tag == "title" for one in around):
                yield node.text
        yield from (value for value in node.attrs.values() if "<" in value)


@rule
def no_id_stands_twice(screen: Screen) -> Iterator[object]:
    ids = [node["id"] for node in screen.tree.below if "id" in node.attrs]
    yield from {one for one in ids if ids.count(one) > 1 or not one}


@rule
def every_reference_leads_to_something(screen: Screen) -> Iterator[object]:
    ids = {node["id"] for node in screen.tree.below}
    for node in screen.tree.below:
        named = " ".join(node[name] for name in ("for", "form", "aria-describedby", "aria-labelledby"))
        yield from (one for one in named.split() if one not in ids)
        if node["href"].startswith("#") and node["href"][1:] not in ids:
            yield node["href"]


@rule
def every_field_has_a_label(screen: Screen) -> Iterator[object]:
    labelled = {label["for"] for label in screen.tree.all("label") if label.text}
    for one in fields_of(screen):
        if not (one["id"] in labelled or one.within("label") or one["aria-label"]):
            yield one.attrs
    yield from (one.attrs for one in screen.tree.all("button") if not one.text and not one["aria-hidden"])


@rule
def the_browser_keeps_nothing_typed_and_sends_it_to_no_spelling_service(screen: Screen) -> Iterator[object]:
    for one in fields_of(screen):
        is_words = one.tag == "textarea" or one["type"] in FIELDS_OF_WORDS
        if is_words and one["spellcheck"] != "false":
            yield one.attrs
        if one["autocomplete"] not in allowed_to_complete(screen, one):
            yield one.attrs


@rule
def the_server_is_the_judge(screen: Screen) -> Iterator[object]:
    for one in screen.tree.all("input", "textarea", "select"):
        if JUDGED_BY_THE_BROWSER & one.attrs.keys():
            yield one.attrs
    for form in screen.tree.all("form"):
        asks = [one for one in form.all("input", "textarea", "select") if one["type"] != "hidden"]
        if asks and any(one["type"] in FIELDS_OF_WORDS for one in asks) and "novalidate" not in form.attrs:
            yield form.attrs


@rule
def nothing_comes_from_anywhere_else(screen: Screen) -> Iterator[object]:
    for node in screen.tree.below:
        for name in ("src", "href", "srcset", "data", "poster", "xlink:href"):
            if node.tag in GETTING and name in node.attrs and not node[name].startswith("/static/"):
                yield node.attrs
    yield from re.findall(r"@import|url\(", screen.html)


@rule
def links_to_elsewhere_do_not_tell_from_where(screen: Screen) -> Iterator[object]:
    for link in screen.tree.all("a"):
        address = link["href"]
        if address.startswith("http") and "noreferrer" not in link["rel"]:
            yield address
        if not address.startswith(("/", "#", "tel:", "https://")) or address.startswith("//"):
            yield address


@rule
def no_script_is_in_the_page_and_callers_load_no_htmx(screen: Screen) -> Iterator[object]:
    for script in screen.tree.all("script"):
        if script.text or not script["src"].startswith("/static/") or "defer" not in script.attrs:
            yield script.attrs
        if screen.is_callers and script["src"].partition("?")[0] not in CALLERS_SCRIPTS:
            yield script["src"]
    for node in screen.tree.below:
        yield from (name for name in node.attrs if name.startswith("on") or name == "style")
        if screen.is_callers:
            yield from (name for name in node.attrs if name.startswith(("hx-", "data-hx-")))


@rule
def a_callers_page_can_be_left_quickly_from_two_places(screen: Screen) -> Iterator[object]:
    ways = screen.tree.all("a", href="/exit")
    if screen.is_callers and (len(ways) != 2 or any(way["rel"] != "noreferrer nofollow" for way in ways)):
        yield [way.attrs for way in ways]


@rule
def a_callers_page_shows_numbers_to_call_as_text(screen: Screen) -> Iterator[object]:
    strip = [node for node in screen.tree.all("aside") if "strip" in node.classes]
    if screen.is_callers:
        yield from {"120", "110", "12356"} - {link.text for node in strip for link in node.all("a")}


@rule
def what_stands_in_a_part_with_a_name_is_an_element(screen: Screen) -> Iterator[object]:
    """Bare text there is not heard: Orca 43 says the name in its place."""
    for part in screen.tree.all("aside", "nav", "section", "form", "div"):
        is_named = part["aria-label"] or part["aria-labelledby"]
        if is_named and any(text.strip() for text in part.texts):
            yield part.texts


@rule
def what_is_wrong_is_said_in_the_title_in_the_summary_and_at_the_field(screen: Screen) -> Iterator[object]:
    title = screen.tree.one("title").text
    summaries = [node for node in screen.tree.below if "error-summary" in node.classes]
    if title.startswith(ERROR[screen.language]) != bool(summaries):
        yield title
    if screen.status == 422 and len(summaries) != 1:
        yield f"{len(summaries)} summaries"
    for summary in summaries:
        if summary["role"] != "alert" or not summary.all("h2"):
            yield summary.attrs
        for link in summary.all("a"):
            yield from said_at_the_field(screen.tree, link)


def said_at_the_field(page: Node, link: Node) -> Iterator[object]:
    """The link leads to a field; the same words stand there, and whoever hears the field hears them."""
    name = link["href"].removeprefix("#")
    at = page.one(tag_of(page, name), id=name)
    messages = page.all("p", id=f"{name}-error")
    if len(messages) != 1 or link.text not in messages[0].text:
        yield link.attrs
    around = [at, *filter(None, [at.within("fieldset")])]
    if not any(f"{name}-error" in node["aria-describedby"].split() for node in around):
        yield f"{name} is not described by its problem"


def tag_of(page: Node, identity: str) -> str:
    return next((node.tag for node in page.below if node["id"] == identity), "nothing")


def fields_of(screen: Screen) -> list[Node]:
    """What a person can fill in."""
    fields = screen.tree.all("input", "textarea", "select")
    return [one for one in fields if one["type"] not in {"hidden", "submit"}]


def allowed_to_complete(screen: Screen, one: Node) -> set[str]:
    """Nothing for callers; staff's password managers may know the way in."""
    if screen.is_callers or one["type"] in {"radio", "checkbox"} or one.tag != "input":
        return {"off"}
    return {"off", "username", "current-password", "new-password", "one-time-code"}
