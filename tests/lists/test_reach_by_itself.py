"""A test that the node asked by itself is sent and recorded like one by hand, and says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.demo.world import ASKING
from comity.node.core.clock import now
from comity.node.duty import ask_partner, partner_tests_csv, partner_tests_schedule
from comity.node.log import audit
from comity.node.messages import partner_tests
from comity.node.models import AuditRow, Conversation, MessageRow, Officer, OutboxRow, SectionRow
from comity.node.service.handle import this_service

pytestmark = pytest.mark.django_db


def test_it_is_sent_once_and_the_record_says_that_nobody_pressed(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    service, at = this_service(), now()
    service.node.config = replace(service.node.config, reach_every_days=1)
    audit.note(at=at - timedelta(days=2), actor="x", action="account.added", subject="x")
    ask = partial(ask_partner.ask_by_itself, service)
    assert [partner_tests_schedule.step(service.node, ask, at=now()) for _ in range(2)] == [1, 0]
    ask_partner.ask(service, ASKING, by="case")
    found = {one.by: one for one in partner_tests.history(service.node)}
    by_itself = found["node"]
    assert set(found) == {"case", "node"}
    assert (by_itself.party, by_itself.ours, by_itself.answered_at) == (ASKING, True, None)
    assert OutboxRow.objects.filter(addressee=ASKING).count() == 2
    assert AuditRow.objects.filter(actor="node").exists()
    page = desk(office.people["case"]).get("/duty/reach").text
    assert page.count("automatic") == 1
    assert "every 1 day" in page
    (row,) = MessageRow.objects.filter(content=by_itself.conversation)
    note = SectionRow.objects.get(record=row.record, name="note").value
    assert note is not None
    said = note["text"]
    assert said["text"].startswith("This test was sent automatically")
    assert said["lang"] == "en"  # what the directory entry of the demonstration lists
    by_hand = MessageRow.objects.get(content=found["case"].conversation)
    assert not SectionRow.objects.filter(record=by_hand.record).exists()
    lines = partner_tests_csv.export(service.node, by="x", at=at).splitlines()
    assert sorted(line.rpartition(",")[2] for line in lines) == ["by", "case", "node"]


def test_the_page_and_programs_are_told_who_could_not_be_asked_and_that_nobody_is(
    office: DeskOffice, desk: Callable[[Officer], Client], api: Callable[[Officer], Client]
) -> None:
    service, at = this_service(), now()
    service.node.config = replace(service.node.config, reach_every_days=1, pings_per_day=0)
    audit.note(at=at - timedelta(days=2), actor="x", action="account.added", subject="x")
    ask = partial(ask_partner.ask_by_itself, service)
    case = office.people["case"]
    quiet = desk(case).get("/duty/reach").text
    assert "Tests not sent" not in quiet
    assert "Automatic tests are paused" not in quiet
    assert [partner_tests_schedule.step(service.node, ask, at=now()) for _ in range(2)] == [0, 0]
    page = desk(case).get("/duty/reach").text
    assert "Tests not sent" in page
    assert "asked as often as a day allows" in page
    found = api(case).get("/api/v1/duty/reach").json()
    assert [(one["party"], one["code"]) for one in found["not_asked"]] == [(ASKING, "reach-quota")]
    assert found["paused"] is False
    Conversation.objects.create(
        digest="sha256:" + "e" * 64, opener=ASKING, members=[], type="request.submitted",
        measure="emergency", case="2026-000009", main="submitted", opened_at=at, moved_at=at,
    )  # fmt: skip
    assert "Automatic tests are paused" in desk(case).get("/duty/reach").text
    assert api(case).get("/api/v1/duty/reach").json()["paused"] is True
