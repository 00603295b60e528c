"""Emptying the outbox: claim one mail, send it, write down what came of it; each step is committed.

A crash after the claim leaves the mail claimed; when the claim has run out, somebody sends it again
with the same Message-ID. So every mail goes out at least once.
"""

import logging
import time
from datetime import datetime

from hotline.base.config import Settings
from hotline.base.db import Database
from hotline.notifications import actions
from hotline.notifications.channels import Channel, MailFolder, MailServer, NotDelivered
from hotline.notifications.mails import reminder
from hotline.notifications.retries import Trouble

MOST_SECONDS = 15
"""A round stops after so long, because other things are due as well; the rest goes in the next one."""

FOLDER = "mail"
NOBODY = "reminders@localhost"
"""The sender of mails that are only written to files."""

OF_THE_SERVER = frozenset({Trouble.UNREACHABLE, Trouble.SIGN_IN, Trouble.TLS, Trouble.FOLDER})
"""The next mail would meet the same."""

logger = logging.getLogger(__name__)


def channel_of(settings: Settings) -> Channel:
    """The mail server of the settings; without one, a folder in the data directory."""
    return MailServer.at(settings.smtp_url) if settings.smtp_url else MailFolder(settings.data_dir / FOLDER)


class Postman:
    """Sends what waits. Several may be at work on the same outbox."""

    def __init__(self, database: Database, settings: Settings, channel: Channel | None = None) -> None:
        self._database = database
        self._settings = settings
        self._channel = channel or channel_of(settings)

    def send_due(self, now: datetime) -> int:
        """Send what is due; returns how many went out. Trouble with the server itself ends the round."""
        started, gone = time.monotonic(), 0
        while time.monotonic() - started < MOST_SECONDS:
            with self._database.write() as db:
                mail = actions.claim_next(db, now=now)
            if mail is None:
                break
            trouble = self._deliver(mail, now=now)
            gone += trouble is None
            if trouble in OF_THE_SERVER:
                break
        return gone

    def _deliver(self, mail: actions.Claimed, *, now: datetime) -> Trouble | None:
        """What went wrong, if something did; either way it is written down."""
        written = reminder(
            mail.id,
            sender=self._settings.mail_from or NOBODY,
            to=mail.to,
            language=mail.language,
            public_url=self._settings.public_url,
            made_at=mail.made_at,
        )
        try:
            self._channel.deliver(written)
        except NotDelivered as failed:
            logger.warning("a mail was not sent and will be tried again: %s", failed.trouble)
            with self._database.write() as db:
                actions.fail(db, mail.id, failed.trouble, now=now)
            return failed.trouble
        with self._database.write() as db:
            actions.finish(db, mail.id, self._channel.leaves, now=now)
        return None
