"""Moving a node's log to another address: a new epoch, which the State listed before.

A log is named by where it is read, so a node that moves needs a log of another name. The State
lists that name with the new address first: no partner then meets a log that it cannot place. What
the old epoch signed stays as it is.

Source: spec/10-log.md; ADR 0093.
"""

from dataclasses import dataclass, replace
from typing import Final, Literal

from comity.canonical import MisuseError
from comity.ledger import LogOrigin, log_prefix
from comity.ledger.successor import Reason
from comity.node.core.clock import now
from comity.node.core.folder_lock import check_not_served
from comity.node.core.host_names import unserved_name
from comity.node.core.node import Node
from comity.node.log import key_rotation
from comity.node.log.epochs import open_epoch
from comity.node.log.group_commit import Committer
from comity.node.log.store import read_head
from comity.node.messages.recovery_marker import read_marker
from comity.node.models import LogHead
from comity.node.operations.register_state import check_guarded

type Step = Literal["list", "wait", "open"]
REASON: Final[Reason] = "migration"


class LogMoveError(MisuseError, code="log-move"):
    """A log cannot move to this address, or not yet."""


@dataclass(frozen=True)
class Move:
    """A move of a log, and how far it is.

    Attributes:
        origin_old: name of the log now.
        origin_new: its name after the move.
        step: what is next: ``list``: the new name goes on the list of public keys; ``wait``: the
            State lists it; ``open``: the new epoch is opened.
        host_missing: host of the new address if ``hosts`` in the node's settings does not name
            it, so that the node would refuse every request there; or nothing.
    """

    origin_old: LogOrigin
    origin_new: LogOrigin
    step: Step
    host_missing: str = ""


def plan_move(node: Node, *, url: str) -> Move:
    """Return what is next on the way of a node's log to another address; nothing is changed.

    Args:
        node: whose log.
        url: at which partners will reach the node.

    Raises:
        LogMoveError: the log cannot move there; says what to do.
        OriginError: the address cannot stand in the name of a log.
    """
    if not url.strip():
        raise LogMoveError(
            "the address is empty: give the one at which partners will reach the node"
        )
    prefix = log_prefix(url, node.party)
    marker = read_marker(node.config.folder)
    if marker is not None and not marker.opened:
        raise LogMoveError("the node was restored: start it first, it opens an epoch by itself")
    if not node.directory.has(node.party):
        raise LogMoveError(
            "the node's directory has no entry of its own: run `comity directory refresh` first"
        )
    missing = unserved_name(node.config, url)
    entry, epoch = node.directory.entry(node.party), read_head().epoch
    old = LogOrigin.parse(node.origin(epoch))
    new = LogOrigin(prefix, node.config.mode, node.party, epoch + 1)
    if old.prefix == prefix:
        raise LogMoveError(f"the log has this address already: {old}")
    if str(new) not in entry.origins:
        if node.origin(new.epoch) in entry.origins:
            raise LogMoveError(
                f"the State lists {node.origin(new.epoch)} as the next log: move there first"
            )
        held = key_rotation.listed(node.config).origins
        waits = [name for name in held if _epoch(name) == new.epoch] == [str(new)]
        return Move(old, new, "wait" if waits else "list", missing)
    reached = entry.endpoint.url
    if reached is None or log_prefix(reached, node.party) != prefix:
        raise LogMoveError(
            f"the node's entry lists {new}, and not the address {url}: ask the State to revise the "
            "entry with --url"
        )
    if missing:
        raise LogMoveError(
            f"hosts in node.toml does not name {missing}, so the node would refuse every request "
            f"to its new address (400): add {missing} to hosts, then run this command again"
        )
    return Move(old, new, "open")


def take_step(node: Node, move: Move) -> None:
    """Do what is next of a move; nothing while the State has to list the new name.

    Args:
        node: whose log; for the last step it must not be served.
        move: as planned just now.

    Raises:
        NodeRunningError: the node is served; nothing was changed.
        HeadGuardError, RegisterBehindError, HeadGuardOldError: the log must not go on.
        StorageError: the list of public keys cannot be read or written.
    """
    if move.step == "list":
        epochs = sorted(LogHead.objects.values_list("epoch", flat=True))
        past = [node.origin(epoch) for epoch in epochs] or [str(move.origin_old)]
        held = key_rotation.listed(node.config)
        # One epoch has one name: an address that was given before, and that no entry lists, goes.
        kept = (name for name in held.origins if _epoch(name) != move.origin_new.epoch)
        origins = dict.fromkeys((*kept, *past, str(move.origin_new)))
        key_rotation.write_keys(
            node.config, replace(held, epoch=move.origin_new.epoch, origins=tuple(origins))
        )
    elif move.step == "open":
        check_not_served(node.config.folder)
        check_guarded(node)
        open_epoch(node, Committer(node), newest=None, reason=REASON, at=now())


def _epoch(origin: str) -> int:
    return LogOrigin.parse(origin).epoch
