"""Argon2id for passphrases and receipt codes, with the costs by version.

Slow on purpose: call it only in a hash lane (`web/lanes.py`), never while a route or a
transaction waits. Version 0 exists for tests alone; a deployment made with it says so for ever.
"""

from dataclasses import dataclass

from argon2.low_level import Type, hash_secret_raw

TEST_VERSION = 0
NEWEST_VERSION = 1


@dataclass(frozen=True)
class Cost:
    """What one stretching costs: memory in KiB, passes, lanes."""

    memory: int
    passes: int
    lanes: int = 1


CALLER_COSTS = {TEST_VERSION: Cost(8, 1), 1: Cost(19 * 1024, 2)}
"""OWASP's floor for argon2id (ASVS 5.0 appendix C): a receipt code already has 76 random bits."""

STAFF_COSTS = {TEST_VERSION: Cost(8, 1), 1: Cost(64 * 1024, 3)}


def versions_in_use(newest: int) -> tuple[int, ...]:
    """The versions a returning code may have been stretched with, the likeliest first."""
    return tuple(range(newest, 0, -1)) or (TEST_VERSION,)


def stretch_code(code: str, salt: bytes, version: int) -> bytes:
    """The 32 bytes a receipt code's keys are derived from."""
    return _stretch(code.encode(), salt, CALLER_COSTS[version])


def stretch_passphrase(passphrase: str, salt: bytes, version: int) -> bytes:
    """The 32 bytes a passphrase's verifier and unlock key are derived from."""
    return _stretch(passphrase.encode(), salt, STAFF_COSTS[version])


def _stretch(secret: bytes, salt: bytes, cost: Cost) -> bytes:
    return hash_secret_raw(secret, salt, cost.passes, cost.memory, cost.lanes, 32, Type.ID)
