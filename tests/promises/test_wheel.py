"""The wheel is the whole program: installed alone, in an empty folder, it serves its pages."""

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import time
import venv
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from tests.web.foundation import NO_TLS

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS, STOP_SECONDS = 30.0, 15.0


pytestmark = pytest.mark.thorough


@dataclass(frozen=True)
class Installed:
    """The wheel in an environment of its own, and an empty folder to run it from."""

    wheel: Path
    python: Path
    folder: Path

    def run(self, *words: str, port: int = 0) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [self.python, *words],
            cwd=self.folder,
            env=environment(port),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def finish(self, *words: str) -> str:
        process = self.run(*words)
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output
        return output


def environment(port: int) -> dict[str, str]:
    """Nothing of the development environment: no PYTHONPATH, none of its settings."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    return kept | {"HOTLINE_PUBLIC_URL": f"http://127.0.0.1:{port}"} if port else kept


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    venv.create(folder / "env", with_pip=False)
    python = folder / "env" / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-qq"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    borrow_packages(python)
    empty = folder / "empty"
    empty.mkdir()
    return Installed(wheel, python, empty)


def borrow_packages(python: Path) -> None:
    """The packages installed here serve there too: the test needs no network."""
    asked = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True)
    here = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    Path(answer.stdout.strip(), "borrowed.pth").write_text("\n".join(sorted(here)), "utf-8")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def migrated(installed: Installed) -> str:
    """Every module that bringing the database to the newest migration has loaded."""
    return installed.finish("-X", "importtime", "-m", "hotline", "migrate")


@pytest.fixture(scope="module")
def site(installed: Installed, migrated: str) -> Iterator[httpx.Client]:
    """The installed program, migrated and serving; stopped by SIGTERM at the end."""
    assert migrated
    port = free_port()
    server = installed.run("-m", "hotline", "serve", "--port", str(port), port=port)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", verify=NO_TLS, trust_env=False) as client:
        try:
            wait_until_alive(server, client)
            yield client
        finally:
            server.send_signal(signal.SIGTERM)
            server.communicate(timeout=STOP_SECONDS)


def wait_until_alive(server: "subprocess.Popen[str]", client: httpx.Client) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    server.kill()
    pytest.fail(f"the server did not start:\n{server.communicate()[0]}")


def test_the_program_that_runs_is_the_wheels(installed: Installed) -> None:
    where = installed.finish("-c", "import hotline; print(hotline.__file__)")

    assert Path(where.strip()).is_relative_to(installed.python.parents[1])


def test_the_wheel_carries_everything_that_is_not_code(installed: Installed) -> None:
    carried = set(zipfile.ZipFile(installed.wheel).namelist())
    expected = {
        f"hotline/_bundle/{file.relative_to(ROOT).as_posix()}"
        for folder in ("templates", "static", "migrations")
        for file in (ROOT / folder).rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    } | {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "hotline").rglob("*")
        if file.is_file() and file.suffix != ".pyc"
    }

    assert expected - carried == set()
    assert "hotline/_bundle/vendor/htmx.min.js" in carried
    assert [name for name in carried if name.endswith("licenses/LICENSE")]


def test_a_command_that_serves_nothing_loads_nothing_of_the_web(migrated: str) -> None:
    assert "hotline.cli" in migrated
    assert re.findall(r"fastapi|jinja2|starlette|uvicorn|hotline\.web", migrated) == []


def test_the_home_page_its_stylesheet_and_htmx_come_from_the_wheel(site: httpx.Client) -> None:
    home = site.get("/", headers={"accept-language": "en"})
    (stylesheet,) = re.findall(r'<link[^>]*href="(/static/hotline\.css\?v=[^"]+)"', home.text)
    style = site.get(stylesheet)
    htmx = site.get("/static/vendor/htmx.min.js")

    assert home.status_code == 200
    assert style.status_code == 200
    assert style.headers["content-type"].startswith("text/css")
    fetched = (ROOT / "build/vendor/htmx.min.js").read_bytes()
    assert hashlib.sha256(htmx.content).digest() == hashlib.sha256(fetched).digest()


def test_both_languages_are_in_the_wheel(site: httpx.Client) -> None:
    chinese = site.get("/", headers={"accept-language": "zh-CN"}).text
    english = site.get("/", headers={"accept-language": "en"}).text

    assert 'lang="zh-Hans"' in chinese
    assert 'lang="en"' in english
    assert len(re.findall(r"[一-鿿]", chinese)) > len(re.findall(r"[一-鿿]", english)) + 50
