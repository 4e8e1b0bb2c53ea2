"""No fact that makes an emergency shows as anything else, on whatever face somebody looks at."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.docket.conftest import DeskOffice
from tests.speed.test_budget import signed_in
from tests.work.test_walk import Asked, world_of

from comity.node.core.clock import now
from comity.node.duty import alarm_causes, escalation
from comity.node.models import Alarm, CaseAccess, Conversation
from comity.node.people.access import case_access
from comity.node.people.accounts import make_token

pytestmark = pytest.mark.django_db
WALKS = 8
FACTS = st.fixed_dictionaries(
    {
        "said": st.sampled_from([("emergency", "stored-data"), ("normal", "emergency"),
                                 ("urgent", "emergency"), ("emergency", "preservation"),
                                 ("emergency", "emergency")]),
        "hours": st.sampled_from([0, 2, 30]),
        "assigned": st.booleans(),
        "raised": st.booleans(),
        "restricted": st.booleans(),
        "seen": st.booleans(),
    }
)  # fmt: skip


def item_of(page: str, case: str) -> str:
    """Return the row of a case on a page of work items."""
    rows = [row for row in page.split('<li class="item')[1:] if case in row]
    assert rows, "it stands there"
    return rows[0].partition("</li>")[0]


def faces(office: DeskOffice, case: str, *, acknowledged: bool) -> dict[str, bool]:
    """Return of each face whether it shows the case as an emergency that is critical."""
    client = signed_in(office, "case")
    token = make_token("case", label="test", at=now(), by="test")
    program = Client(headers={"host": "localhost", "authorization": f"Bearer {token}"})
    mine, desk = client.get("/my-work").text, client.get("/watch").text
    row = item_of(mine, case)
    api: dict[str, Any] = program.get("/api/v1/work-items?severity=critical").json()
    watch: dict[str, Any] = program.get("/api/v1/watch").json()
    head = client.get(f"/cases/{case}").text.partition("</header>")[2]
    bell = client.get("/duty/waiting").json()
    shown = case in desk.partition('class="alarm"')[2].partition("</section>")[0]
    return {
        "my work": row.startswith(" critical") and 'class="tag emergency"' in row,
        "my work's section": f"{'Critical'}" in mine and case in mine.partition("s-mine")[0],
        "duty desk": shown or item_of(desk, case).startswith(" critical"),
        "duty desk's alarm": acknowledged or 'class="alarm"' in desk,
        "no all-clear": "No open work items" not in desk,
        "case": "Emergency" in head and bool(re.search(r"critical", head, re.IGNORECASE)),
        "api": any(one["case"] == case and one["emergency"] for one in api["items"]),
        "comity watch": watch["severity"] == "critical",
        "alert": any(
            one["case"] == case and one["emergency"] and one["severity"] == "critical"
            for one in watch["alerts"]
        ),
        "bell": acknowledged or (bell["waiting"] > 0 and bell["severity"] == "critical"),
    }


@settings(
    max_examples=WALKS, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
@given(told=FACTS)
def test_an_emergency_shows_as_one_on_every_face(office: DeskOffice, told: dict[str, Any]) -> None:
    talk = Asked(office, world_of(office))
    talk._at = now() - timedelta(hours=told["hours"])
    talk.ask(*told["said"])
    case = Conversation.objects.get(digest=talk._known[0].content).case
    if told["restricted"]:
        CaseAccess.objects.create(case=case, openness=CaseAccess.Openness.RESTRICTED)
    if told["assigned"] or told["restricted"]:
        case_access.assign(case, office.people["case"], at=now(), by="case")
    if told["raised"] or told["seen"]:
        escalation.settle(alarm_causes.causes(office.node, now()), at=now())
    if told["seen"]:
        for alarm in Alarm.objects.filter(acknowledged_at=None, ended_at=None):
            escalation.acknowledge(alarm.pk, officer=office.people["case"], at=now())
    found = faces(office, case, acknowledged=told["seen"])
    assert [face for face, is_so in found.items() if not is_so] == []
