"""A form or a body that says more than it is asked changes nothing more."""

import json
from collections.abc import Callable
from functools import reduce
from operator import getitem
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from tests.desk.test_rights import PAGES
from tests.security.conftest import Desk

from comity.node.models import ApiToken, AuditRow, DocketItem, Officer, WeeklyShift
from comity.node.people.permissions import Right
from comity.node.site.openapi import api

pytestmark = pytest.mark.full

MORE = {
    "role": "operator", "officer": "officer-00000000", "identifier": "officer-00000000",
    "user": "1", "user_id": "1", "username": "root", "is_active": "1", "is_staff": "1",
    "is_superuser": "1", "password": "a new long phrase", "state": "closed", "stage": "sent",
    "party": "xx/evil", "certificate": "x", "scopes": "people", "token": "1", "id": "1", "pk": "1",
    "confirmed_at": "2099-01-01", "openness": "office", "compartment": "x", "by": "root",
    "made_by": "root", "at": "1999-01-01",
}  # fmt: skip
DOCUMENT: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema()))
FREE = {"Acts", "SectionValues"}


def standing() -> tuple[Any, ...]:
    """Return who is who and what they may."""
    users = get_user_model().objects.order_by("pk")
    return (
        list(Officer.objects.order_by("pk").values("pk", "user_id", "identifier", "role")),
        list(users.values("pk", "username", "password", "is_active", "is_staff", "is_superuser")),
        list(ApiToken.objects.values("pk", "scopes", "user_id")),
    )


@pytest.mark.parametrize("role", ["case", "duty", "examiner", "auditor", "translator", "trainer"])
def test_no_form_makes_anybody_more_than_they_are(desk: Desk, role: str) -> None:
    before, client = standing(), desk.browser(role)
    for name in sorted(PAGES):
        if name in {"sign-out", "password"}:
            continue
        answer = client.post(desk.path(name), MORE)
        assert answer.status_code < 500, name
    assert standing() == before


def test_whoever_looks_after_people_changes_what_the_form_is_for(desk: Desk) -> None:
    client, before = desk.browser("operator"), standing()
    other = desk.people["case"]
    client.post(f"/people/{other.identifier}", {**MORE, "do": "confirm", "role": "operator"})
    after = standing()
    assert after == before


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/tokens", {"name": "x", "rights": ["self"], "days": 1, "user_id": 1}),
        ("/tokens", {"name": "x", "rights": ["self"], "days": 1, "expires_at": None}),
        ("/people", {"name": "x", "role": "case", "identifier": "officer-00000000"}),
        ("/compartments", {"name": "x", "members": [], "id": 1}),
        ("/hooks", {"name": "x", "url": "https://x/", "events": [], "seen": 0}),
    ],
)
def test_a_body_with_a_member_more_is_refused(desk: Desk, path: str, body: dict[str, Any]) -> None:
    before = standing()
    role = "operator" if path in {"/people", "/compartments"} else "approver"
    headers = desk.token(role)
    ready = standing()
    answer = Client().post(f"/api/v1{path}", body, headers=headers, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (422, "request-malformed")
    assert standing() == ready
    assert before[:2] == ready[:2]


def bodies() -> list[tuple[str, dict[str, Any]]]:
    found = []
    for path, operations in DOCUMENT["paths"].items():
        for method, call in operations.items():
            content = call.get("requestBody", {}).get("content", {})
            if "application/json" in content:
                found.append((f"{method} {path}", content["application/json"]["schema"]))
    return found


def loose(schema: Any, seen: frozenset[str] = frozenset()) -> list[str]:
    """Return the shapes below a schema that list members and take others too."""
    if isinstance(schema, list):
        return [one for part in schema for one in loose(part, seen)]
    if not isinstance(schema, dict):
        return []
    ref = schema.get("$ref", "")
    if ref:
        if ref in seen:
            return []
        parts = ref.removeprefix("#/").split("/")
        return loose(reduce(getitem, parts, DOCUMENT), seen | {ref})
    own = (
        [str(schema.get("title"))]
        if "properties" in schema and schema.get("additionalProperties") is not False
        else []
    )
    return own + [one for part in schema.values() for one in loose(part, seen)]


@pytest.mark.parametrize(("call", "schema"), bodies(), ids=[name for name, _ in bodies()])
def test_every_body_takes_the_members_it_lists_and_no_other(
    call: str, schema: dict[str, Any]
) -> None:
    assert loose(schema) == []


def test_no_right_is_named_by_a_form_that_its_sender_has_not(desk: Desk) -> None:
    client = desk.browser("examiner")
    body = {"label": "x", "days": "1", "scopes": [right.value for right in Right]}
    assert client.post("/me/programs/new", body).status_code == 422
    assert not ApiToken.objects.exists()


VALID: dict[str, tuple[str, str, dict[str, str], Callable[[], int]]] = {
    "people": (
        "operator", "/people/add", {"name": "newcomer", "role": "duty"},
        Officer.objects.filter(user__username="newcomer", role="duty").count,
    ),
    "settings": (
        "operator", "/settings", {"goal_decided_hours": "700"},
        AuditRow.objects.filter(action="setting.changed").count,
    ),
    "roster": (
        "approver", "/duty/roster/weekly",
        {"weekday": "0", "begins": "08:00", "ends": "16:00", "zone": "Africa/Johannesburg"},
        WeeklyShift.objects.count,
    ),
    "call": (
        "duty", "/calls/new",
        {"call-caller": "A. Nkosi", "call-at": "2026-11-01T08:00", "call-urgency": "urgent",
         "call-measure": "preservation", "call-asked": "Keep it.", "call-lang": "en",
         "back-back": "not-yet", "back-why": "The line was dead.",
         "back-confirm_by": "2027-01-01T08:00"},
        DocketItem.objects.filter(kind="call").count,
    ),
}  # fmt: skip
"""Form -> who fills it in, where, with what, and how what it is for is counted."""


@pytest.mark.parametrize("name", VALID)
def test_a_valid_form_that_says_more_does_what_it_is_for_and_no_more(desk: Desk, name: str) -> None:
    who, path, typed, number = VALID[name]
    client, before, made = desk.browser(who), standing(), number()
    if name == "roster":
        typed = {**typed, "officer": desk.people["duty"].identifier}
    answer = client.post(path, {**MORE, **typed})
    assert answer.status_code in (200, 302), answer.content[-3000:]
    assert number() == made + 1
    officers, users, tokens = standing()
    new = {"newcomer"} if name == "people" else set()
    assert [one for one in users if one["username"] not in new] == before[1]
    assert [one for one in officers if one["pk"] in {o["pk"] for o in before[0]}] == before[0]
    assert tokens == before[2]
    for one in users:
        assert one["username"] not in new or not (one["is_staff"] or one["is_superuser"])
    assert not Officer.objects.filter(identifier=MORE["identifier"]).exists()
