"""Statistics over HTTP: who sees them, what they say, and that no true number and no text is anywhere."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from io import StringIO

import httpx
import pytest
from sqlalchemy import delete, event, update

from hotline.counters.actions import Dimension
from hotline.counters.models import Counter
from hotline.intake.screening import Safety, Topic
from hotline.permissions import Permission
from hotline.statistics.models import Release, ReleasedCell
from hotline.statistics.tables import Kind, known, shown
from hotline.web.access import declared_access, routes_of
from hotline.web.staff.statistics_words import TABLES
from tests import flows
from tests.cast import ZONE, House
from tests.statistics.years import add, release_all
from tests.web.staff.desks import Desks, words

OPENED = date(2026, 10, 1)
THEN = datetime(2026, 10, 6, 20, tzinfo=ZONE)
AFTERWARDS = datetime(2027, 1, 1, 9, tzinfo=ZONE)
ADDRESS = "/staff/statistics"
MAIN = re.compile(r"<main.*</main>", re.DOTALL)
HREF = re.compile(r'href="([^"]*)"')

NUMBERS: dict[Dimension, dict[str, int]] = {
    Dimension.CONTACTS: {"request": 92},
    Dimension.TOPIC: {"sleep": 41, "mood": 33, "safe": 3},
    Dimension.AUDIENCE: {"student": 71, "staff": 13, "family": 8},
    Dimension.LANGUAGE: {"zh-Hans": 81, "en": 11},
    Dimension.FIRST_REPLY: {"P1": 2, "P2": 12, "P3": 43},
    Dimension.FIRST_REPLY_IN_TIME: {"P1": 2, "P2": 12, "P3": 43},
    Dimension.OUTCOME: {"listened": 28, "information": 9},
    Dimension.FOLLOW_UPS_PLANNED: {"planned": 22},
    Dimension.FOLLOW_UPS_COMPLETED: {"better": 12, "no-answer": 3},
    Dimension.HOUR: {"1-20": 17, "2-21": 12, "5-03": 1},
}
PAGES = (
    f"{ADDRESS}/contacts/2026-W41",
    *(f"{ADDRESS}/{kind}/2026-10" for kind in Kind if kind not in {Kind.CONTACTS, Kind.HOUR}),
    f"{ADDRESS}/hour/2026-Q4",
)


@pytest.fixture(scope="module")
def decided(shared_house: House) -> House:
    """A house in which all of a quarter was counted on one evening, over and decided."""
    for dimension, numbers in NUMBERS.items():
        slot = "2" if dimension is Dimension.FIRST_REPLY else ""
        add(shared_house, dimension, numbers, THEN, slot=slot)
    release_all(shared_house, opened=OPENED, now=AFTERWARDS)
    shared_house.database.dispose()
    return shared_house


@pytest.fixture
def released(desks: Desks, decided: House) -> Desks:
    """This test's own copy of it."""
    desks.now = AFTERWARDS
    desks.house.become(decided)
    return desks


def drawn(page: httpx.Response) -> str:
    return page.text[page.text.index('<svg class="chart') : page.text.rindex("</svg>")]


def rows(answer: httpx.Response) -> list[list[str]]:
    return list(csv.reader(StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("name", ["lin", "administrator", "custodian"])
def test_statistics_are_the_supervisors(released: Desks, name: str) -> None:
    desk = released.at_desk(name)

    for address in (ADDRESS, *PAGES, f"{PAGES[0]}.csv"):
        assert desk.get(address).status_code == 404
    assert ADDRESS not in desk.get("/staff").text


def test_every_address_of_statistics_needs_the_permission(desks: Desks) -> None:
    declared = {str(route.path): declared_access(route).needs for route in routes_of(desks.app)}
    ours = {path: needs for path, needs in declared.items() if path.startswith(ADDRESS)}

    assert len(ours) == 3
    assert set(ours.values()) == {frozenset({Permission.STATISTICS_SEE})}


@pytest.mark.parametrize(
    "place",
    [
        "contacts/2026-W99",
        "contacts/2026-10",
        "wishes/2026-10",
        "level/2026-W41",
        "topic/2026",
        "topic/2026-10.csv.csv",
    ],
)
def test_what_was_never_decided_is_not_there(released: Desks, place: str) -> None:
    assert released.at_desk("supervisor").get(f"{ADDRESS}/{place}").status_code == 404


def test_the_menu_leads_there_and_every_table_to_its_newest_period(released: Desks) -> None:
    desk = released.at_desk("supervisor")
    assert f'href="{ADDRESS}"' in desk.get("/staff").text

    page = desk.get(ADDRESS)

    assert [
        desk.get(address).status_code for address in re.findall(rf'href="({ADDRESS}/[^"]+)"', page.text)
    ] == [200] * len(Kind)
    assert "Newest: Week 52 of 2026" in words(page)
    assert "Newest: Quarter 4 of 2026" in words(page)


def test_before_the_first_week_is_over_the_page_says_so(desks: Desks) -> None:
    page = words(desks.at_desk("supervisor").get(ADDRESS))

    assert "Nothing has been released yet." in page
    assert page.count("Not released yet") == len(Kind)


def test_a_table_stands_before_its_drawing_with_its_definition_and_when_it_was_fixed(released: Desks) -> None:
    page = released.at_desk("supervisor").get(f"{ADDRESS}/topic/2026-10")

    said = words(page)
    assert "October 2026 1 October 2026 to 31 October 2026" in said
    assert TABLES[Kind.TOPIC].meaning in said
    assert "Sleep and body 40" in said
    assert "Feelings: sad, anxious, angry, numb 35" in said
    assert "Thoughts of ending life or self-harm fewer than 5" in said
    assert "Family fewer than 5" in said
    assert "Decided on 1 January 2027, and never computed again." in said
    assert page.text.index("</table>") < page.text.index('<svg class="chart')
    assert re.findall(r">(\d+)</text>", drawn(page)) == ["40", "35"]
    assert drawn(page).count(">fewer than 5</text>") == len(Topic) - 2


def test_levels_say_how_soon_replies_came_where_enough_came(released: Desks) -> None:
    said = words(released.at_desk("supervisor").get(f"{ADDRESS}/level/2026-10"))

    assert "P3 Soon 45 90% or more within 4 hours within 4 hours" in said
    assert "P2 Today 10 too few to say too few to say too few to say" in said
    assert "P1 At once fewer than 5 too few to say" in said


HOURS_OF_THE_CLOCK = [f"{hour:02}" for hour in range(24)]


def test_hours_say_small_numbers_in_words_too(released: Desks) -> None:
    page = released.at_desk("supervisor").get(f"{ADDRESS}/hour/2026-Q4")

    assert page.text.count('aria-label="fewer than 5">&lt;5</td>') == 7 * 24 - 2
    assert "20:00 15" in words(page)
    numbers = re.findall(r">(\d+)</text>", drawn(page))
    assert sorted(numbers) == sorted([*HOURS_OF_THE_CLOCK, "10", "15"])


def test_a_week_stands_beside_those_before_it(released: Desks) -> None:
    said = words(released.at_desk("supervisor").get(f"{ADDRESS}/contacts/2026-W42"))

    assert "Week 42 of 2026 fewer than 5" in said
    assert "Week 41 of 2026 90" in said
    assert "Week 43 of 2026 fewer than 5" not in said


def test_both_languages_say_it(released: Desks) -> None:
    desk = released.at_desk("supervisor", language="zh-CN")

    said = words(desk.get(f"{ADDRESS}/contacts/2026-W41"))
    assert "2026年第41周 2026年10月5日至2026年10月11日" in said
    assert rows(desk.get(f"{ADDRESS}/audience/2026-10.csv"))[:3] == [
        ["人群", "来访"],
        ["学生", "70"],
        ["教职工", "15"],
    ]
    *_, last, space, named, rounded = rows(desk.get(f"{ADDRESS}/audience/2026-10.csv"))
    assert last == ["没有说", "少于5"]
    assert space == []
    assert named == ["来访人群", "2026年10月"]
    assert rounded[0].startswith("数字取最接近的5的倍数")


def test_a_file_holds_the_words_of_its_page(released: Desks) -> None:
    desk = released.at_desk("supervisor")
    for address in PAGES:
        answer = desk.get(f"{address}.csv")
        heads, *lines = rows(answer)
        page = words(desk.get(address)).replace(" <5 ", " fewer than 5 ").replace(" <5 ", " fewer than 5 ")

        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert " ".join(heads) in page
        for line in lines:
            assert " ".join(line) in page


def test_a_file_has_plain_spaces_where_the_page_keeps_a_date_on_one_line(released: Desks) -> None:
    desk = released.at_desk("supervisor")

    assert (
        "1\u00a0October\u00a02026 to 31\u00a0October\u00a02026" in desk.get(f"{ADDRESS}/topic/2026-10").text
    )
    for address in PAGES:
        assert "\u00a0" not in desk.get(f"{address}.csv").content.decode("utf-8-sig"), address


def test_pages_of_different_true_numbers_that_print_the_same_are_the_same(released: Desks) -> None:
    desk = released.at_desk("supervisor")
    places = (ADDRESS, *PAGES, *(f"{address}.csv" for address in PAGES))
    before = [desk.get(place).content for place in places]

    _count_otherwise(released.house)
    release_all(released.house, opened=OPENED, now=released.now)

    assert [desk.get(place).content for place in places] == before


def _count_otherwise(house: House) -> None:
    """Another world, in which everything prints the same; nothing was released in it yet."""
    with house.database.write() as db:
        db.execute(delete(ReleasedCell))
        db.execute(delete(Release))
        for dimension, numbers in NUMBERS.items():
            for value, n in numbers.items():
                other = next(one for one in known(shown(n)) if one != n)
                this = (Counter.dimension == dimension) & (Counter.value == value)
                db.execute(update(Counter).where(this).values(n=other))


def test_a_withheld_table_is_said_in_words_and_shows_nothing(released: Desks) -> None:
    with released.house.database.write() as db:
        db.execute(delete(ReleasedCell).where(ReleasedCell.kind == Kind.LANGUAGE))
        this = (Release.kind == Kind.LANGUAGE) & (Release.period == "2026-10")
        db.execute(update(Release).where(this).values(is_withheld=True, at_least=83, at_most=97))
    desk = released.at_desk("supervisor")

    page = desk.get(f"{ADDRESS}/language/2026-10")

    assert "This table is withheld" in words(page)
    assert "<table" not in page.text
    assert '<svg class="chart' not in page.text
    assert not re.search(r"\b(83|97)\b", MAIN.findall(page.text)[0])
    assert rows(desk.get(f"{ADDRESS}/language/2026-10.csv")) == [
        ["Languages", "Contacts"],
        ["October 2026", "withheld"],
    ]


def test_nothing_on_the_pages_leads_to_anybody(desks: Desks) -> None:
    caller = desks.house.send("canary 睡不着", topics=(Topic.SLEEP,), safety=Safety.DANGER, now=THEN)
    flows.take(desks.house, "lin", caller, now=THEN)
    flows.review(desks.house, "lin", caller, now=THEN)
    flows.reply(desks.house, "lin", caller, "canary 回复", now=THEN)
    flows.close(desks.house, "lin", caller, now=THEN)
    desks.now = datetime(2027, 1, 1, 9, tzinfo=ZONE)
    release_all(desks.house, opened=OPENED, now=desks.now)
    desk = desks.at_desk("supervisor")

    for address in (ADDRESS, *PAGES, *(f"{page}.csv" for page in PAGES)):
        answer = desk.get(address)
        assert answer.status_code == 200
        for told in ("canary", caller.reference, desks.shown(caller), "木棉", str(caller.ticket)):
            assert told not in answer.text
        for main in MAIN.findall(answer.text):
            assert {link for link in HREF.findall(main) if not link.startswith(ADDRESS)} == set()


def test_pages_read_what_was_released_and_neither_counters_nor_tickets(released: Desks) -> None:
    desk = released.at_desk("supervisor")

    with statements(released.house) as asked:
        for address in (ADDRESS, *PAGES):
            desk.get(address)

    assert any("releases" in one for one in asked)
    assert [one for one in asked if re.search(r"\b(counters|tickets|messages)\b", one)] == []


@contextmanager
def statements(house: House) -> Iterator[list[str]]:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        asked.append(statement)

    event.listen(house.database.engine, "before_cursor_execute", note)
    yield asked
    event.remove(house.database.engine, "before_cursor_execute", note)
