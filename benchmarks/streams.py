"""Open pages in a process of their own: how soon they hear of a change, and how many the server bears.

    python -m benchmarks.streams < job.json > outcome.json

A job says where, with which sessions, and how many messages are sent. Each session has as many streams
as one conversation may have. A delivery is counted from the press of the button to the arrival of the
event: it contains the whole request that sealed and committed the message.
"""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

EACH = 4
"""`hotline.web.live.MOST_EACH`"""

PATIENCE_SECONDS = 30


@dataclass(frozen=True)
class Job:
    """Sessions of callers by their cookies, and how many messages are sent one after the other."""

    url: str
    cookies: list[str]
    messages: int


@dataclass(frozen=True)
class Heard:
    """How many streams were open, and how many seconds each delivery took."""

    streams: int
    seconds: list[float]

    def percentile(self, percent: float) -> float:
        """The time within which this part of the deliveries came."""
        ordered = sorted(self.seconds)
        return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Stream:
    """One open page: it notes when an event came."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def next_event(self) -> float:
        """When the next event arrives."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not (await self._reader.readline()).startswith(b"data:"):
                pass
        return time.perf_counter()

    async def close(self) -> None:
        """The page is left."""
        self._writer.close()


async def opened(job: Job, cookie: str) -> Stream:
    """A stream that has begun."""
    host, port = _address(job)
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(_head(job, "GET", "/conversation/events?seen=99", cookie))
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not (line := await reader.readline()).startswith(b"retry:"):
            if not line or (line.startswith(b"HTTP") and b" 200 " not in line):
                raise RuntimeError(f"a stream was answered with {line!r}")
    return Stream(reader, writer)


async def hear(job: Job) -> Heard:
    """All streams open, then one message after the other, each heard by the streams of its caller."""
    pages = {cookie: [await opened(job, cookie) for _ in range(EACH)] for cookie in job.cookies}
    seconds: list[float] = []
    for number in range(job.messages):
        cookie = job.cookies[number % len(job.cookies)]
        waiting = [asyncio.create_task(stream.next_event()) for stream in pages[cookie]]
        pressed = time.perf_counter()
        await _send(job, cookie, f"Message {number}.")
        seconds += [moment - pressed for moment in await asyncio.gather(*waiting)]
    await asyncio.gather(*(stream.close() for streams in pages.values() for stream in streams))
    return Heard(len(pages) * EACH, seconds)


async def _send(job: Job, cookie: str, text: str) -> None:
    reader, writer = await asyncio.open_connection(*_address(job))
    body = urlencode({"message": text, "seen": "99"}).encode()
    writer.write(_head(job, "POST", "/conversation/messages", cookie, len(body)) + body)
    status = await reader.readline()
    if b" 303 " not in status:
        raise RuntimeError(f"a message was answered with {status!r}")
    writer.close()


def _address(job: Job) -> tuple[str, int]:
    host, _, port = job.url.removeprefix("http://").partition(":")
    return host, int(port)


def _head(job: Job, method: str, path: str, cookie: str, length: int = 0) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1",
        f"Host: {job.url.removeprefix('http://')}",
        f"Origin: {job.url}",
        f"Cookie: {cookie}",
        "Sec-Fetch-Site: same-origin",
        "Content-Type: application/x-www-form-urlencoded",
        f"Content-Length: {length}",
        "Connection: close" if method == "POST" else "Accept: text/event-stream",
    ]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


if __name__ == "__main__":
    json.dump(asdict(asyncio.run(hear(Job(**json.load(sys.stdin))))), sys.stdout)
