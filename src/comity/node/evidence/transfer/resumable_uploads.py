"""Handing in a package part by part: begun by its offer, resumed by who began it, verified whole.

The bytes lie in the vault's ``incoming`` folder (`filling`), the promise in the database; both
survive a restart. What was promised counts towards the quota from the beginning, so an upload that
was let in can end. The protocol around this is `api_uploads` (ADR 0021).
"""

import re
import secrets
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Final

from django.db.models import QuerySet

from comity.canonical import MisuseError, PeerError, digest_text
from comity.evidence.offer import Offer, parse_offer
from comity.evidence.package_errors import OfferError
from comity.node.core.clock import now, real_now
from comity.node.core.node import Node
from comity.node.evidence.packages import acceptable, drop_refused, record_sealed
from comity.node.evidence.storage.quota import check_disk, check_room
from comity.node.evidence.storage.vault import open_vault
from comity.node.evidence.transfer.sequential_writer import Filling
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Package, StrayPackage, Upload

MOST_OPEN: Final = 16
"""Uploads that one officer may have under way."""
LEFT_AFTER: Final = timedelta(days=1)
"""After which bytes that were taken in in one go, and never finished, count as left behind."""
_LEFT: Final = re.compile(r"[0-9a-f]{64}-[0-9a-f]{16}(\.leaves)?")
_KEPT: Final = re.compile(r"[0-9a-f]{64}(\.leaves)?")
_busy: set[str] = set()
_busy_lock: Final = threading.Lock()


class UploadUnknownError(MisuseError, code="upload-unknown"):
    """The upload does not exist, has ended or expired, or belongs to another officer."""


class UploadPlaceError(PeerError, code="upload-place"):
    """A part begins elsewhere than where the upload stands; fact ``here_bytes`` says where."""


class UploadBusyError(MisuseError, code="upload-busy"):
    """Another request is writing to this upload at this moment."""


class UploadsFullError(MisuseError, code="uploads-full"):
    """An officer has too many uploads under way."""


def begin(
    node: Node,
    committer: Committer,
    *,
    conversation: str,
    offer_value: object,
    acquired: str,
    officer: str,
    user: str,
    name: str = "",
    fingerprint: str = "",
) -> Upload:
    """Begin an upload; nothing of the package has come yet.

    Args:
        node: this node.
        committer: its committer.
        conversation: digest of the request the package answers.
        offer_value: section ``offer``, untrusted.
        acquired: how the evidence was acquired, in words; attested.
        officer: opaque identifier of who hands it in.
        user: name, for the audit.
        name: of the file, as its reader told it; foreign.
        fingerprint: by which its reader knows the file again; hex, or empty.

    Raises:
        OfferError: what is promised could not be offered.
        UploadsFullError, NoRoomError: it cannot be taken in now.
        LookupError: no such conversation here.
    """
    offer = acceptable(node, conversation, offer_value, officer=officer)
    at = now()

    def work(_batch: Batch) -> Upload:
        if Upload.objects.filter(officer=officer).count() >= MOST_OPEN:
            raise UploadsFullError(f"{MOST_OPEN} uploads are under way: end or give up one")
        check_room(node, offer.sealed_size_bytes, offer.sealed_size_bytes)
        root = digest_text(offer.root)
        audit.note(at=at, actor=user, action="upload.begun", subject=root)
        return Upload.objects.create(
            id=secrets.token_hex(16),
            root=root,
            conversation=conversation,
            offer=offer.to_value(),
            size_bytes=offer.sealed_size_bytes,
            acquired=acquired,
            officer=officer,
            begun_at=at,
            name=name[:255],
            fingerprint=fingerprint,
            expires_at=at + timedelta(days=node.config.upload_days),
        )

    return committer.run(work).value


def find(identifier: str, *, officer: str) -> Upload:
    """Return an upload of an officer that is under way.

    Raises:
        UploadUnknownError: there is none; whether somebody else has one is not said.
    """
    found = Upload.objects.filter(id=identifier, officer=officer, expires_at__gt=now()).first()
    if found is None:
        raise UploadUnknownError("no such upload is under way: begin anew")
    return found


def of_officer(officer: str) -> QuerySet[Upload]:
    """Return an officer's uploads that are under way."""
    return Upload.objects.filter(officer=officer, expires_at__gt=now())


def here_bytes(node: Node, upload: Upload) -> int:
    """Return where an upload stands: whole blocks that are safe on the disk, or everything."""
    return _filling(node, upload).here_bytes


def append(
    node: Node,
    committer: Committer,
    upload: Upload,
    *,
    start: int,
    pieces: Iterable[bytes],
    user: str,
) -> int:
    """Add a part; return where the upload stands then. When everything is here, it is a package.

    Args:
        node: this node.
        committer: its committer.
        upload: as found.
        start: where the part begins; it must be where the upload stands.
        pieces: the bytes; they may end early, what filled whole blocks is kept.
        user: name, for the audit.

    Raises:
        UploadUnknownError: it has ended meanwhile.
        UploadBusyError: another part is being written.
        UploadPlaceError: the upload stands elsewhere.
        NoRoomError, StorageError, StoreError: no room; nothing that came is lost.
        OfferError: everything came, and is not what was promised; nothing is stored.
    """
    with _alone(upload.id):
        until = now() + timedelta(days=node.config.upload_days)
        if not Upload.objects.filter(id=upload.id).update(expires_at=until):
            raise UploadUnknownError("the upload has ended meanwhile")
        filling = _filling(node, upload)
        here = filling.here_bytes
        if start != here:
            raise UploadPlaceError(f"the upload stands at {here}", here_bytes=here)
        check_disk(node, upload.size_bytes - here)
        filling.append(pieces)
        here = filling.here_bytes
        if here == upload.size_bytes:
            _finish(node, committer, upload, filling, user)
        return here


def _finish(
    node: Node, committer: Committer, upload: Upload, filling: Filling, user: str
) -> Package:
    offer: Offer = parse_offer(upload.offer)
    vault = open_vault(node.config)
    try:
        filling.check(offer.root)
    except OfferError:
        _forget(node, committer, upload, by=user)
        raise
    if not vault.has(offer.root):  # it has its name already if the process was killed after that
        vault.publish(offer.root, filling.path, filling.leaves)

    def work(batch: Batch) -> Package:
        made = record_sealed(
            node,
            batch,
            upload.conversation,
            offer,
            officer=upload.officer,
            user=user,
            acquired=upload.acquired,
            at=now(),  # in the transaction: the chain's last event may be younger than the call
        )
        Upload.objects.filter(id=upload.id).delete()
        return made

    try:
        made = committer.run(work).value
    except MisuseError:
        drop_refused(node, offer.root)
        _forget(node, committer, upload, by=user)
        raise
    filling.discard()
    return made


def give_up(node: Node, committer: Committer, upload: Upload, *, by: str) -> None:
    """Forget an upload and what came of it.

    Args:
        node: this node.
        committer: its committer.
        upload: as found.
        by: user name, for the audit.

    Raises:
        UploadBusyError: a part is being written at this moment.
    """
    with _alone(upload.id):
        _forget(node, committer, upload, by=by)


def _forget(node: Node, committer: Committer, upload: Upload, *, by: str) -> None:
    at = now()

    def work(_batch: Batch) -> None:
        Upload.objects.filter(id=upload.id).delete()
        audit.note(at=at, actor=by, action="upload.given-up", subject=upload.root)

    committer.run(work)
    _filling(node, upload).discard()


def expire(node: Node, committer: Committer) -> int:
    """Forget uploads that nobody went on with in time; return how many."""
    done = 0
    late = Upload.objects.filter(expires_at__lte=now())
    for upload in list(late):
        with suppress(UploadBusyError), _alone(upload.id):
            if late.filter(id=upload.id).exists():  # a part may have prolonged it meanwhile
                _forget(node, committer, upload, by="node")
                done += 1
    return done


def sweep(node: Node) -> int:
    """Remove what a process that was killed left under names nobody will come back to."""
    vault, kept = open_vault(node.config), set(Upload.objects.values_list("id", flat=True))
    old = real_now().timestamp() - LEFT_AFTER.total_seconds()
    gone = [p for p in vault.incoming.glob("upload-*") if p.stem.partition("-")[2] not in kept]
    for folder in (vault.incoming, vault.quarantine):
        gone += [p for p in folder.glob("*-*") if _LEFT.match(p.name) and p.stat().st_mtime < old]
    explained = set(StrayPackage.objects.values_list("root", flat=True))
    gone += [
        path
        for path in vault.quarantine.glob("*")
        if _KEPT.fullmatch(path.name)
        and f"sha256:{path.stem}" not in explained
        and path.stat().st_mtime < old
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _filling(node: Node, upload: Upload) -> Filling:
    return Filling(open_vault(node.config).incoming, f"upload-{upload.id}", upload.size_bytes)


@contextmanager
def _alone(identifier: str) -> Iterator[None]:
    """Let one request write to an upload; one process serves a node, so a set in it is enough."""
    with _busy_lock:
        if identifier in _busy:
            raise UploadBusyError("another part is being written: ask again where it stands")
        _busy.add(identifier)
    try:
        yield
    finally:
        with _busy_lock:
            _busy.discard(identifier)
