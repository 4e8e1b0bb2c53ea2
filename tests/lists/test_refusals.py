"""What partners refused for good stands on a page, in the API and in a command, with a way on."""

from collections.abc import Callable

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.work.bringing import bring

from comity.node.core.clock import now
from comity.node.health.checks import Check
from comity.node.health.pages import views
from comity.node.models import AuditRow, Officer, Refusal
from comity.node.models.people import SIGNED
from comity.node.people.signin.sessions import PASSWORD
from comity.node.service.handle import this_service

pytestmark = pytest.mark.django_db
Desk = Callable[[Officer], Client]
TITLE = "Refusals by partners&#x27; systems"


def refused(job: str) -> Refusal:
    return Refusal.objects.create(
        job=job, party="vn/contact-point", fault="partner-refused: not-for-us", since=now()
    )


def test_a_person_sees_what_was_refused_and_lets_it_be_asked_again(
    office: DeskOffice, desk: Desk, api: Desk
) -> None:
    page, program = desk(office.people["case"]), api(office.people["case"])
    assert TITLE not in page.get("/health").text
    row = refused("poll")
    shown = page.get("/health").text
    assert TITLE in shown
    assert "Retrieve queued messages" in shown
    assert "Addressed to another authority." in shown
    bring(this_service().node, now())
    assert "Request refused by a partner&#x27;s system" in page.get("/watch").text

    (told,) = program.get("/api/v1/health").json()["refusals"]
    assert (told["id"], told["job"], told["party"]) == (row.pk, "poll", "vn/contact-point")
    answer = page.post(f"/health/refusals/{row.pk}/retry", follow=True)
    assert "Retrying now." in answer.text
    assert not Refusal.objects.exists()
    assert AuditRow.objects.filter(action="refusal.retried", detail="poll").count() == 1

    other = refused("witness")
    address = f"/api/v1/refusals/{other.pk}/retry"
    assert program.post(address).json()["job"] == "witness"
    assert program.post(address).status_code == 404


def test_a_health_page_with_a_check_that_has_no_result_does_not_say_ok(
    office: DeskOffice, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = desk(office.people["case"])
    good, unknown = Check("readers", "good"), Check("witness", "unknown")
    monkeypatch.setattr(views, "checks", lambda *_, **__: (good, unknown))
    shown = page.get("/health").text
    assert (
        "<b>Not fully checked.</b> 1 check passed. 1 check has no result: Witness of the log."
        in shown
    )
    monkeypatch.setattr(views, "checks", lambda *_, **__: (good,))
    assert "<b>OK.</b> 1 check passed.</p>" in page.get("/health").text


def test_the_operator_is_told_what_to_do_and_not_whom_to_ask(
    office: DeskOffice, desk: Desk, api: Desk
) -> None:
    other = office.people["case"]
    assert "Ask the operator how this node is backed up." in desk(other).get("/health").text
    other.role = "operator"
    other.save()
    shown = desk(other).get("/health").text
    assert "Make one: “comity backup" in shown
    told = {one["key"]: one["do"] for one in api(other).get("/api/v1/health").json()["checks"]}
    assert told["backup"].startswith("Make one: “comity backup")
    assert not [do for do in told.values() if "operator" in do]


def test_the_home_of_an_operator_is_system_health(office: DeskOffice, desk: Desk) -> None:
    officer = office.people["case"]
    assert '<a class="brand" href="/my-work">' in desk(officer).get("/health").text
    officer.role = "operator"
    officer.save()
    page = desk(officer)
    assert '<a class="brand" href="/health">' in page.get("/health").text
    assert page.get("/").headers["Location"] == "/health"
    refused = page.get("/my-work")
    assert refused.status_code == 403
    assert "Roles are given under People." in refused.text


def test_where_a_password_must_be_chosen_first_nothing_else_is_offered(
    office: DeskOffice, desk: Desk
) -> None:
    officer = office.people["case"]
    shown = desk(officer).get("/health").text
    assert 'class="finder"' in shown
    assert 'id="find" name="q" maxlength="200" dir="auto" autocomplete="off" placeholder="' in shown
    assert 'class="btn new"' in shown
    officer.first_password = True
    officer.save()
    browser = desk(officer)
    session = browser.session
    session[SIGNED] = {**session[SIGNED], "way": PASSWORD}
    session.save()
    answer = browser.get("/health", follow=True)
    assert answer.resolver_match.url_name in {"password", "again"}  # it is confirmed first
    assert 'class="finder"' not in answer.text
    assert 'class="btn new"' not in answer.text
