"""The age test kit (C2SP CCTV): its files and what each expects."""

import os
import zlib
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import REPOSITORY

from comity.evidence import age_keys
from comity.evidence.age_scrypt import Passphrase
from comity.evidence.age_stanza import Unwrapper

SHARED = Path(os.environ.get("COMITY_SHARED", REPOSITORY.parent / "shared"))
TESTKIT = SHARED / "vectors" / "age-testkit"
CODES = {
    "success": "ok",
    "no match": "age-no-match",
    "HMAC failure": "age-hmac",
    "header failure": "age-header",
    "armor failure": "age-armor",
    "payload failure": "age-payload",
}


@dataclass(frozen=True, kw_only=True)
class Vector:
    """One file of the kit: an age file and what must come of it.

    Attributes:
        expect: ``ok`` or the code of the error.
        payload: SHA-256 of what is released, in hex, where something is.
        armored: whether the file is text.
        data: the age file.
        keys, words: identities and passphrases as the kit writes them.
    """

    expect: str
    payload: str | None
    armored: bool
    data: bytes
    keys: list[str]
    words: list[str]

    @property
    def identities(self) -> list[Unwrapper]:
        """All that the kit gives to open the file."""
        found: list[Unwrapper] = [age_keys.parse_identity(text) for text in self.keys]
        return found + [Passphrase(text.encode()) for text in self.words]


def names() -> list[str]:
    return sorted(path.name for path in TESTKIT.glob("*")) if TESTKIT.is_dir() else []


def read(name: str) -> Vector:
    head, _, body = (TESTKIT / name).read_bytes().partition(b"\n\n")
    facts = [line.split(": ", 1) for line in head.decode().splitlines()]
    once = dict(facts)
    return Vector(
        expect=CODES[once["expect"]],
        payload=once.get("payload"),
        armored="armored" in once,
        data=zlib.decompress(body) if once.get("compressed") == "zlib" else body,
        keys=[value for key, value in facts if key == "identity"],
        words=[value for key, value in facts if key == "passphrase"],
    )
