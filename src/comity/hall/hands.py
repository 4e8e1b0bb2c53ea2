"""A scripted team's hands: what its script wants sent is drafted, signed and sent at its node."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from comity.drills import Scenario, exhibit_bytes, exhibit_name, say
from comity.drills.players import Want
from comity.evidence import age_keys
from comity.hall.bodies import OWN_REFERENCE, Words
from comity.hall.partners import OFFERED, RECEIVED, Saying, offer, send, take
from comity.hall.teams import TeamNode
from comity.instruments import Instrument


@dataclass(frozen=True)
class Hands:
    """What a scripted team needs to send messages.

    Attributes:
        treaty: that the scenario rests on.
        lang: of the exercise.
        folder: for packages that are sealed on the way.
        recipient: to whom this team wants evidence sealed; its key is kept nowhere, since a
            scripted team opens nothing.
    """

    scenario: Scenario
    treaty: Instrument
    lang: str
    folder: Path
    recipient: str = field(default_factory=lambda: str(age_keys.generate(os.urandom).recipient))

    def send(self, team: TeamNode, want: Want) -> dict[str, Any]:
        """Send what a script wants sent, and wait for the other side's receipt.

        Raises:
            NodeRefusedError: the team's node does not let it go; its code says why.
            DemoTimeoutError: no receipt came.
        """
        names = want.names
        thread, digest = (
            names.get("thread", ""),
            team.bindings.by_thread.get(names.get("thread", ""), ""),
        )
        words = self._words(team, want, thread)
        saying = Saying(thread=thread, type=names["type"], words=words, exhibit=self._exhibit())
        to = team.seats.partners[names["to"]]
        if names["type"] == OFFERED:
            sent = offer(team.office, digest, saying, to=to, folder=self.folder)
        elif names["type"] == RECEIVED:
            sent = take(team.office, digest)
        else:
            sent = send(team.office, names["type"], words, to=to, conversation=digest)
        team.office.wait_receipt(str(sent["conversation"]), str(sent["content"]))
        return sent

    def _words(self, team: TeamNode, want: Want, thread: str) -> Words:
        plan, names = self.scenario.plan, want.names
        told = plan.threads.get(thread)
        measure = told.measure if told else ""
        return Words(
            text=self._text(want),
            lang=self.lang,
            treaty=self.treaty,
            measure=measure,
            reference=plan.values.get(thread, OWN_REFERENCE),
            grounds=(names["ground"],) if "ground" in names else (),
            fields=frozenset(want.fields),
            urgent="emergency" if measure == "emergency" else "urgent",
            recipient=self.recipient,
            at=team.office.now(),
        )

    def _text(self, want: Want) -> str:
        """Return what the ideal timeline says of this step; else what it was to be about."""
        plan, names = self.scenario.plan, want.names
        wanted = {name: names[name] for name in ("type", "to", "thread") if name in names}
        for key, good in plan.good.items():
            if (
                good.did.kind == "sent"
                and wanted.items()
                >= {name: text for name, text in good.did.names.items() if name in wanted}.items()
            ):
                return say(plan, self.scenario.texts, f"good.{key}", self.lang)[0]
        return say(plan, self.scenario.texts, "about", self.lang)[0]

    def _exhibit(self) -> tuple[str, bytes] | None:
        found = next(iter(self.scenario.plan.exhibits.values()), None)
        data = exhibit_bytes(self.scenario, found) if found else None
        return (exhibit_name(found), data) if found and data else None
