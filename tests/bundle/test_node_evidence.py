"""What a partner says of evidence that a node did not take in spoils no bundle of the node."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from tests.bundle.adversary_evidence import NOWHERE, Shelf, handed_over
from tests.docket.conftest import DeskOffice, office, place
from tests.exchange.makers import RECIPIENT, T0, VN, ZA, World, parcel_of, section, sections_of

from comity.bundle import layout
from comity.exchange import Draft, Message, Section, accept
from comity.exchange.accept import check_bodies
from comity.node.court.bundle import Order, _Gathering
from comity.node.federation import receive_message
from comity.node.messages import drafts
from comity.node.models import Conversation, Package

__all__ = ["office", "place"]

type Sections = Mapping[str, Section]


class Talk:
    """A request of the office, and what its partner sends about it."""

    def __init__(self, desk: DeskOffice) -> None:
        self.desk, self.world = desk, World(VN, ZA, mode=desk.node.config.mode)
        self.known: list[Message] = []
        self.at = T0
        self.shelf = Shelf(VN)
        opening = sections_of("request.submitted")
        self._send(self.world.sign(self.world.open(author=ZA, sections=opening)), opening)
        for kind in ("request.acknowledged", "request.accepted"):
            assert self.take(kind, sections_of(kind)) == "applied"

    def take(
        self,
        kind: str,
        sections: Sections,
        change: Callable[[Draft], Draft] = lambda draft: draft,
    ) -> str:
        """Let the office take a message of its partner in; return its answer."""
        self.at += timedelta(minutes=1)
        draft = self.world.reply(kind, author=VN, known=self.known, now=self.at, sections=sections)
        message = self.world.sign(change(draft))
        decision = accept(
            parcel_of(message, sections), self.world.registry, us=ZA, received_at=self.at
        )
        done = self.desk.committer.run(
            lambda batch: receive_message.record_received(
                self.desk.node, batch, decision, known=None, received_at=self.at, via="push"
            )
        )
        self.shelf.sent(sections)
        if done.value[0].outcome == "applied":
            self.known.append(message)
        return str(done.value[0].outcome)

    def offer(
        self, label: str, again: Sections | None = None, **changes: Any
    ) -> dict[str, Section]:
        """Return the sections of an offer, or of one made again, changed."""
        made = handed_over(self.shelf, "evidence.offered", again or {}, self.at, label)
        assert made is not None
        value = {**made[0]["offer"].value, **changes}
        return {**made[0], "offer": section("offer", value, label=label)}

    def _send(self, message: Message, sections: Sections) -> None:
        self.known.append(message)
        self.desk.committer.run(
            lambda batch: drafts.record_sent(
                self.desk.node,
                batch,
                message,
                sections=sections,
                bodies=check_bodies(message.draft, sections),
                at=self.at,
                second_due=None,
            )
        )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"description": {"lang": "en", "text": "x" * 5000}}, "body-malformed"),
        ({"recipients": [RECIPIENT]}, "offer-malformed"),
    ],
    ids=["a description that is too long", "a recipient that is none"],
)
def test_an_offer_that_is_none_is_refused(
    office: DeskOffice, changes: dict[str, Any], code: str
) -> None:
    talk = Talk(office)
    assert talk.take("evidence.offered", talk.offer("one", **changes)) == f"refused:{code}"
    assert not Package.objects.exists()


def test_a_package_offered_again_with_other_files_is_refused(office: DeskOffice) -> None:
    talk = Talk(office)
    first = talk.offer("one")
    assert talk.take("evidence.offered", first) == "applied"
    assert talk.take("evidence.offered", talk.offer("two", first)) == "applied"
    other = talk.offer("three", first, files=2)
    assert talk.take("evidence.offered", other) == "refused:offer-malformed"


def test_a_twin_brings_no_exhibit_of_another_case_into_a_bundle(office: DeskOffice) -> None:
    talk = Talk(office)
    assert talk.take("evidence.offered", talk.offer("one")) == "applied"
    case = Conversation.objects.get().case
    before = _Gathering(office.node, Order(case=case, exhibits=(), rules=()), talk.at).case()
    assert len(before.chains) == 1

    def twin(draft: Draft) -> Draft:
        last = talk.known[-1].draft
        return replace(draft, sequence=last.sequence, previous=last.previous)

    lie = talk.offer("two")
    assert talk.take("evidence.offered", lie, twin) == "held:double-speak"
    gathering = _Gathering(office.node, Order(case=case, exhibits=(), rules=()), talk.at)
    after = gathering.case()
    assert after.chains == before.chains
    exhibit = lie["offer"].value["exhibit"]
    assert layout.custody_path(exhibit) not in after.withheld


def test_a_package_is_taken_by_a_held_offer_whatever_an_illegal_one_says(
    office: DeskOffice,
) -> None:
    talk = Talk(office)
    made = talk.offer("one")

    def late(draft: Draft) -> Draft:
        return replace(draft, sequence=draft.sequence + 1, previous=NOWHERE)

    other = {**made, "offer": section("offer", {**made["offer"].value, "sealed_size_bytes": 7})}
    assert talk.take("evidence.offered", made, late) == "held"
    illegal = talk.take("evidence.offered", other, lambda draft: replace(draft, about=NOWHERE))
    assert illegal == "refused:illegal-move"
    gathering = _Gathering(office.node, Order(case=Conversation.objects.get().case), talk.at)
    gathering.case()
    assert [one.to_value() for one in gathering.offers] == [made["offer"].value]
    assert Package.objects.get().stage == Package.Stage.WANTED
