"""Exchange without a network: files and folders that a carrier brings, and takes back (spec 13.4).

These probes need two commands of the node's machine, in the file that ``--operator`` names.
"""

import io
import re
import tarfile
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from comity.canonical import encode, time_text
from comity.conform.bench import Bench
from comity.conform.expectations import RECEIPT, expect_receipt, require
from comity.conform.letters import record_of
from comity.conform.model import probe
from comity.conform.peer import Peer, Sent, now
from comity.conform.texts import note
from comity.conform.wire import Answer

MAX_BYTES: Final = 64 * 1024 * 1024
_HEX: Final = "[0-9a-f]{64}"
NAMES: Final = re.compile(
    rf"index\.json|parcels/{_HEX}\.age|receipts/{_HEX}\.[a-z]{{2}}_[a-z0-9-]+\.json"
    rf"|packages/{_HEX}\.age|directory/{_HEX}\.json|recovery/[0-9]{{6}}\.age"
)


@dataclass(frozen=True)
class Carried:
    """What was carried in for one message, and what came back.

    Attributes:
        sent: the message; its answer is the receipt that came back, or one without a status.
        names: of the members that came back.
    """

    sent: Sent
    names: tuple[str, ...]


def parcelled(bench: Bench, peer: Peer) -> tuple[Sent, dict[str, bytes]]:
    """Return a new message of a party that is not sent, and the members that carry it."""
    letter = peer.opening("consultation.note", note("By a carrier."))
    message = peer.sign(letter)
    sealed = peer.seal(encode(letter.parcel(message, known=peer.size_known())))
    index = {
        "from": peer.party,
        "made_at": time_text(now()),
        "mode": peer.mode,
        "protocol": "comity/1",
        "to": bench.node,
    }
    members = {
        "index.json": encode(index),
        f"parcels/{hex_of(record_of(message))}.age": sealed,
    }
    return Sent(letter, message, Answer("", "", 0, {}, b""), peer.known), members


def hex_of(digest: str) -> str:
    """Return the hex of a digest's text."""
    return digest.removeprefix("sha256:")


def archive(members: Mapping[str, bytes]) -> bytes:
    """Return a tar (ustar) of plain files."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members.items():
            row = tarfile.TarInfo(name)
            row.size = len(data)
            tar.addfile(row, io.BytesIO(data))
    return made.getvalue()


def by_file(bench: Bench) -> Carried:
    """Carry a message in by a file, and fetch the file back; once a run."""
    kept: Carried | None = bench.kept.get("by file")
    if kept is not None:
        return kept
    carrier, peer = bench.need_carrier(), bench.silent
    sent, members = parcelled(bench, peer)
    with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
        there, back = Path(name) / "there.tar", Path(name) / "back.tar"
        there.write_bytes(archive(members))
        carrier.carry_in(there)
        carrier.carry_out(peer.party, back)
        data = back.read_bytes()[:MAX_BYTES]
    found: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        for row in tar:
            content = None if row.isdir() else tar.extractfile(row)
            if content is not None:
                found[row.name] = content.read()
    made = carried(bench, sent, found)
    bench.kept["by file"] = made
    return made


def by_folder(bench: Bench) -> Carried:
    """Carry a message in by a relay's folder, and look into the one back; once a run."""
    kept: Carried | None = bench.kept.get("by folder")
    if kept is not None:
        return kept
    carrier, peer = bench.need_carrier(), bench.silent
    sent, members = parcelled(bench, peer)
    with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
        there, back = Path(name) / "there", Path(name) / "back"
        back.mkdir()
        for member, data in members.items():
            path = there / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        carrier.carry_in(there)
        carrier.carry_out(peer.party, back)
        found = {
            path.relative_to(back).as_posix(): path.read_bytes()
            for path in sorted(back.rglob("*"))
            if path.is_file()
        }
    made = carried(bench, sent, found)
    bench.kept["by folder"] = made
    return made


def carried(bench: Bench, sent: Sent, found: Mapping[str, bytes]) -> Carried:
    """Return what came back, the receipt of the message as its answer."""
    wanted = f"receipts/{hex_of(sent.record)}.{bench.node.replace('/', '_')}.json"
    data = found.get(wanted)
    if data is None:
        answer = sent.answer
    else:
        answer = Answer("", wanted, 200, {"content-type": RECEIPT}, data)
    return Carried(replace(sent, answer=answer), tuple(found))


def expect_carried(bench: Bench, made: Carried) -> None:
    """Demand the receipt of a message that was carried in."""
    came = ", ".join(made.names) or "nothing"
    require(made.sent.answer.status == 200, "the receipt in what is carried back", came)
    expect_receipt(bench.silent, made.sent, "applied")


@probe("files.receipt-back")
def receipt_back(bench: Bench) -> None:
    """Under the name of its record and of who gives it."""
    expect_carried(bench, by_file(bench))


@probe("files.members")
def members_listed(bench: Bench) -> None:
    """And it has its index."""
    names = by_file(bench).names
    odd = [name for name in names if NAMES.fullmatch(name) is None]
    require(not odd, "members of the listed names", ", ".join(odd))
    require("index.json" in names, "index.json", "none")


@probe("files.relay")
def relay(bench: Bench) -> None:
    """One folder for each direction."""
    made = by_folder(bench)
    expect_carried(bench, made)
    odd = [name for name in made.names if NAMES.fullmatch(name) is None]
    require(not odd, "files of the listed names", ", ".join(odd))
    require("index.json" in made.names, "index.json", "none")
