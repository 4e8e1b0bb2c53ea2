"""The whole register as files: tables in JSON and CSV, originals, solutions, digests of all of it.

What is erased here is empty there. Sealed evidence is not in it: `comity exhibit get` and
`comity bundle` hand that out.

Source: docs/reference/register-export.md.
"""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from comity.canonical import MisuseError, b64, time_text
from comity.files.publish import atomic_folder
from comity.instruments.csv_text import csv_lines
from comity.keys import jws
from comity.node.core.node import Node
from comity.node.core.one_moment import one_moment
from comity.node.log import audit
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketEntry,
    DocketItem,
    MessageRow,
    Original,
    ReceiptRow,
    SectionRow,
    SolutionFile,
)
from comity.node.operations.export_tables import HELD

SUMS: Final = "SHA256SUMS"
_CHUNK: Final = 500
_BOM: Final = "\ufeff"  # Excel takes CSV for UTF-8 only with it

type Line = dict[str, Any]


class ExportPlaceError(MisuseError, code="export-place"):
    """The folder for an export is there already."""


def export(node: Node, target: Path, *, by: str, at: datetime) -> int:
    """Write the whole register, as it stands now, to a new folder; return the number of files.

    Args:
        node: this node.
        target: new folder.
        by: who takes it out, for the audit.
        at: this node's clock.

    Raises:
        ExportPlaceError: the folder is there.
    """
    if target.exists():
        raise ExportPlaceError("the folder is there already; name a new one")
    audit.note(at=at, actor=by, action="register.exported", subject=node.party)
    with atomic_folder(target) as folder, one_moment():
        sums: dict[str, str] = {}
        for name, (header, lines) in TABLES.items():
            sums[f"{name}.json"] = _write(folder / f"{name}.json", _json(lines()))
            sums[f"{name}.csv"] = _write(folder / f"{name}.csv", _csv(header, lines()))
        (folder / "originals").mkdir()
        for row in Original.objects.order_by("digest").iterator(chunk_size=1):
            name = f"originals/{row.digest.removeprefix('sha256:')}"
            sums[name] = _write(folder / name, iter([bytes(row.data)]))
        (folder / "solutions").mkdir()
        for file in SolutionFile.objects.order_by("digest").iterator(chunk_size=1):
            name = f"solutions/{file.digest.removeprefix('sha256:')}"
            sums[name] = _write(folder / name, iter([bytes(file.data)]))
        listed = "".join(f"{digest}  {name}\n" for name, digest in sorted(sums.items()))
        (folder / SUMS).write_text(listed, encoding="ascii")
    return len(sums)


def _write(path: Path, pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    with path.open("xb") as file:
        for piece in pieces:
            _add(file, digest, piece)
    return digest.hexdigest()


def _add(file: IO[bytes], digest: Any, piece: bytes) -> None:
    digest.update(piece)
    file.write(piece)


def _json(lines: Iterator[Line]) -> Iterator[bytes]:
    """Yield one array, an object a line, so that it can be read whole or line by line."""
    yield b"["
    for number, line in enumerate(lines):
        text = json.dumps(line, ensure_ascii=False, sort_keys=True)
        yield f"{',' if number else ''}\n{text}".encode()
    yield b"\n]\n"


def _csv(header: tuple[str, ...], lines: Iterator[Line]) -> Iterator[bytes]:
    yield _BOM.encode()
    rows = ([_cell(line[name]) for name in header] for line in lines)
    for text in csv_lines(header, rows):
        yield text.encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


# ------------------------------------------------------------------ tables


def _moment(value: datetime | None) -> str | None:
    return time_text(value.replace(microsecond=0)) if value else None


_CASE: Final = ("case", "conversations", "states", "due_at", "moved_at")


def _cases() -> Iterator[Line]:
    cases = Conversation.objects.order_by("case").values_list("case", flat=True).distinct()
    for case in cases.iterator(chunk_size=_CHUNK):
        rows = list(Conversation.objects.filter(case=case).order_by("opened_at", "digest"))
        due = min((row.due_at for row in rows if row.due_at), default=None)
        yield {
            "case": case,
            "conversations": [row.digest for row in rows],
            "states": [row.main for row in rows],
            "due_at": _moment(due),
            "moved_at": _moment(max(row.moved_at for row in rows)),
        }


_CONVERSATION: Final = (
    *("conversation", "case", "opener", "members", "type", "measure", "reference", "state"),
    *("tracks", "double_speak", "paper", "opened_at", "moved_at", "due_at"),
)


def _conversations() -> Iterator[Line]:
    for row in Conversation.objects.order_by("case", "digest").iterator(chunk_size=_CHUNK):
        yield {
            "conversation": row.digest,
            "case": row.case,
            "opener": row.opener,
            "members": row.members,
            "type": row.type,
            "measure": row.measure,
            "reference": row.reference,
            "state": row.main,
            "tracks": row.tracks,
            "double_speak": row.double_speak,
            "paper": row.paper,
            "opened_at": _moment(row.opened_at),
            "moved_at": _moment(row.moved_at),
            "due_at": _moment(row.due_at),
        }


_MESSAGE: Final = (
    *("record", "content", "conversation", "author", "sequence", "type", "outgoing", "sent_at"),
    *("recorded_at", "standing", "outcome", "epoch", "index", "sections", "receipts", "signed"),
)


def _messages() -> Iterator[Line]:
    for row in MessageRow.objects.order_by("epoch", "index").iterator(chunk_size=_CHUNK):
        sections = SectionRow.objects.filter(record=row.record).order_by("name")
        receipts = ReceiptRow.objects.filter(record=row.record).order_by("kept_at")
        yield {
            "record": row.record,
            "content": row.content,
            "conversation": row.conversation,
            "author": row.author,
            "sequence": row.sequence,
            "type": row.type,
            "outgoing": row.outgoing,
            "sent_at": _moment(row.sent_at),
            "recorded_at": _moment(row.recorded_at),
            "standing": row.standing,
            "outcome": row.outcome,
            "epoch": row.epoch,
            "index": row.index,
            "sections": {one.name: one.value for one in sections},
            "receipts": [_envelope(one.jws) for one in receipts],
            "signed": _envelope(row.jws),
        }


def _envelope(data: Any) -> dict[str, Any]:
    found: dict[str, Any] = jws.parse(bytes(data)).value
    return found


_ITEM: Final = (
    *("item", "kind", "case", "conversation", "about", "state", "due_at", "assigned"),
    "changed_at",
)


def _items() -> Iterator[Line]:
    for row in DocketItem.objects.order_by("item").iterator(chunk_size=_CHUNK):
        yield {
            "item": row.item,
            "kind": row.kind,
            "case": row.case,
            "conversation": row.conversation,
            "about": row.about,
            "state": row.state,
            "due_at": _moment(row.due_at),
            "assigned": row.assigned,
            "changed_at": _moment(row.changed_at),
        }


_ENTRY: Final = (
    *("item", "number", "act", "digest", "at", "by", "conversation", "epoch", "index"),
    *("erased_because", "value", "entry"),
)


def _entries() -> Iterator[Line]:
    for row in DocketEntry.objects.order_by("item", "number").iterator(chunk_size=_CHUNK):
        yield {
            "item": row.item,
            "number": row.number,
            "act": row.act,
            "digest": row.digest,
            "at": _moment(row.at),
            "by": row.by,
            "conversation": row.conversation,
            "epoch": row.epoch,
            "index": row.index,
            "erased_because": row.erased_because,
            "value": row.value,
            "entry": bytes(row.entry).decode(),
        }


_CLOCK: Final = ("of", "kind", "case", "due_at")


def _clocks() -> Iterator[Line]:
    due = Conversation.objects.exclude(due_at=None).order_by("due_at", "digest")
    for row in due.iterator(chunk_size=_CHUNK):
        told = {"of": row.digest, "kind": row.measure or row.type}
        yield {**told, "case": row.case, "due_at": _moment(row.due_at)}
    for item in DocketItem.objects.exclude(due_at=None).order_by("due_at", "item"):
        told = {"of": item.item, "kind": item.kind}
        yield {**told, "case": item.case, "due_at": _moment(item.due_at)}


_ORIGINAL: Final = ("digest", "name", "size_bytes", "came_at", "by", "reading")


def _originals() -> Iterator[Line]:
    rows = Original.objects.defer("data").order_by("digest")
    for row in rows.iterator(chunk_size=1):
        yield {
            "digest": row.digest,
            "name": row.name,
            "size_bytes": row.size_bytes,
            "came_at": _moment(row.came_at),
            "by": row.by,
            "reading": row.reading,
        }


_AUDIT: Final = (
    "number", "at", "actor", "action", "subject", "detail", "epoch", "index",
    "salt", "anchor_epoch", "anchor_index",
)  # fmt: skip


def _audit() -> Iterator[Line]:
    for row in AuditRow.objects.order_by("pk").iterator(chunk_size=_CHUNK):
        yield {
            "number": row.pk,
            "at": _moment(row.at),
            "actor": row.actor,
            "action": row.action,
            "subject": row.subject,
            "detail": row.detail,
            "epoch": row.epoch,
            "index": row.index,
            "salt": b64(bytes(row.salt)),
            "anchor_epoch": row.anchor_epoch,
            "anchor_index": row.anchor_index,
        }


TABLES: Final[Mapping[str, tuple[tuple[str, ...], Callable[[], Iterator[Line]]]]] = {
    "cases": (_CASE, _cases),
    "conversations": (_CONVERSATION, _conversations),
    "messages": (_MESSAGE, _messages),
    "docket-items": (_ITEM, _items),
    "docket-entries": (_ENTRY, _entries),
    "clocks": (_CLOCK, _clocks),
    "originals": (_ORIGINAL, _originals),
    "audit": (_AUDIT, _audit),
    **{name: (held.columns(), held.lines) for name, held in HELD.items()},
}
"""Name of a table to its columns and its rows."""
