"""Key pairs of whoever can hold a grant: a caller, a staff member, the team, the escrow.

A holder's whole key ring is derived from one 32-byte root (security.md §2). Sealing to a holder
is HPKE with the hybrid suite MLKEM768_X25519, HKDF_SHA256, AES_256_GCM (a draft: known-answer
tests pin it). Layout: `01 | suite | HPKE output`; everything to be bound goes into `info`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from hashlib import sha256
from uuid import UUID

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from hotline.base.errors import Tampered
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import derive

MLKEM_PUBLIC_BYTES = 1184
MLKEM_SEED_BYTES = 64
REMEMBERED = 256
"""Holders of one process: about 1.4 KB each."""

_VERSION = 1


class SuiteNumber:
    """The suites a sealed key can be in; new ones are added, none is renumbered."""

    X25519 = 1
    HYBRID = 2


_SUITES = {
    SuiteNumber.X25519: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    SuiteNumber.HYBRID: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}


class HolderKind(StrEnum):
    """What kind of holder a key pair belongs to."""

    CALLER = "caller"
    STAFF = "staff"
    TEAM = "team"
    ESCROW = "escrow"


@dataclass(frozen=True)
class Holder:
    """Whom something is sealed to: kind, id and the version of the holder's keys."""

    kind: HolderKind
    id: UUID
    version: int


@dataclass(frozen=True)
class PublicKeys:
    """The public half: `kem` to seal to (1184 + 32 raw bytes), `signing` to check with (32)."""

    kem: bytes
    signing: bytes


class Unlocked:
    """A holder whose root is in memory for the length of a request: opens, grants, signs."""

    def __init__(self, holder: Holder, deployment: UUID, root: bytes) -> None:
        self.holder = holder
        self.deployment = deployment
        self.root = root

    def __repr__(self) -> str:
        """Never the root."""
        return f"Unlocked({self.holder.kind})"

    def _derived(self, label: Label, length: int = 32) -> bytes:
        holder = self.holder
        info = context(label, holder.kind.value, self.deployment, holder.id, holder.version)
        return derive(self.root, info, length)

    @cached_property
    def _kem(self) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
        seed = self._derived(Label.HOLDER_KEM, MLKEM_SEED_BYTES + 32)
        return (
            MLKEM768PrivateKey.from_seed_bytes(seed[:MLKEM_SEED_BYTES]),
            X25519PrivateKey.from_private_bytes(seed[MLKEM_SEED_BYTES:]),
        )

    @cached_property
    def _signing(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self._derived(Label.HOLDER_SIGNING))

    @cached_property
    def own_grant_key(self) -> bytes:
        """The key for grants this holder makes to itself; nobody else can make one."""
        return self._derived(Label.HOLDER_OWN_GRANT)

    @cached_property
    def totp_key(self) -> bytes:
        """The key the second factor's seed is stored under."""
        return self._derived(Label.HOLDER_TOTP)

    @cached_property
    def kem_public(self) -> bytes:
        """What others seal to."""
        mlkem, x25519 = self._kem
        return mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    @cached_property
    def public(self) -> PublicKeys:
        """The public half of this holder's keys; of staff it is remembered, for each request compares it."""
        if self.holder.kind is not HolderKind.STAFF:
            return self._public()
        return _remembered((self.holder, self.deployment, sha256(self.root).digest()), self._public)

    def _public(self) -> PublicKeys:
        return PublicKeys(self.kem_public, self._signing.public_key().public_bytes_raw())

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature (64 bytes)."""
        return self._signing.sign(message)

    def open(self, sealed: bytes, info: bytes) -> bytes:
        """What was sealed to this holder under this context, else `Tampered`."""
        version, suite = (*sealed[:2], 0, 0)[:2]
        if version != _VERSION or suite not in _SUITES:
            raise Tampered
        mlkem, x25519 = self._kem
        private = x25519 if suite == SuiteNumber.X25519 else MLKEM768X25519PrivateKey(mlkem, x25519)
        try:
            return _SUITES[suite].decrypt(sealed[2:], private, info)
        except (InvalidTag, ValueError):
            raise Tampered from None


_known: dict[tuple[Holder, UUID, bytes], PublicKeys] = {}
"""Public halves of staff by the hash of their root: nobody finds 32 random bytes by their hash."""


def _remembered(whose: tuple[Holder, UUID, bytes], derived: Callable[[], PublicKeys]) -> PublicKeys:
    known = _known.get(whose)
    if known is None:
        if len(_known) >= REMEMBERED:
            _known.clear()
        known = _known[whose] = derived()
    return known


def seal_to(kem_public: bytes, plain: bytes, info: bytes, *, suite: int = SuiteNumber.HYBRID) -> bytes:
    """Seal to a holder's public key, bound to a context. Only that holder can open it."""
    mlkem, x25519 = _read_public(kem_public)
    key = x25519 if suite == SuiteNumber.X25519 else MLKEM768X25519PublicKey(mlkem, x25519)
    return bytes((_VERSION, suite)) + _SUITES[suite].encrypt(plain, key, info)


@lru_cache(maxsize=64)
def _read_public(kem_public: bytes) -> tuple[MLKEM768PublicKey, X25519PublicKey]:
    """Both halves, remembered: everything that arrives is sealed to the same few holders."""
    mlkem, x25519 = kem_public[:MLKEM_PUBLIC_BYTES], kem_public[MLKEM_PUBLIC_BYTES:]
    return MLKEM768PublicKey.from_public_bytes(mlkem), X25519PublicKey.from_public_bytes(x25519)


@lru_cache(maxsize=4096)
def signature_holds(signing_public: bytes, signature: bytes, message: bytes) -> bool:
    """Whether the signature is this key's over this message (remembered: the answer never changes)."""
    try:
        Ed25519PublicKey.from_public_bytes(signing_public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
