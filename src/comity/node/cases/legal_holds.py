"""Legal holds on cases: what stands, and that nothing of such a case is destroyed."""

from collections.abc import Iterable
from typing import Final

from comity.node.cases.privacy_errors import CaseHeldError
from comity.node.models import Conversation, DocketItem, Package

KIND: Final = "hold"
PLACED: Final = "placed"


def held(cases: Iterable[str]) -> frozenset[str]:
    """Return those of some cases on which a hold stands."""
    wanted = [case for case in cases if case]
    rows = DocketItem.objects.filter(kind=KIND, state=PLACED, case__in=wanted)
    return frozenset(rows.values_list("case", flat=True))


def check_not_held(case: str) -> None:
    """Go on unless a hold stands on a case.

    Raises:
        CaseHeldError: one does.
    """
    if held([case]):
        raise CaseHeldError("a legal hold stands on the case: have it lifted first")


def cases_of_exhibit(exhibit: str) -> frozenset[str]:
    """Return the cases in which an exhibit was sealed, sent or received."""
    rows = Package.objects.filter(exhibit=exhibit).values_list("conversation", "handed_in_for")
    digests = {digest for row in rows for digest in row if digest}
    found = Conversation.objects.filter(digest__in=digests).values_list("case", flat=True)
    return frozenset(found)
