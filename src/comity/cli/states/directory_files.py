"""What the directory commands share: errors in words, dry runs, and output.

Results go to standard output, errors to standard error. Exit status: 0 done; 1 a record or check
was refused, or the world refused; 2 misuse.
"""

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.canonical import (
    OperationError,
    PeerError,
    digest_text,
    time_text,
)
from comity.cli.answers import Answer
from comity.directory import Directory, KeyRow, Reset
from comity.directory.verdicts import Batch
from comity.files.errors import translating
from comity.keys.spoken import fingerprint

if TYPE_CHECKING:
    from comity.directory import Handover

PATH = click.Path(path_type=Path)
_KEY_FOLDERS = ("keys", "offline", "online")
_MAX_FILE_BYTES = 64 * 1024 * 1024


class RecordsFileError(PeerError, code="records-file"):
    """A file of State records and entries is another kind of file, or was changed on the way."""


def now() -> datetime:
    """Return this machine's clock, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


def read_file(path: Path) -> bytes:
    """Return the bytes of a file that a person named."""
    with translating(f"reading {path}"), path.open("rb") as file:
        data = file.read(_MAX_FILE_BYTES + 1)
    if len(data) > _MAX_FILE_BYTES:
        raise OperationError(f"{path} is larger than any file of the directory")
    return data


def read_records(path: Path) -> "Handover":
    """Return the records of a file that a partner or a State gave.

    Raises:
        RecordsFileError: it is another kind of file, or was changed on the way; it is named.
        StorageError: it cannot be read.
    """
    from comity.directory import parse_handover, parse_trust

    data = read_file(path)
    try:
        return parse_handover(data)
    except PeerError as fault:
        told = f"{path} is no file of directory records: {fault}"
        with contextlib.suppress(PeerError):
            parse_trust(data)
            told = f"{path} is a trust file. Try: comity directory trust FOLDER --add {path}"
        raise RecordsFileError(told) from fault


def read_record(path: Path) -> bytes:
    """Return the bytes of a file that holds one signed record; see `read_records` for errors."""
    from comity.keys import jws

    data = read_file(path)
    try:
        jws.parse(data)
    except PeerError as fault:
        raise RecordsFileError(f"{path} is no signed record: {fault}") from fault
    return data


def write_file(path: Path, data: bytes) -> None:
    """Write a new file; an existing one is not replaced."""
    with translating(f"writing {path}"), path.open("xb") as file:
        file.write(data)


@contextmanager
def rehearsed(folder: Path, *, dry_run: bool) -> Iterator[Path]:
    """Yield the folder, or for a dry run a shadow of it that is thrown away.

    Private keys are not copied into the shadow: links stand there in their place.
    """
    if not dry_run:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="comity-dry-run-") as name:
        shadow = Path(name) / (folder.name or "folder")
        if folder.is_dir():
            _shadow(folder, shadow)
        yield shadow


def _shadow(folder: Path, shadow: Path) -> None:
    shutil.copytree(folder, shadow, ignore=shutil.ignore_patterns(*_KEY_FOLDERS))
    for kind in _KEY_FOLDERS:
        for key in (folder / kind).rglob("*.jwk"):
            link = shadow / key.relative_to(folder)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(key.resolve())


def spoken_line(kid: str) -> str:
    """Return the line below a key that two people read to each other, as the pages show it."""
    return f"    fingerprint: {fingerprint(kid)}"


def answered(
    facts: dict[str, Any], lines: list[str], *, dry_run: bool = False, status: int = 0
) -> Answer:
    """Return a result; of a dry run it says that it was one."""
    told = [*lines, "dry run: nothing was changed"] if dry_run else lines
    return Answer({**facts, "dry_run": dry_run}, told, status=status)


def batch_facts(batch: Batch) -> dict[str, Any]:
    """Return what became of records, for JSON."""
    news = [{"subject": i.subject, "version": i.version, "what": i.what} for i in batch.news]
    refused = [{"code": i.code, "reason": i.reason, "subject": i.subject} for i in batch.refused]
    older = [
        {
            "subject": i.subject,
            "version": i.version,
            "issued_at": time_text(i.issued_at),
            "held_version": i.held_version,
            "held_issued_at": time_text(i.held_issued_at),
        }
        for i in batch.older
    ]
    return {"accepted": news, "older": older, "refused": refused}


def batch_lines(batch: Batch) -> list[str]:
    """Return what became of records, for people."""
    said = {"state": "keys of the State", "entry": "entry", "reset": "RESET PENDING for"}
    lines = [f"{said[i.what]} {i.subject}, version {i.version}" for i in batch.news]
    if any(item.what == "reset" for item in batch.news):
        lines.append("New keys that the State's earlier keys did not sign. They are not in force.")
        lines.append("Call the State by a way you know; then: comity directory confirm-reset.")
    lines += [f"REFUSED {i.subject or 'a record'} [{i.code}]: {i.reason}" for i in batch.refused]
    lines += [
        f"OLDER {i.subject}: version {i.version} of {time_text(i.issued_at)} was given, and "
        f"version {i.held_version} of {time_text(i.held_issued_at)} is here and stays in force"
        for i in batch.older
    ]
    return lines or ["nothing new"]


def directory_facts(directory: Directory, *, now: datetime) -> dict[str, Any]:
    """Return everything a folder holds, as JSON values."""
    from comity.directory.tuf_client import root_name

    age = directory.age(now=now)
    return {
        "age_seconds": age.seconds,
        "mode": directory.mode,
        "old": age.old,
        "parties": [_party(directory, party, now) for party in directory.parties()],
        "resets": [_reset(reset) for reset in directory.resets],
        "root": None if directory.trust.root is None else root_name(directory.trust.root),
        "states": [_state(directory, state) for state in sorted(directory.states)],
    }


def directory_lines(directory: Directory, *, now: datetime) -> list[str]:
    """Return the same for people."""
    facts = directory_facts(directory, now=now)
    lines = [f"{facts['mode']} directory; {_age(facts)}"]
    if facts["root"]:
        lines += ["root of the secretariat:", spoken_line(facts["root"])]
    for reset in facts["resets"]:
        if reset["confirmed_at"] is None:
            lines.append(f"RESET PENDING for {reset['state']}: {reset['content']}")
            lines.append(f"  seen {reset['seen_at']}, may be confirmed from {reset['earliest']}")
    for state in facts["states"]:
        trusted = "pinned" if state["pinned"] else "admitted by the secretariat"
        lines.append(
            f"State {state['state']}: keys version {state['version']},"
            f" {state['threshold']} of {len(state['kids'])} sign, {trusted}"
        )
        lines += [line for kid in state["kids"] for line in (f"  {kid}", spoken_line(kid))]
    for party in facts["parties"]:
        reach = party["endpoint"]["url"] or party["endpoint"]["kind"]
        lines.append(f"{party['party']}: version {party['version']}, {reach}")
        old = "OLD: " if party["old"] else ""
        lines.append(f"  {old}issued {party['issued_at']}, expires {party['expires_at']}")
        lines += [f"  {_key_line(row)}" for row in party["keys"]]
    return lines


def _age(facts: dict[str, Any]) -> str:
    if facts["age_seconds"] is None:
        return "never refreshed: only what was put in by hand"
    hours, minutes = divmod(facts["age_seconds"] // 60, 60)
    days, hours = divmod(hours, 24)
    text = f"last refreshed {days} d {hours} h {minutes} min ago"
    return f"OLD, its validity is over: {text}" if facts["old"] else text


def _key_line(row: dict[str, Any]) -> str:
    text = f"{row['use']:<10} {row['kid']} {row['status']} until {row['not_after']}"
    if row["invalid_from"]:
        text += f", signatures not proved before {row['invalid_from']} do not count"
    return text


def _party(directory: Directory, party: str, now: datetime) -> dict[str, Any]:
    entry = directory.entry(party)
    return {
        "content": digest_text(entry.content),
        "endpoint": entry.endpoint.value(),
        "expires_at": time_text(entry.expires_at),
        "issued_at": time_text(entry.issued_at),
        "keys": [_row(row) for row in entry.keys],
        "origins": list(entry.origins),
        "editions": list(entry.editions),
        "old": directory.entry_is_old(party, now=now),
        "party": party,
        "version": entry.version,
        "versions_held": [signed.entry.version for signed in directory.versions(party)],
    }


def _row(row: KeyRow) -> dict[str, Any]:
    return {name: value for name, value in row.value().items() if name != "public"}


def _state(directory: Directory, state: str) -> dict[str, Any]:
    chain = directory.state_records(state)
    newest = chain[-1].record
    return {
        "kids": [key.kid for key in newest.key_set.keys],
        "pinned": state in directory.trust.delegations,
        "state": state,
        "threshold": newest.key_set.threshold,
        "version": newest.version,
        "versions": [
            {
                "content": digest_text(signed.record.content),
                "issued_at": time_text(signed.record.issued_at),
                "version": signed.record.version,
            }
            for signed in chain
        ],
    }


def _reset(reset: Reset) -> dict[str, Any]:
    confirmed = reset.confirmed_at
    return {
        "confirmed_at": None if confirmed is None else time_text(confirmed),
        "confirmed_by": reset.confirmed_by,
        "content": digest_text(reset.content),
        "earliest": time_text(reset.earliest),
        "seen_at": time_text(reset.seen_at),
        "state": reset.state,
        "version": reset.signed.record.version,
    }
