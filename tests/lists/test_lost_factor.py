"""A lost second factor: taken away by somebody else who has made sure who asks, never alone."""

from collections.abc import Callable

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.webauthn.internal.auth import WebAuthn
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.node.duty import notice_delivery
from comity.node.models import AuditRow, DeskSession, Officer
from comity.node.people.access import staff
from comity.node.people.signin import factors

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]
FORM = 'name="do" value="factors"'
SURE = {"do": "factors", "sure": "yes"}


@pytest.fixture
def lost(office: DeskOffice) -> Officer:
    found = staff.add(name="linh", role="case", at=office.at, by="x")[0]
    WebAuthn.add(found.user, "telephone", {})
    RecoveryCodes.activate(found.user)
    return found


def path_of(officer: Officer) -> str:
    return f"/people/{officer.identifier}"


def reset_rows() -> list[tuple[str, str]]:
    return list(AuditRow.objects.filter(action="factor.reset").values_list("actor", "subject"))


def test_all_factors_go_and_the_sessions_end(
    office: DeskOffice, desk: SignedIn, lost: Officer
) -> None:
    by, theirs = desk(office.people["approver"]), desk(lost)
    assert theirs.get("/me").status_code == 200
    assert FORM in by.get(path_of(lost)).text
    answer = by.post(path_of(lost), SURE, follow=True)
    assert answer.status_code == 200
    assert factors.factors_of(lost.user) == []
    assert FORM not in answer.text
    assert not DeskSession.objects.filter(user=lost.user_id).exists()
    assert theirs.get("/me").status_code == 302
    name = office.people["approver"].user.get_username()
    assert reset_rows() == [(name, lost.identifier)]


def test_without_mail_the_page_says_that_the_person_has_to_be_told(
    office: DeskOffice, desk: SignedIn, lost: Officer
) -> None:
    answer = desk(office.people["approver"]).post(path_of(lost), SURE, follow=True)
    assert "Inform them yourself" in answer.text


def test_with_a_mail_it_does_not(
    office: DeskOffice, desk: SignedIn, lost: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = list[str]()

    def tell(_config: object, officer: Officer, **_more: object) -> bool:
        told.append(officer.identifier)
        return True

    monkeypatch.setattr(notice_delivery, "tell_factors_removed", tell)
    answer = desk(office.people["approver"]).post(path_of(lost), SURE, follow=True)
    assert "Inform them yourself" not in answer.text
    assert told == [lost.identifier]


@pytest.mark.parametrize("sure", ["", "no", "on"])
def test_who_has_not_made_sure_takes_nothing_away(
    office: DeskOffice, desk: SignedIn, lost: Officer, sure: str
) -> None:
    client = desk(office.people["approver"])
    answer = client.post(path_of(lost), {"do": "factors", "sure": sure})
    assert answer.status_code == 422
    assert "after checking their identity" in answer.text
    assert len(factors.factors_of(lost.user)) == 2
    assert reset_rows() == []


def test_nobody_takes_the_own_away(office: DeskOffice, desk: SignedIn) -> None:
    mine = office.people["approver"]
    WebAuthn.add(mine.user, "telephone", {})
    client = desk(mine)
    assert FORM not in client.get(path_of(mine)).text
    assert client.post(path_of(mine), SURE).status_code == 422
    assert len(factors.factors_of(mine.user)) == 1


@pytest.mark.parametrize("who", ["case", "auditor"])
def test_whoever_does_not_look_after_people_may_not(
    office: DeskOffice, desk: SignedIn, lost: Officer, who: str
) -> None:
    assert desk(office.people[who]).post(path_of(lost), SURE).status_code == 403
    assert len(factors.factors_of(lost.user)) == 2


def test_who_has_no_factor_has_no_button(office: DeskOffice, desk: SignedIn) -> None:
    assert FORM not in desk(office.people["approver"]).get(path_of(office.people["case"])).text
