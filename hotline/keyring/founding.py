"""The founding record: the first custodians' keys and the escrow's, pinned outside the database.

Every signature that counts leads back to it, so whoever can only write to the database cannot
found a deployment of their own inside this one.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from hotline.keyring.holder import Holder, HolderKind, PublicKeys

FILE_NAME = "founding.json"
ESCROW_VERSION = 1


@dataclass(frozen=True)
class Founding:
    """Who founded a deployment: custodians by account id, and the escrow's public key.

    Also what must not be weakened in the database: the cost version it began with, and whether it
    is a demo, where the second factor is optional.
    """

    deployment: UUID
    escrow_kem: bytes
    custodians: Mapping[UUID, PublicKeys]
    stretching: int
    is_demo: bool

    def write(self, folder: Path) -> None:
        """Pin the record. An existing one is never replaced (`FileExistsError`)."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        record = {
            "deployment": str(self.deployment),
            "escrow": self.escrow_kem.hex(),
            "stretching": self.stretching,
            "is_demo": self.is_demo,
            "custodians": {
                str(account): {"kem": keys.kem.hex(), "signing": keys.signing.hex()}
                for account, keys in self.custodians.items()
            },
        }
        with (folder / FILE_NAME).open("x", encoding="utf-8") as file:
            json.dump(record, file, indent=1)

    @classmethod
    def read(cls, folder: Path) -> "Founding":
        """The pinned record; `FileNotFoundError` before `hotline init`."""
        record = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return cls(
            UUID(record["deployment"]),
            bytes.fromhex(record["escrow"]),
            {
                UUID(account): PublicKeys(bytes.fromhex(keys["kem"]), bytes.fromhex(keys["signing"]))
                for account, keys in record["custodians"].items()
            },
            int(record["stretching"]),
            bool(record["is_demo"]),
        )


@dataclass(frozen=True)
class Deployment:
    """What every derivation is bound to, and what is trusted from the start.

    `salt` stretches receipt codes, `form_key` authenticates forms: both are kept in the database
    and neither is a secret that protects a text. `stretching` is the newest cost version.
    """

    id: UUID
    salt: bytes = field(repr=False)
    form_key: bytes = field(repr=False)
    stretching: int
    is_demo: bool
    founding: Founding = field(repr=False)

    @property
    def escrow(self) -> Holder:
        """The escrow as a holder of grants."""
        return Holder(HolderKind.ESCROW, self.id, ESCROW_VERSION)

    def team(self, version: int) -> Holder:
        """The team at one version of its key."""
        return Holder(HolderKind.TEAM, self.id, version)
