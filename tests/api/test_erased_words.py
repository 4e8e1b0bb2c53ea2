"""What is erased is nowhere: no file of the node holds a word of it, and no search finds it."""

import io
import os
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.api.nodes import Office, Pair, eventually, preservation_request, text

KEY = {"Idempotency-Key": f'"{os.urandom(16).hex()}"'}
PLACES = ("subject", "facts", "note", "mail", "name", "draft", "reason")


@pytest.fixture
def words() -> dict[str, str]:
    """Return a word for each place, which occurs nowhere else."""
    return {place: f"{os.urandom(9).hex()}{place[:2]}" for place in PLACES}


def ended_case(office: Office, words: dict[str, str]) -> str:
    """Return a case that is over, in which every word stands somewhere."""
    body = preservation_request()
    sections = body["sections"]
    sections["request"] |= {"measure": "stored-data", "urgency": "normal"}
    sections["subject"]["description"] = text(f"Mailbox of {words['subject']}")
    sections["grounds"]["facts"] = text(f"Payments to {words['facts']}.")
    sent = office.say(body)
    case = str(sent["case"])
    slip = {"to": "Unit 3", "task": text(f"Ask {words['note']}."), "due": None}
    item = docket(office, "referral.sent", slip, case=case)["item"]
    docket(office, "referral.accepted", {"owner": "A", "reference": None, "due": None}, item=item)
    docket(office, "referral.done", {"result": text("Done"), "reference": None}, item=item)
    query = {"name": f"{words['name']}.eml", "channel": "e-mail", "sender": "x", "case": case}
    letter = f"From: x\r\n\r\n{words['mail']}\r\n".encode()
    mail = office.ok("author", "POST", "/mail", params=query, content=letter)["item"]
    office.ok("author", "POST", f"/mail/{mail}/set-aside", json={"reasons": text("Read.")})
    draft = {"type": "request.status-asked", "conversation": sent["conversation"]}
    draft |= {"sections": {"note": {"text": text(f"About {words['draft']}")}}}
    made = office.ok("author", "POST", "/drafts", json=draft, headers=KEY)
    assert words["draft"] in office.call("author", "POST", "/drafts", json=draft, headers=KEY).text
    office.ok("author", "DELETE", f"/drafts/{made['id']}")
    over = {"type": "request.withdrawn", "conversation": sent["conversation"]}
    office.say({**over, "sections": {"note": {"text": text("Not needed.")}}})
    return case


def docket(office: Office, act: str, said: Any, *, who: str = "author", **more: Any) -> Any:
    path = f"/docket/{more.pop('item')}" if "item" in more else "/docket"
    return office.ok(who, "POST", path, json={"act": act, "said": said, **more})


def exported(office: Office, case: str, reason: str) -> str:
    """Return a bundle that was made of a case."""
    asked = {"case": case, "purpose": "proceedings", "papers": "", "reason": reason}
    made = str(office.ok("author", "POST", "/exports", json=asked)["id"])
    ready = lambda: office.ok("author", "GET", f"/exports/{made}")["stage"] == "ready"  # noqa: E731
    eventually(ready)
    return made


def holding(folder: Path, words: dict[str, str]) -> dict[str, set[str]]:
    """Return which files hold which words; the index leaves out beginnings that terms share."""
    found: dict[str, set[str]] = {}
    for path in (one for one in folder.rglob("*") if one.is_file()):
        data = path.read_bytes()
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                data += b"".join(archive.read(one) for one in archive.namelist())
        for place, word in words.items():
            if word[6:].encode() in data:
                found.setdefault(place, set()).add(path.name)
    return found


def is_removed(office: Office, subject: str) -> bool:
    with closing(sqlite3.connect(office.process.config.database_file, timeout=30)) as link:
        row = link.execute(
            "select done_at from node_erasure where subject = ?", (subject,)
        ).fetchone()
        return row is not None and row[0] is not None


def found_by(office: Office, word: str) -> int:
    return len(office.ok("author", "GET", "/search", params={"q": word})["found"])


def test_no_file_holds_a_word_that_was_erased(pair: Pair, words: dict[str, str]) -> None:
    office, folder = pair.asking, pair.asking.process.config.folder
    case = ended_case(office, words)
    bundle = exported(office, case, words["reason"])
    assert holding(folder, words).keys() == set(PLACES), "the scan finds what is there"
    assert all(found_by(office, words[place]) for place in ("subject", "facts", "note", "name"))

    said = {"record_class": "case-without-outcome", "subject": f"case:{case}"}
    told = {**said, "reasons": text("Period over.")}
    review = docket(office, "review.ordered", told, who="approver", case=case)
    entry = {"entry": review["entries"][-1]["digest"], "remark": None}
    docket(office, "review.destroyed", entry, item=review["item"])

    assert not any(found_by(office, word) for word in words.values())
    assert office.call("author", "GET", f"/exports/{bundle}/file").status_code >= 400
    eventually(lambda: is_removed(office, f"case:{case}"))
    assert holding(folder, words) == {}
    with closing(sqlite3.connect(office.process.config.database_file, timeout=30)) as link:
        kept = link.execute("select count(*), count(answer) from node_repeatedcall").fetchone()
    assert kept == (1, 0), "what a caller would be told again is sealed, so the scan cannot see it"
