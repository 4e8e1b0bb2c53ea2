"""Messages: every member of the envelope, the sections, and the parcel around them (spec 6, 7)."""

from collections.abc import Callable
from typing import Any

from comity.canonical import b64, digest, digest_text, encode
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, expect_receipt, require
from comity.conform.letters import Letter
from comity.conform.model import Step, probe, table
from comity.conform.peer import Talk, ahead
from comity.conform.texts import note

NOTHING = digest_text(digest("content", b"a message that nobody wrote"))
MALFORMED = ("message-malformed", "member-malformed")
ADDRESSEES = (*MALFORMED, "addressees", "not-for-us")

type Spoil = Callable[[Letter, Bench], None]


def opening(spoil: Spoil, *codes: str, type: str = "consultation.note") -> Step:
    """Return a step that changes an opening; the answer is an error."""

    def step(bench: Bench) -> None:
        letter = bench.peer.opening(type, note())
        spoil(letter, bench)
        expect_error(bench.peer.send(letter).answer, *codes)

    return step


def second(spoil: Callable[[Letter, Bench, Talk], None], *codes: str) -> Step:
    """Return a step that changes the second message of a conversation; the answer is an error."""

    def step(bench: Bench) -> None:
        talk = bench.opened()
        letter = bench.note(talk)
        spoil(letter, bench, talk)
        expect_error(bench.peer.send(letter).answer, *codes)

    return step


def put(**values: Any) -> Callable[..., None]:
    """Return what writes other values into members of the payload."""
    return lambda letter, *_: letter.payload.update(values)


def seen(party: str | None, content: str = NOTHING, sequence: Any = 1) -> Callable[..., None]:
    """Return what says that a member's message was seen; the node's, if no party is named."""

    def spoil(letter: Letter, bench: Bench, *_: Any) -> None:
        name = party or bench.node
        letter.payload["seen"] = {name: {"content": content, "sequence": sequence}}

    return spoil


def heard(party: str | None, **changes: Any) -> Callable[..., None]:
    """Return what says that something was heard of a member."""

    def spoil(letter: Letter, bench: Bench, *_: Any) -> None:
        name = party or bench.node
        origin = bench.entry.origins[-1]
        checkpoint = {"origin": origin, "root": b64(bytes(32)), "size": 7}
        letter.payload["heard"] = {name: {"checkpoint": checkpoint, "receipts": [], **changes}}

    return spoil


def tree(bench: Bench, **changes: Any) -> dict[str, Any]:
    """Return a checkpoint as ``heard`` names it."""
    return {"origin": bench.entry.origins[-1], "root": b64(bytes(32)), "size": 7, **changes}


table(
    {
        "messages.protocol": opening(put(protocol="comity/2"), "protocol-unknown"),
        "messages.further-member": opening(put(priority="high"), "member-malformed"),
        "messages.author-no-member": opening(
            lambda letter, bench: letter.payload.update(members=sorted([bench.node, "zz/third"])),
            *ADDRESSEES,
        ),
        "messages.not-for-us": opening(
            put(members=["zz/conformance", "zz/third"]),
            "not-for-us",
        ),
        "messages.members-order": opening(
            lambda letter, _: letter.payload.update(members=letter.payload["members"][::-1]),
            *ADDRESSEES,
        ),
        "messages.members-doubled": opening(
            lambda letter, _: letter.payload.update(
                members=sorted([*letter.payload["members"], "zz/conformance"])
            ),
            *ADDRESSEES,
        ),
        "messages.members-one": opening(put(members=["zz/conformance"]), *ADDRESSEES),
        "messages.members-three": opening(
            lambda letter, bench: letter.payload.update(
                members=sorted([bench.node, "zz/conformance", "zz/third"])
            ),
            *ADDRESSEES,
            type="contact.ping",
        ),
        "messages.members-seventeen": opening(
            lambda letter, bench: letter.payload.update(
                members=sorted([bench.node, "zz/conformance", *(f"zz/m{n:02}" for n in range(15))])
            ),
            *ADDRESSEES,
        ),
        "messages.opening-sequence": opening(put(sequence=2, previous=NOTHING), *MALFORMED),
        "messages.sequence-zero": opening(put(sequence=0), *MALFORMED),
        "messages.sequence-full": second(
            lambda letter, _bench, _talk: letter.payload.update(sequence=1001),
            "conversation-full",
        ),
        "messages.previous-in-first": opening(put(previous=NOTHING), *MALFORMED),
        "messages.previous-missing": second(put(previous=None), *MALFORMED),
        "messages.opening-has-seen": opening(seen(None), *MALFORMED),
        "messages.seen-stranger": second(seen("zz/third"), *MALFORMED),
        "messages.seen-oneself": second(seen("zz/conformance"), *MALFORMED),
        "messages.seen-sequence": second(seen(None, sequence=0), *MALFORMED),
        "messages.seen-shape": second(
            lambda letter, bench, _: letter.payload.update(
                seen={bench.node: {"content": NOTHING, "sequence": 1, "at": "now"}}
            ),
            *MALFORMED,
        ),
        "messages.heard-stranger": opening(heard("zz/third"), *MALFORMED),
        "messages.heard-oneself": opening(heard("zz/conformance"), *MALFORMED),
        "messages.heard-nothing": opening(heard(None, checkpoint=None), *MALFORMED),
        "messages.heard-order": opening(
            heard(None, receipts=["sha256:" + "b" * 64, "sha256:" + "a" * 64]), *MALFORMED
        ),
        "messages.heard-doubled": opening(
            heard(None, receipts=["sha256:" + "a" * 64] * 2), *MALFORMED
        ),
        "messages.heard-too-many": opening(
            heard(None, receipts=[f"sha256:{n:064x}" for n in range(1001)]), *MALFORMED
        ),
        "messages.heard-empty-tree": opening(
            lambda letter, bench: letter.payload.update(
                heard={bench.node: {"checkpoint": tree(bench, size=0), "receipts": []}}
            ),
            *MALFORMED,
        ),
        "messages.heard-origin": opening(
            lambda letter, bench: letter.payload.update(
                heard={
                    bench.node: {
                        "checkpoint": tree(bench, origin="example.org/log"),
                        "receipts": [],
                    }
                }
            ),
            *MALFORMED,
            "origin-malformed",
        ),
        "messages.about-form": opening(put(about="the last one")),
        "messages.sent-ahead": opening(
            lambda letter, _: letter.payload.update(sent_at=ahead(minutes=6)), "sent-ahead"
        ),
        "messages.type-unknown-opening": opening(put(type="consultation.shouted"), "type-unknown"),
        "messages.edition-unknown": opening(put(edition="sha256:" + "5" * 64), "edition-unknown"),
        "messages.edition-missing": opening(put(edition=None), *MALFORMED),
        "messages.edition-beside": second(put(edition="sha256:" + "5" * 64), *MALFORMED),
        "messages.type-opens-nothing": opening(put(type="request.closed"), *MALFORMED),
        "messages.type-no-name": second(put(type="Consultation.Note"), "type-unknown"),
        "messages.type-too-long": second(put(type="x." + "y" * 39), "type-unknown"),
        "messages.body-form": opening(
            lambda letter, _: letter.payload.update(body={"note": "none"})
        ),
        "messages.sections-too-many": opening(
            lambda letter, _: letter.payload.update(body={f"s{n}": NOTHING for n in range(17)})
        ),
        "messages.approvals-too-many": opening(put(approvals=[{}] * 9), *MALFORMED),
        "messages.approvals-form": opening(put(approvals={}), *MALFORMED),
    }
)


@probe("messages.missing-members")
def missing_members(bench: Bench) -> None:
    """Each in turn."""
    for name in bench.peer.opening("consultation.note", note()).payload:
        letter = bench.peer.opening("consultation.note", note())
        del letter.payload[name]
        expect_error(bench.peer.send(letter).answer)


@probe("messages.member-kinds")
def member_kinds(bench: Bench) -> None:
    """A number where text is due, text where a number is, and so on."""
    wrong: dict[str, Any] = {
        "about": 1,
        "approvals": None,
        "body": [],
        "conversation": 1,
        "edition": 1,
        "heard": [],
        "id": None,
        "instrument": False,
        "previous": 0,
        "seen": [],
        "sent_at": 0,
        "sequence": "1",
        "type": None,
    }
    for name, value in wrong.items():
        letter = bench.peer.opening("consultation.note", note())
        letter.payload[name] = value
        expect_error(bench.peer.send(letter).answer)


@probe("messages.sent-a-little-ahead")
def sent_a_little_ahead(bench: Bench) -> None:
    """Clocks differ."""
    letter = bench.peer.opening("consultation.note", note(), sent_at=ahead(minutes=4))
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.sent-long-ago")
def sent_long_ago(bench: Bench) -> None:
    """Couriers are slow."""
    letter = bench.peer.opening("consultation.note", note(), sent_at="1999-12-31T23:59:59Z")
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.heard-untrue")
def heard_untrue(bench: Bench) -> None:
    """A tree that the node never had."""
    letter = bench.peer.opening("consultation.note", note())
    heard(None, receipts=["sha256:" + "a" * 64])(letter, bench)
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.instrument-any")
def instrument_any(bench: Bench) -> None:
    """A digest that nobody knows; which law both reason by is theirs to see."""
    letter = bench.peer.opening("consultation.note", note(), instrument=NOTHING)
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.first-has-seen")
def first_has_seen(bench: Bench) -> None:
    """The third party answers as if nobody had opened."""
    talk = bench.open_for_three()
    letter = bench.third.next(talk, "consultation.note", note(), seen={})
    expect_error(bench.third.send(letter).answer, *MALFORMED)


@probe("messages.no-word-of-content")
def no_word_of_content(bench: Bench) -> None:
    """A text that is easy to find again."""
    word = "CONFORMANCE-CANARY-7d1f"
    letter = bench.peer.opening("consultation.note", note(word))
    letter.payload["type"] = "consultation.shouted"
    answer = bench.peer.send(letter).answer
    expect_error(answer)
    require(word.encode() not in answer.body, "an error without the text", "one that repeats it")
    parcel = encode({"known": word, "message": {}, "sections": {}})
    answer = bench.peer.post(parcel)
    expect_error(answer)
    require(word.encode() not in answer.body, "an error without the value", "one that repeats it")
