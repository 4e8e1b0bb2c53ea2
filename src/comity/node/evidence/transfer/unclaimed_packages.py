"""Packages that a carrier brought before the message that offers them: kept apart, joined later.

A disk is quicker than a signature now and then. What comes early is verified against its own name
only; nothing is claimed of it, nobody is shown it as evidence, and it counts towards the quota.
"""

import secrets
from collections.abc import Iterable

from comity.canonical import PeerError
from comity.evidence.offer import parse_offer
from comity.evidence.package_errors import OfferRootError
from comity.files.errors import translating
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.signals import work_changed
from comity.node.evidence.storage.quota import check_room
from comity.node.evidence.storage.vault import open_vault
from comity.node.evidence.transfer.sequential_writer import Filling
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.models import Package, StrayPackage

MAX_STRAYS = 64


class StraysFullError(PeerError, code="strays-full"):
    """The limit of unmatched packages is reached. Match or destroy some first."""


def known(root: str) -> bool:
    """Tell whether a package is kept as unexplained."""
    return StrayPackage.objects.filter(root=root).exists()


def take(
    node: Node,
    committer: Committer,
    *,
    root: bytes,
    size_bytes: int,
    pieces: Iterable[bytes],
    carrier: str,
    vouched: str = "",
) -> None:
    """Keep a package that no message here has offered.

    Args:
        node: this node.
        committer: its committer.
        root: in whose name it comes.
        size_bytes: its length.
        pieces: its bytes.
        carrier: what the carrier says of the sender, or empty.
        vouched: party whose signed offer lay beside it and was verified, or empty.

    Raises:
        StraysFullError: too many are kept.
        NoRoomError: it does not fit.
        OfferError: its bytes do not lead to the root in its name; nothing is stored.
    """
    if StrayPackage.objects.count() >= MAX_STRAYS:
        raise StraysFullError(f"{MAX_STRAYS} unexplained packages are kept already")
    check_room(node, size_bytes, size_bytes)
    folder = open_vault(node.config).quarantine
    filling = Filling(folder, f"{root.hex()}-{secrets.token_hex(8)}", size_bytes)
    try:
        filling.append(pieces)
        filling.check(root)
        with translating("keep an unexplained package"):
            filling.move(root.hex())
    except OfferRootError as fault:
        raise OfferRootError("the bytes do not lead to the root in the file's name") from fault
    finally:
        filling.discard()
    name, at = f"sha256:{root.hex()}", now()

    def work(_batch: object) -> None:
        StrayPackage.objects.get_or_create(
            root=name,
            defaults={
                "size_bytes": size_bytes,
                "came_at": at,
                "carrier": carrier,
                "vouched": vouched,
            },
        )
        audit.note(at=at, actor=carrier or "carrier", action="package.unexplained", subject=name)

    committer.run(work)


def adopt(node: Node, committer: Committer, package: Package) -> bool:
    """Join an unexplained package to the offer that has come for it; tell whether there was one."""
    stray = StrayPackage.objects.filter(root=package.root).first()
    offer = parse_offer(package.offer)
    if stray is None or stray.size_bytes != offer.sealed_size_bytes:
        return False
    vault = open_vault(node.config)
    kept = Filling(vault.quarantine, offer.root.hex(), stray.size_bytes)
    if not vault.has(offer.root):
        kept.check(offer.root)
        vault.publish(offer.root, kept.path, kept.leaves)
    at = now()

    def work(_batch: object) -> None:
        Package.objects.filter(root=package.root).update(
            stage=Package.Stage.STORED,
            stored_bytes=offer.sealed_size_bytes,
            last_fault="",
            changed_at=at,
        )
        StrayPackage.objects.filter(root=package.root).delete()
        work_changed.send(None, exhibits=[package.exhibit])
        actor = stray.carrier or "carrier"
        audit.note(at=at, actor=actor, action="package.carried", subject=package.root)

    committer.run(work)
    kept.discard()
    return True


def adopt_all(node: Node, committer: Committer) -> list[str]:
    """Join every unexplained package whose offer has come; return their roots."""
    rows = Package.objects.filter(outgoing=False, root__in=StrayPackage.objects.values("root"))
    rows = rows.exclude(stage=Package.Stage.DESTROYED)
    return [row.root for row in list(rows) if adopt(node, committer, row)]


def forget(node: Node, committer: Committer, root: str, *, by: str) -> None:
    """Destroy an unexplained package on an officer's word.

    Of two who do it at once one does, and one row of the audit says so.

    Args:
        node: this node.
        committer: its committer.
        root: its digest text.
        by: user name, for the audit.

    Raises:
        StrayPackage.DoesNotExist: it is not here, or not any more.
    """
    stray = StrayPackage.objects.get(root=root)
    at = now()

    def work(_batch: object) -> None:
        if not StrayPackage.objects.filter(root=root).delete()[0]:
            raise StrayPackage.DoesNotExist
        audit.note(at=at, actor=by, action="package.forgotten", subject=root)

    committer.run(work)
    name = root.removeprefix("sha256:")
    Filling(open_vault(node.config).quarantine, name, stray.size_bytes).discard()
