"""The second factor: six digits that change every 30 seconds (RFC 6238, by pyotp)."""

from datetime import datetime

import pyotp

STEP_SECONDS = 30
WINDOW = 1
"""A phone's clock may be one step off either way."""


def new_seed() -> str:
    """A random seed in base32 (160 bits)."""
    return pyotp.random_base32()


def address(seed: str, name: str, issuer: str) -> str:
    """The otpauth: address that an authenticator app reads from a QR code."""
    return pyotp.TOTP(seed).provisioning_uri(name=name, issuer_name=issuer)


def matching_step(seed: str, digits: str, *, now: datetime) -> int | None:
    """The time step these digits belong to, None when they belong to none near now."""
    cleaned = "".join(character for character in digits if character.isdecimal())
    totp = pyotp.TOTP(seed)
    current = int(now.timestamp()) // STEP_SECONDS
    for step in range(current - WINDOW, current + WINDOW + 1):
        if pyotp.utils.strings_equal(totp.generate_otp(step), cleaned):
            return step
    return None
