"""Other people's tools judge a bundle, and refuse a spoilt one."""

import base64
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws as jose
from joserfc.jwk import OKPKey
from tests.bundle.makers import IDENTITY, VN, private, whole_bundle
from tests.bundle.test_commands import put
from tests.conftest import needs
from tests.ledger.test_go_judges import build, verdicts
from tests.origins import origin_of

from comity.canonical import unb64
from comity.evidence import age_keys
from comity.ledger import VerifierKey, leaf_hash, parse_checkpoint, parse_note, parse_proof
from comity.ledger.notekey import ED25519

__all__ = ["build"]
FILES = whole_bundle()


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return put(tmp_path / "bundle", FILES)


def valid(folder: Path) -> bool:
    command = [sys.executable, "-m", "bagit", "--validate", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_bagit_validates_the_bundle_and_the_exhibit_in_it(bundle: Path) -> None:
    assert valid(bundle)
    exhibit = next((bundle / "data" / "exhibits").iterdir())
    assert valid(exhibit)


@pytest.mark.parametrize("spoil", ["change", "add", "remove"])
def test_bagit_refuses_a_spoilt_bundle(bundle: Path, spoil: str) -> None:
    target = bundle / "data" / "README.txt"
    if spoil == "change":
        target.write_bytes(target.read_bytes()[:-1] + b"x")
    elif spoil == "add":
        (bundle / "data" / "more.txt").write_text("x", encoding="utf-8")
    else:
        target.unlink()
    assert not valid(bundle)


def sums(folder: Path) -> tuple[int, int]:
    found = []
    for tool, name in (("sha256sum", "manifest-sha256"), ("sha512sum", "tagmanifest-sha512")):
        done = subprocess.run(
            [needs("sha256sum").replace("sha256sum", tool), "-c", "--strict", f"{name}.txt"],
            cwd=folder,
            capture_output=True,
            check=False,
        )
        found.append(done.returncode)
    return found[0], found[1]


def test_sha256sum_checks_the_manifests_and_refuses_a_changed_file(bundle: Path) -> None:
    assert sums(bundle) == (0, 0)
    (bundle / "data" / "bundle.json").write_bytes(b"{}")
    assert sums(bundle) == (1, 0)
    (bundle / "bag-info.txt").write_bytes(b"")
    assert sums(bundle) == (1, 1)


def text(value: bytes) -> str:
    return base64.b64encode(value).decode()


def log_cases(files: dict[str, bytes]) -> list[dict[str, Any]]:
    """Return the exporter's checkpoint and every leaf's proof, as Go's judge reads them."""
    note = files["data/log/vn_contact-point/1/checkpoint"]
    own: Any = private(VN, "log").public.key
    origin = origin_of("live", VN)
    vkey = VerifierKey(origin, ED25519, own.public_bytes_raw()).text()
    cases: list[dict[str, Any]] = [{"Op": "note", "Note": text(note), "Vkey": vkey}]
    tree = parse_checkpoint(parse_note(note).text)
    for path in sorted(files):
        if "/leaves/" in path:
            value = json.loads(files[path])
            proof = parse_proof(value["proof"].encode())
            cases.append(
                {
                    "Op": "record",
                    "Index": proof.index,
                    "Leaf": text(leaf_hash(unb64(value["entry"]))),
                    "Path": [text(item) for item in proof.path],
                    "Root": text(tree.root),
                    "Size": tree.tree_size,
                }
            )
    return cases


@pytest.mark.full
def test_go_checks_checkpoint_and_proofs_and_refuses_spoilt_ones(
    build: Callable[[str], Path],
) -> None:
    judge = build("judge")
    cases = log_cases(FILES)
    assert len(cases) > 10
    assert all(verdict["Ok"] for verdict in verdicts(judge, cases))
    spoilt = [{**cases[0], "Vkey": cases[0]["Vkey"], "Note": cases[0]["Note"][:-8] + "AAAACg=="}]
    spoilt += [{**case, "Leaf": text(bytes(32))} for case in cases[1:]]
    spoilt += [{**case, "Index": (case["Index"] + 1) % case["Size"]} for case in cases[1:]]
    assert not any(verdict["Ok"] for verdict in verdicts(judge, spoilt))


def test_joserfc_verifies_a_message_and_refuses_another_key() -> None:
    path = next(p for p in sorted(FILES) if "/messages/" in p and "/vn_" in p)
    registry = jose.JWSRegistry(algorithms=["Ed25519"])
    value = json.loads(FILES[path])
    for row in value["signatures"]:
        header = json.loads(unb64(row["protected"]))
        assert header["kid"] == private(VN, "message").kid
    good = OKPKey.import_key(dict(private(VN, "message").public.jwk))
    found = jose.deserialize_json(value, good, registry=registry)
    assert json.loads(found.payload)["from"] == VN
    other = OKPKey.import_key(dict(private(VN, "receipt").public.jwk))
    with pytest.raises(Exception, match=r"(?i)signature"):
        jose.deserialize_json(value, other, registry=registry)


def test_age_opens_the_sealed_package_to_the_exhibit_in_the_bundle(
    bundle: Path, tmp_path: Path
) -> None:
    keys = tmp_path / "key.txt"
    keys.write_text(age_keys.format_key_file(IDENTITY, created="2026-01-01"), encoding="utf-8")
    package = next((bundle / "data" / "evidence").iterdir())
    tar = tmp_path / "package.tar"
    subprocess.run([needs("age"), "-d", "-i", keys, "-o", tar, package], check=True)
    opened = tmp_path / "opened"
    opened.mkdir()
    subprocess.run([needs("tar"), "-xf", tar, "-C", opened], check=True)
    exhibit = next((bundle / "data" / "exhibits").iterdir())
    for path in exhibit.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (opened / path.relative_to(exhibit)).read_bytes()
    data = bytearray(package.read_bytes())
    data[-1] ^= 1
    package.write_bytes(bytes(data))
    done = subprocess.run([needs("age"), "-d", "-i", keys, package], capture_output=True)  # noqa: PLW1510
    assert done.returncode != 0
