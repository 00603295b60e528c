"""Contact sheets: pages that show many small pictures, and each sheet as one picture."""

from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from pathlib import Path

from playwright.sync_api import Browser

from tools.screens.camera import Picture

COLUMNS = {360: 6, 794: 4, 1280: 4}
SHEET_WIDTH = 1600
STYLE = """
body { margin: 12px; font: 14px system-ui, sans-serif; background: #777; color: #fff }
h1 { font-size: 18px; margin: 0 0 12px } a { color: inherit }
.sheet { display: flex; gap: 10px; align-items: flex-start }
.column { flex: 1 1 0; min-width: 0 }
figure { margin: 0 0 12px } figcaption { padding: 2px 0 } img { display: block; width: 100% }
"""


def write_sheets(browser: Browser, folder: Path, pictures: Sequence[Picture], language: str) -> list[Path]:
    """A sheet (.html and .png) for every part, width and theme; the pages written."""

    def kind(picture: Picture) -> tuple[str, int, str]:
        return picture.screen.split("-")[0], picture.width, picture.theme

    written = []
    for (part, width, theme), these in groupby(sorted(pictures, key=kind), key=kind):
        name = f"{part}-{language}-{width}-{theme}"
        path = folder / f"{name}.html"
        path.write_text(_sheet(name, list(these), folder, COLUMNS[width]), encoding="utf-8")
        written.append(path)
    page = browser.new_page(viewport={"width": SHEET_WIDTH, "height": 900})
    for path in written:
        page.goto(path.as_uri())
        page.screenshot(path=path.with_suffix(".png"), full_page=True)
    page.close()
    return written


def write_index(folder: Path, sheets: Iterable[Path]) -> Path:
    """A page that leads to every sheet."""
    items = "".join(f'<li><a href="{sheet.name}">{sheet.stem}</a></li>\n' for sheet in sorted(sheets))
    path = folder / "index.html"
    path.write_text(_page("Screens", f"<ul>{items}</ul>"), encoding="utf-8")
    return path


def _sheet(name: str, pictures: list[Picture], folder: Path, columns: int) -> str:
    """Pictures from left to right in the order in which they were taken."""
    stacks = [
        "".join(_figure(picture, folder) for picture in pictures[first::columns]) for first in range(columns)
    ]
    body = "".join(f'<div class="column">{stack}</div>' for stack in stacks)
    return _page(name, f'<div class="sheet">{body}</div>')


def _figure(picture: Picture, folder: Path) -> str:
    source = escape(picture.path.relative_to(folder).as_posix())
    image = f'<a href="{source}"><img src="{source}" alt=""></a>'
    return f"<figure><figcaption>{escape(picture.screen)}</figcaption>{image}</figure>"


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{STYLE}</style><h1>{escape(title)}</h1>{body}</html>"
    )
