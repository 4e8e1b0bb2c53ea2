"""The list of what needs a person as one screen: groups by severity, news, one sentence."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comity.node.core.clock import now
from comity.node.models import Officer
from comity.node.service.handle import this_service
from comity.node.watch import Severity, labels, shifts
from comity.node.watch.alert_list import Look, look
from comity.node.watch.alert_rows import Line, lines_of


def look_of(officer: Officer) -> Look:
    """Return what needs a person now, and what came since the officer's shift began."""
    mine = shifts.current(officer)
    since = shifts.began_at(mine) if mine else None
    return look(this_service().node, officer, now(), since=since)


def shown(found: Look, officer: Officer) -> dict[str, Any]:
    """Return what the list shows, and the line of the emergency that waits longest.

    Args:
        found: what was found.
        officer: who sees it.
    """
    lines = lines_of(this_service().node, (*found.alerts, *found.news), officer)
    alerts, news = lines[: len(found.alerts)], lines[len(found.alerts) :]
    groups: list[tuple[str, str, list[Line]]] = [
        (one, str(labels.SEVERITY[one]), [line for line in alerts if line.alert.severity is one])
        for one in Severity
    ]
    waiting = [line for line in alerts if line.acknowledges and line.alert.emergency]
    return {
        "found": found,
        "first": min(waiting, key=lambda line: line.alert.since or found.at, default=None),
        "groups": [group for group in groups if group[2]],
        "news": news,
        "more": sorted(labels.what(kind, 2) for kind in found.more),
        "summary": summary(found),
        "colour": labels.COLOUR[found.severity],
    }


def summary(found: Look) -> str:
    """Return the list in one sentence, which is read out when it changes."""
    n = {one: len(found.of(one)) for one in Severity}
    if n[Severity.CRITICAL]:
        told = ngettext(
            "%(n)d item is critical.", "%(n)d items are critical.", n[Severity.CRITICAL]
        )
        return told % {"n": n[Severity.CRITICAL]}
    if n[Severity.HIGH]:
        told = ngettext(
            "No item is critical; %(n)d needs a person now.",
            "No item is critical; %(n)d need a person now.",
            n[Severity.HIGH],
        )
        return told % {"n": n[Severity.HIGH]}
    if n[Severity.NORMAL]:
        told = ngettext(
            "No item is critical; %(n)d needs attention soon.",
            "No item is critical; %(n)d need attention soon.",
            n[Severity.NORMAL],
        )
        return told % {"n": n[Severity.NORMAL]}
    if found.alerts:
        return _("No item is critical or needs attention soon.")
    return _("No open work items.")
