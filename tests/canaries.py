"""Canaries: words that must be found nowhere, and the search for them in every dress they may wear.

Used on the stored files after a full run, and on logs and mails by the tests over HTTP.
"""

import base64
import json
import quopri
import re
import urllib.parse
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
HEAD = 8  # bytes of a pattern: four pairs


class Canaries:
    """Named secrets, texts or bytes, and where they were found.

    There are hundreds of patterns and megabytes of bytes. So these are looked through once, for the places
    where any pattern may begin, and only there are patterns compared, and in full.
    """

    def __init__(self, secrets: Mapping[str, str | bytes]) -> None:
        self._names = list(secrets)
        self._short: set[tuple[bytes, str]] = set()
        self._by_head: dict[bytes, set[tuple[bytes, str]]] = defaultdict(set)
        for name, secret in secrets.items():
            for pattern in dresses(secret):
                group = self._short if len(pattern) < HEAD else self._by_head[pattern[:HEAD]]
                group.add((pattern, name))
        self._begin = np.zeros((HEAD // 2, 1 << 16), bool)
        for head in self._by_head:
            for nth in range(HEAD // 2):
                self._begin[nth, int.from_bytes(head[2 * nth : 2 * nth + 2])] = True

    def in_bytes(self, content: bytes) -> list[str]:
        """The names of the canaries that stand in these bytes, in whatever dress."""
        found = {name for pattern, name in self._short if pattern in content}
        for place in self._places(content):
            for pattern, name in self._by_head.get(content[place : place + HEAD], ()):
                if content.startswith(pattern, place):
                    found.add(name)
        return [name for name in self._names if name in found]

    def _places(self, content: bytes) -> list[int]:
        """Where every pair of bytes is one that some pattern has there, at its beginning."""
        if len(content) < HEAD:
            return []
        letters = np.frombuffer(content, np.uint8).astype(np.uint16)
        pairs = letters[:-1] << 8 | letters[1:]
        begins = np.ones(len(content) - HEAD + 1, bool)
        for nth, known in enumerate(self._begin):
            begins &= known[pairs[2 * nth : 2 * nth + len(begins)]]
        places: list[int] = np.flatnonzero(begins).tolist()
        return places

    def in_text(self, text: str) -> list[str]:
        """The names of the canaries that stand in this text."""
        return self.in_bytes(text.encode("utf-8", "surrogatepass"))

    def in_files(self, files: Iterable[Path]) -> dict[str, list[str]]:
        """File name → canaries in it, for the files that hold any. Each file is read whole."""
        found = {file.name: self.in_bytes(file.read_bytes()) for file in files if file.is_file()}
        return {name: names for name, names in found.items() if names}


def dresses(secret: str | bytes) -> Iterator[bytes]:
    """The bytes a secret may be stored as: encodings, and base64, hex and escapes of them."""
    plains = [secret] if isinstance(secret, bytes) else [secret.encode(name) for name in ENCODINGS]
    for plain in plains:
        yield plain
        yield plain[::-1]
        yield from _as_hex(plain)
        yield from _as_base64(plain)
        yield urllib.parse.quote_from_bytes(plain, safe="").encode()
        yield quopri.encodestring(plain).replace(b"=\n", b"")
    if isinstance(secret, str):
        yield json.dumps(secret)[1:-1].encode()
        yield ascii(secret)[1:-1].encode()
        yield "".join(f"&#{ord(letter)};" for letter in secret).encode()


def _as_hex(plain: bytes) -> Iterator[bytes]:
    yield plain.hex().encode()
    yield plain.hex().upper().encode()
    yield repr(plain)[2:-1].encode()


def _as_base64(plain: bytes) -> Iterator[bytes]:
    """The part of the base64 that does not depend on what stands beside it, for all three offsets."""
    for offset in range(3):
        padded = base64.b64encode(bytes(offset) + plain)
        start = -(-offset * 8 // 6)
        inner = padded[start + (1 if offset else 0) : (offset + len(plain)) * 8 // 6]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


def digits_dresses(code: str) -> list[str]:
    """The ways a receipt code is written down: plain, in groups, with dashes."""
    groups = re.findall("....", code)
    return [code, " ".join(groups), "-".join(groups)]
