"""Takes every screen at two widths in two themes, and on paper."""

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from hotline.base.i18n import Language

WIDTHS = (360, 1280)
THEMES = ("light", "dark")
PAPER_WIDTH = 794  # pixels: A4 upright
HEIGHT = 800
QUALITY = 72
LOCALES = {Language.CHINESE: "zh-CN", Language.ENGLISH: "en-GB"}


@dataclass(frozen=True)
class Picture:
    """One picture: of which screen, how wide, in which theme (`paper`: as printed)."""

    screen: str
    width: int
    theme: str
    path: Path


@dataclass
class Camera:
    """A photographer in one language; opens browsers for people and takes what they see."""

    browser: Browser
    folder: Path
    language: Language
    widths: tuple[int, ...] = WIDTHS
    themes: tuple[str, ...] = THEMES
    pictures: list[Picture] = field(default_factory=list)
    _contexts: list[BrowserContext] = field(default_factory=list)

    def person(self, base_url: str) -> Page:
        """A page in a browser of its own, in the camera's language."""
        context = self.browser.new_context(
            base_url=base_url,
            locale=LOCALES[self.language],
            viewport={"width": WIDTHS[0], "height": HEIGHT},
        )
        context.set_default_timeout(15_000)
        self._contexts.append(context)
        return context.new_page()

    def take(self, page: Page, screen: str) -> None:
        """The page as it stands, at every width and in every theme of the camera."""
        page.evaluate("scrollTo(0, 0)")
        for width in self.widths:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            for theme in self.themes:
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                self._keep(page, Picture(screen, width, theme, self._path(screen, width, theme)))
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    def visit(self, page: Page, path: str, screen: str) -> None:
        """Go there and take it."""
        page.goto(path)
        self.take(page, screen)

    def take_paper(self, page: Page, screen: str) -> None:
        """The page as the printer gets it."""
        page.set_viewport_size({"width": PAPER_WIDTH, "height": HEIGHT})
        page.emulate_media(media="print", color_scheme="dark")
        self._keep(page, Picture(screen, PAPER_WIDTH, "paper", self._path(screen, PAPER_WIDTH, "paper")))
        page.emulate_media(media="screen", color_scheme="light")
        page.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})

    def close(self) -> None:
        """Close every browser that was opened for somebody."""
        for context in self._contexts:
            context.close()

    def _path(self, screen: str, width: int, theme: str) -> Path:
        return self.folder / self.language / f"{screen}-{width}-{theme}.jpg"

    def _keep(self, page: Page, picture: Picture) -> None:
        picture.path.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(
            path=picture.path,
            full_page=True,
            type="jpeg",
            quality=QUALITY,
            animations="disabled",
        )
        self.pictures.append(picture)
