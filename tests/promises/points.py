"""The forty points of the screens' specification (§9), and the tests that hold each.

`pytest -k point_18` runs the tests of the eighteenth: a test has its points' names beside its own.
"""

from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent.parent
TABLE = Path(__file__).parent / "forty_points.txt"


@cache
def points() -> dict[int, list[str]]:
    """The tests of each point, as they stand in the table."""
    held: dict[int, list[str]] = {}
    for line in TABLE.read_text(encoding="utf-8").splitlines():
        if line.startswith(" "):
            held[max(held)].append(line.strip())
        elif line[:1].isdigit():
            held[int(line.split()[0])] = []
    return held


@cache
def names_of(path: Path, function: str) -> list[str]:
    """The points that this test holds, by its own name or by the rules that all screens go through."""
    file = path.relative_to(TESTS).as_posix() if path.is_relative_to(TESTS) else ""
    return [
        f"point_{number:02}"
        for number, tests in points().items()
        if any(_is_held(file, function, *test.split("::")) for test in tests)
    ]


def _is_held(file: str, function: str, listed_file: str, listed: str) -> bool:
    is_rule = not listed.startswith("test_")
    return file == listed_file and (function == listed or (is_rule and function.startswith("test_on_")))
