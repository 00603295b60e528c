"""What the model of keys knows of a ticket, apart from everything that the program keeps of it."""

from dataclasses import dataclass, field

from hotline.tickets.lifecycle import State
from tests.cast import Caller


@dataclass
class Story:
    """A ticket as the model has it: its state, whose it is, and who therefore holds which key."""

    caller: Caller
    team_version: int
    state: State = State.WAITING
    counselor: str | None = None
    is_reviewed: bool = False
    wrote_notes: set[str] = field(default_factory=set)

    @property
    def team_holds(self) -> bool:
        return self.team_version > 0 and self.state is not State.DELETED

    def holds(self, name: str) -> bool:
        """Whether this counselor holds the conversation's key themselves."""
        opened = self.team_version == 0 and self.state in {State.TAKEN, State.CLOSED}
        return opened and self.counselor == name
