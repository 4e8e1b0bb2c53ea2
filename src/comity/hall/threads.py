"""Which conversation of the story is which at the nodes.

The story's conversations have keys, those of nodes have digests. One that a partner opens is bound
when its message is sent. One that a team opens is bound by its partner, its type and its measure.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from comity.drills import Plan
from comity.drills.model import Thread
from comity.exchange.types import MOVES, NEW


@dataclass
class Bindings:
    """Conversations of one team, as far as they exist.

    Attributes:
        by_thread: key of the story to digest.
    """

    plan: Plan
    by_thread: dict[str, str] = field(default_factory=dict)

    def thread_of(self, digest: str) -> str:
        """Return the story's key of a conversation; empty if it is none of the story."""
        return next((key for key, one in self.by_thread.items() if one == digest), "")

    def bind(self, thread: str, digest: str) -> None:
        """Remember which conversation it is."""
        self.by_thread[thread] = digest

    def opened(self, digest: str, *, partner: str, message_type: str, measure: str) -> str:
        """Return the key for a conversation that the team opened, and remember it.

        Args:
            digest: of the conversation.
            partner: key of the other party in the story.
            message_type: by which it was opened.
            measure: of a request, or empty.

        Returns:
            The key, or empty if the story has no such conversation that is not open yet.
        """
        team = self.plan.team().key
        free = [
            thread
            for key, thread in self.plan.threads.items()
            if key not in self.by_thread and (thread.asks, thread.asked) == (team, partner)
        ]
        types = openers(self.plan)
        fitting = [one for one in free if message_type in types.get(one.key, {message_type})]
        exact = [one for one in fitting if one.measure == measure]
        found: Thread | None = next(iter(exact or _unnamed(fitting)), None)
        if found is None:
            return ""
        self.bind(found.key, digest)
        return found.key


def openers(plan: Plan) -> Mapping[str, set[str]]:
    """Return by which types the story expects its conversations to be opened, where it says so."""
    found: dict[str, set[str]] = {}
    team = plan.team().key
    deeds = [
        *(one.did for one in plan.good.values()),
        *(deed for one in plan.scores.values() for deed in (one.steps or (one.did,))),
    ]
    for deed in deeds:
        key = deed.names.get("thread", "")
        if deed.kind != "sent" or key not in plan.threads or plan.threads[key].asks != team:
            continue
        if opens(deed.names["type"]):
            found.setdefault(key, set()).add(deed.names["type"])
    return found


def opens(message_type: str) -> bool:
    """Tell whether a type begins a conversation."""
    return NEW in MOVES[message_type].main


def _unnamed(threads: list[Thread]) -> list[Thread]:
    """Return those that say no measure: any will do."""
    return [one for one in threads if not one.measure]
