"""What a run has shown: figures, and whether what must hold has held."""

from dataclasses import dataclass, field


@dataclass
class Report:
    """One run. It is good as long as every expectation has held."""

    title: str
    figures: list[tuple[str, object]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    skipped: str = ""

    def note(self, name: str, value: object) -> None:
        """A figure to show."""
        self.figures.append((name, value))

    def expect(self, holds: object, otherwise: str) -> None:
        """This must hold; `otherwise` says what was seen in its place."""
        if not holds:
            self.failures.append(otherwise)

    @property
    def is_good(self) -> bool:
        """Whether everything held."""
        return not self.failures

    def __str__(self) -> str:
        if self.skipped:
            return f"-- {self.title}: {self.skipped}"
        figures = ", ".join(f"{name} {value}" for name, value in self.figures)
        lines = [f"{'ok' if self.is_good else 'NO'} {self.title}: {figures}"]
        return "\n".join([*lines, *(f"   {failure}" for failure in self.failures)])
