"""What code and templates say beside the Chinese catalogues: what is missing, what nobody says.

python tools/words.py            report; exit status 1 when something is missing or obsolete
python tools/words.py --write    add the missing ones to their catalogues, untranslated
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.extract import extract

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from hotline.base.i18n import CATALOGUES, catalogues
from hotline.base.paths import locale_dir, templates_dir

ROOT = Path(__file__).resolve().parent.parent
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
}
AREAS = (  # the first area that a file lies in names the catalogue of its sentences
    ("templates/caller", "caller"),
    ("templates/staff", "staff"),
    ("hotline/web/caller", "caller"),
    ("hotline/web/staff", "staff"),
    ("hotline/intake", "caller"),
    ("templates", "shared"),
    ("hotline/base", "shared"),
    ("hotline/web", "shared"),
    ("hotline/library", "shared"),
    ("hotline", "staff"),
)

MessageId = str | tuple[str, ...]  # a tuple is singular and plural


def found() -> dict[MessageId, list[str]]:
    """Every sentence that code and templates say, with the files (from the root) that say it."""
    where: dict[MessageId, list[str]] = {}
    for path, method in _sources():
        with path.open("rb") as text:
            options = {"encoding": "utf-8", "silent": "false"}
            for _line, message, _comments, _context in extract(method, text, KEYWORDS, (), options):
                where.setdefault(_id(message), []).append(path.relative_to(ROOT).as_posix())
    return where


def _sources() -> Iterator[tuple[Path, str]]:
    for path in sorted((ROOT / "hotline").rglob("*.py")):
        yield path, "python"
    for path in sorted(templates_dir().rglob("*.html")):
        yield path, "jinja2.ext:babel_extract"


def translated() -> dict[MessageId, list[tuple[str, MessageId]]]:
    """Every sentence of the catalogues, with (catalogue, translation) for each catalogue that has it."""
    known: dict[MessageId, list[tuple[str, MessageId]]] = {}
    for name, catalogue in catalogues():
        for message in catalogue:
            if message.id:
                string = "" if message.fuzzy else _id(message.string)
                known.setdefault(_id(message.id), []).append((name, string))
    return known


def _id(message: str | Sequence[str] | None) -> MessageId:
    return message if isinstance(message, str) else tuple(message or ())


def missing() -> dict[MessageId, list[str]]:
    """What is said and stands in no catalogue, or stands there without a translation."""
    known = translated()
    return {
        message: files
        for message, files in found().items()
        if not any(_complete(string) for _name, string in known.get(message, []))
    }


def _complete(string: MessageId) -> bool:
    parts = (string,) if isinstance(string, str) else string
    return bool(parts) and all(part.strip() for part in parts)


def obsolete() -> dict[MessageId, list[str]]:
    """What stands in a catalogue and is said nowhere, with the catalogues."""
    said = found()
    return {
        message: [name for name, _ in entries]
        for message, entries in translated().items()
        if message not in said
    }


def home_of(files: list[str]) -> str:
    """The catalogue for a sentence said in these files: shared as soon as two areas say it."""
    homes = {next(name for area, name in AREAS if file.startswith(area + "/")) for file in files}
    return homes.pop() if len(homes) == 1 else "shared"


def write_missing() -> int:
    """Add what stands in no catalogue at all, with an empty translation; how many were added."""
    known = translated()
    new = {message: files for message, files in found().items() if message not in known}
    for name in CATALOGUES:
        entries = [_entry(message) for message, files in new.items() if home_of(files) == name]
        if entries:
            with (locale_dir() / "zh_Hans" / f"{name}.po").open("a", encoding="utf-8") as catalogue:
                catalogue.write("".join(entries))
    return len(new)


def _entry(message: MessageId) -> str:
    if isinstance(message, str):
        return f'\nmsgid {_quoted(message)}\nmsgstr ""\n'
    singular, plural = message
    return f'\nmsgid {_quoted(singular)}\nmsgid_plural {_quoted(plural)}\nmsgstr[0] ""\n'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--write", action="store_true", help="add missing sentences, untranslated")
    if parser.parse_args().write:
        print(f"{write_missing()} sentences added")
    without, unused = missing(), obsolete()
    for message, files in without.items():
        print(f"missing   {message!r}  in {', '.join(sorted(set(files)))}")
    for message, names in unused.items():
        print(f"obsolete  {message!r}  in {', '.join(names)}.po")
    print(f"{len(found())} sentences, {len(without)} missing, {len(unused)} obsolete")
    return 1 if without or unused else 0


if __name__ == "__main__":
    sys.exit(main())
