"""The message types: who may move what, when, with whose approval; one row each.

Rule 1: a (state, move) pair that is not listed is illegal. Rule 2: code walks these rows and
never names a type elsewhere. Legality and merging are in `conversation`; spec sections 7 and 8.
"""

from typing import Final

from comity.exchange.assistance_types import ASSISTANCE_ROWS, ASSISTANCE_TRACKS, BOARD
from comity.exchange.moves import Floor, Move, Rank, Role
from comity.exchange.table_types import TABLE_ROWS, TABLE_STATES, TABLE_TRACKS

NEW: Final = "new"
ACTIVE: Final = frozenset(
    {"submitted", "acknowledged", "clarifying", "accepted", "postponed", "preserved"}
)
DECIDED: Final = frozenset(
    {"executed", "refused", "not-competent", "forwarded", "withdrawn", "released", "lapsed"}
)
ANY_REQUEST: Final = ACTIVE | DECIDED | {"closed"}
MAIN_STATES: Final = (
    NEW,
    *sorted(ACTIVE),
    *sorted(DECIDED),
    "closed",
    "open",
    "pinged",
    "answered",
    *BOARD,
    *TABLE_STATES,
)
TRACKS: Final = {
    "evidence": ("offered", "received", "rejected", "returned", "destroyed"),
    "conditions": ("set", "accepted", "refused"),
    "consent": ("asked", "given", "refused"),
    "costs": ("estimated", "agreed"),
    "extension": ("asked", "extended"),
    "status": ("asked", "given"),
    **ASSISTANCE_TRACKS,
    **TABLE_TRACKS,
}
NONE: Final = Floor()
ONE: Final = Floor(author=1)
TWO: Final = Floor(author=1, approver=1)
TWO_OR_LATE: Final = Floor(author=1, approver=1, late_hours=24)
_R = frozenset({Role.REQUESTER})
_Q = frozenset({Role.REQUESTED})
_BOTH = _R | _Q
_NOTE = {"note": False}
_MUST_NOTE = {"note": True}


def _on(*states: str) -> frozenset[str]:
    return frozenset(states)


_ROWS: Final = (
    Move(
        type="request.submitted",
        roles=_R,
        main=_on(NEW),
        target="submitted",
        floor=TWO_OR_LATE,
        sections={
            "request": True,
            "subject": True,
            "grounds": True,
            "authority": False,
            "delivery": False,
        },
    ),
    Move(
        type="request.amended",
        roles=_R,
        main=_on("submitted", "acknowledged", "clarifying", "postponed"),
        floor=TWO,
        sections={"subject": False, "grounds": False, "note": True},
    ),
    Move(
        type="request.countersigned",
        roles=_BOTH,
        main=ANY_REQUEST,
        sections={"countersignature": True},
    ),
    Move(
        type="request.acknowledged",
        roles=_Q,
        main=_on("submitted"),
        target="acknowledged",
        sections={"acknowledgement": True},
    ),
    Move(
        type="request.not-competent",
        roles=_Q,
        main=_on("submitted", "acknowledged"),
        target="not-competent",
        rank=Rank.DECISION,
        floor=ONE,
        sections=_MUST_NOTE,
    ),
    Move(
        type="request.forwarded",
        roles=_Q,
        main=_on("submitted", "acknowledged"),
        target="forwarded",
        rank=Rank.DECISION,
        floor=ONE,
        sections={"forwarding": True},
    ),
    Move(
        type="request.status-asked",
        roles=_R,
        main=ACTIVE,
        track="status",
        becomes="asked",
        sections=_NOTE,
    ),
    Move(
        type="request.status-given",
        roles=_Q,
        main=ACTIVE | DECIDED,
        track="status",
        sources=_on("asked"),
        becomes="given",
        about_optional=True,
        sections=_MUST_NOTE,
    ),
    Move(
        type="request.clarification-asked",
        roles=_Q,
        main=_on("acknowledged", "accepted", "postponed"),
        target="clarifying",
        sections=_MUST_NOTE,
    ),
    Move(
        type="request.clarified",
        roles=_R,
        main=_on("clarifying"),
        target="acknowledged",
        floor=ONE,
        sections=_MUST_NOTE,
    ),
    Move(
        type="request.accepted",
        roles=_Q,
        main=_on("acknowledged", "clarifying", "postponed"),
        target="accepted",
        rank=Rank.DECISION,
        floor=TWO,
        sections={"decision": True},
    ),
    Move(
        type="request.accepted-in-part",
        roles=_Q,
        main=_on("acknowledged", "clarifying", "postponed"),
        target="accepted",
        rank=Rank.DECISION,
        floor=TWO,
        sections={"decision": True},
    ),
    Move(
        type="request.refused",
        roles=_Q,
        main=_on("acknowledged", "clarifying", "accepted", "postponed"),
        target="refused",
        rank=Rank.DECISION,
        floor=TWO,
        sections={"decision": True},
    ),
    Move(
        type="request.postponed",
        roles=_Q,
        main=_on("acknowledged", "accepted"),
        target="postponed",
        rank=Rank.DECISION,
        floor=ONE,
        sections={"decision": True},
    ),
    Move(type="request.at-risk", roles=_Q, main=ACTIVE, rank=Rank.FACT, sections=_MUST_NOTE),
    Move(
        type="request.executed-in-part",
        roles=_Q,
        main=_on("accepted"),
        rank=Rank.FACT,
        floor=ONE,
        sections={"execution": True},
    ),
    Move(
        type="request.executed",
        roles=_Q,
        main=_on("accepted"),
        target="executed",
        rank=Rank.FACT,
        floor=ONE,
        sections={"execution": True},
    ),
    Move(
        type="request.extension-asked",
        roles=_R,
        main=_on("acknowledged", "accepted", "preserved"),
        track="extension",
        becomes="asked",
        floor=ONE,
        sections={"extension": True},
    ),
    Move(
        type="request.extended",
        roles=_Q,
        main=_on("acknowledged", "accepted", "preserved"),
        track="extension",
        sources=_on("asked"),
        becomes="extended",
        rank=Rank.DECISION,
        floor=ONE,
        sections={"extension": True},
    ),
    Move(
        type="request.released",
        roles=_R,
        main=_on("preserved"),
        target="released",
        rank=Rank.WITHDRAWAL,
        floor=ONE,
        sections=_NOTE,
    ),
    Move(
        type="request.withdrawn",
        roles=_R,
        main=ACTIVE,
        target="withdrawn",
        rank=Rank.WITHDRAWAL,
        floor=ONE,
        sections=_NOTE,
    ),
    Move(
        type="request.closed",
        roles=_BOTH,
        main=DECIDED,
        target="closed",
        rank=Rank.CLOSING,
        sections=_NOTE,
    ),
    Move(
        type="preservation.confirmed",
        roles=_Q,
        main=_on("acknowledged", "accepted"),
        target="preserved",
        rank=Rank.FACT,
        floor=ONE,
        sections={"preservation": True},
    ),
    Move(
        type="preservation.lapsed",
        roles=_Q,
        main=_on("preserved"),
        target="lapsed",
        rank=Rank.FACT,
        floor=ONE,
        sections=_MUST_NOTE,
    ),
    Move(
        type="evidence.offered",
        roles=_Q,
        main=_on("accepted", "executed"),
        track="evidence",
        becomes="offered",
        rank=Rank.FACT,
        floor=ONE,
        sections={"offer": True, "custody": True},
    ),
    Move(
        type="evidence.received",
        roles=_R,
        main=ANY_REQUEST,
        track="evidence",
        sources=_on("offered"),
        becomes="received",
        rank=Rank.FACT,
        floor=ONE,
        sections={"custody": True},
    ),
    Move(
        type="evidence.rejected",
        roles=_R,
        main=ANY_REQUEST,
        track="evidence",
        sources=_on("offered", "received"),
        becomes="rejected",
        rank=Rank.FACT,
        sections=_MUST_NOTE,
    ),
    Move(
        type="evidence.returned",
        roles=_R,
        main=ANY_REQUEST,
        track="evidence",
        sources=_on("received"),
        becomes="returned",
        rank=Rank.FACT,
        floor=ONE,
        sections={"custody": True, "note": False},
    ),
    Move(
        type="evidence.destroyed",
        roles=_R,
        main=ANY_REQUEST,
        track="evidence",
        sources=_on("received", "rejected"),
        becomes="destroyed",
        rank=Rank.FACT,
        floor=ONE,
        sections={"custody": True, "note": False},
    ),
    Move(
        type="conditions.set",
        roles=_Q,
        main=_on("acknowledged", "accepted", "executed"),
        track="conditions",
        becomes="set",
        rank=Rank.DECISION,
        floor=ONE,
        sections={"conditions": True},
    ),
    Move(
        type="conditions.accepted",
        roles=_R,
        main=ANY_REQUEST,
        track="conditions",
        sources=_on("set"),
        becomes="accepted",
        rank=Rank.DECISION,
        floor=ONE,
        sections=_NOTE,
    ),
    Move(
        type="conditions.refused",
        roles=_R,
        main=ANY_REQUEST,
        track="conditions",
        sources=_on("set"),
        becomes="refused",
        rank=Rank.DECISION,
        floor=ONE,
        sections=_MUST_NOTE,
    ),
    Move(
        type="use.consent-asked",
        roles=_R,
        main=ANY_REQUEST,
        track="consent",
        becomes="asked",
        floor=ONE,
        sections={"use": True},
    ),
    Move(
        type="use.consent-given",
        roles=_Q,
        main=ANY_REQUEST,
        track="consent",
        sources=_on("asked"),
        becomes="given",
        rank=Rank.DECISION,
        floor=TWO,
        sections=_NOTE,
    ),
    Move(
        type="use.consent-refused",
        roles=_Q,
        main=ANY_REQUEST,
        track="consent",
        sources=_on("asked"),
        becomes="refused",
        rank=Rank.DECISION,
        floor=ONE,
        sections=_MUST_NOTE,
    ),
    Move(
        type="confidentiality.cannot-keep",
        roles=_Q,
        main=ACTIVE | {"open"},
        rank=Rank.FACT,
        floor=ONE,
        sections=_MUST_NOTE,
        members=(2, 16),
    ),
    Move(
        type="costs.estimated",
        roles=_Q,
        main=_on("acknowledged", "accepted"),
        track="costs",
        becomes="estimated",
        floor=ONE,
        sections={"costs": True},
    ),
    Move(
        type="costs.agreed",
        roles=_R,
        main=ACTIVE,
        track="costs",
        sources=_on("estimated"),
        becomes="agreed",
        floor=ONE,
        sections=_NOTE,
    ),
    Move(
        type="information.shared",
        roles=_BOTH,
        main=_on(NEW, "open"),
        target="open",
        floor=ONE,
        sections={"information": True},
        members=(2, 16),
    ),
    Move(
        type="consultation.note",
        roles=_BOTH,
        main=_on(NEW, "open"),
        target="open",
        sections=_MUST_NOTE,
        members=(2, 16),
    ),
    Move(
        type="contact.ping",
        roles=_R,
        main=_on(NEW),
        target="pinged",
        sections=_NOTE,
    ),
    Move(
        type="contact.answered",
        roles=_Q,
        main=_on("pinged"),
        target="answered",
        sections=_NOTE,
    ),
    *ASSISTANCE_ROWS,
    *TABLE_ROWS,
)

MOVES: Final = {row.type: row for row in _ROWS}
OPENING_TYPES: Final = frozenset(row.type for row in _ROWS if NEW in row.main)

__all__ = ["MOVES", "NEW", "OPENING_TYPES", "TRACKS", "Floor", "Move", "Rank", "Role"]
