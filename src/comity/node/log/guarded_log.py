"""What of this node's log is guarded, so signed: no other tree is receipted, shown or acted on.

The order of a commit: (1) in one transaction read the guard, stop unless the register's tree
continues it, append; (2) sign the committed tree; (3) swap the guard from the bytes read. Whatever
lies in the register beyond the guard was never signed; `settle` guards it.

Source: ADR 0087; spec/10-log.md.
"""

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import transaction

from comity.canonical import OperationError, PeerError
from comity.keys import jws
from comity.ledger import (
    Checkpoint,
    LogOrigin,
    ed25519_signer,
    parse_successor,
    peek_checkpoint,
    sign_checkpoint,
    tree,
)
from comity.node.core.head_guard import HeadGuardError, HeadGuardMissingError
from comity.node.log.store import Head, Reader, read_head, root_at
from comity.node.log.superseded import check_newest
from comity.node.models import LogHead

if TYPE_CHECKING:
    from comity.node.core.node import Node

_LOOKS: Final = 3
_SWAPS: Final = 100
"""How often a swap is tried against others of this machine before somebody is told."""


class RegisterBehindError(OperationError, code="register-behind"):
    """The register lacks entries that this node has signed: it is an older copy, or another one."""


class HeadGuardOldError(OperationError, code="log-guard-old"):
    """The register was guarded further than the head guard says: the guard is an older copy."""


class LogUnguardedError(OperationError, code="log-unguarded"):
    """An entry is in the register, and no checkpoint covers it yet; nothing of it is receipted."""


@dataclass(frozen=True, slots=True)
class Guarded:
    """The newest signed tree of this node's log, as the guard holds it.

    Attributes:
        epoch: which log.
        tree_size: leaves.
        root: of the tree.
        note: the signed checkpoint, as the guard's bytes.
    """

    epoch: int
    tree_size: int
    root: bytes
    note: bytes


def read_guarded(node: "Node") -> Guarded:
    """Return the newest signed tree.

    Raises:
        LogSupersededError: a newer copy of this node continues the log.
        HeadGuardMissingError: there is no guard.
        HeadGuardError: it cannot be read, or is of another log.
    """
    check_newest(node.config.folder)
    data = node.guard.read()
    if data is None:
        raise HeadGuardMissingError("this node has no head guard")
    found = _parsed(data)
    if node.origin(found.epoch) != _origin(data):
        raise HeadGuardError("the head guard is of another node")
    return found


@functools.lru_cache(maxsize=8)
def _parsed(data: bytes) -> Guarded:
    try:
        checkpoint = peek_checkpoint(data)
        origin = LogOrigin.parse(checkpoint.origin)
    except PeerError as fault:
        raise HeadGuardError("the head guard holds no checkpoint") from fault
    return Guarded(origin.epoch, checkpoint.tree_size, checkpoint.root, data)


def _origin(data: bytes) -> str:
    return data.partition(b"\n")[0].decode("utf-8", "replace")


def check_continues(guarded: Guarded, head: Head) -> None:
    """Raise unless the register's log goes on from the newest signed tree.

    Args:
        guarded: read while nobody else writes to the register.
        head: the register's.

    Raises:
        RegisterBehindError, HeadGuardOldError: one of the two is an older copy, or another's.
        LogUnguardedError: the register has a later epoch, which is not guarded yet.
    """
    place = guarded.epoch, guarded.tree_size
    if (head.epoch, head.guarded_size) > place:
        if head.guarded_size:
            raise HeadGuardOldError(
                f"the register was guarded up to entry {head.guarded_size} of epoch {head.epoch}, "
                f"the head guard says entry {guarded.tree_size} of epoch {guarded.epoch}"
            )
        raise LogUnguardedError("a new epoch of the log is not guarded yet")
    behind = RegisterBehindError(
        f"the log was signed up to entry {guarded.tree_size} of epoch {guarded.epoch}; "
        f"the register has {head.frontier.tree_size} of epoch {head.epoch}"
    )
    if (head.epoch, head.frontier.tree_size) < place:
        raise behind
    if head.frontier.tree_size == guarded.tree_size:
        found = head.frontier.root()
    else:
        found = _root(head.epoch, guarded.tree_size)
    if found != guarded.root:
        raise RegisterBehindError("the register holds other entries than those that were signed")


def _root(epoch: int, tree_size: int) -> bytes:
    """Return a root as the register has it now: what memory holds may be of one that was lost."""
    return tree.root_from_reader(tree_size, Reader(epoch, remembered=False))


def sign_tree(node: "Node", epoch: int, tree_size: int, root: bytes) -> bytes:
    """Return a signed checkpoint that leaves this function's caller only once it is guarded."""
    origin = node.origin(epoch)
    checkpoint = Checkpoint(origin, tree_size, root)
    return sign_checkpoint(checkpoint, [ed25519_signer(origin, node.log_key)])


def move_guard(node: "Node", seen: bytes | None, new: Guarded) -> None:
    """Guard a tree that the register holds, from the bytes that were read before it grew.

    Others of this machine may have been quicker: the guard then holds our tree already, or one
    that ours continues, and nothing else.

    Raises:
        HeadGuardError, RegisterBehindError: the tree is not guarded; its checkpoint must not leave.
    """
    for _ in range(_SWAPS):
        if node.guard.swap(seen, new.note):
            return
        now = read_guarded(node)
        if _holds(new, now):
            return
        if not _holds(now, new):
            raise RegisterBehindError("the head guard moved to another log than the register's")
        seen = now.note
    raise HeadGuardError("the head guard keeps moving away")


def _holds(first: Guarded, later: Guarded) -> bool:
    """Tell whether the register shows one tree to begin the other; epochs follow each other."""
    if later.epoch == first.epoch:
        known = [first, later] if later.tree_size >= first.tree_size else []
    else:
        known = [first] if later.epoch > first.epoch else []
    return bool(known) and all(
        not one.tree_size or _root(one.epoch, one.tree_size) == one.root for one in known
    )


def settle(node: "Node") -> bool:
    """Guard what the register holds beyond the guard, as a crash leaves it; tell if there was any.

    Raises:
        HeadGuardError, RegisterBehindError, HeadGuardOldError: the log must not go on.
    """
    if _is_even(read_guarded(node), read_head()):
        return False
    with transaction.atomic():  # nobody grows the log meanwhile
        guarded, head = read_guarded(node), read_head()
        if head.epoch > guarded.epoch and not head.guarded_size:
            _check_succeeds(guarded, head)
        else:
            check_continues(guarded, head)
    size = head.frontier.tree_size
    if (head.epoch, size) == (guarded.epoch, guarded.tree_size):
        return False
    root = head.frontier.root()
    note = sign_tree(node, head.epoch, size, root)
    move_guard(node, guarded.note, Guarded(head.epoch, size, root, note))
    return True


def _is_even(guarded: Guarded, head: Head) -> bool:
    """Tell whether guard and register hold the same tree, as they do but for a moment."""
    even = (head.epoch, head.frontier.tree_size) == (guarded.epoch, guarded.tree_size)
    return even and head.frontier.root() == guarded.root


def _check_succeeds(guarded: Guarded, head: Head) -> None:
    """Raise unless a new epoch, opened before a crash, ends the old log no earlier than signed."""
    row = LogHead.objects.get(epoch=head.epoch)
    told = parse_successor(jws.parse(bytes(row.successor or b"")).payload)
    last = peek_checkpoint(told.checkpoint.encode())
    ended = told.origin_old.epoch, last.tree_size
    place = guarded.epoch, guarded.tree_size
    if ended < place or (ended == place and last.root != guarded.root):
        raise RegisterBehindError("the register's new epoch begins before what was signed")


def log_fault(node: "Node") -> str:
    """Return the code of what keeps this node's log from going on; empty: nothing does."""
    fault = ""
    for _ in range(_LOOKS):  # guard and register move on between two looks at them
        try:
            guarded = read_guarded(node)
            check_continues(guarded, read_head())
        except (HeadGuardError, RegisterBehindError, HeadGuardOldError, LogUnguardedError) as found:
            fault = found.code
        else:
            return ""
    return fault


def guarded_size(node: "Node", epoch: int) -> int:
    """Return how many entries of an epoch may be shown and proved; 0 for one that is not there."""
    guarded = read_guarded(node)
    if epoch == guarded.epoch:
        return guarded.tree_size
    if epoch > guarded.epoch:
        return 0
    row = LogHead.objects.filter(epoch=epoch).first()
    return row.tree_size if row else 0


def ensure_guarded(node: "Node", epoch: int, tree_size: int) -> None:
    """Return once a tree is guarded; what a crash left is guarded now.

    Raises:
        LogUnguardedError: it is not; nothing of it may leave.
        HeadGuardError, RegisterBehindError, HeadGuardOldError: the log must not go on.
    """
    if guarded_size(node, epoch) < tree_size:
        settle(node)
        if guarded_size(node, epoch) < tree_size:
            raise LogUnguardedError("an entry that no checkpoint covers")


def note_at(node: "Node", epoch: int, tree_size: int) -> str:
    """Return the signed checkpoint of a tree that the log had and that is guarded.

    Raises:
        LogUnguardedError, HeadGuardError, RegisterBehindError: see `ensure_guarded`.
    """
    ensure_guarded(node, epoch, tree_size)
    return sign_tree(node, epoch, tree_size, root_at(epoch, tree_size)).decode()
