"""Help numbers: who to call now. Data with a source and a date, from a file, never the database."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from hotline.base.i18n import Language

BUNDLED = Path(__file__).with_name("numbers.toml")
KNOWN = {
    "id", "country", "names", "note", "tel", "sms", "url", "hours", "free", "languages",
    "audience", "show_when", "strip", "source", "verified_on", "verify_by",
}  # fmt: skip


class BadNumbers(ValueError):
    """The file of help numbers cannot be used as it stands; the message says where and why."""


class Situation(StrEnum):
    """When a number is worth showing."""

    ALWAYS = "always"
    DANGER = "danger"
    VIOLENCE = "violence"
    MINOR = "minor"
    ABROAD = "abroad"


class Strip(StrEnum):
    """The place of a number in the one-line strip at the top of every page."""

    DANGER = "danger"
    TALK = "talk"


Words = Mapping[Language, str]
Kind = TypeVar("Kind", bound=StrEnum)


@dataclass(frozen=True)
class HelpNumber:
    """One number, or one address, with where it was checked and until when the check is good."""

    id: str
    country: str
    names: Words
    note: Words | None
    tel: str | None
    sms: str | None
    url: str | None
    hours: Words | None
    free: bool | None  # None: not known
    languages: tuple[str, ...]
    audience: tuple[str, ...]
    show_when: frozenset[Situation]
    strip: Strip | None
    source: str
    verified_on: date
    verify_by: date

    @property
    def shown(self) -> str:
        """The number or address as a person reads it."""
        return self.tel or self.sms or (self.url or "").removeprefix("https://")

    @property
    def tel_link(self) -> str | None:
        """What a `tel:` link dials: digits and a plus sign."""
        if self.tel is None:
            return None
        return "tel:" + "".join(sign for sign in self.tel if sign in "+0123456789")


@dataclass(frozen=True)
class HelpNumbers:
    """All numbers, in the order of their file."""

    all: tuple[HelpNumber, ...]

    def __iter__(self) -> Iterator[HelpNumber]:
        return iter(self.all)

    def numbers_for(self, *situations: str, first: str | None = None) -> tuple[HelpNumber, ...]:
        """The numbers for any of these situations, each once; those for `first` before the others."""
        asked = {Situation(situation) for situation in situations}
        found = (number for number in self.all if number.show_when & asked)
        return tuple(sorted(found, key=lambda number: first is not None and first not in number.show_when))

    @property
    def danger(self) -> tuple[HelpNumber, ...]:
        """What the strip names for danger."""
        return tuple(number for number in self.all if number.strip is Strip.DANGER)

    @property
    def talk(self) -> tuple[HelpNumber, ...]:
        """What the strip names for talking."""
        return tuple(number for number in self.all if number.strip is Strip.TALK)

    def to_check_again(self, today: date) -> tuple[HelpNumber, ...]:
        """The numbers whose check has run out: still shown, and administrators are told."""
        return tuple(number for number in self.all if number.verify_by < today)


def load_numbers(override: Path | None = None) -> HelpNumbers:
    """The numbers of the deployment's own file where there is one, else the bundled ones."""
    path = override if override is not None and override.exists() else BUNDLED
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8")).get("number", [])
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadNumbers(f"{path}: cannot be read: {error}") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise BadNumbers(f"{path}: every number needs a [[number]] heading of its own")
    numbers = HelpNumbers(tuple(_Row(path, place, row).number() for place, row in enumerate(rows, 1)))
    _check_together(path, numbers)
    return numbers


def _check_together(path: Path, numbers: HelpNumbers) -> None:
    ids = [number.id for number in numbers]
    for double in sorted({name for name in ids if ids.count(name) > 1}):
        raise BadNumbers(f"{path}: the id {double!r} is used twice")
    if not numbers.danger or not numbers.talk:
        raise BadNumbers(
            f'{path}: at least one number with strip = "danger" and one with strip = "talk" are needed:'
            " they stand at the top of every page"
        )


class _Row:
    """One [[number]] being read; every complaint names the file, the number and the field."""

    def __init__(self, path: Path, place: int, row: dict[str, Any]) -> None:
        self.row = row
        self.where = f"{path}: number {place} ({row.get('id', 'without id')})"

    def number(self) -> HelpNumber:
        for name in sorted(self.row.keys() - KNOWN):
            raise BadNumbers(f"{self.where}: {name} is not a field")
        strip = self.text("strip")
        number = HelpNumber(
            id=self.needed("id"),
            country=self.needed("country"),
            names=self.needed_words("names"),
            note=self.words("note"),
            tel=self.dialled("tel"),
            sms=self.dialled("sms"),
            url=self.address("url"),
            hours=self.words("hours"),
            free=self.yes_or_no("free"),
            languages=self.listed("languages"),
            audience=self.listed("audience"),
            show_when=frozenset(self.one_of(Situation, "show_when", s) for s in self.listed("show_when")),
            strip=self.one_of(Strip, "strip", strip) if strip else None,
            source=self.needed("source"),
            verified_on=self.day("verified_on"),
            verify_by=self.day("verify_by"),
        )
        if not (number.tel or number.sms or number.url):
            raise BadNumbers(f"{self.where}: one of tel, sms, url is needed")
        if number.strip and not number.tel:
            raise BadNumbers(f"{self.where}: a number in the strip needs tel")
        return number

    def text(self, name: str) -> str | None:
        value = self.row.get(name)
        if value is not None and (not isinstance(value, str) or not value.strip()):
            raise BadNumbers(f"{self.where}: {name} must be text in quotes")
        return value

    def needed(self, name: str) -> str:
        value = self.text(name)
        if value is None:
            raise BadNumbers(f"{self.where}: {name} is missing")
        return value

    def dialled(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not (set(value) <= set("+0123456789- ") and any(map(str.isdigit, value))):
            raise BadNumbers(f"{self.where}: {name} may have digits, spaces, hyphens and +")
        return value

    def address(self, name: str) -> str | None:
        value = self.text(name)
        if value is not None and not value.startswith("https://"):
            raise BadNumbers(f"{self.where}: {name} must start with https://")
        return value

    def words(self, name: str) -> Words | None:
        value = self.row.get(name)
        if value is None:
            return None
        match value:
            case {"zh": str(chinese), "en": str(english)} if chinese.strip() and english.strip():
                return {Language.CHINESE: chinese, Language.ENGLISH: english}
        raise BadNumbers(f"{self.where}: {name} needs zh and en text")

    def needed_words(self, name: str) -> Words:
        value = self.words(name)
        if value is None:
            raise BadNumbers(f"{self.where}: {name} is missing")
        return value

    def yes_or_no(self, name: str) -> bool | None:
        value = self.row.get(name)
        if value is not None and not isinstance(value, bool):
            raise BadNumbers(f"{self.where}: {name} must be true or false")
        return value

    def listed(self, name: str) -> tuple[str, ...]:
        value = self.row.get(name)
        if not isinstance(value, list) or not value or not all(isinstance(item, str) for item in value):
            raise BadNumbers(f'{self.where}: {name} must be a list such as ["a", "b"]')
        return tuple(value)

    def one_of(self, kind: type[Kind], name: str, value: str) -> Kind:
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(kind)
            raise BadNumbers(f"{self.where}: {name} is {value!r}, not one of {known}") from None

    def day(self, name: str) -> date:
        value = self.row.get(name)
        if type(value) is not date:
            raise BadNumbers(f"{self.where}: {name} must be a date such as 2026-11-01")
        return value
