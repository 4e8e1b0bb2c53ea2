"""Write the vectors of envelope, approval, conversation and receipt, the same bytes each time."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import REPOSITORY
from tests.exchange.makers import UN, USES, VN, ZA, World
from tests.exchange.test_receipts import Log
from tests.spec import (
    vectors_approval,
    vectors_carried,
    vectors_conversation,
    vectors_editions,
    vectors_envelope,
    vectors_items,
    vectors_receipt,
    vectors_solution,
    vectors_tables,
    vectors_transport,
)
from tests.spec.named import named

from comity.canonical import Mode

FOLDER = REPOSITORY / "vectors"
MODES: tuple[Mode, ...] = ("live", "exercise")


def envelopes() -> dict[str, Any]:
    """Return the files of envelopes, with the parcels whose editions decide."""
    files = vectors_envelope.files()
    files["parcel"]["vectors"] += vectors_editions.parcel_vectors()
    return {**files, "sections": vectors_transport.sections()}


PARTS: dict[str, Callable[[], dict[str, Any]]] = {
    "approval": vectors_approval.files,
    "carrying": vectors_carried.files,
    "conversation": lambda: (
        vectors_conversation.files()
        | vectors_editions.files()
        | vectors_items.files()
        | vectors_tables.files()
    ),
    "envelope": envelopes,
    "receipt": vectors_receipt.files,
    "solution": vectors_solution.files,
    "transport": vectors_transport.files,
}


def keys() -> dict[str, Any]:
    """Return the public test keys: what a directory would answer, and the private halves."""
    rows = []
    for mode in MODES:
        world = World(VN, ZA, UN, mode=mode)
        for party in world.parties:
            for use in USES:
                private = world.keys[party, use]
                rows.append(
                    {
                        "kid": private.kid,
                        "mode": mode,
                        "party": party,
                        "private_jwk": private.private_jwk,
                        "use": use,
                    }
                )
    log = Log()
    return {
        "description": "Test keys; everybody has their private halves. Never trust one.",
        "keys": rows,
        "logs": [{"origin": log.origin, "party": ZA, "verifier": log.verifier.key.text()}],
    }


def made() -> dict[Path, str]:
    """Return every vector file's text by its path below `vectors`."""
    files: dict[Path, Any] = {
        Path("keys.json"): keys(),
        Path("editions.json"): vectors_editions.listed(),
    }
    for folder, write in PARTS.items():
        for name, value in write().items():
            files[Path(folder, f"{name}.json")] = value
    return {
        path: json.dumps(named(path.as_posix(), value), indent=1, sort_keys=False) + "\n"
        for path, value in files.items()
    }


def main() -> None:
    """Write them."""
    for path, text in made().items():
        (FOLDER / path).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
