"""Vectors of trust files, each broken in one way."""

import json

from tests.directory.vector_texts import Vector, changed, text, without
from tests.directory.world import key, trust

from comity.canonical import encode, unb64
from comity.ledger.notekey import VerifierKey

WITNESS = VerifierKey("witness.example", 4, unb64(key("witness").public.jwk["x"]))
PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


def trust_files() -> list[Vector]:
    value = trust("vn").value()
    wrong = {"key": "witness.example+00000000+AQID", "state": "ch"}
    good = {"key": WITNESS.text(), "state": "ch"}
    pin = value["delegations"]["vn"]
    cases = [
        ("a trust file", text(encode(value)), "ok"),
        ("laid out by a person", json.dumps(value, indent=2), "ok"),
        ("witnesses and time-stamp roots are named",
         changed(value, witnesses=[good], timestamp_roots=[PEM]), "ok"),
        ("one witness is enough", changed(value, witness_threshold=1), "ok"),
        ("no witness is enough", changed(value, witness_threshold=0), "trust-malformed"),
        ("so many witnesses are due that none can be", changed(value, witness_threshold=257),
         "trust-malformed"),
        ("a witness without its State", changed(value, witnesses=[WITNESS.text()]),
         "member-malformed"),
        ("a witness of no State", changed(value, witnesses=[{**good, "state": "CH"}]),
         "name-malformed"),
        ("a witness listed for two States",
         changed(value, witnesses=[good, {**good, "state": "fr"}]), "trust-malformed"),
        ("a member is missing", without(value, "witnesses"), "member-malformed"),
        ("an unknown member", changed(value, comment="x"), "member-malformed"),
        ("a member twice", '{"mode":"live",' + text(encode(value))[1:], "duplicate-member"),
        ("another protocol", changed(value, protocol="comity/2"), "trust-malformed"),
        ("an unknown mode", changed(value, mode="both"), "name-malformed"),
        ("a State of three letters", changed(value, delegations={"vnm": pin}), "name-malformed"),
        ("a threshold above the keys",
         changed(value, delegations={"vn": {**pin, "threshold": 4}}), "state-malformed"),
        ("a witness with a wrong id", changed(value, witnesses=[wrong]), "note-key-malformed"),
        ("a time-stamp root that is no PEM", changed(value, timestamp_roots=["x"]),
         "trust-malformed"),
        ("not JSON", "trust me", "not-canonical"),
    ]  # fmt: skip
    return [(name, {"file": data}, expect) for name, data, expect in cases]
