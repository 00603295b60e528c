"""Reading what a form sent: all of it, as it was typed, within bounds, and never lost."""

import re
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote_to_bytes

import anyio
from starlette.requests import ClientDisconnect, Request

from hotline.base.errors import Problem
from hotline.base.i18n import N_
from hotline.web.limits import DISCARDED_BYTES, DISCARDING_SECONDS, FORM_BYTES, FORM_FIELDS

FORM_TYPE = "application/x-www-form-urlencoded"
WHOLE_FORM = "form"
"""The name under which a problem stands that belongs to no single field."""

HELP_NOW = "help_now"
HIDE = "no"
STEPS: Final = frozenset(
    {
        "/write",
        "/write/message",
        "/write/details",
        "/write/check",
        "/write/kept",
        "/conversation",
        "/conversation/delete",
        "/read",
    }
)
"""Pages that show again what a form carries; they take the same post (307)."""

OWN_FIELDS = frozenset({"language", "step", HELP_NOW})  # of buttons that only show, which no next step needs
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
CUT_ESCAPE = re.compile(rb"%[0-9A-Fa-f]?$")
ESCAPED = re.compile(rb"(?:%[0-9A-Fa-f]{2}){1,1000}")
"""A run of escapes, of which no more than is soon forgotten; `++` keeps half an escape in Python 3.11.2."""

MOSTLY_ESCAPED = 0.3
"""The share of percent signs in a text of which nearly all is escaped, three bytes for one."""

ANOTHER_ENCODING = Problem(
    N_(
        "Your browser sent the text in another encoding."
        " Check that it reads as you wrote it, then send it again."
    )
)

Pairs = list[tuple[bytes, bytes]]


class NotAForm(Exception):
    """The body is no form: a file, or something a page of ours cannot send."""


class TooLarge(Exception):
    """More than a page can take. What arrived before the limit is kept as the request's form."""


@dataclass(frozen=True)
class Typed:
    """What arrived: every field by name, in order of first appearance, with all its values."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problems: Mapping[str, Problem] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value, or an empty text."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a field, in order."""
        return self.fields.get(name, ())

    def has(self, name: str, value: str | None = None) -> bool:
        """Whether the field arrived, or arrived with this value."""
        return name in self.fields if value is None else value in self.all(name)

    @property
    def asks_language(self) -> bool:
        """Whether the language switch sent this."""
        return self.has("language")

    @property
    def asks_help(self) -> bool:
        """Whether somebody wants the numbers beside what they have typed, and has not hidden them again."""
        return self.has(HELP_NOW) and not self.has(HELP_NOW, HIDE)

    @property
    def only_shows(self) -> bool:
        """Whether the button asked for the same page again: show it and do nothing else."""
        return self.asks_language or self.has(HELP_NOW)

    def hidden_fields(self, *, without: Collection[str] = ()) -> list[tuple[str, str]]:
        """The answers as pairs for hidden fields, so that the next page carries them on."""
        left_out = OWN_FIELDS | set(without)
        return [
            (name, value) for name, values in self.fields.items() if name not in left_out for value in values
        ]


async def read_form(request: Request) -> Typed:
    """What the form sent. Read once; every later question gets the same answer.

    Raises NotAForm or TooLarge.
    """
    known: Typed | None = getattr(request.state, "typed", None)
    if known is not None:
        return known
    request.state.typed = Typed()
    stream = request.stream()
    kind = request.headers.get("content-type", FORM_TYPE).partition(";")[0].strip().lower()
    if kind != FORM_TYPE and await _has_body(stream):
        raise NotAForm
    body, is_whole = await _body(stream)
    typed, all_fields = _typed(body, is_whole=is_whole)
    request.state.typed = typed
    if typed.asks_language:
        request.state.language = typed.text("language")  # for a browser without cookies
    if not (is_whole and all_fields):
        raise TooLarge
    return typed


async def typed_so_far(request: Request) -> Typed:
    """What can still be known of a form in a request that has failed; never raises."""
    try:
        return await read_form(request)
    except (NotAForm, TooLarge, ClientDisconnect):
        kept: Typed = request.state.typed
        return kept


async def _has_body(stream: AsyncIterator[bytes]) -> bool:
    async for chunk in stream:
        if chunk:
            await _discard(stream)
            return True
    return False


async def _body(stream: AsyncIterator[bytes]) -> tuple[bytes, bool]:
    """The body up to the limit, and whether that was all of it."""
    body = bytearray()
    async for chunk in stream:
        body += chunk
        if len(body) > FORM_BYTES:
            await _discard(stream)
            return bytes(body[:FORM_BYTES]), False
    return bytes(body), True


async def _discard(stream: AsyncIterator[bytes]) -> None:
    """Let the rest arrive for a while: a browser that is still sending does not read an answer."""
    left = DISCARDED_BYTES
    with anyio.move_on_after(DISCARDING_SECONDS):
        async for chunk in stream:
            left -= len(chunk)
            if left < 0:
                return


def _typed(body: bytes, *, is_whole: bool) -> tuple[Typed, bool]:
    """The form of a body, and whether all its fields are in it."""
    if not is_whole:
        body = CUT_ESCAPE.sub(b"", body)
    parts = body.split(b"&", FORM_FIELDS)
    pairs = [_pair(part) for part in parts[:FORM_FIELDS] if part]
    texts, encoding = _decoded(pairs, is_whole=is_whole)
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in texts:
        fields[name] = (*fields.get(name, ()), value)
    problems = {} if encoding == "utf-8" else {WHOLE_FORM: ANOTHER_ENCODING}
    return Typed(fields, problems), len(parts) <= FORM_FIELDS


def _pair(part: bytes) -> tuple[bytes, bytes]:
    name, _, value = part.replace(b"+", b" ").partition(b"=")
    return unquoted(name), unquoted(value)


def unquoted(sent: bytes) -> bytes:
    """The same as `unquote_to_bytes`, in a fifth of the time where all is escaped as a Chinese text is.

    Everybody waits meanwhile, because it happens on the event loop.
    """
    if sent.count(b"%") < len(sent) * MOSTLY_ESCAPED:
        return unquote_to_bytes(sent)
    return ESCAPED.sub(lambda run: bytes.fromhex(run[0].translate(None, b"%").decode()), sent)


def _decoded(pairs: Pairs, *, is_whole: bool) -> tuple[list[tuple[str, str]], str | None]:
    """The pairs as text, and the encoding that all of them are in; None where no encoding fits."""
    for encoding in ("utf-8", "gb18030"):
        try:
            return _decode(pairs, encoding, "strict", is_whole=is_whole), encoding
        except UnicodeDecodeError:
            continue
    return _decode(pairs, "utf-8", "replace", is_whole=is_whole), None


def _decode(pairs: Pairs, encoding: str, errors: str, *, is_whole: bool) -> list[tuple[str, str]]:
    # Only a whole form must end its last character; in a cut one the half of it is left out.
    decoder = getincrementaldecoder(encoding)

    def text(raw: bytes) -> str:
        return _clean(raw.decode(encoding, errors) if is_whole else decoder(errors).decode(raw, final=False))

    return [(text(name), text(value)) for name, value in pairs]


def _clean(text: str) -> str:
    """One kind of line end, and no invisible control characters but it and the tab."""
    return CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
