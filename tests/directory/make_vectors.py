"""Write the directory's vectors: ``python -m tests.directory.make_vectors``.

Every key is the Ed25519 key whose seed is SHA-256 of its name, so the files come out the same.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tests.directory import vectors_tuf
from tests.directory.vector_texts import Vector, changed, text, without
from tests.directory.vectors_trust import trust_files
from tests.directory.world import (
    DAY,
    RECIPIENT,
    START,
    entry,
    following,
    key,
    key_set,
    next_record,
    record,
    rotated,
    row,
    signed,
    state_keys,
    trust,
)
from tests.origins import origin_of
from tests.spec.named import named

from comity.canonical import PeerError, encode, parse_time, time_text
from comity.directory import (
    KeyRow,
    SignedEntry,
    SignedState,
    StateRecord,
    TrustFile,
    sealing_row,
    sign_entry,
    sign_state,
    signing_row,
)
from comity.keys import jws

FOLDER = Path(__file__).resolve().parents[2] / "vectors" / "directory"

VN, ZA = record("vn"), record("za")
ONE = entry()
TWO = following(ONE)
MESSAGE = ONE.keys[0]
PARTY = ONE.party

# ------------------------------------------------------------------ entry payloads


def with_key(**members: Any) -> str:
    first, *rest = ONE.value()["keys"]
    return changed(ONE.value(), keys=[{**first, **members}, *rest])


def with_endpoint(**members: Any) -> str:
    return changed(ONE.value(), endpoint={**ONE.endpoint.value(), **members})


def entries() -> list[Vector]:
    value = ONE.value()
    sealing = sealing_row(RECIPIENT, not_before=START, not_after=START + DAY)
    other_alg = key("es256", "ES256").public
    es256 = signing_row(other_alg, use="message", not_before=START, not_after=START + DAY)
    full = replace(entry(), keys=(*ONE.keys, sealing, es256))
    mistyped = RECIPIENT[:-1] + ("q" if RECIPIENT[-1] != "q" else "p")
    no_recipient = replace(sealing, kid=mistyped, public=mistyped)
    twice = [value["keys"][0], {**value["keys"][0], "use": "export"}]
    cases: list[tuple[str, str, str]] = [
        ("an entry", text(ONE.payload), "ok"),
        ("a second version", text(TWO.payload), "ok"),
        ("sealing and ES256 keys", text(full.payload), "ok"),
        ("a sealing key with a letter mistyped",
         text(replace(entry(), keys=(*ONE.keys, no_recipient)).payload), "entry-malformed"),
        ("loopback may speak plain HTTP", with_endpoint(url="http://127.0.0.1:8080/x"), "ok"),
        ("members out of order", text(ONE.payload).replace("{", '{"z":0,', 1), "not-canonical"),
        ("a blank between members", text(ONE.payload).replace(",", ", ", 1), "not-canonical"),
        ("an unknown member", changed(value, comment="x"), "member-malformed"),
        ("a member is missing", without(value, "duty_phone"), "member-malformed"),
        ("another protocol", changed(value, protocol="comity/2"), "entry-malformed"),
        ("a party in upper case", changed(value, party="VN/contact-point"), "name-malformed"),
        ("the reserved party", changed(value, party="vn/state", log={"epoch": 1, "origins": []}),
         "entry-malformed"),
        ("an unknown mode", changed(value, mode="test"), "name-malformed"),
        ("version 0", changed(value, version=0), "member-malformed"),
        ("version true", changed(value, version=True), "member-malformed"),
        ("version 1 with a previous one", changed(value, previous="sha256:" + "0" * 64),
         "entry-malformed"),
        ("version 2 without a previous one", changed(value, version=2), "entry-malformed"),
        ("a digest in upper case", changed(TWO.value(), previous="sha256:" + "A" * 64),
         "digest-malformed"),
        ("a time with a fraction", changed(value, issued_at="2026-01-01T00:00:00.0Z"),
         "time-malformed"),
        ("expiry before issue", changed(value, expires_at="2025-01-01T00:00:00Z"),
         "entry-malformed"),
        ("an origin of another party",
         changed(value, log={"epoch": 1, "origins": [origin_of("live", "za/central-authority")]}),
         "entry-malformed"),
        ("an origin of the other mode",
         changed(value, log={"epoch": 1, "origins": [origin_of("exercise", "vn/contact-point")]}),
         "entry-malformed"),
        ("an origin of the newest epoch alone",
         changed(value, log={"epoch": 2, "origins": [origin_of("live", "vn/contact-point", 2)]}),
         "ok"),
        ("epochs at two addresses", changed(value, log={"epoch": 2, "origins": [
            origin_of("live", "vn/contact-point"), "moved.example/log/live/vn/contact-point/2"]}),
         "ok"),
        ("an epoch at two addresses", changed(value, log={"epoch": 1, "origins": [
            origin_of("live", "vn/contact-point"), "moved.example/log/live/vn/contact-point/1"]}),
         "entry-malformed"),
        ("an origin twice", changed(value, log={"epoch": 1, "origins": [
            origin_of("live", "vn/contact-point")] * 2}),
         "entry-malformed"),
        ("an origin of an epoch to come", changed(value, log={"epoch": 1, "origins": [
            origin_of("live", "vn/contact-point"), origin_of("live", "vn/contact-point", 2)]}),
         "entry-malformed"),
        ("an origin that is none",
         changed(value, log={"epoch": 1, "origins": ["comity.live/vn/contact-point/1"]}),
         "entry-malformed"),
        ("the origin of the epoch is missing",
         changed(value, log={"epoch": 2, "origins": [origin_of("live", "vn/contact-point")]}),
         "entry-malformed"),
        ("a kid that is not the thumbprint", with_key(kid="x" * 43), "entry-malformed"),
        ("an unknown use", with_key(use="everything"), "entry-malformed"),
        ("a State's use", with_key(use="state"), "entry-malformed"),
        ("an unknown status", with_key(status="lost"), "entry-malformed"),
        ("another algorithm than the key's", with_key(alg="ES256"), "entry-malformed"),
        ("a JWK with its private half", with_key(public=key(f"{PARTY}/message").private_jwk),
         "key-malformed"),
        ("revoked without a moment", with_key(status="revoked"), "entry-malformed"),
        ("a moment without revocation", with_key(invalid_from="2026-02-01T00:00:00Z"),
         "entry-malformed"),
        ("a last good index without revocation", with_key(last_good_index=4), "entry-malformed"),
        ("a key with two uses", changed(value, keys=twice), "entry-malformed"),
        ("a log key that is not Ed25519",
         text(replace(ONE, keys=(replace(es256, use="log"),)).payload), "entry-malformed"),
        ("a sealing key that is a JWK", with_key(use="sealing"), "entry-malformed"),
        ("plain HTTP beyond loopback", with_endpoint(url="http://example.org"), "entry-malformed"),
        ("a URL with a user", with_endpoint(url="https://a@example.org"), "entry-malformed"),
        ("a URL with a query", with_endpoint(url="https://example.org/?a"), "entry-malformed"),
        ("an address of a party without node", with_endpoint(kind="by-document"),
         "entry-malformed"),
        ("a phone number with a newline", changed(value, duty_phone="1\n2"), "member-malformed"),
        ("a language that is no tag", changed(value, languages=["?"]), "member-malformed"),
        ("no edition", changed(value, editions=[]), "entry-malformed"),
        ("an edition twice", changed(value, editions=value["editions"] * 2), "entry-malformed"),
        ("editions that are not sorted",
         changed(value, editions=["sha256:" + "ff" * 32, "sha256:" + "00" * 32]),
         "entry-malformed"),
        ("an edition that is no digest", changed(value, editions=["1"]), "digest-malformed"),
        ("a function that nobody here knows", changed(value, functions=["x-customs"]),
         "ok"),
        ("an edition that nobody here knows", changed(value, editions=["sha256:" + "00" * 32]),
         "ok"),
        ("a condition without its language",
         changed(value, conditions=[{"text": "court use only"}]), "member-malformed"),
        ("a policy of minus one",
         changed(value, approval_policy={"request.submitted": {
             "approver": -1, "author": 1, "late_hours": None}}), "member-malformed"),
    ]  # fmt: skip
    return [(name, {"payload": payload}, expect) for name, payload, expect in cases]


# ------------------------------------------------------------------ State records


def states() -> list[Vector]:
    value = VN.record.value()
    jwk = value["keys"][0]
    spare = [key(f"spare/{n}").public.jwk for n in range(9)]
    cases = [
        ("a first record", text(VN.record.payload), "ok"),
        ("a second record", text(rotated(VN).record.payload), "ok"),
        ("a threshold of none", changed(value, threshold=0), "member-malformed"),
        ("a threshold above the keys", changed(value, threshold=4), "state-malformed"),
        ("no key", changed(value, keys=[]), "state-malformed"),
        ("nine keys", changed(value, keys=spare), "state-malformed"),
        ("a key twice", changed(value, keys=[jwk, jwk]), "state-malformed"),
        ("a key that is none", changed(value, keys=[{"kty": "oct"}], threshold=1), "key-malformed"),
        ("three letters", changed(value, state="vnm"), "name-malformed"),
        ("another protocol", changed(value, protocol="comity/2"), "state-malformed"),
        ("version 2 without a previous one", changed(value, version=2), "state-malformed"),
        ("an unknown member", changed(value, note=""), "member-malformed"),
    ]
    return [(name, {"payload": payload}, expect) for name, payload, expect in cases]


# ------------------------------------------------------------------ acceptance


def case(
    held: list[SignedState | SignedEntry],
    offered: SignedState | SignedEntry | bytes,
    *,
    now: datetime = START + 30 * DAY,
    pins: TrustFile | None = None,
) -> dict[str, Any]:
    data = offered if isinstance(offered, bytes) else offered.jws.record
    return {
        "held": [text(item.jws.record) for item in held],
        "now": time_text(now),
        "record": text(data),
        "trust": (pins or trust("vn", "za")).value(),
    }


def acceptance() -> list[Vector]:
    one, two = signed(ONE), signed(TWO)
    retired = replace(MESSAGE, status="retired")
    revoked = replace(MESSAGE, status="revoked", invalid_from=START + 5 * DAY)
    three = following(TWO)
    back = replace(VN.record, key_set=key_set(state_keys("xx")))
    exercise = entry(mode="exercise")
    mixed = jws.sign(exercise.payload, state_keys("vn")[:2], thing="entry", mode="live")
    broken = one.jws.value
    broken["signatures"][1]["signature"] = broken["signatures"][0]["signature"]

    thief = replace(row("thief"), status="revoked", invalid_from=START)
    stolen = following(ONE, keys=(*ONE.keys, row("thief")))
    true = following(ONE, keys=(*ONE.keys, row("new")), duty_phone="+84 1")
    healed = signed(following(true, version=4, keys=(*true.keys, thief)))
    lost = signed(following(true, version=4))

    def newer(*keys: KeyRow, after: Any = ONE) -> SignedEntry:
        return signed(following(after, keys=keys))

    two_revoked = following(ONE, keys=(revoked, *ONE.keys[1:]))
    return [
        ("a first State record with the pinned keys", case([], VN), "ok"),
        ("a rotation signed by a threshold of both", case([VN], rotated(VN)), "ok"),
        ("a first entry", case([VN], one), "ok"),
        ("a second entry", case([VN, one], two), "ok"),
        ("a version is skipped", case([VN, one], signed(three)), "ok"),
        ("the same entry again", case([VN, one], one), "ok"),
        ("an older version that the newer one names", case([VN, two], one), "ok"),
        ("after double-speak, keys of both, to who holds the true one",
         case([VN, one, signed(true)], healed), "ok"),
        ("after double-speak, keys of both, to who holds the thief's",
         case([VN, one, signed(stolen)], healed), "ok"),
        ("after double-speak, without the thief's key",
         case([VN, one, signed(stolen)], lost), "entry-history"),
        ("the other one of two payloads of a version",
         case([VN, one, signed(stolen)], signed(true)), "entry-double-speak"),
        ("an entry under keys whose reset is pending",
         case([VN], signed(entry(state_version=2), state="xx", version=1)), "state-unknown"),
        ("an entry by the old keys under a version that nobody has",
         case([VN], signed(entry(state_version=2))), "state-unknown"),
        ("a second entry that skips its history's keys",
         case([VN, one], signed(following(ONE, keys=ONE.keys[:2]))), "entry-history"),
        ("a revocation", case([VN, one], newer(revoked, *ONE.keys[1:])), "ok"),
        ("an unpinned State", case([], VN, pins=trust("za")), "state-unpinned"),
        ("other first keys than pinned", case([], sign_state(back, state_keys("xx"))),
         "state-unpinned"),
        ("a first record below its threshold",
         case([], sign_state(VN.record, state_keys("vn")[:1])), "threshold-missed"),
        ("a State record without the one before", case([VN], rotated(rotated(VN))), "state-gap"),
        ("the secretariat replaces a State's keys",
         case([VN], next_record(VN, state_keys("xx"), state_keys("xx"))), "reset-pending"),
        ("a rotation by one of two old keys",
         case([VN], next_record(VN, [state_keys("vn")[0], *state_keys("vn", 2)])), "reset-pending"),
        ("a rotation that the new keys do not sign", case([VN], next_record(VN, state_keys("vn"))),
         "threshold-missed"),
        ("a second first record by the same keys",
         case([VN], sign_state(replace(VN.record, issued_at=START + DAY), state_keys("vn"))),
         "state-double-speak"),
        ("an old version by other keys", case([VN], sign_state(back, state_keys("xx"))),
         "state-rollback"),
        ("a State record issued ahead", case([], VN, now=START - timedelta(minutes=6)),
         "issued-ahead"),
        ("vn signs the entry of za", case([VN, ZA], signed(entry("za/forged"), state="vn")),
         "entry-foreign"),
        ("one signature where two are due", case([VN], sign_entry(ONE, state_keys("vn")[:1])),
         "threshold-missed"),
        ("a stranger's signature does not count",
         case([VN], sign_entry(ONE, [state_keys("vn")[0], key("stranger")])), "threshold-missed"),
        ("a signature copied from another key", case([VN], encode(broken)), "threshold-missed"),
        ("an entry of a State without record", case([VN], signed(entry("za/central-authority"))),
         "state-unknown"),
        ("an exercise entry", case([VN], signed(exercise)), "typ-mismatch"),
        ("an exercise payload signed as live", case([VN], mixed.record), "mode-mismatch"),
        ("an entry issued ahead", case([VN], signed(entry(issued_at=START + DAY)),
                                          now=START + DAY - timedelta(minutes=6)),
         "issued-ahead"),
        ("neither record nor entry",
         case([VN], jws.sign(ONE.payload, [key("a")], thing="message", mode="live").record),
         "typ-mismatch"),
        ("two payloads of one version", case([VN, one], signed(entry(duty_phone="+84 1"))),
         "entry-double-speak"),
        ("an old version that the newer one does not name", case([VN, signed(three)], one),
         "entry-rollback"),
        ("a key is forgotten", case([VN, one], newer(*ONE.keys[1:])), "entry-history"),
        ("a key changes its use",
         case([VN, one], newer(replace(MESSAGE, use="export"), *ONE.keys[1:])), "entry-history"),
        ("a revoked key comes back",
         case([VN, one, signed(two_revoked)], newer(*ONE.keys, after=two_revoked)),
         "entry-history"),
        ("a retired key comes back",
         case([VN, newer(retired, *ONE.keys[1:])],
              newer(*ONE.keys, after=following(ONE, keys=(retired, *ONE.keys[1:])))),
         "entry-history"),
        ("invalid_from moves later",
         case([VN, signed(two_revoked)],
              newer(replace(revoked, invalid_from=START + 6 * DAY), *ONE.keys[1:],
                    after=two_revoked)),
         "entry-history"),
        ("another previous version", case([VN, one], signed(following(ONE, previous=b"\x01" * 32))),
         "entry-history"),
        ("a new party under replaced State keys", case([VN, rotated(VN)], one), "entry-old-keys"),
        ("a State's own key in an entry",
         case([VN], signed(entry(keys=(signing_row(state_keys("vn")[0].public, use="message",
                                                   not_before=START, not_after=START + DAY),)))),
         "key-use"),
    ]  # fmt: skip


# ------------------------------------------------------------------ keys at a proved time


def look_ups() -> list[Vector]:
    stolen = replace(row("stolen"), status="revoked", invalid_from=START + 10 * DAY)
    retired = replace(row("retired", days=20), status="retired")
    active = row("active", days=20)
    made = signed(entry(keys=(stolen, retired, active)))

    def ask(kid: str, days: int, use: str = "message", party: str = PARTY) -> dict[str, Any]:
        return {
            "kid": kid,
            "party": party,
            "proved_at": time_text(START + days * DAY),
            "records": [text(VN.jws.record), text(made.jws.record)],
            "trust": trust("vn").value(),
            "use": use,
        }

    return [
        ("an active key", ask(active.kid, 3), "ok"),
        ("a retired key, for what is proved within its validity", ask(retired.kid, 3), "ok"),
        ("a stolen key, for what is proved before", ask(stolen.kid, 9), "ok"),
        ("a stolen key, at the very moment", ask(stolen.kid, 10), "key-revoked"),
        ("a stolen key, whatever sent_at says", ask(stolen.kid, 15), "key-revoked"),
        ("before validity", ask(active.kid, -1), "key-not-yet"),
        ("after validity", ask(active.kid, 21), "key-expired"),
        ("another use", ask(active.kid, 3, use="receipt"), "key-use"),
        ("an unknown key", ask(key("nobody").kid, 3), "key-unknown"),
        ("a key of another party", ask(active.kid, 3, party="vn/other"), "key-unknown"),
    ]


def modes() -> list[Vector]:
    live, exercise = trust("vn"), trust("za", mode="exercise")
    shared = StateRecord(
        mode="exercise",
        state="za",
        version=1,
        issued_at=START,
        key_set=key_set([*state_keys("za")[:1], *state_keys("vn")[:1]]),
    )
    mixed = TrustFile(mode="exercise", delegations={"za": shared.key_set})
    same = trust("vn", mode="exercise")

    def both(one: TrustFile, other: TrustFile) -> dict[str, Any]:
        return {"exercise": other.value(), "live": one.value()}

    return [
        ("no key in common", both(live, exercise), "ok"),
        ("the same State with the same keys", both(live, same), "key-in-both-modes"),
        ("one key of another State", both(live, mixed), "key-in-both-modes"),
    ]


def refreshed(given: dict[str, Any]) -> dict[str, Any] | None:
    """Return what a refresh comes to, or None if it comes to nothing."""
    try:
        return vectors_tuf.told(vectors_tuf.run(given, parse_time(given["now"])))
    except PeerError:
        return None


OPERATIONS: dict[str, tuple[str, Callable[[], list[Vector]]]] = {
    "entry": ("The payload of an entry (spec 12.3), as text: parse it.", entries),
    "state-record": ("The payload of a State record (spec 12.2), as text: parse it.", states),
    "accept": (
        "Records already held (all of which stand against the trust file), and one more that is"
        " offered at `now`. Expect `ok`, `reset-pending`, or the code of the refusal.",
        acceptance,
    ),
    "signing-key": (
        "A party's key asked for a use at a proved time (spec 11.3). Expect `ok` where a signature"
        " counts.",
        look_ups,
    ),
    "trust": ("A trust file (spec 12.1), as text: parse it.", trust_files),
    "records": (
        "A file of records (spec 12.4), as text: take it under the trust file at `now`. Expect"
        " `ok`, or the code of the first record that is refused, or of the file.",
        vectors_tuf.handovers,
    ),
    "tuf": (
        "A secretariat's repository (spec 12.4) by path, and what an earlier refresh kept by name."
        " Refresh an empty directory under the trust file at `now`. Expect `ok`, or the code of the"
        " first thing that a person is told; `result` is what came of it, or null.",
        vectors_tuf.repositories,
    ),
    "reset": (
        "A State record that resets the State's keys (spec 12.2) came at `seen_at`; a person says"
        " at `now` that it is the one with content digest `confirmed`, or nothing (null). Expect"
        " `ok` where it is in force, `reset-pending` where it waits, or the code of the refusal.",
        vectors_tuf.resets,
    ),
    "log": (
        "Whether checkpoints of `origin` count for `party` (spec 10): `ok`, or `origin-unknown`.",
        vectors_tuf.origins,
    ),
    "modes": ("Two trust files of one reader, one for each mode (spec 5).", modes),
}


def build(operation: str) -> str:
    """Return the text of one file."""
    description, make = OPERATIONS[operation]
    vectors = [{"name": n, "input": i, "expect": e} for n, i, e in make()]
    if operation == "tuf":
        vectors = [{**one, "result": refreshed(one["input"])} for one in vectors]
    value = {"operation": operation, "description": description, "vectors": vectors}
    value = named(f"directory/{operation}.json", value)
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Write every file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for operation in OPERATIONS:
        (FOLDER / f"{operation}.json").write_text(build(operation), encoding="utf-8")


if __name__ == "__main__":
    main()
