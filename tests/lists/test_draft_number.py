"""Pages and the command show one number for one draft, to whoever is about to sign it."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.lists.test_paging import draft

from comity.cli import main
from comity.exchange import approve, statement
from comity.node.core.clock import now
from comity.node.messages import draft_changes, drafts
from comity.node.models import DraftRow, Officer
from comity.node.service.handle import this_service

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]
type Run = Callable[..., Any]
HERE = ("--node", "https://x.example")
KEPT = "Mailbox of the suspect"


def shown(client: Client, address: str) -> str:
    (digits,) = re.findall(r'<p class="digits" dir="ltr">(.*?)</p>', text(client, address))
    return " ".join(re.findall(r"<span>(\d{5})</span>", digits))


def text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def run(office: DeskOffice, api: As, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Run ``comity approve`` on an officer's own machine, before this very node."""
    folder = office.place.config.folder.parents[1] / "officers" / "za-contact-point"
    token = tmp_path / "token"
    token.write_text("x", "ascii")

    def done(who: str, row: DraftRow, *more: str) -> Any:
        role, client = {"case": "author", "approver": "approver"}[who], api(office.people[who])

        class Session:
            def get(self, path: str) -> Any:
                return client.get(f"/api/v1{path}").json()

            def post(self, path: str, value: Any) -> Any:
                answer = client.post(f"/api/v1{path}", value, content_type="application/json")
                assert answer.status_code == 201, answer.text
                return answer.json()

        monkeypatch.setattr("comity.cli.office.session", lambda url, file: Session())
        file = {"author": "first", "approver": "second"}[role]
        keys = (
            "--key",
            f"{folder}/{file}.json",
            "--certificate",
            f"{folder}/{file}.certificate.json",
        )
        result = CliRunner().invoke(
            main,
            ["approve", row.id, "--role", role, *HERE, *keys, "--token-file", str(token), *more],
        )
        assert result.exit_code == 0, result.output
        return result

    return done


def test_author_approver_another_load_and_the_command_line_agree(
    office: DeskOffice, desk: As, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = draft(office, 1, KEPT)
    address = f"/drafts/{row.id}"
    first, second = desk(office.people["case"]), desk(office.people["approver"])
    number = shown(first, address)
    later = now() + timedelta(hours=2)
    monkeypatch.setattr("comity.node.compose.pages.drafts.now", lambda: later)
    assert shown(first, address) == number
    assert shown(desk(office.people["case"]), address) == number
    assert shown(second, address) == number
    for who in ("case", "approver"):
        assert f"message fingerprint: {number}\n" in run(who, row, "--dry-run").stdout
        told = json.loads(run(who, row, "--dry-run", "--json").stdout)
        assert told == {"draft": row.id, "number": number, "signed": False}


def test_it_stays_while_signatures_are_added_and_the_command_tells_what_it_signed(
    office: DeskOffice, desk: As, run: Run
) -> None:
    row = draft(office, 1, KEPT)
    client = desk(office.people["approver"])
    number = shown(client, f"/drafts/{row.id}")
    told = json.loads(run("case", row, "--yes", "--json").stdout)
    assert (told["signed"], told["number"]) == (True, number)
    assert shown(client, f"/drafts/{row.id}") == number


def test_a_text_with_one_other_letter_has_another_number(
    office: DeskOffice, desk: As, run: Run
) -> None:
    """The same draft, with the same salts, whose text was changed in the node's database."""
    row = draft(office, 1, KEPT)
    client, address = desk(office.people["approver"]), f"/drafts/{row.id}"
    number = shown(client, address)
    sections = drafts.sections_of_draft(row)
    value = sections["subject"].value
    value["description"]["text"] = KEPT.replace("suspect", "suspekt")
    changed = type(sections["subject"])(sections["subject"].salt, value)
    row.fields["body"]["subject"] = changed.commitment
    row.sections["subject"] = changed.to_value()
    row.save()
    assert shown(client, address) != number
    assert number not in run("approver", row, "--dry-run").stdout


def test_no_number_holds_what_is_an_officers_own(office: DeskOffice, desk: As) -> None:
    """What a passkey signs names role, certificate and hour: no two could compare it."""
    row = draft(office, 1, KEPT)
    page = text(desk(office.people["approver"]), f"/drafts/{row.id}")
    assert "Your passkey signs this number" not in page
    assert page.count('<p class="digits"') == 1


def test_the_second_signature_is_for_the_number_of_the_first(office: DeskOffice, desk: As) -> None:
    row = draft(office, 1, KEPT)
    number = shown(desk(office.people["case"]), f"/drafts/{row.id}")
    person, mode = office.place.officers["author"], office.node.config.mode
    data = statement(
        drafts.draft_of(row),
        mode=mode,
        certificate=person.certificate,
        role="author",
        expires_at=now() + timedelta(hours=1),
    )
    approval = approve(data, person.key, person.certificate, mode=mode)
    draft_changes.add_approval(this_service(), row.id, approval, by="case")
    sent = draft_changes.send(this_service(), row.id, by="case")
    page = desk(office.people["approver"])
    assert shown(page, f"/messages/{sent.record}/second") == number
