"""Rights checks as the law's facts: what a signed check of a request says about screening.

A check that nobody signed, or that was recorded anew after the signature, says nothing.
"""

from collections.abc import Mapping
from typing import Any, Final

from comity.docket import Item
from comity.node.cases import docket_store
from comity.node.models import DocketItem

SIGNED: Final = "signed"
GROUNDS: Final = frozenset(
    {"death-penalty", "discrimination", "fair-trial", "political-offence", "torture"}
)
"""Questions that, not satisfied, are substantial grounds to refuse; the others leave doubts."""


def signed_check(conversation: str) -> Item | None:
    """Return the newest signed rights check of a conversation, or None."""
    return _newest(conversation, state=SIGNED)


def unsigned_check(conversation: str) -> Item | None:
    """Return the newest rights check of a conversation that waits for its signature, or None."""
    return _newest(conversation, state="recorded")


def _newest(conversation: str, *, state: str) -> Item | None:
    rows = DocketItem.objects.filter(kind="rights", about=conversation, state=state)
    row = rows.order_by("-changed_at", "-item").first()
    return docket_store.item_named(row.item) if row else None


def facts_of_check(item: Item) -> dict[str, Any]:
    """Return what a signed rights check says to the rules; nothing where it was erased.

    Source: docs/how-to/rights-check.md, "What the rules learn".
    """
    recorded: Mapping[str, Any] = item.said("rights.recorded")
    if item.state != SIGNED or not recorded:
        return {}
    return {"decision.screened": True, "decision.screening": screening(recorded)}


def screening(recorded: Mapping[str, Any]) -> str:
    """Return the outcome of a check as the fact ``decision.screening`` names it."""
    answers = {one["question"]: one["answer"] for one in recorded["answers"]}
    against = {question for question, answer in answers.items() if answer == "not-satisfied"}
    if against & GROUNDS or recorded["conclusion"] == "refuse":
        return "substantial-grounds"
    open_ = "unknown" in answers.values() or recorded["conclusion"] == "ask-first"
    return "doubts" if against or open_ else "nothing-found"


def facts_about(conversation: str) -> dict[str, Any]:
    """Return what the newest signed rights check of a conversation says to the rules."""
    found = signed_check(conversation) if conversation else None
    return facts_of_check(found) if found else {}
