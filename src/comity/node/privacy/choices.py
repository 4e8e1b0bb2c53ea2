"""What the forms of data protection offer and propose."""

from collections.abc import Iterable
from typing import Any, Final

from comity.canonical import time_text
from comity.docket import Act, Item
from comity.node.cases import docket_store
from comity.node.core.clock import now
from comity.node.models import DocketItem
from comity.node.people import office_settings
from comity.node.privacy import labels
from comity.node.privacy.grounds import DELAY, grounds
from comity.node.privacy.rules import untold
from comity.node.web.story_names import party_text

ACTS: Final = frozenset(
    {
        "subject-request.decided",
        "person-notice.delayed",
        "breach.state-told",
        "release.begun",
    }
)
"""Acts in whose forms something is chosen from what this office has."""
AGAIN: Final = frozenset({"retention.set", "release.listed"})
"""Acts that say anew what they said before."""


def choices(row: Act, found: Item | None) -> dict[str, Iterable[tuple[str, Any]]]:
    """Return what can be chosen, by member."""
    if row.name == "subject-request.decided":
        return {"grounds": _grounds({"part", "refuse", "neither-confirm-nor-deny"})}
    if row.name == "person-notice.delayed":
        return {"ground": _grounds({DELAY})}
    if row.name == "breach.state-told":
        return {"party": [(one, party_text(one)) for one in untold(found)] if found else []}
    return {"subject_request": _requests()}


def _grounds(wanted: set[str]) -> list[tuple[str, str]]:
    return [
        (code, f"{labels.ground(one)} ({one.source})")
        for code, one in grounds().items()
        if wanted & one.stands_for
    ]


def _requests() -> list[tuple[str, str]]:
    """Return the requests of persons that are not answered; they belong to no case."""
    states = ("registered", "extended", "decided")
    rows = DocketItem.objects.filter(kind="subject-request", state__in=states, case="")
    items = docket_store.items_of(rows.order_by("-item").values_list("item", flat=True)[:100])
    return [(one.id, str(one.told.get("name") or one.id)) for one in items]


def proposed(row: Act) -> dict[str, Any]:
    """Return moments that a form proposes: this minute, and the office's own time limits."""
    at = now().replace(second=0, microsecond=0)
    if row.name == "subject-request.received":
        return {"received_at": time_text(at), "due": time_text(at + office_settings.answer_time())}
    if row.name == "breach.found":
        return {"found_at": time_text(at), "due": time_text(at + office_settings.report_time())}
    if row.name == "breach.reported":
        return {"next": time_text(at + office_settings.report_time())}
    return {}
