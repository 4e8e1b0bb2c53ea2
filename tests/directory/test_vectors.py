"""The project's own vectors of the directory, each with one stated verdict."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from tests.directory import vectors_tuf
from tests.directory.make_vectors import FOLDER, OPERATIONS, build
from tests.walks import every

from comity.canonical import ComityError, encode, parse_time
from comity.directory import (
    Accepted,
    Directory,
    accept,
    accept_all,
    check_modes,
    parse_trust,
    trust_kids,
)
from comity.directory.entry import parse_entry_payload
from comity.directory.state_record import parse_state_payload

FILES: dict[str, Any] = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("*.json")
}
VECTORS = [
    pytest.param(name, vector, id=f"{name}: {vector['name']}")
    for name, file in sorted(FILES.items())
    for vector in file["vectors"]
]


def run_entry(given: Any) -> str:
    payload = given["payload"].encode()
    assert parse_entry_payload(payload).payload == payload
    return "ok"


def run_state_record(given: Any) -> str:
    payload = given["payload"].encode()
    assert parse_state_payload(payload).payload == payload
    return "ok"


def held(trust: Any, records: list[str], now: Any) -> Directory:
    start = Directory(trust=parse_trust(encode(trust)))
    batch = accept_all(start, [item.encode() for item in records], now=now)
    assert not batch.refused, "what is held must stand"
    return batch.directory


def run_accept(given: Any) -> str:
    now = parse_time(given["now"])
    directory = held(given["trust"], given["held"], now)
    verdict = accept(directory, given["record"].encode(), now=now)
    if isinstance(verdict, Accepted):
        return "reset-pending" if verdict.what == "reset" else "ok"
    return verdict.code


def run_signing_key(given: Any) -> str:
    at = parse_time(given["proved_at"])
    directory = held(given["trust"], given["records"], parse_time("2026-06-01T00:00:00Z"))
    directory.signing_key(given["party"], given["kid"], use=given["use"], proved_at=at)
    return "ok"


def run_trust(given: Any) -> str:
    parse_trust(given["file"].encode())
    return "ok"


def run_modes(given: Any) -> str:
    live, exercise = (parse_trust(encode(given[mode])) for mode in ("live", "exercise"))
    check_modes(trust_kids(live), trust_kids(exercise))
    return "ok"


def run_records(given: Any) -> str:
    return vectors_tuf.read_records(given, parse_time(given["now"]))


def run_tuf(given: Any) -> str:
    return vectors_tuf.verdict(vectors_tuf.told(vectors_tuf.run(given, parse_time(given["now"]))))


RUN: dict[str, Callable[[Any], str]] = {
    "accept": run_accept,
    "entry": run_entry,
    "log": vectors_tuf.run_origin,
    "modes": run_modes,
    "records": run_records,
    "reset": vectors_tuf.run_reset,
    "signing-key": run_signing_key,
    "state-record": run_state_record,
    "trust": run_trust,
    "tuf": run_tuf,
}


@every(("operation", "vector"), VECTORS)
def test_vector(operation: str, vector: dict[str, Any]) -> None:
    try:
        verdict = RUN[operation](vector["input"])
    except ComityError as fault:
        verdict = fault.code
    assert verdict == vector["expect"]


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_at_least_twice_as_many_vectors_must_fail_as_pass(operation: str) -> None:
    verdicts = [vector["expect"] for vector in FILES[operation]["vectors"]]
    passing = verdicts.count("ok")
    assert 0 < 2 * passing <= len(verdicts) - passing


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_the_files_are_what_the_maker_writes(operation: str) -> None:
    path = FOLDER / f"{operation}.json"
    assert path.read_text(encoding="utf-8") == build(operation)


def test_every_file_has_its_test() -> None:
    assert FILES.keys() == RUN.keys() == OPERATIONS.keys()
