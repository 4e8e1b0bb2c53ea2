"""Letting the node say something in a conversation that the kit began."""

from typing import Any

from comity.conform.bench import Bench
from comity.conform.expectations import fail_probe
from comity.conform.operator import Wanted
from comity.conform.peer import Talk
from comity.exchange import Message


def await_answer(bench: Bench, talk: Talk, wanted: Wanted) -> Message:
    """Let the node say something in a conversation; return it once it is here."""
    operator = bench.need_operator()
    operator.send(wanted)

    def found() -> Any:
        return next(
            (
                one.message
                for one in bench.endpoint.arrivals
                if one.message is not None
                and one.message.conversation == talk.content
                and one.message.draft.type == wanted.type
                and one.message.content not in talk.chains.get(bench.node, [])
            ),
            None,
        )

    message: Message | None = bench.endpoint.wait(found, operator.patience_s)
    if message is None:
        fail_probe(f"{wanted.words()} at the peer", "nothing in time")
    talk.add(bench.node, message.content)
    return message
