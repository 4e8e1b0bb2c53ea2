"""A node that runs sends a test request again: the operator sends it, two officers sign it."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.api.nodes import Pair, eventually
from tests.desk.test_passkeys import add_authenticator, enrol

from comity.node.operations.echo_state import read_state

pytestmark = pytest.mark.full

PATIENCE_MS = 180_000


def recorded(pair: Pair) -> int:
    """Return how many leaves the log has, anchors of audit rows apart: time alone adds them."""
    with closing(sqlite3.connect(pair.asking.process.config.database_file)) as link:
        asked = "SELECT count(*) FROM node_logentry WHERE kind != 'audit.anchored'"
        [(number,)] = link.execute(asked)
    return int(number)


def test_two_officers_sign_a_test_request_on_the_page_of_a_node_that_runs(
    visit: Callable[..., Page], pair: Pair
) -> None:
    """The operator says which of two authors signs: nobody else is asked, or may end the test."""
    people = {who: visit(who) for who in ("author", "duty", "approver")}
    for page in people.values():
        add_authenticator(page)
        enrol(page, pair)
    before = recorded(pair)
    operator = visit("operator")
    operator.goto(f"{pair.asking.url}/health")
    operator.get_by_role("link", name="Send a test request to the echo partner").click()
    operator.get_by_label("Author", exact=True).select_option("duty")
    operator.get_by_label("Approver", exact=True).select_option("approver")
    operator.get_by_role("button", name="Send test request").click()
    for who in ("author", "approver", "auditor"):
        other = people.get(who) or visit(who)
        other.goto(f"{pair.asking.url}/health/echo")
        waits = other.get_by_role("status").filter(has_text="Author: duty. Waiting for this")
        expect(waits).to_be_visible(timeout=PATIENCE_MS)
        assert other.locator("#echo button").count() == 0, who
    for who in ("duty", "approver"):
        page = people[who]
        page.goto(f"{pair.asking.url}/health/echo")
        page.get_by_role("button", name=f"Sign as {who}").click(timeout=PATIENCE_MS)
    told = operator.get_by_role("status").filter(has_text="Your officers can sign, send")
    expect(told).to_be_visible(timeout=PATIENCE_MS)  # by itself: nobody loads the page again
    assert recorded(pair) == before
    state = read_state(pair.asking.process.config.folder)
    assert state is not None
    eventually(lambda: not Path(state.place).exists())  # taken away after the answer is shown


def test_whoever_may_not_send_a_test_request_is_offered_no_button(
    visit: Callable[..., Page], pair: Pair
) -> None:
    page = visit("auditor")
    page.goto(f"{pair.asking.url}/health/echo")
    assert page.locator("#echo button").count() == 0
