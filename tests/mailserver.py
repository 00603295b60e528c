"""A real mail server on this machine, which takes mails, refuses them, or goes silent in the middle."""

import asyncio
import email
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from enum import Enum
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

PATIENCE = 20.0


class Mood(Enum):
    """What the server does with a mail."""

    TAKES = "takes it"
    REFUSES = "refuses the recipient for good"
    IS_BUSY = "asks to come back later"
    GOES_SILENT = "has the mail and never says so"


@dataclass
class Mailbox:
    """The server and what has arrived at it."""

    port: int
    mood: Mood = Mood.TAKES
    mails: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    signed_in: list[str] = field(default_factory=list)
    arrived: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """What `HOTLINE_SMTP_URL` says to use it."""
        return f"smtp://127.0.0.1:{self.port}"

    @property
    def ids(self) -> list[str]:
        """The Message-IDs in the order in which the mails came."""
        return [mail["Message-ID"] for mail in self.mails]

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it by this name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.mood is Mood.REFUSES:
            return "550 no such person here: 木棉"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the same
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if self.mood is Mood.IS_BUSY:
            return "451 come back later"
        self.raw.append(content)
        parsed = email.message_from_bytes(content, policy=default)
        assert isinstance(parsed, EmailMessage)
        self.mails.append(parsed)
        self.arrived.set()
        if self.mood is Mood.GOES_SILENT:
            await asyncio.sleep(PATIENCE * 3)
        return "250 OK"


@contextmanager
def running(mailbox: Mailbox, **options: Any) -> Iterator[Mailbox]:  # noqa: ANN401 - aiosmtpd's own options
    """The server is there while the block runs."""
    controller = Controller(mailbox, hostname="127.0.0.1", port=mailbox.port, **options)
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop(no_assert=True)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def knows(mailbox: Mailbox, name: str, password: str) -> object:
    """An authenticator that lets exactly this one in."""

    def check(_server: SMTP, _session: Session, _envelope: Envelope, _kind: str, given: object) -> AuthResult:
        is_right = (getattr(given, "login", b""), getattr(given, "password", b"")) == (
            name.encode(),
            password.encode(),
        )
        if is_right:
            mailbox.signed_in.append(name)
        return AuthResult(success=is_right, handled=is_right)

    return check


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    """A mail server that takes everything."""
    with running(Mailbox(free_port())) as open_box:
        yield open_box
