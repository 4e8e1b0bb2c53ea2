"""Sealing says which images it packs, and gives them back as other people's tools know them."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import needs
from tests.forensics.making import ewf, raw_disk, run

DISKS = Path("evidence/disk-images")


def comity(*words: str | Path) -> str:
    return run(sys.executable, "-m", "comity", *words)


@pytest.fixture
def key(tmp_path: Path) -> Path:
    comity("keygen", "-o", tmp_path / "key")
    return tmp_path / "key"


def sealed(key: Path, *words: str | Path) -> str:
    recipient = key.read_text().partition("# public key: ")[2].split()[0]
    package = key.with_name("disk.age")
    return comity("seal", *words, "-r", recipient, "-o", package)


def digest(judged: str) -> str:
    """The MD5 that ewfverify computed."""
    return judged.partition("MD5 hash calculated over data:")[2].split()[0]


def test_an_e01_set_is_the_same_to_ewfverify_after_seal_and_open(key: Path, tmp_path: Path) -> None:
    folder = tmp_path / "exhibit"
    folder.mkdir()
    segments = ewf(raw_disk(tmp_path), folder / "disk")
    before = run(needs("ewfverify"), segments[0])
    assert f"image: E01 set of {len(segments)} segments, 3 MiB media" in sealed(key, folder)
    out = tmp_path / "out"
    comity("open", tmp_path / "disk.age", "-i", key, "--unauthenticated", "-o", out)
    (opened,) = out.rglob("disk.E01")
    after = run(needs("ewfverify"), opened)
    assert "SUCCESS" in after
    assert digest(after) == digest(before)
    assert "still has the digest" in comity("image", "verify", opened)
    spoilt = bytearray(opened.read_bytes())
    spoilt[500_000] ^= 1
    opened.chmod(0o600)
    opened.write_bytes(spoilt)
    assert "FAILURE" in run(needs("ewfverify"), opened, status=1)
    assert "NOT as it was acquired" in run(
        sys.executable, "-m", "comity", "image", "verify", opened, status=1
    )


def test_seal_names_what_is_missing_or_left_out_of_a_set(key: Path, tmp_path: Path) -> None:
    segments = ewf(raw_disk(tmp_path), tmp_path / "disk")
    segments[1].unlink()
    told: dict[str, Any] = json.loads(sealed(key, segments[0], "--json"))
    (image,) = told["images"]
    assert [finding["detail"] for finding in image["findings"]] == ["missing: segment 2"]
    assert image["not_sealed"] == [{"text": path.name} for path in segments[2:]]


def test_every_image_given_is_recognised_among_the_rest(shared: Path, key: Path) -> None:
    told: dict[str, Any] = json.loads(sealed(key, shared / DISKS, "--json"))
    assert sorted({image["format"] for image in told["images"]}) == [
        "ewf",
        "qcow2",
        "raw",
        "vhd",
        "vmdk",
    ]
    assert [image["not_sealed"] for image in told["images"]] == [[]] * len(told["images"])


def test_what_is_no_image_is_not_called_one(key: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.img").write_text("no image")
    assert "image:" not in sealed(key, tmp_path / "notes.img")
