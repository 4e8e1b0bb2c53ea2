"""The named step by which an operator lets a node's log go on that its guard has stopped.

It records the operator's word. The node's next start asks partners and witnesses all the same,
and opens a new epoch after the newest checkpoint that they or the guard hold.
"""

import contextlib
from dataclasses import dataclass
from typing import Final

from comity.canonical import MisuseError, time_text
from comity.ledger import LogOrigin
from comity.node.core.clock import now
from comity.node.core.head_guard import HeadGuardError, HeadGuardMissingError
from comity.node.core.node import Node
from comity.node.federation.recovery import NobodyAnsweredError
from comity.node.log.guarded_log import log_fault, read_guarded
from comity.node.log.sibling_folders import newer_copy
from comity.node.log.store import read_head
from comity.node.log.superseded import LogSupersededError, newer_log, supersede
from comity.node.messages.recovery_marker import BEGINNING, Marker, read_marker

MAX_REASON: Final = 160


class RenewalError(MisuseError, code="log-guard-renewal"):
    """The guard needs no renewal, or the reason is missing or too long."""


class NewerCopyError(MisuseError, code="log-newer-copy"):
    """The log continues in a newer copy of this node; continuing here too would fork it."""


@dataclass(frozen=True)
class GuardState:
    """How the log's guard and the register are.

    Attributes:
        epoch, tree_size: what the guard holds; None if there is none, or it cannot be read.
        register_epoch, register_size: what the register holds.
        fault: code of what stops the log, or empty. A node that was restored has no guard before
            its new epoch is open: it waits for an answer, and nothing is missing.
        restored: whether the node was restored and its new epoch is not open.
        confirmed: whether the operator's word is recorded: the next start opens the new epoch.
    """

    epoch: int | None
    tree_size: int | None
    register_epoch: int
    register_size: int
    fault: str
    restored: bool
    confirmed: bool = False


def guard_state(node: Node) -> GuardState:
    """Return how guard and register are now."""
    head, marker = read_head(), read_marker(node.config.folder)
    try:
        guarded = read_guarded(node)
    except HeadGuardError:
        guarded = None
    restored, fault = marker is not None and not marker.opened, log_fault(node)
    if restored and fault == HeadGuardMissingError.code:
        fault = NobodyAnsweredError.code
    return GuardState(
        epoch=guarded.epoch if guarded else None,
        tree_size=guarded.tree_size if guarded else None,
        register_epoch=head.epoch,
        register_size=head.frontier.tree_size,
        fault=fault,
        restored=restored,
        confirmed=restored and marker is not None and bool(marker.word),
    )


def renew_guard(node: Node, *, reason: str, newer_copy_lost: bool = False) -> GuardState:
    """Record that this register is the newest that is left, so that a new epoch may be opened.

    Args:
        node: whose log stands still, or that was restored and could ask nobody.
        reason: the operator's, for the audit; who decided it and what was looked for.
        newer_copy_lost: whether the operator says that a newer copy of the node is lost for good.

    Raises:
        NewerCopyError: a newer copy of the node continues the log, and it is not said to be lost,
            or lies beside this folder.
        RenewalError: nothing stops the log, or the reason is none.
        HeadGuardError: the guard's file is damaged; it is to be moved away first.
    """
    found, said = guard_state(node), reason.strip()
    if not said or len(said) > MAX_REASON or not said.isprintable():
        raise RenewalError(f"give a reason of 1 to {MAX_REASON} characters on one line")
    if not found.fault and not found.restored:
        raise RenewalError("the log continues what was signed: there is nothing to renew")
    with contextlib.suppress(HeadGuardMissingError, LogSupersededError):
        read_guarded(node)  # one that is damaged is to be looked at, and moved away by a person
    _check_newer_copy(node, lost=newer_copy_lost)
    marker = read_marker(node.config.folder)
    partners = tuple(p for p in node.directory.parties() if p != node.party)
    word = f"{time_text(now())} {said}"
    since = marker.since if marker else BEGINNING
    Marker(since, partners, opened=False, word=word).write(node.config.folder)
    return found


def _check_newer_copy(node: Node, *, lost: bool) -> None:
    """Raise while a newer copy of the node lies beside it, or is not said to be lost.

    What is found beside is kept as proof, so that no epoch is opened twice when it is gone later.
    """
    folder = node.config.folder
    copy, known = newer_copy(node), newer_log(folder)
    if copy is not None:
        if not known or LogOrigin.parse(known).epoch < copy.epoch:
            supersede(folder, copy.note)
        raise NewerCopyError(
            f"{copy.folder} is a newer copy of this node, in epoch {copy.epoch} of the log: start "
            "that one, and never this folder. If its register is damaged, restore its newest "
            "backup into a new folder"
        )
    if known and not lost:
        raise NewerCopyError(
            f"a newer copy of this node continues its log as {known}: start that one. If it is "
            "lost for good, repeat the command with --newer-copy-lost. The node then opens a "
            "further epoch here and takes back what partners still hold; what the newer copy "
            "signed and no partner holds is lost. If the newer copy is still alive, partners see "
            "two logs that contradict each other, and hold the proof"
        )
