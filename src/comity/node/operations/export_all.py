"""Everything out of a node in open formats, so that an office can leave this program (ADR 0049).

A part is written beside its place and renamed: it is whole or not there. An export that was broken
off goes on with the parts that are missing; what came in meanwhile is in the parts written later.

Source: docs/how-to/leave-comity.md.
"""

import csv
import hashlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from pathlib import Path
from shutil import copyfile
from typing import Any, Final

from comity.canonical import ComityError, b64, time_text
from comity.directory import build_handover
from comity.files.errors import translating
from comity.files.publish import atomic_folder
from comity.ledger.leaf import entry
from comity.ledger.tiles import Tile, bundles_of, encode_bundle, encode_tile, tiles_of
from comity.node.core.block_writer import write_durably
from comity.node.core.node import Node
from comity.node.core.one_moment import one_moment
from comity.node.court.bundle import Order, write_bundle
from comity.node.evidence.storage.vault import PackageMissingError, open_vault
from comity.node.federation.log_api import newest_note
from comity.node.log import audit
from comity.node.log.store import Reader, openings
from comity.node.models import (
    AuditRow,
    Conversation,
    DocketEntry,
    LogHead,
    MessageRow,
    Officer,
    Original,
    OwnCheckpoint,
    Package,
    SectionRow,
    StrayPackage,
)
from comity.node.operations import export_register
from comity.papers.words import words

SUMS: Final = "SHA256SUMS"
README: Final = "README.md"
PARTS: Final = ("directory", "log", "messages", "people", "register", "strays")
"""Besides one folder a case, in ``cases/``."""
_CHUNK: Final = 500
_PIECE: Final = 1024 * 1024

type Tell = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """What an export would hold.

    Attributes:
        cases: their numbers.
        counts: how many of what, by name.
        bytes_ahead: of sealed evidence and originals, which is nearly all of it.
    """

    cases: tuple[str, ...]
    counts: dict[str, int]
    bytes_ahead: int


@dataclass
class Left:
    """What was written.

    Attributes:
        written: parts written now.
        kept: parts that were there from before.
        refused: cases, and strays by their roots, that could not be written, with the code of why.
        details: the same, with the sentence that says what was refused.
    """

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    details: dict[str, str] = field(default_factory=dict)

    def refuse(self, name: str, fault: ComityError) -> None:
        """Keep why a case or a stray is not out."""
        self.refused[name], self.details[name] = fault.code, str(fault)


def plan(node: Node) -> Plan:
    """Return what an export would hold now; nothing is written."""
    cases = Conversation.objects.exclude(case="").order_by("case").values_list("case", flat=True)
    sealed = sum(Package.objects.values_list("stored_bytes", flat=True))
    originals = sum(len(bytes(row.data)) for row in Original.objects.iterator(chunk_size=1))
    counts = {
        "audit": AuditRow.objects.count(),
        "docket": DocketEntry.objects.count(),
        "log": sum(LogHead.objects.values_list("tree_size", flat=True)),
        "messages": MessageRow.objects.count(),
        "originals": Original.objects.count(),
        "packages": Package.objects.count(),
        "people": Officer.objects.count(),
    }
    return Plan(tuple(dict.fromkeys(cases)), counts, sealed + originals)


def leave(
    node: Node,
    target: Path,
    *,
    by: str,
    at: datetime,
    purpose: str = "",
    papers: str = "",
    tell: Tell = lambda _part: None,
) -> Left:
    """Write everything this node holds into a folder.

    Args:
        node: this node.
        target: new folder, or one of an export that was broken off.
        by: who takes it out, for the audit.
        at: this node's clock.
        purpose: for which evidence under a limit of use goes out; see `Order`.
        papers: language in which passports are printed, or empty.
        tell: told of each part before it is written.

    Returns:
        What was written, and which cases were not.

    Raises:
        PaperContentError: passports are not printed in that language; nothing was written.
    """
    if papers:
        words(papers)
    done = Left()
    audit.note(at=at, actor=by, action="everything.exported", subject=node.party, detail="begun")
    with translating(f"writing {target}"):
        (target / "cases").mkdir(mode=0o700, parents=True, exist_ok=True)
    writers: dict[str, Callable[[Path], None]] = {
        "directory": lambda folder: _directory(node, folder),
        "log": lambda folder: _log(node, folder),
        "messages": _messages,
        "people": _people,
        "strays": lambda folder: _strays(node, folder, done),
    }
    for name in PARTS:
        if _is_there(target / name, done, name):
            continue
        tell(name)
        if name == "register":
            export_register.export(node, target / name, by=by, at=at)
        else:
            with atomic_folder(target / name) as folder, one_moment():
                writers[name](folder)
        done.written.append(name)
    for case in plan(node).cases:
        name = f"cases/{case}"
        if _is_there(target / name, done, name):
            continue
        tell(name)
        order = Order(case=case, papers=papers, purpose=purpose, by=by)
        try:
            write_bundle(node, order, target / name)
        except ComityError as fault:
            done.refuse(case, fault)
        else:
            done.written.append(name)
    _finish(target, done)
    detail = f"{len(done.written)} written, {len(done.refused)} refused"
    audit.note(at=at, actor=by, action="everything.exported", subject=node.party, detail=detail)
    return done


def _is_there(path: Path, done: Left, name: str) -> bool:
    if not path.is_dir():
        return False
    done.kept.append(name)
    return True


def _directory(node: Node, folder: Path) -> None:
    write_durably(folder / "trust.json", node.store.trust_bytes())
    write_durably(folder / "records.json", build_handover(node.directory))


def _log(node: Node, folder: Path) -> None:
    """Write each epoch as C2SP tlog-tiles: tiles, entry bundles, and the signed checkpoint."""
    heads = list(LogHead.objects.order_by("epoch"))
    for head in heads:
        place = folder / f"epoch-{head.epoch}"
        for tile in (*tiles_of(head.tree_size), *bundles_of(head.tree_size)):
            data = _tile(head.epoch, tile)
            if data is None:
                continue  # an entry whose opening was erased: its hash stands in the tiles
            path = place / tile.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        place.mkdir(exist_ok=True)
        if head is heads[-1]:
            (place / "checkpoint").write_text(newest_note(node) or "", encoding="utf-8")
        if head.successor is not None:
            (place / "successor.json").write_bytes(bytes(head.successor))
        seen = OwnCheckpoint.objects.filter(epoch=head.epoch).order_by("-tree_size").first()
        if seen is not None:
            (place / "checkpoint.cosigned").write_text(seen.note, encoding="utf-8")


def _tile(epoch: int, tile: Tile) -> bytes | None:
    first = tile.index * 256
    if tile.level is None:
        found = openings(epoch, first, first + tile.width)
        return None if found is None else encode_bundle([entry(one) for one in found])
    read = Reader(epoch)
    return encode_tile([read(8 * tile.level, first + place) for place in range(tile.width)])


def _messages(folder: Path) -> None:
    """Write each message as the JWS that was signed, with its sections and their salts beside."""
    for row in MessageRow.objects.order_by("record").iterator(chunk_size=_CHUNK):
        name = row.record.removeprefix("sha256:")
        (folder / f"{name}.jws.json").write_bytes(bytes(row.jws))
        held = {
            section.name: {
                "erased_because": section.erased_because,
                "salt": b64(bytes(section.salt)) if section.salt is not None else None,
                "value": section.value,
            }
            for section in SectionRow.objects.filter(record=row.record)
        }
        told = {
            "about": row.record,
            "outgoing": row.outgoing,
            "recorded_at": time_text(row.recorded_at),
            "sections": held,
            "standing": row.standing,
        }
        text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        (folder / f"{name}.sections.json").write_text(text, encoding="utf-8")


def _people(folder: Path) -> None:
    """Write who had an account: no password, no factor, no token."""
    text = io.StringIO()
    out = csv.writer(text, lineterminator="\r\n")
    out.writerow(("name", "identifier", "role", "in use", "confirmed at", "certificate"))
    for one in Officer.objects.select_related("user").order_by("identifier"):
        if one.certificate is not None:
            (folder / f"{one.identifier}.certificate.json").write_bytes(bytes(one.certificate))
        confirmed = time_text(one.confirmed_at) if one.confirmed_at else ""
        certified = "yes" if one.certificate is not None else "no"
        in_use = "yes" if one.user.is_active else "no"
        name = _safe(one.user.get_username())
        out.writerow((name, one.identifier, one.role, in_use, confirmed, certified))
    (folder / "people.csv").write_text("\ufeff" + text.getvalue(), encoding="utf-8")


def _strays(node: Node, folder: Path, done: Left) -> None:
    """Write the sealed packages that nobody has promised yet, under the digits of their roots."""
    quarantine = open_vault(node.config).quarantine
    for row in StrayPackage.objects.order_by("root"):
        name = row.root.removeprefix("sha256:")
        try:
            copyfile(quarantine / name, folder / f"{name}.age")
        except FileNotFoundError:
            done.refuse(row.root, PackageMissingError(f"package {row.root} is not in the store"))


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text


def _finish(target: Path, done: Left) -> None:
    """Write what explains the rest, and the sums of all of it, last."""
    text = resources.files("comity.node.operations").joinpath("leaving.txt").read_text("utf-8")
    with translating(f"writing {target}"):
        write_durably(target / README, text.encode())
        refused = json.dumps(done.refused, indent=1, sort_keys=True) + "\n"
        write_durably(target / "refused.json", refused.encode())
        listed = "".join(f"{_digest(path)}  {name}\n" for name, path in _files(target))
        write_durably(target / SUMS, listed.encode())


def _files(target: Path) -> Iterator[tuple[str, Path]]:
    found = ((path.relative_to(target).as_posix(), path) for path in target.rglob("*"))
    for name, path in sorted(found):
        if path.is_file() and not path.is_symlink() and name != SUMS:
            yield name, path


def _digest(path: Path) -> str:
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return hasher.hexdigest()


def value(found: Plan) -> dict[str, Any]:
    """Return a plan as JSON."""
    return {"bytes": found.bytes_ahead, "cases": list(found.cases), **found.counts}
