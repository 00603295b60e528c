"""What Chromium itself tells a screen reader of a page, beside what Playwright works out in it."""

import re
from collections.abc import Iterator

from playwright.sync_api import Page

NAMED = re.compile(r'^\s*- (?!cell .*:$)(?P<role>\w+) (?:"(?P<name>[^"]*)"|/(?P<pattern>.*)/)(?: \[.*\])?:?$')
"""A line of an expected tree that gives a name or a pattern of one.

What has no name is for the snapshot; so is a cell with a button, where Chromium names only the button.
"""


def told(page: Page) -> list[tuple[str, str]]:
    """Role and name of all that Chromium does not leave out, in the order in which it is read."""
    line = page.context.new_cdp_session(page)
    nodes = {node["nodeId"]: node for node in line.send("Accessibility.getFullAXTree")["nodes"]}
    line.detach()

    def below(number: str) -> Iterator[tuple[str, str]]:
        node = nodes[number]
        if not node["ignored"]:
            yield node["role"]["value"], " ".join(node.get("name", {}).get("value", "").split())
        for child in node.get("childIds", ()):
            if child in nodes:
                yield from below(child)

    return [one for number, node in nodes.items() if "parentId" not in node for one in below(number)]


def not_heard(page: Page, expected: str) -> str:
    """The first named line of an expected tree that Chromium does not tell of after those before it."""
    rest = iter(told(page))
    lines = [line for line in map(NAMED.match, expected.splitlines()) if line]
    assert lines, "the expected tree names nothing"
    return next((line[0].strip() for line in lines if not any(_is(line, *one) for one in rest)), "")


def _is(line: re.Match[str], role: str, name: str) -> bool:
    if line["pattern"] is not None:
        return role == line["role"] and re.search(line["pattern"], name) is not None
    return (role, name) == (line["role"], line["name"])
