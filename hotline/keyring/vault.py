"""Named sealings of single secrets: roots, second factors, sessions, codes, late posts.

Other packages call these instead of the ciphers, so each secret has one label and one binding.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from hotline.base.errors import Tampered
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import (
    SECRET_BYTES,
    derive,
    new_secret,
    open_box,
    pad,
    same,
    seal_box,
    unpad,
)
from hotline.keyring.holder import Holder, HolderKind, Unlocked, seal_to

SALT_BYTES = 16


@dataclass(frozen=True)
class PassphraseKeys:
    """`verifier` is stored and compared; `unlock` opens the person's root and is not stored."""

    verifier: bytes
    unlock: bytes = field(repr=False)


def passphrase_keys(deployment: UUID, account: UUID, stretched: bytes) -> PassphraseKeys:
    """Both halves of a stretched passphrase."""
    return PassphraseKeys(
        derive(stretched, context(Label.PASSPHRASE_VERIFIER, deployment, account)),
        derive(stretched, context(Label.PASSPHRASE_UNLOCK, deployment, account)),
    )


def matches(one: bytes, other: bytes) -> bool:
    """Equality in constant time."""
    return same(one, other)


def new_salt() -> bytes:
    """A random salt for a passphrase."""
    return os.urandom(SALT_BYTES)


def salt_of_nobody(deployment: UUID, form_key: bytes, name: str) -> bytes:
    """A steady salt for a name that does not exist, so that it looks and costs like one that does."""
    return derive(form_key, context(Label.PASSPHRASE_SALT, deployment, name), SALT_BYTES)


def staff_holder(account: UUID, version: int) -> Holder:
    """A staff member at one version of their keys."""
    return Holder(HolderKind.STAFF, account, version)


def new_staff_member(deployment: UUID, account: UUID, version: int) -> Unlocked:
    """Fresh keys for a person."""
    return Unlocked(staff_holder(account, version), deployment, new_secret())


def seal_root(unlock: bytes, keys: Unlocked) -> bytes:
    """A person's root under their passphrase."""
    return seal_box(unlock, _root_bound(keys.deployment, keys.holder), keys.root)


def open_root(unlock: bytes, deployment: UUID, holder: Holder, sealed: bytes) -> Unlocked:
    """A person's keys, opened with their passphrase."""
    return Unlocked(holder, deployment, open_box(unlock, _root_bound(deployment, holder), sealed))


def seal_second_factor(keys: Unlocked, seed: str) -> bytes:
    """The seed of a person's second factor, which only they can open."""
    return seal_box(keys.totp_key, _factor_bound(keys), seed.encode())


def open_second_factor(keys: Unlocked, sealed: bytes) -> str:
    """The seed of the person's second factor."""
    return open_box(keys.totp_key, _factor_bound(keys), sealed).decode()


def token_hash(token: bytes) -> bytes:
    """What is stored of a cookie's or a one-time code's random bytes."""
    return hashlib.sha256(token).digest()


def seal_session(token: bytes, deployment: UUID, kind: str, row: UUID, owner: UUID, secret: bytes) -> bytes:
    """What a session needs, under the cookie's bytes: the stored row alone opens nothing."""
    bound = context(Label.SESSION, deployment, kind, row, owner)
    return seal_box(derive(token, bound), bound, secret)


def open_session(token: bytes, deployment: UUID, kind: str, row: UUID, owner: UUID, sealed: bytes) -> bytes:
    """What `seal_session` sealed for this cookie, kind, row and owner."""
    bound = context(Label.SESSION, deployment, kind, row, owner)
    return open_box(derive(token, bound), bound, sealed)


def token_within(token: bytes, purpose: str) -> bytes:
    """The token of something that lives inside a session: whoever has the cookie has it, nobody else."""
    return derive(token, context(Label.SESSION_WITHIN, purpose))


def seal_late_post(
    kem_public: bytes, deployment: UUID, account: UUID, row: UUID, address: str, fields: Mapping[str, str]
) -> bytes:
    """A form that came after its session had ended, sealed to the person who wrote it.

    It is bound to the address it was sent to, so that it cannot be offered on another ticket's page.
    """
    plain = pad(json.dumps(dict(fields), ensure_ascii=False).encode())
    return seal_to(kem_public, plain, context(Label.KEPT_POST, deployment, account, row, address))


def open_late_post(keys: Unlocked, row: UUID, address: str, sealed: bytes) -> dict[str, str]:
    """The fields of a late form, opened by the person who wrote it."""
    bound = context(Label.KEPT_POST, keys.deployment, keys.holder.id, row, address)
    fields: dict[str, str] = json.loads(unpad(keys.open(sealed, bound)))
    return fields


FORM_BYTES = 32


def new_form(deployment: UUID, form_key: bytes) -> bytes:
    """32 random bytes and the deployment's MAC over them, for one request form."""
    form = os.urandom(FORM_BYTES)
    return form + _form_mac(deployment, form_key, form)


def check_form(deployment: UUID, form_key: bytes, token: bytes) -> bytes:
    """The random bytes of a form that this deployment gave out; `Tampered` for any other."""
    form, mac = token[:FORM_BYTES], token[FORM_BYTES:]
    if len(form) != FORM_BYTES or not same(mac, _form_mac(deployment, form_key, form)):
        raise Tampered
    return form


def form_id(form: bytes, canonical: bytes) -> bytes:
    """The same form with the same fields has the same 32 bytes, and nothing else has."""
    return hmac.digest(derive(form, context(Label.FORM_ID)), canonical, "sha256")


def seal_code(form: bytes, request: bytes, code: str) -> bytes:
    """A receipt code that only the form that asked for it can open."""
    bound = context(Label.FORM_CODE, request)
    return seal_box(derive(form, bound), bound, code.encode())


def open_code(form: bytes, request: bytes, sealed: bytes) -> str:
    """The receipt code drawn for this form and request."""
    bound = context(Label.FORM_CODE, request)
    return open_box(derive(form, bound), bound, sealed).decode()


def slow_key(deployment: UUID, form_key: bytes, *parts: str) -> bytes:
    """A name for a counter of wrong tries that does not tell whom it counts."""
    return derive(form_key, context(Label.SLOWDOWN, deployment, *parts), SECRET_BYTES)


def _form_mac(deployment: UUID, form_key: bytes, form: bytes) -> bytes:
    return hmac.digest(derive(form_key, context(Label.FORM_MAC, deployment)), form, "sha256")


def _root_bound(deployment: UUID, holder: Holder) -> bytes:
    return context(Label.HOLDER_ROOT, deployment, holder.id, holder.version)


def _factor_bound(keys: Unlocked) -> bytes:
    return context(Label.SECOND_FACTOR, keys.deployment, keys.holder.id, keys.holder.version)
