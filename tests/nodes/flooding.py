"""A partner that misuses its own keys: it sends as much as the line takes."""

import os
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import httpx

from comity.canonical import new_id
from comity.demo.world import ASKED, World
from comity.evidence import age, age_keys
from comity.exchange import Section, approve, open_draft, sign_message, statement, write_parcel
from comity.keys.http import HttpRequest, sign_request
from comity.node.core.clock import now
from comity.node.core.keystore import load_keys

PATH = "/exchange/v1/messages"


def words(text: str) -> dict[str, str]:
    return {"lang": "en", "text": text}


def request(urgency: str) -> dict[str, Any]:
    """Return the sections of a request for stored data."""
    return {
        "request": {
            "measure": "stored-data",
            "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
            "urgency": urgency,
            "reference": secrets.token_hex(6),
            "confidential": True,
            "links": [],
        },
        "subject": {"description": words("A mailbox"), "accounts": [], "period": None},
        "grounds": {name: words("x") for name in ("offence", "facts", "necessity")},
    }


class Partner:
    """One party of a world, without a node: its keys, and a line to the asked node."""

    def __init__(self, world: World, party: str) -> None:
        self.world, self.party = world, party
        self._keys = load_keys(world.places[party].config.keys)
        asked = world.places[ASKED].config
        sealing = load_keys(asked.keys).sealing
        self._to = [age_keys.parse_recipient(str(one.recipient)) for one in sealing]
        self._line = httpx.Client(base_url=f"http://127.0.0.1:{asked.port}", timeout=30)

    def close(self) -> None:
        """Hang up."""
        self._line.close()

    def note(self) -> httpx.Response:
        """Send a note, which no officer signs."""
        return self._send("consultation.note", {"note": {"text": words(secrets.token_hex(8))}})

    def ask(self, urgency: str) -> httpx.Response:
        """Send a request that one officer signed."""
        return self._send("request.submitted", request(urgency), "author")

    def _send(self, kind: str, bodies: Mapping[str, Any], *roles: str) -> httpx.Response:
        at, mode = now(), self.world.mode
        sections = {name: Section(os.urandom(32), value) for name, value in bodies.items()}
        draft = open_draft(
            message_type=kind, author=self.party, members=(self.party, ASKED), instrument=None,
            sections=sections, message_id=new_id(at, os.urandom(10)), now=at,
        )  # fmt: skip
        signed = []
        for role in roles:
            person = self.world.places[self.party].officers[role]
            said = statement(
                draft, mode=mode, certificate=person.certificate, role=role,
                expires_at=at + timedelta(hours=1),
            )  # fmt: skip
            signed.append(approve(said, person.key, person.certificate, mode=mode))
        message = sign_message(draft, tuple(signed), self._keys["message"], mode=mode)
        parcel = write_parcel(message.envelope, sections, known=None)
        body = age.seal_bytes(parcel, self._to, random=os.urandom)
        headers = sign_request(
            HttpRequest("POST", PATH, "?", body, self.party, ASKED), self._keys["transport"],
            mode=mode, now=at, nonce=secrets.token_urlsafe(16),
        )  # fmt: skip
        return self._line.post(PATH, content=body, headers=headers)
