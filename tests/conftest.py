"""Fixtures that every test may ask for: the cast in their house, on the database that was asked for."""

import gc
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.browser import CHROMIUMS, bound, browser, elsewhere, open_page, site
from tests.cast import House, Person, copy_house, found_house
from tests.databases import Kind
from tests.promises.points import names_of

__all__ = ["bound", "browser", "database", "elsewhere", "founded", "house", "open_page", "site"]

Founded = tuple[Path, dict[str, Person]]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--database postgresql` runs the tests on a PostgreSQL server that they start."""
    kinds = [kind.value for kind in Kind]
    parser.addoption("--database", choices=kinds, default=Kind.SQLITE.value, help="what data are kept in")


def pytest_configure(config: pytest.Config) -> None:
    databases.choose(Kind(config.getoption("--database")))
    gc.set_threshold(50_000, 20, 50)  # looking for rubbish as often as usual takes a seventh of the time


def pytest_itemcollected(item: pytest.Item) -> None:
    """A test can be asked for by the points of the screens' specification that it holds."""
    item.extra_keyword_matches.update(names_of(item.path, getattr(item, "originalname", item.name)))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about SQLite itself is left out elsewhere; what is left is put into order."""
    if databases.chosen() is not Kind.SQLITE:
        others = [item for item in items if item.get_closest_marker("sqlite")]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    items[:] = slow_ones_first(items)


def slow_ones_first(items: list[pytest.Item]) -> list[pytest.Item]:
    """What is made once in a process, or waits for a browser, begins the shares of the three workers.

    They are the Makefile's. What another worker takes over when it has nothing more to do is a share's end.
    """
    begins: dict[str, list[pytest.Item]] = {"every screen": [], "a browser": [], "the demo": []}
    rest: list[pytest.Item] = []
    for item in items:
        begins.get(_begins_with(item), rest).append(item)
    share = len(items) // len(begins)
    ordered: list[pytest.Item] = []
    for number, begin in enumerate(begins.values(), start=1):
        ordered += begin
        room = max(0, share * number - len(ordered))
        ordered, rest = [*ordered, *rest[:room]], rest[room:]
    return [*ordered, *rest]


def _begins_with(item: pytest.Item) -> str:
    """Which share begins with this test, by what it asks for; none for most."""
    fixtures = getattr(item, "fixturenames", ())
    if "demo" in fixtures:
        return "the demo"
    in_browser = item.get_closest_marker("browser") is not None
    if "screens_in" in fixtures or (in_browser and "promises" in item.path.parts):
        return "every screen"
    return "a browser" if in_browser else ""


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """The browsers stay for tests that ask for one, and are gone for others."""
    if not item.get_closest_marker("browser"):
        CHROMIUMS.close()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """Before folders are cleared away: pytest-xdist kills a worker that takes some seconds for it."""
    CHROMIUMS.close()
    databases.clear_away()


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest) -> Iterator[Kind]:
    """What this test's data are kept in."""
    with databases.instead(_kept_in(request)):
        yield databases.chosen()


def _kept_in(request: pytest.FixtureRequest) -> Kind:
    """What a test, or all of a file, is marked with; else what was asked for."""
    return Kind.POSTGRESQL if request.node.get_closest_marker("postgres") else databases.chosen()


@pytest.fixture(scope="session")
def foundings(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Founded]:
    """The deployment that every test gets a copy of, made once for each kind of database."""
    made: dict[Kind, Founded] = {}

    def of_this_kind() -> Founded:
        kind = databases.chosen()
        if kind not in made:
            folder = tmp_path_factory.mktemp("founded")
            made[kind] = folder, found_house(folder)
        return made[kind]

    return of_this_kind


@pytest.fixture(scope="session")
def founded(foundings: Callable[[], Founded]) -> Founded:
    """The same on the database that was asked for."""
    return foundings()


@pytest.fixture
def house(foundings: Callable[[], Founded], database: Kind, tmp_path: Path) -> Iterator[House]:
    """A deployment of the test's own with the whole cast."""
    assert database is databases.chosen()
    template, cast = foundings()
    folder = tmp_path / "house"
    folder.mkdir()
    yield from copy_house(template, cast, folder)


@pytest.fixture(scope="module")
def shared_house(
    request: pytest.FixtureRequest,
    foundings: Callable[[], Founded],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[House]:
    """A deployment that all tests of a file share: whoever changes it says so, or takes a copy (`become`)."""
    with databases.instead(_kept_in(request)):
        template, cast = foundings()
        copies = copy_house(template, cast, tmp_path_factory.mktemp("shared"))
        house = next(copies)
    yield house
    next(copies, None)
