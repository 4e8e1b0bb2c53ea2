"""A technical solution as one file: a signed statement first, then the files it names (spec 19).

A solution is no secret and no evidence: it is not sealed and has no chain of custody. What counts
is whose it is, and that it is what its author signed. Nothing here unpacks it into a folder, and
nothing here runs it.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from pydantic import Field, StringConstraints, ValidationError

from comity.canonical import PROTOCOL, PeerError, decode, digest, digest_text, encode, members
from comity.evidence.package_errors import PackageError
from comity.evidence.package_names import NameSet, check_payload_path
from comity.evidence.tar import BLOCK_BYTES, Content, End, Member, TarReader, header, padding
from comity.exchange.faults import in_words
from comity.exchange.table_bodies import MAX_SOLUTION_BYTES, Topics
from comity.exchange.types import Registry
from comity.exchange.values import Id, Long, Model, Party, Short, Text, Time
from comity.keys import Jws, PrivateKey, jws

KINDS: Final = ("playbook", "detection-rules", "form", "training", "software")
STATEMENT: Final = "solution.json"
MAX_FILES: Final = 2000
MAX_STATEMENT_BYTES: Final = 2 * 1024 * 1024
_THING, _WITHDRAWAL = "solution", "withdrawal"
_USE: Final = "export"

type Sha256 = Annotated[str, StringConstraints(pattern=r"^sha256:[0-9a-f]{64}$")]
type Version = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z][0-9A-Za-z.+-]{0,39}$")]
type Shorts = Annotated[list[Short], Field(max_length=50)]
type State = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}$")]


class SolutionMalformedError(PeerError, code="solution-malformed"):
    """A file is no solution: its form is not that of spec 19."""


class SolutionChangedError(PeerError, code="solution-changed"):
    """A solution is not what its author signed; fact ``member`` says which file."""


class SolutionAuthorError(PeerError, code="solution-author"):
    """A statement about a solution is not signed by whom it names as its author."""


class Tested(Model):
    """Who tried it, when and how: a claim of the author's."""

    by: Short
    at: Time
    how: Short


class File(Model):
    """One file of a solution."""

    path: Annotated[str, StringConstraints(min_length=6, max_length=1000)]
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=0, le=MAX_SOLUTION_BYTES)]


class Statement(Model):
    """What an author signs of a solution.

    Attributes:
        share_with: States that it may be given to; null for any.
        withdrawal: how its author tells of its withdrawal, and what to do then.
    """

    protocol: Literal["comity/1"]
    mode: Literal["live", "exercise"]
    party: Party
    id: Id
    version: Version
    kind: Literal["playbook", "detection-rules", "form", "training", "software"]
    matter: Short
    description: Text
    topics: Topics
    licence: Short
    needs: Shorts
    used_by: Shorts
    tested: Annotated[list[Tested], Field(max_length=20)]
    share_with: Annotated[list[State], Field(min_length=1, max_length=200)] | None
    withdrawal: Long
    made_at: Time
    files: Annotated[list[File], Field(min_length=1, max_length=MAX_FILES)]


class Withdrawn(Model):
    """What an author signs to withdraw a version of a solution."""

    protocol: Literal["comity/1"]
    mode: Literal["live", "exercise"]
    party: Party
    id: Id
    version: Version
    solution: Sha256
    reasons: Text
    replaced_by: Version | None
    at: Time


@dataclass(frozen=True)
class Solution:
    """A solution whose files are what its statement says; whose it is, `verify_author` tells.

    Attributes:
        digest: SHA-256 of the whole file, as text; by this it is named.
        statement: what its author says of it.
        envelope: the statement as signed.
        states, entries: records that came with it; believed only by a trust file.
        files: path to bytes.
    """

    digest: str
    statement: Statement
    envelope: Jws
    states: tuple[Any, ...]
    entries: tuple[Any, ...]
    files: Mapping[str, bytes]


def file_digest(data: bytes) -> str:
    """Return the name of a solution's file."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def listed(files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """Return the rows of a statement for files by their path below ``data/``, in order."""
    return [
        {"path": path, "sha256": file_digest(files[path]), "size_bytes": len(files[path])}
        for path in sorted(files)
    ]


def sign_statement(value: Mapping[str, Any], key: PrivateKey) -> Jws:
    """Return a statement of ours, signed by the party's export key.

    Raises:
        SolutionMalformedError: it is none.
    """
    statement = _parsed(Statement, dict(value))
    _check_paths(statement.files)
    return jws.sign(encode(statement.model_dump()), [key], thing=_THING, mode=statement.mode)


def sign_withdrawal(value: Mapping[str, Any], key: PrivateKey) -> Jws:
    """Return a withdrawal of ours, signed by the party's export key; else as `sign_statement`."""
    found = _parsed(Withdrawn, dict(value))
    return jws.sign(encode(found.model_dump()), [key], thing=_WITHDRAWAL, mode=found.mode)


def write_solution(
    envelope: Jws, files: Mapping[str, bytes], *, states: Iterable[Jws], entries: Iterable[Jws]
) -> bytes:
    """Return the file of a solution; the same input gives the same bytes.

    Raises:
        SolutionMalformedError: it is larger than a solution may be.
        SolutionChangedError: the files are not those of the statement.
    """
    first = encode(
        {
            "entries": [one.value for one in entries],
            "protocol": PROTOCOL,
            "statement": envelope.value,
            "states": [one.value for one in states],
        }
    )
    parts = [(STATEMENT, first), *((path, files[path]) for path in sorted(files))]
    data = b"".join(
        header(path, len(content)) + content + padding(len(content)) for path, content in parts
    ) + bytes(2 * BLOCK_BYTES)
    read_solution(data)
    return data


def read_solution(data: bytes) -> Solution:
    """Return the solution of untrusted bytes: its form, and that its files are as stated.

    Returns:
        What proves nothing of its author yet: `verify_author` does.

    Raises:
        SolutionMalformedError: another form: no statement, a link, a path that leads out, a name
            twice, bytes in the padding, too large.
        SolutionChangedError: a file is missing, more, changed or in another place.
        PeerError: by code, what else is wrong with the statement's envelope.

    Source: spec/19-solutions.md sections 19.1 and 19.2.
    """
    if len(data) > MAX_SOLUTION_BYTES:
        raise SolutionMalformedError(f"a solution has at most {MAX_SOLUTION_BYTES} bytes")
    found = _members(data)
    if not found or found[0][0] != STATEMENT:
        raise SolutionMalformedError(f"the first member is {STATEMENT}")
    fields = members(
        decode(found[0][1], max_bytes=MAX_STATEMENT_BYTES),
        {"entries": list, "protocol": str, "statement": dict, "states": list},
    )
    if fields["protocol"] != PROTOCOL:
        raise SolutionMalformedError("another protocol")
    envelope = jws.parse_value(fields["statement"])
    statement = parse_statement(envelope)
    _compare(statement, found[1:])
    return Solution(
        digest=file_digest(data),
        statement=statement,
        envelope=envelope,
        states=tuple(fields["states"]),
        entries=tuple(fields["entries"]),
        files=dict(found[1:]),
    )


def parse_statement(envelope: Jws) -> Statement:
    """Return what an envelope says of a solution, shape only.

    Raises:
        SolutionMalformedError: it says nothing of one.
    """
    statement = _parsed(Statement, decode(envelope.payload, max_bytes=MAX_STATEMENT_BYTES))
    jws.expect(envelope, thing=_THING, mode=statement.mode)
    _check_paths(statement.files)
    return statement


def parse_withdrawal(envelope: Jws) -> Withdrawn:
    """Return what an envelope says of a withdrawal, shape only; else as `parse_statement`."""
    found = _parsed(Withdrawn, decode(envelope.payload, max_bytes=MAX_STATEMENT_BYTES))
    jws.expect(envelope, thing=_WITHDRAWAL, mode=found.mode)
    return found


def verify_author(
    envelope: Jws, said: Statement | Withdrawn, registry: Registry, *, at: datetime
) -> None:
    """Raise unless a statement or a withdrawal is signed by the export key of whom it names.

    Args:
        envelope: as signed.
        said: what it says, as parsed.
        registry: who knows whose keys, of one mode.
        at: when the signature is known to exist: our own clock.

    Raises:
        SolutionAuthorError: by more or less than one key, or in the other mode.
        PeerError: by code, why the key does not count.
    """
    thing = _THING if isinstance(said, Statement) else _WITHDRAWAL
    if said.mode != registry.mode or len(envelope.signatures) != 1:
        raise SolutionAuthorError("one signature of this mode is due")
    kid = envelope.signatures[0].kid
    key = registry.signing_key(said.party, kid, use=_USE, proved_at=at)
    jws.verify(envelope, {key.kid: key}, thing=thing, mode=registry.mode)


def check_withdrawal(said: Withdrawn, envelope: Jws, statement: Statement) -> None:
    """Raise unless a withdrawal is of the solution whose signed statement is given.

    Raises:
        SolutionAuthorError: another author, solution or version.
    """
    named = (said.party, said.id, said.version, said.solution)
    if named != (statement.party, statement.id, statement.version, record_of(envelope)):
        raise SolutionAuthorError("the withdrawal is of something else")


def record_of(envelope: Jws) -> str:
    """Return the record digest of a signed statement, by which a withdrawal names it."""
    return digest_text(digest("record", envelope.record))


def _members(data: bytes) -> list[tuple[str, bytes]]:
    """Return path and bytes of each member, in order; nothing but plain files is accepted."""
    reader, names = TarReader(), NameSet()
    found: list[tuple[str, bytearray]] = []
    try:
        for event in reader.feed(memoryview(data)):
            if isinstance(event, Member):
                if len(found) > MAX_FILES:
                    raise SolutionMalformedError(f"at most {MAX_FILES} files")
                if found:
                    check_payload_path(event.path)
                names.claim_or_raise(event.path)
                found.append((event.path, bytearray()))
            elif isinstance(event, Content):
                found[-1][1].extend(event.view)
            else:
                assert event is End.FILE  # noqa: S101 - no holes: sparse files are not read
        reader.finish()
    except PackageError as fault:
        raise SolutionMalformedError(f"the archive: {fault}") from fault
    return [(path, bytes(content)) for path, content in found]


def _compare(statement: Statement, found: list[tuple[str, bytes]]) -> None:
    wanted = [(one.path, one.sha256, one.size_bytes) for one in statement.files]
    there = [(path, file_digest(content), len(content)) for path, content in found]
    for due, has in zip(wanted, there, strict=False):
        if due != has:
            raise SolutionChangedError("not the file that was signed", member=due[0])
    if len(wanted) != len(there):
        rest = wanted[len(there) :] or there[len(wanted) :]
        raise SolutionChangedError("a file is missing, or one more is there", member=rest[0][0])


def _check_paths(files: Iterable[File]) -> None:
    paths = [one.path for one in files]
    if paths != sorted(set(paths)):
        raise SolutionMalformedError("the files stand in order, none twice")
    try:
        for path in paths:
            check_payload_path(path)
    except PackageError as fault:
        raise SolutionMalformedError(str(fault)) from fault


def _parsed[M: Model](kind: type[M], value: object) -> M:
    try:
        return kind.model_validate(value)
    except ValidationError as fault:
        first = fault.errors(include_url=False, include_input=False)[0]
        known = first["loc"][:-1] if first["type"] == "extra_forbidden" else first["loc"]
        where = "/".join(map(str, known))
        raise SolutionMalformedError(f"{where}: {in_words(first)}", path=where) from None


__all__ = [
    "KINDS", "Solution", "SolutionAuthorError", "SolutionChangedError",
    "SolutionMalformedError", "Statement", "Withdrawn", "check_withdrawal", "file_digest", "listed",
    "parse_statement", "parse_withdrawal", "read_solution", "record_of", "sign_statement",
    "sign_withdrawal", "verify_author", "write_solution",
]  # fmt: skip
