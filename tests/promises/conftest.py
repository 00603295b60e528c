"""Two callers who have been answered, Lin's and Mei's; and the stage of the promises over HTTP."""

import pytest

from tests import flows
from tests.cast import Caller, House
from tests.promises.stage import stage, staged
from tests.promises.tour import screens_in

__all__ = ["lins", "meis", "screens_in", "stage", "staged"]


@pytest.fixture
def lins(house: House) -> Caller:
    """A caller whom Lin has answered, with a note."""
    caller = house.send("林的来访者。")
    flows.take(house, "lin", caller)
    flows.review(house, "lin", caller)
    flows.reply(house, "lin", caller, "给林的来访者。")
    flows.note(house, "lin", caller, "关于林的来访者。")
    return caller


@pytest.fixture
def meis(house: House) -> Caller:
    """A caller whom Mei has answered, with a note."""
    caller = house.send("梅的来访者。")
    flows.take(house, "mei", caller)
    flows.review(house, "mei", caller)
    flows.reply(house, "mei", caller, "给梅的来访者。")
    flows.note(house, "mei", caller, "关于梅的来访者。")
    return caller
