"""No form is lost when a session ends: who signs in again goes on with what was typed."""

import html
import re
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.desk.test_rights import PAGES
from tests.security.conftest import Desk

from comity.node.models import AuditRow

TYPED = "Three hours of work.\nAnd a second line <b>in</b> it."
SENT = {"reasons": TYPED, "do": "first", "ticked": ["one", "two"]}
FROM = "/watch?day=2026-03-01"
WITHOUT_TEXT = {
    "end-others", "new-passkey", "passkey-name", "remove-factor", "code-app", "recovery-codes",
    "again", "password",
}  # fmt: skip
"""Pages about how one signs in: nothing typed there may stand in a page again."""
REFERER = {"Referer": f"http://testserver{FROM}"}


def hidden(page: str, action: str = "") -> dict[str, list[str]]:
    """Return the hidden fields of the form that leads somewhere."""
    form = page.partition(f'action="{action}"')[2].partition("</form>")[0]
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', form):
        fields.setdefault(html.unescape(name), []).append(html.unescape(value))
    return fields


def signed_in(client: Client, answer: Any, role: str) -> Any:
    """Sign in on the page that an answer shows, and follow."""
    assert answer.status_code == 401, answer.status_code
    entrance = hidden(answer.text, "/sign-in")
    return client.post("/sign-in", {**entrance, "name": role, "password": PASSWORD}, follow=True)


def test_what_was_typed_on_any_page_is_there_after_signing_in(desk: Desk) -> None:
    wrong, walked = {}, set()
    for name, path, role in desk.pages():
        client = Client(raise_request_exception=False)
        answer = client.post(path, SENT, headers=REFERER)
        if answer.status_code in {404, 405} or not role:
            continue
        walked.add(name)
        page = signed_in(client, answer, role)
        if getattr(PAGES[name][1], "restores", False):  # the form itself: the browsers' tests
            assert page.redirect_chain[0] == (path, 302)
            continue
        shown = html.escape(TYPED).replace("&#x27;", "&#39;") in page.text
        if shown == (name in WITHOUT_TEXT) or page.status_code != 200:
            wrong[name] = page.status_code, page.redirect_chain
    assert wrong == {}
    assert len(walked) > 60


def test_it_is_sent_again_whole_and_then_forgotten(desk: Desk) -> None:
    client = Client()
    path = desk.path("break-glass")
    page = signed_in(client, client.post(path, {"reason": TYPED}, headers=REFERER), "case")
    assert page.redirect_chain[-1][0] == "/kept"
    again = hidden(page.text, path)
    assert again["reason"] == [TYPED]
    assert not AuditRow.objects.filter(action="case.glass").exists()
    assert client.post(path, again).status_code in {302, 422}
    assert client.get("/kept").headers["Location"] == "/"


def test_every_choice_and_tick_is_sent_again(desk: Desk) -> None:
    client = Client()
    path = desk.path("set-aside")
    page = signed_in(client, client.post(path, SENT, headers=REFERER), "case")
    again = hidden(page.text, path)
    del again["csrfmiddlewaretoken"], again["kept-done"]
    assert again == {"reasons": [TYPED], "do": ["first"], "ticked": ["one", "two"]}


def test_who_does_not_want_it_goes_back_to_the_page(desk: Desk) -> None:
    client = Client()
    signed_in(client, client.post(desk.path("set-aside"), SENT, headers=REFERER), "case")
    assert client.post("/kept").headers["Location"] == FROM
    assert client.get("/kept").headers["Location"] == "/"


def test_a_form_of_another_site_leads_nowhere_else(desk: Desk) -> None:
    for told in ("https://evil.example/watch", "https://evil.example//testserver/x", "", "\\"):
        client = Client()
        answer = client.post(desk.path("set-aside"), SENT, headers={"Referer": told})
        signed_in(client, answer, "case")
        assert client.post("/kept").headers["Location"] == "/"


def test_a_form_with_a_file_or_too_many_fields_is_shown_and_not_sent_again(desk: Desk) -> None:
    file = SimpleUploadedFile("letter.pdf", b"%PDF-1.7")
    for sent in (
        {"reasons": TYPED, "file": file},
        {"reasons": TYPED, **{f"more-{n}": "x" for n in range(200)}},
    ):
        client = Client()
        path = desk.path("set-aside")
        page = signed_in(client, client.post(path, sent, headers=REFERER), "case")
        assert html.escape(TYPED) in page.text
        assert f'action="{path}"' not in page.text
        assert "note-warn" in page.text


def test_a_button_alone_is_not_pressed_again_unseen(desk: Desk) -> None:
    client = Client()
    path = desk.path("send")
    page = signed_in(client, client.post(path, {}, headers=REFERER), "approver")
    assert page.redirect_chain[-1][0] == "/kept"
    assert f'action="{path}"' not in page.text


def test_a_password_never_stands_in_a_page(desk: Desk) -> None:
    for name, path, role in desk.pages():
        if role:
            sent = {"password": "Geheim-7341", "name": "x"}
            assert "Geheim-7341" not in Client().post(path, sent).text, name


def test_a_wrong_password_loses_nothing(desk: Desk) -> None:
    client = Client()
    answer = client.post(desk.path("set-aside"), SENT, headers=REFERER)
    entrance = hidden(answer.text, "/sign-in")
    wrong = client.post("/sign-in", {**entrance, "name": "case", "password": "not it at all"})
    assert wrong.status_code == 403
    again = hidden(wrong.text, "/sign-in")
    again["csrfmiddlewaretoken"] = entrance["csrfmiddlewaretoken"]
    assert again == entrance
