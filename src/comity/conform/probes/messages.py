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
    [
        (
            "messages.protocol",
            "6",
            "A message of another protocol is refused.",
            opening(put(protocol="comity/2"), "protocol-unknown"),
        ),
        (
            "messages.further-member",
            "3",
            "A payload with a member that is not listed is refused.",
            opening(put(priority="high"), "member-malformed"),
        ),
        (
            "messages.author-no-member",
            "6",
            "A message whose author is no member is refused.",
            opening(
                lambda letter, bench: letter.payload.update(
                    members=sorted([bench.node, "zz/third"])
                ),
                *ADDRESSEES,
            ),
        ),
        (
            "messages.not-for-us",
            "6",
            "A message between other parties is refused.",
            opening(
                put(members=["zz/conformance", "zz/third"]),
                "not-for-us",
            ),
        ),
        (
            "messages.members-order",
            "6",
            "Members that are not sorted are refused.",
            opening(
                lambda letter, _: letter.payload.update(members=letter.payload["members"][::-1]),
                *ADDRESSEES,
            ),
        ),
        (
            "messages.members-doubled",
            "6",
            "A member listed twice is refused.",
            opening(
                lambda letter, _: letter.payload.update(
                    members=sorted([*letter.payload["members"], "zz/conformance"])
                ),
                *ADDRESSEES,
            ),
        ),
        (
            "messages.members-one",
            "6",
            "A conversation of one is refused.",
            opening(put(members=["zz/conformance"]), *ADDRESSEES),
        ),
        (
            "messages.members-three",
            "7",
            "Three members are refused for a type between two parties.",
            opening(
                lambda letter, bench: letter.payload.update(
                    members=sorted([bench.node, "zz/conformance", "zz/third"])
                ),
                *ADDRESSEES,
                type="contact.ping",
            ),
        ),
        (
            "messages.members-seventeen",
            "6",
            "More than 16 members are refused.",
            opening(
                lambda letter, bench: letter.payload.update(
                    members=sorted(
                        [bench.node, "zz/conformance", *(f"zz/m{n:02}" for n in range(15))]
                    )
                ),
                *ADDRESSEES,
            ),
        ),
        (
            "messages.opening-sequence",
            "6",
            "An opening that is not its author's first message is refused.",
            opening(put(sequence=2, previous=NOTHING), *MALFORMED),
        ),
        (
            "messages.sequence-zero",
            "6",
            "A sequence below 1 is refused.",
            opening(put(sequence=0), *MALFORMED),
        ),
        (
            "messages.sequence-full",
            "6",
            "A conversation holds at most 1,000 messages of one author.",
            second(
                lambda letter, _bench, _talk: letter.payload.update(sequence=1001),
                "conversation-full",
            ),
        ),
        (
            "messages.previous-in-first",
            "6",
            "A first message that names a previous one is refused.",
            opening(put(previous=NOTHING), *MALFORMED),
        ),
        (
            "messages.previous-missing",
            "6",
            "A later message that names no previous one is refused.",
            second(put(previous=None), *MALFORMED),
        ),
        (
            "messages.opening-has-seen",
            "6",
            "An opening that has seen something is refused.",
            opening(seen(None), *MALFORMED),
        ),
        (
            "messages.seen-stranger",
            "6",
            "Seen names other members only: a stranger is refused.",
            second(seen("zz/third"), *MALFORMED),
        ),
        (
            "messages.seen-oneself",
            "6",
            "Seen names other members only: the author is refused.",
            second(seen("zz/conformance"), *MALFORMED),
        ),
        (
            "messages.seen-sequence",
            "6",
            "Seen counts from 1: a sequence of 0 is refused.",
            second(seen(None, sequence=0), *MALFORMED),
        ),
        (
            "messages.seen-shape",
            "6",
            "A mark in seen with a further member is refused.",
            second(
                lambda letter, bench, _: letter.payload.update(
                    seen={bench.node: {"content": NOTHING, "sequence": 1, "at": "now"}}
                ),
                *MALFORMED,
            ),
        ),
        (
            "messages.heard-stranger",
            "6",
            "Heard names other members only: a stranger is refused.",
            opening(heard("zz/third"), *MALFORMED),
        ),
        (
            "messages.heard-oneself",
            "6",
            "Heard names other members only: the author is refused.",
            opening(heard("zz/conformance"), *MALFORMED),
        ),
        (
            "messages.heard-nothing",
            "6",
            "A member of whom nothing was heard is absent, not empty.",
            opening(heard(None, checkpoint=None), *MALFORMED),
        ),
        (
            "messages.heard-order",
            "6",
            "Receipts heard of that are not sorted are refused.",
            opening(heard(None, receipts=["sha256:" + "b" * 64, "sha256:" + "a" * 64]), *MALFORMED),
        ),
        (
            "messages.heard-doubled",
            "6",
            "A receipt heard of twice is refused.",
            opening(heard(None, receipts=["sha256:" + "a" * 64] * 2), *MALFORMED),
        ),
        (
            "messages.heard-too-many",
            "6",
            "More than 1,000 receipts heard of one member are refused.",
            opening(heard(None, receipts=[f"sha256:{n:064x}" for n in range(1001)]), *MALFORMED),
        ),
        (
            "messages.heard-empty-tree",
            "6",
            "Nothing is heard of an empty tree.",
            opening(
                lambda letter, bench: letter.payload.update(
                    heard={bench.node: {"checkpoint": tree(bench, size=0), "receipts": []}}
                ),
                *MALFORMED,
            ),
        ),
        (
            "messages.heard-origin",
            "10",
            "A tree heard of whose origin is no log of the protocol is refused.",
            opening(
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
        ),
        (
            "messages.about-form",
            "6",
            "About that is neither a digest nor null is refused.",
            opening(put(about="the last one")),
        ),
        (
            "messages.sent-ahead",
            "6",
            "A message sent more than five minutes from now is refused.",
            opening(
                lambda letter, _: letter.payload.update(sent_at=ahead(minutes=6)), "sent-ahead"
            ),
        ),
        (
            "messages.type-unknown-opening",
            "7",
            "An unknown type that would open a conversation gets an error.",
            opening(put(type="consultation.shouted"), "type-unknown"),
        ),
        (
            "messages.edition-unknown",
            "6",
            "An opening that pins an edition which the node does not know gets an error.",
            opening(put(edition="sha256:" + "5" * 64), "edition-unknown"),
        ),
        (
            "messages.edition-missing",
            "6",
            "An opening that pins no edition gets an error.",
            opening(put(edition=None), *MALFORMED),
        ),
        (
            "messages.edition-beside",
            "6",
            "A message that neither opens a conversation nor proposes an edition names none.",
            second(put(edition="sha256:" + "5" * 64), *MALFORMED),
        ),
        (
            "messages.type-opens-nothing",
            "8.4",
            "A type that opens no conversation is refused as an opening.",
            opening(put(type="request.closed"), *MALFORMED),
        ),
        (
            "messages.type-no-name",
            "7",
            "What is no name of a type gets an error, also in a conversation.",
            second(put(type="Consultation.Note"), "type-unknown"),
        ),
        (
            "messages.type-too-long",
            "7",
            "A name of a type of more than 40 characters gets an error.",
            second(put(type="x." + "y" * 39), "type-unknown"),
        ),
        (
            "messages.body-form",
            "6",
            "A commitment that is no digest is refused.",
            opening(lambda letter, _: letter.payload.update(body={"note": "none"})),
        ),
        (
            "messages.sections-too-many",
            "6",
            "More than 16 sections are refused.",
            opening(
                lambda letter, _: letter.payload.update(body={f"s{n}": NOTHING for n in range(17)})
            ),
        ),
        (
            "messages.approvals-too-many",
            "6",
            "More than 8 approvals are refused.",
            opening(put(approvals=[{}] * 9), *MALFORMED),
        ),
        (
            "messages.approvals-form",
            "6",
            "Approvals that are no array are refused.",
            opening(put(approvals={}), *MALFORMED),
        ),
    ]
)


@probe("messages.missing-members", "3", "A payload without one of its members is refused.")
def missing_members(bench: Bench) -> None:
    """Each in turn."""
    for name in bench.peer.opening("consultation.note", note()).payload:
        letter = bench.peer.opening("consultation.note", note())
        del letter.payload[name]
        expect_error(bench.peer.send(letter).answer)


@probe("messages.member-kinds", "3", "A member of another kind of value is refused.")
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


@probe("messages.sent-a-little-ahead", "6", "A message sent four minutes from now is accepted.")
def sent_a_little_ahead(bench: Bench) -> None:
    """Clocks differ."""
    letter = bench.peer.opening("consultation.note", note(), sent_at=ahead(minutes=4))
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.sent-long-ago", "6", "A message is accepted however long ago it was sent.")
def sent_long_ago(bench: Bench) -> None:
    """Couriers are slow."""
    letter = bench.peer.opening("consultation.note", note(), sent_at="1999-12-31T23:59:59Z")
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.heard-untrue", "6", "No message is refused for what it says it has heard.")
def heard_untrue(bench: Bench) -> None:
    """A tree that the node never had."""
    letter = bench.peer.opening("consultation.note", note())
    heard(None, receipts=["sha256:" + "a" * 64])(letter, bench)
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe(
    "messages.instrument-any", "6", "A message is accepted whatever edition of the law it names."
)
def instrument_any(bench: Bench) -> None:
    """A digest that nobody knows; which law both reason by is theirs to see."""
    letter = bench.peer.opening("consultation.note", note(), instrument=NOTHING)
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("messages.first-has-seen", "6", "A party's first answer says that it has seen something.")
def first_has_seen(bench: Bench) -> None:
    """The third party answers as if nobody had opened."""
    talk = bench.open_for_three()
    letter = bench.third.next(talk, "consultation.note", note(), seen={})
    expect_error(bench.third.send(letter).answer, *MALFORMED)


@probe(
    "messages.no-word-of-content",
    "14",
    "An error repeats nothing of a message, and names no person.",
)
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
