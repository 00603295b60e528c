"""Fetch the browser's third-party files from their locked package: `make assets`."""

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements-assets.lock"
VENDOR = ROOT / "build" / "vendor"
HTMX = Path("django_htmx/static/django_htmx/htmx-2.min.js")
HTMX_SHA256 = "71ea67185bfa8c98c39d31717c6fce5d852370fcdfd129db4543774d3145c0de"


def main() -> None:
    with tempfile.TemporaryDirectory() as unpacked:
        install(Path(unpacked))
        htmx = (Path(unpacked) / HTMX).read_bytes()
    if hashlib.sha256(htmx).hexdigest() != HTMX_SHA256:
        sys.exit("htmx is not the file it should be; nothing was kept")
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "htmx.min.js").write_bytes(htmx)


def install(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    locked = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(LOCK)]
    done = subprocess.run([*pip, *locked, "--target", str(folder)], check=False)
    if done.returncode:
        sys.exit(done.returncode)  # pip has said why


if __name__ == "__main__":
    main()
