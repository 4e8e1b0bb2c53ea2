"""Mail over the API: kept whole, read, and written down by a person."""

import hashlib

import pytest
from tests.api.nodes import Office, eventually, preservation_request, text
from tests.paper.papers import SENEGAL, letter, request_sections, taken_in

NOWHERE = "sha256:" + "0" * 64
DATED = "2026-03-02T00:00:00Z"


def wanted(**more: object) -> dict[str, object]:
    """Return a transcript that opens a conversation."""
    told = {"type": "request.submitted", "author": SENEGAL, "sections": request_sections()}
    return {**told, **more}


def test_an_original_is_kept_byte_for_byte_and_told_with_its_claims(office: Office) -> None:
    data = letter(subject="kept")
    made = taken_in(office, data)
    digest = hashlib.sha256(data).hexdigest()
    assert (made["state"], made["original"]) == ("received", f"sha256:{digest}")
    read = office.ok("approver", "GET", f"/mail/{made['item']}")["reading"]
    claims = {one["name"]: one["value"] for one in read["original"]["claims"]}
    assert claims["subject"] == "kept"
    fields = {one["field"]: one["value"] for row in read["proposals"] for one in row["proposals"]}
    assert fields["requesting.reference"] == "DKR-44/2026"


def test_what_is_taken_out_is_never_rendered_and_is_audited(office: Office) -> None:
    page = b"<!doctype html><script>alert(1)</script>"
    made = taken_in(office, page, name="page.html")
    answer = office.call("approver", "GET", f"/originals/{made['original']}")
    assert answer.content == page
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    disposition = answer.headers["content-disposition"]
    assert disposition.startswith("attachment; ")
    assert disposition.endswith('.bin"')
    assert office.call("author", "GET", f"/originals/sha256:{'0' * 64}").status_code == 404


@pytest.mark.parametrize(
    ("data", "told", "code"),
    [
        (b"", {}, "original-size"),
        (b"x" * (32 * 1024 * 1024 + 1), {}, "original-size"),
        (b"x", {"channel": "pigeon"}, "request-malformed"),
        (b"x", {"received_at": "yesterday"}, "request-malformed"),
        (b"x", {"authority": "nobody"}, "docket-malformed"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_code_and_not_kept(
    office: Office, data: bytes, told: dict[str, str], code: str
) -> None:
    query = {"name": "a", "channel": "post", "sender": "b", **told}
    answer = office.call("author", "POST", "/mail", content=data, params=query)
    assert answer.status_code == 422
    assert answer.json()["code"] == code


def test_a_dry_run_says_what_would_be_and_records_nothing(office: Office) -> None:
    item = taken_in(office)["item"]
    told = wanted(dry_run=True, sections=request_sections("stored-data"))
    seen = office.ok("author", "POST", f"/mail/{item}/transcript", json=told)
    assert (seen["recorded"], seen["conversation"]) == (False, "")
    assert (seen["before"], seen["state"]) == ("new", "submitted")
    assert seen["missing"] == ["grounds"]
    [part] = seen["findings"]["instruments"]
    assert part["instrument"] == "untoc-2000"
    assert part["findings"]
    assert office.ok("author", "GET", f"/mail/{item}")["mail"]["state"] == "received"
    assert office.call("author", "GET", f"/cases/{seen['case']}").status_code == 404


def test_mail_is_written_down_once_read_and_leaves_the_list(office: Office) -> None:
    item = taken_in(office, dated=DATED)["item"]
    assert item in {one["item"] for one in office.ok("author", "GET", "/mail")["mail"]}
    made = office.ok("author", "POST", f"/mail/{item}/transcript", json=wanted())
    assert made["recorded"]
    [thread] = office.ok("author", "GET", f"/cases/{made['case']}")["conversations"]
    [event] = thread["timeline"]
    assert (event["on_paper"], event["channel"], event["proved_at"]) == (True, "e-mail", None)
    assert event["sent_at"].startswith("2026-03-02")
    mail = office.ok("author", "GET", f"/mail/{item}")["mail"]
    assert (mail["state"], mail["case"], mail["original"]) == (
        "transcribed",
        made["case"],
        event["originals"][0],
    )
    assert item not in {one["item"] for one in office.ok("author", "GET", "/mail")["mail"]}


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"author": None}, "transcript-place"),
        ({"author": "fr/parquet"}, "party-unknown"),
        ({"type": "request.accepted"}, "transcript-illegal"),
        ({"case": "1999-000001"}, "transcript-illegal"),
        ({"type": "request.closed", "sections": {}, "conversation": NOWHERE}, "not-here"),
    ],
)
def test_what_does_not_fit_is_refused_and_the_mail_still_waits(
    office: Office, told: dict[str, object], code: str
) -> None:
    item = taken_in(office)["item"]
    answer = office.call("author", "POST", f"/mail/{item}/transcript", json=wanted(**told))
    assert answer.json()["code"] == code
    assert office.ok("author", "GET", f"/mail/{item}")["mail"]["state"] == "received"


def test_a_call_is_written_down_without_a_file(office: Office) -> None:
    sent = office.say(preservation_request(SENEGAL))
    told = {
        "type": "request.acknowledged",
        "sections": {},
        "channel": "phone",
        "received_at": DATED,
        "remark": text("Madame Diop said that the letter lies before her."),
    }
    path = f"/conversations/{sent['conversation']}/transcript"
    made = office.ok("author", "POST", path, json=told)
    assert (made["state"], made["missing"]) == ("acknowledged", ["acknowledgement"])


def test_mail_is_set_aside_with_reasons_and_then_cannot_be_written_down(office: Office) -> None:
    item = taken_in(office)["item"]
    aside = office.ok("author", "POST", f"/mail/{item}/set-aside", json={"reasons": text("Spam")})
    assert aside["state"] == "set-aside"
    answer = office.call("author", "POST", f"/mail/{item}/transcript", json=wanted())
    assert answer.json()["code"] == "docket-act-illegal"


def test_a_message_of_ours_waits_until_somebody_says_that_it_was_posted(office: Office) -> None:
    sent = office.say(preservation_request(SENEGAL))
    waiting = office.ok("author", "GET", "/outbox")["queued"]
    assert sent["record"] in {one["record"] for one in waiting}
    told = {"channel": "courier", "to": "Dakar", "posted_at": DATED, "tracking": "SN1"}
    letter_ = office.ok("author", "POST", f"/messages/{sent['content']}/posted", json=told)
    assert (letter_["state"], letter_["case"]) == ("posted", sent["case"])
    after = office.ok("author", "GET", "/outbox")
    assert sent["record"] not in {one["record"] for one in after["queued"] + after["dead"]}
    again = office.call("author", "POST", f"/messages/{sent['content']}/posted", json=told)
    assert again.json()["code"] == "docket-rule"
    back = office.ok(
        "author", "POST", f"/letters/{letter_['item']}/came-back", json={"reasons": text("Moved")}
    )
    assert back["state"] == "came-back"
    assert eventually(
        lambda: (
            sent["record"]
            in {one["record"] for one in office.ok("author", "GET", "/outbox")["queued"]}
        )
    )
