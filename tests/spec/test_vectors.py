"""The committed vectors hold, are made again byte for byte, and mostly must fail."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.conftest import REPOSITORY
from tests.exchange.registry import MemoryRegistry
from tests.spec import (
    vectors_carried,
    vectors_editions,
    vectors_items,
    vectors_solution,
    vectors_tables,
)
from tests.spec.make_vectors import made
from tests.spec.shapes import validator
from tests.walks import every

from comity.canonical import (
    PeerError,
    decode,
    digest,
    digest_text,
    encode,
    parse_time,
    unb64,
)
from comity.evidence.solution import (
    check_withdrawal,
    file_digest,
    parse_statement,
    parse_withdrawal,
    read_solution,
    record_of,
    verify_author,
)
from comity.exchange import (
    KNOWN,
    Editions,
    Floor,
    Message,
    accept,
    check_receipt,
    parse_message,
    read_countersignature,
    read_parcel,
    replay,
)
from comity.exchange.accept import Refused
from comity.exchange.approvals import check_approvals
from comity.exchange.table_bodies import Solution as Offered
from comity.files.key_files import check_author
from comity.keys import PrivateKey, PublicKey, jws
from comity.keys.http import HttpRequest, verify_request
from comity.keys.jws import UnknownKeyError
from comity.ledger import Checkpoint, Ed25519Verifier, parse_verifier_key
from comity.node.assistance.solutions import checked

FOLDER = REPOSITORY / "vectors"
FOLDERS = (
    "approval",
    "carrying",
    "conversation",
    "envelope",
    "receipt",
    "solution",
    "transport",
)


def directory(mode: Any, invalid_from: Mapping[str, str] | None = None) -> MemoryRegistry:
    """Return a registry made from keys.json alone."""
    listed = json.loads((FOLDER / "keys.json").read_text(encoding="utf-8"))
    registry = MemoryRegistry(mode)
    for row in listed["keys"]:
        if row["mode"] == mode:
            private = PrivateKey.from_jwk(row["private_jwk"])
            assert private.kid == row["kid"]
            moment = (invalid_from or {}).get(row["kid"])
            end = parse_time(moment) if moment else None
            registry.add(row["party"], private.public, row["use"], invalid_from=end)
    for log in listed["logs"]:
        verifier = Ed25519Verifier(parse_verifier_key(log["verifier"]))
        registry.logs[log["party"], log["origin"]] = (verifier,)
    return registry


def unsigned(payload: Any, editions: Editions = KNOWN) -> Message:
    anybody = PrivateKey.from_seed(b"\5" * 32)
    signed = jws.sign(encode(payload), [anybody], thing="message", mode="live")
    return parse_message(signed, editions)


def publics(keys: list[Any]) -> dict[str, PublicKey]:
    found = [PublicKey.from_jwk({k: v for k, v in key.items() if k != "d"}) for key in keys]
    return {key.kid: key for key in found}


def canonical(given: Any, _: Any) -> str:
    decode(bytes.fromhex(given["bytes"]), max_bytes=1024)
    return "ok"


def digested(given: Any, _: Any) -> str:
    data = bytes.fromhex(given["data"])
    return "ok" if digest_text(digest(given["domain"], data)) == given["digest"] else "differs"


def file_digested(given: Any, _: Any) -> str:
    return "ok" if file_digest(bytes.fromhex(given["data"])) == given["digest"] else "differs"


def signature(given: Any, _: Any) -> str:
    read = jws.parse(encode(given["jws"]))
    jws.verify(read, publics(given["keys"]), thing=given["thing"], mode=given["mode"])
    return "ok"


def parcel(given: Any, wanted: Any) -> str:
    registry = directory(given["mode"], given["invalid_from"])
    moment = parse_time(given["received_at"])
    try:
        read = read_parcel(encode(given["parcel"]))
        known = vectors_editions.known_by(given)
        found = accept(read, registry, us=given["us"], received_at=moment, editions=known)
    except PeerError:
        assert wanted.get("answer") == "error"
        raise
    if isinstance(found, Refused):
        assert wanted.get("answer") == "receipt"
        return found.code
    return "ok"


def transport(given: Any, _: Any) -> str:
    request, keys = given["request"], publics(given["keys"])

    def find(kid: str) -> PublicKey:
        if kid not in keys:
            raise UnknownKeyError("stranger")
        return keys[kid]

    read = HttpRequest(
        method=request["method"],
        path=request["path"],
        query=request["query"],
        body=unb64(request["body"]),
        sender=request["from"],
        recipient=request["to"],
    )
    now = parse_time(given["now"])
    verify_request(read, given["headers"], find, mode=given["mode"], now=now)
    return "ok"


def approvals(given: Any, wanted: Any) -> str:
    message = unsigned(given["payload"])
    registry = directory(given["mode"])
    if given["policy"]:
        registry.policies[message.draft.author, message.draft.type] = Floor(**given["policy"])
    found = check_approvals(
        message.approvals,
        message.draft,
        registry,
        proved_at=parse_time(given["proved_at"]),
        late_allowed=given["late_allowed"],
    )
    assert found.second_due_hours == wanted["second_due_hours"]
    return "ok"


def countersignature(given: Any, _: Any) -> str:
    read_countersignature(
        given["section"],
        parse_message(jws.parse_value(given["earlier"])),
        directory(given["mode"]),
        by=unsigned(given["later"]).draft,
        proved_at=parse_time(given["proved_at"]),
    )
    return "ok"


def conversation(given: Any, wanted: Any) -> str:
    known = vectors_editions.known_by(given)
    messages = [unsigned(payload, known) for payload in given["payloads"]]
    found = replay(messages, editions=known)
    for order in (messages, messages[::-1]):
        found = replay(order, editions=known)
        assert found.state.to_value() == wanted["result"]["state"]
        assert list(found.order) == wanted["result"]["order"]
        assert dict(found.standing) == wanted["result"]["standing"]
    standing = found.standing[messages[given["judged"]].content]
    return "ok" if standing in {"applied", "overtaken"} else standing


def itemised(given: Any, wanted: Any) -> str:
    found = vectors_items.run(given["messages"])
    assert found == wanted["result"]
    return found["misfits"][0]["why"] if found["misfits"] else "ok"


def tabled(given: Any, wanted: Any) -> str:
    found = vectors_tables.run(given)
    assert found == wanted["result"]
    return vectors_tables.verdict(found)


def choice(given: Any, wanted: Any) -> str:
    found = vectors_editions.choose(given)
    assert found == wanted["result"]
    return "none" if found is None else "ok"


def receipt(given: Any, wanted: Any) -> str:
    known = given["known"] and Checkpoint(
        given["known"]["origin"], given["known"]["tree_size"], unb64(given["known"]["root"])
    )
    message = parse_message(jws.parse_value(given["message"]))
    envelope = jws.parse_value(given["receipt"])
    found = check_receipt(envelope, message, directory(given["mode"]), known=known)
    assert found.linked == wanted["linked"]
    return "ok"


def matched(given: Any, _: Any) -> str:
    return "ok" if validator(given["schema"]).is_valid(given["document"]) else "mismatch"


def solution(given: Any, _: Any) -> str:
    found = read_solution(vectors_solution.opened(given["file"]))
    at = parse_time(given["now"])
    verify_author(found.envelope, found.statement, directory(given["mode"]), at=at)
    return "ok"


def authored(given: Any, _: Any) -> str:
    found = read_solution(vectors_solution.opened(given["file"]))
    check_author(found, encode(given["trust"]), now=parse_time(given["now"]))
    return "ok"


def fetched(given: Any, _: Any) -> str:
    value = Offered.model_validate(given["section"])
    record = record_of(jws.parse_value(value.statement))
    row = SimpleNamespace(digest=value.digest, size_bytes=value.size_bytes, record=record)
    node = SimpleNamespace(directory=directory(given["mode"]))
    data = vectors_solution.opened(given["file"])
    checked(node, row, data, at=parse_time(given["now"]))  # type: ignore[arg-type]
    return "ok"


def carried(given: Any, wanted: Any) -> str:
    assert vectors_carried.result(given) == wanted["result"]
    return vectors_carried.first_code(given)


def withdrawn(given: Any, _: Any) -> str:
    envelope = jws.parse_value(given["withdrawal"])
    statement = jws.parse_value(given["statement"])
    said, at = parse_withdrawal(envelope), parse_time(given["now"])
    verify_author(envelope, said, directory(given["mode"]), at=at)
    check_withdrawal(said, statement, parse_statement(statement))
    return "ok"


OPERATIONS: dict[str, Callable[[Any, Any], str]] = {
    "accept-parcel": parcel,
    "check-approvals": approvals,
    "check-receipt": receipt,
    "check-withdrawal": withdrawn,
    "choose-edition": choice,
    "decode-canonical": canonical,
    "digest": digested,
    "read-countersignature": countersignature,
    "fetch-solution": fetched,
    "file-digest": file_digested,
    "import-file": carried,
    "items": itemised,
    "match-schema": matched,
    "read-solution": solution,
    "replay": conversation,
    "solution-author": authored,
    "tables": tabled,
    "verify-jws": signature,
    "verify-request": transport,
}


def files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (FOLDER / folder).glob("*.json"))


def cases() -> list[Any]:
    return [
        pytest.param(content["operation"], vector, id=f"{path.parent.name}: {vector['name']}")
        for path in files()
        for content in [json.loads(path.read_text(encoding="utf-8"))]
        for vector in content["vectors"]
    ]


@every(("operation", "vector"), cases())
def test_a_vector_comes_out_as_it_says(operation: str, vector: dict[str, Any]) -> None:
    try:
        found = OPERATIONS[operation](vector["input"], vector)
    except PeerError as fault:
        found = fault.code
    assert found == vector["expect"]


def test_the_vectors_are_made_again_byte_for_byte() -> None:
    for path, text in made().items():
        assert (FOLDER / path).read_text(encoding="utf-8") == text, path


@pytest.mark.parametrize("folder", FOLDERS)
def test_twice_as_many_must_fail_as_must_pass(folder: str) -> None:
    expected = [
        vector["expect"]
        for path in (FOLDER / folder).glob("*.json")
        for vector in json.loads(path.read_text(encoding="utf-8"))["vectors"]
    ]
    good = expected.count("ok")
    assert good >= 3
    assert len(expected) - good >= 2 * good


@pytest.mark.parametrize("path", files(), ids=lambda p: f"{p.parent.name}/{p.name}")
def test_no_two_vectors_of_a_file_share_a_name_and_each_names_its_section(path: Path) -> None:
    vectors = json.loads(path.read_text(encoding="utf-8"))["vectors"]
    names = [vector["name"] for vector in vectors]
    assert len(set(names)) == len(names)
    assert all(vector["source"].startswith("spec ") for vector in vectors)


def test_the_readme_explains_every_operation_and_member() -> None:
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    for path in files():
        content = json.loads(path.read_text(encoding="utf-8"))
        assert f"`{content['operation']}`" in readme
        for vector in content["vectors"]:
            for member in vector["input"]:
                assert f"`{member}`" in readme, (content["operation"], member)
