"""Cases: the office's own numbers, under which linked conversations stand together."""

from collections.abc import Mapping
from datetime import datetime

from comity.exchange.bodies import Model, Request
from comity.node.models import Conversation


def case_for(bodies: Mapping[str, Model], *, at: datetime) -> str:
    """Return the case a new conversation belongs to: that of one it links to, or the next number.

    Args:
        bodies: checked sections of the opening message.
        at: this node's clock; the year of a new number.
    """
    request = bodies.get("request")
    if isinstance(request, Request):
        linked = [link.conversation for link in request.links]
        known = Conversation.objects.filter(digest__in=linked).order_by("opened_at").first()
        if known is not None:
            return known.case
    return next_case(at)


def next_case(at: datetime) -> str:
    """Return the next free number of a year, ``2026-000001``; inside the caller's transaction."""
    prefix = f"{at.year}-"
    last = (
        Conversation.objects.filter(case__startswith=prefix)
        .order_by("-case")
        .values_list("case", flat=True)
        .first()
    )
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06d}"
