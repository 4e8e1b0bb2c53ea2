"""Invariants of the design that only whole nodes can break: 3, 8 and 9, and who is let in."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.nodes.conftest import Pair
from tests.nodes.offices import free_ports, preservation_request, started
from tests.stranger.suites import Public, Signer, new_signer
from tests.stranger.wire import Request, sign_request
from tests.worlds import build_world

from comity.canonical import time_text
from comity.directory.errors import ModeMismatchError
from comity.directory.tuf_repository import Secretariat
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.keystore import load_signing_key
from comity.node.operations.create_node import found_node

VN, ZA = "vn/contact-point", "za/contact-point"
ROOT = "ab" * 32
CLOSED = [
    ("POST", "/exchange/v1/messages"),
    ("GET", "/exchange/v1/outbox"),
    ("POST", "/exchange/v1/receipts"),
    ("POST", "/exchange/v1/recovery"),
    ("GET", f"/exchange/v1/packages/{ROOT}"),
    ("PUT", f"/exchange/v1/packages/{ROOT}"),
    ("GET", f"/exchange/v1/packages/{ROOT}/blocks"),
    ("POST", "/exchange/v1/log-token"),
    ("POST", "/exchange/v1/checkpoint"),
    ("GET", "/exchange/v1/consistency"),
    ("GET", "/exchange/v1/epochs"),
    ("GET", f"/exchange/v1/snapshots/{ROOT}"),
    ("GET", f"/exchange/v1/solutions/{ROOT}"),
    ("GET", f"/log/live/{VN}/1/checkpoint"),
    ("GET", f"/log/live/{VN}/1/tile/0/000"),
    ("POST", "/witness/add-checkpoint"),
]


def ask(pair: Pair, method: str, path: str, headers: dict[str, str]) -> httpx.Response:
    url = pair.vn.case.url + path
    return httpx.request(method, url, headers=headers, trust_env=False)


def signed(method: str, path: str, key: Signer, *, sender: str, mode: str) -> dict[str, str]:
    return sign_request(Request(method, path, "", b"", sender, VN), key, mode=mode, now=now())


@pytest.mark.parametrize(("method", "path"), CLOSED)
def test_what_partners_may_ask_is_closed_to_everybody_else(
    pair: Pair, method: str, path: str
) -> None:
    key = new_signer()
    given = [
        ({}, ""),
        (signed(method, path, key, sender="ng/contact-point", mode="exercise"), "(key-unknown)"),
        (signed(method, path, key, sender=ZA, mode="exercise"), "(key-unknown)"),
    ]
    for headers, why in given:
        answer = ask(pair, method, path, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "transport-signature")
        assert why in answer.json()["detail"]


def test_a_partner_is_let_in(pair: Pair) -> None:
    own = load_signing_key(pair.za.place.config.keys / "transport.json", use="transport")
    key = Signer(Public(dict(own.public.jwk)), own.key)
    path = "/exchange/v1/epochs"
    good = signed("GET", path, key, sender=ZA, mode="exercise")
    assert ask(pair, "GET", path, good).status_code == 200
    other = signed("GET", path, key, sender=ZA, mode="live")
    assert ask(pair, "GET", path, other).json()["code"] == "transport-signature"


def test_every_address_of_partners_is_tried_here() -> None:
    from comity.node.site.urls import urlpatterns

    opened = {"directory/<path:path>", "up", ""}  # signed by itself; says "I run"; the pages
    routes = {str(pattern.pattern) for pattern in urlpatterns} - opened
    tried = {path[1:].replace(ROOT, "<hex64:root>") for _, path in CLOSED}
    tried = {path.replace(f"live/{VN}/1", "<log:name>") for path in tried}
    tried = {path.replace("tile/0/000", "tile/<path:path>") for path in tried}
    tried = {path.replace("snapshots/<hex64:root>", "snapshots/<hex64:record>") for path in tried}
    tried = {path.replace("solutions/<hex64:root>", "solutions/<hex64:digest>") for path in tried}
    assert routes == tried


# ------------------------------------------------------------------ invariant 9


@pytest.mark.parametrize(("trusted", "wanted"), [("live", "exercise"), ("exercise", "live")])
def test_exercise_never_mixes_with_live_at_founding(
    tmp_path: Path, trusted: Any, wanted: Any
) -> None:
    folder = tmp_path / "secretariat"
    secretariat = Secretariat.found(folder, mode=trusted, threshold=1, keys=1, now=now())
    config = NodeConfig(folder=tmp_path / "node", party=VN, mode=wanted)
    with pytest.raises(ModeMismatchError):
        found_node(config, secretariat.trust_bytes(), now=now())
    assert not config.folder.exists()
    found_node(replace(config, mode=trusted), secretariat.trust_bytes(), now=now())


# ------------------------------------------------------------------ invariant 8


def told(folder: Path, conversation: str) -> list[str]:
    """Return the notices that a node recorded about a conversation, as its audit has them."""
    with closing(sqlite3.connect(f"file:{folder / 'node.sqlite3'}?mode=ro", uri=True)) as base:
        (table,) = base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%auditrow'"
        ).fetchone()
        words = f"SELECT action FROM {table} WHERE subject = ? AND action LIKE 'clock.%'"  # noqa: S608
        return [row[0] for row in base.execute(words, (conversation,))]


@pytest.mark.full
def test_a_preservation_that_ends_soon_is_told_once_on_both_sides(pair: Pair) -> None:
    sent = pair.vn.send("request.submitted", preservation_request(), signatures=2, to=ZA)
    case = str(sent["conversation"])
    pair.za.wait_message(case, "request.submitted")
    known = {"acknowledgement": {"reference": "ZA-1", "note": None}}
    pair.za.send("request.acknowledged", known, signatures=0, conversation=case)
    until = time_text(now() + timedelta(days=2))
    order = {"until": until, "domestic_order": "Order 1", "holder": "a provider", "note": None}
    pair.za.send("preservation.confirmed", {"preservation": order}, signatures=1, conversation=case)
    pair.vn.wait_message(case, "preservation.confirmed")
    for office in (pair.vn, pair.za):
        folder = office.place.config.folder
        office.wait_for("the notice", partial(told, folder, case))
        assert told(folder, case) == ["clock.near"]
        assert office.conversation(case)["due_at"] == until


# ------------------------------------------------------------------ invariant 3


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Pair]:
    """Two nodes of one test, which spoils their directory."""
    ports = dict(zip((VN, ZA), free_ports(2), strict=True))
    world = build_world(tmp_path / "world", mode="exercise", ports=ports, now=now())
    with started(world, ports) as offices:
        yield Pair(world, offices[VN], offices[ZA])


def test_what_a_revoked_key_signs_is_not_accepted_and_its_sender_is_told(alone: Pair) -> None:
    pair = alone
    before = pair.vn.send("request.submitted", preservation_request(), signatures=2, to=ZA)
    assert pair.vn.wait_receipt(before["conversation"], before["content"])["outcome"] == "applied"
    state = pair.world.states["vn"]
    entry = state.store.load().entries[VN][-1].entry
    moment = now()
    rows = tuple(
        replace(row, status="revoked", invalid_from=moment) if row.use == "message" else row
        for row in entry.keys
    )
    state.put(replace(entry, keys=rows), now=moment)
    pair.world.publish("vn", now=moment)
    pair.world.refresh(ZA, now=moment)  # the thief's node does not ask

    sent = pair.vn.send("request.submitted", preservation_request(), signatures=2, to=ZA)

    def attempted() -> Any:
        dead = pair.vn.case.get("/outbox")["dead"]
        return next((row for row in dead if row["record"] == sent["record"]), None)

    row = pair.vn.wait_for("an attempt", attempted)
    assert (row["last_fault"], row["attempts"]) == ("partner-refused: key-revoked", 1)
    shown = pair.vn.conversation(sent["conversation"])["timeline"][0]["undelivered"]
    (told,) = shown
    assert (told["delivery"], told["party"], told["fault"]) == (row["id"], ZA, row["last_fault"])
    assert (told["given_up"], told["attempts"], told["due_at"]) == (True, 1, None)
    found = pair.za.case.get("/cases")["cases"]
    assert before["conversation"] in str(found)
    assert sent["conversation"] not in str(found)
