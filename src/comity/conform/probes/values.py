"""Values: bytes that are no canonical JSON of this protocol, wherever they stand (spec 3)."""

from collections.abc import Callable
from typing import Any

from comity.canonical import b64, encode
from comity.conform.bench import Bench
from comity.conform.expectations import expect_error, expect_receipt
from comity.conform.letters import Letter, raw_jws, salted
from comity.conform.model import Step, probe, table
from comity.conform.peer import Sent
from comity.conform.texts import note

type Spoil = Callable[[bytes], bytes]
CANONICAL = ("not-canonical",)
MEMBER = ("member-malformed", "parcel-malformed")


def parcel_of(bench: Bench, letter: Letter | None = None) -> dict[str, Any]:
    """Return a good parcel that nobody has seen yet."""
    mine = letter or bench.peer.opening("consultation.note", note())
    return mine.parcel(bench.peer.sign(mine), known=None)


def of_parcel(spoil: Spoil, *codes: str) -> Step:
    """Return a step that posts a good parcel's bytes, changed."""

    def step(bench: Bench) -> None:
        expect_error(bench.peer.post(spoil(encode(parcel_of(bench)))), *codes)

    return step


def of_value(spoil: Callable[[dict[str, Any]], Any], *codes: str) -> Step:
    """Return a step that posts a good parcel, changed as a value and canonical."""

    def step(bench: Bench) -> None:
        expect_error(bench.peer.post(encode(spoil(parcel_of(bench)))), *codes)

    return step


def of_payload(spoil: Spoil, *codes: str) -> Step:
    """Return a step that signs a good payload's bytes, changed, and posts them."""

    def step(bench: Bench) -> None:
        peer = bench.peer
        letter = peer.opening("consultation.note", note())
        data, key = spoil(letter.data()), peer.keys.signing["message"]
        signed = raw_jws(data, [key], typ=f"comity-1.message.{peer.mode}")
        expect_error(peer.send_signed(letter, signed).answer, *codes)

    return step


def known_as(text: bytes) -> Spoil:
    """Return what writes other bytes for the number in member ``known``."""
    return lambda data: data.replace(b'"known":null', b'"known":' + text, 1)


def reversed_members(data: bytes) -> bytes:
    """Put the first member of an object last."""
    return b"{" + data[data.index(b',"message"') + 1 : -1] + b',"known":null}'


def member(name: str, value: Any) -> Callable[[dict[str, Any]], Any]:
    """Return what puts another value into a member."""
    return lambda parcel: {**parcel, name: value}


def without(name: str) -> Callable[[dict[str, Any]], Any]:
    """Return what leaves a member out."""
    return lambda parcel: {k: v for k, v in parcel.items() if k != name}


def deep(data: bytes) -> bytes:
    """Return a parcel with a member that is nested too deep."""
    return known_as(b"[" * 40 + b"]" * 40)(data)


table(
    {
        "values.not-json": of_parcel(lambda _: b"this is no JSON", *CANONICAL),
        "values.empty": of_parcel(lambda _: b"", *CANONICAL),
        "values.white-space": of_parcel(
            lambda data: data.replace(b',"message"', b', "message"', 1), *CANONICAL
        ),
        "values.line-end": of_parcel(lambda data: data + b"\n", *CANONICAL),
        "values.second-value": of_parcel(lambda data: data + b"{}", *CANONICAL),
        "values.member-order": of_parcel(reversed_members, *CANONICAL),
        "values.byte-order-mark": of_parcel(lambda data: b"\xef\xbb\xbf" + data, *CANONICAL),
        "values.not-utf-8": of_parcel(known_as(b'"\xff"'), *CANONICAL),
        "values.needless-escape": of_parcel(
            lambda data: data.replace(b'"known"', b'"\\u006bnown"', 1), *CANONICAL
        ),
        "values.lone-surrogate": of_parcel(known_as(b'"\\ud800"'), *CANONICAL),
        "values.fraction": of_parcel(known_as(b"1.5"), *CANONICAL),
        "values.whole-fraction": of_parcel(known_as(b"1.0"), *CANONICAL),
        "values.exponent": of_parcel(known_as(b"1e2"), *CANONICAL),
        "values.minus-zero": of_parcel(known_as(b"-0"), *CANONICAL),
        "values.leading-zero": of_parcel(known_as(b"01"), *CANONICAL),
        "values.not-a-number": of_parcel(known_as(b"NaN"), *CANONICAL),
        "values.too-great": of_parcel(known_as(b"9007199254740992"), *CANONICAL),
        "values.doubled-member": of_parcel(known_as(b'null,"known":null'), "duplicate-member"),
        "values.too-deep": of_parcel(deep, "too-deep"),
        "values.parcel-oversize": of_value(
            member("known", "x" * 4_194_304), "oversize", "seal-broken"
        ),
        "values.not-an-object": of_value(lambda parcel: [parcel], *MEMBER),
        "values.further-member": of_value(member("more", None), *MEMBER),
        "values.missing-member": of_value(without("known"), *MEMBER),
        "values.known-boolean": of_value(member("known", True), *MEMBER),
        "values.payload-white-space": of_payload(
            lambda data: data.replace(b",", b", ", 1), *CANONICAL
        ),
        "values.payload-doubled-member": of_payload(
            lambda data: data.replace(b'"about":null', b'"about":null,"about":null', 1),
            "duplicate-member",
        ),
        "values.payload-fraction": of_payload(
            lambda data: data.replace(b'"sequence":1', b'"sequence":1.0'), *CANONICAL
        ),
        "values.payload-oversize": of_payload(
            lambda data: data.replace(
                b'"approvals":[]', b'"approvals":["' + b"x" * 262_144 + b'"]'
            ),
            "oversize",
        ),
    }
)

table(
    {
        "values.known-negative": of_value(member("known", -1), *MEMBER),
    },
    level="SHOULD",
)


def malformed(section: str, *codes: str, **changes: Any) -> Step:
    """Return a step that signs a message in which members have other values."""

    def step(bench: Bench) -> None:
        letter = bench.peer.opening("consultation.note", note())
        letter.payload.update(changes)
        expect_error(bench.peer.send(letter).answer, *codes)

    del section
    return step


@probe("values.time-forms")
def time_forms(bench: Bench) -> None:
    """Fractions, offsets, small letters, leap seconds and days that do not exist."""
    for text in (
        "2026-01-01T00:00:00.5Z",
        "2026-01-01T00:00:00+00:00",
        "2026-01-01t00:00:00z",
        "2026-01-01 00:00:00Z",
        "2016-12-31T23:59:60Z",
        "2026-02-30T00:00:00Z",
        "2026-01-01T24:00:00Z",
    ):
        malformed("3", sent_at=text)(bench)


@probe("values.party-forms")
def party_forms(bench: Bench) -> None:
    """Capitals, missing parts, stray hyphens, too long a name."""
    node = bench.node
    for name in ("ZZ/conformance", "zz", "zz/", "zz/a--b", "zz/-a", "zzz/a", "zz/a/b"):
        malformed("3", **{"from": name}, members=sorted([name, node]))(bench)
    malformed("3", **{"from": "zz/" + "a" * 62}, members=sorted(["zz/" + "a" * 62, node]))(bench)


@probe("values.id-forms")
def id_forms(bench: Bench) -> None:
    """Another version, capitals, no hyphens."""
    good = bench.peer.opening("consultation.note", note()).payload["id"]
    for id in (f"{good[:14]}4{good[15:]}", good.upper(), good.replace("-", ""), "", good + "0"):
        malformed("3", id=id)(bench)


@probe("values.digest-forms")
def digest_forms(bench: Bench) -> None:
    """Capitals, another algorithm, too short."""
    for text in ("sha256:" + "A" * 64, "a" * 64, "sha512:" + "a" * 64, "sha256:" + "a" * 63):
        malformed("3", instrument=text)(bench)


@probe("values.base64-forms")
def base64_forms(bench: Bench) -> None:
    """Padding, the other alphabet, stray bits after the last byte."""
    for at in range(3):
        letter = bench.peer.opening("consultation.note", note())
        salt = letter.sections["note"]["salt"]
        spoilt = (f"{salt}=", f"{salt}+/", salt[:-1] + chr(ord(salt[-1]) + 1))
        letter.sections["note"]["salt"] = spoilt[at]
        expect_error(bench.peer.send(letter).answer)


@probe("values.text-of-the-world")
def text_of_the_world(bench: Bench) -> None:
    """What a careless writer of canonical JSON gets wrong."""
    words = 'Tiếng Việt, 中文, العربية, \U0001f5dd, "quotes", \\, \n, \t, \u2028, \x7f, é e\u0301'
    letter = bench.peer.opening("consultation.note", note(words))
    expect_receipt(bench.peer, bench.peer.send(letter), "applied")


@probe("values.text-without-language")
def text_without_language(bench: Bench) -> None:
    """A refusal for what a message says is a receipt."""
    letter = bench.peer.opening("consultation.note", {"note": {"text": {"text": "No language."}}})
    expect_receipt(bench.peer, bench.peer.send(letter), "refused:body-malformed")


@probe("values.salt-length")
def salt_length(bench: Bench) -> None:
    """One byte less."""
    letter = bench.peer.opening("consultation.note", note())
    letter.sections["note"] = {**salted(note()["note"]), "salt": b64(b"x" * 31)}
    expect_error(bench.peer.send(letter.bind()).answer)


ODD = ("\U00010000", "\ue000")
"""Two names in the order of UTF-16 code units, which is not that of code points."""


def odd_parcel(bench: Bench) -> tuple[Letter, dict[str, Any]]:
    """Return a message with sections of odd names, and its parcel."""
    letter = bench.peer.opening("consultation.note", note())
    letter.sections |= {name: salted(1) for name in ODD}
    message = bench.peer.sign(letter.bind())
    return letter, letter.parcel(message, known=None)


@probe("values.utf-16-order")
def utf_16_order(bench: Bench) -> None:
    """Read without fault, so that the refusal is of the sections, by a receipt."""
    letter, parcel = odd_parcel(bench)
    answer = bench.peer.post(encode(parcel))
    sent = Sent(letter, parcel["message"], answer, bench.peer.known)
    expect_receipt(bench.peer, sent, "refused:body-malformed")


@probe("values.code-point-order")
def code_point_order(bench: Bench) -> None:
    """The sections of the parcel, turned."""
    _, parcel = odd_parcel(bench)
    data = encode(parcel)
    rows = [f'"{name}":'.encode() + encode(parcel["sections"][name]) for name in ODD]
    good, turned = b",".join(rows), b",".join(reversed(rows))
    if good not in data:
        raise ValueError
    expect_error(bench.peer.post(data.replace(good, turned, 1)), *CANONICAL)
