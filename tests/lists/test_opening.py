"""What nobody asked for is begun by the pages, and goes out as everything else does."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.docket.conftest import SENEGAL, DeskOffice

from comity.demo.world import ASKED, ASKING
from comity.exchange import approve, statement
from comity.node.cases.conversations import sections_of
from comity.node.core.clock import now
from comity.node.messages import draft_changes, drafts
from comity.node.models import Conversation, DraftRow, MessageRow, Officer, OutboxRow
from comity.node.service.handle import this_service

pytestmark = pytest.mark.django_db
type As = Callable[[Officer], Client]
INFORMATION = {
    "lang": "en",
    "to-to": ASKING,
    "information-summary": "A list of victims in your State was found.",
    "information-confidential": "on",
    "information-purpose_limit": "The protection of victims",
}
NOTE = {"lang": "en", "to-to": ASKING, "note-text": "Who keeps your watch at night?"}
FORMS = {"/new/information": INFORMATION, "/new/note": NOTE}


@pytest.fixture
def client(office: DeskOffice, desk: As) -> Client:
    return desk(office.people["case"])


def drafted(client: Client, path: str, told: dict[str, str]) -> DraftRow:
    answer = client.post(path, told)
    assert answer.status_code == 302, re.findall(r'role="alert".*?</div>', answer.text)
    row = DraftRow.objects.get()
    assert answer.headers["location"] == f"/drafts/{row.id}"
    return row


def sign(office: DeskOffice, row: DraftRow) -> None:
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


def test_the_page_that_begins_things_leads_to_both(client: Client) -> None:
    page = client.get("/new").text
    assert [path for path in FORMS if f'href="{path}"' in page] == list(FORMS)
    assert "command line" not in page


def test_information_is_drafted_signed_and_sent(office: DeskOffice, client: Client) -> None:
    row = drafted(client, "/new/information", INFORMATION)
    page = client.get(f"/drafts/{row.id}").text
    assert "A list of victims in your State was found." in page
    assert client.post(f"/drafts/{row.id}/send").status_code == 409  # nobody has signed
    assert not MessageRow.objects.exists()
    sign(office, row)
    assert client.post(f"/drafts/{row.id}/send").status_code == 302
    sent = MessageRow.objects.get()
    assert (sent.type, sent.outgoing) == ("information.shared", True)
    told = sections_of(sent.record)["information"].value
    assert told == {
        "summary": {"lang": "en", "text": INFORMATION["information-summary"]},
        "confidential": True,
        "purpose_limit": {"lang": "en", "text": INFORMATION["information-purpose_limit"]},
    }
    thread = Conversation.objects.get()
    assert sorted(thread.members) == sorted([ASKED, ASKING])
    assert OutboxRow.objects.get().addressee == ASKING
    assert "Spontaneous information" in client.get(f"/cases/{thread.case}").text


def test_a_note_needs_no_signature_and_may_go_by_letter(client: Client) -> None:
    row = drafted(client, "/new/note", NOTE | {"to-to": SENEGAL})
    assert client.post(f"/drafts/{row.id}/send").status_code == 302
    sent = MessageRow.objects.get()
    assert sent.type == "consultation.note"
    assert sections_of(sent.record)["note"].value["text"]["text"] == NOTE["note-text"]
    assert Conversation.objects.get().paper


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("to", ["", ASKED, "xx/nobody", "un/secretariat"])
def test_it_goes_to_one_authority_of_another_state_that_is_known(
    client: Client, path: str, to: str
) -> None:
    answer = client.post(path, FORMS[path] | {"to-to": to})
    assert answer.status_code == 422
    assert 'href="#id_to-to"' in answer.text
    assert not DraftRow.objects.exists()


@pytest.mark.parametrize(
    ("path", "field"), [("/new/information", "information-summary"), ("/new/note", "note-text")]
)
def test_what_was_typed_stays_where_the_text_is_missing(
    client: Client, path: str, field: str
) -> None:
    answer = client.post(path, FORMS[path] | {field: ""})
    assert answer.status_code == 422
    assert f'href="#id_{field}"' in answer.text
    assert f'<option value="{ASKING}" selected>' in answer.text
    assert not DraftRow.objects.exists()


@pytest.mark.parametrize("path", FORMS)
def test_nobody_is_chosen_beforehand(client: Client, path: str) -> None:
    (choices,) = re.findall(r'<select name="to-to".*?</select>', client.get(path).text, re.DOTALL)
    assert "selected" not in choices.replace('<option value="" selected>', "")


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("who", ["auditor", "translator"])
def test_who_may_not_draft_does_not_begin_it(
    office: DeskOffice, desk: As, path: str, who: str
) -> None:
    client: Any = desk(office.people[who])
    assert client.get(path).status_code == 403
    assert client.post(path, FORMS[path]).status_code == 403
    assert not DraftRow.objects.exists()
