"""Authorities that the directory does not list: entered by hand, reached by letter.

Each has a name of its own in the form of a party, so that the law finds its State, and a case goes
on under it; when the authority gets a node, the directory's name is noted beside it.
"""

from typing import Any, Final

from django.db.models import QuerySet

from comity.canonical import MisuseError, state_of
from comity.docket import Item
from comity.files.instruments import check_state
from comity.node.cases import docket_store
from comity.node.cases.broken_rules import BrokenRuleError
from comity.node.cases.conversations import is_without_node
from comity.node.cases.docket_store import Doing
from comity.node.core.node import Node
from comity.node.core.prepared_queries import Prepared
from comity.node.models import DocketItem

_LISTED: Final = "listed"


class CorrespondentError(BrokenRuleError, code="correspondent"):
    """An authority cannot be entered, or written to, under this name."""


def entered(party: str) -> Item | None:
    """Return the entry that this office made of an authority, or None."""
    row = DocketItem.objects.filter(kind="authority", about=party, state=_LISTED).first()
    return docket_store.item_named(row.item) if row else None


def _about() -> QuerySet[DocketItem, Any]:
    return DocketItem.objects.filter(kind="authority", state=_LISTED).values_list("about")


_ABOUT: Final = Prepared(_about)


def parties() -> tuple[str, ...]:
    """Return the names of all authorities that this office entered, sorted."""
    return tuple(sorted(about for (about,) in _ABOUT.rows()))


def check_known(node: Node, party: str) -> None:
    """Raise unless a party can be addressed: listed in the directory, or entered here.

    Raises:
        PartyUnknownError: neither.
    """
    if not DocketItem.objects.filter(kind="authority", about=party, state=_LISTED).exists():
        node.directory.entry(party)


def writes_on_paper(node: Node, party: str) -> bool:
    """Tell whether what a party says is written down here by hand."""
    return is_without_node(node.directory, party)


def check_entered(doing: Doing) -> None:
    """Raise unless an authority can be entered under its name.

    Raises:
        CorrespondentError: why not.
    """
    party = str(doing.value["party"])
    try:
        check_state(state_of(party))
    except MisuseError as fault:
        raise CorrespondentError(str(fault), rule="state-unknown", member="party") from fault
    if doing.node.directory.has(party):
        raise CorrespondentError(
            "the directory lists this party; nothing has to be entered",
            rule="party-listed",
            member="party",
        )
    if state_of(party) == state_of(doing.node.party):
        raise CorrespondentError(
            "an authority of our own State is referred to, not written to",
            rule="party-at-home",
            member="party",
        )
    if doing.item is not None:
        if doing.item.told["party"] != party:
            raise CorrespondentError(
                "an authority keeps its name: enter the other authority as a new one",
                rule="party-fixed",
                member="party",
            )
    elif entered(party) is not None:
        raise CorrespondentError(
            "an authority of this name is entered already", rule="party-registered", member="party"
        )


def check_joined(doing: Doing) -> None:
    """Raise unless the directory lists a node of the name.

    Raises:
        CorrespondentError: it does not.
    """
    if writes_on_paper(doing.node, str(doing.value["party"])):
        raise CorrespondentError(
            "the directory lists no node of that name", rule="node-unlisted", member="party"
        )
