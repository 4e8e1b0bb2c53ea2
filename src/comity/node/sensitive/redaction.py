"""What the API says of what is marked: to a browser no more than the pages, to a program all.

A session is a browser's, where a page asks for a reason. A token is a program's, and what it reads
is audited; abuse material has its own way out (`sensitive.api`).

Source: ADR 0045, ADR 0071.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from comity.node.core.clock import now
from comity.node.models import Mark, Officer
from comity.node.sensitive import marks, reveal


def by_session(officer: Officer) -> bool:
    """Tell whether an officer came in with a browser, and not by a program's token."""
    return officer.token is None


def hides(officer: Officer, standing: Iterable[Mark]) -> bool:
    """Tell whether markers on an original hide its name: any from a browser, abuse from all."""
    return any(by_session(officer) or one.marker == marks.ABUSE for one in standing)


def secret(officer: Officer, kind: str, subjects: Iterable[str]) -> frozenset[str]:
    """Return those of many things whose names and texts a list does not say to this caller."""
    return frozenset(marks.of(kind, subjects)) if by_session(officer) else frozenset()


def secret_offers(officer: Officer, every: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """Return the exhibits among those that messages offer that this caller is not told of."""
    return frozenset(marks.of_offers(every)) if by_session(officer) else frozenset()


def offered(sections: Mapping[str, Any]) -> str:
    """Return the exhibit that a message offers, or an empty text."""
    return str((sections.get("offer") or {}).get("exhibit", ""))


def check(officer: Officer, kind: str, subject: str) -> None:
    """Refuse a browser names and texts of one thing that is marked until somebody said why.

    Raises:
        AbuseMaterialError: it is marked as abuse material.
        ReasonNeededError: it is marked otherwise, and no reason was given within the hour.
    """
    if by_session(officer):
        reveal.check(kind, subject, user=officer.user.get_username(), at=now())


def refuse_abuse(officer: Officer, kind: str, subject: str) -> None:
    """Refuse a browser the sealed bytes of abuse material.

    Raises:
        AbuseMaterialError: it is marked so.
    """
    if by_session(officer):
        marks.refuse_abuse(kind, subject)
