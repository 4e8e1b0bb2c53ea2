"""Two people change how somebody is reached at once: neither is lost without a word."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.docket.conftest import DeskOffice

from comity.cli.duty.duty import duty as duty_commands
from comity.node.core.clock import now
from comity.node.core.notice_channels import NoticeAddressError
from comity.node.duty import roster_store
from comity.node.duty.roster_store import ContactChangedError, version_of
from comity.node.models import AuditRow, Officer, Reached

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]


@pytest.fixture
def officer(office: DeskOffice) -> str:
    """Return somebody who is reached in two ways."""
    identifier = office.people["case"].identifier
    change(identifier, email="lan@duty.example", phone="+84 24 3825 0001")
    return identifier


def change(officer: str, **told: Any) -> Reached:
    return roster_store.set_reached(officer, **told, by="x", at=now())


def stands(officer: str) -> tuple[str, str, str, bool]:
    row = Reached.objects.get(officer=officer)
    return row.email, row.phone, row.other_phone, row.head


def test_what_is_not_named_stays_as_it_is_by_then(officer: str) -> None:
    change(officer, other_phone="+84 24 3825 0002")
    change(officer, head=True)
    change(officer, email="")
    assert stands(officer) == ("", "+842438250001", "+842438250002", True)


def test_whoever_read_another_version_changes_nothing(officer: str) -> None:
    seen = version_of(Reached.objects.get())
    change(officer, phone="+84 24 3825 0003")
    audited = AuditRow.objects.filter(action="duty.contact-set").count()
    with pytest.raises(ContactChangedError):
        change(officer, email="minh@duty.example", seen=seen)
    assert stands(officer) == ("lan@duty.example", "+842438250003", "", False)
    assert AuditRow.objects.filter(action="duty.contact-set").count() == audited
    change(officer, email="minh@duty.example", seen=version_of(Reached.objects.get()))
    assert stands(officer)[0] == "minh@duty.example"


def test_whoever_read_that_nothing_is_kept_changes_nothing_once_something_is(
    office: DeskOffice,
) -> None:
    identifier = office.people["approver"].identifier
    change(identifier, phone="+84 24 3825 0004", seen="none")
    with pytest.raises(ContactChangedError):
        change(identifier, phone="+84 24 3825 0005", seen="none")


def test_a_wrong_address_changes_nothing_else_either(officer: str) -> None:
    with pytest.raises(NoticeAddressError):
        change(officer, head=True, email="no address")
    assert stands(officer)[3] is False


@pytest.fixture
def duty(office: DeskOffice) -> Officer:
    """Return who may change it."""
    found = office.people["approver"]
    Officer.objects.filter(pk=found.pk).update(role="duty")
    found.refresh_from_db()
    return found


def test_the_page_says_what_stands_now_and_keeps_what_was_typed(
    officer: str, duty: Officer, desk: As
) -> None:
    client, address = desk(duty), f"/duty/contacts/{officer}"
    seen = version_of(Reached.objects.get())
    assert f'name="seen" value="{seen}"' in client.get(address).text
    change(officer, phone="+84 24 3825 0006")
    typed = {"email": "mine@duty.example", "phone": "", "other_phone": "", "seen": seen}
    for told in (typed, {**typed, "seen": ""}):
        answer = client.post(address, told)
        assert answer.status_code == 422
        assert "Another person changed this since you opened it" in answer.text
        assert "+842438250006" in answer.text
        assert "mine@duty.example" in answer.text
        assert stands(officer)[:2] == ("lan@duty.example", "+842438250006")
    newer = version_of(Reached.objects.get())
    assert f'name="seen" value="{newer}"' in client.post(address, typed).text
    assert client.post(address, {**typed, "seen": newer}).status_code == 302
    assert stands(officer) == ("mine@duty.example", "", "", False)


def test_programs_change_what_they_name_and_are_refused_by_code(
    officer: str, duty: Officer, api: As
) -> None:
    client, address = api(duty), f"/api/v1/duty/contacts/{officer}"
    version = client.get(address).json()["version"]
    told = {"phone": "+84 24 3825 0007"}
    found = client.post(address, told, content_type="application/json").json()
    assert (found["email"], found["phone"]) == ("lan@duty.example", "+842438250007")
    assert found["version"] != version
    late = {"head": True, "seen": version}
    answer = client.post(address, late, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "contact-changed")
    assert stands(officer)[3] is False


def test_the_command_is_one_call_that_reads_nothing_before(
    officer: str, duty: Officer, api: As, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[tuple[str, dict[str, Any]]] = []
    client = api(duty)

    class Session:
        """The command's way to the node, which is this process."""

        def call(self, method: str, path: str, told: dict[str, Any]) -> Any:
            assert method == "POST"
            calls.append((path, told))
            return client.post(f"/api/v1{path}", told, content_type="application/json").json()

    monkeypatch.setattr("comity.cli.office.session", lambda _url, _file: Session())
    token = tmp_path / "token"
    token.write_text("x")
    words = ["set", officer, "--other-phone", "+84 24 3825 0008", "--node", "http://localhost"]
    done = CliRunner().invoke(duty_commands, ["contact", *words, "--token-file", str(token)])
    assert (done.exit_code, done.output.count("+842438250008")) == (0, 1)
    assert calls == [(f"/duty/contacts/{officer}", {"other_phone": "+84 24 3825 0008"})]
    assert stands(officer) == ("lan@duty.example", "+842438250001", "+842438250008", False)
