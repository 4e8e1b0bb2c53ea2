"""What a bundle is about, for whoever opens it first: parties, requests, conditions, exhibits.

All of it is what the bundle says; the claims of a verdict tell what of it is proved.

Source: spec/16-bundles.md.
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from comity.bundle import layout
from comity.bundle.contents import Bundle
from comity.bundle.layout import Kind
from comity.canonical import PeerError, digest_text
from comity.evidence import bag
from comity.exchange import Message
from comity.exchange.conversation import APPLIED, HELD

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


# Reading out of a bundle what it is about.
#
# ``js/about.js`` of the page does the same. Sections are untrusted here: what is not text is left
# out, and the steps of the verdict say what is wrong with it.


_PAYLOAD: Final = "data/"
_REFERRING = ("request", "acknowledgement")
"""Sections with a reference of their author."""
_TELLING = (("subject", "description"), ("information", "summary"))
"""Sections, each with the member that says in words what is asked or told."""
_ANSWERS: Final[dict[str, Standing]] = {
    "conditions.accepted": "accepted",
    "conditions.refused": "refused",
}


def about(bundle: Bundle) -> About:
    """Return what a bundle is about, whatever it says."""
    counted = sorted(bundle.counted.values(), key=lambda m: (m.draft.sent_at, m.content))
    opening = [m for m in counted if m.conversation == m.content]
    parties = {party for message in counted for party in message.draft.members}
    return About(
        parties=tuple(sorted(parties)),
        matters=tuple(_matter(bundle, message, counted) for message in opening),
        exhibits=tuple(_exhibits(bundle)),
        conditions=tuple(_conditions(bundle, counted)),
    )


def _conditions(bundle: Bundle, counted: list[Message]) -> Iterator[Condition]:
    """Yield the conditions of messages that took effect, or of which that is not known here."""
    standing = {m.content: _standing(bundle, m) for m in counted}
    answers = {
        (m.conversation, m.draft.about): _ANSWERS[m.draft.type]
        for m in counted
        if m.draft.type in _ANSWERS and standing[m.content] == APPLIED
    }
    for message in counted:
        if standing[message.content] not in (APPLIED, HELD):
            continue
        for kind, text, here in _limits(bundle, message):
            yield Condition(
                conversation=message.conversation,
                by=message.draft.author,
                kind=kind,
                text=text,
                here=here,
                standing=answers.get((message.conversation, message.content), "set"),
            )


def _standing(bundle: Bundle, message: Message) -> str:
    replayed = bundle.replays.get(message.conversation)
    return HELD if replayed is None else replayed.standing.get(message.content, HELD)


def _limits(bundle: Bundle, message: Message) -> Iterator[tuple[str, str, bool]]:
    """Yield kind and text of each condition of a message, and whether what says it is here."""
    sections = bundle.sections_of(message)
    if message.draft.type == "conditions.set":
        if "conditions" not in sections:
            yield "other", "", False
            return
        listed = _member(sections["conditions"].value, "conditions")
        for one in listed if isinstance(listed, list) else ():
            yield _str(_member(one, "kind")), _str(_member(_member(one, "text"), "text")), True
    for name in ("request", "information"):
        value = sections[name].value if name in sections else None
        if _member(value, "confidential") is True:
            yield "confidentiality", "", True
        limit = _str(_member(_member(value, "purpose_limit"), "text"))
        if limit:
            yield "use-limitation", limit, True


def _member(value: Any, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _str(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _matter(bundle: Bundle, opening: Message, counted: list[Message]) -> Matter:
    of = [message for message in counted if message.conversation == opening.content]
    references = [
        Reference(message.draft.author, text)
        for message in of
        for name in _REFERRING
        if (text := _text(bundle, message, name, "reference"))
    ]
    told = (_text(bundle, opening, name, member, "text") for name, member in _TELLING)
    return Matter(
        conversation=opening.content,
        by=opening.draft.author,
        type=opening.draft.type,
        measure=_text(bundle, opening, "request", "measure"),
        text=next((text for text in told if text), ""),
        references=tuple(dict.fromkeys(references)),
    )


def _text(bundle: Bundle, message: Message, section: str, *members: str) -> str:
    """Return a text inside a section of a message; empty if there is none."""
    found = bundle.sections_of(message).get(section)
    value = found.value if found is not None else None
    for member in members:
        value = _member(value, member)
    return _str(value)


def _exhibits(bundle: Bundle) -> list[Piece]:
    first: dict[bytes, str] = {}
    for path, offer in bundle.offers.items():
        first.setdefault(offer.root, path)
    opened: dict[str, list[str]] = {}
    for path in bundle.of(Kind.EXHIBIT):
        part = layout.parts(path)
        opened.setdefault(part["root"], []).append(part["path"])
    rows = ((path, layout.row_of(path)) for path in bundle.withheld)
    held = {layout.parts(path)["root"] for path, row in rows if row and row.kind is Kind.EXHIBIT}
    listed = _listed(bundle)
    return [_piece(bundle, first[root], opened, held, listed) for root in sorted(first)]


def _listed(bundle: Bundle) -> dict[str, str]:
    """Return path -> SHA-256 of the list of files, as it stands there; nothing of what is none."""
    if bag.MANIFEST_NAME not in bundle.files:
        return {}
    try:
        return bag.parse_manifest(bundle.read(bag.MANIFEST_NAME), bag.MANIFEST_NAME)
    except PeerError:
        return {}


def _there(bundle: Bundle, path: str, root: bytes) -> There:
    """Tell whether a sealed package is in a bundle, and is the one with this root."""
    found = bundle.files.get(path)
    if found is not None:
        return "here" if found.root == root else "changed"
    return "withheld" if path in bundle.withheld else "absent"


def _piece(
    bundle: Bundle,
    offered: str,
    opened: dict[str, list[str]],
    held: set[str],
    listed: dict[str, str],
) -> Piece:
    offer = bundle.offers[offered]
    path, root = layout.package_path(offer.root), offer.root.hex()
    here: Opened = "part" if root in held else "here"
    return Piece(
        exhibit=offer.exhibit,
        root=digest_text(offer.root),
        by=bundle.offering(offered).draft.author,
        text=offer.description[1],
        files=offer.files,
        size=offer.sealed_size_bytes,
        package=_there(bundle, path, offer.root),
        opened=here if root in opened else "",
        sha256=bundle.files[path].sha256.hex() if path in bundle.files else "",
        listed=listed.get(path, ""),
        names=tuple(
            name.removeprefix(_PAYLOAD)
            for name in sorted(opened.get(root, ()))
            if name.startswith(_PAYLOAD)
        ),
    )
