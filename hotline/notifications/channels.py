"""The ways out: a mail server, or a folder of files where there is none."""

import asyncio
import ipaddress
import os
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib

from hotline.notifications.retries import State, Trouble

PATIENCE_SECONDS = 20
"""For one mail from the first byte to the server's last word."""


class NotDelivered(Exception):
    """The mail did not go out; `trouble` says why. It may have, if only the server's last word was lost."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble)
        self.trouble = trouble


class Channel(Protocol):
    """A way out. `leaves` is what a mail is once `deliver` has returned."""

    leaves: ClassVar[State]

    def deliver(self, mail: EmailMessage) -> None:
        """The mail has gone this way when this returns; `NotDelivered` otherwise."""


@dataclass(frozen=True)
class MailServer:
    """A server that takes mails by SMTP."""

    leaves: ClassVar[State] = State.SENT

    host: str
    port: int
    is_tls: bool
    username: str | None = field(repr=False)
    password: str | None = field(repr=False)

    @classmethod
    def at(cls, url: str) -> "MailServer":
        """The server of `smtp://` or `smtps://[name:password@]host[:port]`."""
        parts = urlsplit(url)
        is_tls = parts.scheme == "smtps"
        port = parts.port or (465 if is_tls else 587 if parts.username else 25)
        return cls(
            parts.hostname or "",
            port,
            is_tls,
            unquote(parts.username) if parts.username else None,
            unquote(parts.password) if parts.password else None,
        )

    def deliver(self, mail: EmailMessage) -> None:
        """The server has accepted the mail."""
        try:
            asyncio.run(self._send(mail))
        except (OSError, ValueError, aiosmtplib.SMTPException) as error:
            raise NotDelivered(trouble_of(error)) from error

    async def _send(self, mail: EmailMessage) -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await aiosmtplib.send(
                mail,
                hostname=self.host,
                port=self.port,
                username=self.username,
                password=self.password,
                use_tls=self.is_tls,
                start_tls=self._starts_tls(),
                timeout=PATIENCE_SECONDS,
                local_hostname="localhost",  # the greeting tells nothing of this machine
            )

    def _starts_tls(self) -> bool | None:
        """A password never travels unprotected to another machine; without one, TLS where it is offered."""
        if self.is_tls or is_this_machine(self.host):
            return False
        return True if self.password else None


@dataclass(frozen=True)
class MailFolder:
    """Where mails are files, to be looked at: nobody receives them."""

    leaves: ClassVar[State] = State.WRITTEN

    folder: Path

    def deliver(self, mail: EmailMessage) -> None:
        """The mail is a file named by its Message-ID; written twice it is the same file."""
        name = mail["Message-ID"].strip("<>").partition("@")[0]
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            half = self.folder / f".{name}.part"
            with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(mail.as_bytes())
                file.flush()
                os.fsync(file.fileno())
            half.replace(self.folder / f"{name}.eml")
        except OSError as error:
            raise NotDelivered(Trouble.FOLDER) from error


def trouble_of(error: BaseException) -> Trouble:
    """What kind of failure it was; what the server said is not repeated anywhere."""
    kinds: tuple[tuple[tuple[type[BaseException], ...], Trouble], ...] = (
        ((aiosmtplib.SMTPAuthenticationError,), Trouble.SIGN_IN),
        ((aiosmtplib.SMTPRecipientsRefused, aiosmtplib.SMTPSenderRefused), Trouble.ADDRESS),
        ((ssl.SSLError,), Trouble.TLS),
        ((aiosmtplib.SMTPConnectError, aiosmtplib.SMTPServerDisconnected), Trouble.UNREACHABLE),
        ((aiosmtplib.SMTPTimeoutError, TimeoutError, OSError), Trouble.UNREACHABLE),
    )
    found = next((trouble for types, trouble in kinds if isinstance(error, types)), None)
    if found is None and "STARTTLS" in str(error):
        return Trouble.TLS
    if found is Trouble.UNREACHABLE and isinstance(error.__cause__, ssl.SSLError):
        return Trouble.TLS
    return found or Trouble.REFUSED


def is_this_machine(host: str) -> bool:
    """Whether what goes to this host leaves the machine not at all."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
