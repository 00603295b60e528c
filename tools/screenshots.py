"""Pictures of every screen, on contact sheets: `make screenshots`.

Serves the demo from a temporary folder on free ports, walks through every screen and state in a real
Chromium, at 360 and 1280 pixels, light and dark, in both languages, and writes build/screenshots/.

python -m tools.screenshots [--language zh-Hans] [--part caller]
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import sync_playwright

from hotline.base.i18n import Language
from tools.screens.as_caller import take_caller
from tools.screens.as_staff import take_staff
from tools.screens.camera import Camera
from tools.screens.places import Places, make_templates, serve_places
from tools.screens.sheets import write_index, write_sheets

FOLDER = Path(__file__).resolve().parent.parent / "build" / "screenshots"
Walk = Callable[[Camera, Places], None]
PARTS: dict[str, Walk] = {"caller": take_caller, "staff": take_staff}


def main() -> None:
    asked = argparse.ArgumentParser(description="Pictures of every screen, on contact sheets.")
    asked.add_argument("--language", choices=[language.value for language in Language])
    asked.add_argument("--part", choices=list(PARTS))
    chosen = asked.parse_args()
    languages = [Language(chosen.language)] if chosen.language else list(Language)
    parts = [PARTS[chosen.part]] if chosen.part else list(PARTS.values())
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as made, sync_playwright() as playwright:
        templates = make_templates(Path(made))
        browser = playwright.chromium.launch(executable_path=_chromium(), args=["--no-sandbox"])
        sheets = []
        for language in languages:
            print(f"Looking at every screen in {language.own_name} ...")
            with serve_places(templates, Path(made) / f"places-{language}") as places:
                sheets += walk(Camera(browser, FOLDER, language), places, parts)
        browser.close()
    print(f"Look at {write_index(FOLDER, sheets)}")


def walk(camera: Camera, places: Places, parts: list[Walk]) -> list[Path]:
    """Take these parts; the contact sheets that came of it."""
    for part in parts:
        part(camera, places)
    camera.close()
    return write_sheets(camera.browser, camera.folder, camera.pictures, camera.language)


def _chromium() -> str:
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    if not found:
        sys.exit("Chromium is missing: apt install chromium, or set CHROMIUM")
    return found


if __name__ == "__main__":
    main()
