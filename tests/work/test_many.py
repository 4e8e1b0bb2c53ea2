"""A list of 100,000 work items costs what a list of ten costs: statements and rows, by an index."""

from datetime import timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import DeskOffice

from comity.node.cases.severity import Kind
from comity.node.core.clock import now
from comity.node.models import WorkItem
from comity.node.my_work.criteria import Criteria, narrow, page
from comity.node.my_work.sections import SECTIONS, section
from comity.node.people.access.visible_cases import circle_of, whole_office
from comity.node.work import queries
from comity.node.work.rows import rewrite_due

pytestmark = pytest.mark.django_db
MANY = 100_000
PAGE = 50


def stored(numbers: range, owner: str) -> None:
    """Write items of every severity, a few of them of one officer."""
    at = now()
    kinds = [kind.value for kind in (Kind.UNREAD, Kind.CLOCK, Kind.TASK, Kind.MAIL)]
    WorkItem.objects.bulk_create(
        (
            WorkItem(
                incident=f"request:sha256:{n:064x}", kind=kinds[n % 4], subject=f"s{n}",
                rank=n % 4 if n % 7 else 9, since=at, due_at=at + timedelta(minutes=n),
                oldest_at=at, newest_at=at, sorts_at=at + timedelta(minutes=n),
                case=f"2026-{n:06d}", action="open-case",
                owner=owner if n % 10 == 0 else "", changes_at=at + timedelta(days=30),
            )
            for n in numbers
        ),
        batch_size=2000,
    )  # fmt: skip


def lists(office: DeskOffice) -> dict[str, QuerySet[WorkItem]]:
    at = now()
    circle = circle_of(office.people["case"], at=at)
    found = {
        f"{code} {number}": rows[:PAGE]
        for code in SECTIONS
        for number, rows in enumerate(section(code, circle))
    }
    for told in (
        {},
        {"sort": "deadline"},
        {"sort": "received"},
        {"sort": "state"},
        {"waits": "us"},
    ):
        wanted = Criteria.model_validate(told)
        rows = narrow(queries.visible(circle), wanted, officer=circle.officer, at=at)
        found[f"list {told}"] = rows[:PAGE]
    return found


def asked(office: DeskOffice, sort: str, after: str) -> str:
    """Return the statement that reads a page of a list, from a place on."""
    circle = circle_of(office.people["case"], at=now())
    with CaptureQueriesContext(connection) as seen:
        page(circle, Criteria.model_validate({"sort": sort}), after=after)
    return str(seen.captured_queries[-1]["sql"])


@pytest.mark.parametrize("sort", ["", "deadline", "received", "state"])
def test_a_page_goes_on_within_an_index_and_sorts_but_what_is_equal(
    office: DeskOffice, sort: str
) -> None:
    if connection.vendor != "sqlite":
        return
    stored(range(200), office.people["case"].identifier)
    sql = asked(office, sort, f"request:sha256:{100:064x}")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + sql.replace("%", "%%"))
        plan = "\n".join(row[3] for row in cursor.fetchall())
    assert plan.startswith("SEARCH node_workitem USING INDEX work_"), plan
    assert ">(?" in plan or "<(?" in plan, f"it begins at the place: {plan}"
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan


def plan_of(rows: QuerySet[WorkItem]) -> str:
    return rows.explain()


@pytest.mark.full
def test_lists_read_an_index_and_no_more_rows_with_many_items(office: DeskOffice) -> None:
    owner = office.people["case"].identifier
    stored(range(10), owner)
    with CaptureQueriesContext(connection) as few:
        queries.listed(whole_office(at=now()), most=41)
    stored(range(10, MANY), owner)
    with CaptureQueriesContext(connection) as many:
        found = queries.listed(whole_office(at=now()), most=41)
    assert len(many) <= len(few)
    assert len(found) <= 41 * 4
    assert [row.rank for row in found] == sorted(row.rank for row in found)
    with CaptureQueriesContext(connection) as due:
        assert rewrite_due(at=now()) == 0
    assert len(due) <= 3
    if connection.vendor != "sqlite":
        return
    plan = plan_of(queries.unraised())
    assert "INDEX work_emergency (emergency=? AND rank=?)" in plan, f"of every page's head: {plan}"
    for name, rows in lists(office).items():
        plan = plan_of(rows)
        assert "USING INDEX" in plan or "USING COVERING INDEX" in plan, (name, plan)
        assert "SCAN node_workitem\n" not in f"{plan}\n", (name, plan)
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, (name, plan)
        if not name.startswith(("waiting", "unassigned 1")):  # nothing waits for others here
            assert len(list(rows)) == PAGE, name
