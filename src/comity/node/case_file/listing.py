"""Rows of the list of cases: what each is about, how it stands, whose it is, what falls due."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.exchange.assistance_types import BOARD
from comity.exchange.request_types import REQUEST_STATES
from comity.exchange.table_types import TABLE_STATES
from comity.node.case_file.deadlines import Deadline, is_unread, next_deadline
from comity.node.cases.queries import CaseLine
from comity.node.cases.severity import EMERGENCY
from comity.node.cases.subjects import Subject, subjects
from comity.node.models import Conversation, Officer, WorkItem
from comity.node.people.access import case_access
from comity.node.people.goals import Goals
from comity.node.people.office_settings import goals
from comity.node.web.labels import STATE
from comity.node.work.requests import REQUEST

_WITHOUT_REQUEST: Final = ("open", "pinged", "answered")
"""States of notes, information and tests of availability."""


@dataclass(frozen=True)
class CaseRow:
    """One case of the list.

    Attributes:
        line: the case with its conversations.
        subject: what it is about.
        lead: the conversation that presses most, or the newest.
        urgency: ``emergency``, ``urgent`` or empty.
        owner: user name of whose it is, or empty.
        deadline: what falls due next, or None.
    """

    line: CaseLine
    subject: Subject
    lead: Conversation
    urgency: str
    owner: str
    deadline: Deadline | None


def state_groups() -> list[tuple[Any, list[tuple[str, Any]]]]:
    """Return what conversations of each kind may stand at: a heading, codes with their words."""
    groups = (
        (_("Requests"), [one for one in REQUEST_STATES if one not in _WITHOUT_REQUEST]),
        (_("Messages without a request"), [*_WITHOUT_REQUEST]),
        (_("Assistance"), [*BOARD]),
        (_("Round tables"), [*TABLE_STATES]),
    )
    return [
        (title, [(code, STATE[code]) for code in STATE if code in codes]) for title, codes in groups
    ]


def rows_of(lines: Sequence[CaseLine], *, reader: Officer) -> list[CaseRow]:
    """Return cases as rows; how many there are costs the database nothing."""
    numbers = [line.case for line in lines]
    if not numbers:
        return []
    named = subjects(numbers, reader=reader)
    items: dict[str, list[WorkItem]] = {number: [] for number in numbers}
    for row in WorkItem.objects.filter(case__in=numbers).order_by("rank", "sorts_at"):
        items[row.case].append(row)
    owners = _owners(items)
    unread = any(is_unread(row) for some in items.values() for row in some)
    targets = goals() if unread else None
    return [_row(one, named[one.case], items[one.case], owners, targets) for one in lines]


def _owners(items: Mapping[str, Sequence[WorkItem]]) -> dict[str, str]:
    """Return user names: of officers who own work items, by identifier; else by case.

    A work item has the first officer of its case; of a case without one that is looked up.
    """
    owners = {row.owner for some in items.values() for row in some if row.owner}
    named = Officer.objects.filter(identifier__in=owners)
    found = dict(named.values_list("identifier", "user__username")) if owners else {}
    settled = [number for number, some in items.items() if not some]
    return {**found, **case_access.first_assigned(settled)} if settled else found


def _row(
    line: CaseLine,
    subject: Subject,
    items: Sequence[WorkItem],
    owners: Mapping[str, str],
    targets: Goals | None,
) -> CaseRow:
    requests = [one for one in items if one.incident.startswith(REQUEST)]
    first = requests[0] if requests else None
    by_digest = {one.digest: one for one in line.threads}
    lead = by_digest.get(first.conversation) if first else None
    if any(one.emergency for one in requests):
        urgency = EMERGENCY
    else:
        urgency = next((one.urgency for one in requests if one.urgency), "")
    owner = next((one.owner for one in (*requests, *items) if one.owner), "")
    return CaseRow(
        line=line,
        subject=subject,
        lead=lead or next((t for t in line.threads if t.main != "closed"), line.threads[-1]),
        urgency=urgency,
        owner=owners.get(owner, "") or owners.get(line.case, ""),
        deadline=next_deadline(items, first, targets),
    )
