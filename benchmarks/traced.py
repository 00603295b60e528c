"""What Chromium's own trace says: when a request went out, when an answer was there, when something was seen.

All times are milliseconds on the one clock of a trace, so that they can be taken from each other.
"""

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page

CATEGORIES = ["devtools.timeline", "loading"]
FRAMES = "disabled-by-default-devtools.timeline"
"""Every step of every frame: seven times as much is written down, and so only where it is asked for."""


class Trace:
    """What happened in a page, in order."""

    def __init__(self, events: list[dict[str, Any]]) -> None:
        self._events = sorted((event for event in events if "ts" in event), key=lambda event: event["ts"])

    def sent(self) -> float:
        """When the page was asked for, with the connection there."""
        timing = self._answer("Document")["timing"]
        return float(timing["requestTime"] * 1000 + timing["sendStart"])

    def arrived(self, kind: str) -> float:
        """When the last byte of the first answer of this kind (`Document`, `Stylesheet`) had come."""
        finish = self._first("ResourceFinish", requestId=self._request(kind))
        return float(finish["args"]["data"]["finishTime"] * 1000)

    def painted(self) -> float:
        """When the page that was asked for was painted first."""
        return _when(self._first("firstPaint", navigationId=self._request("Document")))

    def pressed(self) -> float:
        """When the hand pressed: the time that the input itself carries, before the page hears of it."""
        return _when(self._first("EventTiming", type="click"))

    def answered(self) -> float:
        """Chromium's own latency of the press: for so long the hand saw nothing."""
        press = self._first("EventTiming", type="click")
        return float(press["args"]["data"]["duration"])

    def committed(self, event: str) -> float:
        """When the first frame after this event of the document was handed over to be drawn."""
        told = self._first("EventDispatch", type=event)
        frame = next(
            one
            for one in self._events
            if one["name"] == "Commit" and one["pid"] == told["pid"] and one["ts"] > told["ts"]
        )
        return _when(frame) + float(frame["dur"]) / 1000

    def _request(self, kind: str) -> object:
        asked = self._first("ResourceSendRequest", resourceType=kind)
        return asked["args"]["data"]["requestId"]

    def _answer(self, kind: str) -> dict[str, Any]:
        answer = self._first("ResourceReceiveResponse", requestId=self._request(kind))
        data: dict[str, Any] = answer["args"]["data"]
        return data

    def _first(self, name: str, **data: object) -> dict[str, Any]:
        for event in self._events:
            told = event.get("args", {}).get("data", {}) if event["name"] == name else None
            if told is not None and all(told.get(key) == value for key, value in data.items()):
                return event
        raise LookupError(f"no {name} with {data} in the trace")


def traced(page: Page, act: Callable[[Page], object], *, frames: bool = False) -> Trace:
    """What Chromium wrote down while this was done; `committed` needs the frames."""
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=[*CATEGORIES, *([FRAMES] if frames else [])])
    try:
        act(page)
    finally:
        written = browser.stop_tracing()
    return Trace(json.loads(written)["traceEvents"])


def _when(event: dict[str, Any]) -> float:
    return float(event["ts"]) / 1000
