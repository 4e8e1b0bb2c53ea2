"""What a row of a register amounts to: the entries that it becomes, or why it becomes none.

Nothing is added that the spreadsheet does not say, but for two members that every request has:
urgency is *normal*, and it is held confidential. The remark of the entry says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import state_of, time_text
from comity.docket import check_said, check_transcript
from comity.docket.acts import ACTS
from comity.intake.register_mapping import folded
from comity.intake.register_table import RegisterRow
from comity.node.cases import paper_authorities, paper_conversations
from comity.node.core.node import Node

REFUSALS: Final = {
    "register-authority": "No authority of this name is entered here: enter it, then import again.",
    "register-direction": "Neither the row nor --direction says who asked whom.",
    "register-measure": "The row asks for nothing that a request of its own can be.",
    "register-node": "The authority has a node: what it asks comes signed, not by a list.",
    "register-state": "The authority entered under this name is of another State.",
    "register-subject": "Information that was shared needs a subject: what it is about.",
}
"""Code to what it tells an officer, in English."""
_MEASURES: Final = frozenset(
    {"preservation", "partial-disclosure", "stored-data", "search", "emergency"}
)
_NO_REQUEST: Final = frozenset({"", "preservation-extension", "point-of-contact"})
_INFORMATION: Final = "spontaneous-information"
_STEPS: Final = {
    "acknowledged": "request.acknowledged",
    "in-progress": "request.acknowledged",
    "accepted": "request.accepted",
    "executed": "request.executed",
    "executed-in-part": "request.executed-in-part",
    "refused": "request.refused",
    "postponed": "request.postponed",
    "withdrawn": "request.withdrawn",
    "closed": "request.closed",
}
"""Status of a row to the message that leads there; the others leave a request as it came."""
ENDED: Final = frozenset({"executed", "refused", "withdrawn", "closed"})


class RowRefusedError(Exception):
    """A row cannot be taken over; ``code`` is a key of `REFUSALS`, or of an error."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, kw_only=True)
class Source:
    """A spreadsheet that is taken over.

    Attributes:
        digest: ``sha256:`` and the digest of its bytes; the original that is kept.
        channel: by which way the requests in it came and went.
        lang: language of its words.
        direction: ``in`` or ``out`` for rows that do not say it, or empty.
    """

    digest: str
    channel: str
    lang: str
    direction: str = ""


def entries_of(
    node: Node, row: RegisterRow, source: Source, names: Mapping[str, str], *, at: datetime
) -> list[dict[str, Any]]:
    """Return the entries that a row becomes, the first of which opens the conversation.

    Raises:
        RowRefusedError, ComityError: it cannot be taken over.
    """
    party, direction = _party(node, row, names), row.direction or source.direction
    if not direction:
        raise RowRefusedError("register-direction")
    asker = party if direction == "in" else node.party
    message_type, sections = _said(row, source, ours=direction == "out")
    common: dict[str, Any] = {
        "members": sorted((party, node.party)),
        "about": None,
        "channel": source.channel,
        "dated": moment_text(row.received if direction == "in" else row.sent),
        "received_at": moment_text(row.received or row.sent)
        or time_text(at.replace(microsecond=0)),
        "originals": [source.digest],
    }
    first = {
        **common,
        "type": message_type,
        "author": asker,
        "sections": sections,
        "remark": {"lang": source.lang, "text": _remark(row)},
    }
    found = [first]
    if message_type == "request.submitted" and row.status in _STEPS:
        author = asker if row.status == "withdrawn" else _other(common["members"], asker)
        found.append(
            {
                **common,
                "type": _STEPS[row.status],
                "author": node.party if row.status == "closed" else author,
                "sections": {},
                "dated": moment_text(row.closed) if row.status in ENDED else None,
                "remark": None,
            }
        )
    for number, value in enumerate(found):
        check_said(ACTS[paper_conversations.ACT], value)
        check_transcript(value, opens=not number)
    return found


def _party(node: Node, row: RegisterRow, names: Mapping[str, str]) -> str:
    party = names.get(folded(row.correspondent))
    if party is None or party == node.party:
        raise RowRefusedError("register-authority")
    if row.state and state_of(party) != row.state:
        raise RowRefusedError("register-state")
    if not paper_authorities.writes_on_paper(node, party):
        raise RowRefusedError("register-node")
    return party


def _said(row: RegisterRow, source: Source, *, ours: bool) -> tuple[str, dict[str, Any]]:
    about = {"lang": source.lang, "text": row.subject} if row.subject else None
    if row.measure == _INFORMATION:
        if about is None:
            raise RowRefusedError("register-subject")
        told = {"summary": about, "confidential": True, "purpose_limit": None}
        return "information.shared", {"information": told}
    if row.measure in _NO_REQUEST:
        raise RowRefusedError("register-measure")
    sections: dict[str, Any] = {
        "request": {
            "measure": row.measure if row.measure in _MEASURES else "mla-other",
            "basis": [],
            "urgency": "normal",
            "reference": row.reference if ours else row.their_reference or row.reference,
            "confidential": True,
            "links": [],
        }
    }
    if about is not None:
        sections["subject"] = {"description": about, "accounts": [], "period": None}
    return "request.submitted", sections


def _remark(row: RegisterRow) -> str:
    told = row.to_value()
    named = [f"{name}: {told[name]}" for name in _TOLD if told[name]]
    return "\n".join(
        (f"register, {row.sheet or 'row'} {row.row}; urgency, confidentiality: not in it", *named)
    )


_TOLD: Final = (
    *("reference", "their_reference", "correspondent", "measure", "status", "received", "sent"),
    *("due", "closed", "officer", "notes"),
)


def moment_text(text: str) -> str | None:
    """Return a day or moment of a register as the docket writes it, or None for an empty cell."""
    if not text:
        return None
    return text if "T" in text else f"{text}T00:00:00Z"


def _other(members: list[str], party: str) -> str:
    return next(one for one in members if one != party)
