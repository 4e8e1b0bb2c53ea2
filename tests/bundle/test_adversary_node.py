"""A real node answers the liar as the honest party of its random cases does, and stores its state.

The node is South Africa's, in this process; its partners' messages and answers are those that the
party of the case was given, in their order.
"""

import pytest
from tests.bundle.adversary import Play
from tests.bundle.adversary_side import Act, knowing
from tests.docket.conftest import DeskOffice, office, place
from tests.exchange.makers import ZA, parcel_of

from comity.bundle.known import Listed
from comity.canonical import PeerError
from comity.exchange import Refused, accept
from comity.exchange.accept import Verified, check_bodies
from comity.node.cases import conversations
from comity.node.federation import receive_message, receive_receipt
from comity.node.messages import drafts
from comity.node.models import Conversation, MessageRow, Package

__all__ = ["office", "place"]

UNLIKE = (1372,)
"""Cases in which the node did otherwise than its party once."""


class Told:
    """A case told again to a node."""

    def __init__(self, desk: DeskOffice, play: Play) -> None:
        self.desk, self.play = desk, play
        self.registry = Listed(play.directory, play.sides[ZA].acts[0].at)

    def tell(self, act: Act) -> str | None:
        """Let the node send, take in or be answered; return its answer to what it took in."""
        if act.taken:
            return self._take(act)
        if act.outcome is None:
            self._send(act)
        elif act.outcome.startswith("refused:"):
            receive_receipt.take_refusal(self.desk.node, act.message.record, act.outcome, act.at)
        else:
            MessageRow.objects.filter(record=act.message.record).update(outcome=act.outcome)
        return None

    def _take(self, act: Act) -> str:
        decision: Verified | Refused = accept(
            parcel_of(act.message, act.sections), self.registry, us=ZA, received_at=act.at
        )
        if act.broken:
            decision = Refused(decision.message, "body-malformed")
        row, _ = self.desk.committer.run(
            lambda batch: receive_message.record_received(
                self.desk.node, batch, decision, known=None, received_at=act.at, via="push"
            )
        ).value
        return str(row.outcome)

    def _send(self, act: Act) -> None:
        offer = act.sections.get("offer")
        if offer is not None:  # what an officer handed in before
            Package.objects.get_or_create(
                root=offer.value["root"],
                defaults={
                    "exhibit": offer.value["exhibit"],
                    "conversation": act.message.conversation,
                    "offer": offer.value,
                    "outgoing": True,
                    "stage": Package.Stage.SEALED,
                    "changed_at": act.at,
                },
            )
        self.desk.committer.run(
            lambda batch: drafts.record_sent(
                self.desk.node,
                batch,
                act.message,
                sections=act.sections,
                bodies=check_bodies(act.message.draft, act.sections),
                at=act.at,
                second_due=None,
            )
        )


def cases(first: int, many: int) -> list[Play]:
    """Return cases in which the node's party tells the truth, and has the conversation."""
    found: list[Play] = []
    while len(found) < many:
        play, first = Play(first), first + 1
        acts = play.sides[ZA].acts if ZA in play.honest else []
        if play.seconds:
            continue  # the node looks for who signs second in its own directory, of another mode
        if acts and acts[0].message.content == play.conversation:
            found.append(play)
    return found


def against(desk: DeskOffice, play: Play) -> list[str]:
    """Return where the node does otherwise than the party of a case."""
    side, told = play.sides[ZA], Told(desk, play)
    with knowing(side.editions):
        conversations._parsed.cache_clear()
        for number, act in enumerate(side.acts):
            try:
                answer = told.tell(act)
            except PeerError as fault:
                return [f"seed {play.number}: act {number} is an error, {fault.code}"]
            if act.taken and answer != act.outcome:
                name = f"seed {play.number}: act {number}, {act.message.draft.type}"
                return [f"{name}: {answer}, and {act.outcome} by the party"]
        found, mine = conversations.replay_of(play.conversation), side.now()
        stored = Conversation.objects.get(digest=play.conversation)
    same = (found.state, found.order, found.standing) == (mine.state, mine.order, mine.standing)
    tracks = {name: list(track) for name, track in mine.state.instances.items()}
    kept = (stored.main, stored.tracks) == (mine.state.main, tracks)
    standings = {
        row.content: row.standing
        for row in MessageRow.objects.filter(conversation=play.conversation)
    }
    return [] if same and kept and standings == mine.standing else [f"seed {play.number}: state"]


def test_a_node_answers_and_stores_what_its_party_does(office: DeskOffice) -> None:
    plays = [*cases(0, 8), *(Play(seed) for seed in UNLIKE)]
    assert [line for play in plays for line in against(office, play)] == []


@pytest.mark.long
def test_a_node_answers_and_stores_what_its_party_does_at_length(office: DeskOffice) -> None:
    assert [line for play in cases(1000, 300) for line in against(office, play)] == []
