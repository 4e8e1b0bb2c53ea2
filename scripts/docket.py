"""Write docs/reference/docket.md: every act of the docket, and what it says."""

import sys
from pathlib import Path
from typing import Final

from comity.docket import ACTS, KINDS, Act

PAGE: Final = Path(__file__).resolve().parent.parent / "docs" / "reference" / "docket.md"

HEAD: Final = """# The docket

What an office does at home: slips to its own units, orders to providers, safeguards checks,
jobs for translators, letters and mail, payments to be called back, telephone calls, shifts, data
protection, and its registers of providers, of authorities without a node and of agreements with
States. Nothing of it crosses the border; a court bundle leaves it out.

This page is written by `make reference` from the table of acts; do not edit it by hand.

## Entries

Each thing is an **item** with a chain of its own. An entry is the canonical object `{"act", "at":
time, "body": commitment, "by", "case", "item": id, "number", "previous": digest or null,
"protocol"}`; `by` is an officer's opaque identifier, or `operator`. `body` is the commitment to a
section (spec 6), so that what was said can be erased and the chain still verifies. Its digest,
digest(`docket`, canonical entry), is the record of a leaf of kind `domestic.note`. Entry, leaf
and audit row (`docket.entered`) commit together.

An item's entries are counted from 1 without a gap, each names the digest of the one before, and
an item keeps its kind. What an item has been is replayed from its entries; an act that its row
does not list for the state is refused with `docket-act-illegal`.

Clocks run while an item is open. People are told as of any clock: 14, 7, 3 and 1 days before, at
the moment, and every day after it.

A moment that says when something happened is refused while it lies more than five minutes in the
future (`moment-ahead`); one that follows another, in the act or in an earlier entry of the item, is
refused before it (`moment-order`). The address of a contact by e-mail is an e-mail address.

## Signatures

`rights.signed` carries an officer's signature over the canonical object `{"act", "at",
"certificate": record digest, "entry": digest, "from": party, "mode", "protocol", "purpose":
"sign-entry"}`, of either kind that approvals have (spec 9). Its purpose keeps it from standing
for the approval of a message.

`shift.given` and `shift.taken-over` confirm the entry `shift.handed-over` that they name, with such
a signature (`how` is `signed`) or without one (`password`: the person gave the own password once
more, which proves nothing to others).

## Telephone calls

`call.taken` proves nothing about who called. `call.tried`, `call.called-back` and `call.denied`
name a number that the directory, or this office's register, gives for the authority; any other is
refused with `call-number`.

## Data protection

`retention.set` says after how many days records of a class are reviewed; without one nothing
of the class is due. `review.kept`, `review.ordered` and `review.destroyed` name a record as
`case:`, `item:`, `draft:` or `rows:` and its key; a review belongs to the case of its record.
`review.destroyed` names the entry `review.ordered` that it confirms and is another officer's, as
far as the setting `destruction_officers` says so; it erases. While a `hold` is placed on a case
nothing of it is erased. `release.approved` names the entry `release.listed` that it approves, and
is another officer's. Grounds and codes are those of `comity privacy codes`.

## Incoming paper mail

`correspondence.transcribed` holds a message of a State without a node, in the protocol's own
types and sections, as an officer transcribed it beside the original. It is attested, never proved.
Sections may be missing, because letters are incomplete; what the protocol would have asked for is
said. The conversation is walked with the protocol's own table (spec 8) in the order of this
office's log. An answer takes with it what it presupposes: `request.acknowledged`, then
`request.accepted`, and nothing else. What fits even then in no way is refused with
`transcript-illegal`; keep it as mail. Our own messages in such a conversation are signed as
always; `seen` names the last entry that was recorded before. The first entry's digest names a
conversation led on paper. Nothing of a State with a node is transcribed: its
messages come signed.

## Acts

*From* `new` begins an item. *Clock*: the member that sets it. Members in brackets may be null.
"""


def members(act: Act) -> str:
    """Return the members of an act's body, those that may be null in brackets."""
    found = []
    for name, field in act.body.model_fields.items():
        optional = type(None) in getattr(field.annotation, "__args__", ())
        found.append(f"[`{name}`]" if optional else f"`{name}`")
    return ", ".join(found)


def row(act: Act) -> str:
    """Return one line of the table."""
    hands = ", ".join(sorted(act.hands))
    cells = (
        f"`{act.name}`",
        ", ".join(sorted(act.sources)),
        act.target or "the same",
        members(act),
        f"`{act.due}`" if act.due else "",
        hands,
    )
    return "| " + " | ".join(cells) + " |"


def page() -> str:
    """Return the whole page."""
    lines = [HEAD]
    for kind in KINDS.values():
        place = "of a case" if kind.of_case else "of no case"
        opened = f"; open while {', '.join(sorted(kind.open))}" if kind.open else ""
        lines += [
            f"### {kind.name}",
            "",
            f"{place.capitalize()}{opened}.",
            "",
            "| act | from | to | says | clock | by |",
            "|---|---|---|---|---|---|",
            *(row(act) for act in ACTS.values() if act.kind == kind.name),
            "",
        ]
    return "\n".join(lines)


def main() -> int:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8")
    print(f"wrote {PAGE.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
