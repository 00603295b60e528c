"""Settings: what they are when nothing is said, and one clear line for everything that is wrong."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from hotline.base.config import ConfigError, Settings, load_settings, variable


def the_line_about(**environ: str) -> str:
    with pytest.raises(ConfigError) as refused:
        load_settings(environ)
    return str(refused.value)


def test_nothing_needs_to_be_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)

    settings = load_settings({})

    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/hotline.db"
    assert settings.is_sqlite
    assert settings.host == "127.0.0.1:8000"
    assert not settings.secure
    assert settings.zone.key == "Asia/Shanghai"


def test_the_database_stands_in_the_data_folder(tmp_path: Path) -> None:
    settings = load_settings({"HOTLINE_DATA_DIR": str(tmp_path)})

    assert settings.database_url == f"sqlite:///{tmp_path}/hotline.db"


def test_the_process_environment_is_read_when_no_other_is_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOTLINE_COLLEGE_ZH", "江南学院")

    assert load_settings().college_zh == "江南学院"


def test_an_empty_variable_counts_as_unset_and_other_programs_variables_do_not_count() -> None:
    settings = load_settings({"HOTLINE_NAME_EN": "", "HOTLINE_TIMEZONE": " ", "PORT": "x"})

    assert (settings.name_en, settings.timezone) == ("Listening Desk", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("given", "origin", "host", "secure"),
    [
        (
            "https://Hotline.example.org/",
            "https://hotline.example.org",
            "hotline.example.org",
            True,
        ),
        ("https://hotline.example.org:443", "https://hotline.example.org", None, True),
        ("https://hotline.example.org:8443", None, "hotline.example.org:8443", True),
        ("https://心语.example", "https://xn--15t069g.example", None, True),
        ("http://localhost:9000", "http://localhost:9000", "localhost:9000", False),
        ("http://127.0.0.1:80", "http://127.0.0.1", "127.0.0.1", False),
        ("http://[::1]:9000", "http://[::1]:9000", "[::1]:9000", False),
    ],
)
def test_the_public_url_is_kept_as_browsers_write_it(
    given: str, origin: str | None, host: str | None, *, secure: bool
) -> None:
    settings = load_settings({"HOTLINE_PUBLIC_URL": given})

    assert settings.public_url == (origin or given)
    assert settings.host == (host or settings.public_url.removeprefix("https://"))
    assert settings.secure is secure


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("HOTLINE_PUBLIC_URL", "http://hotline.example.org", "must be https"),
        ("HOTLINE_PUBLIC_URL", "http://192.168.1.5:8000", "must be https"),
        ("HOTLINE_PUBLIC_URL", "http://localhost.example.org", "must be https"),
        ("HOTLINE_PUBLIC_URL", "https://example.org/hotline", "without a path"),
        ("HOTLINE_PUBLIC_URL", "https://example.org/?a=b", "without a path"),
        ("HOTLINE_PUBLIC_URL", "https://lin:secret@example.org", "a name or a password"),
        ("HOTLINE_PUBLIC_URL", "https://example.org:port", "must be an address"),
        ("HOTLINE_PUBLIC_URL", "example.org", "begins with https://"),
        ("HOTLINE_EXIT_URL", "javascript:alert(1)", "begins with https://"),
        ("HOTLINE_EXIT_URL", "/weather", "begins with https://"),
        ("HOTLINE_DATABASE_URL", "kept/tickets.db", "must be a URL"),
        ("HOTLINE_DATABASE_URL", "mysql://localhost/hotline", "sqlite:/// or postgresql://"),
        ("HOTLINE_DATABASE_URL", "sqlite://", "only in memory"),
        ("HOTLINE_TIMEZONE", "Asia/Nowhere", "IANA time zone"),
        ("HOTLINE_TIMEZONE", "../../etc/passwd", "IANA time zone"),
        ("HOTLINE_NAME_ZH", "心语\n留言", "one line"),
        ("HOTLINE_CONTACT", "x" * 201, "at most 200"),
        ("HOTLINE_INTAKE_HASH_THREADS", "0", "greater than or equal to 1"),
        ("HOTLINE_INTAKE_HASH_THREADS", "many", "valid integer"),
        ("HOTLINE_TEST_STRETCHING", "perhaps", "valid boolean"),
    ],
)
def test_a_bad_value_is_told_in_one_line_that_names_the_variable_and_not_the_value(
    name: str, value: str, reason: str
) -> None:
    line = the_line_about(**{name: value})

    assert line.startswith(f"{name}: ")
    assert reason in line
    assert "\n" not in line
    assert value not in line


def test_several_bad_values_still_make_one_line() -> None:
    line = the_line_about(HOTLINE_TIMEZONE="Mars", HOTLINE_INTAKE_HASH_THREADS="9")

    assert "HOTLINE_TIMEZONE: " in line
    assert "HOTLINE_INTAKE_HASH_THREADS: " in line
    assert "\n" not in line


def test_a_misspelt_name_stops_the_start_and_is_put_right() -> None:
    assert the_line_about(HOTLINE_PUBLIC_ULR="https://example.org") == (
        "HOTLINE_PUBLIC_ULR is not a setting; did you mean HOTLINE_PUBLIC_URL?"
    )
    assert the_line_about(HOTLINE_ZZZ="1") == "HOTLINE_ZZZ is not a setting"


def test_a_database_password_is_neither_shown_nor_told() -> None:
    settings = load_settings({"HOTLINE_DATABASE_URL": "postgresql://hotline:geheim@db/hotline"})

    assert not settings.is_sqlite
    assert "geheim" not in f"{settings!r} {settings}"
    assert "geheim" not in the_line_about(HOTLINE_DATABASE_URL="mysql://hotline:geheim@db/x")


def test_settings_never_change() -> None:
    settings = Settings()

    with pytest.raises(ValidationError, match="frozen"):
        settings.timezone = "UTC"


@pytest.mark.parametrize("field", Settings.model_fields)
def test_every_setting_is_described(field: str) -> None:
    assert Settings.model_fields[field].description
    assert variable(field).isupper()
