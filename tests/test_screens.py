"""The camera's walk past every screen comes to its end: a form that has changed would stop it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from hotline.base.i18n import Language
from tools.screens.camera import Camera
from tools.screens.places import make_templates, serve_places
from tools.screenshots import PARTS, walk

pytestmark = [pytest.mark.browser, pytest.mark.thorough, pytest.mark.sqlite]

NARROW, LIGHT, PAPER = 360, "light", "794-paper"
SHEETS = {
    "caller": {"home", "write", "sent", "read", "state"},
    "staff": {"door", "work", "ticket", "board", "numbers", "people", "empty"},
}


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The data of the camera's places, made once for all parts."""
    return make_templates(tmp_path_factory.mktemp("templates"))


def test_every_part_of_the_walk_is_here() -> None:
    assert set(SHEETS) == set(PARTS)


@pytest.mark.parametrize(
    ("part", "language"), [("caller", Language.CHINESE), ("staff", Language.ENGLISH)], ids=["caller", "staff"]
)
def test_the_walk_ends_with_a_sheet_for_every_part(
    browser: Browser, templates: dict[str, Path], tmp_path: Path, part: str, language: Language
) -> None:
    camera = Camera(browser, tmp_path / "pictures", language, widths=(NARROW,), themes=(LIGHT,))
    with serve_places(templates, tmp_path / "places") as places:
        sheets = walk(camera, places, [PARTS[part]])

    names = {sheet.stem for sheet in sheets}
    assert {f"{name}-{language}-{NARROW}-{LIGHT}" for name in SHEETS[part]} == {
        name for name in names if PAPER not in name
    }
    assert all(picture.path.stat().st_size for picture in camera.pictures)
    assert all(sheet.with_suffix(".png").stat().st_size for sheet in sheets)
