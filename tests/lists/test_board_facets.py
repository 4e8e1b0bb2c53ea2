"""The board is narrowed by rows, the watched conversations by columns: nothing looks into words."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.docket.conftest import DeskOffice

from comity.node.assistance import board
from comity.node.assistance.board import BoardFilterError, Filter, lines, narrowed
from comity.node.cases import deadline_notices
from comity.node.models import BoardFacet, BoardLine, Conversation
from comity.node.people.access.visible_cases import Circle

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 27, tzinfo=UTC)


def conversation(number: int, state: str, **more: object) -> str:
    digest = f"sha256:{number:064x}"
    party = f"{state}/contact-point"
    facts = {"type": "assistance.needed", "main": "open", "case": f"2026-{number:06d}", **more}
    Conversation.objects.create(
        digest=digest,
        opener=party,
        members=[party, "vn/contact-point"],
        opened_at=AT,
        moved_at=AT,
        **facts,
    )
    return digest


def line(number: int, state: str, topics: str) -> str:
    digest = conversation(number, state)
    BoardLine.objects.create(
        conversation=digest,
        case=f"2026-{number:06d}",
        kind="need",
        party=f"{state}/contact-point",
        ours=False,
        state="open",
        matter="Reading telephones",
        topics=topics,
        changed_at=AT,
    )
    keys = {f"topic:{key}" for key in topics.split(",") if key}
    board._keep_facets(digest, keys | {f"state:{state}", "state:vn"})
    return digest


@pytest.fixture
def circle(office: DeskOffice) -> Circle:
    return Circle(office.people["case"], AT, open=True)


# ------------------------------------------------------------------ the board


@pytest.mark.parametrize("state", ["v", "vnm", "v%", "%%", "__", "ζα"])
def test_a_state_that_is_no_two_letters_is_refused(circle: Circle, state: str) -> None:
    with pytest.raises(BoardFilterError):
        narrowed(circle, Filter(state=state))


def test_the_board_is_narrowed_by_whole_topics_and_states(circle: Circle) -> None:
    first = line(1, "za", ",strategy,research,")
    second = line(2, "fr", ",research,")
    line(3, "br", ",research-abroad,")

    def found(topic: str = "", state: str = "") -> set[str]:
        wanted = Filter(topic=topic, state=state)
        return {one.conversation for one in lines(circle, wanted)[0]}

    assert found(topic="research") == {first, second}
    assert found(topic="strategy") == {first}
    assert found(topic="strat") == found(topic="%") == set()
    assert found(state="za") == found(state="ZA") == {first}
    assert len(found(state="vn")) == 3
    assert found(state="fr", topic="research") == {second}
    assert found(state="de") == set()


def test_the_board_is_read_by_an_index_and_no_text_is_looked_into(circle: Circle) -> None:
    line(1, "za", ",strategy,")
    with CaptureQueriesContext(connection) as asked:
        lines(circle, Filter(topic="strategy", state="za"))
    (one,) = [found["sql"] for found in asked]
    assert "LIKE" not in one.upper()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {one}")
        plan = " ".join(str(row[-1]) for row in cursor.fetchall())
    assert plan.count("(facet=?)") == 2
    assert "SCAN node_boardfacet" not in plan


# ------------------------------------------------------------------ what is watched


def test_a_question_about_progress_is_watched(office: DeskOffice) -> None:
    del office
    old = datetime(2020, 1, 1, tzinfo=UTC)
    asked = conversation(1, "za", main="acknowledged", status_asked=True)
    conversation(2, "za", main="acknowledged")
    conversation(3, "za", main="closed", status_asked=True)
    Conversation.objects.update(moved_at=old)
    assert deadline_notices._watched(AT, AT) == [asked]


def test_what_is_watched_is_read_by_indexes(office: DeskOffice) -> None:
    del office
    with CaptureQueriesContext(connection) as asked:
        deadline_notices._watched(AT, AT)
    (one,) = [found["sql"] for found in asked]
    assert "LIKE" not in one.upper()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {one}")
        plan = [str(row[-1]) for row in cursor.fetchall()]
    assert not [step for step in plan if step.startswith("SCAN node_conversation")]
    assert len([step for step in plan if "USING" in step and "node_conversation" in step]) == 6


def test_a_line_that_has_a_topic_no_more_loses_its_facet(circle: Circle) -> None:
    digest = line(1, "za", ",strategy,")
    board._keep_facets(digest, {"topic:strategy", "state:za"})
    board._keep_facets(digest, {"topic:research", "state:za"})
    kept = BoardFacet.objects.filter(conversation=digest).values_list("facet", flat=True)
    assert set(kept) == {"topic:research", "state:za"}
    assert lines(circle, Filter(topic="strategy"))[0] == []
