"""The settings of the mail server: a bad one is one line, and a password stands in none."""

import pytest

from hotline.base.config import ConfigError, Settings, load_settings

SENDER = {"HOTLINE_MAIL_FROM": "reminders@example.org"}


@pytest.mark.parametrize(
    "url",
    [
        "smtp://mail.example.org",
        "smtps://mail.example.org:465",
        "smtp://name:hidden@127.0.0.1:2525",
        "smtps://na%40me:hid%3Aden@mail.example.org/",
    ],
)
def test_a_mail_server_is_named_with_its_sender(url: str) -> None:
    settings = load_settings({"HOTLINE_SMTP_URL": url, **SENDER})

    assert settings.smtp_url == url
    assert "hidden" not in repr(settings)


@pytest.mark.parametrize(
    "url",
    [
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://:25",
        "smtp://name@mail.example.org",
        "smtp://:hidden@mail.example.org",
        "smtp://name:hidden@mail.example.org:none",
        "smtp://name:hidden@mail.example.org/path",
        "smtp://name:hidden@mail.example.org?tls=no",
    ],
)
def test_what_is_no_mail_server_stops_the_start_in_one_line(url: str) -> None:
    with pytest.raises(ConfigError) as stopped:
        load_settings({"HOTLINE_SMTP_URL": url, **SENDER})

    line = str(stopped.value)
    assert line.startswith("HOTLINE_SMTP_URL: must ")
    assert "\n" not in line
    assert "hidden" not in line


def test_a_mail_server_without_a_sender_stops_the_start() -> None:
    with pytest.raises(ConfigError, match=r"^HOTLINE_MAIL_FROM: must be set where HOTLINE_SMTP_URL is$"):
        load_settings({"HOTLINE_SMTP_URL": "smtp://mail.example.org"})


@pytest.mark.parametrize(
    "address", ["reminders", "a b@example.org", "Desk <a@example.org>", "木@example.org"]
)
def test_the_sender_is_a_plain_address(address: str) -> None:
    with pytest.raises(ConfigError, match="plain mail address"):
        load_settings({"HOTLINE_MAIL_FROM": address})


def test_without_any_of_it_there_is_no_mail_server() -> None:
    settings = Settings()

    assert (settings.smtp_url, settings.mail_from) == ("", "")
