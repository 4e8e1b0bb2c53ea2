"""Values that answers about the duty hold, one function a thing."""

from collections.abc import Sequence
from typing import Any

from comity.node.core.clock import now
from comity.node.duty import escalation, escalation_ladder, roster_store
from comity.node.duty.subjects import subjects_of
from comity.node.models import Alarm, LadderRow, Officer, Reached
from comity.node.people.access.visible_cases import circle_of


def alarm_values(officer: Officer, rows: Sequence[Alarm]) -> list[dict[str, Any]]:
    """Return alarms, each with what the officer may see of what it is about."""
    circle = circle_of(officer, at=now())
    about, severities = subjects_of(rows, circle), escalation.severities(rows)
    names = (
        "kind", "subject", "raised_at", "due_at", "acknowledged_at", "acknowledged_by",
        "ended_at",
    )  # fmt: skip
    return [
        {
            "number": row.pk,
            **{name: getattr(row, name) for name in names},
            "severity": severities[row.pk].value,
            "party": about[row.pk].party,
            "case": about[row.pk].case,
            "detail": about[row.pk].code or about[row.pk].home,
            "emergency": about[row.pk].emergency,
        }
        for row in rows
    ]


def contact_value(person: Officer, row: Reached | None) -> dict[str, Any]:
    """Return how a person is reached; personal data."""
    names = ("email", "phone", "other_phone")
    told = {name: getattr(row, name) if row else "" for name in names}
    name = person.user.get_username()
    head = bool(row and row.head)
    version = roster_store.version_of(row)
    return {
        "officer": person.identifier, "name": name, "head": head, "version": version, **told,
    }  # fmt: skip


def ladder_value(kind: str) -> dict[str, Any]:
    """Return the ladder of a kind as it is climbed."""
    found = escalation_ladder.ladder_for(kind)
    steps = [
        {"minutes": one.minutes, "whom": one.whom, "channels": list(one.channels)}
        for one in found.steps
    ]
    return {
        "kind": kind,
        "own": LadderRow.objects.filter(kind=kind).exists(),
        "steps": steps,
        "repeat_minutes": found.repeat_minutes,
    }
