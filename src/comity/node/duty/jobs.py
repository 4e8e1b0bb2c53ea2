"""What the node's loops do for the watch: look for causes, climb ladders, hand notices over."""

import logging
from typing import Final

from comity.node.cases.severity import ALARM, Kind
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.partner_http import PartnerClient
from comity.node.duty import alarm_causes, escalation, notice_delivery
from comity.node.watch.alert import alarm_key
from comity.node.work import technical
from comity.node.work.rows import replace_found

_LOG: Final = logging.getLogger("comity.duty")
_ENDED_BY_ACTS: Final = frozenset(
    ALARM[kind]
    for kind in (
        Kind.UNREAD,
        Kind.UNANSWERED,
        Kind.UNDELIVERED,
        Kind.CLOCK,
        Kind.SECOND,
        Kind.CALL,
        Kind.DEAD,
    )
)
"""Alarms whose cause an officer's act removes, and that only the watch raises."""


def watch(node: Node, client: PartnerClient) -> int:
    """Raise and end alarms, and do the steps that are due; return how much was done."""
    at = now()
    found = alarm_causes.causes(
        node, at, silent=dict(client.silent), flooding=node.quotas.flooding()
    )
    return escalation.settle(found, at=at) + escalation.climb(at=at)


def end_gone(node: Node) -> int:
    """End the alarms whose cause an act has just removed; return how many.

    The next page counts as the watch lists, and does not wait for the loop. Nothing is raised: the
    act is done already, and what cannot be ended now is ended by the loop.

    Args:
        node: this node.
    """
    try:
        rows = list(escalation.open_alarms().filter(kind__in=_ENDED_BY_ACTS))
        if not rows:
            return 0
        at = now()
        dead = technical.dead_letters()
        replace_found(dead, at=at, kinds=frozenset({Kind.DEAD}))
        there = {cause.key for cause in alarm_causes.standing(at)}
        gone = (row for row in rows if alarm_key(row.kind, row.subject) not in there)
        return escalation.end(gone, at=at)
    except Exception as fault:  # noqa: BLE001 - whatever it is, the act stands
        _LOG.error("alarms are left to the loop: %s", type(fault).__name__)
        return 0


def hand_over(node: Node) -> int:
    """Hand over the notices that are due; return how many were tried."""
    return notice_delivery.send_due(node.config, at=now())
