"""Vectors of canonical bytes, digests, JWS, parcels and transport signatures."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.exchange.makers import T0, UN, VN, ZA, World, key, section, sections_of, seed
from tests.exchange.shapes import SHAPES
from tests.keys import test_http, test_jws

from comity.canonical import b64, decode, digest, digest_text, encode, time_text
from comity.exchange import sign_message, write_parcel
from comity.keys import jws

CANONICAL: dict[str, tuple[bytes, str]] = {
    "an object": (b'{"a":1,"b":[true,null,"\xc3\xa9"]}', "ok"),
    "members ordered by UTF-16 units": ('{"\U00010000":1,"\ufb33":2}'.encode(), "ok"),
    "the largest integer": (b"9007199254740991", "ok"),
    "32 arrays deep": (b"[" * 32 + b"]" * 32, "ok"),
    "members ordered by code points": ('{"\ufb33":2,"\U00010000":1}'.encode(), "not-canonical"),
    "members out of order": (b'{"b":1,"a":2}', "not-canonical"),
    "white space": (b'{"a": 1}', "not-canonical"),
    "an escape that is not needed": (b'"\\u0041"', "not-canonical"),
    "an unpaired surrogate": (b'"\\ud800"', "not-canonical"),
    "not UTF-8": (b'"\xff"', "not-canonical"),
    "a byte order mark": (b"\xef\xbb\xbf1", "not-canonical"),
    "a fraction": (b"1.5", "not-canonical"),
    "an exponent": (b"1e2", "not-canonical"),
    "minus zero": (b"-0", "not-canonical"),
    "an integer too large": (b"9007199254740992", "not-canonical"),
    "a member twice": (b'{"a":1,"a":1}', "duplicate-member"),
    "a member twice by escape": (b'{"a":1,"\\u0061":2}', "duplicate-member"),
    "33 arrays deep": (b"[" * 33 + b"]" * 33, "too-deep"),
    "more bytes than allowed": (b'"' + b"x" * 1024 + b'"', "oversize"),
}


CREDENTIAL = "eyJhbGciOiJFZDI1NTE5In0.e30." + "A" * 86
"""Of the form of a credential, in compact serialization."""


def files() -> dict[str, Any]:
    """Return the files of this folder by name."""
    return {
        "canonical": wrap(
            "decode-canonical",
            "Decode `bytes` (hex) of at most 1024 bytes as a protocol value.",
            [
                vector(name, {"bytes": data.hex()}, code, "spec 3")
                for name, (data, code) in CANONICAL.items()
            ],
        ),
        "digest": wrap(
            "digest",
            "digest(domain, data) as text; `data` is hex. A vector whose `expect` is `differs` "
            "states another text.",
            digests(),
        ),
        "file-digest": wrap(
            "file-digest",
            "The digest of a file as text: `sha256:` and the hex of SHA-256 over `data` (hex) "
            "alone, without a domain (spec 7.5, 19.2). `differs` where the text is another.",
            file_digests(),
        ),
        "jws": wrap(
            "verify-jws",
            "Parse `jws` (a JSON value; encode it canonically first) and verify it as `thing` in "
            "`mode` by the public halves of `keys` alone.",
            signatures(),
        ),
        "parcel": wrap(
            "accept-parcel",
            "Decide about an opened parcel as `us` at `received_at`, in `mode`, with keys.json as "
            "directory; `invalid_from` adds revocations by kid. No party states an approval "
            "policy. `answer` says whether a refusal gets a receipt or an error.",
            parcels(),
        ),
        "transport": wrap(
            "verify-request",
            "Verify the RFC 9421 signature of a request at `now` in `mode` by the public halves "
            "of `keys`; `body` is base64url; header names are lower case.",
            requests(),
        ),
    }


def wrap(operation: str, description: str, vectors: list[dict[str, Any]]) -> dict[str, Any]:
    return {"operation": operation, "description": description, "vectors": vectors}


def vector(name: str, value: Any, expect: str, source: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "input": value, "expect": expect, "source": source, **more}


def file_digests() -> list[dict[str, Any]]:
    """Return digests of files: documents of a round table, files of a solution, solutions."""
    data = b"Agenda\n"
    good = _plain(data)
    wrongs = {
        "of a domain": digest_text(digest("content", data)),
        "in capitals": good.upper(),
        "without its prefix": good.removeprefix("sha256:"),
        "of a line end more": _plain(data + b"\n"),
        "of nothing": _plain(b""),
    }
    found = [
        vector("of the bytes alone", {"data": data.hex(), "digest": good}, "ok", "spec 7.5"),
        vector("of no bytes", {"data": "", "digest": _plain(b"")}, "ok", "spec 7.5"),
    ]
    for name, told in wrongs.items():
        found.append(vector(name, {"data": data.hex(), "digest": told}, "differs", "spec 7.5"))
    return found


def digests() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    data = b'{"a":1}'
    for domain in ("content", "record", "body", "seen", "approval"):
        value = {"domain": domain, "data": data.hex(), "digest": digest_text(digest(domain, data))}
        found.append(vector(domain, value, "ok", "spec 4"))
    salt, note = seed("salt"), encode({"text": {"lang": "en", "text": "x"}})
    joined = salt + note
    good = {
        "domain": "section",
        "data": joined.hex(),
        "digest": digest_text(digest("section", joined)),
    }
    found.append(vector("a section: salt, then the canonical value", good, "ok", "spec 4"))
    wrongs = {
        "without a domain": _plain(data),
        "of another domain": digest_text(digest("record", data)),
        "in capitals": digest_text(digest("content", data)).upper(),
        "without its prefix": digest("content", data).hex(),
    }
    for name, text in wrongs.items():
        value = {"domain": "content", "data": data.hex(), "digest": text}
        found.append(vector(name, value, "differs", "spec 4"))
    for name, spoilt in (("value before salt", note + salt), ("no salt", note)):
        wrong = {**good, "digest": digest_text(digest("section", spoilt))}
        found.append(vector(name, wrong, "differs", "spec 4"))
    for domain in ("content", "body", "seen", "approval", "leaf", "custody"):
        wrong = {**good, "domain": domain}
        found.append(vector(f"a section's digest as {domain}", wrong, "differs", "spec 4"))
    return found


def _plain(data: bytes) -> str:
    import hashlib

    return "sha256:" + hashlib.sha256(data).hexdigest()


def signatures() -> list[dict[str, Any]]:
    keys = [test_jws.ED.private_jwk, test_jws.ES.private_jwk]
    base = {"thing": "message", "mode": "live", "keys": keys}
    one = test_jws.signed(test_jws.ED)
    found = []
    for name, signed in (
        ("Ed25519", one),
        ("ES256", test_jws.signed(test_jws.ES)),
        ("both", test_jws.signed(test_jws.ED, test_jws.ES)),
    ):
        found.append(vector(name, {**base, "jws": signed.value}, "ok", "spec 5"))
    for name, (value, code) in test_jws.SHAPES.items():
        found.append(vector(name, {**base, "jws": value}, code, "spec 5"))
    other = {"thing": "receipt", "mode": "live", "keys": keys, "jws": one.value}
    found.append(vector("another thing", other, "typ-mismatch", "spec 5"))
    exercise = {**base, "mode": "exercise", "jws": one.value}
    found.append(vector("another mode", exercise, "typ-mismatch", "spec 5"))
    stranger = {**base, "keys": keys[1:], "jws": one.value}
    found.append(vector("a stranger's key", stranger, "key-unknown", "spec 5"))
    changed = {**one.value, "payload": b64(b'{"a":2}')}
    found.append(vector("another payload", {**base, "jws": changed}, "signature-invalid", "spec 5"))
    lie = one.value
    header = {"alg": "ES256", "kid": test_jws.ED.kid, "typ": "comity-1.message.live"}
    lie["signatures"][0]["protected"] = b64(encode(header))
    found.append(vector("another algorithm", {**base, "jws": lie}, "key-unknown", "spec 5"))
    return found


def item(number: Any) -> dict[str, Any]:
    return {"number": number, "description": {"lang": "en", "text": "Logs"}}


MALFORMED_ITEMS: dict[str, Any] = {
    "items that are null": None,
    "items that are none": [],
    "an item twice": [item(1), item(1)],
    "items that descend": [item(2), item(1)],
    "an item zero": [item(0)],
    "an item without text": [{"number": 1}],
    "items without end": [item(number) for number in range(1, 202)],
}


def itemed(sections: dict[str, Any], rows: Any) -> dict[str, Any]:
    """Return the sections with items in their subject."""
    subject = sections["subject"]
    return {**sections, "subject": replace(subject, value=subject.value | {"items": rows})}


def parcels() -> list[dict[str, Any]]:  # noqa: PLR0915 - a list of attacks
    world = World(VN, ZA)
    sections = sections_of("request.submitted")
    draft = world.open(sections=sections)
    approvals = world.approvals(draft)
    good = world.sign(draft, approvals)
    found: list[dict[str, Any]] = []

    def add(name: str, envelope: Any, expect: str, parts: Any = sections, **change: Any) -> None:
        data = write_parcel(envelope, parts, known=change.pop("known", 7))
        value = {
            "parcel": decode(data, max_bytes=10**7),
            "us": ZA,
            "mode": "live",
            "received_at": time_text(T0),
            "invalid_from": {},
            **change,
        }
        code = expect.removeprefix("raised ")
        more = {} if code == "ok" else {"answer": "error" if code != expect else "receipt"}
        found.append(vector(name, value, code, "spec 6 and 11.1", **more))

    add("a request with two approvals", good.envelope, "ok")
    add("a courier's", good.envelope, "ok", received_at=time_text(T0 + timedelta(days=90)))
    limit = time_text(T0 - timedelta(seconds=300))
    add("five minutes ahead", good.envelope, "ok", received_at=limit)
    kid = world.keys[VN, "message"].kid
    later = {kid: time_text(T0 + timedelta(seconds=1))}
    add("received before its key was revoked", good.envelope, "ok", invalid_from=later)
    note = sections_of("consultation.note")
    open_ = world.sign(world.open("consultation.note", sections=note, members=(UN, VN, ZA)))
    add("a consultation of three", open_.envelope, "ok", note)
    late = sections_of("request.submitted")
    waiting = world.open(sections=late)
    one = world.sign(waiting, world.approvals(waiting, late=True))
    add("a preservation with one signature", one.envelope, "ok", late)

    payload = decode(draft.payload(approvals), max_bytes=10**6)
    for name, (change, code) in SHAPES.items():
        if name == "a payload too large":
            continue
        value = {k: v for k, v in (payload | change).items() if v is not ...}
        signed = jws.sign(encode(value), [world.keys[VN, "message"]], thing="message", mode="live")
        add(name, signed, "raised " + code)
    unknown = payload | {"type": "request.hastened", "conversation": "sha256:" + "99" * 32}
    unknown["edition"] = None
    unknown |= {"sequence": 2, "previous": "sha256:" + "98" * 32}
    for name, unknown_type, code in (
        ("an unknown type that goes on with a conversation", "request.hastened", "type-unknown"),
        ("an unknown type of one word", "hastened", "raised type-unknown"),
        ("an unknown type of 41 characters", "x." + "y" * 39, "raised type-unknown"),
    ):
        data = encode(unknown | {"type": unknown_type})
        own = [world.keys[VN, "message"]]
        add(name, jws.sign(data, own, thing="message", mode="live"), code)
    two = [world.keys[VN, "message"], key("second")]
    twice = jws.sign(encode(payload), two, thing="message", mode="live")
    add("two signatures", twice, "raised message-malformed")
    add("of our own", good.envelope, "raised not-for-us", us=VN)
    add("between others", good.envelope, "raised not-for-us", us=UN)
    ahead = time_text(T0 - timedelta(seconds=301))
    add("more than five minutes ahead", good.envelope, "raised sent-ahead", received_at=ahead)
    now = {kid: time_text(T0)}
    add("received when its key was revoked", good.envelope, "raised key-revoked", invalid_from=now)
    for name, private, code in (
        ("by a stranger", key("stranger"), "key-unknown"),
        ("by another party", world.keys[ZA, "message"], "key-unknown"),
        ("by a receipt key", world.keys[VN, "receipt"], "key-use"),
        ("by a transport key", world.keys[VN, "transport"], "key-use"),
    ):
        message = sign_message(draft, approvals, private, mode="live")
        add(name, message.envelope, "raised " + code)
    exercise = sign_message(draft, approvals, world.keys[VN, "message"], mode="exercise")
    add("an exercise", exercise.envelope, "raised typ-mismatch")
    for thing in ("review", "approval", "bundle"):
        private = world.keys[VN, "message"]
        other = jws.sign(good.envelope.payload, [private], thing=thing, mode="live")
        add(f"signed as a {thing}", other, "raised typ-mismatch")
    subject = sections["subject"]
    for name, parts in {
        "a section missing": {k: v for k, v in sections.items() if k != "subject"},
        "a section more": {**sections, "note": section("note")},
        "another salt": {**sections, "subject": replace(subject, salt=seed("other"))},
        "another value": {**sections, "subject": replace(subject, value={"x": 1})},
        "sections exchanged": {**sections, "subject": sections["grounds"], "grounds": subject},
    }.items():
        add(name, good.envelope, "section-mismatch", parts)
    for name, parts in {
        "no grounds": {k: v for k, v in sections.items() if k != "grounds"},
        "a section of another type": {**sections, "conditions": section("conditions")},
        "a value of another shape": {**sections, "subject": section("subject", {"x": 1})},
        **{name: itemed(sections, rows) for name, rows in MALFORMED_ITEMS.items()},
    }.items():
        message = world.sign(world.open(sections=parts))
        add(name, message.envelope, "body-malformed", parts)
    parts = itemed(sections, [item(2), item(10_000)])
    add("two items", world.sign(world.open(sections=parts)).envelope, "ok", parts)
    for name, kind, expect in (
        ("an identifier of a type", "email", "ok"),
        ("an identifier that has not the form of its type", "iban", "ok"),
        ("a type that is null", None, "body-malformed"),
        ("a type that is none", "e-mail", "body-malformed"),
    ):
        account = {"service": "mail", "identifier": "a@example.org", "type": kind}
        subject = replace(
            sections["subject"], value=sections["subject"].value | {"accounts": [account]}
        )
        parts = {**sections, "subject": subject}
        add(name, world.sign(world.open(sections=parts)).envelope, expect, parts)
    bare = world.sign(draft, [])
    add("no approvals", bare.envelope, "approvals-missing")
    given = found[0]["input"]
    spoilt = {**given["parcel"], "message": CREDENTIAL}
    found.append(
        vector(
            "a credential in the place of the message",
            {**given, "parcel": spoilt},
            "member-malformed",
            "spec 5",
            answer="error",
        )
    )
    return found


def requests() -> list[dict[str, Any]]:
    private = test_http.ED
    fields = test_http.signed()
    request = {
        "method": test_http.REQUEST.method,
        "path": test_http.REQUEST.path,
        "query": test_http.REQUEST.query,
        "body": b64(test_http.REQUEST.body),
        "from": test_http.REQUEST.sender,
        "to": test_http.REQUEST.recipient,
    }
    keys = [test_http.ED.private_jwk, test_http.ES.private_jwk]

    def value(request_: Any = request, headers: Any = fields, **change: Any) -> dict[str, Any]:
        plain = {"request": request_, "headers": headers, "keys": keys, "mode": "live"}
        return plain | {"now": time_text(test_http.NOW)} | change

    found = [
        vector("Ed25519", value(), "ok", "spec 13.2"),
        vector("ES256", value(headers=test_http.signed(test_http.ES)), "ok", "spec 13.2"),
        vector(
            "300 seconds old",
            value(now=time_text(test_http.NOW + timedelta(seconds=300))),
            "ok",
            "spec 13.2",
        ),
    ]
    changes = {
        "method": "PUT",
        "path": "/exchange/v1/receipts",
        "query": "?",
        "body": "",
        "from": "vn/police",
        "to": "za/police",
    }
    code = "transport-signature"
    for name, text in changes.items():
        found.append(vector(f"another {name}", value({**request, name: text}), code, "spec 13.2"))
    for name, (field, change) in test_http.HEADER_ATTACKS.items():
        if name != "a digest that is no text":
            attacked = {**fields, field: change(fields[field])}
            found.append(vector(name, value(headers=attacked), code, "spec 13.2"))
    old = time_text(test_http.NOW + timedelta(seconds=301))
    found.append(vector("301 seconds old", value(now=old), code, "spec 13.2"))
    found.append(vector("the other mode", value(mode="exercise"), code, "spec 13.2"))
    found.append(vector("a stranger's key", value(keys=keys[1:]), "key-unknown", "spec 13.2"))
    assert private.alg == "Ed25519"
    return found
