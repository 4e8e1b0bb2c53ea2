"""Parties, officers, sections and messages for tests; every byte follows from a label."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.exchange.registry import MemoryRegistry

from comity.canonical import Mode, new_id
from comity.exchange import (
    KNOWN,
    MOVES,
    Certificate,
    Draft,
    Editions,
    Message,
    Opening,
    Parcel,
    Replay,
    Section,
    approve,
    approve_by_passkey,
    certify,
    next_draft,
    open_draft,
    replay,
    sign_message,
    statement,
)
from comity.exchange.approvals import challenge
from comity.exchange.certificates import Assertion, RelyingParty
from comity.keys import Jws, PrivateKey

VN, ZA, UN = "vn/contact-point", "za/central-authority", "un/secretariat"
T0 = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
USES = ("message", "receipt", "transport", "export", "officer-ca")
DIGEST = "sha256:" + "ab" * 32
ID = "01890a5d-ac96-774b-bcce-b302099a8057"
RECIPIENT = "age1" + "q" * 58


def seed(label: str) -> bytes:
    """Return the 32 bytes of a label."""
    return hashlib.sha256(b"comity public test " + label.encode()).digest()


def key(label: str, alg: str = "Ed25519") -> PrivateKey:
    """Return the key of a label."""
    return PrivateKey.from_seed(seed(label), alg=alg)


def text(value: str = "Daten der Kundin, bảo quản") -> dict[str, str]:
    """Return free text."""
    return {"lang": "vi", "text": value}


LATER = "2026-09-01T00:00:00Z"
NEED = {
    "matter": "Reading seized telephones",
    "description": text(),
    "topics": ["electronic-evidence", "modern-equipment"],
    "form": "expertise",
    "reference": "VN-A-1",
    "review_by": LATER,
    "follows": None,
}
ASSISTANCE: dict[str, Any] = {
    "agreement": {
        "summary": text(),
        "under": None,
        "begins": "2026-04-01T00:00:00Z",
        "ends": None,
        "review_by": LATER,
    },
    "complaint": {"summary": text(), "remedy": None, "answer_by": LATER},
    "help": {**NEED, "terms": None, "until": LATER},
    "need": NEED,
    "nomination-answers": {"answers": [{"number": 1, "outcome": "accepted"}], "note": None},
    "nominations": {
        "nominees": [{"number": 1, "name": "A. Tran", "function": "Examiner", "language": "en"}],
        "note": None,
    },
    "places": {
        "matter": "Disk images, five days",
        "description": text(),
        "topics": ["electronic-evidence"],
        "places": 6,
        "where": "Pretoria",
        "languages": ["en"],
        "begins": LATER,
        "ends": "2026-09-05T00:00:00Z",
        "nominate_by": "2026-08-01T00:00:00Z",
        "requirements": None,
        "reference": "ZA-T-1",
    },
    "progress": {"summary": text(), "review_by": None},
    "result": {"outcome": "done", "summary": text()},
    "solution": {"digest": DIGEST, "size_bytes": 10240, "statement": {}},
    "withdrawal": {"statement": {}},
}
TABLES: dict[str, Any] = {
    "action-report": {"number": 1, "state": "under-way", "note": None},
    "minutes": {
        "items": [{"number": 1, "text": text("Both sides named a point of contact.")}],
        "actions": [
            {"number": 1, "what": "Send the model form", "party": ZA, "due_by": LATER},
            {"number": 2, "what": "Try it in one case", "party": VN, "due_by": LATER},
        ],
    },
    "table": {
        "matter": "How we ask each other for logs",
        "description": None,
        "topics": ["electronic-evidence"],
        "begins": "2026-05-01T07:00:00Z",
        "ends": None,
        "where": "Ha Noi, and over the network",
        "answer_by": "2026-04-01T00:00:00Z",
        "agenda": [
            {"number": 1, "title": "Points of contact", "duration_minutes": 20},
            {"number": 2, "title": "Forms", "duration_minutes": 40},
        ],
        "documents": [{"number": 1, "title": "Model form", "digest": DIGEST, "language": "en"}],
        "reference": "VN-T-1",
    },
    "table-answer": {
        "answer": "comes",
        "people": 2,
        "functions": ["Prosecutor", "Examiner"],
        "note": None,
    },
}
BODIES: dict[str, Any] = {
    **ASSISTANCE,
    **TABLES,
    "acknowledgement": {"reference": "ZA-7", "note": None},
    "authority": {"name": "A05", "title": "Police", "contact": "+84"},
    "conditions": {"conditions": [{"kind": "use-limitation", "text": text()}]},
    "costs": {"currency": "ZAR", "amount_minor": 100, "note": None},
    "custody": {
        "exhibit": ID,
        "count": 1,
        "digest": DIGEST,
        "events": [
            {
                "at": "2026-03-01T00:00:00Z",
                "attested": True,
                "by": "officer-1",
                "certificate": None,
                "digest_after": DIGEST,
                "digest_before": None,
                "event": "acquired",
                "exhibit": ID,
                "number": 1,
                "party": "za/central-authority",
                "place": None,
                "previous": None,
                "protocol": "comity/1",
                "reason": "order S 16/2026",
                "related": None,
            }
        ],
    },
    "decision": {"reasons": text(), "grounds": [], "domestic_order": "12/2026", "review_by": None},
    "delivery": {"recipient": RECIPIENT},
    "execution": {"summary": text(), "domestic_order": None},
    "extension": {"until": "2026-09-01T00:00:00Z", "reasons": text()},
    "forwarding": {"to": "za/police", "note": text()},
    "grounds": {"offence": text(), "facts": text(), "necessity": text()},
    "information": {"summary": text(), "confidential": True, "purpose_limit": None},
    "note": {"text": text()},
    "offer": {
        "block_size_bytes": 1048576,
        "description": text(),
        "exhibit": ID,
        "file_list": DIGEST,
        "files": 206,
        "recipients": [RECIPIENT],
        "root": DIGEST,
        "sealed_size_bytes": 1234,
        "tag_manifest": DIGEST,
    },
    "preservation": {
        "until": "2026-06-01T00:00:00Z",
        "domestic_order": "S 16/2026",
        "holder": "Provider",
        "note": None,
    },
    "request": {
        "measure": "preservation",
        "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
        "urgency": "urgent",
        "reference": "VN-1",
        "confidential": True,
        "links": [],
    },
    "subject": {
        "description": text(),
        "accounts": [{"service": "mail", "identifier": "a@example.org"}],
        "period": {"start": "2026-01-01T00:00:00Z", "end": "2026-02-01T00:00:00Z"},
    },
    "use": {"purpose": "onward-transfer", "to": "un/secretariat", "reasons": text()},
}


def section(name: str, value: Any = None, *, label: str = "") -> Section:
    """Return a section with the sample value of its name, unless told another."""
    return Section(seed(f"salt {name} {label}"), BODIES[name] if value is None else value)


def sections_of(message_type: str, *, label: str = "", **values: Any) -> dict[str, Section]:
    """Return the sections a type must have, and those named."""
    names = [n for n, due in MOVES[message_type].sections.items() if due or n in values]
    return {n: section(n, values.get(n), label=label) for n in names if n != "countersignature"}


@dataclass(frozen=True)
class Officer:
    """An officer with a certificate and its key."""

    key: PrivateKey
    certificate: Jws
    roles: tuple[str, ...]
    place: RelyingParty | None = None

    def approve(self, draft: Draft, *, mode: Mode, role: str, expires_at: datetime) -> Any:
        data = statement(
            draft, mode=mode, certificate=self.certificate, role=role, expires_at=expires_at
        )
        if self.place is None:
            return approve(data, self.key, self.certificate, mode=mode)
        return approve_by_passkey(data, self.assertion(challenge(data)), self.certificate)

    def assertion(self, wanted: bytes, **changes: Any) -> Assertion:
        """Return what a passkey would answer; changes spoil one part each."""
        from comity.canonical import b64

        assert self.place is not None
        client = {
            "type": "webauthn.get",
            "challenge": b64(wanted),
            "origin": self.place.origin,
            "crossOrigin": False,
        }
        client |= {k: v for k, v in changes.items() if k in client}
        flags = changes.get("flags", 0x05)
        rp_id = changes.get("rp_id", self.place.rp_id)
        data = hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + (7).to_bytes(4, "big")
        raw = changes.get("told", str)(json.dumps(client)).encode()
        signed = data + hashlib.sha256(raw).digest()
        return Assertion(data, raw, passkey_signature(self.key, signed))


def passkey_signature(private: PrivateKey, data: bytes) -> bytes:
    """Return the signature as an authenticator gives it: ES256 in DER, Ed25519 raw."""
    from cryptography.hazmat.primitives.asymmetric import utils

    raw = private.sign(data)
    if private.alg == "Ed25519":
        return raw
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    return utils.encode_dss_signature(r, s)


class World:
    """Some parties with node keys, officers and one registry that knows them."""

    def __init__(self, *parties: str, mode: Mode = "live") -> None:
        self.mode: Mode = mode
        self.parties = parties or (VN, ZA)
        self.registry = MemoryRegistry(mode)
        self.keys: dict[tuple[str, str], PrivateKey] = {}
        self.counter = 0
        for party in self.parties:
            for use in USES:
                private = key(f"{mode} {party} {use}")
                self.keys[party, use] = private
                self.registry.add(party, private.public, use)

    def certificate(self, party: str, name: str, **changes: Any) -> Certificate:
        """Return an officer's certificate, unsigned; changes replace members."""
        plain = Certificate(
            id=new_id(T0, seed(f"certificate {party} {name}")[:10]),
            party=party,
            mode=self.mode,
            officer=name,
            roles=("author", "approver"),
            key=key(f"{self.mode} {party} officer {name}").public,
            not_before=T0 - timedelta(days=30),
            not_after=T0 + timedelta(days=300),
        )
        return replace(plain, **changes)

    def officer(
        self,
        party: str,
        name: str,
        *,
        alg: str = "Ed25519",
        signer: PrivateKey | None = None,
        private: PrivateKey | None = None,
        **changes: Any,
    ) -> Officer:
        """Return an officer of a party."""
        own = private or key(f"{self.mode} {party} officer {name}", alg)
        certificate = self.certificate(party, name, **{"key": own.public, **changes})
        envelope = certify(certificate, signer or self.keys[party, "officer-ca"])
        return Officer(own, envelope, certificate.roles, certificate.webauthn)

    def new_id(self) -> str:
        """Return the next identifier."""
        self.counter += 1
        return new_id(T0, seed(f"id {self.counter}")[:10])

    def approvals(self, draft: Draft, *, late: bool = False) -> list[Any]:
        """Return what the floor of the draft's type asks for."""
        floor = draft.move.floor
        roles = ["author"] * floor.author + ["approver"] * (0 if late else floor.approver)
        expires_at = draft.sent_at + timedelta(hours=8)
        return [
            self.officer(draft.author, f"officer-{number}").approve(
                draft, mode=self.mode, role=role, expires_at=expires_at
            )
            for number, role in enumerate(roles)
        ]

    def sign(self, draft: Draft, approvals: Sequence[Any] | None = None) -> Message:
        """Return the draft signed by its author, by default with the approvals it needs."""
        given = self.approvals(draft) if approvals is None else approvals
        return sign_message(draft, given, self.keys[draft.author, "message"], mode=self.mode)

    def open(
        self,
        message_type: str = "request.submitted",
        *,
        author: str = VN,
        members: tuple[str, ...] | None = None,
        now: datetime = T0,
        sections: Mapping[str, Section] | None = None,
        edition: str | None = None,
        editions: Editions = KNOWN,
    ) -> Draft:
        """Return the draft of an opening message."""
        return open_draft(
            message_type=message_type,
            author=author,
            members=members or self.parties,
            instrument=None,
            sections=sections_of(message_type) if sections is None else sections,
            message_id=self.new_id(),
            now=now,
            edition=edition,
            editions=editions,
        )

    def reply(
        self,
        message_type: str,
        *,
        author: str,
        known: Sequence[Message],
        about: str | None = None,
        now: datetime = T0 + timedelta(minutes=1),
        sections: Mapping[str, Section] | None = None,
        edition: str | None = None,
        editions: Editions = KNOWN,
    ) -> Draft:
        """Return the draft of a message that continues what the author knows."""
        opening = next(m for m in known if m.draft.conversation is None)
        return next_draft(
            message_type=message_type,
            author=author,
            opening=Opening.of(opening),
            replay=replay(known, editions=editions),
            about=about,
            sections=sections_of(message_type) if sections is None else sections,
            message_id=self.new_id(),
            now=now,
            edition=edition,
            editions=editions,
        )

    def unsigned(self, draft: Draft) -> Message:
        """Return the draft signed without approvals, for tests of conversations alone."""
        return self.sign(draft, [])


def parcel_of(
    message: Message, sections: Mapping[str, Section], known: int | None = None
) -> Parcel:
    """Return the parcel of a message."""
    return Parcel(message.envelope, sections, known)


def same(one: Replay, other: Replay) -> bool:
    """Tell whether two replays are equal in all that both sides can compare."""
    read: Callable[[Replay], object] = lambda r: (  # noqa: E731
        r.state.to_value(),
        r.order,
        dict(r.standing),
        {p: m.content for p, m in r.heads.items()},
        [(d.party, d.one.content, d.other.content) for d in r.doubles],
        dict(r.last),
    )
    return read(one) == read(other)


_MOMENTS = {
    "nominate_by": "2031-01-01T00:00:00Z",
    "answer_by": "2031-01-01T00:00:00Z",
    "begins": "2031-02-01T00:00:00Z",
    "ends": "2031-03-01T00:00:00Z",
    "until": "2031-06-01T00:00:00Z",
    "review_by": "2031-06-01T00:00:00Z",
}


def ahead(name: str) -> dict[str, Any]:
    """Return the value of a section whose moments lie ahead of the real clock, as drafts need."""
    value = {**BODIES, **TABLES}[name]
    return {key: _MOMENTS.get(key, told) if told else told for key, told in value.items()}
