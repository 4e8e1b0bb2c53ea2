"""The bill of materials before somebody else's judge: the schema of CycloneDX 1.6 itself.

The schemas are those that cyclonedx-python-lib 11.12.0 carries, as they came; the program that
applies them is jsonschema-rs. Expressions of licences are read by packaging's parser of SPDX.
"""

import copy
import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema_rs import Draft7Validator, Registry
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from tests.operation.conftest import comity

VENDOR = Path(__file__).parent / "vendor"
NAMES = ("bom-1.6", "spdx", "jsf-0.82")
type Bill = dict[str, Any]


def schema(name: str) -> Any:
    return json.loads(gzip.decompress((VENDOR / f"{name}.SNAPSHOT.schema.json.gz").read_bytes()))


@pytest.fixture(scope="module")
def judge() -> Draft7Validator:
    loaded = [schema(name) for name in NAMES]
    near = "http://cyclonedx.org/schema/"  # relative names are looked up beside the schema
    rows = [
        (f"{near}{name}.SNAPSHOT.schema.json", one) for name, one in zip(NAMES, loaded, strict=True)
    ]
    return Draft7Validator(loaded[0], registry=Registry(rows), validate_formats=True)


@pytest.fixture(scope="module")
def bill() -> Bill:
    return dict(json.loads(comity("sbom")))


def test_the_schemas_are_those_that_came() -> None:
    for line in (VENDOR / "SHA256SUMS").read_text(encoding="ascii").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((VENDOR / name).read_bytes()).hexdigest() == digest


def test_the_bill_holds_to_the_schema(judge: Draft7Validator, bill: Bill) -> None:
    assert [str(error) for error in judge.iter_errors(bill)] == []


SPOILT: dict[str, Callable[[Bill], Any]] = {
    "another format": lambda bill: bill.update(bomFormat="SPDX"),
    "a version that is no number": lambda bill: bill.update(version="1"),
    "a number of series that is none": lambda bill: bill.update(serialNumber="urn:uuid:1"),
    "a member nobody knows": lambda bill: bill["components"][0].update(colour="red"),
    "a part without a name": lambda bill: bill["components"][0].pop("name"),
    "a part without a kind": lambda bill: bill["components"][0].pop("type"),
    "a kind nobody knows": lambda bill: bill["components"][0].update(type="programme"),
    "a part named twice": lambda bill: bill["components"].append(bill["components"][0]),
    "a hash by a name nobody knows": lambda bill: bill["components"][0].update(
        hashes=[{"alg": "SHA256", "content": "0" * 64}]
    ),
    "a hash that is none": lambda bill: bill["components"][0].update(
        hashes=[{"alg": "SHA-256", "content": "0" * 63}]
    ),
    "a licence nobody knows": lambda bill: bill["components"][0].update(
        licenses=[{"license": {"id": "MITT"}}]
    ),
    "two expressions for one part": lambda bill: bill["components"][0].update(
        licenses=[{"expression": "MIT"}, {"expression": "Apache-2.0"}]
    ),
    "a dependency of nothing": lambda bill: bill["dependencies"][0].pop("ref"),
}


@pytest.mark.parametrize("how", SPOILT)
def test_a_spoilt_bill_is_noticed(judge: Draft7Validator, bill: Bill, how: str) -> None:
    spoilt = copy.deepcopy(bill)
    SPOILT[how](spoilt)
    assert not judge.is_valid(spoilt)


def test_every_licence_that_is_an_expression_is_one_of_spdx(bill: Bill) -> None:
    parts = [bill["metadata"]["component"], *bill["components"]]
    told = [one for part in parts for one in part.get("licenses", ())]
    expressions = [one["expression"] for one in told if "expression" in one]
    assert len(expressions) > len(parts) // 3
    for one in expressions:
        assert canonicalize_license_expression(one)
    with pytest.raises(InvalidLicenseExpression):
        canonicalize_license_expression("MIT AND")
