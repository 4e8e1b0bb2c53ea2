"""A message that says what may not be said is refused in whatever order it arrives."""

from collections.abc import Callable, Mapping

import pytest
from tests.bundle.test_node_evidence import Talk
from tests.docket.conftest import DeskOffice, office, place
from tests.exchange.makers import RECIPIENT, T0, VN, ZA, parcel_of, section, sections_of

from comity.exchange import Message, Section, accept
from comity.node.cases.conversations import replay_of
from comity.node.federation import receive_message
from comity.node.models import MessageRow

__all__ = ["office", "place"]

type Sections = Mapping[str, Section]


def given(talk: Talk, message: Message, sections: Sections) -> str:
    """Give the office a message as its partner's node would."""
    decision = accept(parcel_of(message, sections), talk.world.registry, us=ZA, received_at=talk.at)
    done = talk.desk.committer.run(
        lambda batch: receive_message.record_received(
            talk.desk.node, batch, decision, known=None, received_at=talk.at, via="push"
        )
    )
    return str(done.value[0].outcome)


def unapproved(talk: Talk, known: list[Message]) -> tuple[Message, Sections]:
    sections = sections_of("request.executed")
    draft = talk.world.reply(
        "request.executed", author=VN, known=known, now=talk.at, sections=sections
    )
    return talk.world.sign(draft, []), sections


def malformed(talk: Talk, known: list[Message]) -> tuple[Message, Sections]:
    sections = {**sections_of("request.executed"), "execution": section("execution", {"no": 1})}
    draft = talk.world.reply(
        "request.executed", author=VN, known=known, now=talk.at, sections=sections
    )
    return talk.world.sign(draft), sections


def no_offer(talk: Talk, known: list[Message]) -> tuple[Message, Sections]:
    sections = talk.offer("one", recipients=[RECIPIENT])
    draft = talk.world.reply(
        "evidence.offered", author=VN, known=known, now=talk.at, sections=sections
    )
    return talk.world.sign(draft), sections


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (unapproved, "approvals-missing"),
        (malformed, "body-malformed"),
        (no_offer, "offer-malformed"),
    ],
    ids=["no approvals", "a body of no shape", "an offer that is none"],
)
def test_what_is_refused_for_what_it_says_is_refused_before_its_time(
    office: DeskOffice,
    wrong: Callable[[Talk, list[Message]], tuple[Message, Sections]],
    code: str,
) -> None:
    talk = Talk(office)
    sections = sections_of("request.at-risk")
    between = talk.world.sign(
        talk.world.reply("request.at-risk", author=VN, known=talk.known, now=T0, sections=sections)
    )
    early, said = wrong(talk, [*talk.known, between])
    assert given(talk, early, said) == f"refused:{code}"
    assert given(talk, between, sections) == "applied"
    row = MessageRow.objects.get(record=early.record)
    assert (row.outcome, row.standing) == (f"refused:{code}", f"refused:{code}")
    found = replay_of(early.conversation)
    assert (found.state.main, found.standing[early.content]) == ("accepted", f"refused:{code}")


def test_a_twin_that_says_what_may_not_be_said_is_refused(office: DeskOffice) -> None:
    talk = Talk(office)
    assert talk.take("request.at-risk", sections_of("request.at-risk")) == "applied"
    last = talk.known[-1].draft
    wrong, said = malformed(talk, talk.known[:-1])
    assert (wrong.draft.sequence, wrong.draft.previous) == (last.sequence, last.previous)
    assert given(talk, wrong, said) == "refused:body-malformed"
