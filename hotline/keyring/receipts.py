"""What a stretched receipt code turns into: an id to find the ticket by, and the caller's root."""

from dataclasses import dataclass, field
from uuid import UUID

from hotline.keyring.context import Label, context
from hotline.keyring.envelope import derive
from hotline.keyring.holder import Holder, HolderKind, Unlocked

LOOKUP_BYTES = 16


@dataclass(frozen=True)
class ReceiptKeys:
    """`lookup` is stored and finds the ticket; `root` is the caller's secret and is not."""

    lookup: bytes
    root: bytes = field(repr=False)

    def unlock(self, deployment: UUID, ticket: UUID) -> Unlocked:
        """The caller of this ticket as a holder of keys."""
        return caller_of(deployment, ticket, self.root)


def receipt_keys(deployment: UUID, stretched: bytes) -> ReceiptKeys:
    """Both halves of a receipt code that was stretched with this deployment's salt."""
    return ReceiptKeys(
        lookup=derive(stretched, context(Label.RECEIPT_LOOKUP, deployment), LOOKUP_BYTES),
        root=derive(stretched, context(Label.RECEIPT_ROOT, deployment)),
    )


def caller_of(deployment: UUID, ticket: UUID, root: bytes) -> Unlocked:
    """The caller's key pair; a caller's keys never change version."""
    return Unlocked(Holder(HolderKind.CALLER, ticket, 1), deployment, root)
