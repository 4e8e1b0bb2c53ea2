"""A program reads every list of the API to its end, page after page, and no page twice."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.test import Client
from tests.docket.conftest import DeskOffice
from tests.lists import rows
from tests.lists.test_api_queries import LISTS, calls_that_list
from tests.security.test_mass_assignment import DOCUMENT

from comity.node.models import CaseAccess, Officer, Package, WorkItem
from comity.node.models.work import BEFORE, NEVER
from comity.node.people.access import case_access

pytestmark = [pytest.mark.long, pytest.mark.django_db]
type SignedIn = Callable[[Officer], Client]
type Fill = Callable[[DeskOffice, int], list[str]]
PAGE = 50
MANY = 2 * PAGE + 20


def packages(office: DeskOffice, many: int) -> list[str]:
    thread = rows.conversation(office, 9999)
    return [rows.package(office, one, thread.digest).root for one in range(many)]


def strays(office: DeskOffice, many: int) -> list[str]:
    return [rows.stray(office, one).root for one in range(many)]


def uploads(office: DeskOffice, many: int) -> list[str]:
    return [rows.upload(office, one, office.people["case"]).id for one in range(many)]


def notices(office: DeskOffice, many: int) -> list[str]:
    return [str(rows.notice(office, one, office.people["case"]).pk) for one in range(many)]


def deliveries(office: DeskOffice, many: int) -> list[str]:
    row = rows.hook(office, office.people["case"])
    return [str(rows.delivery(office, one, row).pk) for one in range(many)][::-1]


def people(office: DeskOffice, many: int) -> list[str]:
    """Add people between those who are there by name."""
    for one in range(many - len(office.people)):
        rows.person(one)
    known = Officer.objects.select_related("user").order_by("user__username")
    return [one.identifier for one in known]


def watch_tests(office: DeskOffice, many: int) -> list[str]:
    made = [
        rows.conversation(office, one, type="contact.ping", main="pinged") for one in range(many)
    ]
    return [row.digest for row in sorted(made, key=lambda row: (row.opened_at, row.digest))][::-1]


def tables(office: DeskOffice, many: int) -> list[str]:
    """Call round tables; of the second half of them nothing falls due."""
    made = [rows.table(office, one, due=one < many // 2) for one in range(many)]
    ordered = sorted(
        made,
        key=lambda row: (
            row.review_at is None, row.review_at or office.at, office.at - row.changed_at,
            row.conversation,
        ),
    )  # fmt: skip
    return [row.conversation for row in ordered]


def work(order: Callable[[WorkItem], Any]) -> Fill:
    """Return what writes work items: a third have no deadline, another third no moment."""

    def fill(office: DeskOffice, many: int) -> list[str]:
        made = [rows.work_item(office, one) for one in range(many)]
        return [row.incident for row in sorted(made, key=order)]

    return fill


def urgent(row: WorkItem) -> tuple[Any, ...]:
    return row.rank, row.due_at or NEVER, row.since or NEVER, row.incident


def nearest(row: WorkItem) -> tuple[Any, ...]:
    return row.due_at or NEVER, row.rank, row.since or NEVER, row.incident


def received(row: WorkItem) -> tuple[Any, ...]:
    age = NEVER - row.since if row.since else NEVER - BEFORE
    return age, tuple(-ord(one) for one in row.incident)


def of_state(row: WorkItem) -> tuple[Any, ...]:
    return row.party, *urgent(row)


CALLS: dict[str, tuple[str, Fill, str, str]] = {
    "/packages": ("case", packages, "packages", "root"),
    "/strays": ("case", strays, "strays", "root"),
    "/uploads": ("case", uploads, "uploads", "id"),
    "/notices": ("case", notices, "notices", "notice"),
    "/people": ("operator", people, "people", "identifier"),
    "/duty/reach": ("case", watch_tests, "tests", "conversation"),
    "/round-tables": ("case", tables, "tables", "conversation"),
    "/hooks/{hook}/deliveries": ("case", deliveries, "deliveries", "delivery"),
    "/work-items": ("case", work(urgent), "items", "incident"),
    "/work-items?sort=deadline": ("case", work(nearest), "items", "incident"),
    "/work-items?sort=received": ("case", work(received), "items", "incident"),
    "/work-items?sort=state": ("case", work(of_state), "items", "incident"),
}
WHOLE = {
    "/approvals/policy", "/backups", "/certificates", "/compartments", "/directory",
    "/duty/contacts", "/duty/ladders", "/duty/now", "/duty/roster", "/exercise/room",
    "/exercise/room/test", "/exercises/scenarios", "/health", "/hooks", "/me", "/numbers",
    "/openings", "/privacy", "/privacy/codes", "/scenarios", "/settings", "/statistics",
    "/statistics/released", "/tokens", "/unfinished-forms", "/watch", "/work-items/filters",
}  # fmt: skip
"""They give what an office decides, keeps in a folder or looks at at a glance, and all of it."""


def given(client: Client, path: str, **query: str) -> dict[str, Any]:
    path, _, narrowed = path.partition("?")
    answer = client.get(f"/api/v1{path}", {**dict(parse_qsl(narrowed)), **query})
    assert answer.status_code == 200, answer.content
    return dict(answer.json())


def filled(office: DeskOffice, call: str, many: int) -> tuple[str, list[str]]:
    """Fill a list; return its path and the keys of its lines in order."""
    office.people["operator"] = operator = rows.person(8888)
    operator.role = "operator"
    operator.save()
    wanted = CALLS[call][1](office, many)
    hook = office.people["case"].hook_set.first()
    return call.replace("{hook}", str(hook.pk) if hook else ""), wanted


def keys(call: str, page: dict[str, Any]) -> list[str]:
    _, _, members, key = CALLS[call]
    return [str(one[key]) for one in page[members]]


@pytest.mark.parametrize("call", CALLS)
def test_each_line_comes_once_in_order_over_three_pages(
    office: DeskOffice, api: SignedIn, call: str
) -> None:
    path, wanted = filled(office, call, MANY)
    client = api(office.people[CALLS[call][0]])
    pages: list[list[str]] = []
    after: str | None = ""
    while after is not None and len(pages) <= MANY // PAGE:  # a place that is passed over ends it
        found = given(client, path, **({"after": after} if after else {}))
        pages.append(keys(call, found))
        after = found["next"]
    assert [len(lines) for lines in pages] == [PAGE, PAGE, MANY - 2 * PAGE]
    assert [one for lines in pages for one in lines] == wanted


@pytest.mark.parametrize(("many", "further"), [(PAGE, False), (PAGE + 1, True)])
@pytest.mark.parametrize("call", CALLS)
def test_a_page_that_is_just_full_leads_on_only_if_something_comes(
    office: DeskOffice, api: SignedIn, call: str, many: int, further: bool
) -> None:
    path, _ = filled(office, call, many)
    found = given(api(office.people[CALLS[call][0]]), path)
    assert len(keys(call, found)) == PAGE
    assert (found["next"] is not None) is further


@pytest.mark.parametrize(
    "after",
    ["x", "~", "-1", "1.5", "²", "9" * 30, "2026-01-01T00:00:00~x", "2026-01-01T00:00:00Z~x~y",
     "~2026-01-01T00:00:00Z", "x\x00", "' OR 1=1"],
)  # fmt: skip
@pytest.mark.parametrize("call", CALLS)
def test_a_place_that_no_page_gave_is_refused(
    office: DeskOffice, api: SignedIn, call: str, after: str
) -> None:
    path, _ = filled(office, call, 5)
    path, _, narrowed = path.partition("?")
    client = api(office.people[CALLS[call][0]])
    answer = client.get(f"/api/v1{path}", {**dict(parse_qsl(narrowed)), "after": after})
    assert (answer.status_code, answer.json()["code"]) == (422, "list-place")


def test_what_comes_in_between_shifts_no_line(office: DeskOffice, api: SignedIn) -> None:
    wanted, client = packages(office, PAGE + 10), api(office.people["case"])
    first = given(client, "/packages")
    Package.objects.filter(root=wanted[-1]).update(changed_at=office.at + timedelta(minutes=1))
    rest = given(client, "/packages", after=first["next"])
    assert keys("/packages", first) + keys("/packages", rest) == wanted[:-1]


def test_a_list_of_one_conversation_goes_on_within_it(office: DeskOffice, api: SignedIn) -> None:
    wanted, client = packages(office, PAGE + 10), api(office.people["case"])
    other = rows.conversation(office, 9998)
    rows.package(office, 7777, other.digest)
    thread = rows.name_of(9999)
    first = given(client, "/packages", conversation=thread)
    rest = given(client, "/packages", conversation=thread, after=first["next"])
    assert keys("/packages", first) + keys("/packages", rest) == wanted
    assert rest["next"] is None


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ({"case": "2026-009999"}, 3),
        ({"case": "2026-000000"}, 0),
        ({"name": "018f0000-0000-7000-8000-000000000001"}, 1),
        ({"name": rows.name_of(2)}, 1),
        ({"stage": "sealed"}, 4),
        ({"stage": "nothing"}, 0),
        ({"way": "out"}, 4),
        ({"way": "in"}, 0),
        ({"case": "2026-009999", "way": "in"}, 0),
    ],
)
def test_packages_are_narrowed_as_the_page_narrows_them(
    office: DeskOffice, api: SignedIn, query: dict[str, str], number: int
) -> None:
    packages(office, 3)
    rows.package(office, 7777, rows.conversation(office, 9998).digest)
    found = given(api(office.people["case"]), "/packages", **query)
    assert (len(found["packages"]), found["next"]) == (number, None)


def test_a_place_of_a_list_opens_no_case_that_is_closed_to_the_caller(
    office: DeskOffice, api: SignedIn
) -> None:
    packages(office, PAGE + 10)
    place = given(api(office.people["case"]), "/packages")["next"]
    rows.conversation(office, 9997, case="2026-424242")
    hidden = rows.package(office, 200, rows.name_of(9997))  # older than the place
    told: dict[str, Any] = {"officer": office.people["case"], "at": office.at, "by": "case"}
    case_access.set_openness("2026-424242", CaseAccess.Openness.RESTRICTED, **told)
    seen = given(api(office.people["approver"]), "/packages", after=place)
    assert hidden.root not in keys("/packages", seen)


def test_every_call_that_lists_goes_on_by_a_key_or_is_given_whole() -> None:
    whole = set()
    for call in calls_that_list():
        told = DOCUMENT["paths"][f"/api/v1{call}"]["get"]
        names = {one["name"] for one in told.get("parameters", [])}
        if not names & {"after", "before"}:
            whole.add(call)
    assert whole == WHOLE
    assert {call.partition("?")[0] for call in LISTS} >= {call.partition("?")[0] for call in CALLS}
