"""Two officers sign at the same moment: both signatures are kept, audited, and enough to send."""

import json
import sqlite3
import threading
from contextlib import closing
from typing import Any

from tests.api.nodes import Office, Pair, preservation_request

ROUNDS = 20
BOTH = ("author", "approver")


def audited(office: Office, subject: str) -> list[str]:
    """Return who approved a draft, as the audit has it."""
    with closing(sqlite3.connect(office.process.config.database_file)) as link:
        rows = link.execute(
            "select actor from node_auditrow where action = 'draft.approved' and subject = ?",
            (subject,),
        )
        return sorted(actor for (actor,) in rows)


def at_once(office: Office, draft: Any, given: dict[str, Any]) -> dict[str, int]:
    """Have all officers hand in what they signed at one moment; return the statuses."""
    gate, told = threading.Barrier(len(given)), {}

    def hand_in(role: str) -> None:
        gate.wait()
        path = f"/drafts/{draft['id']}/approvals"
        told[role] = office.call(role, "POST", path, json=given[role]).status_code

    threads = [threading.Thread(target=hand_in, args=(role,)) for role in given]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    return told


def test_no_signature_is_lost_when_both_officers_sign_at_once(pair: Pair) -> None:
    office, lost = pair.asking, list[tuple[Any, ...]]()
    for number in range(ROUNDS):
        draft = office.ok("author", "POST", "/drafts", json=preservation_request())
        given = {role: office.approval(role, draft) for role in BOTH}
        told = at_once(office, draft, given)
        kept = office.ok("author", "GET", f"/drafts/{draft['id']}")["approvals"]
        roles = sorted(one["role"] for one in kept if not one["fault"])
        if (told, roles) != (dict.fromkeys(BOTH, 201), sorted(BOTH)):
            lost.append((number, told, roles))
        elif audited(office, draft["id"]) != sorted(BOTH):
            lost.append((number, "audit", audited(office, draft["id"])))
        if number == 0:
            sent = office.ok("author", "POST", f"/drafts/{draft['id']}/send")
            (opening,) = office.ok("author", "GET", f"/conversations/{sent['conversation']}")[
                "timeline"
            ]
            assert (opening["approvals"], opening["second_due_at"]) == (2, None)
    assert lost == []


def test_one_officer_who_signs_twice_at_once_has_signed_once(pair: Pair) -> None:
    office = pair.asking
    draft = office.ok("author", "POST", "/drafts", json=preservation_request())
    path, gate, told = f"/drafts/{draft['id']}/approvals", threading.Barrier(2), list[int]()

    def sign() -> None:
        approval = office.approval("author", draft)
        gate.wait()
        told.append(office.call("author", "POST", path, json=approval).status_code)

    threads = [threading.Thread(target=sign) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == [201, 422]
    assert audited(office, draft["id"]) == ["author"]


def age(office: Office, draft: Any, role: str) -> None:
    """Let what an officer signed have ended an hour ago."""
    put_in_place(office, draft, role, office.approval(role, draft, hours=-1))


def put_in_place(office: Office, draft: Any, role: str, approval: Any) -> None:
    """Write something else where an officer's approval is kept."""
    value = json.dumps(approval)
    with closing(sqlite3.connect(office.process.config.database_file, timeout=30)) as link, link:
        changed = link.execute(
            "update node_draftapproval set value = ? where draft_id = ? and officer = ?",
            (value, draft["id"], office.officers[role].identifier),
        )
    assert changed.rowcount == 1


def test_a_signature_that_ended_keeps_nobody_from_signing_and_its_officer_signs_anew(
    pair: Pair,
) -> None:
    office = pair.asking
    for first in BOTH:  # whose signature ended, signs anew; or the other one signs before
        draft = office.ok("author", "POST", "/drafts", json=preservation_request())
        path = f"/drafts/{draft['id']}/approvals"
        office.ok("author", "POST", path, json=office.approval("author", draft))
        age(office, draft, "author")
        for role in (first, *(one for one in BOTH if one != first)):
            office.ok(role, "POST", path, json=office.approval(role, draft))
        office.ok("author", "POST", f"/drafts/{draft['id']}/send")
        assert audited(office, draft["id"]) == ["approver", "author", "author"]
        with closing(sqlite3.connect(office.process.config.database_file)) as link:
            told = link.execute(
                "select actor, detail from node_auditrow"
                " where action = 'draft.approval-lapsed' and subject = ?",
                (draft["id"],),
            ).fetchall()
        assert told == [(first, office.officers["author"].identifier)]


def test_a_signature_that_is_no_good_for_another_reason_stays_and_is_told(pair: Pair) -> None:
    office = pair.asking
    drafts = [office.ok("author", "POST", "/drafts", json=preservation_request()) for _ in "12"]
    path = f"/drafts/{drafts[0]['id']}/approvals"
    office.ok("author", "POST", path, json=office.approval("author", drafts[0]))
    put_in_place(office, drafts[0], "author", office.approval("author", drafts[1]))
    answer = office.call("approver", "POST", path, json=office.approval("approver", drafts[0]))
    assert (answer.status_code, answer.json()["code"]) == (422, "approval-detached")
    kept = office.ok("author", "GET", f"/drafts/{drafts[0]['id']}")["approvals"]
    assert [one["fault"] for one in kept] == ["approval-detached"]
