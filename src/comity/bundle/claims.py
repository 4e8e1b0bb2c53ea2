"""Claims of a verdict: what is claimed, how sure it is, whose word it is.

Each kind of claim has a ceiling: the most that any bundle can show of it. Nothing is proved that
one party could have invented alone.

Source: spec/comity-1.md section 16.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

type Word = Literal["proved", "attested", "contradicted", "disputed", "unknown"]
type Fact = str | int

WORDS: Final[tuple[Word, ...]] = ("proved", "attested", "contradicted", "disputed", "unknown")

CEILINGS: Final[Mapping[str, Word]] = {
    # who said what
    "exporter-signed": "proved",
    "party-keys": "proved",
    "message-signed": "proved",
    "section-content": "proved",
    "approval": "attested",
    "second-approval": "attested",
    # what became of it
    "receipt": "proved",
    "refusal-ground": "proved",
    "one-message-a-place": "unknown",
    "state": "proved",
    # when
    "sent-at": "attested",
    "received-at": "attested",
    "existed-by": "proved",
    "key-in-time": "attested",
    "exported-at": "attested",
    # logs and directory
    "log-heard": "proved",
    "log-order": "attested",
    "log-single": "proved",
    "log-continues": "unknown",
    "log-entry": "unknown",
    "directory-dated": "attested",
    "directory-current": "unknown",
    # evidence
    "custody-event": "attested",
    "hand-over": "proved",
    "package-sealed": "proved",
    "exhibit-opened": "attested",
    "evidence-withheld": "unknown",
    "exporter-prose": "attested",
    # what no bundle can show
    "message-named": "unknown",
    "conversation-named": "unknown",
    "nothing-later": "unknown",
    "not-invented-together": "unknown",
}
"""Claim -> the surest of ``proved``, ``attested``, ``unknown`` that it can be.

Each may also be contradicted by a party's own statements, or disputed between parties.
"""
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
