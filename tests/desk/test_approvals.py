"""The approver's page: what waits for whom, and what the policy asks."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from playwright.sync_api import Page
from tests.api.nodes import Pair, preservation_request
from tests.desk.test_access import violations

SUBJECT: Final = "Subscriber data and logs of one mailbox"


def preservation(pair: Pair) -> Any:
    return pair.asking.ok("author", "POST", "/drafts", json=preservation_request())


def listed(pair: Pair, who: str, draft: str) -> Any:
    found = pair.asking.ok(who, "GET", "/approvals")["waiting"]
    return next((one for one in found if one["draft"] == draft), None)


def test_a_draft_waits_for_each_who_has_not_signed(visit: Callable[..., Page], pair: Pair) -> None:
    draft = preservation(pair)
    assert listed(pair, "author", draft["id"])["wanted"]
    approval = pair.asking.approval("author", draft)
    pair.asking.ok("author", "POST", f"/drafts/{draft['id']}/approvals", json=approval)
    mine, theirs = (listed(pair, who, draft["id"]) for who in ("author", "approver"))
    assert (mine["mine"], mine["wanted"], mine["missing"]) == (True, False, ["approver"])
    assert (theirs["mine"], theirs["wanted"]) == (False, True)
    for who, heading in (("approver", "Waiting for your signature"), ("author", "Waiting for oth")):
        page = visit(who)
        page.goto(f"{pair.asking.url}/approvals")
        table = page.locator(f"h2:has-text('{heading}') + .scroll")
        link = table.locator(f"a[href='/drafts/{draft['id']}']")
        assert link.inner_text() == SUBJECT  # the link opens the draft; sending is another act
    pair.asking.ok("author", "DELETE", f"/drafts/{draft['id']}")
    assert listed(pair, "approver", draft["id"]) is None


def test_what_went_with_one_signature_waits_until_the_second(
    visit: Callable[..., Page], pair: Pair
) -> None:
    draft = preservation(pair)
    approval = pair.asking.approval("author", draft)
    pair.asking.ok("author", "POST", f"/drafts/{draft['id']}/approvals", json=approval)
    sent = pair.asking.ok("author", "POST", f"/drafts/{draft['id']}/send")
    late = [one["record"] for one in pair.asking.ok("approver", "GET", "/approvals")["late"]]
    assert sent["record"] in late
    page = visit("approver")
    page.goto(f"{pair.asking.url}/approvals")
    link = page.locator(f"a[href='/messages/{sent['record']}/second']")
    assert link.count() == 1
    second = pair.asking.approval("approver", draft)
    pair.asking.ok("approver", "POST", f"/drafts/{draft['id']}/approvals", json=second)
    page.reload()
    assert link.count() == 0


def test_the_policy_names_each_message_and_the_exception_at_night(
    visit: Callable[..., Page], pair: Pair
) -> None:
    rules = {r["type"]: r for r in pair.asking.ok("auditor", "GET", "/approvals/policy")["rules"]}
    assert rules["request.submitted"]["needs"] == {"author": 1, "approver": 1, "late_hours": 24}
    page = visit("approver")
    page.goto(f"{pair.asking.url}/approvals/policy")
    assert page.locator("tbody tr").count() == len(rules)
    assert "within 24 hours" in page.locator("main").inner_text()


@pytest.mark.long
def test_axe_finds_nothing_on_the_approvers_pages(visit: Callable[..., Page], pair: Pair) -> None:
    preservation(pair)
    for width in (1280, 390):
        page = visit("approver", lang="ar", width=width)
        for path in ("approvals", "approvals/policy"):
            page.goto(f"{pair.asking.url}/{path}")
            assert violations(page) == [], path
