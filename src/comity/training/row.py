"""Reading one TOML table of a course; what is wrong is noted, and reading goes on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from comity.instruments.library import UNSEEN
from comity.training.errors import CourseError, CourseMemberError, CourseTextError

# What is to mend in a course, collected so that a trainer is told everything at once.


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


KEY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_KEY: Final = 64
MAX_TEXT: Final = 2000
_MAX_LIST: Final = 64
_MAX_NUMBER: Final = 10**12


class Row:
    """A table whose members are taken one by one; `done` notes what nobody took.

    Attributes:
        file, line: where it stands.
    """

    def __init__(self, value: object, problems: Problems, *, file: str, line: int) -> None:
        self.file, self.line = file, line
        self._problems = problems
        self._left: dict[str, Any] = dict(value) if isinstance(value, Mapping) else {}
        if not isinstance(value, Mapping):
            self.wrong("is no table")

    def wrong(self, text: str, kind: type[CourseError] = CourseMemberError) -> None:
        """Note a problem of this place."""
        self._problems.add(kind, self.file, self.line, text)

    def take(self, name: str) -> Any:
        """Return a member of whatever kind, or None."""
        return self._left.pop(name, None)

    def has(self, name: str) -> bool:
        """Tell whether a member stands there that nobody took."""
        return name in self._left

    def key(self, name: str = "key") -> str:
        """Return a key in small letters, digits and hyphens."""
        value = self.take(name)
        if isinstance(value, str) and len(value) <= MAX_KEY and KEY.fullmatch(value):
            return value
        self.wrong(f"{name} is a word in small letters, digits and hyphens")
        return ""

    def text(self, name: str) -> str:
        """Return a text that people read."""
        return self.checked(self.take(name), name)

    def checked(self, value: object, name: str) -> str:
        """Return a value if it is a text that people can read."""
        if not isinstance(value, str) or not value.strip():
            self.wrong(f"{name} is a text that is not empty")
            return ""
        if len(value) > MAX_TEXT or UNSEEN.search(value) or "\n" in value:
            self.wrong(
                f"{name} is one line of at most {MAX_TEXT} characters that an eye sees",
                CourseTextError,
            )
            return ""
        return value.strip()

    def number(self, name: str, *, least: int, most: int) -> int:
        """Return a whole number."""
        value = self.take(name)
        if type(value) is int and least <= value <= most:
            return value
        self.wrong(f"{name} is a whole number from {least} to {most}")
        return least

    def decimal(self, name: str, default: Decimal | None = None) -> Decimal:
        """Return a number that may have decimals."""
        value = self.take(name)
        if value is None and default is not None:
            return default
        if type(value) in (int, float) and abs(value) <= _MAX_NUMBER:
            return Decimal(str(value))
        self.wrong(f"{name} is a number")
        return Decimal(0)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return a list of keys, each once."""
        found = self.texts(name)
        for one in found:
            if not KEY.fullmatch(one) or len(one) > MAX_KEY:
                self.wrong(f"{name}: {one[:MAX_KEY]!a} is no key")
        if len(set(found)) != len(found):
            self.wrong(f"{name}: one stands twice")
        return tuple(one for one in found if KEY.fullmatch(one))

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; none where the member is not there."""
        value = self.take(name)
        if value is None:
            return ()
        if not isinstance(value, list) or len(value) > _MAX_LIST:
            self.wrong(f"{name} is a list of at most {_MAX_LIST} texts")
            return ()
        return tuple(text for one in value if (text := self.checked(one, name)))

    def rest(self) -> tuple[str, ...]:
        """Return the names of members that nobody took, and forget them."""
        left, self._left = tuple(map(str, self._left)), {}
        return left

    def done(self) -> None:
        """Note members that the format does not have."""
        for name in self.rest():
            self.wrong(f"{name[:MAX_KEY]!a} is nothing that stands here")
