"""A team at a node of its own: what it sends there becomes an event of its run.

The node is asked through its API, as any program would; what it says of its own messages is
believed, as the exercise's people are not each other's enemies.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from comity.client.api import Api
from comity.demo.office import Office
from comity.drills import Event, Plan
from comity.drills.model import Thread
from comity.exchange.types import MOVES, NEW
from comity.hall.story import Seats
from comity.node.core.clock import real_now

# Which conversation of the story is which at the nodes.
#
# The story's conversations have keys, those of nodes have digests. One that a partner opens is
# bound when its message is sent. One that a team opens is bound by its partner, its type and its
# measure.


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


_BY_NODE: Final = "node"
"""Who drafted a message that a node sends by itself: no account has this name here."""
_SETTLING_S: Final = 2
"""A case that moved so shortly ago is read again: the list of cases counts whole seconds.

Seconds of the node's clock, which may stand, and of the real one, in which a fast clock's pass.
"""


@dataclass
class TeamNode:
    """One team's node as the exercise sees it.

    Attributes:
        name: of the team.
        party: its address.
        office: the sessions of its first seat and its approver.
        watching: the session that reads, of an account of its own.
        bindings: which conversation is which.
        counted: records of messages that are events already.
    """

    name: str
    party: str
    office: Office
    watching: Api
    plan: Plan
    seats: Seats
    bindings: Bindings
    counted: set[str] = field(default_factory=set)
    _moved: dict[str, tuple[str, float, float]] = field(default_factory=dict)

    def sent(self, *, at: datetime) -> Iterator[Event]:
        """Yield what the team sent since the last call, oldest first.

        Args:
            at: exercise's wall time of the events.

        Raises:
            NodeSilentError, NodeRefusedError: the node does not answer.
        """
        for case in self._changed():
            for digest in case["conversations"]:
                yield from self._of(self.watching.get(f"/conversations/{digest}"), at)

    def recount(self, events: Sequence[Event]) -> None:
        """Count the messages that are among a run's events already, the oldest of a kind first.

        Args:
            events: of the run, all messages that the team sent.

        Raises:
            NodeSilentError, NodeRefusedError: the node does not answer.
        """
        left = Counter(_kind(event) for event in events)
        at = real_now()
        known, self.counted = self.counted, set()
        found = [(event, record) for event, record in self._all(at)]
        for event, record in found:
            left[_kind(event)] -= record in known
        self.counted = set(known)
        for event, record in found:
            if record not in known and left[_kind(event)] > 0:
                left[_kind(event)] -= 1
                self.counted.add(record)
        self._moved.clear()

    def came(self, partner: str, message_type: str, thread: str) -> str:
        """Return the conversation in which a message of a partner came; empty if none did.

        Args:
            partner: party.
            message_type: of the message.
            thread: the story's key of its conversation; one that is not bound yet may be any that
                the partner opened and that is none of the story's.

        Raises:
            NodeSilentError, NodeRefusedError: the node does not answer.
        """
        bound = self.bindings.by_thread.get(thread, "")
        for told in self._conversations():
            digest = told["conversation"]
            free = told["opener"] == partner and not self.bindings.thread_of(digest)
            if digest != bound and (bound or not free):
                continue
            if any(one["type"] == message_type and not one["outgoing"] for one in told["timeline"]):
                return str(digest)
        return ""

    def _conversations(self) -> Iterator[dict[str, Any]]:
        for case in self._changed():
            for digest in case["conversations"]:
                yield self.watching.get(f"/conversations/{digest}")

    def _all(self, at: datetime) -> Iterator[tuple[Event, str]]:
        """Yield every message of the team as an event, with its record."""
        for told in self._conversations():
            before = set(self.counted)
            for event in self._of(told, at):
                (record,) = self.counted - before
                before.add(record)
                yield event, record

    def _changed(self) -> Iterator[dict[str, Any]]:
        """Yield the cases that moved, by the node's clock."""
        after, pages = "", True
        at_s, real_s = self.office.now().timestamp(), real_now().timestamp()
        while pages:
            page = self.watching.get("/cases", after=after)
            for case in page["cases"]:
                moved, *seen = self._moved.get(case["case"], ("", 0.0, 0.0))
                if case["moved_at"] != moved:
                    moved, seen = case["moved_at"], [at_s, real_s]
                elif min(at_s - seen[0], real_s - seen[1]) > _SETTLING_S:
                    continue
                self._moved[case["case"]] = (moved, seen[0], seen[1])
                yield case
            after, pages = page["next"] or "", bool(page["next"])

    def _of(self, told: dict[str, Any], at: datetime) -> Iterator[Event]:
        partner = self._partner(told)
        for message in told["timeline"]:
            record = message["record"]
            if not message["outgoing"] or record in self.counted or not partner:
                continue
            stated = self.watching.get(f"/messages/{record}/facts")
            if stated["made_by"] == _BY_NODE:  # a scheduled availability test is no one's deed
                continue
            self.counted.add(record)
            thread = self._thread(told, message, partner)
            names = {"type": message["type"], "to": partner}
            names |= {"thread": thread} if thread else {}
            ground = _ground(message)
            names |= {"ground": ground} if ground else {}
            role = stated["made_by"] if stated["made_by"] in self.plan.roles else ""
            yield Event(
                at=at,
                kind="sent",
                by=f"{self.name} {stated['made_by']}"[:64],
                role=role or next(iter(self.plan.roles)),
                names=names,
                fields=tuple(sorted(set(stated["facts"]) & asked_fields(self.plan))),
            )

    def _partner(self, told: dict[str, Any]) -> str:
        others = [party for party in told["members"] if party != self.party]
        found = (self.seats.partner_of(party) for party in others)
        return next((key for key in found if key), "")

    def _thread(self, told: dict[str, Any], message: dict[str, Any], partner: str) -> str:
        digest = told["conversation"]
        known = self.bindings.thread_of(digest)
        if known or told["opener"] != self.party:
            return known
        return self.bindings.opened(
            digest,
            partner=partner,
            message_type=message["type"],
            measure=told["measure"] or "",
        )


def _kind(event: Event) -> tuple[str, ...]:
    """Return what two events of one message have in common."""
    return tuple(event.names.get(name, "") for name in ("type", "to", "thread"))


def asked_fields(plan: Plan) -> frozenset[str]:
    """Return the facts that some score of a scenario asks a message to state."""
    return frozenset(name for score in plan.scores.values() for name in score.fields)


def _ground(message: dict[str, Any]) -> str:
    """Return the key of the first ground of a decision, as scenarios name it."""
    grounds = message["sections"].get("decision", {}).get("grounds", [])
    return grounds[0].partition(" ")[2] if grounds else ""
