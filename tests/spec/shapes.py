"""Documents for the JSON Schemas, from the vectors and samples that there are, and judges of them.

A document that a reader accepts fits its schema. One that a reader refuses for its shape does not,
unless `BEYOND` names it: what no schema can say.
"""

import base64
import io
import json
import re
import tarfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import jsonschema_rs
from tests.conftest import REPOSITORY
from tests.evidence.test_custody_passport import passport
from tests.exchange.makers import BODIES
from tests.exchange.test_messages import VALUES

from comity.canonical import unb64
from comity.exchange.bodies import SECTIONS

VECTORS = REPOSITORY / "vectors"
SCHEMAS = REPOSITORY / "spec" / "schemas"

BEYOND = {
    "entry": {
        "a blank between members": "the order and the blanks of a text are no part of its value",
        "a kid that is not the thumbprint": "a digest",
        "another algorithm than the key's": "which of two members is right",
        "a key with two uses": "two rows of one key",
        "expiry before issue": "which of two times is later",
        "editions that are not sorted": "an order",
        "an origin of another party": "what two members have in common",
        "an origin of the other mode": "what two members have in common",
        "an epoch at two addresses": "what two members have in common",
        "an origin of an epoch to come": "what two members have in common",
        "the origin of the epoch is missing": "what two members have in common",
        "a sealing key with a letter mistyped": "a checksum",
        "plain HTTP beyond loopback": "which host is this machine",
    },
    "state": {
        "a threshold above the keys": "a number and the length of a list",
        "a key twice": "two spellings of one key",
    },
    "trust": {
        "a threshold above the keys": "a number and the length of a list",
        "a witness with a wrong id": "a digest",
        "a witness listed for two States": "what two members have in common",
        "a member twice": "a text; JSON has the later one",
    },
    "log-origin": {
        "a prefix of 101 characters": "the length of a part",
    },
    "records": dict.fromkeys(
        (
            "laid out by a person",
            "an entry signed by one of two",
            "an entry signed by another State",
            "a State that the trust file does not pin",
            "an entry of the other mode",
        ),
        "the form is right, and the file is refused for another reason",
    ),
    "signed-offer": dict.fromkeys(
        (
            "a State that the trust file does not pin",
            "no State at all",
            "no party at all",
            "not canonical",
            "an offer that the message does not commit to",
            "a message that offers nothing",
            "a message of another type",
            "signed by a stranger",
            "signed by a key of another use",
            "signed by a key that was revoked before",
            "signed as an exercise",
            "a record changed after it was signed",
            "an offer that is none",
        ),
        "the form is right, and the file is refused for another reason",
    ),
    "solution": {
        "a statement: files that do not ascend": "an order",
        "a statement: a file twice": "two rows of one name",
    },
    "successor": {
        "members out of order": "the order of a text is no part of its value",
        "the same epoch": "what two members have in common",
        "an earlier epoch": "which of two numbers is higher",
        "another party's log": "what two members have in common",
        "from exercise to live": "what two members have in common",
        "mode is not the origins'": "what two members have in common",
        "party is not the origins'": "what two members have in common",
        "checkpoint of another log": "what two members have in common",
    },
}
"""Schema -> name of a vector that its reader refuses -> why no schema does."""


@dataclass(frozen=True)
class Case:
    """A document, the schema it is held against, and whether it fits."""

    schema: str
    name: str
    document: Any
    fits: bool


@cache
def validator(name: str) -> Any:
    """Return our own judge, for a schema of ``spec/schemas``."""
    return jsonschema_rs.validator_for(schema(name))


def schema(name: str) -> Any:
    """Return a schema of ``spec/schemas`` by its name."""
    return json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))


def names() -> list[str]:
    """Return the name of every schema."""
    return sorted(
        path.relative_to(SCHEMAS).with_suffix("").as_posix() for path in SCHEMAS.rglob("*.json")
    )


def vectors(file: str) -> list[dict[str, Any]]:
    """Return the vectors of a file."""
    content = json.loads((VECTORS / file).read_text(encoding="utf-8"))
    return list(content["vectors"])


def payload(envelope: Any) -> Any:
    """Return what a JWS signs."""
    return json.loads(unb64(envelope["payload"]))


# ------------------------------------------------------------------ where documents come from


def _texts(file: str, name: str, member: str) -> Iterator[Case]:
    """Yield documents that stand as texts: all that the reader refuses are of another shape."""
    for one in vectors(file):
        try:
            document = json.loads(one["input"][member])
        except ValueError:
            continue  # no JSON at all
        fits = one["expect"] == "ok" or one["name"] in BEYOND[name]
        yield Case(name, f"{file}: {one['name']}", document, fits)


def _origins() -> Iterator[Case]:
    for one in vectors("ledger/origin.json"):
        fits = one["expect"] == "ok" or one["name"] in BEYOND["log-origin"]
        yield Case("log-origin", one["name"], one["input"]["text"], fits)


def _leaves() -> Iterator[Case]:
    for one in vectors("ledger/leaf.json"):
        if not one["name"].startswith("entry of"):
            fits = one["expect"] != "leaf-malformed"
            yield Case("leaf", one["name"], one["input"]["opening"], fits)


def _good(file: str, name: str, find: Callable[[Any], Any]) -> Iterator[Case]:
    """Yield the documents of the vectors that are good, and of no other."""
    for one in vectors(file):
        if one["expect"] == "ok":
            yield Case(name, f"{file}: {one['name']}", find(one["input"]), fits=True)


def _envelopes() -> Iterator[Case]:
    in_the_header = {
        "an unknown algorithm",
        "the old name of Ed25519",
        "a header member more",
        "a header member less",
        "a critical extension",
        "a header not canonical",
        "a long header",
        "different things",
        "stray bits",
        "one key twice",
    }
    broken = {"member-malformed", "jws-malformed", "base64-malformed"}
    for one in vectors("envelope/jws.json"):
        fits = one["expect"] not in broken or one["name"] in in_the_header
        yield Case("jws", one["name"], one["input"]["jws"], fits)
        if one["expect"] == "ok":
            for signature in one["input"]["jws"]["signatures"]:
                header = json.loads(unb64(signature["protected"]))
                yield Case("jws-header", one["name"], header, fits=True)


SHAPE = {
    "digest-malformed",
    "member-malformed",
    "name-malformed",
    "protocol-unknown",
    "time-malformed",
}
NO_TYPES = {"an unknown type of one word", "an unknown type of 41 characters"}


def _parcels() -> Iterator[Case]:
    for one in vectors("envelope/parcel.json"):
        value = one["input"]["parcel"]
        whole = isinstance(value["message"], dict)
        yield Case("parcel", one["name"], value, whole)
        if not whole:
            continue
        message = payload(value["message"])
        if one["expect"] in SHAPE or one["name"] in NO_TYPES:
            yield Case("message", one["name"], message, fits=False)
        elif one["expect"] == "ok":
            yield Case("message", one["name"], message, fits=True)
            for part in value["sections"].keys() & SECTIONS.keys():
                document = value["sections"][part]["value"]
                yield Case(f"sections/{part}", one["name"], document, fits=True)


def _approvals() -> Iterator[Case]:
    for one in vectors("approval/approval.json"):
        if one["expect"] != "ok":
            continue
        for approval in one["input"]["payload"]["approvals"]:
            yield Case("certificate", one["name"], payload(approval["certificate"]), fits=True)
            if approval["kind"] == "jws":
                said = payload(approval["approval"])
                yield Case("approval-statement", one["name"], said, fits=True)


def _archives() -> Iterator[Case]:
    for one in vectors("package/archive.json"):
        if one["expect"] != "ok":
            continue
        data = zlib.decompress(base64.b64decode(one["input"]["archive"]))
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            for name in ("package", "index"):
                member = tar.extractfile(f"metadata/{name}.json")
                assert member is not None
                schema_name = "package" if name == "package" else "package-index"
                yield Case(schema_name, one["name"], json.loads(member.read()), fits=True)


CALENDAR = {"a month that does not exist", "a day that does not exist"}  # patterns count no days


def _sections() -> Iterator[Case]:
    for name, document in BODIES.items():
        yield Case(f"sections/{name}", "the sample", document, fits=True)
    for name, (part, change) in VALUES.items():
        if name not in CALENDAR:
            yield Case(f"sections/{part}", name, BODIES[part] | change, fits=False)


PLACES: list[tuple[str, str, bool]] = [
    (r"data/bundle\.json", "bundle", True),
    (r"data/messages/.*\.json", "message", True),
    (r"data/receipts/.*\.json", "receipt", True),
    (r"data/sections/.*\.json", "bundle-section", False),
    (r"data/log/.*/leaves/[0-9]+\.json", "bundle-leaf", False),
    (r"data/log/.*/consistency\.json", "bundle-consistency", False),
    (r"data/log/.*/successor\.json", "successor", True),
    (r"data/directory/states/.*\.json", "state", True),
    (r"data/directory/entries/.*\.json", "entry", True),
    (r"data/custody/[^.]*\.json", "custody-chain", False),
    (r"data/exhibits/.*/metadata/package\.json", "package", False),
    (r"data/exhibits/.*/metadata/index\.json", "package-index", False),
]
"""Path in a bundle, the schema of what stands there, and whether a JWS is around it."""


def _bundles() -> Iterator[Case]:
    for base in ("short", "stamped", "whole"):
        content = json.loads((VECTORS / "bundle" / f"{base}.json").read_text(encoding="utf-8"))
        for path, text in content["files"].items():
            for place, name, signed in PLACES:
                if re.fullmatch(place, path):
                    data = text if isinstance(text, str) else base64.b64decode(text["base64"])
                    document = json.loads(data)
                    if signed:
                        yield Case("jws", f"{base}: {path}", document, fits=True)
                        document = payload(document)
                    yield Case(name, f"{base}: {path}", document, fits=True)


def _editions() -> Iterator[Case]:
    current = REPOSITORY / "spec" / "registry" / "edition.json"
    yield Case("edition", "current", json.loads(current.read_text(encoding="utf-8")), fits=True)
    listed = json.loads((VECTORS / "editions.json").read_text(encoding="utf-8"))
    for one in listed["editions"]:
        yield Case("edition", f"edition {one['number']}", one, fits=True)


def _credentials() -> Iterator[Case]:
    for one in vectors("credential/certificate.json"):
        if one["expect"] == "ok":
            header, said, _ = one["input"]["credential"].split(".")
            yield Case("credential-header", one["name"], json.loads(unb64(header)), fits=True)
            yield Case("credential", one["name"], json.loads(unb64(said)), fits=True)


def _countersignatures() -> Iterator[Case]:
    for one in vectors("approval/countersignature.json"):
        if one["expect"] == "ok":
            yield Case("sections/countersignature", one["name"], one["input"]["section"], fits=True)


def _papers() -> Iterator[Case]:
    """Yield files that no vector has: a passport, and its events one by one."""
    document = passport().to_value()
    yield Case("passport", "of a whole life", document, fits=True)
    for row in document["events"]:
        yield Case("custody-event", row["event"]["event"], row["event"], fits=True)


def _solutions() -> Iterator[Case]:
    for one in vectors("solution/file.json"):
        name = one["name"]
        if name == "larger than 32 MiB":
            continue
        fields = _first_member(one["input"]["file"])
        if fields is None:
            continue
        if name.startswith("solution.json of another") or "foreign member" in name:
            yield Case("solution-file", name, fields, fits=False)
        elif name.startswith("a statement: "):
            fits = name in BEYOND["solution"]
            yield Case("solution", name, payload(fields["statement"]), fits)
        elif one["expect"] == "ok":
            yield Case("solution-file", name, fields, fits=True)
            yield Case("solution", name, payload(fields["statement"]), fits=True)
    for one in vectors("solution/withdrawal.json"):
        if one["expect"] in {"ok", "solution-malformed"}:
            said = payload(one["input"]["withdrawal"])
            yield Case("withdrawal", one["name"], said, one["expect"] == "ok")


def _first_member(packed: str) -> Any:
    """Return the first member of an archive in a vector, or None where there is no JSON."""
    try:
        data = zlib.decompress(base64.b64decode(packed))
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            first = tar.next()
            member = tar.extractfile(first) if first and first.isreg() else None
            return json.loads(member.read()) if member else None
    except (tarfile.TarError, ValueError):
        return None


def _indexes() -> Iterator[Case]:
    for one in vectors("carrying/exchange-file.json"):
        document = _first_member(one["input"]["file"])
        if document is not None:
            fits = not one["name"].startswith("an index ")
            yield Case("transport/file-index", one["name"], document, fits)


def _matches() -> Iterator[Case]:
    for path in sorted(VECTORS.glob("*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if content.get("operation") == "match-schema":
            for one in content["vectors"]:
                given = one["input"]
                fits = one["expect"] == "ok"
                yield Case(given["schema"], one["name"], given["document"], fits)


def given() -> Iterator[Case]:
    """Yield the documents of the vectors and samples, each with its verdict."""
    yield from _texts("directory/entry.json", "entry", "payload")
    yield from _texts("directory/state-record.json", "state", "payload")
    yield from _texts("directory/trust.json", "trust", "file")
    yield from _origins()
    yield from _leaves()
    yield from _texts("ledger/successor.json", "successor", "statement")
    yield from _good("package/custody.json", "custody-chain", lambda one: one["chain"])
    yield from _good("package/offer.json", "sections/offer", lambda one: json.loads(one["offer"]))
    yield from _good("receipt/receipt.json", "receipt", lambda one: payload(one["receipt"]))
    yield from _envelopes()
    yield from _parcels()
    yield from _approvals()
    yield from _archives()
    yield from _sections()
    yield from _bundles()
    yield from _editions()
    yield from _credentials()
    yield from _texts("directory/records.json", "records", "file")
    yield from _texts("package/signed-offer.json", "signed-offer", "file")
    yield from _solutions()
    yield from _indexes()
    yield from _countersignatures()
    yield from _papers()
    yield from _matches()


# ------------------------------------------------------------------ documents broken in one place

OPEN = {"credential", "transport/problem"}
"""Objects that may have members which nobody knows."""


def broken(good: Case) -> Iterator[Case]:
    """Yield a document with one member more, each of its members less, and each of no kind."""
    document = good.document
    yield Case(good.schema, f"{good.name}, in a list of its own", [[document]], fits=False)
    if not isinstance(document, dict):
        return
    rule = schema(good.schema)
    if good.schema not in OPEN and rule.get("additionalProperties") is False:
        more = {**document, "unknown": 1}
        yield Case(good.schema, f"{good.name}, with a foreign member", more, fits=False)
    for member in rule.get("required", ()):
        rest = {name: value for name, value in document.items() if name != member}
        yield Case(good.schema, f"{good.name}, without {member}", rest, fits=False)
        spoilt = {**document, member: 1.5}
        if rule["properties"].get(member) == {}:
            continue  # it may be anything
        yield Case(good.schema, f"{good.name}, with another {member}", spoilt, fits=False)


@cache
def cases() -> tuple[Case, ...]:
    """Return all documents; one good one of each schema is broken in each place."""
    found = list(given())
    first: dict[str, Case] = {}
    for one in found:
        if one.fits:
            first.setdefault(one.schema, one)
    return (*found, *(bad for one in first.values() for bad in broken(one)))
