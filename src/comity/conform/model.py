"""What a probe is, and what becomes of it."""

import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Final, Literal

from comity.canonical import MisuseError

if TYPE_CHECKING:
    from comity.conform.bench import Bench

type Word = Literal["pass", "fail", "xfail", "unexpected pass", "not tried"]
type Level = Literal["MUST", "SHOULD"]
type Step = Callable[["Bench"], None]

FAMILIES: Final = (
    "values",
    "signatures",
    "transport",
    "messages",
    "conversations",
    "approvals",
    "receipts",
    "log",
    "directory",
    "packages",
    "solutions",
    "files",
    "epochs",
    "sending",
    "problems",
    "bundle",
)
"""In the order in which they run; problems look at the errors that all others met, and the bundle
family is made of the vectors for a verifier."""


class BrokenError(Exception):
    """The node did not do what the specification asks.

    Attributes:
        expected: in words.
        came: in words.
    """

    def __init__(self, expected: str, came: str) -> None:
        super().__init__(f"expected {expected}; received {came}")
        self.expected, self.came = expected, came


class SkippedError(Exception):
    """A probe cannot be made here; the text says why.

    Attributes:
        remedy: the option or the set-up with which it can be made.
    """

    def __init__(self, why: str, *, remedy: str) -> None:
        super().__init__(why)
        self.remedy = remedy


@dataclass(frozen=True)
class Probe:
    """One requirement, and the step that shows whether a node keeps it.

    Attributes:
        id: stable, family first.
        section: of the specification, `13.2` for example.
        title: what the node must do, in one sentence.
        level: MUST or SHOULD.
        step: does it; raises `BrokenError` or `SkippedError`.
        requirements: numbers of the rules of the specification that it shows.
        place: file of the vector below ``vectors``, of a case for verifiers; else empty.
    """

    id: str
    section: str
    title: str
    level: Level
    step: Step
    requirements: tuple[str, ...] = ()
    place: str = ""

    @property
    def family(self) -> str:
        """Return the part of the id before the first full stop."""
        return self.id.partition(".")[0]


@dataclass(frozen=True)
class Result:
    """What became of a probe.

    Attributes:
        probe: it.
        word: in one word.
        reason: in a sentence; empty where it passed.
        seconds: how long it took.
        remedy: of a probe that was not tried, how it can be, in a sentence.
        known: whether the file of known failures lists it.
        in_part: whether it passed by a part of what it asks for; the reason says by which.
    """

    probe: Probe
    word: Word
    reason: str = ""
    seconds: float = 0.0
    remedy: str = ""
    known: bool = False
    in_part: bool = False

    @property
    def good(self) -> bool:
        """Tell whether the run may still end well."""
        return self.word not in ("fail", "unexpected pass")


@cache
def _requirements() -> dict[str, list[str]]:
    """Return the numbers of the rules that each probe shows, by its id."""
    place = resources.files("comity.conform").joinpath("requirements.toml")
    table = tomllib.loads(place.read_text(encoding="utf-8"))["rules"]
    return {
        f"{family}.{name}": rules for family, own in table.items() for name, rules in own.items()
    }


@dataclass
class Register:
    """All probes, in the order in which they were written."""

    probes: dict[str, Probe] = field(default_factory=dict)

    def add(self, probe: Probe) -> None:
        """Add a probe; two of one id are a mistake of the kit."""
        numbers = _requirements().get(probe.id)
        if numbers:
            probe = replace(probe, requirements=tuple(numbers))
        if probe.id in self.probes or probe.family not in FAMILIES:
            raise MisuseError(f"two probes are called {probe.id}, or its family is unknown")
        self.probes[probe.id] = probe

    def ordered(self) -> tuple[Probe, ...]:
        """Return the probes family by family."""
        found = sorted(self.probes.values(), key=lambda one: FAMILIES.index(one.family))
        return tuple(found)


PROBES: Final = Register()


def probe(id: str, section: str, title: str, *, level: Level = "MUST") -> Callable[[Step], Step]:
    """Register the function below it as a probe; see `Probe`."""

    def wrap(step: Step) -> Step:
        PROBES.add(Probe(id, section, title, level, step))
        return step

    return wrap


def table(rows: Iterable[tuple[str, str, str, Step]], *, level: Level = "MUST") -> None:
    """Register probes whose steps are rows of a table: id, section, title, step."""
    for id, section, title, step in rows:
        PROBES.add(Probe(id, section, title, level, step))
