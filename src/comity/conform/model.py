"""What a probe is, and what becomes of it."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, Literal

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


def _data(file: str) -> dict[str, Any]:
    text = resources.files("comity.conform").joinpath(file).read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _titles() -> dict[str, tuple[str, str]]:
    """Return section and title of each probe, by its id."""
    return {
        f"{family}.{name}": (section, title)
        for family, own in _data("probes.toml").items()
        for name, (section, title) in own.items()
    }


@cache
def _requirements() -> dict[str, list[str]]:
    """Return the numbers of the rules that each probe shows, by its id."""
    rules = _data("requirements.toml")["rules"]
    return {f"{family}.{name}": own[name] for family, own in rules.items() for name in own}


@dataclass
class Register:
    """All probes, in the order in which they were written."""

    probes: dict[str, Probe] = field(default_factory=dict)

    def add(self, id: str, step: Step, level: Level) -> None:
        """Add a probe; two of one id, or one without its sentence, are a mistake of the kit."""
        if id in self.probes or id not in _titles() or id.partition(".")[0] not in FAMILIES:
            raise MisuseError(f"two probes are called {id}, it has no title, or no family")
        rules = tuple(_requirements().get(id, ()))
        self.probes[id] = Probe(id, *_titles()[id], level, step, rules)

    def ordered(self) -> tuple[Probe, ...]:
        """Return the probes family by family."""
        found = sorted(self.probes.values(), key=lambda one: FAMILIES.index(one.family))
        return tuple(found)


PROBES: Final = Register()


def probe(id: str, *, level: Level = "MUST") -> Callable[[Step], Step]:
    """Register the function below it as a probe; ``probes.toml`` says what it asks of a node."""

    def wrap(step: Step) -> Step:
        PROBES.add(id, step, level)
        return step

    return wrap


def table(steps: Mapping[str, Step], *, level: Level = "MUST") -> None:
    """Register the steps of a table as probes, by their ids; see `probe`."""
    for id, step in steps.items():
        PROBES.add(id, step, level)
