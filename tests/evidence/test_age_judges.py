"""Debian's age and npm's age-encryption open what we seal, and we what they seal, of every kind."""

import base64
import io
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import REPOSITORY, needs
from tests.evidence.kit import HYBRID, IDENTITY
from tests.judges.npm_judge import verdicts

from comity.evidence import age, age_keys
from comity.evidence.age import CHUNK_BYTES
from comity.evidence.age_armor import ArmorWriter, without_armor
from comity.evidence.age_scrypt import Passphrase
from comity.evidence.age_stanza import Unwrapper, Wrapper
from comity.keys.bech32 import AgeError

TERMINAL = REPOSITORY / "tests" / "judges" / "terminal.py"
WORDS = "giấy tờ đi cùng người đưa thư"
PLAIN = os.urandom(2 * CHUNK_BYTES + 5)
ARMOR = pytest.mark.parametrize("armor", [False, True], ids=["binary", "armored"])


def our_seal(recipients: list[Wrapper], *, armor: bool, plain: bytes = PLAIN) -> bytes:
    out = io.BytesIO()
    if armor:
        writer = ArmorWriter(out.write)
        age.encrypt_into(io.BytesIO(plain), writer.write, recipients, random=os.urandom)
        writer.close()
    else:
        age.encrypt_into(io.BytesIO(plain), out.write, recipients, random=os.urandom)
    return out.getvalue()


def our_open(data: bytes, identities: list[Unwrapper]) -> bytes:
    out = io.BytesIO()
    age.decrypt_into(without_armor(io.BytesIO(data)), out.write, identities)
    return out.getvalue()


def spoilt(data: bytes) -> bytes:
    """Change one letter or byte well inside the payload."""
    place = len(data) - 100
    changed = b"A" if data[place : place + 1] != b"A" else b"B"
    return data[:place] + changed + data[place + 1 :]


def refuses(data: bytes, identities: list[Unwrapper]) -> bool:
    with pytest.raises(AgeError) as caught:
        our_open(data, identities)
    return caught.value.code == "age-payload"


# ------------------------------------------------------------------ Debian's age


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(age_keys.format_key_file(IDENTITY, created="2026-01-01T00:00:00Z"))
    return path


@ARMOR
def test_debian_age_opens_ours_and_refuses_it_spoilt(
    armor: bool, key: Path, tmp_path: Path
) -> None:
    sealed = our_seal([IDENTITY.recipient], armor=armor)
    found = []
    for data in (sealed, spoilt(sealed)):
        (tmp_path / "sealed").write_bytes(data)
        command = [needs("age"), "-d", "-i", str(key), str(tmp_path / "sealed")]
        found.append(subprocess.run(command, check=False, capture_output=True))
    assert (found[0].returncode, found[0].stdout) == (0, PLAIN)
    assert found[1].returncode != 0


@ARMOR
def test_we_open_what_debian_age_seals_and_refuse_it_spoilt(armor: bool) -> None:
    command = [needs("age"), "-r", str(IDENTITY.recipient), *(["-a"] if armor else [])]
    sealed = subprocess.run(command, check=True, capture_output=True, input=PLAIN).stdout
    assert our_open(sealed, [IDENTITY]) == PLAIN
    assert refuses(spoilt(sealed), [IDENTITY])


def on_a_terminal(*command: object, words: str) -> int:
    """Run a program that asks for the passphrase on its terminal; return its exit status."""
    done = subprocess.run(
        [sys.executable, TERMINAL, *map(str, command)],
        input=words.encode() + b"\n",
        capture_output=True,
        check=False,
        timeout=60,
    )
    return done.returncode


@pytest.mark.full
def test_debian_age_opens_our_passphrase_file_with_the_passphrase_only(tmp_path: Path) -> None:
    sealed, opened = tmp_path / "sealed", tmp_path / "opened"
    sealed.write_bytes(our_seal([Passphrase(WORDS.encode())], armor=False))
    command = (needs("age"), "-d", "-o", opened, sealed)
    assert on_a_terminal(*command, words="another") != 0
    assert on_a_terminal(*command, words=WORDS) == 0
    assert opened.read_bytes() == PLAIN
    sealed.write_bytes(spoilt(sealed.read_bytes()))
    assert on_a_terminal(*command, words=WORDS) != 0


@pytest.mark.full
def test_we_open_debians_passphrase_file_with_the_passphrase_only(tmp_path: Path) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "sealed"
    plain.write_bytes(PLAIN)
    assert on_a_terminal(needs("age"), "-p", "-o", sealed, plain, words=WORDS) == 0
    data, passphrase = sealed.read_bytes(), Passphrase(WORDS.encode())
    assert our_open(data, [passphrase]) == PLAIN
    assert refuses(spoilt(data), [passphrase])
    with pytest.raises(AgeError) as caught:
        our_open(data, [Passphrase(b"another")])
    assert caught.value.code == "age-no-match"


# ------------------------------------------------------------------ npm's age-encryption

KINDS: dict[str, tuple[list[Wrapper], list[Unwrapper], dict[str, Any], dict[str, Any]]] = {
    "X25519": (
        [IDENTITY.recipient],
        [IDENTITY],
        {"recipients": [str(IDENTITY.recipient)]},
        {"identities": [IDENTITY.text()]},
    ),
    "hybrid": (
        [HYBRID.recipient],
        [HYBRID],
        {"recipients": [str(HYBRID.recipient)]},
        {"identities": [HYBRID.text()]},
    ),
    "passphrase": (
        [Passphrase(WORDS.encode(), write_log_n=14)],
        [Passphrase(WORDS.encode())],
        {"passphrase": WORDS},
        {"passphrase": WORDS},
    ),
}
KIND = pytest.mark.parametrize("kind", KINDS)


def text(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.mark.full
@ARMOR
@KIND
def test_npm_age_opens_ours_and_refuses_it_spoilt(kind: str, armor: bool) -> None:
    recipients, _, _, opens = KINDS[kind]
    sealed = our_seal(recipients, armor=armor)
    case = {"do": "open", "armor": armor, **opens}
    whole, broken = verdicts(
        "age.mjs", [case | {"data": text(data)} for data in (sealed, spoilt(sealed))]
    )
    assert base64.b64decode(whole["data"]) == PLAIN
    assert "error" in broken


@pytest.mark.full
@ARMOR
@KIND
def test_we_open_what_npm_age_seals_and_refuse_it_spoilt(kind: str, armor: bool) -> None:
    _, identities, seals, _ = KINDS[kind]
    case = {"do": "seal", "armor": armor, "data": text(PLAIN), **seals}
    (made,) = verdicts("age.mjs", [case])
    sealed = base64.b64decode(made["data"])
    assert our_open(sealed, identities) == PLAIN
    assert refuses(spoilt(sealed), identities)


def test_npm_age_derives_the_same_recipients_and_refuses_a_mistyped_identity() -> None:
    identities = [age_keys.generate_hybrid(os.urandom) for _ in range(3)] + [IDENTITY]
    texts = [identity.text() for identity in identities] + [HYBRID.text()[:-1] + "Q"]
    *found, mistyped = verdicts("age.mjs", [{"do": "recipient", "identity": t} for t in texts])
    assert [one["recipient"] for one in found] == [str(one.recipient) for one in identities]
    assert "error" in mistyped
