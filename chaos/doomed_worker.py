"""A worker's two steps of a reminder, in a process that kills itself at one of the points in between.

python -m chaos.doomed_worker FOLDER DATABASE_URL SMTP_URL MOMENT POINT

A point is the moment before a statement, a beginning or a commit. At point 0 it lives and prints
how many points there are.
"""

import os
import signal
import sys
from datetime import datetime
from pathlib import Path

from sqlalchemy import event

from hotline.base.config import Settings
from hotline.base.db import open_database
from hotline.worker import Worker


class Doom:
    """Counts what happens to the database, and ends the process at the chosen moment."""

    def __init__(self, point: int) -> None:
        self.point, self.passed = point, 0

    def step(self, *_about: object) -> None:
        """One more moment."""
        self.passed += 1
        if self.passed == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def main() -> None:
    """Claim what is due, then send what waits."""
    folder, database_url, smtp_url, moment, point = sys.argv[1:]
    settings = Settings(
        data_dir=Path(folder),
        database_url=database_url,
        smtp_url=smtp_url,
        mail_from="reminders@example.org",
        test_stretching=True,
    )
    now, doom = datetime.fromisoformat(moment), Doom(int(point))
    database = open_database(settings.database_url)
    for moments in ("begin", "commit", "before_cursor_execute"):
        event.listen(database.engine, moments, doom.step)
    worker = Worker(database, settings)
    worker._in_transaction(worker._remind, now)
    worker._postman.send_due(now)
    print(doom.passed)


if __name__ == "__main__":
    main()
