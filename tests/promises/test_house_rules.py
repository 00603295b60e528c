"""The house rules that no linter knows: read from the code, the templates and the lock files."""

import ast
import logging
import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

ROOT = Path(__file__).resolve().parents[2]
PYTHON = [
    file
    for folder in ("hotline", "tests", "tools", "migrations")
    for file in sorted((ROOT / folder).rglob("*.py"))
]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
HANDS = ("hotline/web/", "hotline/app.py", "hotline/cli.py", "hotline/worker.py")
FILE_LINES, FUNCTION_LINES, TEMPLATE_LINES = 300, 40, 150
LOG_LEVELS = {"debug", "info", "warning", "error", "exception", "critical", "log"}
SCRIPTED = re.compile(r"hx-on|hx-vars$|hx-vals$|hx-headers$")
ADDRESS = re.compile(r"://|file:|^-", re.MULTILINE)
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)

Offence = tuple[int, str]
Nodes = Sequence[ast.AST]
Rule = Callable[[Nodes], Iterator[Offence]]


def place(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def nodes_of(text: str) -> Nodes:
    return list(ast.walk(ast.parse(text)))


def calls(nodes: Nodes) -> Iterator[ast.Call]:
    return (node for node in nodes if isinstance(node, ast.Call))


def commits(nodes: Nodes) -> Iterator[Offence]:
    for call in calls(nodes):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "commit":
            yield call.lineno, "commits: that is the edge's business"


def selects(nodes: Nodes) -> Iterator[Offence]:
    for call in calls(nodes):
        if getattr(call.func, "id", getattr(call.func, "attr", "")) == "select":
            yield call.lineno, "asks the database: that is a query's business"


def ready_made_log_lines(nodes: Nodes) -> Iterator[Offence]:
    """A log call gets a fixed text: a text put together may hold a caller's word."""
    for call in calls(nodes):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr in LOG_LEVELS):
            continue
        if re.search(r"log", ast.unparse(call.func.value), re.IGNORECASE) and any(
            isinstance(part, ast.JoinedStr | ast.BinOp) for part in call.args
        ):
            yield call.lineno, "puts a log line together"


def long_functions(nodes: Nodes) -> Iterator[Offence]:
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES:
                yield node.lineno, f"{node.name} has {lines} lines"


class Tags(HTMLParser):
    """Collects what the content security policy stops silently, and what loses typed text."""

    def __init__(self) -> None:
        super().__init__()
        self.offences: list[Offence] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or (tag == "script" and "src" not in names):
            self.offences.append((self.getpos()[0], f"inline <{tag}>"))
        for name, value in attrs:
            if reason := forbidden(name, value or ""):
                self.offences.append((self.getpos()[0], reason))


def forbidden(name: str, value: str) -> str | None:
    if name == "style" or SCRIPTED.match(name) or re.match(r"on[a-z]+$", name):
        return f"{name} is stopped by the content security policy"
    if name == "hx-trigger" and "[" in value:
        return "an hx-trigger filter is stopped by the content security policy"
    if value.strip().lower().startswith(("javascript:", "js:")):
        return f"{name} holds a script"
    if value.strip().lower().startswith(("http:", "https:", "//")):
        return f"{name} leads to another site: only a help number's own address may"
    if name in {"required", "maxlength"}:
        return f"{name} loses or blocks what a person typed; the server answers with the text"
    return None


def markup(template: str) -> list[Offence]:
    tags = Tags()
    tags.feed(JINJA.sub(lambda found: "\n" * found.group().count("\n"), template))
    return tags.offences


RULES: tuple[Rule, ...] = (commits, selects, ready_made_log_lines, long_functions)


@cache
def broken_in(file: Path) -> dict[Rule, list[Offence]]:
    """What every rule finds in a file, which is parsed once for all of them."""
    nodes = nodes_of(file.read_text("utf-8"))
    return {rule: list(rule(nodes)) for rule in RULES}


def offences(files: list[Path], rule: Rule) -> list[str]:
    return [f"{place(file)}:{line}: {reason}" for file in files for line, reason in broken_in(file)[rule]]


def test_only_the_transaction_at_the_edge_commits() -> None:
    program = [file for file in PYTHON if place(file).startswith("hotline/")]

    assert offences([f for f in program if not place(f).startswith("hotline/base/")], commits) == []


def test_routes_and_entry_points_ask_no_database() -> None:
    assert offences([file for file in PYTHON if place(file).startswith(HANDS)], selects) == []


def test_log_lines_are_fixed_texts() -> None:
    assert offences(PYTHON, ready_made_log_lines) == []


def test_functions_stay_short() -> None:
    assert offences([f for f in PYTHON if "versions" not in f.parts], long_functions) == []


def test_files_stay_short() -> None:
    limits = dict.fromkeys(PYTHON, FILE_LINES) | dict.fromkeys(TEMPLATES, TEMPLATE_LINES)
    lengths = {file: len(file.read_text("utf-8").splitlines()) for file in limits}

    assert [
        f"{place(file)} has {lengths[file]} lines"
        for file, limit in limits.items()
        if lengths[file] > limit and "versions" not in file.parts
    ] == []


def test_templates_hold_nothing_the_policy_stops_and_no_trap_for_typed_text() -> None:
    assert TEMPLATES
    assert [
        f"{place(file)}:{line}: {reason}"
        for file in TEMPLATES
        for line, reason in markup(file.read_text("utf-8"))
    ] == []


def test_lock_files_hold_hashes_and_no_address() -> None:
    locks = sorted(ROOT.glob("*.lock"))
    texts = {lock.name: lock.read_text("utf-8") for lock in locks}

    assert len(locks) == 4
    assert [name for name, text in texts.items() if ADDRESS.search(text)] == []
    assert [name for name, text in texts.items() if "--hash=sha256:" not in text] == []


@pytest.mark.parametrize(
    ("rule", "broken", "kept"),
    [
        (commits, "session.commit()", "session.flush()"),
        (selects, "db.scalars(select(Ticket))", "queries.waiting(db)"),
        (selects, "db.scalars(sa.select(Ticket))", "selected(form)"),
        (ready_made_log_lines, "log.info(f'{message}')", "log.info('kept %s', count)"),
        (ready_made_log_lines, "self.logger.error('a' + text)", "answer.error(f'{text}')"),
        (long_functions, "def f():\n" + "    x = 1\n" * 40, "def f():\n" + "    x = 1\n" * 39),
    ],
)
def test_each_rule_bites(rule: Rule, broken: str, kept: str) -> None:
    assert list(rule(nodes_of(broken)))
    assert not list(rule(nodes_of(kept)))


@pytest.mark.parametrize(
    "broken",
    [
        "<p style='color: red'>",
        "<style>p {}</style>",
        "<script>go()</script>",
        "<button onclick='go()'>",
        "<a href='javascript:go()'>",
        "<a href='https://example.org/'>",
        "<p hx-on:click='go()'>",
        "<p hx-on::after-request='go()'>",
        "<p hx-vals='js:{}'>",
        "<p hx-trigger=\"keyup[key=='a']\">",
        "<textarea {% if must %}required{% endif %}>",
        '<input maxlength="{{ longest }}">',
    ],
)
def test_the_template_rule_bites(broken: str) -> None:
    assert markup(broken)


def test_the_template_rule_leaves_honest_markup_alone() -> None:
    assert not markup(
        '<script src="/static/live.js" defer></script>{% if field.required %}<b>*</b>{% endif %}'
        '<p data-style="x" hx-trigger="look-again from:body" aria-required="true">'
    )


def test_every_file_imports_downwards_and_keeps_to_its_floor(capsys: pytest.CaptureFixture[str]) -> None:
    speaking = [one for one in map(logging.getLogger, logging.root.manager.loggerDict) if not one.disabled]

    kept = lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == EXIT_STATUS_SUCCESS

    for one in speaking:
        one.disabled = False  # import-linter silences every logger that there is
    assert kept, capsys.readouterr().out
