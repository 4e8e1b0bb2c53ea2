"""The list of evidence goes on after a key, and asks no more of the database for more lines."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comity.node.core.clock import now
from comity.node.core.pagination import PlaceError
from comity.node.evidence.exhibit_list import Wanted, lines
from comity.node.models import Conversation, DestructionOrder, Mark, Package

pytestmark = pytest.mark.django_db
ALL: Any = {"seen": Package.objects.all(), "threads": Conversation.objects.all()}
START = now().replace(microsecond=0)


def root(number: int) -> str:
    return f"sha256:{number:064x}"


def exhibit(number: int) -> str:
    return f"018f0000-0000-7000-8000-{number:012x}"


def filled(number: int) -> None:
    for one in range(2):
        Conversation.objects.create(
            digest=root(1000 + one),
            case=f"2026-00000{one}",
            members=["za/a", "vn/b"],
            opened_at=START,
            moved_at=START,
        )
    for one in range(number):
        Package.objects.create(
            root=root(one),
            exhibit=exhibit(one),
            conversation=root(1000 + one % 2),
            offer={"root": root(one)},
            outgoing=bool(one % 2),
            stage="sealed" if one % 2 else "stored",
            changed_at=START - timedelta(seconds=one // 3),  # three at the same moment
        )


def test_page_after_page_shows_each_package_once_in_order() -> None:
    filled(31)
    seen, after = [], ""
    while True:
        found, after = lines(Wanted(), **ALL, after=after, most=7)
        seen += [line.package for line in found]
        if not after:
            break
    assert [row.root for row in seen] == [root(one) for one in range(31)]


def test_a_package_that_comes_meanwhile_shifts_nothing() -> None:
    filled(10)
    first, after = lines(Wanted(), **ALL, most=5)
    Package.objects.filter(root=root(9)).update(changed_at=START + timedelta(days=1))
    second, _ = lines(Wanted(), **ALL, after=after, most=5)
    assert [line.package.root for line in first] == [root(one) for one in range(5)]
    assert [line.package.root for line in second] == [root(one) for one in range(5, 9)]


def test_more_lines_ask_for_no_more_queries() -> None:
    filled(40)
    counted = []
    for most in (2, 40):
        with CaptureQueriesContext(connection) as asked:
            lines(Wanted(), **ALL, most=most)
        counted.append(len(asked))
    assert counted[0] == counted[1] <= 9


@pytest.mark.parametrize(
    ("wanted", "number"),
    [
        (Wanted(case="2026-000001"), 5),
        (Wanted(case="2026-999999"), 0),
        (Wanted(name=exhibit(3)), 1),
        (Wanted(name=root(3)), 1),
        (Wanted(name=root(3).removeprefix("sha256:").upper()), 1),
        (Wanted(stage="sealed"), 5),
        (Wanted(way="in"), 5),
        (Wanted(way="in", stage="sealed"), 0),
    ],
)
def test_it_is_narrowed(wanted: Wanted, number: int) -> None:
    filled(10)
    found, after = lines(wanted, **ALL)
    assert (len(found), after) == (number, "")


@pytest.mark.parametrize(
    "after", ["x", "~", f"2026-01-01T00:00:00~{root(1)}", f"2026-01-01T00:00:00+00:00~{'0' * 64}"]
)
def test_a_place_that_no_page_gave_is_refused(after: str) -> None:
    with pytest.raises(PlaceError):
        lines(Wanted(), **ALL, after=after)


def test_a_line_says_what_is_marked_and_what_waits() -> None:
    filled(2)
    Mark.objects.create(
        kind="exhibit", subject=exhibit(0), marker="victim-data", reason="x", at=START, by="a"
    )
    DestructionOrder.objects.create(
        exhibit=exhibit(1),
        roots=[root(1)],
        reason="x",
        despite_retention=False,
        officer="officer-1",
        user="a",
        at=START,
    )
    found = {line.package.exhibit: line for line in lines(Wanted(), **ALL)[0]}
    assert [mark.marker for mark in found[exhibit(0)].marks] == ["victim-data"]
    assert (found[exhibit(0)].ordered, found[exhibit(1)].ordered) == (False, True)
