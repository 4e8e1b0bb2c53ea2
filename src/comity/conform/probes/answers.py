"""Conversations in which the node says something too (spec 8.3, 8.4)."""

from typing import Any

from comity.conform.bench import Bench
from comity.conform.model import probe
from comity.conform.offers import await_answer
from comity.conform.operator import Wanted
from comity.conform.peer import Talk, ahead, now
from comity.conform.probes.conversations import ILLEGAL, pinged, submitted
from comity.conform.probes.sending import await_message, message_of
from comity.conform.texts import help_, need, note, places, text


def acknowledged(bench: Bench) -> Talk:
    """Return a request that the node has acknowledged."""
    bench.need_operator()
    talk = submitted(bench)
    section = {"acknowledgement": {"reference": "KIT-1", "note": None}}
    wanted = Wanted("request.acknowledged", section, conversation=talk.content)
    await_answer(bench, talk, wanted)
    return talk


def agreement() -> dict[str, Any]:
    """Return section agreement."""
    told = {
        "begins": ahead(days=1),
        "ends": None,
        "review_by": ahead(days=60),
        "summary": text("Nothing is agreed."),
        "under": None,
    }
    return {"agreement": told}


@probe("conversations.overtaken")
def overtaken(bench: Bench) -> None:
    """The peer asks for more time while the node asks for a clarification."""
    talk = acknowledged(bench)
    told = {"extension": {"until": ahead(days=60), "reasons": text("More time.")}}
    letter = bench.peer.next(talk, "request.extension-asked", told)
    late = bench.peer.approved(letter, "author")
    wanted = Wanted("request.clarification-asked", note("Which box?"), conversation=talk.content)
    await_answer(bench, talk, wanted)
    bench.say(talk, late, "overtaken")


@probe("conversations.crossed-withdrawal")
def crossed_withdrawal(bench: Bench) -> None:
    """Lower rank first: what was asked is overtaken."""
    talk = acknowledged(bench)
    late = bench.peer.approved(bench.peer.next(talk, "request.withdrawn"), "author")
    wanted = Wanted("request.clarification-asked", note("Which box?"), conversation=talk.content)
    await_answer(bench, talk, wanted)
    bench.say(talk, late, "applied")


@probe("conversations.clarified")
def clarified(bench: Bench) -> None:
    """Asked, answered, asked again."""
    talk = acknowledged(bench)
    wanted = Wanted("request.clarification-asked", note("Which box?"), conversation=talk.content)
    await_answer(bench, talk, wanted)
    letter = bench.peer.next(talk, "request.clarified", note("The second."))
    bench.say(talk, bench.peer.approved(letter, "author"), "applied")
    await_answer(bench, talk, wanted)


@probe("conversations.status-given")
def status_given(bench: Bench) -> None:
    """It names the question in about, or nothing."""
    bench.need_operator()
    talk = submitted(bench)
    bench.say(talk, bench.peer.next(talk, "request.status-asked"), "applied")
    question = talk.chains[bench.peer.party][-1]
    wanted = Wanted(
        "request.status-given", note("It waits."), conversation=talk.content, about=question
    )
    await_answer(bench, talk, wanted)


@probe("conversations.ping-answered")
def ping_answered(bench: Bench) -> None:
    """By the node's own message."""
    bench.need_operator()
    talk = pinged(bench)
    await_answer(bench, talk, Wanted("contact.answered", {}, conversation=talk.content))


def opened_by_node(bench: Bench, type: str, sections: dict[str, Any], *roles: str) -> Talk:
    """Let the node open a conversation with the peer; return it."""
    wanted = Wanted(type, sections, to=(bench.peer.party,), approvals=roles)
    message = message_of(await_message(bench, wanted))
    talk = Talk(message.content, tuple(message.draft.members), message.draft.instrument)
    talk.add(bench.node, message.content)
    return talk


@probe("conversations.illegal-own-agreement")
def own_agreement(bench: Bench) -> None:
    """The node asks for help, the peer offers it, and agrees itself."""
    talk = opened_by_node(bench, "assistance.needed", need(now()), "author")
    offer = bench.peer.next(talk, "assistance.offered", help_(now()))
    bench.say(talk, bench.peer.approved(offer, "author"), "applied")
    about = talk.chains[bench.peer.party][-1]
    letter = bench.peer.next(talk, "assistance.agreed", agreement(), about=about)
    bench.say(talk, bench.peer.approved(letter, "author", "approver"), ILLEGAL)


@probe("conversations.illegal-other-withdrawal")
def other_withdrawal(bench: Bench) -> None:
    """The peer asks for help, the node offers it, and the peer withdraws the offer."""
    bench.need_operator()
    talk = bench.opened("assistance.needed", need(now()), "author")
    offer = Wanted(
        "assistance.offered",
        help_(now()),
        conversation=talk.content,
        approvals=("author",),
    )
    about = await_answer(bench, talk, offer).content
    letter = bench.peer.next(talk, "assistance.offer-withdrawn", about=about)
    bench.say(talk, bench.peer.approved(letter, "author"), ILLEGAL)


@probe("conversations.answer-for-nobody")
def answer_for_nobody(bench: Bench) -> None:
    """Then the answer for the one who was."""
    bench.need_operator()
    talk = bench.opened("training.places-offered", places(now()), "author")
    nominee = {"number": 1, "name": "A. Nobody", "function": "officer", "language": "en"}
    nominated = Wanted(
        "training.nominated",
        {"nominations": {"nominees": [nominee], "note": None}},
        conversation=talk.content,
        approvals=("author",),
    )
    about = await_answer(bench, talk, nominated).content
    for number in (9, 1):
        told = {"answers": [{"number": number, "outcome": "accepted"}], "note": None}
        letter = bench.peer.next(
            talk, "training.answered", {"nomination-answers": told}, about=about
        )
        bench.say(talk, bench.peer.approved(letter, "author"), "applied")
