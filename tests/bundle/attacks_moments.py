"""Clocks that lie: which moments are disputed, and which nobody's word can dispute.

What the exporter alone says could have been made for the dispute, so it disputes nobody else.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from tests.bundle.attack import Attack, record_of
from tests.bundle.makers import VN, ZA, Story, bundle_of, case_of, short_story
from tests.bundle.parties import private
from tests.bundle.rewriting import own_receipts, rewrite, sign_again

from comity.bundle import Withheld, layout
from comity.exchange import Draft, Message, Seen, sign_receipt

AHEAD, LATER = timedelta(days=2), timedelta(days=3)
ASK, RISK = "request.status-asked", "request.at-risk"
RECEIVED, SENT = f"received-at disputed {VN} {ZA}", f"sent-at disputed {VN} {ZA}"
ANSWER = f"receipt disputed {VN} {ZA}"


def attacks() -> Iterator[Attack]:
    """Yield every case."""
    yield from _own_word()
    yield _two_bounds()
    yield _later_message()
    yield _own_and_other()
    yield _held()
    yield _built_on_illegal()
    yield _after_export()
    yield _clock_set_right()
    yield _said_more()


def _answer(story: Story, message: Message, at: datetime) -> None:
    """Let the other party receive a message at a moment of its own, and answer."""
    author = message.draft.author
    other = story.nodes[ZA if author == VN else VN]
    story.nodes[author].got(other.take(message, at), story.tick())
    other.sections[message.content] = story.nodes[author].sections[message.content]


def _deaf(draft: Draft) -> Draft:
    return replace(draft, heard={})


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
    say(_deaf)
    name = "an answer dated after what follows from the message that has heard it"
    files = bundle_of(case_of(story, ZA, exported_at=story.at + LATER))
    return Attack(name, "short", files, 0, "", 4, claims=(RECEIVED,))


def _own_and_other() -> Attack:
    """A partner's answer dated before what it answers, and after its own message that saw that."""
    story = short_story()
    first = story.nodes[ZA].messages[0].content
    risk = story.say(ZA, RISK, conversation=first, delivered=False)
    _answer(story, risk, story.at - AHEAD)

    def early(draft: Draft) -> Draft:
        return replace(_deaf(draft), sent_at=draft.sent_at - timedelta(days=400))

    story.say(VN, ASK, conversation=first, change=early)
    claims = (f"received-at contradicted {VN}", RECEIVED, SENT)
    name = "an answer dated before what it answers, and after its author's message that saw it"
    return Attack(name, "short", bundle_of(case_of(story, ZA)), 0, "", 4, claims=claims)


def _held() -> Attack:
    """An exporter that refuses a message, and goes on after one that needs it."""
    story = Story()
    first = story.say(VN, "request.submitted").content
    taken = story.say(ZA, "request.acknowledged", conversation=first)
    story.say(ZA, "request.accepted", conversation=first, change=_deaf)
    story.say(VN, ASK, conversation=first)
    rewrite(story, taken, "refused:body-malformed", VN)
    name = "a message refused:body-malformed, and an own one that has seen what was built on it"
    claims = (f"receipt contradicted {VN}", ANSWER)
    return Attack(name, "short", bundle_of(case_of(story, VN)), 0, "", 1, claims=claims)


def _built_on_illegal() -> Attack:
    """An exporter that refuses for what it says what stands on an illegal message, and saw it."""
    story = Story()
    first = story.say(VN, "request.submitted").content
    taken = story.say(ZA, "request.acknowledged", conversation=first)
    story.say(ZA, "request.accepted", conversation=first, change=_deaf)
    risk = story.say(ZA, RISK, conversation=first, change=_deaf)
    story.say(VN, ASK, conversation=first)
    for message in (taken, risk):
        rewrite(story, message, "refused:body-malformed", VN)
    name = "a message refused:body-malformed that stands on an illegal one, seen by the exporter"
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


def _clock_set_right() -> Attack:
    """An honest exporter whose clock was ten minutes fast, and was set right."""
    story = short_story()
    first = story.nodes[VN].messages[0].content
    asked = story.say(VN, ASK, conversation=first, delivered=False)
    fast = story.at + timedelta(minutes=10)
    _answer(story, asked, fast)
    right = story.at
    story.at = fast  # its log goes on from the time that it had: its leaves never fall

    def sent(draft: Draft) -> Draft:
        return replace(draft, sent_at=right)

    risk = story.say(ZA, RISK, conversation=first, delivered=False, change=sent)
    _answer(story, risk, right + timedelta(minutes=1))
    name = "an exporter whose clock was fast, and was set right"
    files = bundle_of(case_of(story, ZA))
    return Attack(name, "short", files, 0, "", 4, claims=(f"received-at contradicted {ZA}",))


def _said_more() -> Attack:
    """An exporter that leaves out what its partner had said when it answered last."""
    story = Story()
    first = story.say(VN, "request.submitted").content
    story.say(ZA, "request.acknowledged", conversation=first)
    story.say(ZA, "request.accepted", conversation=first)
    node, own = story.nodes[VN], story.nodes[ZA]
    envelope, receipt = own_receipts(node)[-1]
    more = replace(receipt, head=Seen(2, "sha256:" + "ab" * 32))
    told = sign_receipt(more, private(VN, "receipt"))
    own.receipts = [told if one is envelope else one for one in own.receipts]
    own.openings = [
        replace(one, record=record_of(told)) if one.record == record_of(envelope) else one
        for one in own.openings
    ]
    sign_again(own)
    name = "an answer whose author had said more than is here: no state is proved by it"
    shows = (f"state proved {VN}", f"state attested {ZA}", f"message-named unknown {VN}")
    files = bundle_of(case_of(story, ZA))
    return Attack(name, "short", files, 0, "", 0, claims=(), shows=shows)
