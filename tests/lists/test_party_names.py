"""A party is named on pages by its State: no code of two letters stands alone."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.exchange.makers import VN, ZA, World
from tests.speed.test_budget import Talk

import comity.node
from comity.node.core.clock import now
from comity.node.duty import alarm_causes, escalation
from comity.node.models import Alarm, Officer
from comity.node.web.story_names import party_html, party_text

NODE: Final = Path(comity.node.__file__).parent
RAW: Final = re.compile(r"\{\{ ?(?:\w+\.)*(?:party|opener|addressee|vouched) ?\}\}")
NAMED_BESIDE: Final = {
    "web/templates/web/base.html": "the title of the window names the node",
    "web/templates/web/not_offered.html": "named by the view",
    "case_file/pages/templates/case_file/cases.html": "the value of a choice",
    "case_file/pages/templates/case_file/delivery_notice.html": "in a command that is typed",
    "court/pages/templates/court/exports.html": "named by `with`",
    "evidence/pages/templates/evidence/destroy.html": "named by `with`",
    "evidence/pages/templates/evidence/timeline.html": "named by `with`",
    "authorities/pages/templates/authorities/list.html": "beside its State",
    "authorities/pages/templates/authorities/one.html": "beside its State",
    "authorities/pages/templates/authorities/treaties/state.html": "on the page of its State",
    "accounts/pages/templates/accounts/me.html": "read by a script",
}


def test_no_template_shows_the_code_of_a_party_alone() -> None:
    found = {
        str(path.relative_to(NODE))
        for path in NODE.rglob("*.html")
        if "setup_wizard" not in path.parts and RAW.search(path.read_text("utf-8"))
    }
    assert found == set(NAMED_BESIDE)


@pytest.mark.django_db
def test_alarms_name_the_state_that_they_are_about(
    office: DeskOffice, desk: Callable[[Officer], Client]
) -> None:
    talk = Talk(office, World(VN, ZA, mode=office.node.config.mode))
    talk.say("request.submitted")
    escalation.settle(alarm_causes.causes(office.node, now()), at=now())
    row, client = Alarm.objects.get(kind="request-in"), desk(office.people["case"])
    for page in ("/duty", "/duty/alarms", f"/duty/alarms/{row.pk}"):
        main = client.get(page).text.partition("<main")[2]
        assert "Viet Nam" in main, page
        assert VN not in main, page


@pytest.mark.django_db
def test_a_party_is_shown_with_the_name_of_its_state(office: DeskOffice) -> None:
    del office
    assert party_html("za/mla") == '<bdi>South Africa</bdi> <bdi dir="ltr">za/mla</bdi>'
    assert party_text("za/mla") == "South Africa · za/mla"
    assert party_html("<b>") == '<bdi dir="ltr">&lt;b&gt;</bdi>'
