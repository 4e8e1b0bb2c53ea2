"""Clocks that lie: which moments are disputed, and which nobody's word can dispute.

What the exporter alone says could have been made for the dispute, so it disputes nobody else.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tests.bundle.attack import Attack
from tests.bundle.makers import VN, ZA, Story, bundle_of, case_of, short_story
from tests.bundle.rewriting import rewrite

from comity.bundle import Withheld, layout
from comity.exchange import Draft, Message

AHEAD, LATER = timedelta(days=2), timedelta(days=3)
ASK, RISK = "request.status-asked", "request.at-risk"
RECEIVED, SENT = f"received-at disputed {VN} {ZA}", f"sent-at disputed {VN} {ZA}"
ANSWER = f"receipt disputed {VN} {ZA}"


def attacks() -> Iterator[Attack]:
    """Yield every case."""
    yield from _own_word()
    yield _two_bounds()
    yield _later_message()
    yield _held()
    yield _after_export()


def _answer(story: Story, message: Message, at: datetime) -> None:
    """Let the other party receive a message at a moment of its own, and answer."""
    author = message.draft.author
    other = story.nodes[ZA if author == VN else VN]
    story.nodes[author].got(other.take(message, at), story.tick())
    other.sections[message.content] = story.nodes[author].sections[message.content]


def _own_word() -> Iterator[Attack]:
    """A partner that dates its answer ahead, and the exporter's own message that has heard it."""
    for seen, status, claims in ((False, 0, ()), (True, 4, (RECEIVED,))):
        story = short_story()
        first = story.nodes[ZA].messages[0].content
        risk = story.say(ZA, RISK, conversation=first, delivered=False)
        _answer(story, risk, story.at + AHEAD)
        last = story.say(ZA, RISK, conversation=first, delivered=seen)
        path = layout.receipt_path(last.record, VN)
        gone = {} if seen else {path: Withheld("not received so far")}
        files = bundle_of(case_of(story, ZA, exported_at=story.at + LATER, withheld=gone))
        who = "that the partner received" if seen else "that nobody has heard"
        name = f"an answer dated ahead, and an own message {who}"
        yield Attack(name, "short", files, 0, "", status, claims=claims)


def _two_bounds() -> Attack:
    """A message dated before a disputed answer, and before what its partner sent."""
    story = short_story()
    first = story.nodes[VN].messages[0].content
    story.say(VN, ASK, conversation=first)

    def early(draft: Draft) -> Draft:
        return replace(draft, sent_at=draft.sent_at - timedelta(days=400))

    story.say(VN, ASK, conversation=first, change=early)
    claims = (f"received-at contradicted {VN}", RECEIVED, SENT)
    name = "a message dated before an answer that it disputes, and before what its partner sent"
    return Attack(name, "short", bundle_of(case_of(story, ZA)), 0, "", 4, claims=claims)


def _later_message() -> Attack:
    """Answers dated ahead, heard by a message that is dated ahead too, and one after that."""
    story = short_story()
    first = story.nodes[VN].messages[0].content

    def say(change: Callable[[Draft], Draft]) -> None:
        asked = story.say(VN, ASK, conversation=first, delivered=False, change=change)
        _answer(story, asked, story.at + AHEAD)

    say(lambda draft: draft)
    say(lambda draft: replace(draft, sent_at=draft.sent_at + AHEAD))
    say(lambda draft: replace(draft, heard={}))
    name = "an answer dated after what follows from the message that has heard it"
    files = bundle_of(case_of(story, ZA, exported_at=story.at + LATER))
    return Attack(name, "short", files, 0, "", 4, claims=(RECEIVED,))


def _held() -> Attack:
    """An exporter that refuses a message, and goes on after one that needs it."""
    story = Story()
    first = story.say(VN, "request.submitted").content
    taken = story.say(ZA, "request.acknowledged", conversation=first)

    def deaf(draft: Draft) -> Draft:
        return replace(draft, heard={})

    story.say(ZA, "request.accepted", conversation=first, change=deaf)
    story.say(VN, ASK, conversation=first)
    rewrite(story, taken, "refused:body-malformed", VN)
    name = "a message refused:body-malformed, and an own one that has seen what was built on it"
    claims = (f"receipt contradicted {VN}", ANSWER)
    return Attack(name, "short", bundle_of(case_of(story, VN)), 0, "", 1, claims=claims)


def _after_export() -> Attack:
    """A partner that dates a message after the export of who answered it."""
    story = short_story()
    first = story.nodes[VN].messages[0].content
    story.say(VN, ASK, conversation=first, change=lambda d: replace(d, sent_at=d.sent_at + AHEAD))
    claims = (RECEIVED, f"exported-at disputed {VN} {ZA}")
    name = "a message that its author dates after the export"
    return Attack(name, "short", bundle_of(case_of(story, ZA)), 0, "", 4, claims=claims)
