"""Every call that lists things asks the database as often for many lines as for few."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import DeskOffice
from tests.lists.rows import hook, one_more, person
from tests.security.test_mass_assignment import DOCUMENT

from comity.node.models import Officer

pytestmark = pytest.mark.django_db
type SignedIn = Callable[[Officer], Client]
LISTS = {
    "/approvals": "approver", "/assistance?kind=table": "case", "/calls": "case",
    "/cases": "case", "/compartments": "operator", "/docket": "case", "/drafts": "case",
    "/duty/alarms": "case", "/duty/contacts": "duty", "/duty/reach": "case",
    "/exports": "approver", "/hooks": "approver", "/hooks/{hook}/deliveries": "approver",
    "/mail": "case", "/notices": "approver", "/outbox": "operator", "/packages": "approver",
    "/people": "operator", "/privacy": "approver", "/privacy/due": "approver",
    "/privacy/register?kind=subject-request": "approver", "/round-tables": "case",
    "/search?q=scan": "case", "/shifts": "case", "/solutions": "case", "/strays": "case",
    "/tokens": "approver", "/translations": "translator", "/uploads": "case",
    "/work-items": "case", "/work-items/filters": "case",
    "/watch": "case", "/health": "operator", "/duty/roster": "duty", "/duty/now": "duty",
}  # fmt: skip
"""Call -> who asks. Each has a line more for each step of `one_more`."""
NO_ROWS = {
    "/approvals/policy": "settings of the office",
    "/backups": "files of a folder",
    "/certificates": "the caller's own",
    "/directory": "the signed directory",
    "/duty/ladders": "one a kind of alarm",
    "/exercise/room": "counted in tests/exercise/test_room_live.py",
    "/exercise/room/test": "one short test",
    "/exercises": "counted in tests/exercise/test_console.py",
    "/exercises/scenarios": "files of a folder",
    "/me": "the caller's own",
    "/numbers": "of one party",
    "/openings": "rows of the registry of types",
    "/privacy/codes": "words of the law",
    "/scenarios": "files of a folder",
    "/settings": "one a setting",
    "/unfinished-forms": "the caller's own, fifty at most",
    "/statistics": "counted in tests/statistics/test_releasing.py",
    "/statistics/released": "counted in tests/statistics/test_releasing.py",
}
"""They list what does not grow by rows; or are counted where they can be filled."""


def shape(schema: dict[str, Any]) -> dict[str, Any]:
    name = schema.get("$ref", "").rpartition("/")[2]
    return DOCUMENT["components"]["schemas"][name] if name else schema


def calls_that_list() -> Iterator[str]:
    """Yield the calls without a name in their path whose answer has a list."""
    for path, operations in DOCUMENT["paths"].items():
        answer = operations.get("get", {}).get("responses", {}).get("200", {}).get("content", {})
        members = shape(answer.get("application/json", {}).get("schema", {})).get("properties", {})
        if any(shape(one).get("type") == "array" for one in members.values()):
            short = path.removeprefix("/api/v1")
            if "{" not in short or short.startswith("/hooks"):
                yield short


def test_every_call_that_lists_is_counted_or_said_not_to_grow() -> None:
    counted = {call.partition("?")[0] for call in LISTS}
    assert counted | set(NO_ROWS) == set(calls_that_list())
    assert not counted & set(NO_ROWS)


def test_more_lines_ask_for_no_more_queries(office: DeskOffice, api: SignedIn) -> None:
    for role in ("operator", "duty"):
        made = office.people[role] = person(len(role))
        made.role = role
        made.save()
    hooked = hook(office, office.people["approver"])
    clients = {who: api(office.people[who]) for who in set(LISTS.values())}

    def queries() -> dict[str, int]:
        found = {}
        for call, who in LISTS.items():
            path = f"/api/v1{call.replace('{hook}', str(hooked.pk))}"
            with CaptureQueriesContext(connection) as asked:
                answer = clients[who].get(path)
            assert answer.status_code == 200, (call, answer.content)
            found[call] = len(asked)
        return found

    for number in range(100, 103):
        one_more(office, number, hooked)
    queries()  # what is read once by a process is read now
    few = queries()
    for number in range(103, 123):
        one_more(office, number, hooked)
    many = queries()
    assert {call: (few[call], many[call]) for call in LISTS if many[call] > few[call]} == {}
