"""The party without an address: it fetches what waits for it, and acknowledges."""

import time
from typing import Final

from comity.canonical import PeerError, decode, unb64
from comity.conform.bench import Bench
from comity.conform.endpoint import Arrival
from comity.conform.peer import now
from comity.conform.wire import Answer
from comity.evidence import age
from comity.exchange import Refused, Verified, accept, read_parcel

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
