"""Inviting and disabling people from the server's terminal."""

import re

import pytest

from hotline.accounts import queries as accounts
from tests.cast import House
from tests.terminal import in_house, the_line


def test_an_administrator_invites_from_the_terminal(house: House) -> None:
    invited = in_house(house, "account", "invite", "Wang", "--role", "counselor", "--alias", "青松")

    (code,) = re.findall(r"http://127\.0\.0\.1:8000/staff/enrol/([0-9a-f]{32})\n", invited.output)
    assert invited.output.count(code) == 2
    with house.database.read() as db:
        account = accounts.by_name(db, "wang")
        assert account is not None
        assert account.invited_by == house.cast["administrator"].id
        assert accounts.effective_roles(db, house.deployment, account) == frozenset()
    listed = in_house(house, "account", "list").output
    assert re.search(r"^wang .*has not enrolled yet +青松$", listed, re.MULTILINE)


def test_a_new_code_replaces_the_old_one(house: House) -> None:
    first = in_house(house, "account", "invite", "wang", "--role", "supervisor").output
    second = in_house(house, "account", "code", "wang").output

    codes = [re.findall(r"One-time code: (\w+)", said)[0] for said in (first, second)]
    assert codes[0] != codes[1]


def test_disabling_ends_the_sessions_and_enabling_lets_in_again(house: House) -> None:
    house.session_of("lin")

    assert in_house(house, "account", "disable", "lin").exit_code == 0
    assert re.search(r"^lin .*disabled", in_house(house, "account", "list").output, re.MULTILINE)
    assert in_house(house, "account", "enable", "lin").exit_code == 0
    assert re.search(r"^lin .*ready", in_house(house, "account", "list").output, re.MULTILINE)


@pytest.mark.parametrize(
    "words",
    [
        ["account", "disable", "nobody"],
        ["account", "invite", "lin", "--role", "counselor"],
        ["account", "invite", "wang", "--role", "counselor", "--by", "mei"],
        ["account", "disable", "administrator"],
    ],
)
def test_what_cannot_be_done_to_an_account_is_one_line(house: House, words: list[str]) -> None:
    the_line(in_house(house, *words))
