"""A line says what falls due by its own name, and where the deadline comes from."""

from datetime import timedelta

import pytest
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World
from tests.privacy import said
from tests.speed.test_budget import Talk, signed_in

from comity.docket.acts import KINDS
from comity.instruments.clocks import COURSES
from comity.node.case_file import sidebar
from comity.node.cases.deadline_notices import warn
from comity.node.core.clock import now
from comity.node.models import Conversation, DeadlineNotice, WorkItem
from comity.node.watch import labels

pytestmark = pytest.mark.django_db


def test_a_data_breach_is_not_called_a_recall_of_a_payment(office: DeskOffice) -> None:
    office.do("breach.found", said.breach())
    warn()
    assert WorkItem.objects.get(what="breach").deadline == "breach"
    assert DeadlineNotice.objects.get().clock == "breach"
    words = signed_in(office, "approver").get("/my-work").content.decode()
    assert "Notification of a data breach due" in words
    assert "Set by your office" in words
    assert "Recall of a payment" not in words


def test_every_clock_has_a_name_of_its_own() -> None:
    assert {course.kind for course in COURSES} <= set(labels.DEADLINE)
    names = [str(name) for name in labels.DEADLINE.values()]
    assert len(names) == len(set(names))
    hourly = {course.kind for course in COURSES if course.hourly}
    kinds = {kind.name for kind in KINDS.values() if kind.clock in hourly}
    assert kinds == {kind.clock for kind in KINDS.values() if kind.clock in hourly}


@pytest.mark.parametrize(
    ("code", "rule", "words"),
    [
        (
            "second-signature",
            "second-signature",
            "Protocol: 24 hours after this node recorded the message",
        ),
        ("preservation-end", "office", "Stated by the requested State"),
        ("deadline", "office", "Set by your office"),
        ("preservation-end", "un-2024 42(2)", "Article un-2024 42(2)"),
    ],
)
def test_a_deadline_says_where_it_comes_from(code: str, rule: str, words: str) -> None:
    assert labels.rule(code, rule) == words


@pytest.mark.parametrize(
    ("left", "told"),
    [(timedelta(hours=1), "Preservation ends: in"), (timedelta(0), "Preservation ended: ")],
)
def test_a_case_says_that_a_preservation_ended(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch, left: timedelta, told: str
) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    for step in ("request.submitted", "<request.acknowledged", "<request.accepted",
                 "<preservation.confirmed"):  # fmt: skip
        talk.say(step)
    until = now() + left
    monkeypatch.setattr(sidebar, "preserved_until", lambda _thread: until)
    number = Conversation.objects.get().case
    assert told in signed_in(office, "case").get(f"/cases/{number}").content.decode()
