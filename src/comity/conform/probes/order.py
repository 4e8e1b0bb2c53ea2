"""Order: what is held, doubled, said twice, or said among more than two (spec 8.1, 8.3, 8.6)."""

from concurrent.futures import ThreadPoolExecutor

from comity.canonical import new_id
from comity.conform.bench import Bench
from comity.conform.expectations import expect_receipt, require
from comity.conform.letters import Letter, content_of
from comity.conform.model import probe
from comity.conform.peer import Talk, now
from comity.conform.probes.conversations import ILLEGAL, conferred
from comity.conform.texts import note


def content(letter: Letter) -> str:
    """Return the content digest that a message will have."""
    return content_of(letter.data())


def chain(bench: Bench, talk: Talk, count: int) -> list[Letter]:
    """Return notes that follow each other, not sent yet."""
    found = []
    for _ in range(count):
        letter = bench.note(talk)
        talk.add(bench.peer.party, content(letter))
        found.append(letter)
    return found


@probe("conversations.gap")
def gap(bench: Bench) -> None:
    """The third before the second."""
    talk = conferred(bench)
    letters = chain(bench, talk, 2)
    expect_receipt(bench.peer, bench.peer.send(letters[1]), "held")


@probe("conversations.gap-filled")
def gap_filled(bench: Bench) -> None:
    """Third, second, fourth: only the third is held."""
    talk = conferred(bench)
    letters = chain(bench, talk, 3)
    expect_receipt(bench.peer, bench.peer.send(letters[1]), "held")
    expect_receipt(bench.peer, bench.peer.send(letters[0]), "applied")
    expect_receipt(bench.peer, bench.peer.send(letters[2]), "applied")


@probe("conversations.refused-before-its-time")
def refused_before_its_time(bench: Bench) -> None:
    """Held, it would count once the gap is filled: without a body that a section may have."""
    talk = conferred(bench)
    first = chain(bench, talk, 1)[0]
    wrong = bench.peer.next(talk, "consultation.note", {"note": {"text": "no language"}})
    expect_receipt(bench.peer, bench.peer.send(wrong), "refused:body-malformed")
    expect_receipt(bench.peer, bench.peer.send(first), "applied")


@probe("conversations.reversed")
def in_reverse(bench: Bench) -> None:
    """Five, the last first."""
    talk = conferred(bench)
    letters = chain(bench, talk, 5)
    for letter in reversed(letters[1:]):
        expect_receipt(bench.peer, bench.peer.send(letter), "held")
    expect_receipt(bench.peer, bench.peer.send(letters[0]), "applied")
    bench.say(talk, bench.note(talk), "applied")


@probe("conversations.before-the-opening")
def before_the_opening(bench: Bench) -> None:
    """Then the opening comes, and the conversation continues."""
    opening = bench.peer.opening("consultation.note", note())
    talk = Talk(content(opening), tuple(opening.payload["members"]))
    talk.add(bench.peer.party, talk.content)
    later = chain(bench, talk, 1)[0]
    expect_receipt(bench.peer, bench.peer.send(later), "held")
    expect_receipt(bench.peer, bench.peer.send(opening), "applied")
    bench.say(talk, bench.note(talk), "applied")


@probe("conversations.duplicate")
def duplicate(bench: Bench) -> None:
    """Sealed anew, with another known."""
    letter = bench.peer.opening("consultation.note", note())
    message = bench.peer.sign(letter)
    one = bench.peer.send_signed(letter, message)
    expect_receipt(bench.peer, one, "applied")
    two = bench.peer.send_signed(letter, message, known=None)
    require(one.answer.body == two.answer.body, "the same bytes", two.answer.words())


@probe("conversations.duplicate-later")
def duplicate_later(bench: Bench) -> None:
    """A held one keeps its outcome, though its past is there now."""
    talk = conferred(bench)
    letters = chain(bench, talk, 2)
    message = bench.peer.sign(letters[1])
    held = bench.peer.send_signed(letters[1], message)
    expect_receipt(bench.peer, held, "held")
    expect_receipt(bench.peer, bench.peer.send(letters[0]), "applied")
    again = bench.peer.send_signed(letters[1], message)
    require(held.answer.body == again.answer.body, "the same bytes", again.answer.words())


@probe("conversations.double-sequence")
def double_sequence(bench: Bench) -> None:
    """The first was applied; the second is held and receipted."""
    talk = conferred(bench)
    one, two = bench.note(talk), bench.note(talk)
    expect_receipt(bench.peer, bench.peer.send(one), "applied")
    expect_receipt(bench.peer, bench.peer.send(two), "held:double-speak")


@probe("conversations.double-id")
def double_id(bench: Bench) -> None:
    """In one conversation, at different places."""
    talk = conferred(bench)
    one = bench.note(talk)
    bench.say(talk, one, "applied")
    two = bench.note(talk, id=one.payload["id"])
    expect_receipt(bench.peer, bench.peer.send(two), "held:double-speak")


@probe("conversations.double-opening")
def double_opening(bench: Bench) -> None:
    """They name two conversations."""
    one = bench.peer.opening("consultation.note", note("One."))
    expect_receipt(bench.peer, bench.peer.send(one), "applied")
    two = bench.peer.opening("consultation.note", note("Two."), id=one.payload["id"])
    expect_receipt(bench.peer, bench.peer.send(two), "held:double-speak")


@probe("conversations.after-double-speak")
def after_double_speak(bench: Bench) -> None:
    """The chain is cut before the doubled sequence."""
    talk = conferred(bench)
    one, two = bench.note(talk), bench.note(talk)
    bench.say(talk, one, "applied")
    expect_receipt(bench.peer, bench.peer.send(two), "held:double-speak")
    sent = bench.peer.send(bench.note(talk))
    expect_receipt(bench.peer, sent, "held", "held:double-speak")


@probe("conversations.twin-receipt-stays")
def twin_receipt_stays(bench: Bench) -> None:
    """The first message, sent again, still has its receipt."""
    talk = conferred(bench)
    one, two = bench.note(talk), bench.note(talk)
    message = bench.peer.sign(one)
    first = bench.peer.send_signed(one, message)
    expect_receipt(bench.peer, first, "applied")
    expect_receipt(bench.peer, bench.peer.send(two), "held:double-speak")
    again = bench.peer.send_signed(one, message)
    require(first.answer.body == again.answer.body, "the same bytes", again.answer.words())


@probe("conversations.same-id-of-two")
def same_id_of_two(bench: Bench) -> None:
    """The peer and the third party use the same id."""
    id = new_id(now(), b"0123456789")
    own = bench.peer.opening("consultation.note", note(), id=id)
    other = bench.third.opening("consultation.note", note(), id=id)
    expect_receipt(bench.peer, bench.peer.send(own), "applied")
    expect_receipt(bench.third, bench.third.send(other), "applied")


@probe("conversations.three")
def three(bench: Bench) -> None:
    """The third party answers the peer's opening."""
    talk = bench.open_for_three()
    letter = bench.third.next(talk, "consultation.note", note("Of the third."))
    expect_receipt(bench.third, bench.third.send(letter), "applied")


@probe("conversations.three-concurrent")
def three_concurrent(bench: Bench) -> None:
    """Of the third party and of the peer."""
    talk = bench.open_for_three()
    one = bench.third.next(talk, "consultation.note", note())
    two = bench.note(talk)
    expect_receipt(bench.third, bench.third.send(one), "applied")
    expect_receipt(bench.peer, bench.peer.send(two), "applied")


@probe("conversations.three-past")
def three_past(bench: Bench) -> None:
    """The peer has seen a note of the third party that the node has not."""
    talk = bench.open_for_three()
    unsent = bench.third.next(talk, "consultation.note", note("Late."))
    talk.add(bench.third.party, content(unsent))
    expect_receipt(bench.peer, bench.peer.send(bench.note(talk)), "held")
    expect_receipt(bench.third, bench.third.send(unsent), "applied")


@probe("conversations.seen-shrinks")
def seen_shrinks(bench: Bench) -> None:
    """The peer forgets a note of the third party."""
    talk = bench.open_for_three()
    for words in ("One.", "Two."):
        letter = bench.third.next(talk, "consultation.note", note(words))
        sent = bench.third.send(letter)
        expect_receipt(bench.third, sent, "applied")
        talk.add(bench.third.party, sent.content)
    bench.say(talk, bench.note(talk), "applied")
    first = {"content": talk.chains[bench.third.party][0], "sequence": 1}
    expect_receipt(
        bench.peer, bench.peer.send(bench.note(talk, seen={bench.third.party: first})), ILLEGAL
    )


@probe("conversations.outsider")
def outsider(bench: Bench) -> None:
    """The third party writes into a conversation of two, as one of its members."""
    talk = conferred(bench)
    strangers = Talk(talk.content, tuple(sorted([bench.node, bench.third.party])))
    strangers.add(bench.peer.party, talk.content)
    letter = bench.third.next(
        strangers,
        "consultation.note",
        note(),
        seen={bench.node: {"content": talk.content, "sequence": 1}},
    )
    sent = bench.third.send(letter)
    if sent.answer.status == 200:
        expect_receipt(bench.third, sent, ILLEGAL, "held")
    bench.say(talk, bench.note(talk), "applied")


# ------------------------------------------------------------------ at once


@probe("conversations.duplicate-at-once")
def duplicate_at_once(bench: Bench) -> None:
    """Four connections."""
    letter = bench.peer.opening("consultation.note", note())
    message = bench.peer.sign(letter)
    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(lambda _: bench.peer.send_signed(letter, message), range(4)))
    expect_receipt(bench.peer, sent[0], "applied")
    bodies = {one.answer.body for one in sent}
    require(len(bodies) == 1, "the same receipt four times", f"{len(bodies)} different answers")


@probe("conversations.double-at-once")
def double_at_once(bench: Bench) -> None:
    """Each is receipted, and one of them as double-speak."""
    talk = conferred(bench)
    letters = [bench.note(talk), bench.note(talk)]
    with ThreadPoolExecutor(2) as pool:
        sent = list(pool.map(bench.peer.send, letters))
    words = sorted(
        expect_receipt(bench.peer, one, "applied", "held:double-speak").receipt.outcome
        for one in sent
    )
    require(words == ["applied", "held:double-speak"], "one of each", " and ".join(words))


@probe("conversations.many-at-once")
def many_at_once(bench: Bench) -> None:
    """Eight openings."""
    letters = [bench.peer.opening("consultation.note", note()) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(bench.peer.send, letters))
    leaves = {expect_receipt(bench.peer, one, "applied").receipt.index for one in sent}
    require(len(leaves) == len(letters), f"{len(letters)} leaves", f"{len(leaves)}")
