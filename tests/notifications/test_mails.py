"""The words of a mail say that something is due, and nothing else."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from uuid import UUID

import pytest

from hotline.base.i18n import Language
from hotline.notifications.mails import reminder

ROW = UUID("0e8b7c66-4d1f-4f7e-8a3f-2f6f6a1f9c11")
MADE = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
SITE = "https://hotline.example.org"


def written(language: Language) -> bytes:
    made = {"sender": "reminders@example.org", "to": "lin@example.org", "public_url": SITE, "made_at": MADE}
    return reminder(ROW, language=language, **made).as_bytes()  # type: ignore[arg-type]  # four plain values


@pytest.mark.parametrize(
    ("language", "subject", "body"),
    [
        (Language.ENGLISH, "You have something due", f"You have something due. Sign in: {SITE}/staff"),
        (Language.CHINESE, "你有一件事到时间了", f"你有一件事到时间了。请登录：{SITE}/staff"),
    ],
)
def test_a_mail_says_this_and_nothing_else(language: Language, subject: str, body: str) -> None:
    mail = message_from_bytes(written(language), policy=default)

    assert mail["Subject"] == subject
    assert mail.get_content().strip() == body
    assert mail["Message-ID"] == f"<{ROW}@example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == MADE
    assert {name.lower() for name in mail.keys()} == {  # noqa: SIM118 - a message is no dictionary
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "auto-submitted",
        "content-language",
        "content-type",
        "content-transfer-encoding",
        "mime-version",
    }


def test_the_same_row_gives_the_same_bytes() -> None:
    assert written(Language.CHINESE) == written(Language.CHINESE)


def test_lines_end_as_the_protocol_wants_and_every_byte_is_plain() -> None:
    raw = written(Language.CHINESE)

    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
