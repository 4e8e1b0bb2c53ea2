"""Signed requests with sealed messages, made before they are timed.

They are what a partner's node sends: an RFC 9421 signature over the request, an age file as body,
in it a parcel of about 4 KiB with a JWS of type ``consultation.note`` and its section. Every
message opens a conversation, the dearest case for the receiver.
"""

import os
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from comity.canonical import new_id
from comity.demo.world import ASKED, ASKING, World, build_world
from comity.evidence import age, age_keys
from comity.exchange import Message, Section, open_draft, sign_message, write_parcel
from comity.keys.http import HttpRequest, sign_request
from comity.node.core.clock import now
from comity.node.core.keystore import load_keys

PARCEL_BYTES = 4096
PATH = "/exchange/v1/messages"
SENDER_PORT, PORT, PEER_PORT = 21101, 21102, 21103


@dataclass(frozen=True)
class Letter:
    """One message ready to be sent.

    Attributes:
        message: what the receipt must be for.
        request: whole HTTP/1.1 request, bytes.
    """

    message: Message
    request: bytes


def two_nodes(folder: Path) -> World:
    """Return a new world of a sender and a receiver that has no quota for its partner."""
    ports = {ASKING: SENDER_PORT, ASKED: PORT}
    world = build_world(folder, mode="exercise", ports=ports, now=now())
    settings = world.places[ASKED].config.folder / "node.toml"
    text, name = settings.read_text("utf-8"), "partner_messages_per_minute"
    settings.write_text(text.replace(f"{name} = 60\n", f"{name} = 0\n"), "utf-8")
    return world


class Writer:
    """Makes letters from the asking to the asked party."""

    def __init__(self, world: World) -> None:
        self._mode = world.mode
        self._keys = load_keys(world.places[ASKING].config.keys)
        asked = load_keys(world.places[ASKED].config.keys)
        self._to = [age_keys.parse_recipient(str(one.recipient)) for one in asked.sealing]
        self._padding = ""
        self._padding = "x" * (PARCEL_BYTES - len(self._parcel(now())[1]))

    def letters(self, count: int) -> list[Letter]:
        """Return new letters; their requests count for five minutes."""
        return [self._letter() for _ in range(count)]

    def _parcel(self, at: datetime) -> tuple[Message, bytes]:
        text = {"lang": "en", "text": f"{secrets.token_hex(16)} {self._padding}"}
        sections = {"note": Section(os.urandom(32), {"text": text})}
        draft = open_draft(
            message_type="consultation.note",
            author=ASKING,
            members=(ASKING, ASKED),
            instrument=None,
            sections=sections,
            message_id=new_id(at, os.urandom(10)),
            now=at,
        )
        message = sign_message(draft, (), self._keys["message"], mode=self._mode)
        return message, write_parcel(message.envelope, sections, known=None)

    def _letter(self) -> Letter:
        at = now()
        message, parcel = self._parcel(at)
        body = age.seal_bytes(parcel, self._to, random=os.urandom)
        signed = sign_request(
            HttpRequest("POST", PATH, "?", body, ASKING, ASKED),
            self._keys["transport"],
            mode=self._mode,
            now=at,
            nonce=secrets.token_urlsafe(16),
        )
        fields = {"Host": "127.0.0.1", "Content-Length": str(len(body)), **signed}
        head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
        return Letter(message, f"POST {PATH} HTTP/1.1\r\n{head}\r\n".encode() + body)
