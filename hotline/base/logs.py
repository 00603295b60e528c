"""Log lines that tell what happened in the program and nothing of what people sent to it.

A line has the time, the level, the logger, a fixed text, and for an error its type and place. There
is no message of an exception, no address, no value: libraries put all of these into theirs.
"""

import json
import logging
import logging.config
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from traceback import extract_tb
from types import TracebackType
from typing import Any

OWN = "hotline"
TEMPLATES_SHOWN = ("uvicorn", "alembic")
"""Libraries whose texts are known: shown as they stand in the source, their values left out."""

UNSAID = "a library's own message"
LONGEST_CHAIN = 5
_PACKAGE = Path(__file__).resolve().parents[1]


class SafeFormatter(logging.Formatter):
    """One line a record, as words or as JSON, without anything that was not in the source code."""

    def __init__(self, *, as_json: bool = False) -> None:
        super().__init__()
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        parts = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record),
        }
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            parts |= {"error": kinds_of(error), "place": place_of(error)}
        if self._as_json:
            return json.dumps(parts)
        return " ".join(parts.values())


def kinds_of(error: BaseException) -> str:
    """The error's type, and the types of what it came from."""
    kinds: list[str] = []
    link: BaseException | None = error
    while link is not None and len(kinds) < LONGEST_CHAIN:
        kinds.append(type(link).__name__)
        link = link.__cause__ or link.__context__
    return " from ".join(kinds)


def place_of(error: BaseException) -> str:
    """Where it happened: our own last line on the way, and the very last one."""
    frames = extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_PACKAGE)]
    places = [_line(frame.filename, frame.lineno) for frame in (*ours[-1:], *frames[-1:])]
    return " > ".join(dict.fromkeys(places)) or "an unknown place"


def configuration(*, as_json: bool = False) -> dict[str, Any]:
    """The set-up as the standard library and the web server take it, in every process."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"safe": {"()": SafeFormatter, "as_json": as_json}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "safe"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
        "loggers": {
            OWN: {"level": "INFO"},
            "uvicorn": {"level": "WARNING"},
            "uvicorn.error": {"level": "WARNING"},
            "uvicorn.access": {"level": "CRITICAL"},
        },
    }


def set_up(*, as_json: bool = False) -> None:
    """From now on this process logs that way, uncaught errors and warnings included."""
    logging.config.dictConfig(configuration(as_json=as_json))
    logging.captureWarnings(capture=True)
    logging.raiseExceptions = False  # it would print the arguments of a log call that fails
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


def _uncaught(kind: type[BaseException], error: BaseException, _traceback: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    logging.getLogger(__name__).critical("stopped by an error", exc_info=error)


def _uncaught_in_thread(args: threading.ExceptHookArgs) -> None:
    logging.getLogger(__name__).critical("a thread was stopped by an error", exc_info=args.exc_value)


def _event(record: logging.LogRecord) -> str:
    """Our own texts are fixed and their values codes; of others only what stands in their source."""
    name = record.name.partition(".")[0]
    if name == OWN:
        return _first_line(record.getMessage())
    if name in TEMPLATES_SHOWN:
        return _first_line(str(record.msg))
    return f"{UNSAID} ({_line(record.pathname, record.lineno)})"


def _first_line(text: str) -> str:
    return text.strip().partition("\n")[0]


def _line(filename: str, number: int | None) -> str:
    path = Path(filename)
    shown = path.relative_to(_PACKAGE.parent) if path.is_relative_to(_PACKAGE) else Path(path.name)
    return f"{shown}:{number}"
