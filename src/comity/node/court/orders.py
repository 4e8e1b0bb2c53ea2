"""Court bundles that officers ask for on the pages: written by the node, one file, kept for a week.

The folder that `bundle` writes is packed into one ZIP, unpacked files as they are, so that what a
court checks are the very bytes. A process that dies leaves an export that is begun anew.
"""

import hashlib
import secrets
import shutil
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.db import transaction

from comity.bundle.write import Written
from comity.canonical import ComityError, MisuseError
from comity.files.errors import translating
from comity.node.core.clock import now
from comity.node.core.node import Node
from comity.node.core.pagination import newest_first
from comity.node.court import bundle
from comity.node.court.bundle import Order, write_bundle
from comity.node.evidence import other_use
from comity.node.evidence.offers import of_conversations
from comity.node.log import audit
from comity.node.log.group_commit import Committer
from comity.node.log.store import Batch
from comity.node.models import Conversation, CourtExport, Mark, Officer, Package
from comity.node.people.access import object_permissions
from comity.node.people.access.visible_cases import Circle
from comity.node.sensitive import marks

PAGE: Final = 50
MAX_REASON_CHARS: Final = 1000
MOST_OPEN: Final = 4
KEPT_FOR: Final = timedelta(days=7)
_PIECE_BYTES: Final = 1024 * 1024
_TOLD_EVERY_BYTES: Final = 64 * _PIECE_BYTES
_Stage = CourtExport.Stage
_OPEN: Final = (_Stage.WAITING, _Stage.WRITING)


class ExportsFullError(MisuseError, code="exports-full"):
    """An officer has too many exports under way."""


class ExportReasonError(MisuseError, code="export-reason"):
    """An export needs a reason, and a purpose that is one of the list."""


class ExportAbsentError(MisuseError, code="export-absent"):
    """The file of an export is not here: it is not ready yet, or its time is over."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an officer asks for.

    Attributes:
        case: the office's number.
        purpose: one of `other_use.PURPOSES`, or empty.
        papers: language of the passports to put in, or empty.
        reason: why, in words; it stays in this office.
    """

    case: str
    purpose: str
    papers: str
    reason: str


def ask(
    node: Node, committer: Committer, asked: Asked, *, officer: str, user: str, at: datetime
) -> CourtExport:
    """Ask for the bundle of a case; it is written in the background.

    Args:
        node: this node.
        committer: its committer.
        asked: what.
        officer: opaque identifier of who asks.
        user: name, for the audit.
        at: this node's clock.

    Raises:
        ExportReasonError: no reason, or no such purpose.
        CaseUnknownError: no such case here.
        UsePurposeError, UseConsentError: a limit of use stands against it, or wants a purpose.
        ExportsFullError: too many are under way.
    """
    if not 0 < len(asked.reason.strip()) <= MAX_REASON_CHARS:
        raise ExportReasonError("say why it is exported")
    if asked.purpose and asked.purpose not in other_use.PURPOSES:
        raise ExportReasonError("the purpose is none of the list")
    if not _finds(officer, asked.case, at):
        raise bundle.CaseUnknownError("this node has no case of that number")
    tell = list(bundle.owed_notices(node, Order(case=asked.case, purpose=asked.purpose)))

    def work(_batch: Batch) -> CourtExport:
        if CourtExport.objects.filter(by=user, stage__in=_OPEN).count() >= MOST_OPEN:
            raise ExportsFullError(f"{MOST_OPEN} exports of yours are under way: wait for them")
        audit.note(
            at=at, actor=user, action="export.asked", subject=asked.case, detail=asked.purpose
        )
        if not _finds(officer, asked.case, at):  # as it is now
            raise bundle.CaseUnknownError("this node has no case of that number")
        return CourtExport.objects.create(
            id=secrets.token_hex(16),
            case=asked.case,
            purpose=asked.purpose,
            papers=asked.papers,
            reason=asked.reason,
            officer=officer,
            by=user,
            at=at,
            tell=tell,
        )

    return committer.run(work).value


def _finds(officer: str, case: str, at: datetime) -> bool:
    """Tell whether an officer, by identifier, may see a case; nobody else asks for a bundle."""
    who = Officer.objects.filter(identifier=officer).select_related("user").first()
    return who is not None and object_permissions.finds_case(who, case, at=at)


def step(node: Node) -> int:
    """Write the exports that wait, oldest first, and delete those whose time is over."""
    begun = list(CourtExport.objects.filter(stage__in=_OPEN).order_by("at", "id"))
    for row in begun:
        _write(node, row)
    ended = list(CourtExport.objects.filter(stage=_Stage.READY, expires_at__lt=now()))
    for row in ended:
        remove_files(node, row)
        CourtExport.objects.filter(id=row.id).update(stage=_Stage.EXPIRED)
    return len(begun) + len(ended)


def expire(case: str, *, at: datetime) -> None:
    """End all exports of a case, in the caller's transaction; their files go after it.

    What an export under way has written by then goes too: it finds that its time is over.
    """
    rows = CourtExport.objects.filter(case=case)
    rows.exclude(stage__in=(_Stage.FAILED, _Stage.EXPIRED)).update(
        stage=_Stage.EXPIRED, expires_at=at
    )
    rows.update(reason="")


def remove_files(node: Node, row: CourtExport) -> None:
    """Remove every file of an export, whole or under way."""
    target = file_of(node, row)
    _clear(node.config.exports / row.id, target.with_suffix(".part"))
    target.unlink(missing_ok=True)


def file_of(node: Node, row: CourtExport) -> Path:
    """Return where the file of an export lies."""
    return node.config.exports / f"{row.id}.zip"


def listed(circle: Circle, *, after: str = "", most: int = PAGE) -> tuple[list[CourtExport], str]:
    """Return the exports of cases that may be seen, the newest first; and where the next begin.

    Raises:
        PlaceError: ``after`` is no place that a page gave.
    """
    seen = CourtExport.objects.filter(circle.of_case())
    return newest_first(seen, changed="at", key="id", after=after, most=most)


def refuse_abuse(identifier: str) -> None:
    """Refuse the file of an export to a browser where it holds abuse material, though sealed.

    Raises:
        CourtExport.DoesNotExist: no such export.
        AbuseMaterialError: an exhibit of the case is marked so.
    """
    case = CourtExport.objects.get(id=identifier).case
    threads = list(Conversation.objects.filter(case=case).values_list("digest", flat=True))
    found = Package.objects.filter(of_conversations(threads)).values_list("exhibit", flat=True)
    standing = marks.of(Mark.Kind.EXHIBIT, found)
    if any(mark.marker == marks.ABUSE for every in standing.values() for mark in every):
        raise marks.AbuseMaterialError("it holds an exhibit that no browser is given")


def take(node: Node, identifier: str, *, user: str, at: datetime) -> tuple[CourtExport, Path]:
    """Return an export that is ready with its file; who takes it is noted.

    Raises:
        CourtExport.DoesNotExist: no such export.
        ExportAbsentError: it has no file.
    """
    row = CourtExport.objects.get(id=identifier)
    path = file_of(node, row)
    if row.stage != _Stage.READY or not path.is_file():
        raise ExportAbsentError("it is not ready, or its time is over: ask for it anew")
    audit.note(at=at, actor=user, action="export.taken", subject=row.case, detail=row.statement)
    return row, path


def pieces(path: Path) -> Iterator[bytes]:
    """Yield a file in pieces."""
    with path.open("rb") as file:
        while piece := file.read(_PIECE_BYTES):
            yield piece


def _write(node: Node, row: CourtExport) -> None:
    rows = CourtExport.objects.filter(id=row.id, stage__in=_OPEN)
    if not rows.update(stage=_Stage.WRITING, written_bytes=0):
        return  # its case was erased meanwhile
    folder, target = node.config.exports / row.id, file_of(node, row)
    part = target.with_suffix(".part")
    order = Order(case=row.case, papers=row.papers, purpose=row.purpose, by=row.by)
    try:
        with translating("writing an export"):
            node.config.exports.mkdir(mode=0o700, exist_ok=True)
            _clear(folder, part)
            written = write_bundle(node, order, folder, progress=_teller(row.id))
            digest = _pack(folder, part, row.case)
            part.replace(target)
        if not _done(row, written, digest, target.stat().st_size):
            target.unlink(missing_ok=True)
    except ComityError as fault:
        rows.update(stage=_Stage.FAILED, fault=fault.code)
        audit.note(
            at=now(),
            actor=audit.SYSTEM,
            action="export.failed",
            subject=row.case,
            detail=fault.code,
        )
    finally:
        _clear(folder, part)


@transaction.atomic
def _done(row: CourtExport, written: Written, digest: str, size: int) -> bool:
    """Record that an export is ready; tell whether its case is still to be exported."""
    at = now()
    ready = CourtExport.objects.filter(id=row.id, stage=_Stage.WRITING).update(
        stage=_Stage.READY,
        sha256=digest,
        size_bytes=size,
        written_bytes=size,
        statement=written.record,
        expires_at=at + KEPT_FOR,
    )
    if ready:
        audit.note(
            at=at, actor=row.by, action="export.written", subject=row.case, detail=written.record
        )
    return bool(ready)


def _clear(folder: Path, part: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    part.unlink(missing_ok=True)


def _teller(identifier: str) -> Callable[[int], None]:
    """Return what writes down how far an export is, not oftener than every 64 MiB."""
    last = 0

    def tell(done: int) -> None:
        nonlocal last
        if done - last >= _TOLD_EVERY_BYTES:
            last = done
            CourtExport.objects.filter(id=identifier).update(written_bytes=done)

    return tell


def _pack(folder: Path, target: Path, case: str) -> str:
    """Pack a folder into a ZIP without compressing; return the SHA-256 of the file."""
    inside = f"case-{case}"
    with zipfile.ZipFile(target, "x", compression=zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, f"{inside}/{path.relative_to(folder).as_posix()}")
    state = hashlib.sha256()
    for piece in pieces(target):
        state.update(piece)
    return state.hexdigest()
