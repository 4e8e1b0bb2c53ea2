"""What an officer states of an act on evidence: pages, API and commands refuse the same."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.api.nodes import Pair
from tests.api.test_four_eyes import sealed
from tests.nodes.moving import Sealed

from comity.canonical import parse_time
from comity.node.evidence import inputs
from comity.node.evidence.pages import forms

__all__ = ["sealed"]
EVENTS: tuple[dict[str, Any], ...] = (
    {"event": "opened", "reason": "   "},
    {"event": "opened", "reason": "\u200b \u2060"},
    {"event": "opened", "reason": "…"},
    {"event": "opened", "reason": "x" * 2000},
    {"event": "opened", "reason": "x", "place": " "},
    {"event": "opened", "reason": "x", "decision": "High Court 12"},
    {"event": "held", "reason": "appeal"},
    {"event": "held", "reason": "appeal", "decision": "  "},
    {"event": "hold-lifted", "reason": "appeal"},
    {"event": "redacted", "reason": "for the press"},
)


@pytest.mark.parametrize("told", EVENTS, ids=lambda told: "-".join(map(repr, told.values()))[:40])
def test_the_api_refuses_an_event_that_the_page_refuses(
    pair: Pair, sealed: Sealed, told: dict[str, Any]
) -> None:
    before = pair.asked.ok("author", "GET", f"/exhibits/{sealed.root}/passport")
    answer = pair.asked.call("author", "POST", f"/exhibits/{sealed.root}/events", json=told)
    assert answer.status_code == 422, answer.text
    after = pair.asked.ok("author", "GET", f"/exhibits/{sealed.root}/passport")
    assert after["passport"]["events"] == before["passport"]["events"]


@pytest.mark.parametrize("day", ["1999-01-01", "2026-01-01"])
def test_nothing_is_retained_until_a_day_that_is_over(pair: Pair, sealed: Sealed, day: str) -> None:
    told = {"retention_class": "serious crime", "until": f"{day}T23:59:59Z"}
    answer = pair.asked.call("author", "POST", f"/exhibits/{sealed.root}/retention", json=told)
    assert (answer.status_code, answer.json()["code"]) == (422, "retention-past")
    form = forms.RetentionForm({"retention_class": "serious crime", "until": day})
    assert "until" in form.errors


@pytest.mark.parametrize(
    ("zone", "day", "ends"),
    [
        ("Asia/Ho_Chi_Minh", "2036-12-31", "2036-12-31T16:59:59Z"),
        ("America/New_York", "2036-12-31", "2037-01-01T04:59:59Z"),
        ("America/New_York", "9999-12-31", "9999-12-31T23:59:59Z"),
    ],
)
def test_the_last_day_of_retention_ends_when_it_ends_in_the_office(
    monkeypatch: pytest.MonkeyPatch, zone: str, day: str, ends: str
) -> None:
    monkeypatch.setattr("comity.node.web.office_day.office_zone", lambda: ZoneInfo(zone))
    form = forms.RetentionForm({"retention_class": "serious crime", "until": day})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["until"] == parse_time(ends)


@pytest.mark.parametrize("reason", ["   ", "x" * 1801])
def test_no_order_to_destroy_lacks_a_reason(pair: Pair, sealed: Sealed, reason: str) -> None:
    at = f"/exhibits/{sealed.root}/destruction"
    answer = pair.asked.call("author", "POST", at, json={"reason": reason})
    assert answer.status_code == 422
    assert pair.asked.ok("author", "GET", at)["ordered_by"] == ""
    assert "reason" in forms.DestroyForm({"reason": reason}).errors


def test_a_page_takes_no_text_that_the_rule_refuses_for_its_length() -> None:
    limits = {
        (forms.NoteForm, "reason"): inputs.MAX_REASON_CHARS,
        (forms.HoldForm, "reason"): inputs.MAX_REASON_CHARS,
        (forms.HoldForm, "decision"): inputs.MAX_DECISION_CHARS,
        (forms.NoteForm, "place"): inputs.MAX_PLACE_CHARS,
        (forms.PartForm, "part"): inputs.MAX_PART_CHARS,
        (forms.RetentionForm, "retention_class"): inputs.MAX_CLASS_CHARS,
    }
    found = {(form, name): form.base_fields[name].max_length for form, name in limits}  # type: ignore[attr-defined]
    assert found == limits
