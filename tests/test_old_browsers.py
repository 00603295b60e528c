"""Nothing in style and scripts is newer than the browser of a five-year-old phone."""

from pathlib import Path

import pytest

from tools.old_browsers import CSS, JS, OLDEST, in_file, newer, sources


@pytest.mark.parametrize("file", sources(), ids=lambda file: file.name)
def test_an_old_phone_knows_everything(file: Path) -> None:
    assert [str(one) for one in in_file(file)] == []


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a { b: c }\nmain:has(p) { d: e }", 2),
        (".a {\n  & .b { c: d }\n}", 2),
        ("p { color: oklch(0 0 0) }", 1),
        ("p { height: 100dvh }", 1),
        ("@media (width >= 40em) { p { b: c } }", 1),
    ],
)
def test_something_newer_in_a_sheet_is_found_with_its_line(text: str, line: int) -> None:
    assert [one.line for one in newer(text, CSS)] == [line]


@pytest.mark.parametrize(
    "text", ["list.at(-1);", "x = structuredClone(y);", "a.\n  findLast(b); c.findLast(d)"]
)
def test_something_newer_in_a_script_is_found(text: str) -> None:
    (found,) = newer(text, JS)
    assert found.version > OLDEST


def test_comments_and_what_is_marked_as_harmless_are_left_alone() -> None:
    sheet = (
        "/* no :has() here */\n/* newer: older ones break lines as they like */\nh1 { text-wrap: balance }"
    )

    assert list(newer(sheet, CSS)) == []
    assert list(newer("// a.at(0)\nb();", JS)) == []
