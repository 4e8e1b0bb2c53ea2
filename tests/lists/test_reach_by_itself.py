"""A test that the node asked by itself is sent and recorded like one by hand, and says so."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.demo.world import ASKING
from comity.node import audit
from comity.node.clock import now
from comity.node.duty import asking, reach, reach_due, reach_record
from comity.node.models import AuditRow, Officer, OutboxRow
from comity.node.service import this_service

pytestmark = pytest.mark.django_db


def test_it_is_sent_once_and_the_record_says_that_nobody_pressed(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    service, at = this_service(), now()
    service.node.config = replace(service.node.config, reach_every_days=1)
    audit.note(at=at - timedelta(days=2), actor="x", action="account.added", subject="x")
    ask = partial(asking.ask, service, by=reach_due.BY_NODE)
    assert [reach_due.step(service.node, ask, at=now()) for _ in range(2)] == [1, 0]
    asking.ask(service, ASKING, by="case")
    found = {one.by: one for one in reach.history(service.node)}
    by_itself = found["node"]
    assert set(found) == {"case", "node"}
    assert (by_itself.party, by_itself.ours, by_itself.answered_at) == (ASKING, True, None)
    assert OutboxRow.objects.filter(addressee=ASKING).count() == 2
    assert AuditRow.objects.filter(actor="node").exists()
    page = desk(office.people["case"]).get("/duty/reach").text
    assert page.count("the node by itself") == 1
    assert "once in 1 day" in page
    lines = reach_record.export(service.node, by="x", at=at).splitlines()
    assert sorted(line.rpartition(",")[2] for line in lines) == ["by", "case", "node"]
