"""What `hotline check` asks a PostgreSQL server: whether it keeps what it says that it has kept."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from hotline.base.i18n import N_
from hotline.upkeep.findings import Finding, fault, warning

OLDEST = 15
NUMBERS_A_VERSION = 10_000


def look_at_server(db: Session) -> Iterator[Finding]:
    """What is not in order in the server's version, and in its settings as they hold for us."""
    if db.get_bind().dialect.name != "postgresql":
        return
    version = int(_setting(db, "server_version_num")) // NUMBERS_A_VERSION
    if version < OLDEST:
        said = N_("PostgreSQL %(version)s is too old: %(oldest)s or newer is needed.")
        yield fault(said, version=version, oldest=OLDEST)
    if _setting(db, "transaction_read_only") == "on":
        yield fault(N_("The database takes no changes: it is a standby server, or set to read only."))
    if "off" in {_setting(db, "fsync"), _setting(db, "full_page_writes")}:
        yield fault(
            N_(
                "fsync or full_page_writes is off: a power cut can destroy the database, and with it what "
                "callers were told is kept. Set both to on."
            )
        )
    yield from _durability(_setting(db, "synchronous_commit"), _setting(db, "synchronous_standby_names"))


def _durability(commit: str, standbys: str) -> Iterator[Finding]:
    if commit == "off":
        yield fault(
            N_(
                "synchronous_commit is off: what a caller was told is kept can be lost when PostgreSQL or "
                "its machine stops. Set it to on."
            )
        )
    elif commit == "local" and standbys:
        yield warning(
            N_(
                "synchronous_commit is local: what a caller was told is kept may not be on the standby "
                "servers (%(standbys)s), and can be lost when one of them takes over. Set it to on."
            ),
            standbys=standbys,
        )


def _setting(db: Session, name: str) -> str:
    return str(db.scalar(text("SELECT current_setting(:name)"), {"name": name}))
