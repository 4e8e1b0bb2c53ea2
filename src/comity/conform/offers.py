"""A request of the node that the kit accepts, and sealed packages that it offers there."""

import os
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.canonical import PeerError, decode, digest, new_id, unb64
from comity.conform.bench import Bench
from comity.conform.endpoint import Arrival
from comity.conform.expectations import expect_receipt, fail_probe, require
from comity.conform.folder import PEER
from comity.conform.letters import Letter
from comity.conform.operator import Wanted
from comity.conform.peer import Peer, Talk, now
from comity.conform.texts import request, text
from comity.conform.wire import Answer
from comity.evidence import age, age_keys
from comity.evidence.blocks import BLOCK_BYTES, BlockHasher, join_block_hashes
from comity.evidence.custody import append
from comity.evidence.custody_event import EMPTY, Event, Head
from comity.evidence.offer import Offer
from comity.exchange import Message, Refused, Verified, accept, read_parcel

# Letting the node say something in a conversation that the kit began.


def await_answer(bench: Bench, talk: Talk, wanted: Wanted) -> Message:
    """Let the node say something in a conversation; return it once it is here."""
    operator = bench.need_operator()
    operator.send(wanted)

    def found() -> Any:
        return next(
            (
                one.message
                for one in bench.endpoint.arrivals
                if one.message is not None
                and one.message.conversation == talk.content
                and one.message.draft.type == wanted.type
                and one.message.content not in talk.chains.get(bench.node, [])
            ),
            None,
        )

    message: Message | None = bench.endpoint.wait(found, operator.patience_s)
    if message is None:
        fail_probe(f"{wanted.words()} at the peer", "nothing in time")
    talk.add(bench.node, message.content)
    return message


# The party without an address: it fetches what waits for it, and acknowledges.


OUTBOX: Final = "/exchange/v1/outbox"
_LOOK_S: Final = 0.1
_MAX_BYTES: Final = 64 * 1024 * 1024

type Fetched = tuple[int, Verified | Refused, int | None]


def poll_message(bench: Bench, patience_s: float, type: str = "") -> Fetched | None:
    """Return the newest message that waits for the party without an address, or None.

    Args:
        bench: of the run.
        patience_s: how long to look.
        type: of the message; any, if empty.
    """
    end = time.monotonic() + patience_s
    while time.monotonic() < end:
        answer = bench.silent.ask("GET", OUTBOX, query="after=0")
        items = decode(answer.body, max_bytes=_MAX_BYTES)["items"] if answer.status == 200 else []
        for item in reversed(items):
            judged = opened(bench, unb64(item["parcel"]))
            if judged is not None and type in ("", judged[0].message.draft.type):
                return item["number"], judged[0], judged[1]
        time.sleep(_LOOK_S)
    return None


def opened(bench: Bench, sealed: bytes) -> tuple[Verified | Refused, int | None] | None:
    """Return what a sealed parcel says, or None if it does not open."""
    peer = bench.silent
    try:
        parcel = read_parcel(age.open_bytes(sealed, [peer.keys.sealing]))
        return accept(parcel, peer.directory, us=peer.party, received_at=now()), parcel.known
    except PeerError:
        return None


def post_receipt(bench: Bench, judged: Verified | Refused, known: int | None) -> Answer:
    """Acknowledge a message that was fetched."""
    peer = bench.silent
    arrival = Arrival(now(), "GET", OUTBOX, "", {}, b"", judged=judged)
    record = bench.endpoint.receipt(peer, arrival, known or 0)
    return peer.ask("POST", "/exchange/v1/receipts", body=record)


BOTH: Final = ("author", "approver")
DECISION: Final[dict[str, Any]] = {
    "reasons": text("It is an exercise."),
    "grounds": [],
    "domestic_order": None,
    "review_by": None,
}
_PLAIN_BYTES: Final = 2 * BLOCK_BYTES + 1000


@dataclass(frozen=True)
class Package:
    """A sealed package with its offer.

    Attributes:
        exhibit: UUIDv7.
        data: the sealed bytes, of three blocks.
        blocks: the joined block hashes.
        root: over them.
        offer: section ``offer``.
        sections: ``offer`` and ``custody``.
    """

    exhibit: str
    data: bytes
    blocks: bytes
    root: bytes
    offer: dict[str, Any]
    sections: dict[str, Any]

    @property
    def path(self) -> str:
        """Return its address."""
        return f"/exchange/v1/packages/{self.root.hex()}"


def package(peer: Peer, recipients: tuple[str, ...] = ()) -> Package:
    """Return a new package of random bytes, sealed to the node or to these recipients."""
    readers = recipients or peer.directory.recipients(peer.node, at=now())
    data = _sealed(readers)
    hasher = BlockHasher()
    hasher.update(memoryview(data))
    root, exhibit = hasher.root(), new_id(now(), os.urandom(10))
    file_list = digest("file-list", os.urandom(32))
    offer = Offer(
        exhibit=exhibit,
        description=("en", "Random bytes of the conformance kit."),
        files=1,
        file_list=file_list,
        recipients=readers,
        root=root,
        sealed_size_bytes=len(data),
        tag_manifest=os.urandom(32),
    ).to_value()
    custody = chain(peer, exhibit, file_list, root)
    sections = {"offer": offer, "custody": custody}
    return Package(exhibit, data, join_block_hashes(hasher.block_hashes), root, offer, sections)


def _sealed(readers: tuple[str, ...]) -> bytes:
    recipients = [age_keys.parse_recipient(one) for one in readers]
    return age.seal_bytes(os.urandom(_PLAIN_BYTES), recipients, random=os.urandom)


def chain(
    peer: Peer,
    exhibit: str,
    file_list: bytes,
    root: bytes,
    *,
    last: str = "offered",
    party: str = "",
) -> dict[str, Any]:
    """Return section ``custody``: acquired, sealed, and the hand-over.

    Args:
        peer: whose exhibit.
        exhibit: UUIDv7.
        file_list: digest of the files inside.
        root: of the sealed package.
        last: event that hands over.
        party: whose act that is; the peer's, if empty.
    """
    events: list[Event] = []
    head: Head = EMPTY
    for name, before, after in (
        ("acquired", None, file_list),
        ("sealed", file_list, root),
        (last, root, root),
    ):
        made, head = append(
            head,
            exhibit=exhibit,
            event=name,
            at=now(),
            party=(party or peer.party) if name == last else peer.party,
            by=peer.author.name,
            reason="An exercise of the conformance kit.",
            digest_before=before,
            digest_after=after,
        )
        events.append(made)
    told = head.to_value()
    return {**told, "events": [one.to_value() for one in events], "exhibit": exhibit}


def said(peer: Peer, talk: Talk, letter: Letter, *words: str) -> None:
    """Send a message of a party of the kit, and demand an outcome."""
    sent = peer.send(letter)
    expect_receipt(peer, sent, *(words or ("applied",)))
    talk.add(peer.party, sent.content)


def open_accepted_request(bench: Bench, peer: Peer) -> Talk:
    """Return a request of the node that a party of the kit has accepted; one a party and run."""
    kept: Talk | None = bench.kept.get(f"accepted {peer.party}")
    if kept is not None:
        return kept
    operator = bench.need_operator()
    operator.send(Wanted("request.submitted", request(), to=(peer.party,), approvals=BOTH))
    message = _arrived(bench, peer, operator.patience_s)
    require(message is not None, "the node's request at the peer", "nothing in time")
    talk = Talk(message.content, tuple(message.draft.members), message.draft.instrument)
    talk.add(bench.node, message.content)
    section = {"acknowledgement": {"reference": "KIT-2", "note": None}}
    said(peer, talk, peer.next(talk, "request.acknowledged", section))
    letter = peer.next(talk, "request.accepted", {"decision": DECISION})
    said(peer, talk, peer.approved(letter, *BOTH))
    bench.kept[f"accepted {peer.party}"] = talk
    return talk


def _arrived(bench: Bench, peer: Peer, patience_s: float) -> Any:
    if peer.party != PEER:
        held = poll_message(bench, patience_s, "request.submitted")
        if held is None:
            return None
        post_receipt(bench, held[1], held[2])
        return held[1].message
    known = bench.kept.setdefault("requests", set())

    def found() -> Any:
        for one in bench.endpoint.arrivals:
            message = one.message
            if message is None or message.content in known:
                continue
            if message.draft.type == "request.submitted" and one.replied == 200:
                return message
        return None

    message = bench.endpoint.wait(found, patience_s)
    if message is not None:
        known.add(message.content)
    return message


def offer_package(bench: Bench, peer: Peer, one: Package, *words: str) -> None:
    """Offer a package in the accepted request of a party of the kit."""
    talk = open_accepted_request(bench, peer)
    letter = peer.next(talk, "evidence.offered", one.sections)
    said(peer, talk, peer.approved(letter, "author"), *words)


def offer_new_package(bench: Bench, peer: Peer) -> Package:
    """Return a package that was offered, of which nothing has come yet."""
    one = package(peer)
    offer_package(bench, peer, one)
    return one


def get_node_package(bench: Bench) -> tuple[Package, Message]:
    """Return a package that the node offers to the peer, and the message that does; one a run."""
    kept: tuple[Package, Message] | None = bench.kept.get("of the node")
    if kept is not None:
        return kept
    bench.need_operator()
    talk = bench.opened("request.submitted", request(), *BOTH)
    section = {"acknowledgement": {"reference": "KIT-3", "note": None}}
    await_answer(bench, talk, Wanted("request.acknowledged", section, conversation=talk.content))
    decision = {"decision": DECISION}
    wanted = Wanted("request.accepted", decision, conversation=talk.content, approvals=BOTH)
    await_answer(bench, talk, wanted)
    one = package(bench.peer, (str(bench.peer.keys.sealing.recipient),))
    with tempfile.TemporaryDirectory(prefix="comity-conform-") as name:
        path = Path(name) / "exhibit.age"
        path.write_bytes(one.data)
        wanted = Wanted(
            "evidence.offered",
            {"offer": one.offer},
            conversation=talk.content,
            approvals=("author",),
            package=path,
        )
        message = await_answer(bench, talk, wanted)
    bench.kept["of the node"] = (one, message)
    return one, message
