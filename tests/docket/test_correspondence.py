"""Conversations on paper: the protocol's own table, with what an answer presupposes."""

import pytest

from comity.docket import Turn, walk
from comity.docket.correspondence import IMPLIED
from comity.exchange.types import MOVES

ASKER, ASKED = "za/central-authority", "sn/prosecutor-dakar"


def turn(number: int, message_type: str, *, author: str = ASKED, about: int | None = None) -> Turn:
    """Return a turn whose content is its number."""
    return Turn(author, message_type, None if about is None else str(about), str(number))


OPENED = turn(0, "request.submitted", author=ASKER)


@pytest.mark.parametrize(
    ("message_type", "state"),
    [
        ("request.acknowledged", "acknowledged"),
        ("request.accepted", "accepted"),
        ("request.refused", "refused"),
        ("request.postponed", "postponed"),
        ("request.clarification-asked", "clarifying"),
        ("request.executed", "executed"),
        ("preservation.confirmed", "preserved"),
        ("request.not-competent", "not-competent"),
    ],
)
def test_the_first_answer_on_paper_may_be_any_answer(message_type: str, state: str) -> None:
    found = walk((OPENED, turn(1, message_type)), opener=ASKER)
    assert (found.state.main, set(found.standing.values())) == (state, {"applied"})


def test_what_is_presupposed_is_never_more_than_a_receipt_and_an_acceptance() -> None:
    assert IMPLIED == ("request.acknowledged", "request.accepted")
    reachable = {
        name
        for name in MOVES
        if set(walk((OPENED, turn(1, name)), opener=ASKER).standing.values()) == {"applied"}
    }
    for name in ("preservation.lapsed", "conditions.accepted", "request.clarified"):
        assert name not in reachable


def test_our_own_moves_presuppose_nothing() -> None:
    answer = turn(1, "request.accepted", author=ASKED)
    as_asked = walk((OPENED, answer), opener=ASKER)
    assert as_asked.state.main == "accepted"
    clarified = turn(1, "request.clarified", author=ASKER)
    assert walk((OPENED, clarified), opener=ASKER).standing["1"] == "refused:illegal-move"


def test_a_refused_request_is_not_executed_on_paper_either() -> None:
    turns = (OPENED, turn(1, "request.refused"), turn(2, "request.executed"))
    found = walk(turns, opener=ASKER)
    assert found.state.main == "refused"
    assert found.standing["2"] == "refused:illegal-move"


def test_a_track_is_answered_by_what_it_is_about() -> None:
    asked = turn(1, "request.status-asked", author=ASKER)
    given = turn(2, "request.status-given", about=1)
    found = walk((OPENED, asked, given), opener=ASKER)
    assert found.state.instances["1"] == ("status", "given")


def test_nothing_is_nothing() -> None:
    assert walk((), opener=ASKER).state.main == "new"
