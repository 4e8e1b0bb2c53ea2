"""Acts on calls and shifts."""

from typing import Any, Final

from tests.actions.sample import Made, Sample
from tests.api.nodes import PASSWORD


def _officer(who: str) -> Any:
    from comity.node.models import Officer

    return Officer.objects.get(user__username=who)


def _successor(_made: Made) -> dict[str, Any]:
    return {"successor": _officer("approver").identifier}


def _handed_over(made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.service.handle import this_service
    from comity.node.watch import shifts

    service = this_service()
    shifts.hand_over(
        service.node,
        service.committer,
        officer=_officer("duty"),
        to=_successor(made)["successor"],
        notes=_TEXT,
        at=now(),
    )
    return {}


_TEXT: Final = {"lang": "en", "text": "Call Pretoria at six."}
_SAID: Final[dict[str, Any]] = {
    "caller": "A. Nkosi",
    "office": None,
    "party": "za/contact-point",
    "number_shown": None,
    "at": "2026-11-24T03:00:00Z",
    "urgency": "urgent",
    "measure": "preservation",
    "asked": _TEXT,
    "accounts": [],
    "not_called_back": "Busy.",
}


def _shift(made: Made) -> dict[str, Any]:
    return {"item": made["shifts item"]}


def _reasons(_made: Made) -> dict[str, Any]:
    return {"reasons": _TEXT}


SAMPLES: Final = {
    "call.take": Sample(who="duty", said=lambda _made: {"said": _SAID}, again=True),
    "shift.begin": Sample(who="author"),
    "hand-over.write": Sample(
        who="duty",
        first=_successor,
        said=lambda made: {"to": made["successor"], "notes": _TEXT},
    ),
    "hand-over.confirm": Sample(
        who="duty",
        first=_handed_over,
        place=_shift,
        said=lambda _made: {"password": PASSWORD},
    ),
    "hand-over.refuse": Sample(who="duty", first=_handed_over, place=_shift, said=_reasons),
    "shift.end": Sample(who="duty", place=_shift, said=_reasons),
}
