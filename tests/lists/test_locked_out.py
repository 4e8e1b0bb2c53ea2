"""Who cannot sign in: the lock is shown and opened, and a password that was set is a first one."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.cli.people.user import ROLES, password
from comity.node.core.clock import now, real_now
from comity.node.models import AuditRow, Officer
from comity.node.people.access import staff
from comity.node.people.signin import failures, passwords

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]


def lock(name: str) -> None:
    for _ in range(failures.ALLOWED["pair"] - 1):
        failures.failed(failures.attempt_at("192.0.2.7", name), at=real_now())
    with pytest.raises(failures.SignInLockedError):
        failures.failed(failures.attempt_at("192.0.2.7", name), at=real_now())


def test_the_page_of_a_person_shows_a_lock_and_opens_it(office: DeskOffice, desk: As) -> None:
    admin = staff.add(name="admin", role="operator", at=now(), by="test")[0]
    who = office.people["case"]
    client, path = desk(admin), f"/people/{who.identifier}"
    assert "Unlock sign-in" not in client.get(path).text
    lock("case")
    page = client.get(path).text
    assert "Locked after failed sign-ins until" in page
    assert "Unlock sign-in" in page
    assert client.post(path, {"do": "unlock"}).status_code == 302
    failures.check_open(failures.attempt_at("192.0.2.7", "case"), at=real_now())
    assert AuditRow.objects.get(action="sign-in.unlocked").actor == "admin"
    assert "Unlock sign-in" not in client.get(path).text


def test_the_screen_of_who_is_locked_says_who_can_unlock(office: DeskOffice) -> None:
    client = Client()
    wrong = {"name": "case", "password": "not this one"}
    for _ in range(failures.ALLOWED["pair"] - 1):
        client.post("/sign-in", wrong)
    answer = client.post("/sign-in", wrong)
    assert answer.status_code == 429
    assert "Your operator can unlock it" in answer.text


def test_a_password_that_the_operator_sets_is_a_first_password(office: DeskOffice) -> None:
    who = office.people["case"]
    passwords.set_password("case", "typed by the operator", at=now(), by="operator")
    assert Officer.objects.get(pk=who.pk).first_password
    told = AuditRow.objects.get(action="account.password-set")
    assert (told.actor, told.subject) == ("operator", who.identifier)
    passwords.change(
        Officer.objects.get(pk=who.pk), "a phrase of one's own", at=now(), by="case", but=None
    )
    assert not Officer.objects.get(pk=who.pk).first_password


def test_the_command_says_that_another_password_must_be_chosen(
    office: DeskOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("comity.cli.people.user.open_node", lambda folder: None)
    folder = str(office.node.config.folder)
    done = CliRunner().invoke(
        password, [folder, "case", "--password-file", "-"], input="typed by the operator\n"
    )
    assert (done.exit_code, done.output.strip()) == (
        0, "case must choose another password at the next sign-in",
    )  # fmt: skip


def test_the_commands_know_the_roles_of_the_page() -> None:
    assert set(ROLES) == set(Officer.Role.values)
