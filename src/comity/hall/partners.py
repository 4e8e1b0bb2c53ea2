"""What simulated partners say, at nodes of their own: drafted, signed by two, sent and logged.

Rule 1: when a partner says what is the scenario's or `drills.characters`'s; nothing of it is
here.
Rule 2: whether it may be said is judged by the partner's node; what it refuses is told, not forced.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.canonical import OperationError, new_id, parse_digest
from comity.client.api import NodeRefusedError
from comity.demo.office import Office
from comity.evidence import age_keys
from comity.exchange.types import MOVES
from comity.files.sealing import SealOrder, seal
from comity.hall.bodies import Words, sections_of, stated
from comity.hall.story import MODE
from comity.hall.teams import TeamNode

OFFERED: Final = "evidence.offered"
RECEIVED: Final = "evidence.received"


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A message of the story that is to be said at a node.

    Attributes:
        thread: the story's key of the conversation.
        type: a type of the exchange's table.
        words: what it says.
        exhibit: name and bytes of what goes with an offer.
        spoilt: what is done to the package of an offer before it is offered; gets its root in hex.
    """

    thread: str
    type: str
    words: Words
    exhibit: tuple[str, bytes] | None = None
    spoilt: Callable[[str], None] = lambda _root: None


@dataclass(frozen=True, kw_only=True)
class Said:
    """What came of it.

    Attributes:
        conversation: digest, or empty.
        fault: code of the refusal, or empty.
    """

    conversation: str = ""
    fault: str = ""


def say(speaker: Office, hearer: TeamNode, saying: Saying, folder: Path) -> Said:
    """Let a partner's node say something to a team, and wait until it is there.

    Args:
        speaker: the partner's office.
        hearer: the team.
        saying: what.
        folder: for packages that are sealed on the way.
    """
    digest = hearer.bindings.by_thread.get(saying.thread, "")
    try:
        sent = _sent(speaker, hearer, saying, digest, folder)
    except (NodeRefusedError, OperationError) as fault:
        return Said(conversation=digest, fault=str(fault.facts.get("said", fault.code)))
    hearer.bindings.bind(saying.thread, str(sent["conversation"]))
    hearer.office.wait_message(str(sent["conversation"]), saying.type)
    return Said(conversation=str(sent["conversation"]))


def _sent(
    speaker: Office, hearer: TeamNode, saying: Saying, digest: str, folder: Path
) -> dict[str, Any]:
    if saying.type == OFFERED:
        return offer(speaker, digest, saying, to=hearer.party, folder=folder)
    if saying.type == RECEIVED:
        return take(speaker, digest)
    return send(speaker, saying.type, saying.words, to=hearer.party, conversation=digest)


def send(
    speaker: Office, message_type: str, words: Words, *, to: str, conversation: str = ""
) -> dict[str, Any]:
    """Draft, state what no section says, sign as often as the table asks, and send.

    Raises:
        NodeRefusedError: the node does not let it go; its code says why.
    """
    floor = MOVES[message_type].floor
    return speaker.send(
        message_type,
        sections_of(message_type, words),
        signatures=floor.author + floor.approver,
        to=None if conversation else to,
        conversation=conversation or None,
        about=answered(speaker, conversation, message_type) if conversation else None,
        facts=stated(words),
    )


def answered(speaker: Office, conversation: str, message_type: str) -> str | None:
    """Return what a message of a side track answers: the last that waits for it."""
    move = MOVES[message_type]
    if not move.sources:
        return None
    tracks = speaker.conversation(conversation)["tracks"]
    waiting = {f"{move.track}:{source}" for source in move.sources}
    return next((digest for digest, stands in reversed(tracks.items()) if stands in waiting), None)


# ------------------------------------------------------------------ evidence


def offer(
    speaker: Office, conversation: str, saying: Saying, *, to: str, folder: Path
) -> dict[str, Any]:
    """Seal what goes with it, hand it in, and offer it."""
    name, data = saying.exhibit or ("statement.txt", saying.words.text.encode())
    at = speaker.now()
    exhibit = new_id(at, os.urandom(10))
    place = folder / exhibit
    place.mkdir(parents=True)
    (place / name).write_bytes(data)
    package = folder / f"{exhibit}.age"
    order = SealOrder(
        sources=[place / name],
        recipients=[age_keys.parse_recipient(_recipient(speaker, conversation))],
        sealed_at=at,
        mode=MODE,
        conversation=parse_digest(conversation),
        sender=speaker.party,
        receiver=to,
        exhibit=exhibit,
    )
    report = seal(order, package)
    promised = report.offer(exhibit=exhibit, description=(saying.words.lang, name))
    speaker.case.upload(conversation, promised.to_value(), package, acquired=saying.words.text)
    root = promised.root.hex()
    saying.spoilt(root)
    sections = speaker.case.get(f"/packages/{root}/handover", event="offered", reason=name)
    return speaker.send(OFFERED, sections, signatures=1, conversation=conversation)


def take(speaker: Office, conversation: str) -> dict[str, Any]:
    """Wait for what was offered, and give the receipt for it."""

    def stored() -> Any:
        rows = speaker.case.get("/packages", conversation=conversation)["packages"]
        return next((row for row in rows if row["stage"] == "stored"), None)

    root = speaker.wait_for("the package", stored)["root"].removeprefix("sha256:")
    handed = speaker.case.get(f"/packages/{root}/handover", event="received", reason="Whole.")
    return speaker.send(
        RECEIVED,
        {"custody": handed["custody"]},
        signatures=1,
        conversation=conversation,
        about=answered(speaker, conversation, RECEIVED),
    )


def _recipient(speaker: Office, conversation: str) -> str:
    """Return to whom the other side wants evidence sealed; a key of nobody, if it does not say."""
    for message in speaker.conversation(conversation)["timeline"]:
        if "delivery" in message["sections"]:
            return str(message["sections"]["delivery"]["recipient"])
    return str(age_keys.generate(os.urandom).recipient)
