"""Packages and bad lines for the tests about moving evidence between real nodes."""

import base64
import os
import random
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from tests.nodes.offices import preservation_request

from comity.canonical import encode, new_id
from comity.demo.office import Office
from comity.demo.world import ASKED, World
from comity.directory import Endpoint
from comity.evidence import age_keys
from comity.evidence.blocks import BLOCK_BYTES, BlockHasher
from comity.evidence.offer import Offer
from comity.node.core.clock import now

MIB: Final = 1024 * 1024
DECISION: Final[dict[str, Any]] = {
    "decision": {
        "reasons": {"lang": "en", "text": "Article 18 is met."},
        "grounds": [],
        "domestic_order": "Order 77",
        "review_by": None,
    }
}
ACKNOWLEDGED: Final = {"acknowledgement": {"reference": "ZA-7", "note": None}}


@dataclass(frozen=True)
class Sealed:
    """Sealed bytes with their offer; no node can tell them from a package, for none opens it."""

    path: Path
    offer: dict[str, Any]
    data: bytes

    @property
    def root(self) -> str:
        """Return the root, hex."""
        return str(self.offer["root"]).removeprefix("sha256:")


def made_package(folder: Path, size: int, *, seed: int = 1) -> Sealed:
    """Return bytes of a size, with a good offer of them."""
    folder.mkdir(parents=True, exist_ok=True)
    data = random.Random(seed).randbytes(size)
    hasher = BlockHasher()
    hasher.update(memoryview(data))
    offer = Offer(
        exhibit=new_id(now(), os.urandom(10)),
        description=("en", "Login records"),
        files=1,
        file_list=os.urandom(32),
        recipients=(str(age_keys.generate(os.urandom).recipient),),
        root=hasher.root(),
        sealed_size_bytes=size,
        tag_manifest=os.urandom(32),
    )
    path = folder / f"{offer.root.hex()}.age"
    path.write_bytes(data)
    return Sealed(path, offer.to_value(), data)


def open_case(asking: Office, asked: Office) -> str:
    """Let one office ask and the other accept; return the conversation."""
    sections = preservation_request()
    sections["request"] = {**sections["request"], "measure": "stored-data", "urgency": "normal"}
    sent = asking.send("request.submitted", sections, signatures=2, to=asked.party)
    conversation = str(sent["conversation"])
    asked.wait_message(conversation, "request.submitted")
    asked.send("request.acknowledged", ACKNOWLEDGED, signatures=0, conversation=conversation)
    asked.send("request.accepted", DECISION, signatures=2, conversation=conversation)
    asking.wait_message(conversation, "request.accepted")
    return conversation


def give(giver: Office, conversation: str, sealed: Sealed) -> Any:
    """Hand a package in at the giving office; return what the node knows of it."""
    return giver.case.upload(conversation, sealed.offer, sealed.path, acquired="By order")


def creation(sealed: Sealed, **changes: str) -> dict[str, dict[str, str]]:
    """Return the header fields that begin an upload (tus 1.0.0)."""
    told = base64.b64encode(encode(sealed.offer)).decode()
    fields = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": str(len(sealed.data)),
        "Upload-Metadata": f"offer {told}",
    }
    return {"headers": fields | changes}


def offer(giver: Office, conversation: str, sealed: Sealed) -> dict[str, Any]:
    """Offer a package that was handed in; return the message."""
    sections = giver.case.get(f"/packages/{sealed.root}/handover", event="offered", reason="Asked")
    return giver.send("evidence.offered", sections, signatures=1, conversation=conversation)


def package(office: Office, sealed: Sealed) -> Mapping[str, Any] | None:
    """Return what an office knows of a package, or None."""
    rows = office.case.get("/packages")["packages"]
    return next((row for row in rows if row["root"] == sealed.offer["root"]), None)


def wait_stage(office: Office, sealed: Sealed, stage: str) -> Mapping[str, Any]:
    """Wait until a package is at a stage."""

    def seen() -> Any:
        row = package(office, sealed)
        return row if row is not None and row["stage"] == stage else None

    found: Mapping[str, Any] = office.wait_for(stage, seen)
    return found


def vault_file(office: Office, sealed: Sealed) -> Path:
    """Return where an office's package lies."""
    return office.place.config.vault / "packages" / sealed.root


def settle(office: Office, **settings: object) -> None:
    """Change members of an office's settings; the node reads them when it starts."""
    settle_file(office.place.config.folder / "node.toml", **settings)


def settle_file(path: Path, **settings: object) -> None:
    """Change members of a settings file."""
    lines = path.read_text("utf-8").splitlines()
    for name, value in settings.items():
        text = f'"{value}"' if isinstance(value, str) else str(value).lower()
        lines = [line for line in lines if not line.startswith(f"{name} = ")]
        lines.append(f"{name} = {text}")
    path.write_text("\n".join(lines) + "\n", "utf-8")


def behind(world: World, port: int, *, party: str = ASKED) -> None:
    """List a port of a proxy as a party's address."""
    state = world.states[party[:2]]
    entry = state.store.load().entries[party][-1].entry
    endpoint = Endpoint(kind="url", url=f"http://127.0.0.1:{port}")
    state.put(replace(entry, endpoint=endpoint), now=now())
    world.publish(party[:2], now=now())
    for one in world.places:
        world.refresh(one, now=now())


class CuttingLine:
    """Forwards TCP, and ends connections after some bytes of their answers, many times.

    What was passed on arrives: the caller sees the end of a stream, not a reset. Only answers of
    packages are cut and counted.
    """

    def __init__(self, *, listen: int, forward: int, cuts: int, seed: int) -> None:
        self._forward = forward
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._server = socket.create_server(("127.0.0.1", listen), backlog=64)
        self._left = cuts
        self.cuts = 0
        self.passed_bytes = 0
        self.asked = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._server.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(near,), daemon=True).start()

    def _serve(self, near: socket.socket) -> None:
        with near:
            try:
                far = socket.create_connection(("127.0.0.1", self._forward))
            except OSError:  # the node behind is not up
                return
            with far:
                line = _Line(near, far)
                up = threading.Thread(target=self._up, args=(line,), daemon=True)
                up.start()
                self._down(line)
                up.join()

    def _up(self, line: "_Line") -> None:
        while data := line.read(line.near):
            if data.startswith(b"GET /exchange/v1/packages/") and b"/blocks " not in data[:120]:
                self._arm(line)
            line.write(line.far, data)
        line.close()

    def _arm(self, line: "_Line") -> None:
        with self._lock:
            self.asked += 1
            if line.budget is None and self._left:
                self._left -= 1
                line.budget = self._random.randrange(BLOCK_BYTES // 8, 2 * BLOCK_BYTES)
            line.counted = True

    def _down(self, line: "_Line") -> None:
        while data := line.read(line.far):
            with self._lock:
                if line.budget is not None:
                    data = data[: line.budget]
                    line.budget -= len(data)
                if line.counted:
                    self.passed_bytes += len(data)
                cut = line.budget == 0
                self.cuts += cut
            line.write(line.near, data)
            if cut:
                break
        line.close()


@dataclass
class _Line:
    near: socket.socket
    far: socket.socket
    budget: int | None = None
    counted: bool = False

    def read(self, side: socket.socket) -> bytes:
        try:
            return side.recv(65536)
        except OSError:
            return b""

    def write(self, side: socket.socket, data: bytes) -> None:
        try:
            side.sendall(data)
        except OSError:
            self.close()

    def close(self) -> None:
        for side in (self.near, self.far):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue
