"""Take the README's pictures from a running demo: `make run`, then `make pictures` in another terminal.

python tools/pictures.py http://127.0.0.1:8000    writes docs/pictures/*.webp
"""

import base64
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hotline.demo.people import passphrase_of
from hotline.demo.stories import code_of, load_stories
from hotline.demo.telling import COUNSELOR

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "pictures"
PHONE = {"width": 360, "height": 660}
DESK = {"width": 1000, "height": 800}
MOST_BYTES = 200_000  # all of them together
QUALITY = 0.75
TO_WEBP = """async ([png, quality]) => {
  const image = new Image();
  image.src = "data:image/png;base64," + png;
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = image.width;
  canvas.height = image.height;
  canvas.getContext("2d").drawImage(image, 0, 0);
  return canvas.toDataURL("image/webp", quality).split(",")[1];
}"""


def main(url: str) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        keep(browser, "home", opened(browser, url, "/", "zh-CN"))
        keep(browser, "question", opened(browser, url, "/write", "en"))
        keep(browser, "conversation", conversation(browser, url))
        keep(browser, "queue", queue(browser, url))
        browser.close()
    weight = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{weight} bytes in {FOLDER}")
    if weight > MOST_BYTES:
        sys.exit(f"more than {MOST_BYTES} bytes together")


def opened(browser: Browser, url: str, path: str, language: str, size: dict[str, int] = PHONE) -> Page:
    """The page at the path, as a browser of this language and size shows it."""
    context = browser.new_context(
        base_url=url,
        locale=language,
        viewport={"width": size["width"], "height": size["height"]},
        device_scale_factor=1.5,
    )
    page = context.new_page()
    page.goto(path)
    return page


def conversation(browser: Browser, url: str) -> Page:
    """A caller's conversation with a reply in it."""
    page = opened(browser, url, "/read", "en")
    story = next(one for one in load_stories() if one.show == "reply" and one.language == "en")
    page.locator("[name=code]").fill(code_of(story))
    page.locator("#step button").first.click()
    page.wait_for_url("**/conversation")
    page.evaluate("scrollTo(0, document.querySelector('h1').offsetTop - 90)")  # below the header that stays
    return page


def queue(browser: Browser, url: str) -> Page:
    """What a counselor sees before taking a ticket."""
    page = opened(browser, url, "/staff/sign-in", "en", DESK)
    page.locator("[name=name]").fill(COUNSELOR)
    page.locator("[name=passphrase]").fill(passphrase_of(COUNSELOR))
    page.locator("[name=passphrase]").press("Enter")
    page.wait_for_url("**/staff")
    page.goto("/staff/queue")
    return page


def keep(browser: Browser, name: str, page: Page) -> None:
    """The page as a small picture; a blank page of the same browser packs it."""
    png = base64.b64encode(page.screenshot(animations="disabled")).decode()
    packed = browser.new_page().evaluate(TO_WEBP, [png, QUALITY])
    (FOLDER / f"{name}.webp").write_bytes(base64.b64decode(packed))
    print(f"{name}.webp")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"))
