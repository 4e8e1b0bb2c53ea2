"""The project's vectors, judged by the page's own modules in a browser: each verdict as stated."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page
from tests.walks import every

FOLDER = Path(__file__).resolve().parents[2] / "vectors"
ROOMS = (
    "approval",
    "conversation",
    "directory",
    "envelope",
    "ledger",
    "package",
    "receipt",
    "timestamp",
)
# What a verifier never does: composing, serving, witnessing, moving, unsealing, keeping two modes
# apart, telling what of a request remains to be done, or what a round table has come to, refreshing
# a directory, taking in files of records, resets or hand-overs, reading a part of a package, or
# opening one by an offer that came as a file. Of all schemas it has only those of sections.
# What it shares of moving, the root of the bytes, is compared in test_blocks.
FOREIGN = {
    "archive", "blocks", "choose-edition", "decode-bundle", "file-digest", "handover", "items",
    "log", "match-schema", "modes", "parse-tile-path", "part", "records", "reset",
    "sealed", "signed-offer", "tables", "tuf", "verify-request", "witness-decide",
}  # fmt: skip
FILES = {
    f"{room}/{path.name}": json.loads(path.read_text("utf-8"))
    for room in ROOMS
    for path in sorted((FOLDER / room).glob("*.json"))
}
VECTORS = [
    pytest.param(file["operation"], vector, id=f"{name}: {vector['name']}")
    for name, file in FILES.items()
    if file["operation"] not in FOREIGN
    for vector in file["vectors"]
]


@pytest.fixture(scope="module")
def page(loaded: Callable[[str], Page]) -> Page:
    made = loaded("vectors.js")
    keys, more = (
        json.loads((FOLDER / f"{name}.json").read_text()) for name in ("keys", "editions")
    )
    made.evaluate("book => { globalThis.book = book; }", {**keys, "editions": more["editions"]})
    return made


@every(("operation", "vector"), VECTORS)
def test_a_vector_has_its_stated_verdict(
    page: Page, operation: str, vector: dict[str, Any]
) -> None:
    found = page.evaluate("([o, i]) => comity.run(o, i, book)", [operation, vector["input"]])
    assert found["verdict"] == vector["expect"]
    for name in ("linked", "second_due_hours"):
        if name in vector:
            assert found[name] == vector[name]
    if "says" in vector:
        said = vector["says"]
        assert found["says"] == {**said, "serial": str(said["serial"])}
    if "result" in vector:
        told = {name: found["found"][name] for name in vector["result"]}
        assert told == vector["result"]


def test_every_operation_of_a_verifier_is_run(page: Page) -> None:
    operations = {file["operation"] for file in FILES.values()}
    assert operations - FOREIGN <= set(page.evaluate("comity.operations()"))
