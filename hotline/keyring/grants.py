"""Data keys of tickets and the grants that open them. Holding a grant *is* the right to read."""

from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.orm import Session

from hotline.base.db import insert_row, once
from hotline.base.errors import NotFound, Tampered
from hotline.keyring import admissions, queries
from hotline.keyring.context import Label, context
from hotline.keyring.envelope import (
    Compartment,
    Place,
    commitment,
    derive,
    new_secret,
    open_box,
    open_record,
    same,
    seal_box,
    seal_record,
)
from hotline.keyring.founding import Deployment
from hotline.keyring.holder import Holder, HolderKind, Unlocked, seal_to, signature_holds
from hotline.keyring.models import CallerKey, Grant, TicketKey
from hotline.keyring.queries import Given

FIRST_EPOCH = 1
_CALLERS_GIVE_TO = frozenset({HolderKind.TEAM, HolderKind.ESCROW})


@dataclass(frozen=True)
class DataKey:
    """The opened key of one compartment of one ticket: seals and opens its records."""

    deployment: UUID
    ticket: UUID
    compartment: Compartment
    epoch: int
    secret: bytes = field(repr=False)

    def _place(self, record: UUID, kind: str, author: str) -> Place:
        return Place(self.deployment, self.ticket, self.compartment, self.epoch, record, kind, author)

    def seal(self, text: str, *, record: UUID, kind: str, author: str) -> bytes:
        """Seal a text as this record, of this kind, by this author."""
        return seal_record(self.secret, self._place(record, kind, author), text)

    def open(self, body: bytes, *, record: UUID, kind: str, author: str) -> str:
        """The text sealed as exactly this record; `Tampered` otherwise."""
        return open_record(self.secret, self._place(record, kind, author), body)


def make_data_key(
    db: Session, deployment: Deployment, ticket: UUID, part: Compartment, *, epoch: int = FIRST_EPOCH
) -> DataKey:
    """A new data key for a ticket's compartment. Nobody holds it until it is given."""
    key = draw_data_key(deployment, ticket, part, epoch=epoch)
    commit_to(db, key)
    return key


def draw_data_key(
    deployment: Deployment, ticket: UUID, part: Compartment, *, epoch: int = FIRST_EPOCH
) -> DataKey:
    """The same for a ticket that is not kept yet: `commit_to` the key once it is."""
    return DataKey(deployment.id, ticket, part, epoch, new_secret())


def commit_to(db: Session, key: DataKey) -> None:
    """The key is the compartment's: whatever a grant holds from now on is compared with it."""
    place = (key.ticket, key.compartment, key.epoch)
    made = commitment(key.secret, key.deployment, *place)
    insert_row(
        db, TicketKey(ticket_id=key.ticket, compartment=key.compartment, epoch=key.epoch, commitment=made)
    )


def keep_own(db: Session, key: DataKey, keys: Unlocked) -> None:
    """The holder gives the key to itself, under a key that nobody else has."""
    bound = _bound(key, keys.holder)
    insert_row(db, _grant(key, keys.holder, own=True, sealed=seal_box(keys.own_grant_key, bound, key.secret)))


def give(
    db: Session,
    key: DataKey,
    holder: Holder,
    kem_public: bytes,
    *,
    maker: Unlocked | None = None,
) -> None:
    """Seal the key to another holder. A staff maker signs; a caller has nothing to sign with.

    The public key must come from a checked source: the founding record or a checked admission.
    """
    bound = _bound(key, holder)
    sealed = seal_to(kem_public, key.secret, bound)
    grant = _grant(key, holder, own=False, sealed=sealed)
    if maker is not None and maker.holder.kind is HolderKind.STAFF:
        grant.maker_id = maker.holder.id
        grant.maker_version = maker.holder.version
        grant.signature = maker.sign(context(Label.GRANT_SIGNATURE, bound, sealed))
    insert_row(db, grant)


def open_key(db: Session, deployment: Deployment, ticket: UUID, part: Compartment, keys: Unlocked) -> DataKey:
    """The data key this holder has a grant to; `Tampered` when it was moved.

    `NotFound` without one, and for one to keys that the holder has replaced since.
    """
    grant = queries.find_grant(db, ticket, part, keys.holder)
    if grant is None or grant.holder_version != keys.holder.version:
        raise NotFound
    return open_grant(db, deployment, grant, keys)


def open_grant(db: Session, deployment: Deployment, grant: Given, keys: Unlocked) -> DataKey:
    """Open a grant with its holder's keys, checking who made it and the key's commitment."""
    return once(db, (DataKey, grant.id, keys), lambda: _open_grant(db, deployment, grant, keys))


def _open_grant(db: Session, deployment: Deployment, grant: Given, keys: Unlocked) -> DataKey:
    part = Compartment(grant.compartment)
    shell = DataKey(deployment.id, grant.ticket_id, part, grant.epoch, b"")
    bound = _bound(shell, keys.holder)
    if grant.own:
        secret = open_box(keys.own_grant_key, bound, grant.sealed)
    else:
        _check_maker(db, deployment, grant, keys.holder, bound)
        secret = keys.open(grant.sealed, bound)
    expected = commitment(secret, deployment.id, grant.ticket_id, part, grant.epoch)
    if grant.commitment is None or not same(grant.commitment, expected):
        raise Tampered
    return DataKey(deployment.id, grant.ticket_id, part, grant.epoch, secret)


def take_back(db: Session, ticket: UUID, part: Compartment, *, kind: HolderKind) -> None:
    """No holder of this kind keeps a grant to the ticket's compartment."""
    db.execute(
        delete(Grant).where(Grant.ticket_id == ticket, Grant.compartment == part, Grant.holder_kind == kind)
    )


def destroy(db: Session, ticket: UUID, part: Compartment) -> None:
    """Nobody can open the compartment any more."""
    db.execute(delete(Grant).where(Grant.ticket_id == ticket, Grant.compartment == part))
    db.execute(delete(TicketKey).where(TicketKey.ticket_id == ticket, TicketKey.compartment == part))
    if part is Compartment.CONVERSATION:
        db.execute(delete(CallerKey).where(CallerKey.ticket_id == ticket))


def publish_caller(db: Session, key: DataKey, caller: Unlocked) -> None:
    """Keep the caller's public key with a MAC under the data key, for later epochs."""
    kem = caller.kem_public
    insert_row(db, CallerKey(ticket_id=key.ticket, kem_public=kem, mac=_caller_mac(key, kem)))


def caller_public(db: Session, key: DataKey) -> bytes:
    """The caller's public key, checked against its MAC; `Tampered` when it was swapped."""
    row = db.get(CallerKey, key.ticket)
    if row is None or not same(row.mac, _caller_mac(key, row.kem_public)):
        raise Tampered
    return row.kem_public


def _caller_mac(key: DataKey, kem_public: bytes) -> bytes:
    return derive(key.secret, context(Label.CALLER_KEY, key.deployment, key.ticket, kem_public))


def _grant(key: DataKey, holder: Holder, *, own: bool, sealed: bytes) -> Grant:
    return Grant(
        ticket_id=key.ticket,
        compartment=key.compartment,
        epoch=key.epoch,
        holder_kind=holder.kind,
        holder_id=holder.id,
        holder_version=holder.version,
        own=own,
        sealed=sealed,
    )


def _check_maker(db: Session, deployment: Deployment, grant: Given, holder: Holder, bound: bytes) -> None:
    """A grant from a staff member carries their signature; only a caller's has no maker.

    Anybody can seal a key of their own to a public key. Without this rule a database writer could
    hand a counselor or a caller such a key and read whatever they write from then on.
    """
    if grant.maker_id is None:
        if grant.compartment != Compartment.CONVERSATION or holder.kind not in _CALLERS_GIVE_TO:
            raise Tampered
        return
    public = queries.staff_keys(db, grant.maker_id, grant.maker_version or 0)
    admitted = admissions.admitted_roles(db, deployment, grant.maker_id, grant.maker_version or 0)
    message = context(Label.GRANT_SIGNATURE, bound, grant.sealed)
    if public is None or not admitted or not signature_holds(public.signing, grant.signature or b"", message):
        raise Tampered


def _bound(key: DataKey, holder: Holder) -> bytes:
    return context(
        Label.GRANT,
        key.deployment,
        key.ticket,
        key.compartment.value,
        key.epoch,
        holder.kind.value,
        holder.id,
        holder.version,
    )
