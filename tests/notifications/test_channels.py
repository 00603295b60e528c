"""The ways out: a real mail server with its refusals and passwords, and the folder where there is none."""

import logging
import smtplib
import ssl
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from uuid import uuid4

import aiosmtplib
import pytest

from hotline.base.config import Settings
from hotline.base.i18n import Language
from hotline.notifications.channels import MailServer, NotDelivered, is_this_machine, trouble_of
from hotline.notifications.mails import reminder
from hotline.notifications.models import OutgoingMail
from hotline.notifications.postman import channel_of
from hotline.notifications.retries import State, Trouble
from tests.cast import NOON, House
from tests.followups.plans import outbox
from tests.mailserver import Mailbox, Mood, free_port, knows, mailbox, running
from tests.notifications.post import SENDER, postman, put, waiting

__all__ = ["mailbox", "waiting"]

AGAIN = NOON + timedelta(minutes=1)


@pytest.mark.parametrize(
    ("mood", "trouble"), [(Mood.REFUSES, Trouble.ADDRESS), (Mood.IS_BUSY, Trouble.REFUSED)]
)
def test_a_refusal_is_kept_as_a_code_without_the_servers_words(
    house: House,
    waiting: OutgoingMail,
    mailbox: Mailbox,
    caplog: pytest.LogCaptureFixture,
    mood: Mood,
    trouble: Trouble,
) -> None:
    mailbox.mood = mood
    with caplog.at_level(logging.DEBUG, "hotline"):
        postman(house, mailbox).send_due(NOON)

    (kept,) = outbox(house)
    assert (kept.id, kept.state, kept.problem) == (waiting.id, State.WAITING, trouble)
    own_lines = [record.getMessage() for record in caplog.records if record.name.startswith("hotline")]
    assert own_lines == [f"a mail was not sent and will be tried again: {trouble}"]


def test_without_a_server_mails_are_files_and_nothing_is_called_sent(
    house: House, waiting: OutgoingMail, caplog: pytest.LogCaptureFixture
) -> None:
    writer = postman(house)
    with caplog.at_level(logging.WARNING, "hotline"):
        writer.send_due(NOON)
        put(house)
        writer.send_due(AGAIN)

    first, _ = outbox(house)
    assert (first.state, first.ended_at) == (State.WRITTEN, NOON)
    files = sorted((house.folder / "mail").iterdir())
    assert len(files) == 2
    assert (house.folder / "mail" / f"{waiting.id}.eml") in files
    assert {file.stat().st_mode & 0o077 for file in (*files, house.folder / "mail")} == {0}
    mail = message_from_bytes(files[0].read_bytes(), policy=default)
    assert mail["To"] == "lin@example.org"
    assert caplog.records == []


def test_a_folder_that_cannot_be_written_to_is_trouble_and_nothing_is_lost(
    house: House, waiting: OutgoingMail
) -> None:
    (house.folder / "mail").write_text("a file is in the way")

    postman(house).send_due(NOON)

    (kept,) = outbox(house)
    assert (kept.id, kept.state, kept.problem) == (waiting.id, State.WAITING, Trouble.FOLDER)


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # this machine talks to itself
def test_a_name_and_a_password_are_used_and_a_wrong_one_is_told(house: House, waiting: OutgoingMail) -> None:
    box = Mailbox(free_port())
    options = {"authenticator": knows(box, "desk", "p@ss:word"), "auth_require_tls": False}
    with running(box, auth_required=True, **options):
        postman(house, url=f"smtp://desk:wrong@127.0.0.1:{box.port}").send_due(NOON)
        assert outbox(house)[0].problem == Trouble.SIGN_IN
        assert postman(house, url=f"smtp://desk:p%40ss%3Aword@127.0.0.1:{box.port}").send_due(AGAIN) == 1

    assert box.signed_in == ["desk"]
    assert box.ids == [f"<{waiting.id}@example.org>"]


def test_a_password_never_goes_to_another_machine_unprotected() -> None:
    assert MailServer.at("smtp://a:b@mail.example.org")._starts_tls() is True
    assert MailServer.at("smtp://mail.example.org")._starts_tls() is None
    assert MailServer.at("smtps://a:b@mail.example.org")._starts_tls() is False
    assert MailServer.at("smtps://a:b@mail.example.org").is_tls
    assert MailServer.at("smtp://a:b@127.0.0.1")._starts_tls() is False
    assert [
        MailServer.at(f"{url}mail.example.org").port for url in ("smtp://", "smtp://a:b@", "smtps://")
    ] == [
        25,
        587,
        465,
    ]
    assert is_this_machine("localhost")
    assert is_this_machine("::1")
    assert not is_this_machine("mail.example.org")


def test_a_server_that_cannot_protect_a_password_does_not_get_it(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hotline.notifications.channels.is_this_machine", lambda _host: False)
    server = MailServer.at(f"smtp://a:secret@127.0.0.1:{mailbox.port}")
    mail = reminder(
        uuid4(),
        sender=SENDER,
        to="lin@example.org",
        language=Language.ENGLISH,
        public_url="https://hotline.example.org",
        made_at=NOON,
    )

    with pytest.raises(NotDelivered) as refused:
        server.deliver(mail)

    assert refused.value.trouble is Trouble.TLS
    assert mailbox.mails == []


def test_every_kind_of_failure_has_its_code() -> None:
    assert trouble_of(TimeoutError()) is Trouble.UNREACHABLE
    assert trouble_of(ssl.SSLCertVerificationError()) is Trouble.TLS
    assert trouble_of(aiosmtplib.SMTPAuthenticationError(535, "no")) is Trouble.SIGN_IN
    assert trouble_of(aiosmtplib.SMTPDataError(554, "no")) is Trouble.REFUSED
    assert trouble_of(UnicodeEncodeError("ascii", "木", 0, 1, "no")) is Trouble.REFUSED


def test_the_channel_is_the_one_of_the_settings(tmp_path: Path) -> None:
    with_server = {"data_dir": tmp_path, "smtp_url": "smtps://mail.example.org", "mail_from": SENDER}

    assert channel_of(Settings.model_validate({"data_dir": tmp_path})).leaves is State.WRITTEN
    assert channel_of(Settings.model_validate(with_server)).leaves is State.SENT


def test_the_server_of_these_tests_speaks_the_protocol(mailbox: Mailbox) -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=10) as plain:
        plain.sendmail(SENDER, ["lin@example.org"], b"Subject: hello\r\n\r\n.\r\n")

    assert mailbox.mails[0]["Subject"] == "hello"
