"""Worked examples: values of the vectors, with every step between them spelt out."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from comity.canonical import b64, digest, digest_text, encode, parse_digest, unb64
from comity.exchange import parse_receipt
from comity.exchange.receipts import Receipt
from comity.keys import jws
from comity.ledger import entry, leaf_hash, parse_checkpoint, parse_note

_KEYS = "The keys are those of `vectors/keys.json`: public, for tests only."


def examples(root: Path) -> str:
    """Return the examples as Markdown; the values stand in ``vectors/`` under ``root``."""
    parts = (_signature(root), _message(root), _receipt(root))
    return "\n".join((_KEYS, "", *(line for part in parts for line in part)))


def _first(root: Path, name: str) -> dict[str, Any]:
    vectors = json.loads((root / "vectors" / name).read_text(encoding="utf-8"))["vectors"]
    found: dict[str, Any] = next(v for v in vectors if v["expect"] == "ok")["input"]
    return found


def _code(text: str) -> Iterator[str]:
    yield "```text"
    yield text
    yield "```"


def _json(value: Any) -> Iterator[str]:
    yield "```json"
    yield json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True)
    yield "```"


def _signature(root: Path) -> Iterator[str]:
    found = _first(root, "envelope/jws.json")
    envelope = found["jws"]
    header = envelope["signatures"][0]["protected"]
    yield "**A signature** (`vectors/envelope/jws.json`, first). The payload"
    yield from _code(unb64(envelope["payload"]).decode())
    yield "under the protected header"
    yield from _code(unb64(header).decode())
    yield "is signed over the ASCII bytes"
    yield from _code(f"{header}.{envelope['payload']}")
    yield "by the key whose thumbprint is `kid`, and gives"
    yield from _json(envelope)
    record = digest_text(digest("record", encode(envelope)))
    yield f"Its record digest is `{record}`."
    yield ""


def _message(root: Path) -> Iterator[str]:
    payload = _first(root, "approval/approval.json")["payload"]
    shown = {**payload, "approvals": [f"{len(payload['approvals'])} approvals, shortened here"]}
    yield "**A message** (`vectors/approval/approval.json`, first). Payload:"
    yield from _json(shown)
    approval = payload["approvals"][0]
    statement = unb64(approval["approval"]["payload"])
    yield "The author's approval in it is a JWS over this statement:"
    yield from _json(json.loads(statement))
    body = digest_text(digest("body", encode(payload["body"])))
    seen = digest_text(digest("seen", encode(payload["seen"])))
    yield f"where `body` is digest(`body`, canonical body) = `{body}` and `decided_on` is"
    yield f"digest(`seen`, canonical seen) = `{seen}`. The content digest of the payload is"
    yield f"`{digest_text(digest('content', encode(payload)))}`."
    yield ""


def _receipt(root: Path) -> Iterator[str]:
    found = _first(root, "receipt/receipt.json")
    envelope = jws.parse_value(found["receipt"])
    receipt = parse_receipt(envelope.payload)
    yield "**A receipt** (`vectors/receipt/receipt.json`, first). Payload:"
    yield from _json(json.loads(envelope.payload))
    yield "The leaf's opening in canonical form is"
    yield from _code(_opening(receipt).decode())
    leaf = entry(receipt.opening)
    tree = parse_checkpoint(parse_note(receipt.checkpoint.encode()).text)
    yield f"With the salt `{b64(receipt.salt)}` the log entry (33 bytes, hex) is"
    yield from _code(leaf.hex())
    yield f"and its leaf hash, SHA-256 of 0x00 and the entry, is `{leaf_hash(leaf).hex()}`."
    yield f"With the {len(receipt.inclusion)} hashes of `inclusion` it leads, as leaf"
    yield f"{receipt.index} of {tree.tree_size}, to the root"
    yield f"`{tree.root.hex()}`, which the checkpoint states."


def _opening(receipt: Receipt) -> bytes:
    value = json.loads(receipt.payload())
    parse_digest(value["record"])
    told = {
        "kind": "message.received",
        "outcome": value["outcome"],
        "record": value["record"],
        "time": value["received_at"],
    }
    return encode(told)
