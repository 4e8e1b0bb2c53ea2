"""Certificates of training, and the list of those withdrawn (spec 5; reference, Certificates)."""

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tests.stranger.suites import MAX_HEADER_BYTES, Public
from tests.stranger.values import decode, demand, members, refuse, time_of, unb64

VC = "https://www.w3.org/ns/credentials/v2"
BADGE = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
PLACES = 131_072
MAX_TEXT = 256 * 1024
UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
FORM, LIST = "training-certificate", "status-list"

type Find = Callable[[str, str], Public | None]
"""The key of use credential that a party lists under a kid, if it counts now."""


@dataclass(frozen=True)
class Compact:
    """A JWS in compact serialization, not verified yet."""

    signed: bytes
    header: dict[str, str]
    payload: dict[str, Any]
    signature: bytes

    def verify(self, party: str, find: Find) -> None:
        """Verify it by the key that the issuer lists."""
        key = find(party, self.header["kid"])
        if key is None or key.alg != self.header["alg"]:
            refuse("key-unknown")
        demand(key.verifies(self.signature, self.signed), "signature-invalid")


def read_compact(text: str) -> Compact:
    """Check the outer form (C-5-21, C-5-23, C-5-24)."""
    demand(len(text) <= MAX_TEXT, "oversize")
    parts = text.split(".")
    demand(len(parts) == 3, "jws-malformed", "not three parts")
    header = decode(unb64(parts[0]), most=MAX_HEADER_BYTES)
    members(header, "alg cty kid typ")
    own = header["cty"] == "vc" and header["typ"] == "vc+jwt"
    demand(own and header["alg"] in {"Ed25519", "ES256"}, "jws-malformed", "the header")
    demand(len(unb64(parts[2])) == 64, "base64-malformed", "not 64 bytes")
    payload = decode(unb64(parts[1]))
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Compact(signed, header, payload, unb64(parts[2]))


def verify_certificate(
    text: str, status: str | None, *, mode: str, now: datetime, find: Find
) -> None:
    """Verify a certificate, and the list that came with it, in the order of the reference."""
    told = read_compact(text)
    value = told.payload
    own, party = _certificate(value)
    demand(own == mode, "training-certificate-mode")
    told.verify(party, find)
    begins, ends = (time_of(value[name]) for name in ("validFrom", "validUntil"))
    demand(begins <= now <= ends, "training-certificate-expired")
    if status is not None:
        place = value["credentialStatus"]
        bits = _listed(status, place["statusListCredential"], mode, now, find)
        index = int(place["statusListIndex"])
        bit = bits[index // 8] >> (7 - index % 8) & 1  # the first place is the highest bit
        demand(not bit, "training-certificate-revoked")


def _certificate(value: Any) -> tuple[str, str]:
    """Check the members of a certificate; return its mode and the authority."""
    members(
        value,
        "@context credentialStatus credentialSubject id issuer name type validFrom validUntil",
    )
    demand(value["@context"] == [VC, BADGE], FORM, "context")
    demand(value["type"] == ["VerifiableCredential", "OpenBadgeCredential"], FORM, "type")
    demand(isinstance(value["id"], str) and UUID.fullmatch(value["id"]), FORM, "id")
    issuer = members(value["issuer"], "id name type")
    demand(issuer["type"] == ["Profile"] and isinstance(issuer["name"], str), FORM, "issuer")
    mode, party = _issuer(issuer["id"], FORM)
    _subject(value, issuer["id"])
    place = members(
        value["credentialStatus"],
        "id statusListCredential statusListIndex statusPurpose type",
    )
    index, where = str(place["statusListIndex"]), str(place["statusListCredential"])
    counted = re.fullmatch(r"0|[1-9][0-9]{0,5}", index) and int(index) < PLACES
    demand(counted and isinstance(place["statusListIndex"], str), FORM, "place")
    numbered = re.fullmatch(re.escape(issuer["id"]) + r"/training/status/[1-9][0-9]*", where)
    demand(numbered and place["id"] == f"{where}#{index}", FORM, "list")
    kind = (place["statusPurpose"], place["type"])
    demand(kind == ("revocation", "BitstringStatusListEntry"), FORM, "purpose")
    return mode, party


def _subject(value: dict[str, Any], issuer: str) -> None:
    subject = members(value["credentialSubject"], "achievement identifier role type")
    demand(subject["type"] == ["AchievementSubject"], FORM, "subject")
    demand(isinstance(subject["role"], str), FORM, "role")
    people = subject["identifier"]
    demand(isinstance(people, list) and len(people) == 1, FORM, "one person")
    person = members(people[0], "hashed identityHash identityType type")
    named = (person["hashed"], person["identityType"], person["type"])
    demand(named == (False, "name", "IdentityObject"), FORM, "person")
    course = members(subject["achievement"], "achievementType criteria description id name type")
    kind = (course["achievementType"], course["type"])
    demand(kind == ("CertificateOfCompletion", ["Achievement"]), FORM, "achievement")
    narrative = members(course["criteria"], "narrative")["narrative"]
    texts = (course["name"], course["description"], narrative, person["identityHash"])
    demand(all(isinstance(text, str) for text in texts), FORM, "texts")
    demand(course["name"] == value["name"], FORM, "two names")
    place = re.escape(issuer) + r"/training/course/[a-z0-9-]+/[1-9][0-9]*"
    demand(re.fullmatch(place, str(course["id"])), FORM, "course")


def _issuer(name: Any, code: str) -> tuple[str, str]:
    """Return mode and party of an issuer (C-5-25)."""
    form = r"comity:(live|exercise)/([a-z]{2}/[a-z0-9]+(?:-[a-z0-9]+)*)"
    found = re.fullmatch(form, name) if isinstance(name, str) else None
    if found is None:
        refuse(code, "issuer")
    return found[1], found[2]


def _listed(text: str, place: str, own: str, now: datetime, find: Find) -> bytes:
    """Return the bits of the list of withdrawn certificates that a certificate names."""
    told = read_compact(text)
    value = members(told.payload, "@context credentialSubject id issuer type validFrom validUntil")
    demand(value["@context"] == [VC], LIST, "context")
    kinds = ["VerifiableCredential", "BitstringStatusListCredential"]
    demand(value["type"] == kinds, LIST, "type")
    mode, party = _issuer(value["issuer"], LIST)
    numbered = re.escape(value["issuer"]) + r"/training/status/[1-9][0-9]*"
    demand(re.fullmatch(numbered, str(value["id"])), LIST, "of another authority")
    subject = members(value["credentialSubject"], "encodedList id statusPurpose type")
    kind = (subject["id"], subject["statusPurpose"], subject["type"])
    due = (f"{value['id']}#list", "revocation", "BitstringStatusList")
    demand(kind == due, LIST, "subject")
    bits = _bits(subject["encodedList"])
    demand(mode == own, "training-certificate-mode")
    told.verify(party, find)
    begins, ends = (time_of(value[name]) for name in ("validFrom", "validUntil"))
    demand(begins <= now <= ends, "status-list-old")
    demand(value["id"] == place, LIST, "another list")
    return bits


def _bits(text: Any) -> bytes:
    """Return a bitstring: `u`, then base64url of GZIP (Bitstring Status List 1.0, section 2.2)."""
    demand(isinstance(text, str) and text.startswith("u"), LIST, "multibase")
    opened = zlib.decompressobj(wbits=31)
    try:
        bits = opened.decompress(unb64(text[1:]), PLACES // 8 + 1)
    except zlib.error:
        refuse(LIST, "not gzip")
    demand(len(bits) == PLACES // 8 and opened.eof and not opened.unused_data, LIST, "length")
    return bits
