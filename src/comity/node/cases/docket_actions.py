"""Acts of the docket as people and programs ask for them: one way in for pages and API alike."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from comity.docket import Act, Item, acts_of
from comity.docket.acts import ACTS, NEW
from comity.docket.errors import ActIllegalError
from comity.node.cases import docket_store
from comity.node.cases.docket_store import HANDS, DocketCaseError
from comity.node.core.clock import now
from comity.node.core.pagination import by_name
from comity.node.log import audit
from comity.node.models import Conversation, DocketItem, MessageRow, Officer
from comity.node.people.access import object_permissions
from comity.node.service.handle import Service

ELSEWHERE: Final = frozenset(
    {"correspondence.transcribed", "mail.received", "mail.transcribed"}
    | {act for act, row in ACTS.items() if row.kind == "shift"}
)
"""Acts that bring a paper, open a conversation, or that a person stands by: each its own way."""


class ActElsewhereError(ActIllegalError, code="docket-elsewhere"):
    """An act that brings a paper, or that the person stands by, has a way of its own."""


def do(
    service: Service,
    act: str,
    said: Mapping[str, Any],
    *,
    officer: Officer,
    item: str | None = None,
    case: str = "",
) -> Item:
    """Do an act as an officer; return the item after it.

    Args:
        service: of this node.
        act: key of the table of acts.
        said: what it says, untrusted.
        officer: who acts.
        item: which thing, or None to begin one.
        case: of a new item that belongs to one, or empty.

    Raises:
        ActElsewhereError: it is not done this way.
        DocketCaseError: no such case.
        ActUnknownError, ActIllegalError, EntryMalformedError, DocketRuleError: it is not possible.
        DocketItem.DoesNotExist: no such item.
    """
    if act in ELSEWHERE:
        raise ActElsewhereError(f"{act} comes with the paper that it is about")
    at = now()
    if case and not object_permissions.finds_case(officer, case, at=at):
        raise DocketCaseError("this office has no such case")
    return docket_store.record(
        service.node,
        service.committer,
        act,
        said,
        officer=officer,
        at=at,
        item=item,
        case=case,
    )


def possible(item: Item, officer: Officer) -> tuple[Act, ...]:
    """Return the acts that an officer could do now, in the table's order."""
    return tuple(row for row in acts_of(item) if _is_for(row, officer))


def beginning(officer: Officer) -> tuple[Act, ...]:
    """Return the acts by which an officer could begin an item."""
    rows = (row for row in ACTS.values() if NEW in row.sources)
    return tuple(row for row in rows if _is_for(row, officer))


def _is_for(row: Act, officer: Officer) -> bool:
    hand = HANDS.get(officer.role)
    return hand is not None and hand in row.hands and row.name not in ELSEWHERE


def note_reading(item: str, *, by: str, way: str) -> None:
    """Write down who read an item, or a list that tells what its items say.

    Args:
        item: which; of a list, its name.
        by: user name.
        way: ``api`` or ``desk``.
    """
    audit.note(at=now(), actor=by, action="docket.read", subject=item, detail=way)


def items_of_case(case: str, *, most: int = 200) -> list[Item]:
    """Return the items of a case: those that wait, by what is due first, then the others."""
    found, _ = docket_store.items(case=case, most=most)
    here = {item.id for item in found}
    found += [item for item in calls_of_case(case) if item.id not in here]
    return sorted(found, key=lambda item: not item.is_open)


def at_home(items: Iterable[Item]) -> list[Item]:
    """Return the items but those that came or went on paper: a case shows these as messages."""
    return [item for item in items if item.kind.name not in _ON_PAPER]


def calls_of_case(case: str) -> list[Item]:
    """Return the telephone calls out of which messages of a case were begun."""
    conversations = Conversation.objects.filter(case=case).values("digest")
    begun = MessageRow.objects.filter(conversation__in=conversations).values("message_id")
    rows = DocketItem.objects.filter(kind="call", about__in=begun).values_list("item", flat=True)
    return docket_store.items_of(rows[:_CALLS])


_CALLS: Final = 20
_ON_PAPER: Final = frozenset({"correspondence", "mail"})


def named(kind: str, *, state: str = "listed") -> list[Item]:
    """Return the items of a register, by name."""
    rows = DocketItem.objects.filter(kind=kind, state=state).values_list("item", flat=True)
    return sorted(docket_store.items_of(rows), key=lambda item: str(item.told.get("name", "")))


def register(
    kind: str, *, after: str = "", most: int = docket_store.PAGE
) -> tuple[list[Item], str]:
    """Return a page of a register, by name or party, and where the next begins.

    Raises:
        PlaceError: ``after`` is no place that a page gave.
    """
    rows = DocketItem.objects.filter(kind=kind, state__in=_LISTED)
    found, following = by_name(rows, name="about", key="item", after=after, most=most)
    return docket_store.items_of(row.item for row in found), following


def title_of(item: Item) -> str:
    """Return whom or what an item is about, in the words of its entries."""
    return title_in(item.told)


def title_in(told: Mapping[str, Any]) -> str:
    """Return whom or what an item is about, by what its entries say, or its first one alone."""
    return next((str(told[n]) for n in _TITLES if isinstance(told.get(n), str)), "")


_LISTED: Final = ("listed", "in-force")
_TITLES: Final = (
    "matter",
    "caller",
    "addressee",
    "name",
    "title",
    "to",
    "what",
    "whom",
    "to_bank",
    "subject",
    "ordered_by",
)
