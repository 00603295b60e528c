"""The commands: what they do, and the one line they say when they cannot."""

import sys
from pathlib import Path

import pytest

from hotline.base import schema
from tests.cast import House
from tests.databases import url_of
from tests.terminal import SEATS, hotline, in_house, the_line


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    """A folder with a prepared database in which nothing was founded."""
    schema.upgrade(url_of(tmp_path))
    return tmp_path


@pytest.mark.parametrize("words", [["check"], ["serve"], ["worker"], ["account", "list"], ["init"], ["demo"]])
def test_a_bad_setting_is_one_line_that_never_tells_its_value(tmp_path: Path, words: list[str]) -> None:
    line = the_line(hotline(tmp_path, *words, HOTLINE_DATABASE_URL="mysql://root:hidden@host/x"))

    assert "HOTLINE_DATABASE_URL" in line
    assert "hidden" not in line


@pytest.mark.parametrize(("typed", "meant"), [("bakup", "backup"), ("acount", "account"), ("serv", "serve")])
def test_a_mistyped_command_is_answered_with_the_one_that_is_meant(
    tmp_path: Path, typed: str, meant: str
) -> None:
    told = hotline(tmp_path, typed)

    assert told.exit_code == 2
    assert f"Did you mean '{meant}'?" in told.output


@pytest.mark.parametrize("words", [["check"], ["worker"], ["demo"], ["init", "--yes", *SEATS]])
def test_a_database_that_was_never_prepared_is_told_in_one_line(tmp_path: Path, words: list[str]) -> None:
    assert "migrate" in the_line(hotline(tmp_path, *words))


def test_a_missing_postgresql_driver_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)

    line = the_line(hotline(tmp_path, "check", HOTLINE_DATABASE_URL="postgresql://127.0.0.1/x"))

    assert "psycopg" in line


def test_errors_come_in_the_language_of_the_terminal(tmp_path: Path) -> None:
    assert "数据库" in the_line(hotline(tmp_path, "check", LC_ALL="zh_CN.UTF-8"))


@pytest.mark.sqlite
def test_migrate_makes_the_database_and_can_be_run_again(tmp_path: Path) -> None:
    assert hotline(tmp_path, "migrate").exit_code == 0
    assert hotline(tmp_path, "migrate").exit_code == 0
    assert (tmp_path / "hotline.db").stat().st_mode & 0o077 == 0


def test_check_says_what_is_still_missing(empty: Path, house: House) -> None:
    assert "hotline init" in the_line(hotline(empty, "check"))
    assert in_house(house, "check").exit_code == 0


def test_check_names_a_file_of_hours_that_cannot_be_used(empty: Path) -> None:
    (empty / "hours.toml").write_text('monday = ["25:00-26:00"]')

    assert "hours.toml" in the_line(hotline(empty, "check"))
