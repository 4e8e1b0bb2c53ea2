"""A certificate of training as a credential: Open Badges 3.0, Verifiable Credentials 2.0.

It holds the name and the function of the person, what was passed, who says so and until when; no
address, no date of birth, no number, no score.

Source: Open Badges Specification 3.0, "AchievementCredential"; W3C Verifiable Credentials Data
Model 2.0 section 4; W3C Bitstring Status List 1.0 section 2.1; docs/reference/training.md.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from comity.canonical import (
    Mode,
    decode,
    encode,
    members,
    parse_id,
    parse_mode,
    parse_party,
    parse_time,
    time_text,
)
from comity.instruments.library import UNSEEN
from comity.keys.jws import MAX_COMPACT_BYTES
from comity.training.errors import TrainingCertificateError, TrainingModeError
from comity.training.row import KEY, MAX_KEY

CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)
TYPES: Final = ("VerifiableCredential", "OpenBadgeCredential")
MAX_NAME: Final = 200
MAX_SENTENCE: Final = 1000
LIST_BITS: Final = 131_072
"""Places of a status list: the least that its specification allows; a place tells little."""
_SCHEME: Final = "comity:"
_ISSUER: Final = re.compile(r"comity:(live|exercise)/([a-z0-9/-]{1,100})")
_COURSE: Final = re.compile(r"(.{1,130})/training/course/([a-z0-9-]{1,64})/([1-9]\d{0,4})")
_LIST: Final = re.compile(r"(.{1,130})/training/status/([1-9]\d{0,4})")
_UUID: Final = "urn:uuid:"


@dataclass(frozen=True, kw_only=True)
class TrainingCertificate:
    """What an authority says of one person.

    Attributes:
        id: UUID of the certificate.
        mode: live or exercise.
        party: the authority that says it.
        authority: its name, as people know it.
        name: of the person.
        function: that the person may be trusted with, a key.
        course, version: what was passed.
        title, description, criteria: of the course, in the language of the certificate.
        valid_from, valid_until: aware UTC.
        list_number, index: place in the authority's lists of withdrawn certificates.
    """

    id: str
    mode: Mode
    party: str
    authority: str
    name: str
    function: str
    course: str
    version: int
    title: str
    description: str
    criteria: str
    valid_from: datetime
    valid_until: datetime
    list_number: int
    index: int

    @property
    def list_id(self) -> str:
        """Which list of withdrawn certificates is asked."""
        return list_id(self.mode, self.party, self.list_number)

    def value(self) -> dict[str, Any]:
        """Return the credential as JSON, unsigned."""
        issuer = issuer_id(self.mode, self.party)
        return {
            "@context": list(CONTEXTS),
            "credentialStatus": {
                "id": f"{self.list_id}#{self.index}",
                "statusListCredential": self.list_id,
                "statusListIndex": str(self.index),
                "statusPurpose": "revocation",
                "type": "BitstringStatusListEntry",
            },
            "credentialSubject": {
                "achievement": {
                    "achievementType": "CertificateOfCompletion",
                    "criteria": {"narrative": self.criteria},
                    "description": self.description,
                    "id": f"{issuer}/training/course/{self.course}/{self.version}",
                    "name": self.title,
                    "type": ["Achievement"],
                },
                "identifier": [
                    {
                        "hashed": False,
                        "identityHash": self.name,
                        "identityType": "name",
                        "type": "IdentityObject",
                    }
                ],
                "role": self.function,
                "type": ["AchievementSubject"],
            },
            "id": f"{_UUID}{self.id}",
            "issuer": {"id": issuer, "name": self.authority, "type": ["Profile"]},
            "name": self.title,
            "type": list(TYPES),
            "validFrom": time_text(self.valid_from),
            "validUntil": time_text(self.valid_until),
        }

    def payload(self) -> bytes:
        """Return the canonical bytes that are signed.

        Raises:
            TrainingCertificateError: something in it that no certificate holds; what we sign we
                can also read.
        """
        made = encode(self.value())
        if parse_certificate(made) != self:
            raise TrainingCertificateError("it would be read as something else")
        return made


def issuer_id(mode: Mode, party: str) -> str:
    """Return how credentials name an authority."""
    return f"{_SCHEME}{mode}/{party}"


def parse_issuer(text: str) -> tuple[Mode, str]:
    """Return mode and party of an issuer's name, untrusted."""
    found = _ISSUER.fullmatch(text)
    if found is None:
        raise TrainingCertificateError("its issuer is no authority of a mode")
    return parse_mode(found[1]), parse_party(found[2])


def list_id(mode: Mode, party: str, number: int) -> str:
    """Return the name of one of an authority's lists of withdrawn certificates."""
    return f"{issuer_id(mode, party)}/training/status/{number}"


def parse_list_id(text: str) -> tuple[Mode, str, int]:
    """Return mode, party and number of such a name, untrusted."""
    found = _LIST.fullmatch(text)
    if found is None:
        raise TrainingCertificateError("a list of withdrawn certificates has another name")
    return (*parse_issuer(found[1]), int(found[2]))


def check_mode(found: Mode, wanted: Mode) -> None:
    """Raise `TrainingModeError` unless a credential is of the mode that is wanted."""
    if found != wanted:
        raise TrainingModeError(f"it is of {found}, and {wanted} is wanted", mode=found)


def parse_certificate(payload: bytes) -> TrainingCertificate:
    """Return the certificate of untrusted bytes, shape only: no signature is checked.

    Exactly the members that we write are read; a member that nobody checks would be one more thing
    that a reader takes for checked.

    Raises:
        PeerError: by what is wrong first.
    """
    top = members(
        decode(payload, max_bytes=MAX_COMPACT_BYTES),
        {
            "@context": list,
            "credentialStatus": dict,
            "credentialSubject": dict,
            "id": str,
            "issuer": dict,
            "name": str,
            "type": list,
            "validFrom": str,
            "validUntil": str,
        },
    )
    if tuple(top["@context"]) != CONTEXTS or tuple(top["type"]) != TYPES:
        raise TrainingCertificateError("another context or type than a certificate of training")
    issuer = members(top["issuer"], {"id": str, "name": str, "type": list})
    mode, party = parse_issuer(issuer["id"])
    subject = members(
        top["credentialSubject"],
        {"achievement": dict, "identifier": list, "role": str, "type": list},
    )
    achievement = _achievement(subject["achievement"])
    course = _COURSE.fullmatch(achievement["id"])
    if course is None or course[1] != issuer["id"]:
        raise TrainingCertificateError("the course is not one of its issuer")
    number, index = _status(top["credentialStatus"], mode, party)
    if not top["id"].startswith(_UUID) or top["name"] != achievement["name"]:
        raise TrainingCertificateError("its id is no UUID, or it bears two names")
    made = TrainingCertificate(
        id=parse_id(top["id"].removeprefix(_UUID)),
        mode=mode,
        party=party,
        authority=_said(issuer["name"], MAX_NAME),
        name=_name(subject["identifier"]),
        function=_key(subject["role"]),
        course=_key(course[2]),
        version=int(course[3]),
        title=_said(top["name"], MAX_NAME),
        description=_said(achievement["description"], MAX_SENTENCE),
        criteria=_said(achievement["criteria"]["narrative"], MAX_SENTENCE),
        valid_from=parse_time(top["validFrom"]),
        valid_until=parse_time(top["validUntil"]),
        list_number=number,
        index=index,
    )
    if made.valid_from >= made.valid_until:
        raise TrainingCertificateError("it ends before it begins")
    if encode(made.value()) != payload:
        raise TrainingCertificateError("it says more, or otherwise, than a certificate of training")
    return made


def _achievement(value: object) -> dict[str, Any]:
    found: dict[str, Any] = members(
        value,
        {
            "achievementType": str,
            "criteria": dict,
            "description": str,
            "id": str,
            "name": str,
            "type": list,
        },
    )
    found["criteria"] = members(found["criteria"], {"narrative": str})
    return found


def _status(value: object, mode: Mode, party: str) -> tuple[int, int]:
    found = members(
        value,
        {
            "id": str,
            "statusListCredential": str,
            "statusListIndex": str,
            "statusPurpose": str,
            "type": str,
        },
    )
    listed = parse_list_id(found["statusListCredential"])
    if listed[:2] != (mode, party):
        raise TrainingCertificateError("its list of withdrawn certificates is another authority's")
    digits = found["statusListIndex"]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 6):
        raise TrainingCertificateError("its place in the list is no number")
    if int(digits) >= LIST_BITS:
        raise TrainingCertificateError("its place is outside the list")
    return listed[2], int(digits)


def _name(value: list[Any]) -> str:
    if len(value) != 1:
        raise TrainingCertificateError("it is about one person, by one name")
    found = members(
        value[0], {"hashed": bool, "identityHash": str, "identityType": str, "type": str}
    )
    return _said(found["identityHash"], MAX_NAME)


def _said(text: str, most: int) -> str:
    if not text.strip() or len(text) > most or UNSEEN.search(text) or "\n" in text or "\t" in text:
        raise TrainingCertificateError(f"a text is empty, over {most} characters, or not all seen")
    return text


def _key(text: str) -> str:
    if not KEY.fullmatch(text) or len(text) > MAX_KEY:
        raise TrainingCertificateError("a function or course is no key")
    return text
