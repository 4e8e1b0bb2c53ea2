"""The vectors of credentials say what our verifier says, and are those that the maker writes."""

import json
from typing import Any

import pytest
from tests.training import make_vectors

VECTORS: list[dict[str, Any]] = json.loads(make_vectors.FILE.read_text(encoding="utf-8"))["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: str(vector["name"]))
def test_a_credential_is_worth_this(vector: dict[str, Any]) -> None:
    assert make_vectors.verdict(vector["input"]) == vector["expect"]


def test_the_file_is_the_one_that_is_written() -> None:
    assert make_vectors.FILE.read_text(encoding="utf-8") == make_vectors.text()


def test_most_must_fail_and_each_has_a_name_of_its_own() -> None:
    assert sum(vector["expect"] != "ok" for vector in VECTORS) > len(VECTORS) / 2
    assert len({vector["name"] for vector in VECTORS}) == len(VECTORS)
