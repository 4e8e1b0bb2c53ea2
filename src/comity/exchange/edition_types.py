"""The number of this edition, and the rows by which one is raised (spec 7.6).

Written by `python -m comity.spec` from spec/registry/editions.toml: edit that file.
"""

from typing import Final

from comity.exchange.moves import Move, Role

_R: Final = frozenset({Role.REQUESTER})
_Q: Final = frozenset({Role.REQUESTED})
EDITION_NUMBER: Final = 1
_ANY: Final = frozenset(
    {
        "accepted",
        "acknowledged",
        "clarifying",
        "postponed",
        "preserved",
        "submitted",
        "executed",
        "forwarded",
        "lapsed",
        "not-competent",
        "refused",
        "released",
        "withdrawn",
        "closed",
        "open",
        "pinged",
        "answered",
        "needed",
        "available",
        "places",
        "off",
        "called",
        "over",
    }
)
EDITION_ROWS: Final = (
    Move(
        type="edition.raised",
        roles=_R | _Q,
        main=_ANY,
        edition="raises",
        sections={"note": False},
        members=(2, 16),
    ),
    Move(
        type="edition.accepted",
        roles=_R | _Q,
        main=_ANY,
        edition="accepts",
        sections={"note": False},
        members=(2, 16),
    ),
)
SECTION_NAMES: Final = (
    "acknowledgement",
    "action-report",
    "agreement",
    "authority",
    "complaint",
    "conditions",
    "costs",
    "countersignature",
    "custody",
    "decision",
    "delivery",
    "execution",
    "extension",
    "forwarding",
    "grounds",
    "help",
    "information",
    "minutes",
    "need",
    "nomination-answers",
    "nominations",
    "note",
    "offer",
    "places",
    "preservation",
    "progress",
    "request",
    "result",
    "solution",
    "subject",
    "table",
    "table-answer",
    "use",
    "withdrawal",
)
