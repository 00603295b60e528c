"""What `hotline check` finds: a sentence, and how bad it is."""

from dataclasses import dataclass, field
from enum import Enum, auto


class Weight(Enum):
    """How bad it is: a fault ends `check` with status 1, a warning does not."""

    FAULT = auto()
    WARNING = auto()


@dataclass(frozen=True)
class Finding:
    """Something that is not in order: a gettext id with the values of its placeholders."""

    weight: Weight
    message: str
    values: dict[str, object] = field(default_factory=dict)


def fault(message: str, **values: object) -> Finding:
    """The service does not work, or cannot be relied on."""
    return Finding(Weight.FAULT, message, values)


def warning(message: str, **values: object) -> Finding:
    """It works, and somebody should look at it."""
    return Finding(Weight.WARNING, message, values)
