"""Taking in what a carrier brings: each member is verified for itself, the carrier is not trusted.

Importing has the effect of delivering each member (spec 13.4), and importing twice has none.
Reading order: `archive_layout`, `archive_source`, this, `export_archive`.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from comity.canonical import PeerError
from comity.directory.handover import Handover
from comity.evidence.offer import parse_offer
from comity.files.key_files import SignedOfferError, read_signed_offer
from comity.node.core.clock import now
from comity.node.core.signals import work_changed
from comity.node.evidence import packages
from comity.node.evidence.custody import PackageDestroyedError
from comity.node.evidence.storage.quota import NoRoomError, check_room
from comity.node.evidence.transfer import unclaimed_packages
from comity.node.federation import receive_message, recovery, resend_after_restore
from comity.node.federation.offline.archive_layout import (
    LIMITS,
    ORDER,
    ExchangeFileForeignError,
    Index,
    Kind,
    Name,
    package_name,
    read_index,
    read_name,
)
from comity.node.federation.offline.archive_source import (
    AnySource,
    Member,
    PackageSource,
    open_source,
)
from comity.node.federation.offline.export_archive import CARRIED
from comity.node.federation.receive_receipt import take_receipt
from comity.node.log import audit
from comity.node.log.store import Batch
from comity.node.messages.recovery_marker import read_marker
from comity.node.models import AuditRow, Package, ReceiptRow
from comity.node.service.handle import Service, this_service

type Outcome = Literal["taken", "kept", "known", "ignored", "refused"]

UNKNOWN: Final = "member-unknown"
DOUBLED: Final = "member-doubled"
OVERSIZE: Final = "oversize"
UNEXPLAINED: Final = "package-unexplained"
UNNAMED: Final = "index-missing"


@dataclass(frozen=True)
class Verdict:
    """What became of one member.

    Attributes:
        name: as carried; for a directory record, of whom it speaks.
        kind: of member, or "unknown".
        outcome: taken, kept until it is explained, known before, ignored, or refused.
        code: why it was ignored or refused, or the receipt's outcome; empty if nothing is to say.
    """

    name: str
    kind: str
    outcome: Outcome
    code: str = ""


@dataclass(frozen=True)
class Report:
    """What an import came to.

    Attributes:
        index: what the carrier's file said about itself, or None if it said nothing.
        verdicts: one for each member but the index.
    """

    index: Index | None
    verdicts: tuple[Verdict, ...]

    @property
    def refused(self) -> bool:
        """Tell whether something was refused."""
        return any(verdict.outcome == "refused" for verdict in self.verdicts)

    def counts(self) -> dict[str, dict[str, int]]:
        """Return, by kind, how many members had each outcome."""
        pairs = Counter((v.kind, v.outcome) for v in self.verdicts)
        found: dict[str, dict[str, int]] = {}
        for (kind, outcome), number in sorted(pairs.items()):
            found.setdefault(kind, {})[outcome] = number
        return found


@dataclass
class _Load:
    """One carried thing under way."""

    service: Service
    source: AnySource
    progress: Callable[[int], None]
    sender: str = ""
    done: int = 0
    verdicts: list[Verdict] = field(default_factory=list)

    def pieces(self, member: Member) -> Iterator[bytes]:
        for piece in self.source.pieces(member):
            yield piece
            self.done += len(piece)
            self.progress(self.done)

    def whole(self, member: Member) -> bytes:
        return b"".join(self.pieces(member))

    def say(self, name: str, kind: str, outcome: Outcome, code: str = "") -> None:
        self.verdicts.append(Verdict(name, kind, outcome, code))


def ready_service() -> Service:
    """Return the service for a command; a restored node opens its new epoch first (spec 10)."""
    service = this_service()
    marker = read_marker(service.node.config.folder)
    if marker is not None and not marker.opened:
        recovery.begin(service.node, service.committer, service.client)
    service.committer.open()
    return service


def take_in(
    service: Service,
    path: Path,
    *,
    dry_run: bool = False,
    reconciled: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Report:
    """Take in an exchange file, a relay folder, or a sealed package from a disk.

    Args:
        service: this node's.
        path: file or folder, untrusted.
        dry_run: only look at names, sizes and index.
        reconciled: the operator vouches that the sender put everything into it that a restored
            node has to hear; the file cannot prove it, since age names no sender.
        progress: told of the bytes read.

    Raises:
        ExchangeFileError: it is no exchange file; nothing was taken.
        ExchangeFileForeignError: it is for somebody else or of the other mode; nothing was taken.
        StorageError: the database or disk refused; what was taken stays, the rest comes next time.
    """
    source = open_source(path)
    try:
        load = _Load(service, source, progress)
        found = _sorted(load)
        index = _index(load, found["index"])
        if dry_run:
            for kind in ORDER[1:]:
                for name, _ in found[kind]:
                    load.say(name.text, kind, "ignored", "dry-run")
            return Report(index, tuple(load.verdicts))
        _take_directory(load, found["directory"])
        steps: dict[Kind, Callable[[_Load, Name, Member], None]] = {
            "recovery": _take_recovery,
            "parcel": _take_parcel,
            "receipt": _take_receipt,
            "package": _take_package,
        }
        for kind, step in steps.items():
            for name, member in found[kind]:
                _guarded(load, name, member, step)
        _join_strays(load)
        if (
            reconciled
            and index is not None
            and not any(v.outcome == "refused" for v in load.verdicts)
        ):
            recovery.settle(service.node, index.sender)
        return Report(index, tuple(load.verdicts))
    finally:
        source.close()


def _sorted(load: _Load) -> dict[Kind, list[tuple[Name, Member]]]:
    """Return members by kind; unknown, doubled and oversized ones are refused here."""
    found: dict[Kind, list[tuple[Name, Member]]] = {kind: [] for kind in ORDER}
    seen: set[str] = set()
    for member in load.source.members():
        name = read_name(member.name)
        if name is None:
            load.say(_shown(member.name), "unknown", "refused", UNKNOWN)
        elif name.text in seen:
            load.say(name.text, name.kind, "refused", DOUBLED)
        elif member.size_bytes > LIMITS.get(name.kind, member.size_bytes):
            load.say(name.text, name.kind, "refused", OVERSIZE)
        else:
            found[name.kind].append((name, member))
        if name is not None:
            seen.add(name.text)
    return found


def _shown(name: str) -> str:
    """Return a hostile name as it can be printed."""
    return ascii(name[:80])[1:-1]


def _index(load: _Load, rows: Sequence[tuple[Name, Member]]) -> Index | None:
    """Return the index; it refuses a mix-up early, and proves nothing."""
    if isinstance(load.source, PackageSource):
        return None
    if not rows:
        load.say("index.json", "index", "ignored", UNNAMED)
        return None
    node = load.service.node
    index = read_index(load.whole(rows[0][1]))
    if index.mode != node.config.mode:
        raise ExchangeFileForeignError(f"it is of mode {index.mode}, this node is not")
    if index.sender == node.party:
        raise ExchangeFileForeignError(f"it is this node's own, made for {index.recipient}")
    if index.recipient != node.party:
        raise ExchangeFileForeignError(f"it is for {index.recipient}")
    load.sender = index.sender
    return index


def _guarded(
    load: _Load, name: Name, member: Member, step: Callable[[_Load, Name, Member], None]
) -> None:
    try:
        step(load, name, member)
    except (PeerError, NoRoomError) as fault:
        load.say(name.text, name.kind, "refused", fault.code)


def _take_directory(load: _Load, rows: Sequence[tuple[Name, Member]]) -> None:
    if not rows:
        return
    node = load.service.node
    records = tuple(load.whole(member) for _, member in rows)
    batch = node.store.take_records(
        Handover(mode=node.config.mode, states=records, entries=()), now=now()
    )
    for item in batch.news:
        load.say(f"{item.subject} {item.version}", "directory", "taken", item.what)
    for refused in batch.refused:
        load.say(refused.subject or "a record", "directory", "refused", refused.code)
    for _ in range(len(rows) - len(batch.news) - len(batch.refused)):
        load.say("a record", "directory", "known")


def _take_recovery(load: _Load, name: Name, member: Member) -> None:
    """Take back what this node had said and acknowledged before it was restored."""
    came = resend_after_restore.take_page(
        load.service.node, load.service.committer, load.sender, load.whole(member)
    )
    load.say(name.text, "recovery", "taken" if came else "known")


def _take_parcel(load: _Load, name: Name, member: Member) -> None:
    service = load.service
    taken = receive_message.take(service.node, service.committer, load.whole(member), via="file")
    row = taken.row
    once = AuditRow.objects.filter(action=CARRIED, actor=row.author, subject=row.record)
    if not once.exists():
        audit.note(at=now(), actor=row.author, action=CARRIED, subject=row.record)
    load.say(name.text, "parcel", "known" if taken.duplicate else "taken", row.outcome)


def _take_receipt(load: _Load, name: Name, member: Member) -> None:
    service, data = load.service, load.whole(member)
    held = ReceiptRow.objects.filter(record=f"sha256:{name.key}", jws=data).first()
    if held is not None:
        outcome: Outcome = "refused" if held.fault else "known"
        load.say(name.text, "receipt", outcome, held.fault or held.outcome)
        return
    checked = take_receipt(service.node, service.committer, data)
    load.say(name.text, "receipt", "taken", checked.receipt.outcome)


def _take_package(load: _Load, name: Name, member: Member) -> None:
    node, committer, root = load.service.node, load.service.committer, f"sha256:{name.key}"
    row = Package.objects.filter(root=root).first()
    if row is None:
        _take_stray(load, name, member)
        return
    if row.stage == Package.Stage.DESTROYED:
        load.say(name.text, "package", "refused", PackageDestroyedError.code)
        return
    vault, offer = packages.vault_of(node), parse_offer(row.offer)
    if row.outgoing or (row.stage == Package.Stage.STORED and vault.has(offer.root)):
        load.say(name.text, "package", "known")
        return
    if unclaimed_packages.adopt(node, committer, row):
        load.say(name.text, "package", "taken")
        return
    check_room(node, offer.sealed_size_bytes, offer.sealed_size_bytes)
    vault.put(offer, load.pieces(member))
    at = now()

    def work(_batch: Batch) -> None:
        Package.objects.filter(root=root).update(
            stage=Package.Stage.STORED,
            stored_bytes=offer.sealed_size_bytes,
            last_fault="",
            changed_at=at,
        )
        exhibits = Package.objects.filter(root=root).values_list("exhibit", flat=True)
        work_changed.send(None, exhibits=list(exhibits))
        audit.note(at=at, actor=load.sender or "carrier", action="package.carried", subject=root)

    committer.run(work)
    load.say(name.text, "package", "taken")


def _take_stray(load: _Load, name: Name, member: Member) -> None:
    """Keep a package that nobody here has offered yet; what lies beside it may speak for it."""
    if unclaimed_packages.known(f"sha256:{name.key}"):
        load.say(name.text, "package", "known", UNEXPLAINED)
        return
    service = load.service
    unclaimed_packages.take(
        service.node,
        service.committer,
        root=bytes.fromhex(name.key),
        size_bytes=member.size_bytes,
        pieces=load.pieces(member),
        carrier=load.sender,
        vouched=_vouched(load, name, member),
    )
    load.say(name.text, "package", "kept", UNEXPLAINED)


def _vouched(load: _Load, name: Name, member: Member) -> str:
    """Return whose signed offer lies beside a package and fits it; empty where none does.

    Raises:
        PeerError: a signed offer lies there, and does not stand or is for another package.
    """
    if not isinstance(load.source, PackageSource) or b'"message"' not in load.source.offer:
        return ""
    node = load.service.node
    offer, binding = read_signed_offer(load.source.offer, node.store.trust_bytes(), now=now())
    if binding.receiver != node.party:
        raise ExchangeFileForeignError(f"it was offered to {binding.receiver}")
    if (offer.root.hex(), offer.sealed_size_bytes) != (name.key, member.size_bytes):
        raise SignedOfferError("the signed offer beside it is for another package")
    return binding.sender or ""


def _join_strays(load: _Load) -> None:
    """Join what was kept unexplained to the offers that are here now."""
    for root in unclaimed_packages.adopt_all(load.service.node, load.service.committer):
        load.say(package_name(root), "package", "taken")


__all__ = ["Report", "Verdict", "ready_service", "take_in"]
