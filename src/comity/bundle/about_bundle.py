"""Reading out of a bundle what it is about.

``js/about.js`` of the page does the same. Sections are untrusted here: what is not text is left
out, and the steps of the verdict say what is wrong with it.
"""

from comity.bundle import layout
from comity.bundle.about import About, Matter, Opened, Piece, Reference, There
from comity.bundle.contents import Bundle
from comity.bundle.layout import Kind
from comity.canonical import digest_text
from comity.exchange import Message

_REFERRING = ("request", "acknowledgement")
"""Sections with a reference of their author."""
_TELLING = (("subject", "description"), ("information", "summary"))
"""Sections, each with the member that says in words what is asked or told."""


def about(bundle: Bundle) -> About:
    """Return what a bundle is about, whatever it says."""
    counted = sorted(bundle.counted.values(), key=lambda m: (m.draft.sent_at, m.content))
    opening = [m for m in counted if m.conversation == m.content]
    parties = {party for message in counted for party in message.draft.members}
    return About(
        parties=tuple(sorted(parties)),
        matters=tuple(_matter(bundle, message, counted) for message in opening),
        exhibits=tuple(_exhibits(bundle)),
    )


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
        value = value.get(member) if isinstance(value, dict) else None
    return value if isinstance(value, str) else ""


def _exhibits(bundle: Bundle) -> list[Piece]:
    first: dict[bytes, str] = {}
    for path, offer in bundle.offers.items():
        first.setdefault(offer.root, path)
    opened = {layout.parts(path)["root"] for path in bundle.of(Kind.EXHIBIT)}
    rows = ((path, layout.row_of(path)) for path in bundle.withheld)
    held = {layout.parts(path)["root"] for path, row in rows if row and row.kind is Kind.EXHIBIT}
    return [_piece(bundle, first[root], opened, held) for root in sorted(first)]


def _piece(bundle: Bundle, offered: str, opened: set[str], held: set[str]) -> Piece:
    offer = bundle.offers[offered]
    path, root = layout.package_path(offer.root), offer.root.hex()
    there: There = "withheld" if path in bundle.withheld else "absent"
    here: Opened = "part" if root in held else "here"
    return Piece(
        exhibit=offer.exhibit,
        root=digest_text(offer.root),
        by=bundle.offering(offered).draft.author,
        text=offer.description[1],
        files=offer.files,
        size=offer.sealed_size_bytes,
        package="here" if path in bundle.files else there,
        opened=here if root in opened else "",
    )
