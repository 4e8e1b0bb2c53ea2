"""State records, entries and trust files as values (spec 12.1 to 12.3), whoever signed them."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.stranger.directory import ENTRY, KEY, STATE
from tests.stranger.epochs import read_origin
from tests.stranger.notes import NoteKey, note_key
from tests.stranger.sealing import is_recipient
from tests.stranger.suites import Public, public_of
from tests.stranger.values import (
    DIGEST,
    PARTY,
    RefusedError,
    decode,
    demand,
    encode,
    members,
    refuse,
    time_of,
)

STATE_NAME = re.compile(r"[a-z]{2}")
TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
USES = {
    "message", "receipt", "log", "transport", "export", "sealing", "officer-ca", "credential",
}  # fmt: skip
STATUSES = ("active", "retired", "revoked")
TRUST = "delegations mode protocol root timestamp_roots witness_threshold witnesses"
MAX_WITNESSES = 256
MAX_KEYS = 8


def public_jwk(jwk: Any) -> Public:
    """Return a public key that has no private half."""
    demand(isinstance(jwk, dict), "key-malformed")
    key = public_of(jwk)
    demand(key.jwk == jwk, "key-malformed", "another member")
    return key


def _count(value: Any, least: int = 1) -> int:
    demand(type(value) is int and value >= least, "member-malformed", "a number")
    return int(value)


def _mode(value: Any) -> None:
    demand(value in ("live", "exercise"), "name-malformed", "the mode")


def _digest(value: Any) -> None:
    demand(isinstance(value, str) and DIGEST.fullmatch(value), "digest-malformed")


def _version(value: dict[str, Any], code: str) -> None:
    _count(value["version"])
    if value["previous"] is not None:
        _digest(value["previous"])
    demand((value["version"] == 1) == (value["previous"] is None), code, "previous")


def _state_keys(value: dict[str, Any]) -> list[Public]:
    demand(isinstance(value["keys"], list), "member-malformed")
    keys = [public_jwk(jwk) for jwk in value["keys"]]
    least = _count(value["threshold"])
    alone = len({key.kid for key in keys}) == len(keys)
    demand(1 <= len(keys) <= MAX_KEYS and alone, "state-malformed", "the keys")
    demand(least <= len(keys), "state-malformed", "the threshold")
    return keys


def read_state(payload: bytes) -> dict[str, Any]:
    """Return the value of a State record's payload."""
    value = members(decode(payload), STATE)
    demand(value["protocol"] == "comity/1", "state-malformed", "the protocol")
    demand(
        isinstance(value["state"], str) and STATE_NAME.fullmatch(value["state"]), "name-malformed"
    )
    _mode(value["mode"])
    time_of(value["issued_at"])
    _state_keys(value)
    _version(value, "state-malformed")
    return value


# ------------------------------------------------------------------ entries


def read_entry(payload: bytes) -> dict[str, Any]:
    """Return the value of an entry's payload."""
    value, code = members(decode(payload), ENTRY), "entry-malformed"
    demand(value["protocol"] == "comity/1", code, "the protocol")
    party = value["party"]
    demand(isinstance(party, str) and len(party) <= 64 and PARTY.fullmatch(party), "name-malformed")
    demand(party.partition("/")[2] != "state", code, "a reserved name")
    _mode(value["mode"])
    _version(value, code)
    _count(value["state_version"])
    demand(time_of(value["issued_at"]) < time_of(value["expires_at"]), code, "expired when issued")
    for tag in value["languages"]:
        demand(isinstance(tag, str) and TAG.fullmatch(tag), "member-malformed", "a language")
    for text in value["conditions"]:
        members(text, "lang text")
    phone = value["duty_phone"]
    demand(phone is None or (isinstance(phone, str) and phone.isprintable()), "member-malformed")
    for policy in value["approval_policy"].values():
        members(policy, "approver author late_hours")
        _count(policy["approver"], 0)
        _count(policy["author"], 0)
        demand(policy["late_hours"] is None or _count(policy["late_hours"], 0) >= 0, code)
    listed = value["editions"]
    for name in listed:
        _digest(name)
    demand(1 <= len(listed) <= 256 and listed == sorted(set(listed)), code, "editions")
    _log(value)
    _endpoint(value["endpoint"])
    _keys(value["keys"])
    return value


def _log(value: dict[str, Any]) -> None:
    said, code = members(value["log"], "epoch origins"), "entry-malformed"
    epoch = _count(said["epoch"])
    try:
        origins = [read_origin(text) for text in said["origins"]]
    except RefusedError as fault:
        raise RefusedError(code, "an origin") from fault
    for origin in origins:
        demand((origin.party, origin.mode) == (value["party"], value["mode"]), code, "an origin")
    epochs = [origin.epoch for origin in origins]
    demand(len(set(epochs)) == len(epochs), code, "an epoch twice")
    demand(max(epochs, default=0) == epoch, code, "the newest epoch")


def _endpoint(value: Any) -> None:
    said, code = members(value, "kind tls_certificate url"), "entry-malformed"
    demand(said["kind"] in ("url", "outbound-only", "by-document"), code, "kind of endpoint")
    demand((said["url"] is not None) == (said["kind"] == "url"), code, "an address")
    if said["url"] is None:
        return
    url = urlsplit(said["url"])
    near = url.hostname in ("localhost", "127.0.0.1", "::1")
    demand(url.scheme == "https" or (url.scheme == "http" and near), code, "plain HTTP")
    demand(url.hostname and "@" not in url.netloc and not url.query + url.fragment, code, "address")


def _keys(rows: Any) -> None:
    demand(isinstance(rows, list), "member-malformed")
    code, kids = "entry-malformed", []
    for row in rows:
        members(row, KEY)
        start, end = time_of(row["not_before"]), time_of(row["not_after"])
        demand(start <= end, code, "validity")
        demand(row["use"] in USES and row["status"] in STATUSES, code, "use or status")
        revoked = row["status"] == "revoked"
        demand(revoked == (row["invalid_from"] is not None), code, "the moment of revocation")
        demand(revoked or row["last_good_index"] is None, code, "last_good_index")
        if revoked:
            time_of(row["invalid_from"])
        kids.append(row["kid"])
        if row["use"] == "sealing":
            text = row["public"]
            fit = isinstance(text, str) and is_recipient(text, (32,)) and text == row["kid"]
            demand(fit and row["alg"] == "age-x25519", code, "a sealing key")
            continue
        demand(isinstance(row["public"], dict), code, "a signing key")
        key = public_jwk(row["public"])
        demand((key.kid, key.alg) == (row["kid"], row["alg"]), code, "kid or alg")
        demand(row["use"] != "log" or key.alg == "Ed25519", code, "a log key")
    demand(len(set(kids)) == len(kids), code, "a kid twice")


def check_history(old: dict[str, Any], new: dict[str, Any]) -> None:
    """Refuse an entry that forgets or changes what an earlier version said."""
    code = "entry-history"
    rows = {row["kid"]: row for row in new["keys"]}
    for before in old["keys"]:
        after = rows.get(before["kid"])
        if after is None:
            refuse(code, "a key is gone")
        same = all(after[name] == before[name] for name in ("public", "use", "alg", "not_before"))
        demand(same, code, "a key is another")
        forward = STATUSES.index(after["status"]) >= STATUSES.index(before["status"])
        demand(forward, code, "a status goes back")
        for name in ("invalid_from", "last_good_index"):
            if before[name] is not None:
                demand(after[name] is not None and after[name] <= before[name], code, name)
    demand(set(old["log"]["origins"]) <= set(new["log"]["origins"]), code, "an origin is gone")


# ------------------------------------------------------------------ trust files


@dataclass(frozen=True)
class Trust:
    """What a reader believes, which came by hand.

    Attributes:
        mode: of what it judges.
        pins: State -> its keys as JWKs and their threshold.
        witnesses: keys of witnesses, and the State that operates each.
        threshold: of how many States witnesses have to agree.
        roots: certificates of time-stamp authorities, as PEM.
    """

    mode: str
    pins: dict[str, tuple[list[Any], int]]
    witnesses: dict[NoteKey, str]
    threshold: int
    roots: list[str]


def read_trust(text: bytes) -> Trust:
    """Read a trust file, which a person may have laid out."""
    try:
        loose = json.loads(text.decode("utf-8"), object_pairs_hook=_object)
        value = decode(encode(loose))
    except ValueError as fault:
        raise RefusedError("not-canonical", "no JSON") from fault
    members(value, TRUST)
    demand(value["protocol"] == "comity/1", "trust-malformed", "the protocol")
    _mode(value["mode"])
    pins = {}
    for state, pin in value["delegations"].items():
        demand(STATE_NAME.fullmatch(state), "name-malformed")
        _state_keys(members(pin, "keys threshold"))
        pins[state] = (pin["keys"], pin["threshold"])
    for pem in value["timestamp_roots"]:
        good = isinstance(pem, str) and pem.startswith("-----BEGIN CERTIFICATE-----\n")
        demand(good, "trust-malformed", "a root of time stamps")
    return Trust(
        value["mode"],
        pins,
        _witnesses(value["witnesses"]),
        _most(value["witness_threshold"]),
        value["timestamp_roots"],
    )


def _witnesses(rows: Any) -> dict[NoteKey, str]:
    found: dict[NoteKey, str] = {}
    for row in rows:
        members(row, "key state")
        key, state = note_key(row["key"]), row["state"]
        demand(isinstance(state, str) and STATE_NAME.fullmatch(state), "name-malformed")
        demand(key not in found, "trust-malformed", "a witness twice")
        found[key] = state
    return found


def _most(value: Any) -> int:
    demand(type(value) is int, "member-malformed", "witness_threshold")
    demand(1 <= value <= MAX_WITNESSES, "trust-malformed", "witness_threshold")
    return int(value)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    demand(len(found) == len(pairs), "duplicate-member")
    return found


def check_modes(one: Trust, other: Trust) -> None:
    """Refuse two trust files, one of each mode, that have a key in common (spec 5)."""
    kids = [
        {public_of(jwk).kid for keys, _ in trust.pins.values() for jwk in keys}
        for trust in (one, other)
    ]
    demand(not kids[0] & kids[1], "key-in-both-modes")
