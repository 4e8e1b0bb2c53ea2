"""A sender that is no node: it signs and seals what it is told, right or wrong, and posts it."""

import contextlib
import http.client
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from comity.canonical import Mode, encode, new_id
from comity.demo.world import World
from comity.evidence import age, age_keys
from comity.exchange import (
    Draft,
    Message,
    Receipt,
    Section,
    open_draft,
    parse_receipt,
    sign_message,
    write_parcel,
)
from comity.keys import PrivateKey, jws
from comity.keys.http import HttpRequest, sign_request
from comity.node.core.clock import now
from comity.node.core.keystore import load_keys

PATH = "/exchange/v1/messages"
LEAVES = 2
"""That a message which comes alone adds to a log: its own, and the anchor of its audit rows."""


@dataclass(frozen=True)
class Answer:
    """What a node answered."""

    status: int
    body: bytes
    kind: str

    @property
    def code(self) -> str:
        """Return the error's code."""
        assert self.kind == "application/problem+json", self.body
        problem = json.loads(self.body)
        assert set(problem) == {"code", "detail", "retryable", "status", "title", "type"}
        assert problem["status"] == self.status
        return str(problem["code"])

    @property
    def receipt(self) -> Receipt:
        """Return what the receipt says; its proof is checked elsewhere."""
        assert self.status == 200, self.body
        return parse_receipt(jws.parse(self.body).payload)


class Sender:
    """Speaks as one party of a world towards another party's node."""

    def __init__(self, world: World, party: str, to: str) -> None:
        self.world, self.party, self.to = world, party, to
        self.mode: Mode = world.mode
        self.keys = load_keys(world.places[party].config.keys)
        config = world.places[to].config
        self.port, sealing = config.port, load_keys(config.keys).sealing
        self.recipients = [age_keys.parse_recipient(str(one.recipient)) for one in sealing]

    def sections(self, text: str = "A note.") -> dict[str, Section]:
        """Return the section of a note."""
        value = {"text": {"lang": "en", "text": text}}
        return {"note": Section(os.urandom(32), value)}

    def draft(self, sections: Mapping[str, Section], **changes: Any) -> Draft:
        """Return a draft that opens a conversation, or what the changes make of it."""
        at: datetime = changes.pop("sent_at", None) or now()
        made = open_draft(
            message_type="consultation.note",
            author=self.party,
            members=(self.party, self.to),
            instrument=None,
            sections=sections,
            message_id=new_id(at, os.urandom(10)),
            now=at,
        )
        if changes.get("conversation") is not None:
            changes = {"edition": None, **changes}
        return replace(made, **changes)

    def sign(self, draft: Draft, *, key: PrivateKey | None = None, mode: Any = None) -> Message:
        """Return the signed message."""
        return sign_message(draft, (), key or self.keys["message"], mode=mode or self.mode)

    def note(self, text: str = "A note.", **changes: Any) -> tuple[Message, bytes]:
        """Return a signed note with its parcel."""
        sections = self.sections(text)
        message = self.sign(self.draft(sections, **changes))
        return message, write_parcel(message.envelope, sections, known=None)

    def forged(self, **changes: Any) -> bytes:
        """Return the parcel of a note whose payload was changed before it was signed."""
        sections = self.sections()
        payload = json.loads(self.draft(sections).payload(()))
        payload.update(changes)
        key = self.keys["message"]
        envelope = jws.sign(encode(payload), [key], thing="message", mode=self.mode)
        return write_parcel(envelope, sections, known=None)

    def deliver(self, parcel: bytes, **changes: Any) -> Answer:
        """Seal a parcel to the node and post it."""
        return self.post(age.seal_bytes(parcel, self.recipients, random=os.urandom), **changes)

    def signed_headers(self, body: bytes, **changes: Any) -> dict[str, str]:
        """Return the header fields of a signed request."""
        parts = {"method": "POST", "path": PATH, "query": "?", "body": body}
        names = {"sender": self.party, "recipient": self.to}
        chosen = {name: changes.pop(name, value) for name, value in {**parts, **names}.items()}
        return sign_request(
            HttpRequest(**chosen),
            changes.pop("key", self.keys["transport"]),
            mode=changes.pop("mode", self.mode),
            now=now() + changes.pop("ahead", timedelta(0)),
            nonce=secrets.token_urlsafe(16),
        )

    def post(self, body: bytes, *, headers: dict[str, str] | None = None, **changes: Any) -> Answer:
        """Post a body with a good transport signature, or with what is asked for."""
        fields = self.signed_headers(body, **changes) if headers is None else headers
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            with contextlib.suppress(BrokenPipeError):  # it may answer before it read all
                link.request("POST", PATH, body, fields)
            answer = link.getresponse()
            return Answer(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
        finally:
            link.close()
