"""A trust file that is broken is named as what is at fault, by every command that reads one."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from comity.cli import main

BROKEN = {
    "text": b"not a trust file",
    "cut": b'{"delegations": {}, "mode": "live", "prot',
    "member": json.dumps({"mode": "live", "protocol": "comity/1"}).encode(),
    "root": json.dumps(
        {
            "delegations": {},
            "mode": "live",
            "protocol": "comity/1",
            "root": None,
            "timestamp_roots": ["-----BEGIN CERTIFICATE-----\nAA\n-----END CERTIFICATE-----"],
            "witness_threshold": 2,
            "witnesses": [],
        }
    ).encode(),
}


@pytest.fixture
def at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("bundle/data").mkdir(parents=True)
    Path("bundle/bagit.txt").touch()  # a folder without it is no bundle
    Path("letter.pdf").write_bytes(b"%PDF-1.7 no letter")
    Path("file").write_bytes(b"{}")
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["verify", "bundle", "--trust", "bad.json"],
        ["verify", "letter.pdf", "--trust", "bad.json"],
        ["verify", "file", "--trust", "bad.json", "--offer", "file"],
        ["ls", "file", "--trust", "bad.json", "--offer", "file", "-i", "file"],
        ["solution", "verify", "file", "--trust", "bad.json"],
        ["directory", "trust", "copy", "--add", "bad.json"],
        ["init", "node", "--party", "vn/x", "--trust", "bad.json", "--directory-url", "x"],
        ["paper", "cover", "bundle", "--trust", "bad.json", "-o", "c.pdf", "--lang", "en"],
    ],
    ids=lambda words: " ".join(words[:2]),
)
@pytest.mark.parametrize("kind", sorted(BROKEN))
def test_the_trust_file_is_at_fault_and_named(at: Path, words: list[str], kind: str) -> None:
    Path("bad.json").write_bytes(BROKEN[kind])
    found = CliRunner().invoke(main, words)
    assert found.exit_code == 2, found.output
    assert "error [trust-file]: the trust file bad.json cannot be used: " in found.stderr
    assert "Get the trust file again" in found.stderr
    assert "FAILED" not in found.output
    assert not Path("node").exists()
