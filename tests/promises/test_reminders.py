"""What reminders promise: no word of anybody's in the outbox, in mails, in the calendar or in logs."""

import logging
import re
from pathlib import Path

import httpx
import pytest
from sqlalchemy import inspect, select

from hotline.followups.models import CalendarFeed, FollowUp
from hotline.notifications.models import OutgoingMail
from hotline.web.access import SECRET_ADDRESS, Audience, declared_access, routes_of
from tests.canaries import Canaries
from tests.cast import House
from tests.followups.plans import IN_3_DAYS, give_address, taken, worker_of
from tests.mailserver import Mailbox, free_port, mailbox, running
from tests.web.foundation import browse
from tests.web.staff.desks import Desks, desks, url
from tests.web.staff.test_calendar import asked

__all__ = ["desks", "mailbox"]

WHY = "问她和室友谈得怎么样了"
SENDER = "reminders@example.org"
SECRET = re.compile(r"/staff/calendar/([0-9a-f]{64})\.ics")


def calendar_page(desks: Desks) -> httpx.Response:
    """The page that shows a new address."""
    desk = desks.at_desk("lin")
    return desk.post("/staff/account/calendar", data=asked(desk))


@pytest.fixture
def canaries(desks: Desks) -> Canaries:
    """A day in which a follow-up was planned through the page, with what must be found nowhere."""
    give_address(desks.house, "lin")
    caller = taken(desks.house)
    answer = desks.at_desk("lin").post(url(caller, "/follow-ups"), data={"when": "3-days", "about": WHY})
    assert answer.status_code == 303
    return Canaries(
        {
            "why": WHY,
            "message": "我最近睡不着。",
            "reply": "谢谢你写下来。",
            "reference": caller.reference,
            "shown reference": desks.shown(caller),
            "ticket": str(caller.ticket),
            "code": caller.code,
            "service": "心语留言",
            "service in English": "Listening Desk",
        }
    )


def test_a_mail_holds_nothing_of_what_it_is_about(desks: Desks, canaries: Canaries, mailbox: Mailbox) -> None:
    worker_of(desks.house, smtp_url=mailbox.url, mail_from=SENDER).run_once(IN_3_DAYS)

    (raw,) = mailbox.raw
    (mail,) = mailbox.mails
    assert canaries.in_bytes(raw) == []
    assert canaries.in_text(mail.get_content()) == []


def test_a_mail_that_became_a_file_holds_nothing_either(desks: Desks, canaries: Canaries) -> None:
    worker_of(desks.house).run_once(IN_3_DAYS)

    files = list((desks.house.folder / "mail").iterdir())
    assert len(files) == 1
    assert canaries.in_files(files) == {}


def test_the_calendar_holds_nothing(desks: Desks, canaries: Canaries) -> None:
    page = calendar_page(desks)
    found = SECRET.search(page.text)
    assert found is not None

    answer = browse(desks.app).get(found.group())

    assert b"BEGIN:VEVENT" in answer.content
    assert canaries.in_bytes(answer.content) == []
    assert canaries.in_text(str(answer.headers)) == []


def test_the_stored_files_hold_no_word_and_no_secret_address(desks: Desks, canaries: Canaries) -> None:
    del canaries  # the reference is stored, by design; what was written is not
    found = SECRET.search(calendar_page(desks).text)
    assert found is not None
    worker_of(desks.house).run_once(IN_3_DAYS)
    desks.house.database.dispose()

    hidden = Canaries({"why": WHY, "secret": found.group(1), "secret bytes": bytes.fromhex(found.group(1))})
    assert hidden.in_files(_all_files(desks.house)) == {}


def test_no_log_line_names_an_address_a_secret_or_a_reference(
    desks: Desks, canaries: Canaries, caplog: pytest.LogCaptureFixture
) -> None:
    away = Mailbox(free_port())
    with caplog.at_level(logging.DEBUG):
        found = SECRET.search(calendar_page(desks).text)
        assert found is not None
        browse(desks.app).get(found.group())
        browse(desks.app).get(f"/staff/calendar/{'0' * 64}.ics")
        worker = worker_of(
            desks.house, smtp_url=f"smtp://desk:hidden@127.0.0.1:{away.port}", mail_from=SENDER
        )
        worker.run_once(IN_3_DAYS)
        with running(away):
            worker.run_once(IN_3_DAYS.replace(hour=12))

    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("hotline"))
    hidden = Canaries(
        {"secret": found.group(1), "password": "hidden", "recipient": "lin@example.org", "sender": SENDER}
    )
    assert said, "the failed mail is logged"
    assert canaries.in_text(said) == []
    assert hidden.in_text(said) == []


def test_asking_for_the_calendar_changes_no_row(desks: Desks, canaries: Canaries) -> None:
    del canaries
    found = SECRET.search(calendar_page(desks).text)
    assert found is not None
    before = _rows(desks.house)

    assert browse(desks.app).get(found.group()).status_code == 200
    assert browse(desks.app).get("/staff/calendar/nothing.ics").status_code == 404

    assert _rows(desks.house) == before


def test_the_calendar_is_the_only_route_with_a_secret_in_its_address(desks: Desks) -> None:
    with_secret = {
        (str(route.path), declared_access(route))
        for route in routes_of(desks.app)
        if declared_access(route).audience is Audience.ADDRESS
    }

    assert with_secret == {("/staff/calendar/{secret}.ics", SECRET_ADDRESS)}


def test_a_secret_in_an_address_opens_no_page(desks: Desks) -> None:
    """Whoever has the address has moments: it is no session."""
    visitor = browse(desks.app)
    found = SECRET.search(calendar_page(desks).text)
    assert found is not None

    answer: httpx.Response = visitor.get(found.group())

    assert not answer.headers.get_list("set-cookie")
    assert visitor.get("/staff").status_code == 303


def _all_files(house: House) -> list[Path]:
    return [file for file in house.folder.rglob("*") if file.is_file()]


def _rows(house: House) -> list[dict[str, object]]:
    with house.database.read() as db:
        return [
            {attribute.key: getattr(row, attribute.key) for attribute in inspect(type(row)).column_attrs}
            for table in (FollowUp, CalendarFeed, OutgoingMail)
            for row in db.scalars(select(table))
        ]
