"""Founding a deployment: once, whole, and with everybody's secrets shown to them alone."""

import os
import pty
import re
import select
import subprocess
import sys
import time
from pathlib import Path

import pyotp
import pytest
from click.testing import Result

from hotline.accounts import queries as accounts
from hotline.base import schema
from hotline.keyring.queries import find_deployment
from hotline.permissions import Role
from tests.cast import House
from tests.databases import url_of
from tests.terminal import (
    ROOT,
    SEATS,
    STOP_SECONDS,
    database_of,
    environment,
    hotline,
    the_line,
)

ANY_KEY, PATIENCE_SECONDS = "x", 2.0


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with a prepared database in which nothing was founded."""
    schema.upgrade(url_of(tmp_path))
    return tmp_path


@pytest.fixture(scope="module")
def founded_for_real(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """A folder in which `init` has founded a deployment, and what it said."""
    folder = tmp_path_factory.mktemp("real")
    schema.upgrade(url_of(folder))
    return folder, hotline(folder, "init", "--yes", "--language", "en", *SEATS)


def test_init_makes_an_administrator_and_custodians_whose_keys_count(
    founded_for_real: tuple[Path, Result],
) -> None:
    folder, result = founded_for_real

    assert result.exit_code == 0, result.output
    assert len(re.findall(r"Passphrase: (?:[a-z-]+ ?){6}\n", result.output)) == 4
    assert len(re.findall(r"key into the app: [A-Z2-7]{32}", result.output)) == 3
    assert "envelope" in result.output
    with database_of(folder) as database, database.read() as db:
        deployment = find_deployment(db, folder)
        assert deployment is not None
        assert not deployment.is_demo
        effective = {
            person.name: accounts.effective_roles(db, deployment, person) for person in accounts.everybody(db)
        }
    custodian = frozenset({Role.CUSTODIAN})
    assert effective == {
        "chen": {Role.ADMINISTRATOR}, "song": custodian, "zhu": custodian, "mei": custodian
    }  # fmt: skip


def test_init_refuses_a_second_time(founded_for_real: tuple[Path, Result]) -> None:
    folder, _ = founded_for_real
    record = (folder / "founding.json").read_bytes()

    assert "founded already" in the_line(hotline(folder, "init", "--yes", *SEATS))
    assert (folder / "founding.json").read_bytes() == record


@pytest.mark.parametrize(
    "seats",
    [
        ["--administrator", "chen", "--custodian", "song", "--custodian", "zhu"],
        ["--custodian", "song", "--custodian", "zhu", "--custodian", "mei"],
        ["--administrator", "chen", "--custodian", "Chen", "--custodian", "zhu", "--custodian", "mei"],
        ["--administrator", "x" * 41, "--custodian", "song", "--custodian", "zhu", "--custodian", "mei"],
    ],
)
def test_init_leaves_nothing_behind_when_it_cannot_found(empty: Path, seats: list[str]) -> None:
    result = hotline(empty, "init", "--yes", *seats)

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert not (empty / "founding.json").exists()
    with database_of(empty) as database, database.read() as db:
        assert accounts.everybody(db) == []


def test_cheap_stretching_and_real_data_do_not_meet(
    house: House, founded_for_real: tuple[Path, Result]
) -> None:
    folder, _ = founded_for_real

    assert "tests" in the_line(hotline(folder, "check", HOTLINE_TEST_STRETCHING="true"))
    assert "tests" in the_line(hotline(house.folder, "check"))


@pytest.mark.thorough
def test_the_founders_sit_down_one_after_the_other(empty: Path) -> None:
    said = Founders(empty).found()

    assert "Founded" in said
    assert said.count("alone") >= 4
    assert "not the same" in said
    with database_of(empty) as database, database.read() as db:
        assert len(accounts.everybody(db)) == 4


class Founders:
    """People at a real terminal, who first mistype once and then do what it asks."""

    def __init__(self, folder: Path) -> None:
        self._terminal, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hotline", "init"],
            cwd=ROOT,
            env=environment(folder) | {"TERM": "xterm"},
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
        )
        os.close(theirs)
        self._names = iter(["chen=榕树", "song", "zhu", "mei"])
        self._mistyped = False

    def found(self) -> str:
        said, answered, answer = "", 0, None
        while (more := self._read()) is not None:
            said += more
            if more:
                answer = self._answer(said[answered:], said)
            elif answer != ANY_KEY:
                continue  # it is thinking; a key pressed too early is thrown away and pressed again
            if answer is not None:
                answered = len(said)
                os.write(self._terminal, answer.encode())
        os.close(self._terminal)
        assert self._process.wait(STOP_SECONDS) == 0, said
        return said

    def _read(self) -> str | None:
        ready, _, _ = select.select([self._terminal], [], [], PATIENCE_SECONDS)
        if not ready:
            return ""
        try:
            return os.read(self._terminal, 1 << 16).decode(errors="replace") or None
        except OSError:  # the other end is closed: Linux says so this way
            return None

    def _answer(self, new: str, said: str) -> str | None:
        if re.search(r"(Administrator|Custodian \d): $", new):
            return next(self._names) + "\n"
        if "Press a key" in new:
            time.sleep(0.1)
            return ANY_KEY
        if new.endswith("from your paper: "):
            if not self._mistyped:
                self._mistyped = True
                return "something else\n"
            return last(r"Passphrase: ([a-z -]+)\r", said) + "\n"
        if new.endswith("shows now: "):
            return pyotp.TOTP(last(r"into the app: (\w+)", said)).now() + "\n"
        return None


def last(pattern: str, said: str) -> str:
    found: list[str] = re.findall(pattern, said)
    return found[-1]
