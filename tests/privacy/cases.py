"""What the tests of data protection say, one function a thing."""

from datetime import datetime, timedelta
from typing import Any

from tests.docket.conftest import SENEGAL, DeskOffice, authority, text

from comity.canonical import time_text
from comity.docket import Item
from comity.node.cases import closed_cases
from comity.node.models import Conversation, DocketItem
from comity.node.people.access.visible_cases import Circle, circle_of

YEAR = timedelta(days=365)


def reasons(value: str = "The proceedings are over.") -> dict[str, Any]:
    return {"reasons": text(value, "en")}


def circle(office: DeskOffice, who: str = "approver", at: datetime | None = None) -> Circle:
    return circle_of(office.people[who], at=at or office.at)


def period(office: DeskOffice, record_class: str, days: int = 90) -> Item:
    said = {"record_class": record_class, "days": days, "rule": "Rule 4", "remark": None}
    return office.do("retention.set", said, who="approver")


def note(office: DeskOffice, value: str = "Lan") -> Item:
    """Leave a closed record of no case: a payment recall is none, a closed call is."""
    said: dict[str, Any] = {
        "caller": value,
        "office": None,
        "party": None,
        "number_shown": None,
        "at": "2026-03-01T03:00:00Z",
        "urgency": "normal",
        "measure": "other",
        "asked": text("A question.", "en"),
        "accounts": [],
        "not_called_back": "No number.",
        "confirm_by": None,
    }
    item = office.do("call.taken", said)
    return office.do("call.closed", reasons(), item=item.id)


def case_over(office: DeskOffice) -> Conversation:
    """Return a case that was refused, on paper."""
    office.do("authority.entered", authority())
    opened = office.written()
    return stands(opened, main="closed", due_at=None)


def stands(row: Conversation, **told: Any) -> Conversation:
    """Put a conversation into a state, as whatever changes it does: with what is remembered."""
    Conversation.objects.filter(digest=row.digest).update(**told)
    row.refresh_from_db()
    closed_cases.moved(row)
    return row


def kept(subject: str, record_class: str = "call", until: str = "2027-01-01T00:00:00Z") -> Any:
    return {"record_class": record_class, "subject": subject, **reasons(), "until": until}


def ordered(subject: str, record_class: str = "call") -> dict[str, Any]:
    return {"record_class": record_class, "subject": subject, **reasons()}


def asks(**told: Any) -> dict[str, Any]:
    return {
        "name": "Nguyễn Thị Lan",
        "contact": None,
        "on_behalf_of": None,
        "right": "access",
        "asked": text("Que savez-vous de moi ?"),
        "identity": "document",
        "identity_shown_by": "passport, seen by Diop",
        "received_at": "2026-03-01T03:00:00Z",
        "due": "2026-03-31T03:00:00Z",
        **told,
    }


def breach(**told: Any) -> dict[str, Any]:
    return {
        "what": text("A laptop was stolen.", "en"),
        "found_at": "2026-03-01T03:00:00Z",
        "happened_at": None,
        "data": ["identity", "content"],
        "people": "11-100",
        "consequences": None,
        "measures": None,
        "parties": [SENEGAL],
        "due": "2026-03-04T03:00:00Z",
        **told,
    }


def row(number: int = 1, **told: Any) -> dict[str, Any]:
    return {
        "number": number,
        "record": f"letter {number}",
        "description": "A letter",
        "standing": "part",
        "codes": ["E4"],
        "remark": None,
        **told,
    }


def state(item: Item) -> str:
    return DocketItem.objects.get(item=item.id).state


def moment(at: datetime) -> str:
    return time_text(at)
