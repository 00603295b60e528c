"""A mail that waits in the outbox, and a postman with a mail server or without one."""

import pytest

from hotline.base.config import Settings
from hotline.notifications import actions
from hotline.notifications.models import OutgoingMail
from hotline.notifications.postman import Postman
from tests.cast import NOON, House
from tests.followups.plans import give_address, outbox
from tests.mailserver import Mailbox

SENDER = "reminders@example.org"


@pytest.fixture
def waiting(house: House) -> OutgoingMail:
    """A mail to Lin that nobody has begun to send."""
    give_address(house, "lin")
    put(house)
    return outbox(house)[0]


def put(house: House, name: str = "lin") -> None:
    with house.database.write() as db:
        actions.notify(db, house.person(name).id, now=NOON)


def postman(house: House, mailbox: Mailbox | None = None, url: str = "") -> Postman:
    server = {"smtp_url": mailbox.url if mailbox else url, "mail_from": SENDER}
    return Postman(house.database, Settings.model_validate({"data_dir": house.folder, **server}))
