"""Work items as rows: written with their facts, when time changes them, and compared with facts.

Whoever changes a fact says so in the same transaction, by `remember` or by the signal
`work_changed`; a receiver that raises undoes the fact.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from typing import Final

from django.db import connection, transaction
from django.db.models import Q

from comity.node.assistance import board
from comity.node.cases.severity import RANK, Facts, Kind
from comity.node.core import prepared_sql
from comity.node.core.clock import now
from comity.node.models import Alarm, CaseOfficer, Conversation, DocketItem, DraftRow, WorkItem
from comity.node.models.work import BEFORE, LATER, NEVER
from comity.node.work import desk, requests
from comity.node.work.item import Item, Matter, work_item
from comity.node.work.owners import named_owners

AT_ONCE: Final = 400
FOUND_BY_LOOPS: Final = frozenset(
    {
        Kind.DEAD,
        Kind.PARTNER,
        Kind.LETTER,
        Kind.REFUSED,
        Kind.LOGS,
        Kind.AUDIT,
        Kind.PACKAGE,
        Kind.SPACE,
        Kind.STRAY,
        Kind.DISK,
        Kind.STORE,
        Kind.WORK,
        Kind.DIRECTORY,
        Kind.ENTRY,
        Kind.KEYS,
        Kind.EDITIONS,
        Kind.STAMP,
        Kind.OWN_CERTIFICATE,
        Kind.CERTIFICATE,
        Kind.REACH,
        Kind.GAP,
        Kind.ROSTER,
        Kind.NOTICES,
        Kind.UNWAKEABLE,
        Kind.GLASS,
    }
)
"""Kinds that a loop finds, and writes whole."""
OF_FACTS: Final = (
    requests.REQUEST,
    requests.WORDS,
    requests.QUOTA,
    desk.ITEM,
    desk.DRAFT,
    desk.EXHIBIT,
    requests.REVIEW,
)
"""Sorts of incidents that are written with their facts."""
FLOODING: Final = "flooding:"
"""Before a party that lately sent more than its quota; a loop finds it."""


def row_of(item: Item) -> WorkItem:
    """Return an item as a row, not stored yet."""
    matter, facts, dated = item.matter, item.matter.facts, item.dated
    return WorkItem(
        incident=item.incident,
        kind=facts.kind.value,
        subject=matter.subject[:160],
        rank=LATER if item.severity is None else RANK[item.severity],
        since=facts.since,
        due_at=dated.facts.due_at,
        sorts_at=dated.facts.due_at or NEVER,
        oldest_at=facts.since or NEVER,
        newest_at=facts.since or BEFORE,
        deadline=dated.deadline,
        rule=dated.rule,
        party=matter.party,
        case=matter.case,
        conversation=matter.conversation,
        what=matter.what[:160],
        urgency=facts.urgency,
        emergency=item.emergency,
        owner=item.owner,
        waits_for=item.waits_for,
        action=item.action,
        count=matter.count,
        changes_at=item.changes_at,
    )


# ------------------------------------------------------------------ writing


def moved(conversation: Conversation, *, at: datetime) -> None:
    """Write the items of a conversation after a message, by two statements as a rule.

    Its line on the board of assistance is written before.

    Args:
        conversation: as it is stored.
        at: this node's clock.
    """
    one, stored = requests.known_of(conversation)
    matters = dict(requests.matters_of(one))
    if conversation.type in board.OPENINGS:
        matters.update(desk.of_reviews([conversation.digest]))
    items = _items(matters, {}, at, one.owner)
    _write(items, stored - items.keys())
    if conversation.beyond_quota:
        remember(quotas=[conversation.opener], at=at)


def remember(
    *,
    conversations: Iterable[str] = (),
    cases: Iterable[str] = (),
    items: Iterable[str] = (),
    drafts: Iterable[str] = (),
    exhibits: Iterable[str] = (),
    quotas: Iterable[str] = (),
    incidents: Iterable[str] = (),
    at: datetime | None = None,
) -> None:
    """Write the items of facts that changed, in the caller's transaction.

    Args:
        conversations: digests.
        cases: numbers: everything in them.
        items: of the docket.
        drafts: identifiers.
        exhibits: identifiers.
        quotas: parties whose emergencies beyond their quota changed.
        incidents: by their whole name.
        at: this node's clock; None for this moment.
    """
    digests = [one for one in conversations if one]
    names = {*incidents, *(f"{requests.QUOTA}{one}" for one in quotas)}
    names.update(_of_cases([case for case in cases if case]))
    for prefix in (requests.REQUEST, requests.WORDS, requests.REVIEW):
        names.update(f"{prefix}{one}" for one in digests)
    names.update(f"{desk.ITEM}{one}" for one in items)
    names.update(f"{desk.DRAFT}{one}" for one in drafts)
    names.update(f"{desk.EXHIBIT}{one}" for one in exhibits)
    correct(names, at=at or now())


def _of_cases(cases: Collection[str]) -> Iterator[str]:
    for some in batched(sorted(cases), AT_ONCE):
        threads = Conversation.objects.filter(case__in=some).values_list("digest", "opener")
        for digest, opener in threads:
            yield f"{requests.REQUEST}{digest}"
            yield f"{requests.WORDS}{digest}"
            yield f"{requests.REVIEW}{digest}"
            yield f"{requests.QUOTA}{opener}"
        for item in DocketItem.objects.filter(case__in=some).values_list("item", flat=True):
            yield f"{desk.ITEM}{item}"
        for draft in DraftRow.objects.filter(case__in=some).values_list("id", flat=True):
            yield f"{desk.DRAFT}{draft}"
        named = WorkItem.objects.filter(case__in=some)
        yield from named.exclude(kind__in=FOUND_BY_LOOPS).values_list("incident", flat=True)


def correct(incidents: Collection[str], *, at: datetime) -> list[str]:
    """Write the rows of incidents as the facts say; return those that were stored otherwise.

    Args:
        incidents: of facts, none that a loop finds.
        at: this node's clock.
    """
    wrong: list[str] = []
    for some in batched(sorted(set(incidents)), AT_ONCE):
        locked = WorkItem.objects.select_for_update().filter(incident__in=some)
        stored = {row.incident: row for row in locked}  # before the facts: whoever writes is done
        wanted = computed(some, at=at)
        rows = {name: row_of(item) for name, item in wanted.items()}
        changed = {
            name for name, row in rows.items() if name not in stored or _differ(row, stored[name])
        }
        gone = stored.keys() - rows.keys()
        _write({name: wanted[name] for name in changed}, gone)
        wrong += [name for name in sorted(changed | gone) if not _is_over(stored.get(name), at)]
    return wrong


def _is_over(row: WorkItem | None, at: datetime) -> bool:
    """Tell whether time alone changed a row by now."""
    return row is not None and row.changes_at is not None and row.changes_at <= at


def _differ(one: WorkItem, other: WorkItem) -> bool:
    names = [field.attname for field in WorkItem._meta.concrete_fields]  # noqa: SLF001 - documented API
    return any(getattr(one, name) != getattr(other, name) for name in names)


def _write(items: Mapping[str, Item], gone: Collection[str]) -> None:
    rows = [row_of(item) for item in items.values()]
    if rows:
        prepared_sql.upsert(*rows)
    for some in batched(sorted(gone), AT_ONCE):
        places = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM node_workitem WHERE incident IN ({places})", some)  # noqa: S608 - own names


def replace_found(
    found: Iterable[Matter],
    *,
    flooding: Iterable[str] = (),
    at: datetime,
    kinds: frozenset[Kind] = FOUND_BY_LOOPS,
) -> None:
    """Write the items that a loop found, and remove those that it did not find any more.

    Args:
        found: all of these kinds.
        flooding: parties that lately sent more than their quota.
        at: this node's clock.
        kinds: which were looked for.
    """
    matters: dict[str, list[Matter]] = {}
    for matter in found:
        name = f"{matter.facts.kind}:{matter.subject}"[:200]
        matters.setdefault(name, []).append(matter)
    for party in flooding:
        facts = Facts(kind=Kind.QUOTA)
        matters[f"{FLOODING}{party}"] = [Matter(facts=facts, subject=party, party=party)]
    with transaction.atomic():
        floods = Q(incident__gte=FLOODING, incident__lt=f"{FLOODING[:-1]};")
        looked = Q(kind__in=kinds) | floods if kinds is FOUND_BY_LOOPS else Q(kind__in=kinds)
        stored = {row.incident: row for row in WorkItem.objects.filter(looked)}
        items = _items(matters, _owners(matters, {}), at)
        rows = {name: row_of(item) for name, item in items.items()}
        changed = [
            name for name, row in rows.items() if name not in stored or _differ(row, stored[name])
        ]
        _write({name: items[name] for name in changed}, stored.keys() - rows.keys())


def owner_changed(incidents: Iterable[str], *, at: datetime) -> None:
    """Write whose incidents are, in the caller's transaction, after that changed.

    Args:
        incidents: by name; empty ones are left out.
        at: this node's clock.
    """
    named = [one for one in incidents if one]
    correct([one for one in named if one.startswith(OF_FACTS)], at=at)
    for row in WorkItem.objects.filter(incident__in=named, kind__in=FOUND_BY_LOOPS):
        matter = Matter(facts=Facts(kind=Kind(row.kind)), subject=row.subject, case=row.case)
        owner = _owners({row.incident: [matter]}, {})[row.incident]
        WorkItem.objects.filter(pk=row.pk).update(owner=owner)


def rewrite_due(*, at: datetime) -> int:
    """Write again the items that time alone has changed by a moment; return how many.

    Args:
        at: this node's clock.
    """
    due = WorkItem.objects.filter(changes_at__lte=at).exclude(kind__in=FOUND_BY_LOOPS)
    names = list(due.order_by("changes_at").values_list("incident", flat=True)[:AT_ONCE])
    with transaction.atomic():
        return len(correct(names, at=at)) if names else 0


# ------------------------------------------------------------------ computing


def computed(incidents: Collection[str], *, at: datetime) -> dict[str, Item]:
    """Return the items of incidents as the facts say at a moment; nothing is written.

    Args:
        incidents: of facts.
        at: aware UTC.
    """
    named: dict[str, list[str]] = defaultdict(list)
    for incident in incidents:
        sort, _, name = incident.partition(":")
        named[f"{sort}:"].append(name)
    matters: dict[str, list[Matter]] = {}
    owners: dict[str, str] = {}
    digests = {*named[requests.REQUEST], *named[requests.WORDS], *named[requests.REVIEW]}
    for one in requests.known(sorted(digests)) if digests else ():
        found = requests.matters_of(one)
        matters.update(found)
        sorts = (requests.REQUEST, requests.WORDS, requests.REVIEW)
        owners.update({f"{sort}{one.row.digest}": one.owner for sort in sorts})
    if named[desk.ITEM]:
        found, assigned = desk.of_items(named[desk.ITEM])
        matters.update(found)
        owners.update({**assigned, **named_owners(assigned)})
    for prefix, load in (
        (requests.QUOTA, requests.beyond_quota),
        (desk.DRAFT, desk.of_drafts),
        (desk.EXHIBIT, desk.of_exhibits),
        (requests.REVIEW, desk.of_reviews),
    ):
        if named[prefix]:
            matters.update(load(named[prefix]))
    wanted = {name: told for name, told in matters.items() if name in set(incidents)}
    owners = _owners(wanted, owners)
    return _items(wanted, owners, at)


def _owners(matters: Mapping[str, list[Matter]], known: Mapping[str, str]) -> dict[str, str]:
    """Return whose incidents are where it is not known: by name, of their alarm or case."""
    known = {**_of_themselves(matters), **known}
    rest = [name for name in matters if name not in known]
    if not rest:
        return dict(known)
    named = named_owners(rest)
    rest = [name for name in rest if name not in named]
    woken = Alarm.objects.filter(incident__in=rest, ended_at=None).exclude(owner="")
    by_alarm = dict(woken.values_list("incident", "owner"))
    cases = {matters[name][0].case for name in rest} - {""}
    assigned = CaseOfficer.objects.filter(case__in=cases, officer__user__is_active=True)
    by_case: dict[str, str] = {}
    for case, officer in assigned.order_by("at", "pk").values_list("case", "officer__identifier"):
        by_case.setdefault(case, officer)
    found = {name: by_alarm.get(name) or by_case.get(matters[name][0].case, "") for name in rest}
    return {**found, **named, **known}


def _of_themselves(matters: Mapping[str, list[Matter]]) -> dict[str, str]:
    """Return whose the incidents are that are about one officer, and of nobody else."""
    return {
        name: told[0].subject
        for name, told in matters.items()
        if told and told[0].facts.kind is Kind.OWN_CERTIFICATE
    }


def _items(
    matters: Mapping[str, list[Matter]], owners: Mapping[str, str], at: datetime, owner: str = ""
) -> dict[str, Item]:
    made = (
        work_item(name, told, at=at, owner=owners.get(name, owner))
        for name, told in matters.items()
    )
    return {item.incident: item for item in made if item is not None}
