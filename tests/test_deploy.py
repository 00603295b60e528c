"""The examples in deploy/ name commands and settings that there are."""

import re
import shlex
from pathlib import Path

import click
import pytest

from hotline.base.config import load_settings
from hotline.cli import main
from tests.terminal import ROOT

DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("*.service"))
WALL = re.compile(r"(Protect|Private|Restrict[A-Z]|No|Limit|Memory|System)")
PROGRAM = "/opt/hotline/bin/hotline"


def lines_of(name: str) -> list[str]:
    return (DEPLOY / name).read_text("utf-8").splitlines()


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_units_call_commands_as_they_are(unit: Path) -> None:
    text = unit.read_text("utf-8")
    called = [shlex.split(line) for line in re.findall(rf"^Exec\w+={PROGRAM} (.+)$", text, re.MULTILINE)]

    assert called
    for name, *words in called:
        command = main.get_command(click.Context(main), name)
        assert command is not None
        command.make_context(name, words)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_unit_has_the_same_walls(unit: Path) -> None:
    walls = {line for line in lines_of("hotline.service") if WALL.match(line)}

    assert len(walls) > 20
    assert walls <= set(lines_of(unit.name))


def test_the_settings_file_holds_settings() -> None:
    lines = [line.removeprefix("# ") for line in lines_of("hotline.env")]
    given = dict(line.split("=", 1) for line in lines if line.startswith("HOTLINE_"))

    settings = load_settings(given)

    assert settings.secure
    assert settings.logs_json


def test_the_proxy_keeps_no_log_of_visits_and_hands_no_address_on() -> None:
    site = "\n".join(lines_of("Caddyfile")).partition("hotline.example.org {")[2]
    words = [line.split() for line in site.splitlines() if line.strip() and not line.strip().startswith("#")]

    assert not any(line[0] == "log" for line in words)
    assert ["header_up", "-X-Forwarded-For"] in words
