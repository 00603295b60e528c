"""A page as a tree, with the standard library: enough to ask what is on it and in which order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "img", "input", "br", "wbr", "hr", "source", "path", "col"})


@dataclass
class Node:
    """An element: its name, attributes, children, and its own text."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    above: "Node | None" = field(default=None, repr=False)

    def __getitem__(self, name: str) -> str:
        """An attribute; empty when it is not there or has no value."""
        return self.attrs.get(name, "")

    def all(self, *tags: str, **attrs: str) -> list["Node"]:
        """Every element below with one of these names and all of these attributes, in order."""
        return [
            node
            for node in self.below
            if (not tags or node.tag in tags) and all(node[name] == value for name, value in attrs.items())
        ]

    def one(self, tag: str, **attrs: str) -> "Node":
        """The only such element."""
        found = self.all(tag, **attrs)
        assert len(found) == 1, f"{len(found)} times {tag} {attrs}"
        return found[0]

    @cached_property
    def below(self) -> list["Node"]:
        """Everything below, in the order of the page. The page is read by then, and asked many times."""
        return [node for child in self.children for node in (child, *child.below)]

    def within(self, *tags: str) -> "Node | None":
        """The nearest element around this one with one of these names."""
        node = self.above
        while node is not None and node.tag not in tags:
            node = node.above
        return node

    @property
    def text(self) -> str:
        """All its text in one line."""
        return " ".join(" ".join(self._texts()).split())

    @property
    def classes(self) -> set[str]:
        return set(self["class"].split())

    def _texts(self) -> Iterator[str]:
        yield from self.texts
        for child in self.children:
            yield from child._texts()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.here = Node("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"an attribute twice in {tag}: {names}"
        node = Node(tag, {name: value or "" for name, value in attrs}, above=self.here)
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.here.children.append(Node(tag, {name: value or "" for name, value in attrs}, above=self.here))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.here.tag == tag, f"</{tag}> closes <{self.here.tag}>"
        assert self.here.above is not None
        self.here = self.here.above

    def handle_data(self, data: str) -> None:
        self.here.texts.append(data)


def tree_of(page: str) -> Node:
    """The page as a tree. An element left open, or closed out of turn, is an error."""
    builder = _Builder()
    builder.feed(page)
    builder.close()
    assert builder.here is builder.root, f"<{builder.here.tag}> is never closed"
    return builder.root


def controls_of(page: Node, form: Node) -> list[Node]:
    """The fields and buttons of a form, wherever on the page they stand."""
    controls = page.all("input", "textarea", "select", "button")
    return [
        one
        for one in controls
        if (one["form"] or None) == (form["id"] or "-") or (not one["form"] and one.within("form") is form)
    ]


def targets_of(page: Node, form: Node) -> set[str]:
    """Every address that the form can be sent to."""
    by_button = {one["formaction"] for one in controls_of(page, form) if one["formaction"]}
    return {form["action"], *by_button}


def names_in(page: Node, form: Node) -> set[str]:
    """The names of everything that the form may send."""
    return {one["name"] for one in controls_of(page, form) if one["name"]}
