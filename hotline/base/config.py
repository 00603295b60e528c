"""The settings: environment variables `HOTLINE_…`, read once at the start and never changed."""

import ipaddress
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import SplitResult, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

PREFIX = "HOTLINE_"
LINE_LENGTH = 200
TOKEN_LENGTH = 16
MAIL_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")


class ConfigError(Exception):
    """A setting is unknown or bad: one line that names the variable and never tells its value."""


def load_settings(environ: Mapping[str, str] | None = None) -> "Settings":
    """The settings in `environ`, else in the process's environment.

    An empty variable counts as unset. Raises ConfigError for a bad value and for a `HOTLINE_…`
    name that is no setting.
    """
    given = {
        name: value
        for name, value in (os.environ if environ is None else environ).items()
        if name.startswith(PREFIX) and value.strip()
    }
    names = {variable(field): field for field in Settings.model_fields}
    for name in sorted(given.keys() - names.keys()):
        raise ConfigError(_unknown(name))
    try:
        return Settings.model_validate({names[name]: value for name, value in given.items()})
    except ValidationError as error:
        raise ConfigError(_one_line(error)) from None


def variable(field: str) -> str:
    """The environment variable of a settings field."""
    return PREFIX + field.upper()


def _unknown(name: str) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    field = name.removeprefix(PREFIX).lower()
    close = difflib.get_close_matches(field, Settings.model_fields, n=1)
    return f"{name} is not a setting" + (f"; did you mean {variable(close[0])}?" if close else "")


def _one_line(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_context=False, include_input=False)
    return "; ".join(
        f"{variable(str(problem['loc'][0]))}: {problem['msg'].removeprefix('Value error, ')}"
        for problem in problems
    )


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


def database_address(url: str) -> str:
    """The address of a database that can be used here; ValueError says what is wrong with another."""
    try:
        address = make_url(url)
    except ArgumentError:
        raise ValueError("must be a URL such as sqlite:///data/hotline.db") from None
    if address.drivername not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise ValueError("must begin with sqlite:/// or postgresql://")
    if address.drivername == "sqlite" and address.database in {None, "", ":memory:"}:
        raise ValueError("must name a file: what is only in memory is lost at the stop")
    return url


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("must be an address such as https://hotline.example.org") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError("must be an address that begins with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError("must not carry a name or a password")
    return parts


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _origin(url: str) -> str:
    """Scheme and host exactly as a browser writes them in Origin."""
    parts = _split(url)
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be scheme and host only, without a path")
    host = parts.hostname or ""
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must be https, unless the host is this machine (127.0.0.1, localhost)")
    try:
        host = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("must have a valid host name") from None
    usual = 443 if parts.scheme == "https" else 80
    port = "" if parts.port in {None, usual} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


def _web_address(url: str) -> str:
    _split(url)
    return url


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be an IANA time zone such as Asia/Shanghai") from None


def _line(text: str) -> str:
    text = text.strip()
    if len(text) > LINE_LENGTH or not text.isprintable():
        raise ValueError(f"must be one line of at most {LINE_LENGTH} characters")
    return text


def _token(text: str) -> str:
    if text and not (len(text) >= TOKEN_LENGTH and text.isascii() and text.isprintable() and " " not in text):
        raise ValueError(f"must be at least {TOKEN_LENGTH} letters, digits and signs, without a space")
    return text


def _mail_server(url: str) -> str:
    if not url:
        return url
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError("must be an address such as smtps://name:password@mail.example.org") from None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("must begin with smtp:// or smtps:// and name a host")
    if parts.path not in {"", "/"} or parts.query or parts.fragment:
        raise ValueError("must be name, password, host and port only")
    if bool(parts.username) != bool(parts.password):
        raise ValueError("must have both a name and a password, or neither")
    return url


Line = Annotated[str, AfterValidator(_line)]


class Settings(BaseModel):
    """Every setting. Build it with `load_settings`, in tests with keyword arguments."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, validate_default=True)

    data_dir: Annotated[Path, AfterValidator(_absolute)] = Field(
        default=Path("data"),
        description="Folder for everything the program keeps; made readable by its owner only.",
    )
    database_url: Annotated[str, AfterValidator(database_address)] = Field(
        default_factory=lambda known: f"sqlite:///{known.get('data_dir', 'data')}/hotline.db",
        description="SQLite file or PostgreSQL database (postgresql://…).",
        repr=False,  # it may carry a password
    )
    public_url: Annotated[str, AfterValidator(_origin)] = Field(
        default="http://127.0.0.1:8000",
        description="Scheme and host by which people reach the site; https unless on this machine.",
    )
    exit_url: Annotated[str, AfterValidator(_web_address)] = Field(
        default="https://www.weather.com.cn/",
        description="Where quick exit leads: an everyday page that nobody explains.",
    )
    timezone: Annotated[str, AfterValidator(_zone)] = Field(
        default="Asia/Shanghai",
        description="IANA time zone in which times are shown and days begin.",
    )
    name_zh: Line = Field(default="心语留言", description="The service's name on Chinese pages.")
    name_en: Line = Field(default="Listening Desk", description="The service's name on English pages.")
    college_zh: Line = Field(
        default="", description="The organisation's name on Chinese pages; empty: not shown."
    )
    college_en: Line = Field(
        default="", description="The organisation's name on English pages; empty: not shown."
    )
    contact: Line = Field(
        default="",
        description="How to reach the service's owner, shown with the privacy words; may be empty.",
    )
    smtp_url: Annotated[str, AfterValidator(_mail_server)] = Field(
        default="",
        description="Mail server, smtps://name:password@host or smtp://host; empty: mails become files.",
        repr=False,  # it may carry a password
    )
    mail_from: Line = Field(
        default="",
        description="Mail address that reminders come from; needed with a mail server.",
    )
    intake_hash_threads: int = Field(
        default=1,
        ge=1,
        le=4,
        description="Threads that stretch callers' receipt codes, 1 to 4; each keeps 19 MiB.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="Log lines as text or as json, for a collector; the option --json-logs does the same.",
    )
    metrics_token: Annotated[str, AfterValidator(_token)] = Field(
        default="",
        description="Bearer token for /metrics, at least 16 characters; empty: nothing is measured.",
        repr=False,
    )
    test_stretching: bool = Field(
        default=False,
        description="Makes stretching cheap. For tests only; refused beside real data.",
    )

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, address: str, known: ValidationInfo) -> str:
        """An address is there whenever a server may take mails from it."""
        if not address and known.data.get("smtp_url"):
            raise ValueError("must be set where HOTLINE_SMTP_URL is")
        if address and not MAIL_ADDRESS.fullmatch(address):
            raise ValueError("must be a plain mail address such as reminders@example.org")
        return address

    @property
    def secure(self) -> bool:
        """Whether people come by https: cookies are then Secure and named `__Host-…`."""
        return self.public_url.startswith("https://")

    @property
    def host(self) -> str:
        """The Host header of every honest request, with its port where it is not the usual one."""
        return urlsplit(self.public_url).netloc

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def logs_json(self) -> bool:
        return self.log_format == "json"

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
