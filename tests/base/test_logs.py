"""A log line tells what happened in the program and nothing of what people sent to it."""

import json
import logging
import sys

import pytest

from hotline.base import logs

WORDS = "我最近睡不着"


def record(name: str, message: str, *values: object, error: BaseException | None = None) -> logging.LogRecord:
    info = (type(error), error, error.__traceback__) if error else None
    return logging.LogRecord(name, logging.ERROR, __file__, 7, message, values, info)


def raised() -> BaseException:
    try:
        {"a": 1}[WORDS]
    except KeyError as error:
        told = RuntimeError(WORDS)
        told.__cause__ = error
        return told.with_traceback(error.__traceback__)
    raise AssertionError


def test_our_own_fixed_texts_are_shown() -> None:
    line = logs.SafeFormatter().format(record("hotline.web.errors", "%s at %s", "Tampered", "a.py:3"))

    assert line.endswith("ERROR hotline.web.errors Tampered at a.py:3")


def test_an_exception_is_its_types_and_its_place_without_its_message() -> None:
    line = logs.SafeFormatter().format(record("hotline.worker", "a task failed", error=raised()))

    assert "RuntimeError from KeyError" in line
    assert "test_logs.py" in line
    assert WORDS not in line


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.engine", "asyncio", "py.warnings"])
def test_what_a_library_says_never_carries_a_value(name: str) -> None:
    line = logs.SafeFormatter().format(record(name, "got %s", WORDS))

    assert WORDS not in line


def test_a_library_that_puts_its_own_line_together_is_not_repeated() -> None:
    line = logs.SafeFormatter().format(record("multipart", f"got {WORDS}"))

    assert WORDS not in line
    assert logs.UNSAID in line


def test_json_lines_carry_the_same() -> None:
    line = logs.SafeFormatter(as_json=True).format(record("hotline.worker", "done", error=raised()))

    told = json.loads(line)
    assert told.keys() == {"time", "level", "logger", "event", "error", "place"}
    assert told["event"] == "done"
    assert "\n" not in line


def test_an_uncaught_error_is_a_line_without_its_message(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    handler = logging.StreamHandler()
    handler.setFormatter(logs.SafeFormatter())
    logger = logging.getLogger(logs.__name__)
    logger.addHandler(handler)
    try:
        logs._uncaught(RuntimeError, raised(), None)
    finally:
        logger.removeHandler(handler)

    said = capsys.readouterr().err
    assert "stopped by an error" in said
    assert WORDS not in said
