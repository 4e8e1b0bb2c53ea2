"""Asking partners and witnesses, again and again, whether a newer copy of this node is at work."""

import time
from collections.abc import Callable
from typing import Final

from comity.node.core.node import Node
from comity.node.core.partner_http import PartnerClient
from comity.node.federation import recovery
from comity.node.log.superseded import check_newest

HEARD_S: Final = 600.0
"""One that answered is asked again after this time."""
SILENT_S: Final = 30.0
"""One that did not answer is asked again after this time."""


class Copies:
    """Asks each party in turn; what it holds is proved by the key of this node's own log."""

    def __init__(
        self, node: Node, client: PartnerClient, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._node, self._client, self._clock = node, client, clock
        self._due: dict[str, float] = {}

    def step(self) -> int:
        """Ask who is due; return how many answered.

        Raises:
            LogSupersededError: a newer copy is at work; it is kept, so that nothing is signed here.
        """
        check_newest(self._node.config.folder)
        answered = 0
        for party in self._node.directory.parties():
            due = self._due.get(party, 0.0) <= self._clock()
            if party == self._node.party or not due or not self._client.reachable(party):
                continue
            told = recovery.held_by(self._node, self._client, party)
            self._due[party] = self._clock() + (SILENT_S if told is None else HEARD_S)
            answered += told is not None
            if told:
                recovery.check_epoch(self._node, told)
        return answered
