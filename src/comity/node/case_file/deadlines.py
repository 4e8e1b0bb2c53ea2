"""What falls due next in a case: a deadline with its rule, or a target of the office."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _

from comity.node.cases.severity import Kind
from comity.node.core.clock import now
from comity.node.models import WorkItem
from comity.node.people.goals import Goals
from comity.node.watch import labels as watch_labels
from comity.node.web.text_format import span

_SOON_S: Final = 7 * 86_400


@dataclass(frozen=True)
class Deadline:
    """What falls due next.

    Attributes:
        at: when.
        name: what it is, in words.
        rule: where it comes from, in words.
        is_target: whether it is the office's own goal and binds nobody.
        how: style: ``late``, ``soon`` or ``ok``.
    """

    at: datetime
    name: str
    rule: str
    is_target: bool
    how: str


def is_unread(item: WorkItem | None) -> bool:
    """Tell whether nobody here has acknowledged a request yet."""
    return item is not None and item.kind == Kind.UNREAD


def next_deadline(
    rows: Sequence[WorkItem], first: WorkItem | None, targets: Goals | None
) -> Deadline | None:
    """Return the deadline of a case that is next, or the target where that comes before it.

    Args:
        rows: work items of the case.
        first: the request of the case that presses most, or None.
        targets: of the office; None where nothing waits for an acknowledgement.
    """
    found = [
        _named(one.due_at, one.deadline, one.rule)
        for one in rows
        if one.due_at is not None and one.deadline
    ]
    if targets is not None and first is not None and is_unread(first) and first.since is not None:
        goal = targets.by_step["emergency" if first.emergency else "acknowledged"]
        found.append(
            Deadline(
                at=first.since + goal,
                name=_("Acknowledgement"),
                rule=_("Target of your office: %(time)s")
                % {"time": span(int(goal.total_seconds()))},
                is_target=True,
                how=_how(first.since + goal),
            )
        )
    return min(found, key=lambda one: one.at, default=None)


def _named(at: datetime, code: str, rule: str) -> Deadline:
    name = str(watch_labels.DEADLINE.get(code, code))
    return Deadline(
        at=at, name=name, rule=watch_labels.rule(code, rule), is_target=False, how=_how(at)
    )


def _how(at: datetime) -> str:
    left = (at - now()).total_seconds()
    if left < 0:
        return "late"
    return "soon" if left < _SOON_S else "ok"
