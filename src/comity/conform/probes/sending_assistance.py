"""What the node does not send, and how it answers, where States help each other (spec 7.4)."""

from comity.canonical import ComityError
from comity.conform.bench import Bench
from comity.conform.expectations import require
from comity.conform.model import probe
from comity.conform.operator import Wanted
from comity.conform.peer import now
from comity.conform.probes.sending import LOOK_S, await_message, message_of, seen_before
from comity.conform.texts import help_, need


def must_not_send(bench: Bench, wanted: Wanted) -> None:
    """Ask for a message that the node has to refuse, and demand that it does not come."""
    operator, known = bench.need_operator(), seen_before(bench)
    try:
        operator.send(wanted)
    except ComityError:
        return

    def found() -> bool:
        return any(
            one.message is not None
            and one.message.record not in known
            and one.message.draft.type == wanted.type
            for one in bench.endpoint.arrivals
        )

    came = bench.endpoint.wait(found, min(operator.patience_s, LOOK_S))
    require(not came, f"nothing of type {wanted.type}", "a message")


@probe("sending.topic-unknown")
def topic_unknown(bench: Bench) -> None:
    """One of no edition; a need with a topic of the law before it."""
    sections, to = need(now()), (bench.peer.party,)
    good = Wanted("assistance.needed", sections, to=to, approvals=("author",))
    await_message(bench, good)
    sections["need"]["topics"] = ["a-topic-of-tomorrow"]
    must_not_send(bench, good)


@probe("sending.circular-answered")
def circular_answered(bench: Bench) -> None:
    """An offer in it is not sent; help that follows it comes to the peer alone."""
    members = (bench.node, bench.peer.party, bench.third.party)
    asked = bench.opened("assistance.needed", need(now()), "author", members=members).content
    offer = Wanted("assistance.offered", help_(now()), conversation=asked, approvals=("author",))
    must_not_send(bench, offer)
    sections = help_(now())
    sections["help"]["follows"] = {"conversation": asked}
    answer = Wanted("assistance.available", sections, to=(bench.peer.party,), approvals=("author",))
    came = await_message(bench, answer)
    party = {bench.node, bench.peer.party}
    told = set(message_of(came).draft.members)
    require(told == party, f"a conversation of {party}", f"one of {told}")
    value = came.parcel.sections["help"].value if came.parcel else {}
    require(value.get("follows") == {"conversation": asked}, f"follows {asked}", str(value))
