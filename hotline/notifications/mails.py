"""The words of a mail. They say that something is due and where to sign in, and nothing else.

Anybody may see a mail on its way, on a lock screen or on a shared machine: there is no reference in
it, no name of the service, and nothing that a person wrote.
"""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from uuid import UUID

from hotline.base.i18n import N_, Language, translate

SUBJECT = N_("You have something due")
BODY = N_("You have something due. Sign in: %(address)s")


def reminder(
    id_: UUID, *, sender: str, to: str, language: Language, public_url: str, made_at: datetime
) -> EmailMessage:
    """The mail of this outbox row: every time the same, to the byte."""
    mail = EmailMessage(policy=SMTP)
    mail["From"] = sender
    mail["To"] = to
    mail["Subject"] = translate(language, SUBJECT)
    mail["Date"] = format_datetime(made_at)
    mail["Message-ID"] = f"<{id_}@{sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"
    body = translate(language, BODY, address=f"{public_url}/staff")
    mail.set_content(f"{body}\n", cte="quoted-printable" if body.isascii() else "base64")
    mail["Content-Language"] = language.value  # last: setting the content clears such headers
    return mail
