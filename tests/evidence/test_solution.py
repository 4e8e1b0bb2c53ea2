"""A solution is what its author signed, whole, or it is refused; nothing of it is unpacked."""

import io
import tarfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.exchange.makers import T0, VN, ZA, World, key, text

from comity.canonical import PeerError, decode, encode
from comity.evidence.solution import (
    Solution,
    check_withdrawal,
    file_digest,
    listed,
    parse_withdrawal,
    read_solution,
    record_of,
    sign_statement,
    sign_withdrawal,
    verify_author,
    write_solution,
)
from comity.evidence.tar import header, padding
from comity.keys import jws

FILES = {"data/playbook.md": b"# First hour\n", "data/rules/mail.yar": b"rule mail {}\n"}
ID = "019ca756-a780-7a72-aa38-a93417c6f9f8"


def value(**more: Any) -> dict[str, Any]:
    return {
        "protocol": "comity/1",
        "mode": "live",
        "party": VN,
        "id": ID,
        "version": "1.0.0",
        "kind": "playbook",
        "matter": "The first hour of a hospital",
        "description": text(),
        "topics": ["methods"],
        "licence": "CC-BY-4.0",
        "needs": ["A mail gateway"],
        "used_by": ["National CERT"],
        "tested": [{"by": "National CERT", "at": "2026-02-01T00:00:00Z", "how": "one exercise"}],
        "share_with": None,
        "withdrawal": "By a message in the conversation it came in.",
        "made_at": "2026-03-01T00:00:00Z",
        "files": listed(FILES),
    } | more


def signer(party: str = VN, mode: str = "live", use: str = "export") -> Any:
    return key(f"{mode} {party} {use}")


def packed(signed_by: Any = None, **more: Any) -> bytes:
    envelope = sign_statement(value(**more), signed_by or signer())
    return write_solution(envelope, FILES, states=(), entries=())


def archive(*parts: tuple[str, bytes]) -> bytes:
    body = b"".join(header(p, len(c)) + c + padding(len(c)) for p, c in parts)
    return body + bytes(1024)


def first(data: bytes) -> bytes:
    """Return the signed statement that a file begins with."""
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:
        member = tar.extractfile("solution.json")
        assert member is not None
        return member.read()


def code_of(act: Callable[..., Any], *arguments: Any, **more: Any) -> str:
    with pytest.raises(PeerError) as caught:
        act(*arguments, **more)
    return str(caught.value.code)


# ------------------------------------------------------------------ what is refused


def test_every_byte_that_is_changed_after_signing_is_found() -> None:
    data = packed()
    for place in range(0, len(data) - 1024, 97):
        spoiled = bytearray(data)
        spoiled[place] ^= 1
        found: Solution | None = None
        try:
            found = read_solution(bytes(spoiled))
            verify_author(found.envelope, found.statement, World(VN).registry, at=T0)
        except PeerError:
            continue
        assert found is not None  # only what no file is made of: a header's owner, its mode
        assert (found.files, record_of(found.envelope)) == (
            read_solution(data).files,
            record_of(read_solution(data).envelope),
        )


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("one changed", [("data/playbook.md", b"# Wipe it\n"), *list(FILES.items())[1:]]),
        ("one missing", list(FILES.items())[:1]),
        ("one more", [*FILES.items(), ("data/z.sh", b"rm -rf /\n")]),
        ("another order", list(reversed(FILES.items()))),
        ("another name", [("data/playbook.sh", FILES["data/playbook.md"]), *FILES.items()]),
    ],
)
def test_files_other_than_those_signed_are_named(name: str, parts: list[tuple[str, bytes]]) -> None:
    whole = archive(("solution.json", first(packed())), *parts)
    with pytest.raises(PeerError) as caught:
        read_solution(whole)
    assert caught.value.code == "solution-changed", name
    assert str(caught.value.facts["member"]).startswith("data/")


@pytest.mark.parametrize(
    "path",
    ["../up", "/etc/passwd", "data/../x", "data//x", "data/con ", "other/x", "data/\u202egnp.exe"],
)
def test_a_name_that_leads_out_is_neither_signed_nor_read(path: str) -> None:
    rows = [{"path": path, "sha256": file_digest(b""), "size_bytes": 0}]
    assert code_of(sign_statement, value(files=rows), signer()) == "solution-malformed"
    whole = archive(("solution.json", first(packed())), (path, b""))
    assert code_of(read_solution, whole) == "solution-malformed"


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.CHRTYPE]
)
def test_what_is_no_plain_file_is_refused(kind: bytes) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        said = first(packed())
        info = tarfile.TarInfo("solution.json")
        info.size = len(said)
        tar.addfile(info, io.BytesIO(said))
        other = tarfile.TarInfo("data/playbook.md")
        other.type, other.linkname = kind, "/etc/passwd"
        tar.addfile(other)
    assert code_of(read_solution, out.getvalue()) == "solution-malformed"


@pytest.mark.parametrize(
    "data",
    [b"", b"\0" * 1024, b"PK\x03\x04" + bytes(600), archive(("data/x", b"")), packed()[:-600]],
    ids=["nothing", "empty", "a zip", "no statement", "cut off"],
)
def test_what_is_no_solution_is_said_to_be_none(data: bytes) -> None:
    assert code_of(read_solution, data) == "solution-malformed"


@pytest.mark.parametrize(
    "more",
    [
        {"kind": "malware"},
        {"version": "1 0"},
        {"version": "../1"},
        {"licence": ""},
        {"share_with": []},
        {"share_with": ["vnm"]},
        {"files": []},
        {"topics": []},
        {"run": "setup.sh"},
        {"withdrawal": ""},
    ],
)
def test_a_statement_of_another_shape_is_not_signed(more: dict[str, Any]) -> None:
    assert code_of(sign_statement, value(**more), signer()) == "solution-malformed"


@pytest.mark.parametrize(
    ("signed_by", "wrong"),
    [
        (signer(ZA), "key-unknown"),
        (signer(use="message"), "key-use"),
        (key("nobody"), "key-unknown"),
    ],
    ids=["another party", "another use", "nobody's"],
)
def test_only_the_export_key_of_the_author_makes_it_the_authors(signed_by: Any, wrong: str) -> None:
    found = read_solution(packed(signed_by))
    registry = World(VN, ZA).registry
    assert code_of(verify_author, found.envelope, found.statement, registry, at=T0) == wrong


def test_one_made_in_an_exercise_never_counts_live() -> None:
    data = packed(signer(mode="exercise"), mode="exercise")
    found = read_solution(data)
    live, drill = World(VN).registry, World(VN, mode="exercise").registry
    assert code_of(verify_author, found.envelope, found.statement, live, at=T0) == "solution-author"
    verify_author(found.envelope, found.statement, drill, at=T0)


# ------------------------------------------------------------------ what holds


def test_a_solution_reads_back_and_the_same_input_gives_the_same_bytes() -> None:
    data = packed()
    found = read_solution(data)
    assert found.files == FILES
    assert found.digest == file_digest(data)
    assert packed() == data
    verify_author(found.envelope, found.statement, World(VN).registry, at=T0)
    with tarfile.open(fileobj=io.BytesIO(data)) as tar:  # other people's tools read it too
        assert tar.getnames() == ["solution.json", *sorted(FILES)]


# ------------------------------------------------------------------ withdrawal


def withdrawal(**more: Any) -> dict[str, Any]:
    found = read_solution(packed())
    return {
        "protocol": "comity/1",
        "mode": "live",
        "party": VN,
        "id": ID,
        "version": "1.0.0",
        "solution": record_of(found.envelope),
        "reasons": text("A rule matched a newspaper."),
        "replaced_by": "1.0.1",
        "at": "2026-04-01T00:00:00Z",
    } | more


def test_its_author_alone_withdraws_it() -> None:
    statement = read_solution(packed())
    registry = World(VN, ZA).registry
    later = T0 + timedelta(days=1)
    good = sign_withdrawal(withdrawal(), signer())
    said = parse_withdrawal(good)
    verify_author(good, said, registry, at=later)
    check_withdrawal(said, statement.envelope, statement.statement)
    forged = sign_withdrawal(withdrawal(), signer(ZA))
    assert code_of(verify_author, forged, parse_withdrawal(forged), registry, at=later) == (
        "key-unknown"
    )
    own = sign_withdrawal(withdrawal(party=ZA), signer(ZA))
    verify_author(own, parse_withdrawal(own), registry, at=later)
    assert (
        code_of(check_withdrawal, parse_withdrawal(own), statement.envelope, statement.statement)
        == "solution-author"
    )


@pytest.mark.parametrize(
    "more", [{"version": "1.0.1"}, {"id": ID[:-1] + "9"}, {"solution": "sha256:" + "00" * 32}]
)
def test_a_withdrawal_of_another_one_withdraws_nothing(more: dict[str, Any]) -> None:
    statement = read_solution(packed())
    said = parse_withdrawal(sign_withdrawal(withdrawal(**more), signer()))
    assert code_of(check_withdrawal, said, statement.envelope, statement.statement) == (
        "solution-author"
    )


def test_a_withdrawal_is_no_solution_and_a_message_neither() -> None:
    envelope = sign_withdrawal(withdrawal(), signer())
    fields = decode(first(packed()), max_bytes=10**6) | {"statement": envelope.value}
    assert code_of(read_solution, archive(("solution.json", encode(fields)))) == (
        "solution-malformed"
    )
    other = jws.sign(encode(value()), [signer()], thing="message", mode="live")
    fields |= {"statement": other.value}
    whole = archive(("solution.json", encode(fields)), *FILES.items())
    assert code_of(read_solution, whole) == "typ-mismatch"
