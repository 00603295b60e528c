"""What a newcomer reads at the terminal: before gettext is installed, and when the demo is ready."""

import re
import socket
import sys
from collections.abc import Mapping

import pytest

from hotline.base.i18n import Language, translate
from hotline.demo.people import SUPERVISOR, passphrase_of
from hotline.demo.stories import load_stories
from hotline.demo.telling import COUNSELOR, WALKS, tell
from hotline.terminal import Terminal, here
from tests.terminal import ROOT
from tools.first_minute import WORDS, main, sentence
from tools.words import translated

SAID = re.compile(r"\(FIRST\) (?:say|stop) ([\w-]+)")
TERMINALS: tuple[Mapping[str, str], ...] = (
    {},
    {"LANG": "zh_CN.UTF-8"},
    {"LANG": "zh_CN.UTF-8", "LC_ALL": "C"},
    {"LANG": "en_GB.UTF-8", "LC_MESSAGES": "zh_CN.GBK"},
    {"LC_ALL": "", "LANG": "ZH_TW"},
)


def stopped(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit) as end:
        main(*words)
    assert capsys.readouterr().out == ""
    return str(end.value.code)


@pytest.mark.parametrize("environ", TERMINALS)
def test_it_speaks_the_language_that_the_program_speaks_later(environ: Mapping[str, str]) -> None:
    chinese = here(environ).language is Language.CHINESE

    assert sentence("packages", environ) == WORDS["packages"][chinese]


def test_a_busy_port_is_told_with_one_that_may_be_free(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        said = stopped(capsys, "port", str(port))

    assert said.startswith(f"端口{port}被占用了")
    assert f"make run PORT={port + 1}" in said


@pytest.mark.parametrize("given", ["", "x", "0", "65536", "-1", "八千"])
def test_what_is_no_port_is_told(capsys: pytest.CaptureFixture[str], given: str) -> None:
    assert "65535" in stopped(capsys, "port", given)


def test_an_old_python_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2, "final", 0))

    assert "3.9.2" in stopped(capsys, "python")


def test_this_python_and_a_free_port_are_told_nothing_of(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    main("python")
    main("port", str(port))

    assert capsys.readouterr() == ("", "")


def test_the_makefile_says_only_what_there_are_words_for() -> None:
    said = set(SAID.findall((ROOT / "Makefile").read_text("utf-8")))

    assert said | {"old-python", "no-port", "busy-port", "closed-port"} == set(WORDS)


@pytest.mark.parametrize("language", Language)
def test_three_walks_name_buttons_as_the_pages_have_them(
    capsys: pytest.CaptureFixture[str], language: Language
) -> None:
    tell(Terminal(language), "http://127.0.0.1:8731", load_stories())
    told = capsys.readouterr().out

    assert [walk.who for walk in WALKS] == ["", COUNSELOR, SUPERVISOR]
    assert passphrase_of(COUNSELOR) in told
    assert passphrase_of(SUPERVISOR) in told
    for walk in WALKS:
        assert f" http://127.0.0.1:8731{walk.address}\n" in told
        for name in (name for step in walk.steps for name in step.names):
            assert name in translated()
            assert f"“{translate(language, name)}”" in told
