"""Symmetric sealing: small boxes for keys and codes, padded records for people's words.

Layout (security.md §3): `01 | algorithm | salt 24 | ciphertext | tag 16`. Key and nonce are
HKDF-Expand-SHA256(secret, context(label, salt), 44), fresh for every sealing, so a nonce cannot
repeat; the associated data are the first two bytes and the context the thing is bound to.
"""

import hmac
import os
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

from hotline.base.errors import Tampered
from hotline.keyring.context import Label, context

SECRET_BYTES = 32
SALT_BYTES = 24
_TAG_BYTES = 16
_HEAD = b"\x01\x01"
"""Version 1 of the layout, algorithm 1: AES-256-GCM."""

_SMALL_PADS = (512, 1024, 2048, 4096, 8192)
_PAD_END = b"\x80"


class Compartment(StrEnum):
    """Which data key of a ticket a text is under."""

    CONVERSATION = "conversation"
    NOTES = "notes"


@dataclass(frozen=True)
class Place:
    """Where a record belongs. A record opens nowhere else."""

    deployment: UUID
    ticket: UUID
    compartment: Compartment
    epoch: int
    record: UUID
    kind: str
    author: str

    def bound(self) -> bytes:
        """The context a record of this place is sealed under."""
        return context(
            Label.RECORD,
            self.deployment,
            self.ticket,
            self.compartment.value,
            self.epoch,
            self.record,
            self.kind,
            self.author,
        )


def new_secret() -> bytes:
    """32 random bytes."""
    return os.urandom(SECRET_BYTES)


def derive(secret: bytes, info: bytes, length: int = SECRET_BYTES) -> bytes:
    """HKDF-SHA256 of a secret for one purpose."""
    return HKDF(SHA256(), length, salt=None, info=info).derive(secret)


def seal_box(secret: bytes, bound: bytes, plain: bytes, *, salt: bytes | None = None) -> bytes:
    """Seal a key or a code under a secret, bound to a context. `salt` is given only by tests."""
    return _seal(Label.BOX, secret, bound, plain, salt or os.urandom(SALT_BYTES))


def open_box(secret: bytes, bound: bytes, box: bytes) -> bytes:
    """What `seal_box` sealed; `Tampered` when bytes, secret or context are others."""
    return _open(Label.BOX, secret, bound, box)


def seal_record(data_key: bytes, place: Place, text: str, *, salt: bytes | None = None) -> bytes:
    """Seal a person's words for one place. The stored length tells only the padding's step."""
    return _seal(Label.RECORD, data_key, place.bound(), pad(text.encode()), salt or os.urandom(SALT_BYTES))


def open_record(data_key: bytes, place: Place, record: bytes) -> str:
    """The words sealed for this place; `Tampered` for any other place, key or bytes."""
    return unpad(_open(Label.RECORD, data_key, place.bound(), record)).decode()


def commitment(data_key: bytes, deployment: UUID, ticket: UUID, part: Compartment, epoch: int) -> bytes:
    """32 bytes that only this data key of this ticket gives; compared after each opening."""
    return derive(data_key, context(Label.COMMITMENT, deployment, ticket, part.value, epoch))


def same(one: bytes, other: bytes) -> bool:
    """Equality in constant time."""
    return hmac.compare_digest(one, other)


def pad(plain: bytes) -> bytes:
    """ISO/IEC 7816-4 padding to 512, 1024, 2048, 4096, 8192, then multiples of 8192 bytes."""
    needed = len(plain) + 1
    size = next((step for step in _SMALL_PADS if needed <= step), 0)
    if not size:
        size = -(-needed // _SMALL_PADS[-1]) * _SMALL_PADS[-1]
    return (plain + _PAD_END).ljust(size, b"\0")


def unpad(padded: bytes) -> bytes:
    """What was padded; `Tampered` when there is no padding to remove."""
    plain, end, rest = padded.rpartition(_PAD_END)
    if not end or rest.strip(b"\0"):
        raise Tampered
    return plain


def _seal(label: Label, secret: bytes, bound: bytes, plain: bytes, salt: bytes) -> bytes:
    key, nonce = _key_and_nonce(label, secret, salt)
    return _HEAD + salt + AESGCM(key).encrypt(nonce, plain, _HEAD + bound)


def _open(label: Label, secret: bytes, bound: bytes, sealed: bytes) -> bytes:
    head, salt, body = sealed[:2], sealed[2 : 2 + SALT_BYTES], sealed[2 + SALT_BYTES :]
    if head != _HEAD or len(body) < _TAG_BYTES:
        raise Tampered
    key, nonce = _key_and_nonce(label, secret, salt)
    try:
        return AESGCM(key).decrypt(nonce, body, head + bound)
    except InvalidTag:
        raise Tampered from None


def _key_and_nonce(label: Label, secret: bytes, salt: bytes) -> tuple[bytes, bytes]:
    out = HKDFExpand(SHA256(), 44, context(label, salt)).derive(secret)
    return out[:32], out[32:]
