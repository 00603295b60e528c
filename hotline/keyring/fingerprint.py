"""A key's fingerprint as two people can compare it aloud: six groups of five digits (99 bits)."""

import hashlib
from uuid import UUID

from hotline.keyring.context import Label, context
from hotline.keyring.holder import PublicKeys

GROUPS = 6
GROUP_DIGITS = 5


def fingerprint(deployment: UUID, account: UUID, version: int, keys: PublicKeys) -> tuple[str, ...]:
    """Six groups of digits that stand for exactly these keys of this account."""
    bound = context(Label.FINGERPRINT, deployment, account, version, keys.kem, keys.signing)
    number = int.from_bytes(hashlib.sha512(bound).digest(), "big") % 10 ** (GROUPS * GROUP_DIGITS)
    digits = str(number).zfill(GROUPS * GROUP_DIGITS)
    return tuple(digits[at : at + GROUP_DIGITS] for at in range(0, len(digits), GROUP_DIGITS))
