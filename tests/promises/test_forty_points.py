"""Each of the forty points of the screens' specification (§9) is held by the tests in forty_points.txt.

What a machine cannot test, or this product does not have, stands with a date in docs/checklist.md.
A few points had no test elsewhere: they are at the end of this file.
"""

import ast
import re
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from hotline.base.paths import static_dir
from hotline.web.headers import COOKIE_NAMES
from tests.promises.points import TESTS, points
from tests.promises.tour import Screen

CHECKLIST = TESTS.parent / "docs" / "checklist.md"
IN_THE_CHECKLIST = {1, 8, 9, 26, 32, 38, 39}
"""Points of which a person has to see something, or which this product does not have yet."""


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


@pytest.mark.parametrize("number", range(1, 41))
def test_every_point_is_held_by_tests_that_are_there_or_stands_in_the_checklist(number: int) -> None:
    tests = points().get(number, [])
    for test in tests:
        file, _, name = test.partition("::")
        assert name in functions_of(file), test
    listed = re.search(rf"^\| {number} \|", CHECKLIST.read_text(encoding="utf-8"), re.MULTILINE)
    assert bool(listed) == (number in IN_THE_CHECKLIST)
    assert tests or listed


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("file", "point", "found"),
    [
        ("test_forty_points.py", "point_13", {"test_13_no_address_cookie_or_mark_tells_what_it_is_about"}),
        ("test_words_on_pages.py", "point_31", {"test_on_every_screen"}),
    ],
    ids=["by its name", "by a rule of all screens"],
)
def test_a_test_can_be_asked_for_by_its_point(file: str, point: str, found: set[str]) -> None:
    asked: list[str | Path] = [
        sys.executable,
        "-m",
        "pytest",
        "--collect-only",
        "-q",
        "-k",
        point,
        TESTS / "promises" / file,
    ]
    listed = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60)

    assert {line.rpartition("::")[2] for line in listed.stdout.splitlines() if "::" in line} == found


def test_the_checklist_says_what_was_seen_and_when() -> None:
    lines = [line for line in CHECKLIST.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d", line)]
    assert len(lines) >= len(IN_THE_CHECKLIST)
    for line in lines:
        *_, seen, day, _ = line.split(" |")
        assert seen.strip(), line
        assert re.fullmatch(r" (\d{4}-\d\d-\d\d|not tried)", day), line


TELLING = re.compile(
    "suicid|self-?harm|counsel|psych|crisis|therap|receipt|abuse|mental|心理|自杀|咨询", re.IGNORECASE
)


@pytest.fixture
def screens(screens_in: Callable[[str], list[Screen]]) -> list[Screen]:
    """Every screen; what is asked here is the same in both languages."""
    return screens_in("en")


def test_13_no_address_cookie_or_mark_tells_what_it_is_about(screens: list[Screen]) -> None:
    paths = {screen.path for screen in screens if screen.is_callers}
    mark = (static_dir() / "favicon.svg").read_text(encoding="utf-8")

    assert [text for text in (*paths, *COOKIE_NAMES, mark) if TELLING.search(text)] == []


def test_25_no_page_refreshes_itself(screens: list[Screen]) -> None:
    assert [screen.name for screen in screens if "http-equiv" in screen.html] == []


THEMES = {"light": 0, "dark": 1}
"""Which of the places where the sheet sets a token is that theme's."""

STANDING_OUT = [
    ("edge", "surface"),
    ("edge", "paper"),
    ("brand", "paper"),
    ("brand", "surface"),
    ("bad", "paper"),
]
"""Borders of fields and buttons, the ring of the focus, the border of what is wrong, each on its ground."""


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("drawn", "ground"), STANDING_OUT)
def test_26_edges_and_focus_stand_out(theme: str, drawn: str, ground: str) -> None:
    """WCAG 1.4.11. Text is axe's part."""
    assert contrast(colour(drawn, theme), colour(ground, theme)) >= 3


def test_26_the_measure_is_the_one_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


def test_30_every_badge_says_its_meaning_in_words(screens: list[Screen]) -> None:
    badges = {node.text for screen in screens for node in screen.tree.below if "badge" in node.classes}

    assert len(badges) > 10
    assert [text for text in badges if not re.search("[a-z]{3}", text)] == []


def colour(token: str, theme: str) -> str:
    sheet = (static_dir() / "hotline.css").read_text(encoding="utf-8")
    written = re.findall(rf"--{token}: #([0-9a-f]{{3,6}})\b", sheet)[THEMES[theme]]
    return f"#{written if len(written) == 6 else ''.join(digit * 2 for digit in written)}"


def contrast(one: str, other: str) -> float:
    """WCAG 2.2's contrast ratio."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: str) -> float:
    shares = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
