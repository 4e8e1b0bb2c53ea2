"""What falls due inside the State is told in time, once a level, and not after it is over."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from tests.docket.conftest import T0, DeskOffice, authority, text
from tests.nodes.test_clocks import Office as Register

from comity.canonical import time_text
from comity.node.cases import deadline_notices
from comity.node.models import AuditRow, Conversation

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
DUE = T0 + 40 * DAY

type Look = Callable[[datetime], list[tuple[str, str]]]


@pytest.fixture
def look(monkeypatch: pytest.MonkeyPatch) -> Look:
    """Let the node look at its clocks; return (item, clock and level) of what it wrote then."""

    def look_at(moment: datetime) -> list[tuple[str, str]]:
        monkeypatch.setattr(deadline_notices, "now", lambda: moment)
        before = AuditRow.objects.count()
        assert deadline_notices.warn() == AuditRow.objects.count() - before
        rows = list(AuditRow.objects.order_by("id")[before:])
        found = []
        for row in rows:
            kind, _due, level, _whom = row.detail.split(" ", 3)
            found.append((row.subject, f"{row.action} {kind} {level}"))
        return found

    return look_at


@pytest.fixture
def case(office: DeskOffice) -> str:
    """Return a case; a request on paper that nobody minds in these tests."""
    office.do("authority.entered", authority())
    return office.written().case


def order(until: datetime = DUE, measure: str = "preservation") -> dict[str, Any]:
    return {
        "addressee": "Mail ZA",
        "provider": None,
        "measure": measure,
        "legal_basis": "Cybercrimes Act, section 41",
        "issued_by": "Magistrate Dlamini",
        "number": "77/2026",
        "issued_at": time_text(T0),
        "until": time_text(until),
        "what": text("Keep it", "en"),
    }


def slip() -> dict[str, Any]:
    return {"to": "Cyber unit", "task": text("Serve it", "en"), "due": time_text(DUE)}


def of(found: list[tuple[str, str]], item: str) -> list[str]:
    return [told for subject, told in found if subject == item]


def job(office: DeskOffice) -> dict[str, Any]:
    asked = Conversation.objects.get()
    return {
        "source": asked.digest,
        "what": "whole",
        "source_language": "fr",
        "target_language": "en",
        "due": time_text(DUE),
        "cost": None,
        "assigned": office.people["translator"].identifier,
    }


def test_a_slip_is_told_in_time_and_once_a_level(office: DeskOffice, case: str, look: Look) -> None:
    item = office.do("referral.sent", slip(), case=case).id
    assert of(look(DUE - 31 * DAY), item) == []
    first = of(look(DUE - 3 * DAY), item)
    assert len(first) == 1
    assert first[0].startswith("clock.near ")
    assert of(look(DUE - 3 * DAY + timedelta(hours=1)), item) == []
    assert of(look(DUE + timedelta(minutes=1)), item)[0].startswith("clock.passed ")


def test_who_takes_a_task_sets_its_clock(office: DeskOffice, case: str, look: Look) -> None:
    item = office.do("referral.sent", slip(), case=case).id
    later = DUE + 60 * DAY
    taken = {"owner": "Lt Khumalo", "reference": None, "due": time_text(later)}
    office.do("referral.accepted", taken, item=item)
    assert of(look(DUE + DAY), item) == []
    assert of(look(later - DAY), item) != []


@pytest.mark.parametrize("ending", ["referral.recalled", "referral.returned"])
def test_nothing_is_told_of_what_is_over(
    office: DeskOffice, case: str, look: Look, ending: str
) -> None:
    item = office.do("referral.sent", slip(), case=case).id
    office.do(ending, {"reasons": text("Done elsewhere", "en")}, item=item)
    assert of(look(DUE - DAY), item) == []
    assert of(look(DUE + DAY), item) == []


def test_a_translation_is_told_until_it_is_accepted(
    office: DeskOffice, case: str, look: Look
) -> None:
    item = office.do("translation.asked", job(office), case=case).id
    assert of(look(DUE - DAY), item) != []
    office.do("translation.taken", {"translator": "Ana Ruiz"}, who="translator", item=item)
    assert of(look(DUE + timedelta(minutes=1)), item) != [], "taking it does not stop the clock"
    delivered = {
        "text": "The e-mails",
        "original": None,
        "made_by": "Ana Ruiz",
        "checked_by_a_person": True,
        "attestation": text("Faithful", "en"),
        "sworn": False,
        "cost": None,
    }
    office.do("translation.delivered", delivered, who="translator", item=item)
    office.do("translation.accepted", {"remark": None}, item=item)
    assert of(look(DUE + 5 * DAY), item) == []


def test_a_renewal_moves_the_clock_of_an_order(office: DeskOffice, case: str, look: Look) -> None:
    item = office.do("order.issued", order(), case=case).id
    assert of(look(DUE - 7 * DAY), item)[0].startswith("clock.near order-end ")
    later = DUE + 90 * DAY
    renewed = {"until": time_text(later), "issued_by": "Magistrate Dlamini", "number": "78/2026"}
    office.do("order.renewed", renewed, item=item)
    assert of(look(DUE + DAY), item) == []
    assert of(look(later - 7 * DAY), item)[0].startswith("clock.near order-end ")


def test_an_order_that_ended_is_told_no_more(office: DeskOffice, case: str, look: Look) -> None:
    item = office.do("order.issued", order(), case=case).id
    office.do("order.ended", {"reasons": text("Handed over", "en")}, item=item)
    assert of(look(DUE - DAY), item) == []
    assert of(look(DUE + DAY), item) == []


def test_an_order_is_told_even_while_the_request_keeps_the_data(
    office: DeskOffice, case: str, look: Look
) -> None:
    """A preservation that is kept until the request is decided has no end; the order has one."""
    register = Register()
    conversation = register.preserved(T0 + 20 * DAY)
    link = {"conversation": conversation, "relation": "preservation"}
    register.ask(T0 + DAY, measure="stored-data", links=[link])
    item = office.do("order.issued", order(), case=case).id
    told = of(look(T0 + 20 * DAY), conversation)
    assert not any("preservation-end" in one for one in told), "it is kept until the decision"
    for days in (14, 7, 1):
        told = of(look(DUE - days * DAY), item)
        assert told == [f"clock.near order-end {days}"]
    assert of(look(DUE), item) == ["clock.passed order-end 0"]


def test_the_answer_of_a_bank_does_not_stop_a_recall(
    office: DeskOffice, case: str, look: Look
) -> None:
    opened = {
        "paid": {"amount_minor": 5_000_000, "currency": "ZAR"},
        "value_date": time_text(T0),
        "from_account": "ZA-1",
        "from_bank": "First",
        "to_account": "XX-2",
        "to_bank": "Second",
        "transaction": None,
        "reported_at": time_text(T0),
        "due": time_text(T0 + timedelta(hours=72)),
    }
    item = office.do("recall.opened", opened, case=case).id
    asked = {"whom": "Second", "channel": "phone", "at": time_text(T0), "reference": None}
    office.do("recall.asked", asked, item=item)
    answer = {"whom": "Second", "at": time_text(T0), "outcome": "held", "amount": None}
    office.do("recall.answered", {**answer, "reference": None}, item=item)
    assert of(look(T0 + timedelta(hours=60)), item) != []
    closed = {"outcome": "returned", "returned": None, "reasons": text("All back", "en")}
    office.do("recall.closed", closed, item=item)
    assert of(look(T0 + timedelta(hours=80)), item) == []
