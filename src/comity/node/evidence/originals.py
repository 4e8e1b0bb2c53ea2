"""Originals: what came by mail or on paper, kept whole under the digest of its bytes."""

import hashlib
from datetime import datetime
from typing import Any, Final

from comity.canonical import MisuseError
from comity.docket import Item
from comity.node.cases import docket_store
from comity.node.cases.docket_store import Doing
from comity.node.core.node import Node
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Mark, Officer, Original
from comity.node.people.access import object_permissions
from comity.node.sensitive import known_digests, marks

MAX_BYTES: Final = 32 * 1024 * 1024


class OriginalError(MisuseError, code="original-size"):
    """The original is empty or too large for the register."""


def receive(
    node: Node,
    committer: Committer,
    data: bytes,
    value: dict[str, Any],
    *,
    reading: dict[str, Any] | None,
    officer: Officer | None,
    case: str,
    at: datetime,
) -> Item:
    """Keep an original and enter that it came, in one transaction; return the item of the docket.

    Args:
        node: this node.
        committer: its committer.
        data: the bytes, untrusted; at most 32 MiB, more is evidence and is sealed.
        value: of act ``mail.received`` but for its ``original``.
        reading: what a program read in it, or None.
        officer: who brought it, or None for the operator.
        case: of the office, or empty.
        at: this node's clock.

    Raises:
        OriginalError: nothing, or too much.
        DocketCaseError: the officer may not see such a case; nothing was kept.
        EntryMalformedError: what is said of it breaks its form; nothing was kept.
        KnownDigestsError: the list of known digests cannot be read; nothing was kept.
    """
    if officer and case and not object_permissions.finds_case(officer, case, at=at):
        raise docket_store.DocketCaseError("this office has no such case")
    digest = _digest(data)
    abuse = _is_known(node, data, reading)
    told = {**value, "original": digest}

    def work(batch: Batch) -> Item:
        Original.objects.get_or_create(
            digest=digest,
            defaults={
                "name": str(value.get("name", ""))[:255],
                "size_bytes": len(data),
                "data": data,
                "reading": reading,
                "came_at": at,
                "by": officer.user.get_username() if officer else "operator",
            },
        )
        if abuse:
            _mark_known(batch, digest, at)
        doing = Doing(
            node=node, batch=batch, item=None, case=case, value=told, officer=officer, at=at
        )
        return docket_store.add(doing, "mail.received")

    return committer.run(work).value


def keep(node: Node, committer: Committer, data: bytes, *, name: str, by: str, at: datetime) -> str:
    """Keep a paper of this office, such as a sworn translation; return its digest.

    The act that names the digest is recorded by itself: without one the bytes are nobody's.

    Raises:
        OriginalError: nothing, or too much.
        KnownDigestsError: the list of known digests cannot be read; nothing was kept.
    """
    digest = _digest(data)
    abuse = _is_known(node, data, None)

    def work(batch: Batch) -> str:
        Original.objects.get_or_create(
            digest=digest,
            defaults={
                "name": name[:255],
                "size_bytes": len(data),
                "data": data,
                "reading": None,
                "came_at": at,
                "by": by,
            },
        )
        if abuse:
            _mark_known(batch, digest, at)
        return digest

    return committer.run(work).value


def _is_known(node: Node, data: bytes, reading: dict[str, Any] | None) -> bool:
    return known_digests.is_known(
        node.config.known_digests_file, known_digests.digests_of(data, reading)
    )


def _mark_known(batch: Batch, digest: str, at: datetime) -> None:
    """Mark an original that is on the list, in the transaction that keeps it."""
    marks.write(
        batch,
        Mark.Kind.ORIGINAL,
        digest,
        marks.ABUSE,
        reason="on the list of known digests",
        user=audit.SYSTEM,
        at=at,
        listed=True,
    )


def _digest(data: bytes) -> str:
    if not 0 < len(data) <= MAX_BYTES:
        raise OriginalError(f"an original has 1 to {MAX_BYTES} bytes; seal what is larger")
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
