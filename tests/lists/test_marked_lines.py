"""A list that hides what is marked asks once for all its lines; a reason lasts for an hour."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import DeskOffice

from comity.node.mail.mailbox import original_of
from comity.node.models import Mark, Officer
from comity.node.sensitive import marks, reveal
from comity.node.sensitive.marks import AbuseMaterialError, ReasonNeededError
from comity.node.service.handle import this_service

type SignedIn = Callable[[Officer], Client]
LISTS = ("/docket?kind=mail&all=yes", "/mail?all=1")
ORIGINAL = Mark.Kind.ORIGINAL


def marked(office: DeskOffice, number: int, marker: str = "victim-data") -> str:
    """Take in one letter, and mark it; return its digest."""
    digest = original_of(office.received(f"From: Anna {number}".encode()))
    told: dict[str, Any] = {"reason": "A child speaks", "user": "case", "at": office.at}
    marks.put(this_service().committer, ORIGINAL, digest, marker, **told)
    return digest


@pytest.mark.parametrize("path", LISTS)
def test_more_marked_lines_ask_for_no_more_queries(
    office: DeskOffice, desk: SignedIn, path: str
) -> None:
    client = desk(office.people["case"])

    def asked() -> int:
        with CaptureQueriesContext(connection) as found:
            page = client.get(path).text
        assert "labelled:" in page
        assert "lettre.eml" not in page
        return len(found)

    marked(office, 0)
    asked()  # what is read once by a process is read now
    few = asked()
    for number in range(1, 21):
        marked(office, number)
    assert asked() <= few


def test_a_reason_opens_one_thing_to_one_person_for_an_hour(office: DeskOffice) -> None:
    mine, other, at = marked(office, 1), marked(office, 2), office.at
    reveal.show(ORIGINAL, mine, "details", reason="To write it down", user="case", at=at)
    late = at + reveal.READ_FOR
    reveal.check(ORIGINAL, mine, user="case", at=late - timedelta(seconds=1))
    for subject, user, moment in (
        (mine, "case", late),
        (mine, "approver", at),
        (other, "case", at),
    ):
        with pytest.raises(ReasonNeededError):
            reveal.check(ORIGINAL, subject, user=user, at=moment)


@pytest.mark.parametrize("step", ["blurred", "bytes"])
def test_a_reason_for_something_else_opens_no_text(office: DeskOffice, step: str) -> None:
    digest = marked(office, 1)
    reveal.show(ORIGINAL, digest, step, reason="To compare", user="case", at=office.at)
    with pytest.raises(ReasonNeededError):
        reveal.check(ORIGINAL, digest, user="case", at=office.at)


def test_no_reason_opens_abuse_material(office: DeskOffice) -> None:
    digest = marked(office, 1)
    reveal.show(ORIGINAL, digest, "details", reason="To see", user="case", at=office.at)
    told: dict[str, Any] = {"reason": "It is", "user": "case", "at": office.at}
    marks.put(this_service().committer, ORIGINAL, digest, marks.ABUSE, **told)
    with pytest.raises(AbuseMaterialError):
        reveal.check(ORIGINAL, digest, user="case", at=office.at)
