"""What a message says in an exercise: the sections of each type, filled from the story.

Rule 1: which sections a type has is asked of the exchange's table. Rule 2: whatever is said here
could be typed on the pages; nothing is cut short because it is an exercise.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from comity.canonical import time_text
from comity.exchange.types import MOVES
from comity.instruments import Instrument

KEPT: Final = timedelta(days=60)  # Art. 42(8) as the sources read it
LONGER: Final = timedelta(days=90)
_STATUS: Final = "in-force"  # the story rests on its treaty: `hall.story`
_SAYABLE: Final = 4000
OWN_REFERENCE: Final = "EX-1"
"""Of a matter to which the story's values give no reference under the key of its conversation."""


@dataclass(frozen=True, kw_only=True)
class Words:
    """What the story puts into a message.

    Attributes:
        text: what it is about, in the language of the exercise.
        lang: BCP 47 tag of that text.
        treaty: the instrument that the scenario rests on.
        measure: of a request, or empty.
        reference: the sender's own.
        grounds: keys of grounds of the treaty, of a refusal.
        fields: facts of the law that it has to state.
        urgent: ``normal``, ``urgent`` or ``emergency``.
        linked: a conversation by which the data were preserved, or empty.
        recipient: to whom evidence is to be sealed, or empty.
        at: this moment, aware UTC.
        until: until when data are preserved, aware UTC; None: as long as the treaty has it.
    """

    text: str
    lang: str
    treaty: Instrument
    measure: str = ""
    reference: str = OWN_REFERENCE
    grounds: tuple[str, ...] = ()
    fields: frozenset[str] = frozenset()
    urgent: str = "urgent"
    linked: str = ""
    recipient: str = ""
    at: datetime
    until: datetime | None = None

    def said(self) -> dict[str, str]:
        """Return the text with its language."""
        return {"lang": self.lang, "text": self.text[:_SAYABLE]}


def sections_of(message_type: str, words: Words) -> dict[str, Any]:
    """Return the sections of a message, by name; evidence has its own, see `partners`.

    Args:
        message_type: a type of the exchange's table.
        words: what the story says.
    """
    wanted = MOVES[message_type].sections
    return {
        name: made
        for name, must in wanted.items()
        if name in _MAKERS and (made := _MAKERS[name](words)) is not None and (must or _adds(name))
    }


def stated(words: Words) -> dict[str, Any]:
    """Return the facts that no section can say, as an officer adds them to a draft."""
    return {name: _OWN[name] for name in sorted(words.fields) if name in _OWN}


def _adds(name: str) -> bool:
    return name in {"note", "delivery"}


def _request(words: Words) -> dict[str, Any]:
    measured = words.treaty.measures.get(words.measure)
    article = measured.cite[0] if measured else next(iter(words.treaty.measures.values())).cite[0]
    link = {"conversation": words.linked, "relation": "preservation"}
    return {
        "measure": words.measure or "preservation",
        "basis": [{"instrument": words.treaty.key, "article": article, "status": _STATUS}],
        "urgency": words.urgent,
        "reference": words.reference,
        "confidential": True,
        "links": [link] if words.linked else [],
    }


def _subject(words: Words) -> dict[str, Any]:
    named = "request.custodian" in words.fields or not words.fields
    account = {"service": "provider.example", "identifier": "example-1"}
    return {
        "description": words.said(),
        "accounts": [account] if named else [],
        "period": None,
    }


def _grounds(words: Words) -> dict[str, Any]:
    return {"offence": words.said(), "facts": words.said(), "necessity": words.said()}


def _decision(words: Words) -> dict[str, Any]:
    return {
        "reasons": words.said(),
        "grounds": [f"{words.treaty.key} {ground}" for ground in words.grounds],
        "domestic_order": None,
        "review_by": None,
    }


def _preservation(words: Words) -> dict[str, Any]:
    return {
        "until": time_text(words.until or words.at + KEPT),
        "domestic_order": words.reference,
        "holder": "provider.example",
        "note": words.said(),
    }


_MAKERS: Final[Mapping[str, Callable[[Words], dict[str, Any] | None]]] = {
    "acknowledgement": lambda words: {"reference": words.reference, "note": words.said()},
    "conditions": lambda words: {
        "conditions": [{"kind": "use-limitation", "text": words.said()}],
    },
    "costs": lambda words: {"currency": "USD", "amount_minor": 100_000, "note": words.said()},
    "decision": _decision,
    "delivery": lambda words: {"recipient": words.recipient} if words.recipient else None,
    "execution": lambda words: {"summary": words.said(), "domestic_order": None},
    "extension": lambda words: {"until": time_text(words.at + LONGER), "reasons": words.said()},
    "grounds": _grounds,
    "information": lambda words: {
        "summary": words.said(),
        "confidential": True,
        "purpose_limit": None,
    },
    "note": lambda words: {"text": words.said()},
    "preservation": _preservation,
    "request": _request,
    "subject": _subject,
    "use": lambda words: {"purpose": "other-proceedings", "to": None, "reasons": words.said()},
}
"""Section to what makes its value; None where there is nothing to say."""

_OWN: Final[Mapping[str, Any]] = {
    "case.protected_persons": True,
    "case.protection_marked": True,
    "decision.consulted": True,
    "decision.domestic_law_cited": True,
    "decision.screened": True,
    "request.action": "freeze",
    "request.data_link": "The data belong to the matter that is described.",
    "request.deadline_reason": "The holder deletes them soon.",
    "request.emergency_danger": "Danger to life.",
    "request.mla_intended": True,
    "request.proportionality": "Only what averts the danger is asked for.",
    "request.user_notice": "hold",
}
"""What a scripted officer adds to a draft beside its sections."""
