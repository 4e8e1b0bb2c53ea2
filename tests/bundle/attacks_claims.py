"""Forgeries by a party with its own keys, and which claims they make contradicted or disputed.

Each names exactly the claims of the verdict that do not fit together. Where none is named, what the
forgery says stands under attested or unknown, and `test_forgeries` holds that nothing of it is
proved.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.bundle.attack import Attack, Files, record_of
from tests.bundle.makers import START, VN, ZA, Story, bundle_of, case_of, private, short_story
from tests.bundle.rewriting import own_receipts, rewrite, sign_again
from tests.exchange.makers import seed

from comity.bundle import Withheld, layout
from comity.exchange import Draft, Message, Seen, sign_receipt
from comity.exchange.message import Heard, HeardTree

NOWHERE = "sha256:" + "ab" * 32
ASK, END = "request.status-asked", "request.withdrawn"
OUTCOMES = (
    "refused:body-malformed",
    "refused:type-unknown",
    "refused:illegal-move",
    "held",
    "held:double-speak",
    "overtaken",
)
RECEIVED = f"received-at disputed {VN} {ZA}"
ANSWER, TREE = f"receipt disputed {VN} {ZA}", f"log-heard disputed {VN} {ZA}"


def attacks() -> Iterator[Attack]:
    """Yield every forgery."""
    yield from _answers()
    yield from _moments()
    yield from _orders()
    yield from _heads()
    yield from _holdings()
    yield from _twins()


def _made(name: str, story: Story, status: int, *claims: str, party: str = ZA) -> Attack:
    files: Files = bundle_of(case_of(story, party))
    return Attack(name, "short", files, 0, "", status, claims=claims)


def _case(*kinds: str, change: Callable[[Draft], Draft] = lambda draft: draft) -> Story:
    """Return a preservation after which VN sends more, the last of it changed before signing."""
    story = short_story()
    for kind in kinds:
        changed = change if kind is kinds[-1] else lambda draft: draft
        first = story.nodes[VN].messages[0].content
        story.say(VN, kind, conversation=first, change=changed)
    return story


def _whole(story: Story) -> str:
    return story.nodes[VN].messages[0].content


def _asked(story: Story) -> Message:
    return next(m for m in story.nodes[VN].messages if m.draft.type == ASK)


def _inside(outcome: str, party: str) -> list[str]:
    """Return what contradicts a party that calls a type of its own edition unknown."""
    return [f"receipt contradicted {party}"] if outcome == "refused:type-unknown" else []


def _answers() -> Iterator[Attack]:
    for outcome in OUTCOMES:
        own = _inside(outcome, ZA)
        story = _case(ASK, END)
        rewrite(story, _asked(story), outcome, ZA)
        again = [ANSWER] if outcome == "refused:illegal-move" else []
        name = f"an answer that the partner has heard, now {outcome}, in a log made anew"
        yield _made(name, story, 1 if own else 4, ANSWER, TREE, *own)
        story = _case(ASK)
        rewrite(story, _asked(story), outcome, ZA)
        name = f"the last answer, which nobody has heard, now {outcome}, in a log made anew"
        yield _made(name, story, 4 if again else 1 if own else 0, *again, *own)
    for outcome in OUTCOMES[:2]:
        story = _case(ASK)
        asked = _asked(story)
        given = "request.status-given"
        story.say(ZA, given, conversation=asked.conversation, about=asked.content)
        rewrite(story, asked, outcome, ZA)
        said = f"receipt contradicted {ZA}"
        yield _made(f"a message {outcome} that the exporter answers later", story, 1, said)
    for outcome in OUTCOMES[:3]:
        story = short_story()
        first = story.nodes[ZA].messages[0].content
        story.say(ZA, "request.at-risk", conversation=first, outcome=outcome)
        again = [ANSWER] if outcome == "refused:illegal-move" else []
        name = f"a partner that answers {outcome} for a ground that is not there"
        yield _made(name, story, 4 if again else 0, *again, *_inside(outcome, VN))


def _moments() -> Iterator[Attack]:
    for name, at in (
        ("a message dated in year 1", datetime(1, 1, 1, tzinfo=UTC)),
        ("a message dated 400 days back", START - timedelta(days=400)),
        ("a message dated ten minutes before what it has seen", START),
    ):
        story = _case(ASK, change=lambda draft, at=at: replace(draft, sent_at=at))  # type: ignore[misc]
        own = f"received-at contradicted {VN}"
        yield _made(name, story, 4, own, RECEIVED, f"sent-at disputed {VN} {ZA}")
    order, late = f"log-order contradicted {ZA}", f"received-at contradicted {ZA}"
    made = f"exported-at contradicted {ZA}"
    for days, place, status, more in (
        (60, 0, 1, (made, order, late)),
        (-60, 0, 4, (RECEIVED,)),
        (60, 1, 1, (made, order)),
    ):
        story = _case(ASK, END)
        node = story.nodes[ZA]
        index = own_receipts(node)[place][1].index
        node.openings = [
            replace(one, time=one.time + timedelta(days=days)) if number == index else one
            for number, one in enumerate(node.openings)
        ]
        sign_again(node)
        name = f"answer {place + 1} moved by {days} days in a log made anew"
        yield _made(name, story, status, ANSWER, TREE, *more)
    story = _case(ASK, END)
    node = story.nodes[ZA]
    node.openings = [replace(one, time=one.time + timedelta(days=60)) for one in node.openings]
    sign_again(node)
    yield _made("a whole log moved by 60 days", story, 4, ANSWER, TREE, made, late)
    early = START + timedelta(minutes=6)
    files = bundle_of(case_of(short_story(), ZA, exported_at=early))
    own = f"exported-at contradicted {ZA}"
    claims = (f"exported-at disputed {VN} {ZA}", own)
    name = "an export dated before what its partner dates"
    yield Attack(name, "short", files, 0, "", 4, claims=claims)
    ahead = _case(ASK)
    last = ahead.say(ZA, "request.at-risk", conversation=_whole(ahead), delivered=False)
    gone = {layout.receipt_path(last.record, VN): Withheld("not received so far")}
    early = ahead.at - timedelta(minutes=6)
    files = bundle_of(case_of(ahead, ZA, exported_at=early, withheld=gone))
    name = "an export dated before its own last message, which nobody answered"
    yield Attack(name, "short", files, 0, "", 4, claims=(own,))


def _orders() -> Iterator[Attack]:
    story = _case(ASK, END)
    node = story.nodes[ZA]
    times = [one.time for one in node.openings]
    node.openings = [
        replace(one, time=time) for one, time in zip(node.openings, reversed(times), strict=True)
    ]
    sign_again(node)
    own = f"log-order contradicted {ZA}"
    late = f"received-at contradicted {ZA}"
    claims = (own, late, RECEIVED, ANSWER, TREE)
    yield _made("a log whose times run backwards", story, 1, *claims)
    story = _case(ASK, END)
    node = story.nodes[ZA]
    node.openings = [
        replace(one, time=time) for one, time in zip(node.openings, reversed(times), strict=True)
    ]
    node.append("epoch.opened", bytes(32), story.tick(600))
    sign_again(node)
    name = "a log whose times run backwards, with an epoch that no statement opened"
    yield _made(name, story, 1, *claims)
    story = _case(ASK, END)
    node = story.nodes[ZA]
    first, last = node.openings[0], node.openings[1]
    node.openings[:2] = [replace(last, time=first.time), replace(first, time=last.time)]
    sign_again(node, {0: 1, 1: 0})
    own = f"log-order contradicted {ZA}"
    yield _made("a log that sent before it received", story, 1, own, ANSWER, TREE)
    story = _case(ASK, ASK)
    story.say(ZA, "request.at-risk", conversation=_whole(story))
    node = story.nodes[ZA]
    kinds = [one.kind for one in node.openings]
    asked, risk = kinds.index("message.received", 1), len(kinds) - 2
    part = node.openings[asked : risk + 1]
    times = [one.time for one in part]
    moved = [*part[1:], part[0]]
    node.openings[asked : risk + 1] = [
        replace(one, time=at) for one, at in zip(moved, times, strict=True)
    ]
    places = {asked: risk, **{n: n - 1 for n in range(asked + 1, risk + 1)}}
    sign_again(node, places)
    name = "a log that sent before it received the first of two that it had seen"
    yield _made(name, story, 1, own, RECEIVED, ANSWER, TREE)


def _heads() -> Iterator[Attack]:
    for name, party, sequence, claims, status in (
        ("an own answer that names a message which is not there", ZA, 9, "message-named", 1),
        ("an own answer that names another message in its place", ZA, 2, "one-message-a-place", 1),
        ("a partner's answer that names a message which is not there", VN, 9, "", 0),
        ("a partner's answer that names another message", VN, 1, "one-message-a-place", 0),
    ):
        story = _case(ASK)
        node, exporter = story.nodes[party], story.nodes[ZA]
        envelope, receipt = own_receipts(node)[-1]
        lie = sign_receipt(
            replace(receipt, head=Seen(sequence, NOWHERE)), private(party, "receipt")
        )
        for side in story.nodes.values():
            side.receipts = [lie if e is envelope else e for e in side.receipts]
        exporter.openings = [
            replace(o, record=record_of(lie)) if o.record == record_of(envelope) else o
            for o in exporter.openings
        ]
        if party == VN:
            sign_again(exporter)
        yield _made(name, story, status, *([f"{claims} contradicted {party}"] if claims else []))


def _holdings() -> Iterator[Attack]:
    def holding(tree: Callable[[HeardTree], HeardTree], *receipts: str) -> Callable[[Draft], Draft]:
        def lie(draft: Draft) -> Draft:
            held = draft.heard[ZA].tree
            assert held is not None
            return replace(draft, heard={ZA: Heard(tree(held), receipts)})

        return lie

    for name, change, claims in (
        ("a partner that holds a larger tree", holding(_larger), (TREE,)),
        ("a partner that holds another root", holding(_other_root), (TREE,)),
        ("a partner that holds a tree of another epoch", holding(_other_epoch), (TREE,)),
        ("a partner that holds an answer never given", holding(_same, NOWHERE), (ANSWER,)),
        ("a partner that holds one and the other", holding(_larger, NOWHERE), (ANSWER, TREE)),
    ):
        yield _made(name, _case(ASK, change=change), 4, *claims)
    story = short_story()
    first = story.nodes[ZA].messages[0].content

    def own(draft: Draft) -> Draft:
        return replace(draft, heard={VN: replace(draft.heard[VN], receipts=(NOWHERE,))})

    story.say(ZA, "request.at-risk", conversation=first, change=own)
    name = "an exporter whose own message holds an answer that it does not show"
    yield _made(name, story, 1, f"receipt contradicted {ZA}")


def _same(tree: HeardTree) -> HeardTree:
    return tree


def _larger(tree: HeardTree) -> HeardTree:
    return replace(tree, tree_size=tree.tree_size + 1000)


def _other_root(tree: HeardTree) -> HeardTree:
    return replace(tree, root=seed("another root"))


def _other_epoch(tree: HeardTree) -> HeardTree:
    return replace(tree, origin=f"{tree.origin[:-1]}9")


def _twins() -> Iterator[Attack]:
    for name, author, status in (
        ("a late twin by the partner of what the exporter has seen", VN, 0),
        ("a twin by the exporter of its own message", ZA, 1),
    ):
        story = _case(ASK)
        own = [m for m in story.nodes[author].messages if m.draft.author == author]
        twin = own[0] if author == ZA else own[1]

        def change(draft: Draft, twin: Message = twin) -> Draft:
            return replace(draft, sequence=twin.draft.sequence, previous=twin.draft.previous)

        story.say(
            author,
            ASK if author == VN else "request.at-risk",
            conversation=own[0].conversation,
            outcome="held:double-speak",
            change=change,
        )
        yield _made(name, story, status, f"one-message-a-place contradicted {author}")
