"""A case between a system of a newer edition of the registry and one of the older, by real rules.

Every message is composed by what its author's system knows, and taken in by what its addressee's
system knows; the older one learns the newer edition in the middle of the case.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from tests.bundle.parties import MODE, START, VN, ZA, directory, private
from tests.bundle.stories import MemoryNode, Story, _request, approvals_of
from tests.exchange.editions import NEW_TYPE, NEWER
from tests.exchange.makers import section, sections_of, seed

from comity.canonical import new_id, parse_digest
from comity.exchange import (
    KNOWN,
    Draft,
    Edition,
    Editions,
    Message,
    Opening,
    Parcel,
    Refused,
    Replay,
    Section,
    accept,
    next_draft,
    open_draft,
    parse_message,
    replay,
    sign_message,
)
from comity.exchange.editions import CURRENT

RAISED, ACCEPTED = "edition.raised", "edition.accepted"


@contextmanager
def known(edition: Edition) -> Iterator[None]:
    """Let this program know one more edition."""
    KNOWN.learn(edition)
    try:
        yield
    finally:
        KNOWN.forget(edition)


class TwoEditions(Story):
    """Viet Nam's system knows the newer edition, South Africa's does not until it learns it."""

    def __init__(self) -> None:
        super().__init__()
        self.editions = {VN: Editions(CURRENT, NEWER), ZA: Editions(CURRENT)}
        self.seen_here: dict[str, list[Message]] = {VN: [], ZA: []}
        self.outcomes: dict[str, dict[str, str]] = {VN: {}, ZA: {}}

    @property
    def listed(self) -> list[tuple[str, ...]]:
        """What the entries of both list."""
        return [editions.digests for editions in self.editions.values()]

    def view(self, party: str) -> Replay:
        """Return the conversation as a party's system replays it."""
        return replay(self.seen_here[party], self.outcomes[party], self.editions[party])

    def compose(self, author: str, kind: str, **more: Any) -> tuple[Draft, dict[str, Section]]:
        """Return what a party's system drafts; it raises where the system would."""
        self.count += 1
        label, editions = str(self.count), self.editions[author]
        sections = (
            {"note": section("note", label=label)}
            if kind == NEW_TYPE
            else sections_of(kind, label=label, **more.pop("values", {}))
        )
        common: dict[str, Any] = {
            "message_type": kind,
            "author": author,
            "sections": sections,
            "message_id": new_id(START, seed(f"message {self.count}")[:10]),
            "now": self.tick(5),
            "editions": editions,
        }
        if not self.seen_here[author]:
            shared = editions.shared(self.listed)
            draft = open_draft(**common, members=(VN, ZA), instrument=None, edition=shared.digest)
        else:
            draft = next_draft(
                **common,
                opening=Opening.of(self.seen_here[author][0]),
                replay=self.view(author),
                about=more.get("about"),
                edition=more.get("edition"),
            )
        return draft, sections

    def send(
        self, draft: Draft, sections: Mapping[str, Section], *, answer: str = ""
    ) -> tuple[Message, str]:
        """Sign a draft and let the other side take it in; return it with the answer.

        Args:
            draft: composed, or changed after.
            sections: its sections.
            answer: what the other side says whatever its system finds.
        """
        author = draft.author
        other = ZA if author == VN else VN
        node, there = self.nodes[author], self.nodes[other]
        first = self.seen_here[author][0].content if self.seen_here[author] else None
        draft = replace(draft, heard=node.heard(other, first))
        message = sign_message(draft, approvals_of(draft), private(author, "message"), mode=MODE)
        node.append("message.sent", parse_digest(message.record), self.at)
        node.messages.append(message)
        self.seen_here[author].append(message)
        for place in (node, there):
            place.sections[message.content] = dict(sections)
        moment = self.tick()
        outcome = answer or self._take(message, sections, other)
        if answer:
            self.seen_here[other].append(parse_message(message.envelope, self.editions[other]))
        if outcome.startswith("refused:"):
            for party in (author, other):
                self.outcomes[party][message.content] = outcome
        self._receipt(node, there, message, moment, outcome)
        return message, outcome

    def _take(self, message: Message, sections: Mapping[str, Section], other: str) -> str:
        """Take a message in as a node does: decide, then replay."""
        editions = self.editions[other]
        parcel = Parcel(message.envelope, sections, None)
        taken = accept(parcel, directory(), us=other, received_at=self.at, editions=editions)
        self.seen_here[other].append(taken.message)
        refused = dict(self.outcomes[other])
        if isinstance(taken, Refused):
            refused[message.content] = f"refused:{taken.code}"
        return replay(self.seen_here[other], refused, editions).standing[message.content]

    def _receipt(
        self, node: MemoryNode, there: MemoryNode, message: Message, at: Any, outcome: str
    ) -> None:
        node.got(there.take(message, at, outcome), self.tick())

    def go(self, author: str, kind: str, **more: Any) -> Message:
        """Compose and send."""
        message, outcome = self.send(*self.compose(author, kind, **more))
        assert outcome == "applied", (kind, outcome)
        return message

    def force(self, author: str, like: str, kind: str) -> tuple[Message, str]:
        """Send a type whatever the composer thinks of it."""
        draft, _ = self.compose(author, like)
        note = {"note": section("note", label="forced")}
        body = {"note": note["note"].commitment}
        return self.send(replace(draft, type=kind, body=body, editions=self.editions[author]), note)


def whole_case() -> TwoEditions:
    """Return the case, to its end."""
    story = TwoEditions()
    story.go(VN, "request.submitted", values={"request": _request("preservation", [])})
    story.go(ZA, "request.acknowledged")
    _, outcome = story.force(VN, "request.status-asked", NEW_TYPE)
    assert outcome == "refused:type-unknown"
    story.go(ZA, "preservation.confirmed")
    story.editions[ZA].learn(NEWER)
    raised = story.go(VN, RAISED, edition=NEWER.digest)
    story.go(ZA, ACCEPTED, about=raised.content)
    story.go(VN, NEW_TYPE)
    story.go(VN, "request.released")
    return story


def refused_within() -> TwoEditions:
    """Return a case in which a party refuses as unknown a type of the edition that it speaks."""
    story = TwoEditions()
    story.go(VN, "request.submitted", values={"request": _request("preservation", [])})
    story.go(ZA, "request.acknowledged")
    draft, sections = story.compose(VN, "request.status-asked")
    story.send(draft, sections, answer="refused:type-unknown")
    story.go(VN, "request.withdrawn")
    return story
