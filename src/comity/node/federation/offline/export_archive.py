"""Writing an exchange file: everything this node owes one party, for a carrier who cannot read it.

Nothing here counts as delivered: only a receipt that comes back ends a delivery, so an exchange
file may be made, lost and made again. Members are made one by one; memory does not grow.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from comity.canonical import parse_digest
from comity.directory import SignedState
from comity.evidence.tar import TRAILER, header, padding
from comity.files.errors import translating
from comity.files.platforms import sync_folder
from comity.files.publish import atomic_file, write_all
from comity.node.cases.conversations import message_of
from comity.node.core.node import Node
from comity.node.evidence import packages
from comity.node.evidence.transfer import served_ranges
from comity.node.federation.delivery import sealed_parcel
from comity.node.federation.issue_receipt import receipt_for
from comity.node.federation.offline.archive_layout import (
    INDEX,
    Index,
    Kind,
    RelayTakenError,
    directory_name,
    package_name,
    parcel_name,
    read_index,
    read_name,
    receipt_name,
    recovery_name,
)
from comity.node.federation.resend_after_restore import give_back_pages
from comity.node.log.group_commit import Committer
from comity.node.models import AuditRow, MessageRow, OutboxRow, Package

CARRIED = "parcel.carried"
"""Audit action of a parcel that came by file: its receipt is owed by file."""
type Progress = Callable[[int], None]
"""Called with the bytes written so far."""


@dataclass(frozen=True)
class Item:
    """One member to be written; its bytes are made when it is its turn."""

    name: str
    kind: Kind
    make: Callable[[], tuple[int, Iterator[bytes]]]
    root: str = ""


@dataclass(frozen=True)
class Plan:
    """What an exchange file will hold.

    Attributes:
        index: says between whom.
        items: members after the index, in their order.
        package_bytes: how many of them are packages.
    """

    index: Index
    items: tuple[Item, ...]
    package_bytes: int

    def counts(self) -> dict[str, int]:
        """Return the number of members of each kind."""
        found: dict[str, int] = {}
        for item in self.items:
            found[item.kind] = found.get(item.kind, 0) + 1
        return found


def plan(
    node: Node, to: str, *, at: datetime, with_packages: bool, since: datetime | None = None
) -> Plan:
    """Return what this node owes a party.

    Args:
        node: this node.
        to: the party.
        at: this node's clock.
        with_packages: whether offered evidence goes along.
        since: for a party that was restored from a backup: also give back what it said and
            acknowledged from that moment on; None for nobody.

    Raises:
        PartyUnknownError: the directory holds no such party.
    """
    node.directory.entry(to)
    evidence = list(_offered(node, to)) if with_packages else []
    items = [
        *_directory(node),
        *(_restitution(node, to, since) if since is not None else ()),
        *_parcels(node, to),
        *_receipts(node, to),
        *(_package(node, row) for row in evidence),
    ]
    vault = packages.vault_of(node)
    size = sum(vault.size_bytes(parse_digest(row.root)) for row in evidence)
    index = Index(sender=node.party, recipient=to, mode=node.config.mode, made_at=at)
    return Plan(index, tuple(items), size)


def _bytes(name: str, kind: Kind, make: Callable[[], bytes]) -> Item:
    def made() -> tuple[int, Iterator[bytes]]:
        data = make()
        return len(data), iter((data,))

    return Item(name, kind, made)


def _directory(node: Node) -> Iterator[Item]:
    """Yield every State record, and the newest entry of each party."""
    directory = node.directory
    newest = {directory.signed_entry(party).entry.content for party in directory.parties()}
    for signed in directory.records():
        is_state = isinstance(signed, SignedState)
        content = signed.record.content if isinstance(signed, SignedState) else signed.entry.content
        if is_state or content in newest:
            record = signed.jws.record
            yield _bytes(directory_name(content), "directory", partial(bytes, record))


def _restitution(node: Node, to: str, since: datetime) -> Iterator[Item]:
    for number, page in enumerate(give_back_pages(node, to, since=since)):
        yield _bytes(recovery_name(number), "recovery", partial(bytes, page))


def _parcels(node: Node, to: str) -> Iterator[Item]:
    """Yield what is queued, the given-up too: a carrier is what a dead letter waits for."""
    due = OutboxRow.objects.filter(addressee=to).exclude(stage=OutboxRow.Stage.DELIVERED)
    for record in due.order_by("pk").values_list("record", flat=True):
        row = MessageRow.objects.get(record=record)
        name = parcel_name(record)
        yield _bytes(name, "parcel", partial(sealed_parcel, node, row, to))


def _receipts(node: Node, to: str) -> Iterator[Item]:
    """Yield the receipts for what came from the party by file; nobody can tell which arrived."""
    carried = AuditRow.objects.filter(action=CARRIED, actor=to).values("subject")
    for row in MessageRow.objects.filter(record__in=carried, author=to).order_by("recorded_at"):
        name = receipt_name(row.record, node.party)
        yield _bytes(name, "receipt", partial(_receipt, node, row))


def _receipt(node: Node, row: MessageRow) -> bytes:
    return receipt_for(node, row, None).record


def _offered(node: Node, to: str) -> Iterator[Package]:
    """Yield packages that were offered to a party and not answered yet."""
    for row in Package.objects.filter(outgoing=True).exclude(offered_in=""):
        if to in packages.addressees(node, row) and not _answered(row, to):
            yield row


def _answered(package: Package, by: str) -> bool:
    answers = MessageRow.objects.filter(
        conversation=package.conversation,
        author=by,
        type__in=("evidence.received", "evidence.rejected", "evidence.returned"),
    )
    return any(message_of(row).draft.about == package.offered_in for row in answers)


def _package(node: Node, row: Package) -> Item:
    def made() -> tuple[int, Iterator[bytes]]:
        size = packages.vault_of(node).size_bytes(parse_digest(row.root))
        return size, packages.read_sealed(node, row.root, start=0, end=size)

    return Item(package_name(row.root), "package", made, row.root)


def write(
    node: Node, committer: Committer, wanted: Plan, target: Path, *, progress: Progress
) -> None:
    """Write an exchange file, or bring a relay folder up to date.

    Args:
        node: this node.
        committer: gets a leaf for each package that leaves for the first time.
        wanted: as planned.
        target: a new file, or a folder.
        progress: told of the bytes written.

    Raises:
        OutputExistsError: the file exists.
        RelayTakenError: the folder serves another direction.
        StorageError: by what the file system refused.
    """
    if target.is_dir():
        _write_folder(wanted, target, progress)
    else:
        _write_file(wanted, target, progress)
    for item in wanted.items:
        if item.root:
            _note_served(node, committer, item.root, wanted.index.recipient)


def _note_served(node: Node, committer: Committer, root: str, to: str) -> None:
    package = Package.objects.get(root=root)
    if not served_ranges.has_whole(package, to):
        size = packages.vault_of(node).size_bytes(parse_digest(root))
        served_ranges.record_whole(committer, package, to, size=size)


def _all(wanted: Plan) -> Iterator[Item]:
    yield _bytes(INDEX, "index", wanted.index.encode)
    yield from wanted.items


def _write_file(wanted: Plan, target: Path, progress: Progress) -> None:
    done, mtime = 0, int(wanted.index.made_at.timestamp())
    with atomic_file(target) as file:
        for item in _all(wanted):
            size, pieces = item.make()
            write_all(file, memoryview(header(item.name, size, mtime=mtime)))
            for piece in pieces:
                write_all(file, memoryview(piece))
                done += len(piece)
                progress(done)
            write_all(file, memoryview(padding(size)))
        write_all(file, memoryview(TRAILER))


def _write_folder(wanted: Plan, folder: Path, progress: Progress) -> None:
    """Bring the folder to what is owed now: new members come, receipted parcels go."""
    _check_direction(wanted.index, folder)
    done, names = 0, {item.name for item in wanted.items}
    for item in _all(wanted):
        size, pieces = item.make()
        path = folder / item.name
        if item.kind == "package" and path.is_file() and path.stat().st_size == size:
            continue
        with translating(f"writing {folder / item.name}"):
            path.parent.mkdir(mode=0o700, exist_ok=True)
            _replace(path, pieces)
        done += size
        progress(done)
    for kind in ("parcels", "receipts", "packages", "recovery"):
        for path in (folder / kind).glob("*"):
            name = f"{kind}/{path.name}"
            if name not in names and read_name(name) is not None:
                path.unlink(missing_ok=True)


def _check_direction(index: Index, folder: Path) -> None:
    path = folder / INDEX
    if not path.exists():
        if any(folder.iterdir()):
            raise RelayTakenError("the folder holds other things: make one for this direction")
        return
    with translating(f"reading {path}"), path.open("rb") as file:
        held = read_index(file.read(8192))
    if (held.sender, held.recipient, held.mode) != (index.sender, index.recipient, index.mode):
        raise RelayTakenError(f"the folder carries from {held.sender} to {held.recipient}")


def _replace(path: Path, pieces: Iterator[bytes]) -> None:
    beside = path.with_name(f".{path.name}.new")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
    sync_folder(path.parent)
