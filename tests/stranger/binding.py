"""A court bundle of a party's case, and the records of its State (spec 12 and 16)."""

import hashlib
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from tests.stranger.bag import BAGIT
from tests.stranger.bundle import folder_name
from tests.stranger.custody import event_digest
from tests.stranger.log import leaf_entry
from tests.stranger.party import Party, Stored
from tests.stranger.suites import Envelope, Signer, new_signer, parse_jws, sign_jws
from tests.stranger.values import b64, decode, encode, time_text, unb64


@dataclass
class State:
    """A State: its keys, and its record in version 1."""

    name: str
    mode: str
    issued_at: datetime
    threshold: int = 2
    keys: list[Signer] = field(default_factory=lambda: [new_signer() for _ in range(3)])

    @property
    def pin(self) -> dict[str, Any]:
        """Return what a trust file says of it."""
        return {"keys": [key.public.jwk for key in self.keys], "threshold": self.threshold}

    def record(self) -> Envelope:
        """Return the first State record."""
        value = self.pin | {
            "issued_at": time_text(self.issued_at),
            "mode": self.mode,
            "previous": None,
            "protocol": "comity/1",
            "state": self.name,
            "version": 1,
        }
        return sign_jws(encode(value), thing="state", mode=self.mode, keys=self.keys[:2])

    def enter(self, payload: bytes) -> Envelope:
        """Sign the entry of a party."""
        return sign_jws(payload, thing="entry", mode=self.mode, keys=self.keys[:2])


def trust_file(mode: str, states: list[State]) -> bytes:
    """Return a trust file that pins some States."""
    value: dict[str, Any] = {
        "delegations": {state.name: state.pin for state in states},
        "mode": mode,
        "protocol": "comity/1",
        "root": None,
        "timestamp_roots": [],
        "witness_threshold": 2,
        "witnesses": [],
    }
    return encode(value)


@dataclass
class Binder:
    """Who exports, and what else the bundle holds.

    Attributes:
        party: the exporter.
        records: State records.
        entries: directory entries.
        chains: custody chains by exhibit.
        sealed: sealed packages by the hex of their root.
    """

    party: Party
    records: list[Envelope]
    entries: list[Envelope]
    chains: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    sealed: dict[str, bytes] = field(default_factory=dict)

    def bind(self, conversation: str, at: datetime) -> dict[str, bytes]:
        """Return the files of a bundle of one conversation."""
        held = self.party.in_conversation(conversation)
        files: dict[str, bytes] = {"data/README.txt": b"How to check this stands in spec 16.\n"}
        for stored in held:
            files |= _message(stored)
        files |= self._directory()
        files |= self._log(held)
        for exhibit, chain in self.chains.items():
            files[f"data/custody/{exhibit}.json"] = encode(chain)
        for root, data in self.sealed.items():
            files[f"data/evidence/{root}.age"] = data
        statement = self._statement(conversation, held, files, at)
        key = self.party.keys["export"]
        signed = sign_jws(encode(statement), thing="bundle", mode=self.party.mode, keys=[key])
        return _bag(files | {"data/bundle.json": signed.raw}, statement)

    def _directory(self) -> dict[str, bytes]:
        found = {}
        for record in self.records:
            value = decode(record.payload)
            path = f"states/{value['state']}-{value['version']}"
            found[f"data/directory/{path}.json"] = record.raw
        for entry in self.entries:
            value = decode(entry.payload)
            path = f"entries/{folder_name(value['party'])}-{value['version']}"
            found[f"data/directory/{path}.json"] = entry.raw
        return found

    def _log(self, held: list[Stored]) -> dict[str, bytes]:
        """Return the leaves of what is in the bundle, and how the trees of receipts go on."""
        log, party = self.party.log, self.party.name
        own = f"data/log/{folder_name(party)}/1"
        note = log.checkpoint()
        found = {f"{own}/checkpoint": note.encode()}
        wanted = {stored.message.envelope.record for stored in held}
        sizes = set()
        for stored in held:
            receipt = _receipt(stored)
            said = decode(receipt.payload)
            wanted.add(receipt.record)
            size = int(said["checkpoint"].split("\n")[1])
            if said["to"] == party:
                sizes.add(size)
            else:
                found |= _newest(found, said)
        for index, opening in enumerate(log.openings):
            if opening["record"] in wanted:
                found[f"{own}/leaves/{index}.json"] = encode(
                    opening | {"entry": b64(leaf_entry(opening)), "proof": _proof(log, index, note)}
                )
        rows = [
            {"from": size, "path": log.consistency(size)}
            for size in sorted(sizes)
            if size < len(log.leaves)
        ]
        if rows:
            found[f"{own}/consistency.json"] = encode(rows)
        return found

    def _statement(
        self, conversation: str, held: list[Stored], files: dict[str, bytes], at: datetime
    ) -> dict[str, Any]:
        outcome = self.party.outcome(conversation)
        heads = {}
        for stored in sorted(held, key=lambda one: int(one.message.value["sequence"])):
            message = stored.message
            mark = {"content": message.envelope.content, "sequence": message.value["sequence"]}
            heads[message.author] = mark
        return {
            "conversations": [
                {
                    "conversation": conversation,
                    "heads": heads,
                    "members": held[0].message.value["members"],
                }
            ],
            "custody": {
                exhibit: {"count": len(chain), "digest": _last(chain)}
                for exhibit, chain in self.chains.items()
            },
            "exported_at": time_text(at),
            "exporter": self.party.name,
            "files": {path: _sha256(data) for path, data in files.items()},
            "mode": self.party.mode,
            "protocol": "comity/1",
            "state": {conversation: outcome.state.value()},
            "withheld": [],
        }


def _sha256(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _last(chain: list[dict[str, Any]]) -> str:
    return event_digest(chain[-1])


def _receipt(stored: Stored) -> Envelope:
    return parse_jws(decode(stored.receipt))


def _message(stored: Stored) -> dict[str, bytes]:
    message = stored.message
    name = f"{folder_name(message.author)}-{message.value['sequence']}"
    found = {f"data/messages/{message.conversation[7:]}/{name}.json": message.envelope.raw}
    for section, salted in stored.salted.items():
        path = f"data/sections/{message.envelope.content[7:]}/{section}.json"
        found[path] = encode(salted)
    to = folder_name(decode(_receipt(stored).payload)["to"])
    found[f"data/receipts/{message.envelope.record[7:]}.{to}.json"] = stored.receipt
    return found


def _newest(found: dict[str, bytes], said: dict[str, Any]) -> dict[str, bytes]:
    """Return the newest checkpoint of a partner's log that its receipts show."""
    note = said["checkpoint"]
    origin, size = note.split("\n")[:2]
    path = f"data/log/{folder_name(said['to'])}/{origin.rpartition('/')[2]}/checkpoint"
    held = found.get(path)
    if held is not None and int(held.decode().split("\n")[1]) >= int(size):
        return {}
    return {path: note.encode()}


def _proof(log: Any, index: int, note: str) -> str:
    path = [b64encode(unb64(step)).decode() + "\n" for step in log.inclusion(index)]
    return f"c2sp.org/tlog-proof@v1\nindex {index}\n{''.join(path)}\n{note}"


def _bag(files: dict[str, bytes], statement: dict[str, Any]) -> dict[str, bytes]:
    """Return a payload as a BagIt folder."""
    size = sum(map(len, files.values()))
    facts = {
        "Payload-Oxum": f"{size}.{len(files)}",
        "Bagging-Date": statement["exported_at"][:10],
        "Source-Organization": statement["exporter"],
    }
    tags = {
        "bagit.txt": BAGIT,
        "bag-info.txt": "".join(f"{name}: {told}\n" for name, told in facts.items()).encode(),
        "manifest-sha256.txt": "".join(
            f"{hashlib.sha256(files[path]).hexdigest()}  {path}\n" for path in sorted(files)
        ).encode(),
    }
    lines = [f"{hashlib.sha512(tags[path]).hexdigest()}  {path}\n" for path in sorted(tags)]
    return files | tags | {"tagmanifest-sha512.txt": "".join(lines).encode()}
