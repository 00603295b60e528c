"""A line of the table: a figure, its limit from the same run, and what was promised."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """A figure beside its limit, in the same unit.

    Promised is that figure / limit stays at or under `most`, or, with `least`, at or above it.
    """

    name: str
    figure: float
    limit: float
    unit: str
    most: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float:
        """How many times its limit the figure is."""
        return self.figure / self.limit if self.limit else float("inf")

    @property
    def is_kept(self) -> bool:
        """Whether the promise holds in this run."""
        return (self.most is None or self.ratio <= self.most) and (
            self.least is None or self.ratio >= self.least
        )

    def __str__(self) -> str:
        promise = f"<= {self.most:g}" if self.most is not None else f">= {self.least:g}"
        mark = "" if self.is_kept else "   PAST ITS LIMIT"
        return (
            f"{self.name:<46}{self.figure:>10.2f}{self.limit:>10.2f} {self.unit:<10}"
            f"{self.ratio:>7.2f}  {promise:<8}{mark}"
        )


HEAD = f"{'':<46}{'figure':>10}{'limit':>10} {'unit':<10}{'ratio':>7}  promised"
