"""The one encoder for everything that a key, a record or a signature is bound to.

Layout (security.md §3): "hotline1", then the label and each field as a 32-bit big-endian length
and its bytes; integers are 64-bit big-endian, UUIDs their sixteen bytes.
"""

from enum import StrEnum
from uuid import UUID

PREFIX = b"hotline1"


class Label(StrEnum):
    """What a derived key, sealed thing or signature is for. Never reuse or rename one."""

    RECORD = "record"
    BOX = "box"
    COMMITMENT = "commitment"
    GRANT = "grant"
    GRANT_SIGNATURE = "grant-signature"
    ADMISSION = "admit"
    FINGERPRINT = "fingerprint"
    TEAM = "team"
    TEAM_SHARE = "team-share"
    TEAM_SHARE_SIGNATURE = "team-share-signature"
    ESCROW_SHARE = "escrow-share"
    HOLDER_KEM = "holder-kem"
    HOLDER_SIGNING = "holder-signing"
    HOLDER_OWN_GRANT = "holder-own-grant"
    HOLDER_TOTP = "holder-totp"
    HOLDER_ROOT = "holder-root"
    PASSPHRASE_VERIFIER = "passphrase-verifier"
    PASSPHRASE_UNLOCK = "passphrase-unlock"
    PASSPHRASE_SALT = "passphrase-salt"
    RECEIPT_LOOKUP = "receipt-lookup"
    RECEIPT_ROOT = "receipt-root"
    CALLER_KEY = "caller-key"
    SESSION = "session"
    SESSION_WITHIN = "session-within"
    SECOND_FACTOR = "second-factor"
    FORM_MAC = "form-mac"
    FORM_ID = "form-id"
    FORM_CODE = "form-code"
    KEPT_POST = "kept-post"
    SLOWDOWN = "slowdown"


Field = bytes | str | int | UUID


def context(label: Label, *fields: Field) -> bytes:
    """Bytes that no other label and no other fields encode to."""
    return PREFIX + b"".join(_sized(_raw(field)) for field in (label.value, *fields))


def _raw(field: Field) -> bytes:
    if isinstance(field, bytes):
        return field
    if isinstance(field, str):
        return field.encode()
    if isinstance(field, UUID):
        return field.bytes
    return field.to_bytes(8, "big")


def _sized(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw
