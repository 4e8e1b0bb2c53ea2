"""Which cases ended, when, and of which class they are: remembered, so that a page reads an index.

A case ended when nobody has to decide on any of its conversations and no clock of them runs. It
stands here until somebody looked at it; from then on its review has a clock of its own. Whatever
can change that calls `remember` in its own transaction: a message, a clock, evidence, a review.

Source: ADR 0048.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from itertools import batched
from typing import Final

from django.db import connection
from django.db.models import Q

from comity.exchange.types import ACTIVE
from comity.node.models import Conversation

GOING_ON: Final = Q(main__in=sorted(ACTIVE)) | Q(due_at__isnull=False)
"""Somebody still has to decide on a conversation, or its clock runs."""
WITH_EVIDENCE: Final = "case-with-evidence"
WITHOUT_EVIDENCE: Final = "case-without-evidence"
WITHOUT_OUTCOME: Final = "case-without-outcome"
_EXECUTED: Final = ("request.executed", "request.executed-in-part", "preservation.confirmed")
_AT_ONCE: Final = 400
_PREFIX: Final = "case:"


def moved(row: Conversation, *, new: bool = False) -> None:
    """Remember how a case stands after one of its conversations changed; it is stored already.

    Args:
        row: the conversation.
        new: whether its case was opened by this very act, so that nothing is remembered of it.
    """
    if row.main in ACTIVE or row.due_at is not None:
        if not new:
            with connection.cursor() as cursor:
                cursor.execute(_statements().going_on, [row.case])
    elif new and not row.paper:  # there is no evidence and no outcome yet to look for
        ended_at = connection.ops.adapt_datetimefield_value(row.moved_at)
        with connection.cursor() as cursor:
            cursor.execute(_statements().at_once, [row.case, ended_at, f"{_PREFIX}{row.case}"])
    else:
        remember([row.case])


def reviewed(subject: str) -> None:
    """Remember that somebody looked at a record, or what it is after all."""
    if subject.startswith(_PREFIX):
        remember([subject.removeprefix(_PREFIX)])


def with_evidence(conversations: Iterable[str]) -> None:
    """Remember how the cases of conversations stand after evidence came into or left them."""
    found = Conversation.objects.filter(digest__in=[one for one in conversations if one])
    remember(found.values_list("case", flat=True))


def remember(cases: Iterable[str]) -> None:
    """Remember how cases stand by now, in the caller's transaction."""
    made = _statements()
    for some in batched(sorted({case for case in cases if case}), _AT_ONCE):
        places = ", ".join(["%s"] * len(some))
        with connection.cursor() as cursor:
            cursor.execute(made.ended.replace(_CASES, places), some)
            for case in sorted(set(some) - {case for (case,) in cursor.fetchall()}):
                cursor.execute(made.going_on, [case])


@dataclass(frozen=True)
class _Statements:
    """SQL that runs with every message, so it is composed once and not by the ORM.

    Attributes:
        going_on: forgets a case, its number the one parameter.
        at_once: writes a case that ended with its first message: number, moment, whose review.
        ended: writes those of some cases that ended and that nobody looked at, and returns their
            numbers; `_CASES` stands where a place for each number belongs.
    """

    going_on: str
    at_once: str
    ended: str


_CASES: Final = "{cases}"


def _moment() -> str:
    """Return a place for a moment; PostgreSQL wants to be told the type of what a SELECT gives."""
    return "CAST(%s AS timestamp with time zone)" if connection.vendor == "postgresql" else "%s"


@cache
def _statements() -> _Statements:
    """Return the statements; they are the same in SQLite and PostgreSQL, but for a cast.

    A review is found by what it is about: without statistics SQLite would rather walk along all
    reviews, whose index holds that too, so the kind is compared where no index is of use.
    """
    executed = ", ".join(f"'{name}'" for name in _EXECUTED)
    active = ", ".join(f"'{name}'" for name in sorted(ACTIVE))
    case = connection.ops.quote_name("case")
    ended = f"""
        INSERT INTO node_endedcase ({case}, record_class, ended_at)
        SELECT c.{case},
            CASE
                WHEN MAX(CASE WHEN EXISTS (
                    SELECT 1 FROM node_package p WHERE p.conversation = c.digest
                ) THEN 1 ELSE 0 END) = 1 THEN '{WITH_EVIDENCE}'
                WHEN MAX(CASE WHEN (c.paper AND c.main = 'executed') OR EXISTS (
                    SELECT 1 FROM node_messagerow m
                    WHERE m.conversation = c.digest AND m.type IN ({executed})
                ) THEN 1 ELSE 0 END) = 1 THEN '{WITHOUT_EVIDENCE}'
                ELSE '{WITHOUT_OUTCOME}'
            END,
            MAX(c.moved_at)
        FROM node_conversation c
        WHERE c.{case} IN ({_CASES}) AND NOT EXISTS (
            SELECT 1 FROM node_docketitem d
            WHERE d.about = '{_PREFIX}' || c.{case} AND d.kind || '' = 'review'
        )
        GROUP BY c.{case}
        HAVING SUM(
            CASE WHEN c.main IN ({active}) OR c.due_at IS NOT NULL THEN 1 ELSE 0 END
        ) = 0
        ON CONFLICT ({case}) DO UPDATE SET
            record_class = excluded.record_class, ended_at = excluded.ended_at
        RETURNING {case}
    """  # noqa: S608 - own names and words
    at_once = f"""
        INSERT INTO node_endedcase ({case}, record_class, ended_at)
        SELECT %s, '{WITHOUT_OUTCOME}', {_moment()} WHERE NOT EXISTS (
            SELECT 1 FROM node_docketitem d WHERE d.about = %s AND d.kind || '' = 'review'
        )
        ON CONFLICT ({case}) DO UPDATE SET
            record_class = excluded.record_class, ended_at = excluded.ended_at
    """  # noqa: S608 - as above
    return _Statements(f"DELETE FROM node_endedcase WHERE {case} = %s", at_once, ended)  # noqa: S608 - as above
