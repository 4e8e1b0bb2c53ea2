"""Vectors of solutions: the file, its offer, its withdrawal."""

import base64
import io
import tarfile
import zlib
from dataclasses import replace
from typing import Any

from tests.directory import world as directory
from tests.evidence.test_solution import (
    FILES,
    ID,
    archive,
    first,
    packed,
    signer,
    value,
    withdrawal,
)
from tests.exchange.makers import VN, ZA, key
from tests.spec.vectors_envelope import vector, wrap

from comity.canonical import decode, encode
from comity.directory import sign_state
from comity.evidence.solution import (
    file_digest,
    listed,
    read_solution,
    sign_statement,
    sign_withdrawal,
    write_solution,
)
from comity.evidence.tar import sparse_header
from comity.exchange.table_bodies import MAX_SOLUTION_BYTES
from comity.keys import jws

NOW = "2026-03-01T00:00:00Z"
LIMIT = MAX_SOLUTION_BYTES
PARTS = list(FILES.items())


def files() -> dict[str, Any]:
    """Return the files of this folder by name."""
    return {
        "file": wrap(
            "read-solution",
            "`file` is base64 of the zlib form of a solution's file (spec 19.1). Read it, compare "
            "its files with the statement (spec 19.2), and verify the statement in `mode` with "
            "keys.json as directory, at the moment `now`.",
            _files(),
        ),
        "offer": wrap(
            "fetch-solution",
            "`section` is what was offered (spec 19.3), `file` what was fetched, base64 of its "
            "zlib form. Say whether it may be kept, with keys.json as directory.",
            _offers(),
        ),
        "author": wrap(
            "solution-author",
            "`file` is base64 of the zlib form of a solution's file, which brings the records of "
            "its author. Say whether it is its author's by the trust file `trust`, at `now`.",
            _authors(),
        ),
        "withdrawal": wrap(
            "check-withdrawal",
            "`statement` (JWS) is that of a solution which was offered, `withdrawal` (JWS) came "
            "later (spec 19.4). Verify it with keys.json as directory.",
            _withdrawals(),
        ),
    }


def shut(data: bytes) -> str:
    return base64.b64encode(zlib.compress(data, 9)).decode()


def opened(text: str) -> bytes:
    """Return the bytes of a file in a vector."""
    return zlib.decompress(base64.b64decode(text))


def _files() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []

    def add(name: str, data: bytes, expect: str, section: str = "19.1") -> None:
        given = {"file": shut(data), "mode": "live", "now": NOW}
        found.append(vector(name, given, expect, f"spec {section}"))

    good = packed()
    said = first(good)
    add("a solution", good, "ok")
    add("for some States", packed(share_with=["za"]), "ok", "19.2")
    add("a later version", packed(version="2.0.0-rc.1"), "ok", "19.2")
    add("no file at all", b"", "solution-malformed")
    add("no tar", b"PK\3\4" + bytes(600), "solution-malformed")
    add("cut off", good[:-600], "solution-malformed")
    add("bytes in the padding", _padded(said), "solution-malformed")
    add("no statement", archive(*PARTS), "solution-malformed")
    add("the statement last", archive(*PARTS, ("solution.json", said)), "solution-malformed")
    for name, kind in (
        ("a symbolic link", tarfile.SYMTYPE),
        ("a hard link", tarfile.LNKTYPE),
        ("a folder", tarfile.DIRTYPE),
        ("a device", tarfile.CHRTYPE),
    ):
        add(name, _with(said, kind), "solution-malformed")
    add("a sparse file", _sparse(said), "solution-malformed")
    add("larger than 32 MiB", good + bytes(LIMIT - len(good) + 1), "solution-malformed")
    for name, path in (
        ("a path that leads out", "data/../up"),
        ("a path from the root", "/etc/passwd"),
        ("a path outside data/", "other/x"),
        ("a path with a character that turns the text", "data/\u202egnp.exe"),
    ):
        add(name, archive(("solution.json", said), (path, b"")), "solution-malformed")
    twice = [("data/playbook.md", b"x"), ("data/PLAYBOOK.md", b"x")]
    add("one name in two cases", archive(("solution.json", said), *twice), "solution-malformed")
    _statements(add, said)
    return found


def _statements(add: Any, said: bytes) -> None:
    fields = decode(said, max_bytes=1 << 20)

    def told(envelope: Any, **more: Any) -> bytes:
        first_member = encode(fields | {"statement": envelope.value} | more)
        return archive(("solution.json", first_member), *PARTS)

    def signed(key_: Any = None, thing: str = "solution", **more: Any) -> Any:
        return jws.sign(encode(value(**more)), [key_ or signer()], thing=thing, mode="live")

    plain = signed()
    add("solution.json of another protocol", told(plain, protocol="comity/2"), "solution-malformed")
    add("solution.json with a foreign member", told(plain, readme="x"), "member-malformed")
    blank = archive(("solution.json", said.replace(b",", b", ", 1)), *PARTS)
    add("solution.json that is not canonical", blank, "not-canonical")
    changed = {**plain.value, "payload": signed(matter="Another").value["payload"]}
    add(
        "a payload that was not signed", told(jws.parse_value(changed)), "signature-invalid", "19.2"
    )
    shapes: dict[str, dict[str, Any]] = {
        "a member more": {"run": "setup.sh"},
        "an unknown kind": {"kind": "malware"},
        "a version with a blank": {"version": "1 0"},
        "for no State": {"share_with": []},
        "for a State of three letters": {"share_with": ["vnm"]},
        "no licence": {"licence": ""},
        "an id of another version": {"id": "019ca756-a780-4a72-aa38-a93417c6f9f8"},
        "files that do not ascend": {"files": listed(FILES)[::-1]},
        "a file twice": {"files": [listed(FILES)[0]] * 2},
        "a file by another digest": {"files": [{**listed(FILES)[0], "sha256": "x"}]},
        "no files": {"files": []},
        "more than 2000 files": {"files": _many(2001)},
    }
    for name, more in shapes.items():
        add(f"a statement: {name}", told(signed(**more)), "solution-malformed", "19.2")
    add("a statement signed as a message", told(signed(thing="message")), "typ-mismatch", "19.2")
    both = jws.sign(encode(value()), [signer(), signer(ZA)], thing="solution", mode="live")
    add("a statement with two signatures", told(both), "solution-author", "19.2")
    add("signed by another party", told(signed(signer(ZA))), "key-unknown", "19.2")
    add("signed by a key of another use", told(signed(signer(use="message"))), "key-use", "19.2")
    add("signed by a stranger", told(signed(key("nobody"))), "key-unknown", "19.2")
    drill = packed(signer(mode="exercise"), mode="exercise")
    add("of an exercise", drill, "solution-author", "19.2")
    start = ("solution.json", said)
    for name, parts in {
        "changed": [("data/playbook.md", b"# Wipe it\n"), PARTS[1]],
        "missing": PARTS[:1],
        "more": [*PARTS, ("data/z.sh", b"rm -rf /\n")],
        "in another place": PARTS[::-1],
        "of another name": [("data/playbook.sh", PARTS[0][1]), PARTS[1]],
    }.items():
        add(f"a file {name}", archive(start, *parts), "solution-changed", "19.2")


def _many(count: int) -> list[dict[str, Any]]:
    return [
        {"path": f"data/{number:04d}", "sha256": file_digest(b""), "size_bytes": 0}
        for number in range(count)
    ]


def _padded(said: bytes) -> bytes:
    data = bytearray(archive(("solution.json", said), *PARTS))
    data[512 + len(said)] = 1
    return bytes(data)


def _with(said: bytes, kind: bytes) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        info = tarfile.TarInfo("solution.json")
        info.size = len(said)
        tar.addfile(info, io.BytesIO(said))
        other = tarfile.TarInfo("data/playbook.md")
        other.type, other.linkname = kind, "data/x"
        tar.addfile(other)
    return out.getvalue()


def _sparse(said: bytes) -> bytes:
    body = sparse_header("data/playbook.md", 1024, [(0, 512)]) + b"x" * 512
    return archive(("solution.json", said))[:-1024] + body + bytes(1024)


def _offers() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    good = packed()

    def section(data: bytes, **more: Any) -> dict[str, Any]:
        envelope = read_solution(data).envelope
        return {
            "digest": file_digest(data),
            "size_bytes": len(data),
            "statement": envelope.value,
        } | more

    def add(name: str, value_: dict[str, Any], data: bytes, expect: str) -> None:
        given = {"section": value_, "file": shut(data), "mode": "live", "now": NOW}
        found.append(vector(name, given, expect, "spec 19.3"))

    add("the file that was offered", section(good), good, "ok")
    another = packed(matter="Another matter")
    add(
        "of another author than the sender",
        section(packed(signer(ZA), party=ZA)),
        packed(signer(ZA), party=ZA),
        "ok",
    )
    add("the file of another solution", section(good), another, "solution-changed")
    add("of another length", section(good, size_bytes=len(good) + 1), good, "solution-changed")
    longer = good + bytes(512)
    add("a block of zeros more", section(good), longer, "solution-changed")
    other = read_solution(another).envelope.value
    add("under another statement", section(good, statement=other), good, "solution-changed")
    add("a digest of other bytes", section(good, digest=file_digest(b"")), good, "solution-changed")
    forged = sign_statement(value(), signer(ZA))
    broken = archive(
        ("solution.json",
         encode(decode(first(good), max_bytes=1 << 20) | {"statement": forged.value})),
        *PARTS,
    )  # fmt: skip
    add("of whom it does not name", section(broken), broken, "key-unknown")
    return found


def _authors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    export = directory.row(f"{VN}/export", "export")
    state = directory.record("vn")
    own = directory.signed(directory.entry(VN, keys=(export,)))
    stolen = sign_state(
        replace(state.record, key_set=directory.key_set(directory.state_keys("xx"))),
        directory.state_keys("xx"),
    )
    forged = directory.signed(directory.entry(VN, keys=(export,)), state="xx")
    envelope = sign_statement(value(), directory.key(f"{VN}/export"))

    def add(name: str, expect: str, states: Any, entries: Any, pins: str, **more: Any) -> None:
        data = write_solution(
            more.get("envelope", envelope),
            FILES,
            states=[one.jws for one in states],
            entries=[one.jws for one in entries],
        )
        given = {"file": shut(data), "trust": directory.trust(pins).value(), "now": NOW}
        found.append(vector(name, given, expect, "spec 19.1"))

    add("its author's", "ok", [state], [own], "vn")
    add("under a trust file that does not pin the State", "solution-author", [state], [own], "za")
    add("with a State of its own making", "solution-author", [stolen], [forged], "vn")
    add("without the State", "solution-author", [], [own], "vn")
    add("without the party", "key-unknown", [state], [], "vn")
    other = sign_statement(value(), directory.key(f"{VN}/message"))
    add(
        "signed by a key that the entry does not list",
        "key-unknown",
        [state],
        [own],
        "vn",
        envelope=other,
    )
    return found


def _withdrawals() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    statement = read_solution(packed()).envelope.value

    def add(name: str, envelope: Any, expect: str) -> None:
        given = {
            "statement": statement,
            "withdrawal": envelope.value,
            "mode": "live",
            "now": "2026-04-02T00:00:00Z",
        }
        found.append(vector(name, given, expect, "spec 19.4"))

    def raw(key_: Any = None, thing: str = "withdrawal", mode: Any = "live", **more: Any) -> Any:
        return jws.sign(encode(withdrawal(**more)), [key_ or signer()], thing=thing, mode=mode)

    add("by its author", sign_withdrawal(withdrawal(), signer()), "ok")
    add("replaced by nothing", sign_withdrawal(withdrawal(replaced_by=None), signer()), "ok")
    add("by another party in its own name", raw(signer(ZA), party=ZA), "solution-author")
    add("by another party in the author's name", raw(signer(ZA)), "key-unknown")
    add("by a key of another use", raw(signer(use="message")), "key-use")
    both = jws.sign(encode(withdrawal()), [signer(), key("x")], thing="withdrawal", mode="live")
    add("with two signatures", both, "solution-author")
    add("of another version", raw(version="1.0.1"), "solution-author")
    add("of another id", raw(id=ID[:-1] + "9"), "solution-author")
    add("of another statement", raw(solution="sha256:" + "00" * 32), "solution-author")
    add("signed as a solution", raw(thing="solution"), "typ-mismatch")
    add("of an exercise", raw(signer(mode="exercise"), mode="exercise"), "typ-mismatch")
    add("with a member more", raw(refund=True), "solution-malformed")
    add("without reasons", raw(reasons=""), "solution-malformed")
    add("of another protocol", raw(protocol="comity/2"), "solution-malformed")
    assert withdrawal()["party"] == VN
    return found
