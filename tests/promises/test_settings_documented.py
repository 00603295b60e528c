"""The README's table of settings is the settings: names, defaults and meanings, in the same order."""

import re
from pathlib import Path

from pydantic_core import PydanticUndefined

from hotline.base.config import Settings, variable

README = Path(__file__).resolve().parents[2] / "README.md"
ROW = re.compile(r"^\| `(HOTLINE_\w+)` \| (.+?) \| (.+) \|$", re.MULTILINE)


def as_written(default: object) -> str:
    if default == "":
        return "empty"
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"


def default_of(field: str) -> object:
    info = Settings.model_fields[field]
    if info.default is not PydanticUndefined:
        return info.default
    return info.get_default(call_default_factory=True, validated_data={"data_dir": Path("data")})


def test_the_table_says_what_the_program_does() -> None:
    written = ROW.findall(README.read_text(encoding="utf-8"))

    assert written == [
        (variable(name), as_written(default_of(name)), field.description)
        for name, field in Settings.model_fields.items()
    ]
