"""Who owns a work item: the one it was given to last, whatever the facts say besides."""

from collections.abc import Collection, Mapping
from datetime import datetime

from comity.node.models import Officer, WorkItem, WorkOwner


def named_owners(incidents: Collection[str]) -> Mapping[str, str]:
    """Return the owners in office that incidents were given to, by incident; one statement.

    Args:
        incidents: by name.
    """
    rows = WorkOwner.objects.filter(incident__in=incidents, officer__user__is_active=True)
    return dict(rows.values_list("incident", "officer__identifier"))


def set_owner(incidents: Collection[str], officer: Officer, *, at: datetime) -> None:
    """Give incidents to an officer, in the caller's transaction; their rows are written by it.

    Args:
        incidents: by name.
        officer: who owns them now.
        at: this node's clock.
    """
    WorkOwner.objects.bulk_create(
        [WorkOwner(incident=one, officer=officer, at=at) for one in incidents],
        update_conflicts=True,
        unique_fields=["incident"],
        update_fields=["officer", "at"],
    )


def drop_ended(*, before: datetime) -> int:
    """Delete the owners of incidents that are over; return how many.

    Args:
        before: owners named later stay: their row may not be written yet.
    """
    over = WorkOwner.objects.filter(at__lt=before)
    return over.exclude(incident__in=WorkItem.objects.values("incident")).delete()[0]
