"""A party that speaks `comity/1` and shares no line with any other implementation of it."""

import os
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.stranger import sealing
from tests.stranger.approvals import Officer, approve, certify, read_countersignature
from tests.stranger.deciding import Decision, decide
from tests.stranger.directory import Directory, entry_payload, key_row
from tests.stranger.editions import Editions, knowing, newest
from tests.stranger.log import OwnLog
from tests.stranger.message import Message, read_message
from tests.stranger.notes import Checkpoint
from tests.stranger.receipts import Receipt, check_receipt
from tests.stranger.replay import DOUBLE, HELD, OUTSIDE, Outcome, replay
from tests.stranger.suites import Signer, new_signer, parse_jws, sign_jws
from tests.stranger.values import (
    RefusedError,
    b64,
    commitment,
    decode,
    encode,
    new_id,
    time_text,
)
from tests.stranger.wire import Request, sign_request, verify_request

USES = ("message", "receipt", "log", "transport", "export", "officer-ca")
LIFE = timedelta(days=400)


def now() -> datetime:
    """Return this moment in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """Redirects are not followed (spec 13.2)."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        """Follow nothing."""


@dataclass
class Stored:
    """A message with its sections, and what came of it."""

    message: Message
    sections: dict[str, Any]
    refused: str = ""
    receipt: bytes = b""
    salted: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """What a partner said to a request."""

    status: int
    body: bytes

    @property
    def code(self) -> str:
        """Return the code of an error (spec 14)."""
        return str(decode(self.body)["code"]) if self.status >= 400 else ""


@dataclass
class Party:
    """One party: keys, log, directory, messages.

    Attributes:
        name: the party.
        mode: live or exercise.
        port: of its own server on loopback.
        alg: suite of its signing keys, but for the log's.
        editions: those of the registry that it knows.
    """

    name: str
    mode: str
    port: int
    alg: str = "Ed25519"
    messages: dict[str, Stored] = field(default_factory=dict)
    known: dict[str, Checkpoint] = field(default_factory=dict)
    editions: Editions = field(default_factory=knowing)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        self.window = [time_text(now() - timedelta(hours=1)), time_text(now() + LIFE)]
        self.keys: dict[str, Signer] = {
            use: new_signer("Ed25519" if use == "log" else self.alg) for use in USES
        }
        self.sealing = X25519PrivateKey.generate()
        self.origin = f"127.0.0.1:{self.port}/log/{self.mode}/{self.name}/1"
        self.log = OwnLog(self.origin, self.keys["log"])
        self.directory = Directory(self.mode)
        self.officer = self.new_officer("author")
        self.directory.add(decode(self.entry()))

    def new_officer(self, role: str) -> Officer:
        """Certify an officer, and log it before the first use (spec 9)."""
        officer = certify(
            self.name,
            self.mode,
            officer=f"officer-{os.urandom(4).hex()}",
            role=role,
            key=new_signer(self.alg),
            by=self.keys["officer-ca"],
            window=self.window,
            id=new_id(now(), os.urandom(10)),
        )
        self.note("officer.certified", officer.certificate.record, time_text(now()))
        return officer

    def entry(self) -> bytes:
        """Return the payload of this party's directory entry, for its State to sign (spec 12.3)."""
        keys = [
            key_row(key.public.jwk, key.public.kid, use, key.public.alg, self.window)
            for use, key in self.keys.items()
        ]
        recipient = sealing.recipient_text(self.sealing.public_key().public_bytes_raw())
        keys.append(key_row(recipient, recipient, "sealing", "age-x25519", self.window))
        url = f"http://127.0.0.1:{self.port}"
        return entry_payload(
            {
                "approval_policy": {},
                "conditions": [],
                "duty_phone": None,
                "editions": sorted(self.editions),
                "endpoint": {"kind": "url", "tls_certificate": None, "url": url},
                "expires_at": self.window[1],
                "functions": [],
                "instruments": [],
                "issued_at": time_text(now()),
                "keys": keys,
                "languages": ["en"],
                "log": {"epoch": 1, "origins": [self.origin]},
                "mode": self.mode,
                "party": self.name,
                "previous": None,
                "protocol": "comity/1",
                "state_version": 1,
                "version": 1,
            }
        )

    def note(self, kind: str, record: str, at: str, outcome: str | None = None) -> tuple[int, str]:
        """Append to our log; return index and salt."""
        salt = b64(os.urandom(32))
        said = {"kind": kind, "record": record, "salt": salt, "time": at}
        if outcome is not None:
            said["outcome"] = outcome
        return self.log.append(said), salt

    # ------------------------------------------------------------------ conversations

    def in_conversation(self, conversation: str) -> list[Stored]:
        """Return what we hold of a conversation."""
        return [s for s in self.messages.values() if s.message.conversation == conversation]

    def outcome(self, conversation: str) -> Outcome:
        """Return the state of a conversation as we replay it."""
        held = self.in_conversation(conversation)
        refused = {s.message.envelope.content: s.refused for s in held if s.refused}
        return replay([s.message.value for s in held], refused, self.editions)

    # ------------------------------------------------------------------ receiving

    def receive(self, sealed: bytes) -> bytes:
        """Take in a sealed parcel; return the receipt's bytes."""
        with self.lock:
            parcel = sealing.unseal(sealed, self.sealing)
            moment = now()
            decision = decide(parcel, self.directory, us=self.name, now=moment, known=self.editions)
            stored = self.messages.get(decision.message.envelope.record)
            if stored is None:
                stored = self._record(decision, time_text(moment))
            return stored.receipt

    def _record(self, decision: Decision, at: str) -> Stored:
        message = decision.message
        code = decision.code or self._second_fault(decision)
        refused = f"refused:{code}" if code else ""
        stored = Stored(message, decision.sections, refused, salted=decision.salted)
        self.messages[message.envelope.record] = stored
        word = self.outcome(message.conversation).standing[message.envelope.content]
        if word == HELD and code and refused != OUTSIDE:
            word = refused  # held, it would count once its past is there
        if any(
            s.message.value["id"] == message.value["id"] and s is not stored
            for s in self.messages.values()
        ):
            word = DOUBLE
        word = "applied" if word == "overtaken" else word
        index, salt = self.note("message.received", message.envelope.record, at, word)
        known = decision.known
        proof = None
        if known:
            proof = {"from": known, "path": self.log.consistency(known)}
        value = {
            "checkpoint": self.log.checkpoint(),
            "consistency": proof,
            "content": message.envelope.content,
            "from": message.author,
            "head": self._head(message.conversation),
            "inclusion": self.log.inclusion(index),
            "leaf": {"index": index, "salt": salt},
            "mode": self.mode,
            "outcome": word,
            "protocol": "comity/1",
            "received_at": at,
            "record": message.envelope.record,
            "to": self.name,
        }
        key = self.keys["receipt"]
        stored.receipt = sign_jws(encode(value), thing="receipt", mode=self.mode, keys=[key]).raw
        return stored

    def _own(self, conversation: str) -> list[Stored]:
        """Return our own messages in a conversation, as they follow each other."""
        own = [s for s in self.in_conversation(conversation) if s.message.author == self.name]
        return sorted(own, key=lambda s: int(s.message.value["sequence"]))

    def _head(self, conversation: str) -> dict[str, Any] | None:
        """Return our newest message in a conversation, or None if we said nothing."""
        own = self._own(conversation)
        if not own:
            return None
        last = own[-1].message
        return {"content": last.envelope.content, "sequence": last.value["sequence"]}

    def _heard(self, conversation: str) -> dict[str, Any]:
        """Return what we hold of our partner's own word, and have not named yet."""
        own = self._own(conversation)
        named = {
            record
            for stored in own
            for said in stored.message.value["heard"].values()
            for record in said["receipts"]
        }
        found: dict[str, Any] = {}
        for party, tree in self.known.items():
            held = [parse_jws(decode(s.receipt)) for s in own if s.receipt]
            records = {r.content for r in held if decode(r.payload)["to"] == party} - named
            value = {"origin": tree.origin, "root": b64(tree.root), "size": tree.size}
            found[party] = {"checkpoint": value, "receipts": sorted(records)}
        members = self.in_conversation(conversation)[0].message.value["members"]
        return {party: said for party, said in found.items() if party in members}

    def _second_fault(self, decision: Decision) -> str:
        """Return why a second signature is not good, or nothing."""
        section, value = decision.sections.get("countersignature"), decision.message.value
        if section is None:
            return ""
        held = self.in_conversation(decision.message.conversation)
        for stored in held:
            if stored.message.envelope.content == value["about"]:
                try:
                    read_countersignature(section, stored.message, value, self.directory, at=now())
                except RefusedError as fault:
                    return fault.code
        return ""

    def check_request(self, request: Request, headers: Mapping[str, str]) -> None:
        """Refuse a request that its sender did not sign."""
        moment = now()
        find = self.directory.signer(request.sender, use="transport", at=moment)
        given = {name.lower(): value for name, value in headers.items()}
        verify_request(request, given, mode=self.mode, now=moment, find=find)

    # ------------------------------------------------------------------ sending

    def draft(
        self, conversation: str, type: str, sections: dict[str, Any], *, about: str | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the payload and salted sections of our next message in a conversation."""
        with self.lock:
            held, found = self.in_conversation(conversation), self.outcome(conversation)
            opening = next(s for s in held if s.message.value["conversation"] is None)
            own = [s.message for s in held if s.message.author == self.name]
            last = max(own, key=lambda m: int(m.value["sequence"]), default=None)
            salted = {n: {"salt": b64(os.urandom(32)), "value": v} for n, v in sections.items()}
            payload = {
                "about": about,
                "approvals": [],
                "body": {name: commitment(section) for name, section in salted.items()},
                "conversation": conversation,
                "edition": None,
                "from": self.name,
                "heard": self._heard(conversation),
                "id": new_id(now(), os.urandom(10)),
                "instrument": opening.message.value["instrument"],
                "members": opening.message.value["members"],
                "previous": last.envelope.content if last else None,
                "protocol": "comity/1",
                "seen": self._seen(held, found),
                "sent_at": time_text(now()),
                "sequence": last.value["sequence"] + 1 if last else 1,
                "type": type,
            }
            return payload, salted

    def shared_with(self, to: str) -> str:
        """Return the newest edition that we know and that a partner lists."""
        listed = self.directory.editions[to]
        return next(one.digest for one in newest(self.editions) if one.digest in listed)

    def opening(
        self, to: str, type: str, sections: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the payload and salted sections of a message that opens a conversation."""
        salted = {n: {"salt": b64(os.urandom(32)), "value": v} for n, v in sections.items()}
        payload = {
            "about": None,
            "approvals": [],
            "body": {name: commitment(section) for name, section in salted.items()},
            "conversation": None,
            "edition": self.shared_with(to),
            "from": self.name,
            "heard": {},
            "id": new_id(now(), os.urandom(10)),
            "instrument": None,
            "members": sorted([self.name, to]),
            "previous": None,
            "protocol": "comity/1",
            "seen": {},
            "sent_at": time_text(now()),
            "sequence": 1,
            "type": type,
        }
        return payload, salted

    def _seen(self, held: list[Stored], found: Outcome) -> dict[str, Any]:
        seen: dict[str, Any] = {}
        for stored in held:
            message, content = stored.message, stored.message.envelope.content
            if message.author == self.name or found.standing[content] not in {
                "applied",
                "overtaken",
            }:
                continue
            place = int(message.value["sequence"])
            if place > seen.get(message.author, {"sequence": 0})["sequence"]:
                seen[message.author] = {"content": content, "sequence": place}
        return seen

    def approval(
        self, payload: dict[str, Any], role: str = "author", officer: Officer | None = None
    ) -> dict[str, Any]:
        """Return an approval of a message by an officer of ours, sent already or not."""
        given: dict[str, Any] = approve(payload, self.mode, officer or self.officer, role, now())
        return given

    def approve(self, payload: dict[str, Any]) -> None:
        """Let our officer approve a message as its author."""
        payload["approvals"].append(self.approval(payload))

    def sign(
        self, payload: dict[str, Any], *, use: str = "message", mode: str | None = None
    ) -> Message:
        """Sign a message once."""
        key = self.keys[use]
        envelope = sign_jws(encode(payload), thing="message", mode=mode or self.mode, keys=[key])
        return Message(payload, envelope)

    def say(
        self, conversation: str, type: str, sections: dict[str, Any], *, approved: bool
    ) -> Receipt:
        """Draft, approve, sign, seal, send; check and return the receipt."""
        payload, salted = self.draft(conversation, type, sections)
        if approved:
            self.approve(payload)
        message = read_message(self.sign(payload).envelope.value)
        (to,) = (party for party in payload["members"] if party != self.name)
        answer = self.push(message, salted, to=to)
        if answer.status != 200:
            raise RefusedError(answer.code, "the partner answered with an error")
        return self.take_receipt(message, salted, answer.body)

    def push(self, message: Message, salted: dict[str, Any], *, to: str) -> Answer:
        """Seal a message and its sections to a partner, and post it."""
        return self.ask("POST", "/exchange/v1/messages", self.parcel(message, salted, to), to=to)

    def parcel(self, message: Message, salted: dict[str, Any], to: str) -> bytes:
        """Log a message that was signed, once, and seal it with its sections to a partner."""
        with self.lock:
            record = message.envelope.record
            if not any(said["record"] == record for said in self.log.openings):
                self.note("message.sent", record, time_text(now()))
        known = self.known.get(to)
        parcel = {
            "known": known.size if known else None,
            "message": message.envelope.value,
            "sections": salted,
        }
        recipients = [sealing.recipient_bytes(text) for text in self.directory.recipients(to)]
        return sealing.seal(encode(parcel), recipients)

    def take_receipt(self, message: Message, salted: dict[str, Any], data: bytes) -> Receipt:
        """Check a receipt; keep the message it is for, and the checkpoint it shows."""
        (to,) = (party for party in message.value["members"] if party != self.name)
        receipt = check_receipt(decode(data), message, self.directory, known=self.known.get(to))
        with self.lock:
            self.known[to] = receipt.checkpoint
            outcome = receipt.value["outcome"]
            refused = outcome if outcome.startswith("refused:") else ""
            values = {name: section["value"] for name, section in salted.items()}
            stored = Stored(message, values, refused, data, salted)
            self.messages[message.envelope.record] = stored
            self.note("receipt.received", parse_jws(decode(data)).record, time_text(now()))
        return receipt

    def ask(self, method: str, path: str, body: bytes = b"", *, to: str) -> Answer:
        """Send a signed request to a partner's endpoint in the directory; follow no redirect."""
        path, mark, query = path.partition("?")
        request = Request(method, path, mark + query, body, self.name, to)
        headers = sign_request(request, self.keys["transport"], mode=self.mode, now=now())
        asked = urllib.request.Request(  # noqa: S310 - loopback, from the directory
            self.directory.urls[to] + path + mark + query,
            data=body or None,
            method=method,
            headers={**headers, "content-type": "application/octet-stream"},
        )
        opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
        try:
            with opener.open(asked, timeout=20) as answer:
                return Answer(answer.status, answer.read())
        except urllib.error.HTTPError as fault:
            with fault:
                return Answer(fault.code, fault.read())
