"""What is to mend in a course, collected so that a trainer is told everything at once."""

from dataclasses import dataclass, field
from typing import Final

from comity.training.errors import CourseError

MAX_PROBLEMS: Final = 1000


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend.

    Attributes:
        file: in the folder of the course.
        line: from 1; 0 where the file is not there.
        code: of the error that `load_course` raises for it.
        text: English: what is the matter.
    """

    file: str
    line: int
    code: str
    text: str


@dataclass
class Problems:
    """Problems as they are found; the first of them is an error for whoever wants the course."""

    found: list[tuple[Problem, type[CourseError]]] = field(default_factory=list)

    def add(self, kind: type[CourseError], file: str, line: int, text: str) -> None:
        """Note a problem; beyond 1,000 nothing more is noted."""
        if len(self.found) < MAX_PROBLEMS:
            self.found.append((Problem(file, line, kind.code, text), kind))

    def sorted(self) -> tuple[Problem, ...]:
        """Return them by file and line, each once."""
        return tuple(sorted({problem for problem, _ in self.found}))

    def raise_first(self) -> None:
        """Raise the error of the first problem, by file and line, if there is one.

        Raises:
            CourseError: with facts ``file`` and ``line``.
        """
        if not self.found:
            return
        first, kind = min(self.found, key=lambda one: one[0])
        place = f"{first.file}:{first.line}" if first.line else first.file
        raise kind(f"{place}: {first.text}", file=first.file, line=first.line)
