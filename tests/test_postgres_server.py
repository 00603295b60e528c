"""The tests' own PostgreSQL: where there is none, one line says so, and nothing passes by accident."""

import pytest

from tests import postgres


@pytest.fixture
def nowhere(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """A machine without PostgreSQL."""
    monkeypatch.setattr(postgres, "PLACES", ())
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("REQUIRE_POSTGRES", raising=False)
    return monkeypatch


@pytest.mark.usefixtures("nowhere")
def test_without_a_server_a_test_is_skipped_with_one_line() -> None:
    with pytest.raises(pytest.skip.Exception, match="apt install postgresql"):
        postgres.start()


def test_where_a_server_was_promised_its_absence_is_a_failure(nowhere: pytest.MonkeyPatch) -> None:
    nowhere.setenv("REQUIRE_POSTGRES", "1")

    with pytest.raises(pytest.fail.Exception, match="apt install postgresql"):
        postgres.start()


@pytest.mark.postgres
def test_the_server_is_new_enough() -> None:
    shown = postgres.server().connection.execute("SHOW server_version_num").fetchone()

    assert shown is not None
    assert int(shown[0]) >= postgres.OLDEST * 10_000
