"""A world with a directory, and offers in it that a party signed."""

import os
from datetime import UTC, datetime
from pathlib import Path

from tests.worlds import build_world

from comity.canonical import new_id, parse_digest
from comity.demo.world import ASKED, ASKING, World
from comity.directory.store import DirectoryStore
from comity.evidence.offer import Offer
from comity.exchange import Draft, Section, Seen, sign_message
from comity.files.key_files import write_signed_offer
from comity.node.core.keystore import load_keys

CASE = "sha256:" + "ab" * 32
SEALED_FOR_CASE = {
    "conversation": parse_digest(CASE),
    "mode": "live",
    "receiver": ASKING,
    "sender": ASKED,
}


def make_world(folder: Path) -> World:
    """Two parties whose keys count now."""
    return build_world(folder, mode="live", ports={ASKING: 1, ASKED: 2}, now=datetime.now(UTC))


def signed_offer(world: World, offer: Offer) -> bytes:
    """The file of ``offer`` in a message of the asked party."""
    now, section = datetime.now(UTC), Section(os.urandom(32), offer.to_value())
    draft = Draft(
        id=new_id(now, os.urandom(10)),
        conversation=CASE,
        author=ASKED,
        members=tuple(sorted((ASKED, ASKING))),
        instrument=None,
        sequence=1,
        previous=None,
        seen={ASKING: Seen(1, CASE)},
        sent_at=now.replace(microsecond=0),
        type="evidence.offered",
        about=None,
        body={"offer": section.commitment},
    )
    place = world.places[ASKED]
    message = sign_message(draft, [], load_keys(place.config.keys)["message"], mode="live")
    directory = DirectoryStore.open(place.config.directory).load()
    return write_signed_offer(
        message.envelope,
        section,
        states=[record.jws for record in directory.state_records("za")],
        entries=[entry.jws for entry in directory.versions(ASKED)],
    )
