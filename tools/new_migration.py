"""Write a migration from what the models say and the migrations do not: `make migration m="…"`."""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import Script

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hotline.base import schema


def main(message: str) -> None:
    if not message.strip():
        sys.exit('Say in a few words what it does: make migration m="Add shifts"')
    script = compare(message)
    assert isinstance(script, Script)
    tidy(Path(script.path))
    print("Read it before you keep it.")


def compare(message: str) -> object:
    """A new migration: the difference between an upgraded empty database and the models."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/empty.db"
        schema.upgrade(url)
        with schema.migrating(url) as connection:
            return command.revision(schema.alembic_config(connection), message=message, autogenerate=True)


def tidy(file: Path) -> None:
    text = re.sub(r"^ *# ### .*\n", "", file.read_text("utf-8"), flags=re.MULTILINE)
    file.write_text(text, "utf-8")
    for task in (["format"], ["check", "--fix"], ["format"]):
        subprocess.run([sys.executable, "-m", "ruff", *task, "--quiet", str(file)], check=True)


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
