"""Receipts: what one says, what it proves, and what is given none (spec 11)."""

from collections.abc import Mapping
from typing import Any

from comity.canonical import PeerError, decode, encode, parse_time, unb64
from comity.conform.bench import Bench
from comity.conform.expectations import MAX_BYTES, expect_error, expect_receipt, fail_probe, require
from comity.conform.letters import content_of
from comity.conform.model import probe
from comity.conform.offers import await_answer
from comity.conform.operator import Wanted
from comity.conform.peer import Sent, ahead, now
from comity.conform.texts import information, note
from comity.keys import jws
from comity.ledger import peek_checkpoint

MEMBERS = {
    "checkpoint", "consistency", "content", "from", "head", "inclusion", "leaf", "mode",
    "outcome", "protocol", "received_at", "record", "to",
}  # fmt: skip
CLOCKS_S = 300
ERRORS = 12


def receipted(bench: Bench, *, known: Any = ..., **more: Any) -> tuple[Sent, dict[str, Any]]:
    """Send a good message; return it with the receipt's payload, read by nobody's rules."""
    letter = bench.peer.opening("consultation.note", note(), **more)
    sent = bench.peer.send(letter, known=known)
    require(sent.answer.status == 200, "a receipt (status 200)", sent.answer.words())
    return sent, payload_of(sent)


def payload_of(sent: Sent) -> dict[str, Any]:
    """Return the payload of a receipt."""
    try:
        value = decode(sent.answer.body, max_bytes=MAX_BYTES)
        found = decode(unb64(value["payload"]), max_bytes=MAX_BYTES)
    except (PeerError, LookupError, TypeError) as fault:
        fail_probe("a receipt in canonical form", f"bytes that are none: {fault}")
    require(isinstance(found, dict), "a receipt that is an object", "another value")
    return dict(found)


@probe("receipts.form")
def form(bench: Bench) -> None:
    """Of this mode."""
    sent, _ = receipted(bench)
    try:
        envelope = jws.parse(sent.answer.body)
    except PeerError as fault:
        fail_probe("a JWS of the protocol", f"bytes that are none: {fault}")
    wanted = f"comity-1.receipt.{bench.peer.mode}"
    require(envelope.typ == wanted, wanted, envelope.typ)


@probe("receipts.members")
def members(bench: Bench) -> None:
    """No more and no less."""
    _, told = receipted(bench)
    require(set(told) == MEMBERS, f"exactly {', '.join(sorted(MEMBERS))}", ", ".join(sorted(told)))


@probe("receipts.key")
def key(bench: Bench) -> None:
    """As the directory lists it."""
    sent, _ = receipted(bench)
    envelope = jws.parse(sent.answer.body)
    uses = {row.kid: row.use for row in bench.entry.keys}
    found = [uses.get(signature.kid, "unknown") for signature in envelope.signatures]
    require(set(found) == {"receipt"}, "keys of use receipt", f"keys of use {', '.join(found)}")


@probe("receipts.holds")
def holds(bench: Bench) -> None:
    """Signature, record, leaf, checkpoint, consistency."""
    sent = bench.peer.send(bench.peer.opening("consultation.note", note()))
    expect_receipt(bench.peer, sent, "applied")


@probe("receipts.names-the-message")
def names_the_message(bench: Bench) -> None:
    """Each member for itself."""
    sent, told = receipted(bench)
    for name, wanted in {
        "record": sent.record,
        "content": sent.content,
        "from": bench.peer.party,
        "to": bench.node,
        "mode": bench.peer.mode,
        "protocol": "comity/1",
    }.items():
        require(told.get(name) == wanted, f"{name} {wanted}", f"{name} {told.get(name)}")


@probe("receipts.time")
def time(bench: Bench) -> None:
    """Within five minutes of ours, though the message says that it was sent a day before."""
    _, told = receipted(bench, sent_at=ahead(days=-1))
    apart = abs((parse_time(told["received_at"]) - now()).total_seconds())
    require(apart <= CLOCKS_S, "a time within five minutes of ours", f"one {apart:.0f} s apart")


@probe("receipts.leaf-in-tree")
def leaf_in_tree(bench: Bench) -> None:
    """Counted from 0."""
    _, told = receipted(bench)
    size = peek_checkpoint(told["checkpoint"].encode()).tree_size
    index = told["leaf"]["index"]
    require(0 <= index < size, f"an index below {size}", f"index {index}")
    require(len(unb64(told["leaf"]["salt"])) == 32, "a salt of 32 bytes", "another length")


@probe("receipts.leaf-fresh")
def leaf_fresh(bench: Bench) -> None:
    """Two messages."""
    (_, one), (_, two) = receipted(bench), receipted(bench)
    require(one["leaf"]["index"] < two["leaf"]["index"], "a later leaf", str(two["leaf"]["index"]))
    require(one["leaf"]["salt"] != two["leaf"]["salt"], "another salt", "the same salt")


@probe("receipts.origin")
def origin(bench: Bench) -> None:
    """Or of a later epoch, which is accepted with its keys."""
    _, told = receipted(bench)
    name = peek_checkpoint(told["checkpoint"].encode()).origin
    listed = bench.directory.log_verifiers(bench.node, name)
    require(listed, f"one of {', '.join(bench.entry.origins)}", name)


@probe("receipts.consistency-unknown")
def consistency_unknown(bench: Bench) -> None:
    """For null and for 0."""
    for known in (None, 0):
        _, told = receipted(bench, known=known)
        require(told["consistency"] is None, "null", str(told["consistency"]))


@probe("receipts.consistency")
def consistency(bench: Bench) -> None:
    """From the size that was told, and it holds."""
    expect_receipt(
        bench.peer, bench.peer.send(bench.peer.opening("consultation.note", note())), "applied"
    )
    sent = bench.peer.send(bench.peer.opening("consultation.note", note()))
    told = payload_of(sent)["consistency"]
    size = sent.known.tree_size if sent.known else 0
    require(isinstance(told, Mapping) and told["from"] == size, f"a proof from {size}", str(told))
    require(
        expect_receipt(bench.peer, sent, "applied").linked,
        "a proof that holds",
        "one that does not",
    )


@probe("receipts.consistency-from-one")
def consistency_from_one(bench: Bench) -> None:
    """The tree of one leaf."""
    _, told = receipted(bench, known=1)
    proof = told["consistency"]
    require(isinstance(proof, Mapping) and proof["from"] == 1, "a proof from 1", str(proof))


@probe("receipts.known-too-great", level="SHOULD")
def known_too_great(bench: Bench) -> None:
    """The receipt shows the tree that there is."""
    _, told = receipted(bench, known=2**40)
    size = peek_checkpoint(told["checkpoint"].encode()).tree_size
    require(size < 2**40, "the tree that there is", f"a tree of {size}")


@probe("receipts.head-null")
def head_null(bench: Bench) -> None:
    """In a conversation that was just opened."""
    _, told = receipted(bench)
    require(told["head"] is None, "null", str(told["head"]))


@probe("receipts.head")
def head(bench: Bench) -> None:
    """The node writes a note, then the peer does."""
    bench.need_operator()
    talk = bench.opened()
    await_answer(bench, talk, Wanted("consultation.note", note("Ours."), conversation=talk.content))
    sent = bench.peer.send(bench.note(talk))
    told = payload_of(sent)["head"]
    wanted = {"content": talk.chains[bench.node][-1], "sequence": 1}
    require(told == wanted, str(wanted), str(told))


@probe("receipts.held")
def held(bench: Bench) -> None:
    """The outcome is part of what the leaf commits to."""
    talk = bench.opened()
    missing = bench.note(talk)
    talk.add(bench.peer.party, content_of(missing.data()))
    expect_receipt(bench.peer, bench.peer.send(bench.note(talk)), "held")


@probe("receipts.refused")
def refused_receipt(bench: Bench) -> None:
    """Without the approval that is due."""
    letter = bench.peer.opening("information.shared", information())
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:approvals-missing")


@probe("receipts.refused-again")
def refused_again(bench: Bench) -> None:
    """Byte for byte."""
    letter = bench.peer.opening("information.shared", information())
    message = bench.peer.sign(letter)
    one = bench.peer.send_signed(letter, message)
    expect_receipt(bench.peer, one, "refused:approvals-missing")
    two = bench.peer.send_signed(letter, message)
    require(one.answer.body == two.answer.body, "the same bytes", two.answer.words())


@probe("receipts.first-refusal", level="SHOULD")
def first_refusal(bench: Bench) -> None:
    """An illegal move with a section that was changed: the section is named."""
    talk = bench.opened("contact.ping", {})
    letter = bench.peer.next(talk, "contact.answered", note())
    letter.sections["note"]["value"] = note("Other words.")["note"]
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:section-mismatch")


@probe("receipts.none-for-errors")
def none_for_errors(bench: Bench) -> None:
    """However many come, the log does not grow by so many."""
    _, before = receipted(bench)
    for _ in range(ERRORS):
        letter = bench.peer.opening("consultation.note", note())
        expect_error(bench.peer.send(letter, key="receipt").answer, "key-use")
    _, after = receipted(bench)
    grown = after["leaf"]["index"] - before["leaf"]["index"]
    require(1 <= grown < ERRORS, f"less than {ERRORS} further leaves", f"{grown}")


@probe("receipts.error-then-good")
def error_then_good(bench: Bench) -> None:
    """The same payload, signed by the right key."""
    letter = bench.peer.opening("consultation.note", note())
    expect_error(bench.peer.send(letter, key="receipt").answer, "key-use")
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("receipts.sealed-once-more")
def sealed_once_more(bench: Bench) -> None:
    """A carrier that repeats."""
    letter = bench.peer.opening("consultation.note", note())
    sealed = bench.peer.seal(encode(letter.parcel(bench.peer.sign(letter), known=None)))
    one, two = (bench.peer.ask("POST", "/exchange/v1/messages", body=sealed) for _ in range(2))
    require(one.status == 200 and one.body == two.body, "the same receipt", two.words())
