"""What a bundle is about, for whoever opens it first: parties, requests, conditions, exhibits.

All of it is what the bundle says; the claims of a verdict tell what of it is proved.

Source: spec/16-bundles.md.
"""

from dataclasses import asdict, dataclass
from typing import Any, Literal

type There = Literal["here", "changed", "withheld", "absent"]
type Opened = Literal["", "here", "part"]
type Standing = Literal["set", "accepted", "refused"]


@dataclass(frozen=True)
class Reference:
    """How a party refers to a case, in its own words."""

    by: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Matter:
    """A conversation, by the message that opens it.

    Attributes:
        conversation: content digest of that message.
        by: its author.
        type: what kind of message it is.
        measure: what is asked, by the keys of the law as data; empty if nothing is.
        text: what is asked or told, in the author's words; empty if it is not here.
        references: of the parties, each once, in the order of their messages.
    """

    conversation: str
    by: str
    type: str
    measure: str
    text: str
    references: tuple[Reference, ...]


@dataclass(frozen=True, kw_only=True)
class Condition:
    """A condition of use that a message lays on evidence.

    Attributes:
        conversation: in which it was set, by the content digest of its first message.
        by: who set it.
        kind: as the message names it: use-limitation, confidentiality and so on.
        text: what was written; empty where nothing was, or it is not here.
        here: whether the part of the message that says it is in the bundle.
        standing: whether it was answered, by a message that took effect.
    """

    conversation: str
    by: str
    kind: str
    text: str
    here: bool
    standing: Standing


@dataclass(frozen=True, kw_only=True)
class Piece:
    """A sealed package that a message offers.

    Attributes:
        exhibit: its identifier.
        root: digest text of the root over its blocks.
        by: who offers it.
        text: what it is, in that party's words.
        files, size: payload files in it, and bytes sealed.
        package: whether the sealed package is in the bundle; changed: another file is in its place;
            absent: nobody says why.
        opened: whether its opened files are here: all, a part, or none.
        sha256: of the sealed file in the bundle, in hex, as any program computes it; or empty.
        listed: the SHA-256 that ``manifest-sha256.txt`` lists for it, in hex; or empty.
        names: of its opened files that are here, sorted.
    """

    exhibit: str
    root: str
    by: str
    text: str
    files: int
    size: int
    package: There
    opened: Opened
    sha256: str
    listed: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class About:
    """What a bundle is about, as it says.

    Attributes:
        parties: members of its conversations, sorted.
        matters: its conversations, in the order in which they began.
        exhibits: in the order of their roots.
        conditions: of use, in the order of the messages that set them.
    """

    parties: tuple[str, ...] = ()
    matters: tuple[Matter, ...] = ()
    exhibits: tuple[Piece, ...] = ()
    conditions: tuple[Condition, ...] = ()

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "conditions": [asdict(one) for one in self.conditions],
            "exhibits": [{**asdict(one), "names": list(one.names)} for one in self.exhibits],
            "matters": [
                {**asdict(one), "references": [asdict(each) for each in one.references]}
                for one in self.matters
            ],
            "parties": list(self.parties),
        }
