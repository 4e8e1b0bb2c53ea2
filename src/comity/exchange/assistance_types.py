"""The rows of assistance between States: needs, offers, training, solutions (spec 7.4)."""

from typing import Final

from comity.exchange.moves import Floor, Move, Rank, Role

BOARD: Final = ("needed", "available", "places", "off")
"""The main states of such a conversation; `off` is what was taken off the board."""
ASSISTANCE_TRACKS: Final = {
    "assistance": ("offered", "asked", "agreed", "declined", "withdrawn", "ended"),
    "complaint": ("made", "settled"),
    "nomination": ("made", "answered", "withdrawn"),
    "solution": ("offered", "received", "rejected", "withdrawn"),
}
CIRCULAR: Final = (2, 16)
"""Parties of what may go to many; an answer to it opens a conversation of two."""
_ONE: Final = Floor(author=1)
_TWO: Final = Floor(author=1, approver=1)
_R: Final = frozenset({Role.REQUESTER})
_Q: Final = frozenset({Role.REQUESTED})
_NEW: Final = frozenset({"new"})
_LISTED: Final = frozenset({"needed", "available"})
_MATCHED: Final = _LISTED | {"off"}
_ANY: Final = frozenset(BOARD)
_PROPOSED: Final = frozenset({"offered", "asked"})

_ASSISTANCE: Final = (
    Move(
        type="assistance.needed",
        roles=_R,
        main=_NEW,
        target="needed",
        floor=_ONE,
        sections={"need": True},
        members=CIRCULAR,
    ),
    Move(
        type="assistance.available",
        roles=_R,
        main=_NEW,
        target="available",
        floor=_ONE,
        sections={"help": True},
        members=CIRCULAR,
    ),
    Move(
        type="assistance.offered",
        roles=_Q,
        main=frozenset({"needed"}),
        track="assistance",
        becomes="offered",
        floor=_ONE,
        sections={"help": True},
    ),
    Move(
        type="assistance.asked",
        roles=_Q,
        main=frozenset({"available"}),
        track="assistance",
        becomes="asked",
        floor=_ONE,
        sections={"need": True},
    ),
    Move(
        type="assistance.offer-withdrawn",
        roles=_Q,
        main=_MATCHED,
        track="assistance",
        sources=_PROPOSED,
        becomes="withdrawn",
        rank=Rank.WITHDRAWAL,
        floor=_ONE,
        sections={"note": False},
    ),
    Move(
        type="assistance.agreed",
        roles=_R,
        main=_LISTED,
        track="assistance",
        sources=_PROPOSED,
        becomes="agreed",
        rank=Rank.DECISION,
        floor=_TWO,
        sections={"agreement": True},
    ),
    Move(
        type="assistance.declined",
        roles=_R,
        main=_MATCHED,
        track="assistance",
        sources=_PROPOSED,
        becomes="declined",
        rank=Rank.DECISION,
        floor=_ONE,
        sections={"note": True},
    ),
    Move(
        type="assistance.progress",
        roles=_R | _Q,
        main=_MATCHED,
        track="assistance",
        sources=frozenset({"agreed"}),
        becomes="agreed",
        rank=Rank.FACT,
        floor=_ONE,
        sections={"progress": True},
    ),
    Move(
        type="assistance.ended",
        roles=_R | _Q,
        main=_MATCHED,
        track="assistance",
        sources=frozenset({"agreed"}),
        becomes="ended",
        rank=Rank.CLOSING,
        floor=_ONE,
        sections={"result": True},
    ),
    Move(
        type="assistance.noted",
        roles=_R | _Q,
        main=_ANY,
        floor=_ONE,
        sections={"note": True},
        members=CIRCULAR,
    ),
    Move(
        type="assistance.thanked",
        roles=_R | _Q,
        main=_ANY,
        floor=_ONE,
        sections={"note": True},
    ),
    Move(
        type="assistance.complained",
        roles=_R | _Q,
        main=_ANY,
        track="complaint",
        becomes="made",
        floor=_TWO,
        sections={"complaint": True},
    ),
    Move(
        type="assistance.complaint-settled",
        roles=_R | _Q,
        main=_ANY,
        track="complaint",
        sources=frozenset({"made"}),
        becomes="settled",
        floor=_ONE,
        sections={"note": True},
    ),
    Move(
        type="assistance.taken-off",
        roles=_R,
        main=_LISTED | {"places"},
        target="off",
        rank=Rank.WITHDRAWAL,
        floor=_ONE,
        sections={"note": False},
        members=CIRCULAR,
    ),
)
_TRAINING: Final = (
    Move(
        type="training.places-offered",
        roles=_R,
        main=_NEW,
        target="places",
        floor=_ONE,
        sections={"places": True},
    ),
    Move(
        type="training.nominated",
        roles=_Q,
        main=frozenset({"places"}),
        track="nomination",
        becomes="made",
        floor=_ONE,
        sections={"nominations": True},
    ),
    Move(
        type="training.nomination-withdrawn",
        roles=_Q,
        main=frozenset({"places", "off"}),
        track="nomination",
        sources=frozenset({"made", "answered"}),
        becomes="withdrawn",
        rank=Rank.WITHDRAWAL,
        floor=_ONE,
        sections={"note": False},
    ),
    Move(
        type="training.answered",
        roles=_R,
        main=frozenset({"places", "off"}),
        track="nomination",
        sources=frozenset({"made", "answered"}),
        becomes="answered",
        rank=Rank.DECISION,
        floor=_ONE,
        sections={"nomination-answers": True},
    ),
)
_SOLUTIONS: Final = (
    Move(
        type="solution.offered",
        roles=_R | _Q,
        main=_ANY,
        track="solution",
        becomes="offered",
        rank=Rank.FACT,
        floor=_ONE,
        sections={"solution": True, "note": False},
    ),
    Move(
        type="solution.received",
        roles=_R | _Q,
        main=_ANY,
        track="solution",
        sources=frozenset({"offered"}),
        becomes="received",
        rank=Rank.FACT,
        sections={"note": False},
    ),
    Move(
        type="solution.rejected",
        roles=_R | _Q,
        main=_ANY,
        track="solution",
        sources=frozenset({"offered", "received"}),
        becomes="rejected",
        rank=Rank.FACT,
        sections={"note": True},
    ),
    Move(
        type="solution.withdrawn",
        roles=_R | _Q,
        main=_ANY,
        track="solution",
        sources=frozenset({"offered", "received", "rejected"}),
        becomes="withdrawn",
        rank=Rank.WITHDRAWAL,
        floor=_ONE,
        sections={"withdrawal": True},
    ),
)
ASSISTANCE_ROWS: Final = (*_ASSISTANCE, *_TRAINING, *_SOLUTIONS)
