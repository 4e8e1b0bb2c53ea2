"""What the commands that sign certificates share: key, records, register."""

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from comity.canonical import MisuseError, Mode, PeerError, new_id, state_of
from comity.canonical.amounts import counted
from comity.cli.papers import bytes_of
from comity.directory import KeyRow, parse_entry, parse_handover, parse_state_record
from comity.directory.handover import MAX_HANDOVER_BYTES
from comity.files.errors import translating
from comity.keys import Jws, PrivateKey
from comity.training.certificates import USE, StatusList, issue, issue_list
from comity.training.credential import TrainingCertificate
from comity.training.enrolment import MAX_BYTES, Person, read_enrolment
from comity.training.errors import EnrolmentError
from comity.training.model import Course
from comity.training.record import write_record
from comity.training.register import MAX_REGISTER_BYTES, Register, parse_register
from comity.training.standing import valid_until

if TYPE_CHECKING:
    from comity.directory import Handover

_RANDOM_BYTES = 10


@dataclass(frozen=True)
class Records:
    """The records of one authority, as they go into the file of a certificate."""

    mode: Mode
    states: tuple[Jws, ...]
    entries: tuple[Jws, ...]
    row: KeyRow


@dataclass(frozen=True)
class Made:
    """A certificate that was issued, and its file."""

    identifier: str
    data: bytes


@dataclass
class Issuing:
    """One run of issuing: places are drawn one by one, and the register is kept at the end."""

    course: Course
    lang: str
    authority: str
    party: str
    key: PrivateKey
    records: Records
    path: Path
    register: Register
    begins: datetime

    @classmethod
    def begin(
        cls,
        course: Course,
        lang: str,
        *,
        authority: str,
        party: str,
        key_file: Path,
        records_file: Path,
        register_file: Path,
    ) -> "Issuing":
        """Return a run in which everything that can be wrong before signing is not.

        Raises:
            MisuseError: the key is not listed, or ends before the certificates would; the register
                is of somebody else.
        """
        from comity.node.core.clock import now
        from comity.node.core.keystore import load_signing_key

        key = load_signing_key(key_file, use=USE)
        records = _records(records_file, party, key)
        register = Register(mode=records.mode, party=party)
        if register_file.exists():
            register = read_register(register_file)
        if (register.mode, register.party) != (records.mode, party):
            raise MisuseError("the register is of another authority or mode")
        begins = now().replace(microsecond=0)
        made = cls(
            course=course,
            lang=lang,
            authority=authority,
            party=party,
            key=key,
            records=records,
            path=register_file,
            register=register,
            begins=begins,
        )
        if not (records.row.not_before <= begins and made.until <= records.row.not_after):
            raise MisuseError(
                f"the key ends on {records.row.not_after:%Y-%m-%d}, before the certificate would on"
                f" {made.until:%Y-%m-%d}: prepare and list a new one first"
            )
        return made

    @property
    def until(self) -> datetime:
        """When the certificates end."""
        return valid_until(self.course, self.begins)

    def certificate(self, name: str) -> Made:
        """Return a certificate for a person, with a place of its own."""
        texts = self.course.texts[self.lang]
        made = TrainingCertificate(
            id=new_id(self.begins, secrets.token_bytes(_RANDOM_BYTES)),
            mode=self.records.mode,
            party=self.party,
            authority=self.authority,
            name=name,
            function=self.course.function,
            course=self.course.key,
            version=self.course.version,
            title=texts.title,
            description=texts.description,
            criteria=texts.criteria,
            valid_from=self.begins,
            valid_until=self.until,
            list_number=self.register.number,
            index=self.register.free(secrets.randbelow),
        )
        self.register = self.register.with_given(made)
        signed = issue(made, self.key)
        data = write_record(signed.text, states=self.records.states, entries=self.records.entries)
        return Made(made.id, data)

    def save(self) -> None:
        """Keep the register, before any certificate leaves: no place is given twice."""
        write_register(self.path, self.register)


def people_of(path: Path, encoding: str | None) -> Sequence[Person]:
    """Return the people of a list in which no row has an error.

    Raises:
        EnrolmentError: a row has one; `comity course enrol` names them all.
    """
    found = read_enrolment(bytes_of(path, MAX_BYTES), encoding=encoding)
    if found.problems:
        first = found.problems[0]
        raise EnrolmentError(
            f"{counted(len(found.problems), 'row')} with an error, the first in line {first.line}:"
            f" {first.text} [{first.code}]; `comity course enrol` names them all"
        )
    return found.people


def signed_list(
    key_file: Path, records_file: Path, register_file: Path, *, days: int
) -> tuple[bytes, datetime, int]:
    """Return the file of a signed list, its last moment, and how many it withdraws."""
    from comity.node.core.clock import now
    from comity.node.core.keystore import load_signing_key

    key = load_signing_key(key_file, use=USE)
    register = read_register(register_file)
    records = _records(records_file, register.party, key)
    if records.mode != register.mode:
        raise MisuseError("the records are of the other mode than the register")
    begins = now().replace(microsecond=0)
    until = begins + timedelta(days=days)
    status = StatusList(
        mode=register.mode,
        party=register.party,
        number=register.number,
        withdrawn=register.withdrawn,
        valid_from=begins,
        valid_until=until,
    )
    text = issue_list(status, key).text
    data = write_record(text, states=records.states, entries=records.entries)
    return data, until, len(register.withdrawn)


def read_register(path: Path) -> Register:
    """Return the register of a file."""
    return parse_register(bytes_of(path, MAX_REGISTER_BYTES))


def write_register(path: Path, register: Register) -> None:
    """Replace the register's file whole, or leave it as it was."""
    replace_file(path, register.encode())


def replace_file(path: Path, data: bytes) -> None:
    """Replace a file whole, or leave it as it was."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}.new")
    with translating(f"writing {path}"):
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)


def _records(path: Path, party: str, key: PrivateKey) -> Records:
    """Return an authority's records, and the row by which they list the key.

    Raises:
        MisuseError: they do not list it as an active key of this use.
    """
    handed = parse_handover(bytes_of(path, MAX_HANDOVER_BYTES))
    states, entries, row = _of(handed, party, key.kid)
    if row is None or row.use != USE or row.status != "active":
        raise MisuseError(
            f"the newest entry of {party} in {path.name} does not list the key as an active one of"
            f" use {USE}: let your State sign an entry with it, and publish the records again"
        )
    return Records(handed.mode, states, entries, row)


def _of(
    handed: "Handover", party: str, kid: str
) -> tuple[tuple[Jws, ...], tuple[Jws, ...], KeyRow | None]:
    try:
        states = [parse_state_record(data, mode=handed.mode) for data in handed.states]
        entries = [parse_entry(data, mode=handed.mode) for data in handed.entries]
    except PeerError as fault:
        raise MisuseError(f"the records cannot be read: {fault}") from fault
    own = [one for one in entries if one.entry.party == party]
    newest = max(own, key=lambda one: one.entry.version, default=None)
    return (
        tuple(one.jws for one in states if one.record.state == state_of(party)),
        tuple(one.jws for one in own),
        None if newest is None else newest.entry.rows.get(kid),
    )
