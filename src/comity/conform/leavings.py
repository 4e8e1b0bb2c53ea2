"""What a run leaves at the node under test, in words: a node keeps what partners signed."""

from collections.abc import Iterable
from typing import Final

from comity.canonical.amounts import counted
from comity.conform.bench import Bench
from comity.conform.folder import PARTIES, STATES
from comity.conform.model import Result
from comity.conform.peer import MESSAGES

_SPOILT: Final = (
    (
        "sending.receipt-",
        "receipts that do not hold, so that the node calls the logs of these parties at odds with"
        " its own (System health of a Comity node:"
        " “Logs of this node and of partner authorities”)",
    ),
    (
        "sending.final-",
        "messages of the node that the peer refused for good (“Messages on their way”)",
    ),
    (
        "conversations.double-",
        "messages that say two different things (“Messages that say two different things”)",
    ),
)
"""Beginning of the ids of probes, and what they leave that a node warns its people of."""


def left_behind(bench: Bench, results: Iterable[Result]) -> tuple[str, ...]:
    """Return what a run left at the node and how to be rid of it, a sentence each.

    Args:
        bench: of the run.
        results: what was tried.
    """
    sent = sum(one.path.endswith(MESSAGES) and one.status == 200 for one in bench.wire.answers)
    if not sent:
        return ()
    tried = [one.probe.id for one in results if one.word != "not tried"]
    spoilt = [what for start, what in _SPOILT if any(id.startswith(start) for id in tried)]
    told = [
        f"{counted(sent, 'message')} of {', '.join(PARTIES)}, of the invented States"
        f" {' and '.join(STATES)};"
        " their texts name the conformance kit."
    ]
    told += [f"On purpose: {what}." for what in spoilt]
    told.append(
        "None of it concerns another partner. A node keeps what partners signed, so nothing takes"
        " it back: discard this node and create a new one, or restore a backup made before the"
        " run into a new folder."
    )
    return tuple(told)
