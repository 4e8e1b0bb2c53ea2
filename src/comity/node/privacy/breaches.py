"""A breach of personal data: what to send to the supervisory authority, and what is still owed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from comity.canonical import parse_time
from comity.docket import Item
from comity.node.cases import docket_store
from comity.node.models import DocketItem
from comity.node.privacy.rules import parties, untold

KIND = "breach"


@dataclass(frozen=True)
class Standing:
    """How a breach stands.

    Attributes:
        told: what is known by now, later entries replacing earlier ones.
        found_at: when it was found; None where that was erased.
        due_at: by when the supervisory authority is to be told; None where that was erased.
        reported_at: when it was told first, or None.
        late: whether that is, or was, later than the time limit.
        parties: authorities whose data it concerns.
        untold: those of them that were not told yet.
        people_told: whether the people were told, or why not was said.
    """

    told: dict[str, Any]
    found_at: datetime | None
    due_at: datetime | None
    reported_at: datetime | None
    late: bool
    parties: tuple[str, ...]
    untold: tuple[str, ...]
    people_told: bool


def breach_named(identifier: str) -> Item:
    """Return a breach.

    Raises:
        DocketItem.DoesNotExist: no such breach here.
    """
    item = docket_store.item_named(identifier)
    if item.kind.name != KIND:
        raise DocketItem.DoesNotExist
    return item


def standing(item: Item, *, at: datetime) -> Standing:
    """Return how a breach stands at a moment."""
    found = item.said("breach.found")
    reports = [done.body for done in item.entries if done.entry.act == "breach.reported"]
    first = min((parse_time(one["at"]) for one in reports if one), default=None)
    due = parse_time(found["due"]) if found else None
    return Standing(
        told=item.told,
        found_at=parse_time(found["found_at"]) if found else None,
        due_at=due,
        reported_at=first,
        late=due is not None and (first or at) > due,
        parties=tuple(parties(item)),
        untold=tuple(untold(item)),
        people_told=any(done.entry.act == "breach.people-told" for done in item.entries),
    )
