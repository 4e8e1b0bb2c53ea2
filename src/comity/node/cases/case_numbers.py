"""Cases: the office's own numbers, under which linked conversations stand together."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Final

from django.db import connection

from comity.exchange.bodies import Request
from comity.exchange.table_bodies import Help, Need
from comity.exchange.values import Model
from comity.node.models import Conversation


def case_for(
    bodies: Mapping[str, Model], *, at: datetime, members: Collection[str] | None = None
) -> str:
    """Return the case a new conversation belongs to: that of one it links to, or the next number.

    Args:
        bodies: checked sections of the opening message.
        at: this node's clock; the year of a new number.
        members: of the new conversation, where they are known: what goes on from a need or an
            offer joins the case only of parties that take part in that conversation too.
    """
    linked = [digest for body in bodies.values() for digest in _linked(body)]
    if not linked:
        return next_case(at)
    asks = "request" in bodies
    for known in Conversation.objects.filter(digest__in=linked).order_by("opened_at"):
        if asks or (members is not None and set(members) <= set(known.members)):
            return known.case
    return next_case(at)


def _linked(body: Model) -> list[str]:
    """Return the conversations that a section says its own belongs with."""
    if isinstance(body, Request):
        return [link.conversation for link in body.links]
    if isinstance(body, Need | Help) and body.follows is not None:
        return [body.follows.conversation]
    return []


# A dot sorts next after a hyphen: the range holds the numbers of one year and is read by index.
_LAST_CASE: Final = 'SELECT MAX("case") FROM node_conversation WHERE "case" >= %s AND "case" < %s'


def next_case(at: datetime) -> str:
    """Return the next free number of a year, ``2026-000001``; inside the caller's transaction."""
    prefix = f"{at.year}-"
    with connection.cursor() as cursor:
        cursor.execute(_LAST_CASE, (prefix, f"{at.year}."))
        [last] = cursor.fetchone()
    return f"{prefix}{int(last.removeprefix(prefix)) + 1 if last else 1:06d}"
