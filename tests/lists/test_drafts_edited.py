"""A draft is edited in its own form, and a form that is not handed in waits for its writer."""

import json
import re
from datetime import UTC, datetime
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from tests.api.nodes import PASSWORD
from tests.security.conftest import Desk, config, desk, inside, staff

from comity.demo.world import ASKING
from comity.node.core.clock import now
from comity.node.log import audit
from comity.node.messages.draft_editing import writers
from comity.node.models import AuditRow, DraftApproval, DraftRow, UnfinishedForm
from comity.node.people import accounts
from comity.node.privacy import erasure
from comity.node.web import unfinished_forms

__all__ = ["config", "desk", "inside", "staff"]
TYPED = {"lang": "en", "to-to": ASKING, "note-text": "Is the log of 3 March still there?"}


def note_address(desk: Desk) -> str:
    return desk.path("new-note")


def made(desk: Desk) -> DraftRow:
    """Write a note in its form."""
    answer = desk.browser("case").post(note_address(desk), TYPED)
    assert answer.status_code == 302, answer.text
    return DraftRow.objects.get(id=answer.headers["Location"].rpartition("/")[2])


def edit_link(desk: Desk, row: DraftRow, who: str = "case") -> str:
    """Return where the page of a draft leads to edit it."""
    page = desk.browser(who).get(f"/drafts/{row.id}").text
    found = re.search(r'href="([^"]+)">Edit draft', page)
    assert found, page
    return unescape(found[1])


def fields(page: str) -> dict[str, str]:
    """Return the hidden fields of a page's form."""
    found = re.findall(r'<input type="hidden" name="((?:saving|draft)-\w+)" value="([^"]*)">', page)
    return dict(found)


def colleague(desk: Desk) -> str:
    """Let somebody else of the same role work here; return their name."""
    accounts.add_person(name="colleague", role="case", password=PASSWORD, at=now(), by="x")
    return "colleague"


def words(row: DraftRow) -> Any:
    row.refresh_from_db()
    return row.sections["note"]["value"]["text"]["text"]


def actions() -> list[str]:
    return list(AuditRow.objects.values_list("action", flat=True))


def test_a_draft_reopens_as_it_was_filled_and_keeps_its_identifier(desk: Desk) -> None:
    row = made(desk)
    link = edit_link(desk, row)
    page = desk.browser("case").get(link).text
    assert TYPED["note-text"] in page
    typed = {**TYPED, **fields(page), "note-text": "And that of 4 March?"}
    answer = desk.browser("case").post(link, typed)
    assert answer.headers["Location"] == f"/drafts/{row.id}"
    assert words(row) == "And that of 4 March?"
    assert row.version == 2
    assert "And that of 4 March?" in desk.browser("case").get(edit_link(desk, row)).text
    assert actions().count("draft.edited") == 1


def test_approvals_of_the_earlier_text_end_and_are_named(desk: Desk) -> None:
    row = made(desk)
    approver = desk.people["approver"]
    DraftApproval.objects.create(
        draft=row, officer=approver.identifier, kid="k", value={"kind": "jws"}, at=now()
    )
    link = edit_link(desk, row)
    page = desk.browser("case").get(link).text
    desk.browser("case").post(link, {**TYPED, **fields(page), "note-text": "Another text."})
    assert not row.approvals.exists()
    told = AuditRow.objects.get(action="draft.approval-ended")
    assert (told.subject, told.detail) == (row.id, approver.identifier)
    assert "approver" in desk.browser("case").get(f"/drafts/{row.id}").text


def test_two_tabs_overwrite_nothing_silently(desk: Desk) -> None:
    row = made(desk)
    link = edit_link(desk, row)
    first, second = (desk.browser("case").get(link).text for _ in range(2))
    other = desk.browser(colleague(desk)).post(
        link, {**TYPED, **fields(first), "note-text": "Theirs, and longer."}
    )
    assert other.status_code == 302, other.text
    answer = desk.browser("case").post(
        link, {**TYPED, **fields(second), "note-text": "Mine, typed meanwhile."}
    )
    assert answer.status_code == 422
    assert words(row) == "Theirs, and longer."
    assert "Mine, typed meanwhile." in answer.text
    assert "colleague changed this draft" in answer.text
    again = desk.browser("case").post(
        link, {**TYPED, **fields(answer.text), "note-text": "Mine, typed meanwhile."}
    )
    assert again.status_code == 302
    assert words(row) == "Mine, typed meanwhile."


def test_who_rewrote_a_draft_is_no_second_person_for_it(desk: Desk) -> None:
    row = made(desk)
    link = edit_link(desk, row)
    other = desk.browser(colleague(desk))
    page = other.get(link).text
    other.post(link, {**TYPED, **fields(page), "note-text": "By two people."})
    assert writers(row) == {"case", "colleague"}


def test_the_letter_of_a_draft_is_previewed_and_says_that_it_is_not_signed(desk: Desk) -> None:
    row = made(desk)
    assert f"/drafts/{row.id}/letter" in desk.browser("case").get(f"/drafts/{row.id}").text
    answer = desk.browser("case").get(f"/drafts/{row.id}/letter")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")
    assert AuditRow.objects.filter(action="case.read", subject=row.case or row.id).count() == 2


def test_who_comes_too_late_for_a_draft_reads_who_closed_it(desk: Desk) -> None:
    row, other = made(desk), colleague(desk)
    first, second = desk.browser("case"), desk.browser(other)
    first.post(f"/drafts/{row.id}/discard", {"confirmed": "1"})
    for act in ("send", "discard"):
        page = second.post(f"/drafts/{row.id}/{act}", {"confirmed": "1"}, follow=True).text
        assert "<bdi>case</bdi> discarded this draft on <time" in page, act
        assert "already closed" not in page
    DraftRow.objects.filter(id=row.id).update(stage=DraftRow.Stage.QUEUED, record="sha256:5e")
    at = datetime(2026, 3, 4, 3, 7, tzinfo=UTC)
    audit.note(at=at, actor="case", action="message.queued", subject="sha256:5e")
    for act in ("send", "discard"):
        page = second.post(f"/drafts/{row.id}/{act}", {"confirmed": "1"}, follow=True).text
        found = re.search("<bdi>case</bdi> sent this draft on <time[^>]*>4 Mar 2026 03:07", page)
        assert found, act
        assert "You need not do anything." in page


def test_an_api_edit_names_the_version_it_read(desk: Desk) -> None:
    row, client = made(desk), desk.browser("case")

    def put(version: int, said: str) -> Any:
        section = {"text": {"lang": "en", "text": said}}
        return client.put(
            f"/api/v1/drafts/{row.id}",
            json.dumps({"version": version, "sections": {"note": section}}),
            content_type="application/json",
            headers=desk.token("case"),
        )

    assert put(1, "By a program.").json()["version"] == 2
    refused = put(1, "By a program that slept.")
    assert (refused.status_code, refused.json()["code"]) == (409, "draft-changed")
    assert words(row) == "By a program."


def saved(desk: Desk, who: str = "case", **more: str) -> Any:
    """Save the form of a note as the script does."""
    window = {"saving-window": str(uuid4()), "saving-key": str(uuid4()), "saving-version": "0"}
    typed = {**TYPED, **window, "saving": "auto", **more}
    return desk.browser(who).post(note_address(desk), typed)


def test_a_form_saves_itself_for_its_writer_alone(desk: Desk) -> None:
    told, other = saved(desk).json(), desk.browser(colleague(desk))
    assert re.fullmatch(r"Saved \d\d:\d\d:\d\d UTC", told["told"])
    assert TYPED["note-text"] in desk.browser("case").get(told["address"]).text
    assert TYPED["note-text"] in desk.browser("case").get("/drafts").text
    assert other.get(told["address"]).status_code == 404
    assert TYPED["note-text"] not in other.get("/drafts").text
    assert not DraftRow.objects.filter(type="consultation.note").exists()


def test_a_form_that_is_half_filled_reopens_without_reproach(desk: Desk) -> None:
    told = saved(desk, **{"to-to": ""}).json()
    page = desk.browser("case").get(told["address"]).text
    assert TYPED["note-text"] in page
    assert 'class="wrong"' not in page


def test_without_a_script_a_button_saves_and_making_the_draft_ends_the_form(desk: Desk) -> None:
    answer = saved(desk, saving="later")
    assert answer.headers["Location"] == "/drafts"
    row = UnfinishedForm.objects.get()
    page = desk.browser("case").get(note_address(desk)).text
    assert f"form={row.id}" in page, "the form that was begun is offered"
    link = f"{note_address(desk)}?form={row.id}"
    page = desk.browser("case").get(link).text
    done = desk.browser("case").post(link, {**TYPED, **fields(page)})
    assert done.status_code == 302
    assert not UnfinishedForm.objects.exists()


def test_two_windows_on_one_form_are_saved_beside_each_other(desk: Desk) -> None:
    first = saved(desk).json()
    pages = [desk.browser("case").get(first["address"]).text for _ in range(2)]
    one, two = (
        desk.browser("case").post(
            first["address"], {**TYPED, **fields(page), "saving": "auto", "note-text": text}
        )
        for page, text in zip(pages, ("The first window.", "The second window."), strict=True)
    )
    assert (one.json()["key"], one.json()["beside"]) == (first["key"], False)
    assert two.json()["beside"]
    kept = {row.fields["note-text"][0] for row in UnfinishedForm.objects.all()}
    assert kept == {"The first window.", "The second window."}


def test_a_save_that_is_sent_twice_is_one_form(desk: Desk) -> None:
    window = {"saving-window": str(uuid4()), "saving-key": str(uuid4())}
    keys = {saved(desk, **window, **{"note-text": t}).json()["key"] for t in ("One.", "Two.")}
    assert len(keys) == UnfinishedForm.objects.count() == 1


def test_a_form_is_bounded_in_size_and_number(desk: Desk, monkeypatch: Any) -> None:
    assert saved(desk, **{"note-text": "x" * 400_001}).status_code == 422
    monkeypatch.setattr(unfinished_forms, "MAX_FORMS", 2)
    assert [saved(desk).status_code for _ in range(3)] == [200, 200, 422]
    assert UnfinishedForm.objects.count() == 2


def test_a_discarded_form_comes_back_within_thirty_days(desk: Desk) -> None:
    key = saved(desk).json()["key"]
    client = desk.browser("case")
    client.post(f"/drafts/forms/{key}/discard")
    assert client.get(f"{note_address(desk)}?form={key}").status_code == 404
    assert desk.browser(colleague(desk)).post(f"/drafts/forms/{key}/restore").status_code == 404
    client.post(f"/drafts/forms/{key}/restore")
    assert client.get(f"{note_address(desk)}?form={key}").status_code == 200
    client.post(f"/drafts/forms/{key}/discard")
    unfinished_forms.expire(at=now() + unfinished_forms.RESTORABLE * 1.1)
    assert not UnfinishedForm.objects.exists()


def test_a_discarded_draft_comes_back_and_an_erased_one_does_not(desk: Desk) -> None:
    row, client = made(desk), desk.browser("case")
    client.post(f"/drafts/{row.id}/discard", {"confirmed": "1"})
    client.post(f"/drafts/{row.id}/restore")
    row.refresh_from_db()
    assert row.stage == DraftRow.Stage.AWAITING
    client.post(f"/drafts/{row.id}/discard", {"confirmed": "1"})
    erasure.erase(f"draft:{row.id}", review="r", by="x", at=now())
    client.post(f"/drafts/{row.id}/restore")
    row.refresh_from_db()
    assert (row.stage, row.form) == (DraftRow.Stage.DISCARDED, {})


@pytest.mark.parametrize("how", ["like", "from", "case"])
def test_a_form_begun_out_of_a_case_is_erased_with_it(
    desk: Desk, monkeypatch: Any, how: str
) -> None:
    case, digest = desk.names["str:number"], desk.names["str:digest"]
    address = f"/new/preservation?{how}={case if how == 'case' else digest}"
    window = {"saving-window": str(uuid4()), "saving-key": str(uuid4()), "saving": "auto"}
    answer = desk.browser("case").post(address, {"subject-description": "A name.", **window})
    assert answer.status_code == 200, answer.text
    monkeypatch.setattr(erasure, "_against_case", lambda _case: "")
    erasure.erase(f"case:{case}", review="r", by="x", at=now())
    assert not UnfinishedForm.objects.exists()


def test_a_form_begun_out_of_a_call_is_erased_with_the_call(desk: Desk) -> None:
    key = str(uuid4())
    unfinished_forms.save(
        desk.people["case"],
        unfinished_forms.Window(str(uuid4()), key, 0),
        unfinished_forms.Typed("/x", "measure:preservation", {"a": ["b"]}, ("item:call-1",)),
    )
    unfinished_forms.erase(["item:call-2"])
    assert UnfinishedForm.objects.count() == 1
    unfinished_forms.erase(["item:call-1"])
    assert not UnfinishedForm.objects.exists()
