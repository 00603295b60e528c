"""One client's connection: as much of HTTP as our own answers need, at a tenth of a library's cost.

The load shares the machine's processors with the server. With httpx one post cost the load 3 ms, more
than any page costs the server, and whoever was timed beside it waited for the load.
"""

import asyncio
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self
from urllib.parse import urlencode, urlsplit

NO_ANSWER = 0
END_OF_HEAD = b"\r\n\r\n"


class Wire:
    """Kept open from one request to the next, and opened again when the server has closed it meanwhile."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        place = urlsplit(url)
        assert place.hostname is not None
        self._place = place.hostname, place.port
        self._headers = {"Host": place.netloc, **headers}
        self._open: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    async def ask(
        self, method: str, path: str, form: Sequence[tuple[str, str]], headers: Mapping[str, str]
    ) -> int:
        """The status; the page is read and thrown away. `NO_ANSWER` when the server hung up."""
        body = urlencode([(name, value) for name, value in form]).encode()
        asked = self._written(method, path, body, headers)
        if self._open is not None and (status := await self._status(asked)):
            return status
        try:
            self._open = await asyncio.open_connection(*self._place)
        except OSError:
            return NO_ANSWER
        return await self._status(asked)

    def _written(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> bytes:
        said = {**self._headers, **headers}
        if body:
            said["Content-Type"] = "application/x-www-form-urlencoded"
        if body or method == "POST":
            said["Content-Length"] = str(len(body))
        lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in said.items())]
        return "\r\n".join(lines).encode() + END_OF_HEAD + body

    async def _status(self, asked: bytes) -> int:
        assert self._open is not None
        reader, writer = self._open
        try:
            writer.write(asked)
            head = (await reader.readuntil(END_OF_HEAD)).lower()
            await reader.readexactly(_length(head))
        except (OSError, EOFError):
            self._close()
            return NO_ANSWER
        return int(head.split(b" ", 2)[1])

    def _close(self) -> None:
        if self._open is not None:
            self._open[1].close()
            self._open = None


def _length(head: bytes) -> int:
    """How long the page is. Every answer of ours says so; one that does not would stop the measuring."""
    _before, found, after = head.partition(b"\r\ncontent-length:")
    if not found:
        raise RuntimeError(f"an answer without a length: {head!r}")
    return int(after.split(b"\r\n", 1)[0])
