"""A scripted peer: it leads conversations, signs, seals, sends, and keeps what comes back."""

import json
import os
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from comity.canonical import MisuseError, Mode, b64, encode, parse_digest, time_text, unb64
from comity.conform.folder import PeerKeys
from comity.conform.letters import (
    LIFE,
    Letter,
    Officer,
    approval,
    certificate,
    content_of,
    payload,
    raw_jws,
    record_of,
    salted,
)
from comity.conform.wire import Answer, Signing, Wire
from comity.directory import Directory
from comity.evidence import age, age_keys
from comity.exchange import CheckedReceipt, check_receipt, parse_message
from comity.keys import PrivateKey, jws
from comity.ledger import (
    Checkpoint,
    LeafOpening,
    LogOrigin,
    consistency_proof,
    ed25519_signer,
    entry,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    sign_checkpoint,
)

# The scripted peer's own log, which goes on from one run to the next.


_SALT_BYTES: Final = 32


@dataclass
class OwnLog:
    """An append-only log in memory, written to a file leaf by leaf.

    Attributes:
        origin: its name.
        key: of use ``log``.
        path: where the leaf hashes are kept, or None.
    """

    origin: str
    key: PrivateKey
    path: Path | None = None
    leaves: list[bytes] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def __post_init__(self) -> None:
        """Read what earlier runs wrote."""
        if self.path is not None and self.path.is_file():
            lines = self.path.read_text("ascii").split()
            self.leaves.extend(unb64(line, size_bytes=_SALT_BYTES) for line in lines)

    def note(
        self, kind: str, record: str, at: datetime, outcome: str | None = None
    ) -> tuple[int, bytes]:
        """Append a leaf; return its index and salt."""
        salt = os.urandom(_SALT_BYTES)
        opening = LeafOpening(
            salt=salt, kind=kind, time=at, record=parse_digest(record), outcome=outcome
        )
        leaf = leaf_hash(entry(opening))
        with self.lock:
            self.leaves.append(leaf)
            if self.path is not None:
                with self.path.open("a", encoding="ascii") as file:
                    file.write(f"{b64(leaf)}\n")
            return len(self.leaves) - 1, salt

    def checkpoint(self) -> str:
        """Return the signed note of the newest tree."""
        if not isinstance(self.key.key, Ed25519PrivateKey):
            raise MisuseError("a log key is Ed25519")
        newest = Checkpoint(self.origin, len(self.leaves), root(self.leaves))
        return sign_checkpoint(newest, [ed25519_signer(self.origin, self.key.key)]).decode()

    def read(self, level: int, index: int, /) -> bytes:
        """Return the hash of a complete subtree."""
        if level == 0:
            return self.leaves[index]
        return node_hash(self.read(level - 1, 2 * index), self.read(level - 1, 2 * index + 1))

    def inclusion(self, index: int) -> list[str]:
        """Return the path of a leaf in the newest tree."""
        return [b64(step) for step in inclusion_proof(index, len(self.leaves), self.read)]

    def consistency(self, old: int, new: int) -> list[str]:
        """Return the proof between two trees."""
        return [b64(step) for step in consistency_proof(old, new, self.read)]


@dataclass(frozen=True)
class Memory:
    """What one run leaves for the next: small JSON files in the folder.

    Attributes:
        folder: where, or None to keep nothing.
    """

    folder: Path | None

    def get(self, name: str) -> Any:
        """Return what was kept under a name, or None."""
        path = self.folder and self.folder / f"{name}.json"
        return json.loads(path.read_text("utf-8")) if path and path.is_file() else None

    def put(self, name: str, value: Any) -> None:
        """Keep a value under a name."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self.folder / f".{name}.new"
        fresh.write_text(json.dumps(value, sort_keys=True), "utf-8")
        fresh.replace(self.folder / f"{name}.json")


MESSAGES: Final = "/exchange/v1/messages"
LONGEST_WAIT_S: Final = 90.0
_BUSY: Final = (429, 503)
_TRIES: Final = 4


def now() -> datetime:
    """Return this machine's clock, in whole seconds."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Talk:
    """A conversation as the kit knows it.

    Attributes:
        content: digest that names it.
        members: all parties.
        instrument: as the opening says.
        chains: of each member, the content digests of its messages in their order.
    """

    content: str
    members: tuple[str, ...]
    instrument: str | None = None
    chains: dict[str, list[str]] = field(default_factory=dict)

    def add(self, author: str, content: str) -> None:
        """Put a message at the end of its author's chain."""
        self.chains.setdefault(author, []).append(content)

    def seen(self, author: str) -> dict[str, Any]:
        """Return what a message of an author says it has seen, if it is written now."""
        return {
            party: {"content": chain[-1], "sequence": len(chain)}
            for party, chain in sorted(self.chains.items())
            if party != author and chain
        }


@dataclass(frozen=True)
class Sent:
    """A message that was sent, and the answer.

    Attributes:
        letter: what was signed.
        message: the JWS as a JSON value.
        answer: of the node.
        known: the newest checkpoint of the node's log that the peer held when it sent it.
    """

    letter: Letter
    message: dict[str, Any]
    answer: Answer
    known: Checkpoint | None

    @property
    def content(self) -> str:
        """Return the content digest."""
        return content_of(unb64(self.message["payload"]))

    @property
    def record(self) -> str:
        """Return the record digest."""
        return record_of(self.message)


class Peer:
    """One scripted party.

    Args:
        party: its name.
        node: the party under test.
        keys: its own.
        wire: to the node.
        directory: with the records of both.
        memory: what stays from run to run.
    """

    def __init__(
        self,
        party: str,
        node: str,
        *,
        keys: PeerKeys,
        wire: Wire,
        directory: Directory,
        memory: Memory,
    ) -> None:
        self.party, self.node, self.keys, self.wire = party, node, keys, wire
        self.directory, self.memory = directory, memory
        self.mode: Mode = directory.mode
        place = memory.folder
        path = place / f"log-{party.replace('/', '-')}.txt" if place else None
        if place:
            place.mkdir(parents=True, exist_ok=True)
        self.log = OwnLog(directory.origins(party)[-1], keys.signing["log"], path)
        self.known = self._remembered()
        self.author = self.officer("author")
        self.approver = self.officer("approver")
        self.receipts: list[CheckedReceipt] = []
        """Good receipts of this run, oldest first."""

    # ------------------------------------------------------------------ officers

    def officer(
        self,
        *roles: str,
        key: PrivateKey | None = None,
        by: str = "officer-ca",
        changes: Mapping[str, Any] | None = None,
    ) -> Officer:
        """Certify an officer, and log it before the first use."""
        own = key or PrivateKey.from_seed(os.urandom(32))
        name = f"officer-{os.urandom(4).hex()}"
        issuer = self.keys.signing[by]
        signed = certificate(
            self.party, self.mode, issuer, own, name=name, roles=roles, now=now(), changes=changes
        )
        self.log.note("officer.certified", record_of(signed), now())
        return Officer(str((changes or {}).get("officer", name)), own, signed, roles)

    def approved(self, letter: Letter, *roles: str) -> Letter:
        """Add an approval of an officer of ours for each role."""
        for role in roles:
            officer = self.author if role == "author" else self.approver
            letter.payload["approvals"].append(self.approval(letter, officer, role))
        return letter

    def approval(
        self,
        letter: Letter,
        officer: Officer,
        role: str,
        *,
        changes: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        """Return an officer's approval of a message; ``changes`` are to the statement."""
        return approval(
            letter.payload,
            officer,
            mode=self.mode,
            role=role,
            expires_at=now() + LIFE,
            changes=changes,
        )

    # ------------------------------------------------------------------ writing

    def opening(
        self, type: str, sections: Mapping[str, Any], *, members: tuple[str, ...] = (), **more: Any
    ) -> Letter:
        """Return a message that opens a conversation with the node."""
        parties = members or (self.party, self.node)
        value = payload(self.party, parties, type, now=now(), **more)
        letter = Letter(value, {name: salted(one) for name, one in sections.items()}).bind()
        letter.payload.update({k: v for k, v in more.items() if k == "body"})
        return letter

    def next(
        self, talk: Talk, type: str, sections: Mapping[str, Any] | None = None, **more: Any
    ) -> Letter:
        """Return our next message in a conversation; ``more`` replaces members of the payload."""
        own = talk.chains.get(self.party, [])
        told = {
            "conversation": talk.content,
            "instrument": talk.instrument,
            "previous": own[-1] if own else None,
            "seen": talk.seen(self.party),
            "sequence": len(own) + 1,
            **more,
        }
        value = payload(self.party, talk.members, type, now=now(), **told)
        letter = Letter(value, {name: salted(one) for name, one in (sections or {}).items()}).bind()
        letter.payload.update({k: v for k, v in more.items() if k in ("body", "members")})
        return letter

    def sign(
        self, letter: Letter, *, key: str = "message", typ: str | None = None
    ) -> dict[str, Any]:
        """Return the JWS of a message, by one key of ours."""
        kind = typ or f"comity-1.message.{self.mode}"
        return raw_jws(letter.data(), [self.keys.signing[key]], typ=kind)

    def seal(self, data: bytes) -> bytes:
        """Return bytes sealed to the node."""
        texts = self.directory.recipients(self.node, at=now())
        recipients = [age_keys.parse_recipient(one) for one in texts]
        return age.seal_bytes(data, recipients, random=os.urandom)

    def size_known(self) -> int | None:
        """Return what a parcel says that we know of the node's log."""
        return self.known.tree_size if self.known else None

    # ------------------------------------------------------------------ sending

    def signing(self, **changes: Any) -> Signing:
        """Return how our requests are signed; ``changes`` are to that."""
        told = {
            "key": self.keys.signing["transport"],
            "mode": self.mode,
            "sender": self.party,
            "recipient": self.node,
            **changes,
        }
        return Signing(**told)

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: str = "",
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        chunked: bool = False,
        **changes: Any,
    ) -> Answer:
        """Send a signed request; wait and repeat it if the node asks for that."""
        for tried in range(_TRIES):
            answer = self.wire.ask(
                method,
                path,
                query=query,
                body=body,
                headers=headers,
                chunked=chunked,
                signing=self.signing(**changes),
            )
            wait = answer.headers.get("retry-after", "")
            last = tried == _TRIES - 1
            if last or answer.status not in _BUSY or not wait.isdecimal():
                return answer
            time.sleep(min(float(wait), LONGEST_WAIT_S))
        raise AssertionError

    def post(self, parcel: bytes) -> Answer:
        """Seal a parcel's bytes and post them."""
        return self.ask("POST", MESSAGES, body=self.seal(parcel))

    def send(
        self, letter: Letter, *, key: str = "message", typ: str | None = None, known: Any = ...
    ) -> Sent:
        """Sign, seal and post a message."""
        return self.send_signed(letter, self.sign(letter, key=key, typ=typ), known=known)

    def send_signed(self, letter: Letter, message: dict[str, Any], *, known: Any = ...) -> Sent:
        """Seal and post a message that is signed, or spoilt, already."""
        held = self.known
        size = self.size_known() if known is ... else known
        answer = self.post(encode(letter.parcel(message, known=size)))
        sent = Sent(letter, message, answer, held)
        if answer.status == 200:
            self.log.note("message.sent", sent.record, now())
        return sent

    def check(self, sent: Sent) -> CheckedReceipt:
        """Return the receipt of a message once everything in it holds.

        Raises:
            PeerError: the first rule that it breaks.
        """
        message = parse_message(jws.parse_value(sent.message))
        envelope = jws.parse(sent.answer.body)
        checked = check_receipt(
            envelope, message, self.directory, known=sent.known, proved_at=now() + timedelta()
        )
        tree = checked.checkpoint.checkpoint
        if self.known is None or tree.tree_size >= self.known.tree_size:
            self.known = tree
            told = {"origin": tree.origin, "root": b64(tree.root), "size": tree.tree_size}
            self.memory.put(f"known-{self.party.replace('/', '-')}", told)
        self.receipts.append(checked)
        self.log.note("receipt.received", record_of(envelope.value), now())
        return checked

    def _remembered(self) -> Checkpoint | None:
        kept = self.memory.get(f"known-{self.party.replace('/', '-')}")
        if not isinstance(kept, dict) or kept.get("node", self.node) != self.node:
            return None
        told = LogOrigin.parse(kept["origin"])
        if (told.mode, told.party) != (self.mode, self.node):
            return None
        return Checkpoint(str(kept["origin"]), int(kept["size"]), unb64(kept["root"]))


def ahead(**by: float) -> str:
    """Return a moment from now as text; a negative one lies in the past."""
    return time_text(now() + timedelta(**by))
