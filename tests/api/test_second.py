"""One signature at night, the second by its hour: given by key, seen by the other side."""

import os
from dataclasses import replace
from typing import Any

from tests.api.nodes import Pair, eventually, preservation_request

from comity.canonical import new_id
from comity.demo.world import ASKING
from comity.exchange.certificates import certify, parse_certificate
from comity.node.core.clock import now


def send_with_one(pair: Pair) -> tuple[dict[str, Any], dict[str, Any]]:
    office = pair.asking
    draft = office.ok("author", "POST", "/drafts", json=preservation_request())
    approval = office.approval("author", draft)
    office.ok("author", "POST", f"/drafts/{draft['id']}/approvals", json=approval)
    return draft, office.ok("author", "POST", f"/drafts/{draft['id']}/send")


def opening(office: Any, digest: str) -> Any:
    answer = office.call("approver", "GET", f"/conversations/{digest}")
    return answer.json()["timeline"][0] if answer.is_success else None


def test_a_preservation_may_go_with_one_signature_and_both_sides_see_it(pair: Pair) -> None:
    _, sent = send_with_one(pair)
    assert opening(pair.asking, sent["conversation"])["second_due_at"] is not None
    theirs = eventually(lambda: opening(pair.asked, sent["conversation"]))
    assert theirs["approvals"] == 1
    assert theirs["second_due_at"] is not None


def test_the_second_signature_ends_the_wait_on_both_sides(pair: Pair) -> None:
    draft, sent = send_with_one(pair)
    approval = pair.asking.approval("approver", draft)
    path = f"/drafts/{draft['id']}/approvals"
    pair.asking.ok("approver", "POST", path, json=approval)
    assert opening(pair.asking, sent["conversation"])["second_due_at"] is None
    assert eventually(
        lambda: (
            (seen := opening(pair.asked, sent["conversation"])) and seen["second_due_at"] is None
        )
    )
    again = pair.asking.call("approver", "POST", path, json=approval)
    assert (again.status_code, again.json()["code"]) == (409, "draft-closed")


def test_the_author_cannot_be_the_second(pair: Pair) -> None:
    draft, sent = send_with_one(pair)
    path = f"/drafts/{draft['id']}/approvals"
    answer = pair.asking.call("author", "POST", path, json=pair.asking.approval("author", draft))
    assert answer.status_code == 422
    assert opening(pair.asking, sent["conversation"])["second_due_at"] is not None


def test_an_approval_of_another_draft_counts_nowhere(pair: Pair) -> None:
    one = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())
    other = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())
    approval = pair.asking.approval("author", other)
    answer = pair.asking.call("author", "POST", f"/drafts/{one['id']}/approvals", json=approval)
    assert (answer.status_code, answer.json()["code"]) == (422, "approval-detached")


def test_a_draft_without_its_signatures_is_not_sent(pair: Pair) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())
    answer = pair.asking.call("author", "POST", f"/drafts/{draft['id']}/send")
    assert (answer.status_code, answer.json()["code"]) == (409, "approvals-missing")


def test_a_discarded_draft_stays_and_takes_nothing_more(pair: Pair) -> None:
    draft = pair.asking.ok("author", "POST", "/drafts", json=preservation_request())
    gone = pair.asking.ok("author", "DELETE", f"/drafts/{draft['id']}")
    assert gone["stage"] == "discarded"
    answer = pair.asking.call("author", "POST", f"/drafts/{draft['id']}/send")
    assert (answer.status_code, answer.json()["code"]) == (409, "draft-closed")


def test_a_certificate_that_is_not_in_the_log_signs_nothing(pair: Pair) -> None:
    """The officer-ca made it, and nobody entered it: neither a draft nor a second signature."""
    office, place = pair.asking, pair.world.places[ASKING]
    draft, sent = send_with_one(pair)
    other = office.ok("author", "POST", "/drafts", json=preservation_request())
    for role, one in (("author", other), ("approver", draft)):
        known, path = office.officers[role], f"/drafts/{one['id']}/approvals"
        said = parse_certificate(known.certificate.payload)
        fresh = certify(replace(said, id=new_id(now(), os.urandom(10))), place.officer_ca)
        unheard = replace(known, certificate=fresh)
        approval = replace(office, officers={role: unheard}).approval(role, one)
        answer = office.call("approver", "POST", path, json=approval)
        assert (answer.status_code, answer.json()["code"]) == (422, "certificate-unfit")
    assert opening(office, sent["conversation"])["second_due_at"] is not None
    good = office.approval("author", other)
    office.ok("author", "POST", f"/drafts/{other['id']}/approvals", json=good)
