"""A form that was sent after the cookies were cleared: what was saved, and what was typed."""

import re
from html import unescape

from django.test import Client
from tests.security.conftest import Desk

from comity.demo.world import ASKED
from comity.node.models import UnfinishedForm

TYPED = {
    "lang": "en",
    "request-to": ASKED,
    "request-instrument": "un-2024",
    "request-urgency": "urgent",
    "request-confidential": "on",
    "subject-description": "Logs of one mailbox",
    "subject-start": "2026-01-01T00:00",
    "subject-row_kind_1": "email",
    "subject-row_service_1": "mail.example",
    "subject-row_identifier_1": "j.doe@example.za",
    "grounds-facts": "Payments were redirected.",
    "authority-name": "Court 1",
}


def labelled(page: str) -> dict[str, str]:
    """Return the entries of a page by their visible labels."""
    found = re.findall(r'<label for="typed-\d+">([^<]*)</label><textarea[^>]*>([^<]*)<', page)
    return {unescape(label): unescape(text) for label, text in found}


def test_a_signed_out_officer_is_told_what_was_saved_and_signs_in_to_go_on(desk: Desk) -> None:
    path = desk.path("new-request").replace("stored-data", "preservation")
    client = desk.browser("case")
    hidden = dict(
        re.findall(
            r'<input type="hidden" name="(saving-\w+)" value="([^"]*)">', client.get(path).text
        )
    )
    assert client.post(path, TYPED | hidden | {"saving": "auto"}).status_code == 200
    (row,) = UnfinishedForm.objects.all()
    out = Client(enforce_csrf_checks=True)
    answer = out.post(path, TYPED | hidden)
    assert answer.status_code == 403
    page = answer.text
    assert f"saved at {row.saved_at:%H:%M} UTC" in page
    (primary,) = re.findall(r'<a class="primary" href="([^"]+)">Sign in</a>', page)
    assert unescape(primary).startswith("/sign-in?next=")
    assert row.id in primary
    found = labelled(page)
    assert "Cybercrime" in found["Legal basis"]
    assert found["Urgency"] == "Urgent"
    assert found["Language of your texts"] == "English"
    assert found["Facts"] == "Payments were redirected."
    assert found["Identifier"] == "j.doe@example.za"
    assert "Your entry" not in page
    shown = [*found.values()]
    for machine in (*hidden.values(), "un-2024", "email", "on"):
        assert machine not in shown


def test_without_a_saved_form_the_officer_is_told_to_copy(desk: Desk) -> None:
    answer = Client(enforce_csrf_checks=True).post(desk.path("new-request"), TYPED)
    assert "Copy your entries below" in answer.text
    assert "saved at" not in answer.text


def test_a_form_of_another_address_than_the_node_was_told_says_both_addresses(desk: Desk) -> None:
    out = Client(enforce_csrf_checks=True)
    answer = out.post(
        desk.path("new-request"), TYPED, headers={"Origin": "https://node.example:8443"}
    )
    assert answer.status_code == 403
    assert "<h1>Wrong address</h1>" in answer.text
    assert "signed out" not in answer.text
    assert "https://node.example:8443" in answer.text
    assert "http://testserver" in answer.text
    assert labelled(answer.text)["Facts"] == "Payments were redirected."
