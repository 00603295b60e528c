"""Two pages of one ticket that hold different words for the same draft: what is one page's, what both hold.

A draft has the id that the page it was saved from gives it, and a page carries along which draft it
showed, in which words. So whoever writes on one page alone is never taken for two.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4, uuid5

Fields = Mapping[str, str]
"""Field name → what was typed; several answers to one question are a line each."""

FORM = "form_id"
"""The field with what a page gave its form."""

OPENED = "draft_"
"""Before a draft's purpose: the field in which a page says which draft it showed."""


@dataclass(frozen=True)
class Page:
    """What a page tells of itself for one draft: its form, and the draft it was opened with, if any."""

    form: UUID
    opened: str = ""

    def gives(self, *place: UUID | str) -> UUID:
        """The id of a draft that was saved from this page, for a person's place on a ticket."""
        return uuid5(self.form, "/".join(map(str, place)))

    def is_untouched(self, words: Fields) -> bool:
        """Whether these are the words that it was opened with."""
        return self.opened.rpartition(".")[2] == _digest(words)


def page_of(fields: Fields, purpose: str) -> Page | None:
    """The page that was posted; None for what does not say, which is taken at its word."""
    try:
        return Page(UUID(fields.get(FORM, "")), fields.get(OPENED + purpose, ""))
    except ValueError:
        return None


def shown(draft: UUID, words: Fields) -> str:
    """What a page that shows this draft carries along."""
    return f"{draft.hex}.{_digest(words)}"


@dataclass(frozen=True)
class Begun:
    """A draft that is there: its id and its words."""

    id: UUID
    words: Fields = field(repr=False)


@dataclass(frozen=True)
class Merged:
    """What the draft is from now on, and the words that had to make room for it."""

    id: UUID
    words: Fields = field(repr=False)
    gone: Fields = field(default_factory=dict, repr=False)


def merged(page: Page, own: UUID, there: Begun | None, here: Fields, prose: Collection[str]) -> Merged:
    """What stands `here` on the page, unless another page's words are `there`, which this one never showed.

    Of those nothing is thrown away: where one begins with the other the longer one stays, and a page on
    which nothing was changed changes nothing. `own` is the id that the page gives.
    """
    if there is None or _is_known(page, own, there):
        return Merged(there.id if there and there.words == here else own, here)
    if page.is_untouched(here):
        return Merged(there.id, there.words)
    both, gone = _joined(there.words, here, prose)
    if both == there.words:
        return Merged(there.id, both)
    is_all_here = all(both[name] == text for name, text in here.items())
    return Merged(own if is_all_here else uuid4(), both, gone)


def is_done(page: Page, own: UUID, there: Begun, done: Fields, prose: Collection[str]) -> bool:
    """Whether nothing is left of a draft once this was `done`: it is the page's, or says no more."""
    more = [n for n, text in there.words.items() if n in prose and not _begins(done.get(n, ""), text)]
    return _is_known(page, own, there) or not more


def _is_known(page: Page, own: UUID, there: Begun) -> bool:
    return there.id == own or page.opened == shown(there.id, there.words)


def _joined(there: Fields, here: Fields, prose: Collection[str]) -> tuple[Fields, Fields]:
    """Only `prose` is missed: a choice is made again."""
    both, gone = dict(there), {}
    for name, text in here.items():
        other = there.get(name, "")
        if name in prose and _begins(other, text):
            continue
        both[name] = text
        if name in prose and not _begins(text, other):
            gone[name] = other
    return both, gone


def _begins(text: str, other: str) -> bool:
    """Whether the text begins with the other; whatever space the other ends with counts for nothing."""
    return text.startswith(other.rstrip())


def _digest(words: Fields) -> str:
    written = json.dumps(sorted((name, text) for name, text in words.items() if text.strip()))
    return hashlib.sha256(written.encode()).hexdigest()[:16]
