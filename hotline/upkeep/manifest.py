"""What is in a backup: one tar file with `manifest.json` first, the pinned record, and the database.

The hashes tell a damaged backup from a whole one. They prove nothing about who made it: whoever can
change the file can change them too.
"""

import hashlib
import io
import json
import os
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import IO

from hotline.base.errors import HotlineError
from hotline.base.i18n import N_
from hotline.keyring.founding import FILE_NAME as FOUNDING

FORMAT = 1
NAME = "manifest.json"
DATABASE = "database"
OWN_FILES = (FOUNDING, "hours.toml", "numbers.toml")
"""What of the data folder belongs to a backup, where it is there."""

LEFT_OUT = ("sessions", "sent_forms")
"""Tables whose rows no backup holds: who is signed in, and receipt codes that were not kept yet."""

CHUNK = 1024 * 1024
OWNER_ONLY = 0o600


class NotABackup(HotlineError):
    """The file was made by something else, or by a version of this program that is still to come."""

    message = N_("This file is no backup that this version of the program can read.")


class Damaged(HotlineError):
    """What is in the backup is not what was put into it."""

    message = N_("The backup is damaged: %(part)s is not what was put into it. Nothing was restored.")


class StillOpen(HotlineError):
    """Somebody works with the database that is to be replaced."""

    message = N_("The database is in use: stop `serve` first. Nothing was changed.")


@dataclass(frozen=True)
class Manifest:
    """What a backup says about itself. `rows` are per table, without those that are left out."""

    format: int
    made_at: datetime
    version: str
    migration: str
    kind: str
    rows: Mapping[str, int]
    sha256: Mapping[str, str]

    def as_json(self) -> bytes:
        """The manifest as it lies in the backup."""
        fields = asdict(self) | {"made_at": self.made_at.isoformat()}
        return json.dumps(fields, indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> "Manifest":
        """The manifest of a backup; `NotABackup` for anything else."""
        try:
            fields = json.loads(text)
            fields["made_at"] = datetime.fromisoformat(fields["made_at"])
            manifest = cls(**fields)
        except (ValueError, TypeError, KeyError):
            raise NotABackup from None
        if manifest.format != FORMAT or not {DATABASE, FOUNDING} <= manifest.sha256.keys():
            raise NotABackup
        return manifest


def pack(file: Path, manifest: Manifest, parts: Mapping[str, Path]) -> None:
    """The backup lies complete under its name, on the disk and for its owner only, or not at all."""
    half = file.with_name(f".{file.name}.part")
    try:
        with os.fdopen(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "wb") as out:
            with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
                text = manifest.as_json()
                tar.addfile(_entry(NAME, len(text), manifest.made_at), io.BytesIO(text))
                for name, part in parts.items():
                    with part.open("rb") as content:
                        tar.addfile(_entry(name, part.stat().st_size, manifest.made_at), content)
            out.flush()
            os.fsync(out.fileno())
        half.replace(file)
        sync_folder(file.parent)
    finally:
        half.unlink(missing_ok=True)


@contextmanager
def opened(file: Path) -> Iterator[tuple[Manifest, tarfile.TarFile]]:
    """The backup's manifest and the tar it is in; `NotABackup` for any other file."""
    try:
        with tarfile.open(file, mode="r:") as tar:
            first = tar.next()
            text = tar.extractfile(first) if first is not None and first.name == NAME else None
            if text is None:
                raise NotABackup
            yield Manifest.from_json(text.read()), tar
    except tarfile.TarError:
        raise NotABackup from None


def unpack(manifest: Manifest, tar: tarfile.TarFile, folder: Path) -> None:
    """Every part lies in the folder under its own name; `Damaged` when one differs from its hash."""
    for name, expected in manifest.sha256.items():
        if name not in {DATABASE, *OWN_FILES}:
            raise NotABackup
        try:
            content = tar.extractfile(name)
        except KeyError:
            content = None
        if content is None:
            raise Damaged(part=name)
        write_anew(folder / name, content)
        if sha256_of(folder / name) != expected:
            raise Damaged(part=name)


def write_anew(file: Path, content: IO[bytes]) -> None:
    """A new file, for its owner only, with what this holds; it is on the disk."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "wb") as out:
        shutil.copyfileobj(content, out, CHUNK)
        out.flush()
        os.fsync(out.fileno())


def sha256_of(file: Path) -> str:
    """The hash of a file, read piece by piece."""
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """What was renamed in the folder is renamed after a power cut, too."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _entry(name: str, size: int, made_at: datetime) -> tarfile.TarInfo:
    """A member that names nobody: no owner, no machine."""
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = size, OWNER_ONLY, int(made_at.timestamp())
    return entry
