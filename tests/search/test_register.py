"""The register of cases page by page: in order, whole, narrowed, and as dear with many cases."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.contrib.auth import get_user_model
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.worlds import build_world

from comity.demo.world import ASKING, World
from comity.node.cases.queries import case_lines
from comity.node.core.clock import now
from comity.node.core.node import Node, load_node
from comity.node.core.pagination import PlaceError
from comity.node.models import CaseAccess, Conversation, Officer
from comity.node.people.access.visible_cases import Circle, circle_of
from comity.node.search import case_list, index
from comity.node.search.case_list import Filter

pytestmark = pytest.mark.django_db
START = now().replace(microsecond=0)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    ports = {ASKING: 1}
    return build_world(tmp_path_factory.mktemp("register"), mode="exercise", ports=ports, now=now())


@pytest.fixture
def node(world: World) -> Node:
    return load_node(world.places[ASKING].config.folder)


@pytest.fixture
def circle() -> Circle:
    user = get_user_model().objects.create_user(username="case")
    officer = Officer.objects.create(user_id=user.pk, identifier="officer-case", role="case")
    return circle_of(officer, at=START)


def thread(
    number: int,
    case: str,
    *,
    moved: int = 0,
    due: int | None = None,
    partner: str = "za/contact-point",
    main: str = "submitted",
    reference: str = "",
) -> None:
    at = START - timedelta(minutes=1000 - number)
    Conversation.objects.create(
        digest=f"sha256:{number:064x}",
        case=case,
        members=["vn/contact-point", partner],
        main=main,
        reference=reference,
        opened_at=at,
        moved_at=START + timedelta(minutes=moved),
        due_at=None if due is None else START + timedelta(days=due),
    )
    index.cases([case])


def mixed() -> list[str]:
    """Fill the register; return its cases as they must stand."""
    thread(1, "A", moved=1)
    thread(2, "B", moved=5)
    thread(3, "C", due=9)
    thread(4, "D", due=2, moved=7)
    thread(5, "D", moved=99)  # its other conversation decides
    thread(6, "E", moved=2)
    thread(7, "E", moved=6)
    thread(8, "F", due=2, moved=8)
    thread(9, "G", due=11)
    thread(10, "G", due=3)
    return ["F", "D", "G", "C", "E", "B", "A"]


def paged(node: Node, circle: Circle, wanted: Filter, most: int) -> list[list[str]]:
    found, after = [], ""
    while True:
        lines, after = case_lines(node, wanted, circle=circle, after=after, most=most)
        found.append([line.case for line in lines])
        if not after:
            return found


@pytest.mark.parametrize("most", [1, 2, 3, 4, 7, 50])
def test_each_case_stands_once_those_with_a_clock_first(
    node: Node, circle: Circle, most: int
) -> None:
    wanted = mixed()
    found = paged(node, circle, Filter(), most)
    assert [case for some in found for case in some] == wanted
    assert all(len(some) == most for some in found[:-1])


@pytest.mark.parametrize("few", [0, 300])
@pytest.mark.parametrize(
    "more",
    [
        Filter(),
        Filter(text="za"),
        Filter(state="submitted"),
        Filter(text="za", state="submitted"),
    ],
)
@pytest.mark.parametrize("most", [1, 2, 3, 50])
def test_a_narrowed_register_is_whole_too(
    node: Node,
    circle: Circle,
    monkeypatch: pytest.MonkeyPatch,
    *,
    most: int,
    more: Filter,
    few: int,
) -> None:
    """Whether its cases with a clock are looked up one by one or met in the order of clocks."""
    monkeypatch.setattr(case_list, "_FEW", few)
    thread(99, "Z", due=1, partner="fr/contact-point")
    thread(98, "Y", due=2, partner="fr/contact-point", main="accepted")
    wanted = mixed()
    narrow = replace(more, partner="za/contact-point")
    found = paged(node, circle, narrow, most)
    assert sorted(case for some in found for case in some) == sorted(wanted)
    assert [case for some in found for case in some][:4] == ["D", "F", "G", "C"]


@pytest.mark.parametrize(
    ("wanted", "cases"),
    [
        (Filter(state="closed"), []),
        (Filter(state="accepted"), ["2026-000002"]),
        (Filter(partner="fr/contact-point"), ["2026-000002"]),
        (Filter(partner="f/contact-point"), []),
        (Filter(text="OPD/77"), ["2026-000001"]),
        (Filter(text="opd 77"), ["2026-000001"]),
        (Filter(text="2026-000002"), ["2026-000002"]),
        (Filter(text="2026"), ["2026-000002", "2026-000001"]),
        (Filter(text="6-000002"), []),
        (Filter(text="2"), ["2026-000002"]),
        (Filter(text="%"), []),
        (Filter(text="_"), []),
        (Filter(text="2026", state="accepted"), ["2026-000002"]),
        (Filter(text="77", state="accepted"), []),
    ],
)
def test_the_register_is_narrowed(
    node: Node, circle: Circle, wanted: Filter, cases: list[str]
) -> None:
    thread(1, "2026-000001", reference="OPD/77")
    thread(2, "2026-000002", partner="fr/contact-point", main="accepted")
    assert paged(node, circle, wanted, 50) == [cases]


def test_a_clock_that_ended_leaves_its_place_in_a_narrowed_register(
    node: Node, circle: Circle
) -> None:
    thread(1, "2026-000001", due=3)
    thread(2, "2026-000002", due=1, partner="fr/contact-point")
    thread(3, "2026-000003")
    for wanted in (Filter(partner="za/contact-point"), Filter(text="2026", state="submitted")):
        (cases,) = paged(node, circle, wanted, 50)
        assert [case for case in cases if case != "2026-000002"] == ["2026-000001", "2026-000003"]
    Conversation.objects.update(due_at=None)
    index.cases(["2026-000001", "2026-000002"])
    assert paged(node, circle, Filter(partner="za/contact-point"), 50) == [
        ["2026-000003", "2026-000001"]
    ]


def test_a_case_that_is_closed_to_the_reader_stands_on_no_page(node: Node, circle: Circle) -> None:
    thread(1, "2026-000001")
    thread(2, "2026-000002")
    CaseAccess.objects.create(case="2026-000001", openness=CaseAccess.Openness.RESTRICTED)
    outside = circle_of(circle.officer, at=START)
    assert paged(node, outside, Filter(), 50) == [["2026-000002"]]
    assert paged(node, outside, Filter(text="2026"), 50) == [["2026-000002"]]
    for number in (3, 4, 5):
        thread(number, f"2026-00000{number}", due=number)
    CaseAccess.objects.create(case="2026-000004", openness=CaseAccess.Openness.RESTRICTED)
    for most, pages in ((1, [["2026-000003"], ["2026-000005"], ["2026-000002"]]),
                        (50, [["2026-000003", "2026-000005", "2026-000002"]])):  # fmt: skip
        assert paged(node, outside, Filter(state="submitted"), most) == pages


@pytest.mark.parametrize("wanted", [Filter(), Filter(text="2026")])
@pytest.mark.parametrize("given", ["x", "~", "~~", "1~2", "2026-01-01~x~y", "x" * 300])
def test_a_place_that_no_page_gave_is_refused(
    node: Node, circle: Circle, wanted: Filter, given: str
) -> None:
    with pytest.raises(PlaceError):
        case_lines(node, wanted, circle=circle, after=given)


@pytest.mark.parametrize("wanted", [Filter(), Filter(partner="za/contact-point")])
def test_more_cases_ask_no_more_of_the_database(node: Node, circle: Circle, wanted: Filter) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            case_lines(node, wanted, circle=circle)
        return len(asked)

    for number in range(3):
        thread(number, f"2026-00000{number}", due=number or None)
    few = queries()
    for number in range(3, 40):
        thread(number, f"2026-0000{number}", due=number % 2 or None)
    assert queries() == few


def test_a_moment_of_a_place_says_its_zone(node: Node, circle: Circle) -> None:
    with pytest.raises(PlaceError):
        case_lines(node, Filter(), circle=circle, after="~2026-01-01T00:00:00~sha256:x")


@pytest.mark.parametrize("after", ["", "first", "second"])
def test_no_page_of_the_register_is_sorted_by_the_database(
    node: Node, circle: Circle, after: str
) -> None:
    if connection.vendor != "sqlite":
        return  # the plan of a table of ten rows says nothing there
    mixed()
    places = {"": ""}
    _, places["first"] = case_lines(node, Filter(), circle=circle, most=2)
    _, places["second"] = case_lines(node, Filter(), circle=circle, most=5)
    with CaptureQueriesContext(connection) as asked:
        case_lines(node, Filter(), circle=circle, after=places[after])
    for one in asked:
        if "EXISTS" in one["sql"]:
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + one["sql"].replace("%", "%%"))
                plan = [row[3] for row in cursor.fetchall()]
            assert not [step for step in plan if "TEMP B-TREE" in step], plan
