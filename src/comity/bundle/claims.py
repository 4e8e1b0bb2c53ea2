"""Claims of a verdict: what is claimed, how sure it is, whose word it is.

Each kind of claim has a ceiling: the most that any bundle can show of it. Nothing is proved that
one party could have invented alone.

Source: spec/16-bundles.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from comity.bundle.ceilings import CEILINGS

type Word = Literal["proved", "attested", "contradicted", "disputed", "unknown"]
type Fact = str | int

WORDS: Final[tuple[Word, ...]] = ("proved", "attested", "contradicted", "disputed", "unknown")

CLOCKS: Final = frozenset({"sent-at", "received-at", "exported-at"})
"""What rests on a clock: a party whose clock was set right may contradict itself and be honest."""
_SURER: Final[Mapping[Word, int]] = {"proved": 2, "attested": 1, "unknown": 0}


@dataclass(frozen=True)
class Assertion:
    """What a party says in a file, where statements do not fit together.

    Attributes:
        by: the party, witness or authority.
        path: the file in the bundle in which it says so.
        say: name of a sentence.
        facts: what the sentence tells.
    """

    by: str
    path: str
    say: str
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {"by": self.by, "facts": dict(self.facts), "path": self.path, "say": self.say}


@dataclass(frozen=True)
class Claim:
    """One claim.

    Attributes:
        name: of the registry.
        word: proved; attested by whom; contradicted, two statements of one party; disputed between
            parties; unknown.
        by: whose word it is, sorted. Of a contradiction: who contradicts itself.
        facts: what it is about; ``path`` names a file.
        statements: of a contradiction or dispute, side by side.
    """

    name: str
    word: Word
    by: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    statements: tuple[Assertion, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what no bundle can show."""
        surest = _SURER[CEILINGS[self.name]]
        if _SURER.get(self.word, 0) > surest:
            raise ValueError(f"{self.name} is never {self.word}")

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "by": list(self.by),
            "claim": self.name,
            "facts": dict(self.facts),
            "statements": [one.value() for one in self.statements],
            "word": self.word,
        }


@dataclass(frozen=True)
class Group:
    """Claims of one kind, one word and the same parties: one line of a verdict."""

    name: str
    word: Word
    by: tuple[str, ...]
    claims: tuple[Claim, ...]


def grouped(claims: tuple[Claim, ...]) -> tuple[Group, ...]:
    """Return claims as the lines of a verdict: by word, then as the registry lists them."""
    found: dict[tuple[Word, str, tuple[str, ...]], list[Claim]] = {}
    for claim in claims:
        found.setdefault((claim.word, claim.name, claim.by), []).append(claim)
    names = list(CEILINGS)
    order = sorted(found, key=lambda key: (WORDS.index(key[0]), names.index(key[1]), key[2]))
    return tuple(Group(name, word, by, tuple(found[word, name, by])) for word, name, by in order)


def unproved(claims: tuple[Claim, ...], name: str) -> tuple[Claim, ...] | None:
    """Return the claims of a name that are not proved; None if there is none of that name."""
    found = [claim for claim in claims if claim.name == name]
    return tuple(one for one in found if one.word != "proved") if found else None
