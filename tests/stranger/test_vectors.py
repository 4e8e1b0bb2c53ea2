"""The second implementation against the vectors that a short case needs."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from tests.stranger import (
    approvals,
    book,
    credentials,
    items,
    notes,
    receipts,
    records,
    replay,
    roundtables,
    suites,
    values,
    wire,
)
from tests.stranger.deciding import decide
from tests.stranger.directory import Directory, Row
from tests.stranger.editions import Editions, current, edition_of, knowing, newest
from tests.stranger.message import read_message
from tests.walks import every

VECTORS = Path(__file__).resolve().parents[2] / "vectors"


def load(name: str) -> Any:
    loaded = json.loads((VECTORS / f"{name}.json").read_text("utf-8"))
    return [pytest.param(v, id=v["name"]) for v in loaded["vectors"]]


def verdict(call: Any, *args: Any, **more: Any) -> tuple[str, Any]:
    try:
        return "ok", call(*args, **more)
    except values.RefusedError as fault:
        return fault.code, None


def directory(mode: str, revoked: dict[str, str] | None = None) -> Directory:
    known = json.loads((VECTORS / "keys.json").read_text("utf-8"))
    found = Directory(mode)
    for row in known["keys"]:
        moment = (revoked or {}).get(row["kid"])
        found.rows.append(
            Row(
                row["party"],
                row["mode"],
                row["use"],
                row["kid"],
                suites.public_of(row["private_jwk"]),
                invalid_from=values.time_of(moment) if moment else None,
            )
        )
    for row in known["logs"]:
        key = notes.note_key(row["verifier"])
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": values.b64(key.raw)}
        public = suites.Public(jwk)
        found.origins[row["origin"]] = row["party"]
        found.rows.append(Row(row["party"], mode, "log", public.kid, public))
    return found


def known_by(given: dict[str, Any]) -> Editions:
    """Return the current edition and those that a vector adds."""
    listed = json.loads((VECTORS / "editions.json").read_text("utf-8"))["editions"]
    found = [edition_of(value) for value in listed]
    return knowing(*(one for one in found if one.digest in given.get("editions", ())))


def test_the_editions_in_the_documents_are_the_one_that_the_value_names() -> None:
    value = json.loads((VECTORS.parent / "spec/registry/edition.json").read_text("utf-8"))
    read, said = current(), edition_of(value)
    assert read.moves == said.moves
    assert read.types == said.types


def lookup(keys: list[dict[str, str]]) -> Any:
    return {key.kid: key for key in map(suites.public_of, keys)}.get


def moment(text: str) -> datetime:
    return values.time_of(text)


@pytest.mark.parametrize("vector", load("envelope/canonical"))
def test_canonical_values(vector: Any) -> None:
    data = bytes.fromhex(vector["input"]["bytes"])
    assert verdict(values.decode, data, most=1024)[0] == vector["expect"]


@pytest.mark.parametrize("vector", load("envelope/digest"))
def test_digests(vector: Any) -> None:
    given = vector["input"]
    found = values.digest_text(given["domain"], bytes.fromhex(given["data"]))
    assert ("ok" if found == given["digest"] else "differs") == vector["expect"]


@every("vector", load("envelope/jws"))
def test_signed_envelopes(vector: Any) -> None:
    given = vector["input"]

    def run() -> None:
        envelope = suites.parse_jws(given["jws"])
        find = lookup(given["keys"])
        suites.verify_jws(envelope, thing=given["thing"], mode=given["mode"], find=find)

    assert verdict(run)[0] == vector["expect"]


@every("vector", load("envelope/transport"))
def test_signed_requests(vector: Any) -> None:
    given = vector["input"]
    asked = given["request"]
    request = wire.Request(
        asked["method"],
        asked["path"],
        asked["query"],
        values.unb64(asked["body"]),
        asked["from"],
        asked["to"],
    )
    found = verdict(
        wire.verify_request,
        request,
        given["headers"],
        mode=given["mode"],
        now=moment(given["now"]),
        find=lookup(given["keys"]),
    )
    assert found[0] == vector["expect"]


@every("vector", load("conversation/items"))
def test_items(vector: Any) -> None:
    found = items.run(vector["input"]["messages"])
    assert found == vector["result"]
    why = [misfit["why"] for misfit in found["misfits"]]
    assert (why or ["ok"])[0] == vector["expect"]


@every("vector", load("envelope/parcel"))
def test_parcels_that_arrive(vector: Any) -> None:
    given = vector["input"]

    def run() -> Any:
        return decide(
            values.encode(given["parcel"]),
            directory(given["mode"], given["invalid_from"]),
            us=given["us"],
            now=moment(given["received_at"]),
            known=known_by(given),
        )

    code, decision = verdict(run)
    if code != "ok":
        assert (code, "error") == (vector["expect"], vector.get("answer"))
        return
    assert (decision.code or "ok") == vector["expect"]
    assert vector.get("answer") == ("receipt" if decision.code else None)


@every("vector", load("approval/approval"))
def test_approvals(vector: Any) -> None:
    given = vector["input"]
    known = directory(given["mode"])
    if given["policy"] is not None:
        payload = given["payload"]
        known.policies[payload["from"]] = {payload["type"]: given["policy"]}
    code, hours = verdict(
        approvals.check_approvals,
        given["payload"],
        known,
        at=moment(given["proved_at"]),
        late_allowed=given["late_allowed"],
    )
    assert code == vector["expect"]
    assert hours == vector.get("second_due_hours")


@pytest.mark.parametrize("vector", load("approval/countersignature"))
def test_second_signatures(vector: Any) -> None:
    given = vector["input"]
    found = verdict(
        approvals.read_countersignature,
        given["section"],
        read_message(given["earlier"]),
        given["later"],
        directory(given["mode"]),
        at=moment(given["proved_at"]),
    )
    assert found[0] == vector["expect"]


@every("vector", load("conversation/replay"))
def test_conversations(vector: Any) -> None:
    payloads = vector["input"]["payloads"]
    for order in (payloads, payloads[::-1], payloads + payloads):
        found = replay.replay(order, known=known_by(vector["input"]))
        own = found.standing[replay.content_of(payloads[vector["input"]["judged"]])]
        assert ("ok" if own in {"applied", "overtaken"} else own) == vector["expect"]
        result = vector["result"]
        assert found.state.value() == result["state"]
        assert found.standing == result["standing"]
        assert found.order == result["order"]


@pytest.mark.parametrize("vector", load("conversation/editions"))
def test_which_edition_an_opening_pins(vector: Any) -> None:
    given = vector["input"]
    lists = given["listed"].values()
    found = [
        one.digest
        for one in newest(known_by(given))
        if all(one.digest in listed for listed in lists)
    ]
    assert next(iter(found), None) == vector["result"]
    assert ("ok" if found else "none") == vector["expect"]


@every("vector", load("receipt/receipt"))
def test_receipts(vector: Any) -> None:
    given = vector["input"]
    known = given["known"]
    held = known and notes.Checkpoint(
        known["origin"], known["tree_size"], values.unb64(known["root"])
    )

    def run() -> receipts.Receipt:
        message = read_message(given["message"])
        return receipts.check_receipt(
            given["receipt"], message, directory(given["mode"]), known=held
        )

    code, receipt = verdict(run)
    assert code == vector["expect"]
    if receipt is not None:
        assert receipt.linked == vector["linked"]


@every("vector", load("credential/certificate"))
def test_certificates_of_training(vector: Any) -> None:
    given = vector["input"]
    key = suites.public_of(given["key"])

    def find(party: str, kid: str) -> suites.Public | None:
        return key if (party, kid) == (given["party"], key.kid) else None

    found = verdict(
        credentials.verify_certificate,
        given["credential"],
        given["status"],
        mode=given["mode"],
        now=moment(given["now"]),
        find=find,
    )
    assert found[0] == vector["expect"]


# ------------------------------------------------------------------ directory


@pytest.mark.parametrize("vector", load("directory/signing-key"))
def test_which_key_counts_when(vector: Any) -> None:
    given = vector["input"]
    found = Directory("live")
    newest: dict[str, dict[str, Any]] = {}
    for record in given["records"]:
        value = values.decode(suites.parse_jws(values.decode(record.encode())).payload)
        if "party" in value and value["version"] >= newest.get(value["party"], value)["version"]:
            newest[value["party"]] = value
    for entry in newest.values():
        found.add(entry)
    find = found.signer(given["party"], use=given["use"], at=moment(given["proved_at"]))
    assert verdict(find, given["kid"])[0] == vector["expect"]


@every("vector", load("directory/accept"))
def test_records_that_join_those_held(vector: Any) -> None:
    given = vector["input"]
    trust = records.read_trust(values.encode(given["trust"]))
    held = book.Book(trust.mode, trust)
    for text in given["held"]:
        assert held.accept(json.loads(text), moment(given["now"])) == "ok"
    code, answer = verdict(held.accept, json.loads(given["record"]), moment(given["now"]))
    assert (answer or code) == vector["expect"]


def empty_book(given: dict[str, Any]) -> book.Book:
    trust = records.read_trust(values.encode(given["trust"]))
    return book.Book(trust.mode, trust)


@every("vector", load("directory/records"))
def test_files_of_records(vector: Any) -> None:
    given = vector["input"]
    data, now = given["file"].encode(), moment(given["now"])
    code, refused = verdict(empty_book(given).take_file, data, now)
    assert (refused or [code])[0] == vector["expect"]


@every("vector", load("directory/reset"))
def test_resets_of_a_states_keys(vector: Any) -> None:
    given = vector["input"]
    held = empty_book(given)
    for text in given["held"]:
        assert held.accept(json.loads(text), moment(given["seen_at"])) == "ok"
    told = held.accept(json.loads(given["record"]), moment(given["seen_at"]))
    assert told == "reset-pending"
    if given["confirmed"] is not None:
        told = verdict(held.confirm, given["confirmed"], moment(given["now"]))[0]
    assert told == vector["expect"]


@every("vector", load("directory/log"))
def test_whose_log_an_origin_is(vector: Any) -> None:
    given = vector["input"]
    held = empty_book(given)
    for text in given["records"]:
        assert held.accept(json.loads(text), None) == "ok"
    counts = held.is_log_of(given["party"], given["origin"])
    assert ("ok" if counts else "origin-unknown") == vector["expect"]


@every("vector", load("directory/state-record"))
def test_state_records(vector: Any) -> None:
    found = verdict(records.read_state, vector["input"]["payload"].encode())
    assert found[0] == vector["expect"]


@every("vector", load("directory/entry"))
def test_entries(vector: Any) -> None:
    found = verdict(records.read_entry, vector["input"]["payload"].encode())
    assert found[0] == vector["expect"]


@every("vector", load("directory/trust"))
def test_trust_files(vector: Any) -> None:
    found = verdict(records.read_trust, vector["input"]["file"].encode())
    assert found[0] == vector["expect"]


@every("vector", load("directory/modes"))
def test_two_trust_files(vector: Any) -> None:
    both = [records.read_trust(values.encode(vector["input"][m])) for m in ("live", "exercise")]
    assert verdict(records.check_modes, *both)[0] == vector["expect"]


@every("vector", load("conversation/tables"))
def test_round_tables(vector: Any) -> None:
    assert roundtables.run(vector["input"]) == vector["result"]
