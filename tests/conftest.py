"""Fixtures that every test may ask for: the cast in their house."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser import bound, browser, elsewhere, open_page, site
from tests.cast import House, Person, copy_house, found_house

__all__ = ["bound", "browser", "elsewhere", "founded", "house", "open_page", "site"]


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Person]]:
    """The deployment that every test gets a copy of."""
    folder = tmp_path_factory.mktemp("founded")
    return folder, found_house(folder)


@pytest.fixture
def house(founded: tuple[Path, dict[str, Person]], tmp_path: Path) -> Iterator[House]:
    """A deployment of the test's own with the whole cast."""
    template, cast = founded
    folder = tmp_path / "house"
    folder.mkdir()
    yield from copy_house(template, cast, folder)
