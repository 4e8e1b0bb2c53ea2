"""Passkeys that trainees make at their team's node are certified while the exercise is held.

In an office another person does this, on a machine without network. Here the exercise holds the
officer-ca of every node, and whoever has the password of a seat is that officer.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from comity.client.api import Api
from comity.demo.authority import certify_passkey
from comity.demo.world import Place

HOLDS: Final = timedelta(days=30)
"""Of the story's time: longer than the longest story, and than a break between two evenings."""


@dataclass
class Enrolment:
    """The people of one team's node, who are asked for in turn whether a passkey waits.

    Attributes:
        sessions: name of each account to its session.
    """

    place: Place
    sessions: dict[str, Api]
    tell: Callable[[str], None]
    _next: int = field(default=0)

    def go_on(self) -> bool:
        """Look at the next person, and certify the passkey if one waits; tell whether it did.

        One person a call: with twenty teams each question costs a request each second.

        Raises:
            NodeSilentError, NodeRefusedError: the node gave no answer, or another than it should.
        """
        names = list(self.sessions)
        name = names[self._next % len(names)]
        self._next += 1
        return certify_passkey(self.place, name, self.sessions[name], self.tell, holds=HOLDS)
