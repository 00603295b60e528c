"""Where the files are that hold no code: `_bundle/` in the wheel, else the source tree."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent.parent
_BUNDLE = _PACKAGE / "_bundle"
_SOURCE = _PACKAGE.parent


def templates_dir() -> Path:
    return _shipped("templates")


def static_dir() -> Path:
    """Our own stylesheet, scripts and icons."""
    return _shipped("static")


def vendor_dir() -> Path:
    """Third-party files for the browser; `make setup` fetches them, git never holds them."""
    return _BUNDLE / "vendor" if _BUNDLE.is_dir() else _SOURCE / "build" / "vendor"


def migrations_dir() -> Path:
    return _shipped("migrations")


def locale_dir() -> Path:
    return _PACKAGE / "locale"


def _shipped(name: str) -> Path:
    return _BUNDLE / name if _BUNDLE.is_dir() else _SOURCE / name
