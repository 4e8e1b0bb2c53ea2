"""The whole case of `comity demo`, on real evidence, judged by other people's tools too.

Invariants 1, 6 and 7 of the design, over real nodes and real HTTP.
"""

import hashlib
import json
import os
import random
import re
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import bagit
import pytest
from tests.conftest import REPOSITORY, needs
from tests.forked import run as forked_run
from tests.nodes.offices import free_row

pytestmark = [pytest.mark.full, pytest.mark.timeout(600)]

LEAST_BYTES = 4096  # of a file from which a sample is taken


@dataclass(frozen=True)
class Played:
    """What the demonstration left."""

    folder: Path
    evidence: Path | None
    story: str

    @property
    def bundle(self) -> Path:
        return self.folder / "bundle"

    @property
    def trust(self) -> Path:
        return self.folder / "trust.json"

    @property
    def sealed(self) -> Path:
        (found,) = (self.bundle / "data" / "evidence").glob("*.age")
        return found


def comity(*words: str) -> subprocess.CompletedProcess[bytes]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("COMITY_")}
    return forked_run(
        [sys.executable, "-m", "comity", *words], env=clean, capture_output=True, check=False
    )


@pytest.fixture(scope="session")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """Play the demonstration once, on the shared evidence where that is at hand."""
    shared = Path(os.environ.get("COMITY_SHARED", REPOSITORY.parent / "shared")) / "evidence"
    evidence = shared if shared.is_dir() else None
    out = tmp_path_factory.mktemp("demo") / "X"
    words = ["--evidence", str(evidence)] if evidence else []
    base = str(free_row(3))
    done = comity("demo", "--exit", *words, "--out", str(out), "--port-base", base)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return Played(out, evidence, done.stdout.decode())


def verify(bundle: Path, trust: Path | None) -> tuple[int, dict[str, Any]]:
    words = ["--trust", str(trust)] if trust else []
    done = comity("verify", str(bundle), "--json", *words)
    return done.returncode, json.loads(done.stdout)


def test_the_bundle_of_a_whole_case_is_proved_against_the_trust_file(played: Played) -> None:
    status, report = verify(played.bundle, played.trust)
    assert status == 0
    assert {step["status"] for step in report["steps"]} == {"passed"}
    assert len(report["steps"]) == 11


def test_custody_begins_after_the_request_that_it_belongs_to(played: Played) -> None:
    _, report = verify(played.bundle, played.trust)
    sent = [one["facts"] for one in report["claims"] if one["claim"] == "sent-at"]
    submitted = min(one["time"] for one in sent)
    told = [one["facts"] for one in report["claims"] if one["claim"] == "custody-event"]
    assert told
    assert min(one["at"] for one in told) > submitted
    for chain in (played.bundle / "data" / "custody").glob("*.json"):
        for event in json.loads(chain.read_bytes()):
            days = re.findall(r"\d{4}-\d\d-\d\d", event["reason"])
            assert all(day >= submitted[:10] for day in days), event["reason"]


def test_without_the_trust_file_the_origin_is_not_proved(played: Played) -> None:
    assert verify(played.bundle, None)[0] == 3


@pytest.fixture
def copy(played: Played, tmp_path: Path) -> Path:
    return shutil.copytree(played.bundle, tmp_path / "bundle", copy_function=os.link)


def replaced(path: Path, data: bytes) -> None:
    """Write a file anew, so that the bytes it was linked with stay as they are."""
    path.unlink()
    path.write_bytes(data)


@pytest.mark.parametrize("seed", range(4))
def test_a_flipped_bit_anywhere_is_found_and_named(played: Played, copy: Path, seed: int) -> None:
    chance = random.Random(seed)
    files = sorted(path for path in copy.rglob("*") if path.is_file() and path.stat().st_size)
    victim = chance.choice(files)
    data = bytearray(victim.read_bytes())
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    replaced(victim, bytes(data))
    status, report = verify(copy, played.trust)
    assert status == 1
    assert_named(report, victim.relative_to(copy).as_posix())


def test_a_missing_file_is_found_and_named(played: Played, copy: Path) -> None:
    victim = max((copy / "data" / "receipts").iterdir())
    victim.unlink()
    status, report = verify(copy, played.trust)
    assert status == 1
    assert_named(report, victim.relative_to(copy).as_posix())


def assert_named(report: dict[str, Any], path: str) -> None:
    failed = [step for step in report["steps"] if step["status"] == "failed"]
    found = {(step["number"], f["path"]) for step in failed for f in step["findings"]}
    assert any(path.endswith(named) for _, named in found if named), (path, found)


# ------------------------------------------------------------------ other people's tools


@pytest.fixture(scope="session")
def opened(played: Played, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Open the sealed package by Debian's age and tar alone; return the bag."""
    folder = tmp_path_factory.mktemp("opened")
    tar = folder / "bag.tar"
    identity = played.folder / "officers" / "vn-contact-point" / "case-identity.txt"
    age = needs("age")
    subprocess.run([age, "-d", "-i", identity, "-o", tar, played.sealed], check=True)
    subprocess.run([needs("tar"), "-xf", tar, "-C", folder], check=True)
    tar.unlink()
    (found,) = {path.parent for path in folder.rglob("bagit.txt")}
    return found


def test_debians_age_opens_the_package_and_refuses_a_changed_one(
    played: Played, opened: Path, tmp_path: Path
) -> None:
    assert (opened / "manifest-sha256.txt").is_file()
    spoilt = bytearray(played.sealed.read_bytes())
    spoilt[len(spoilt) // 2] ^= 1
    (tmp_path / "spoilt.age").write_bytes(spoilt)
    identity = played.folder / "officers" / "vn-contact-point" / "case-identity.txt"
    sealed, out = str(tmp_path / "spoilt.age"), str(tmp_path / "out")
    words = [needs("age"), "-d", "-i", str(identity), "-o", out, sealed]
    assert subprocess.run(words, capture_output=True, check=False).returncode != 0


@pytest.mark.filterwarnings("ignore::DeprecationWarning:bagit")
def test_bagit_and_sha256sum_check_the_exhibit_and_refuse_a_changed_one(
    opened: Path, tmp_path: Path
) -> None:
    needs("sha256sum")
    assert bagit.Bag(str(opened)).validate(processes=1)
    words = ["sha256sum", "--strict", "--quiet", "-c", "manifest-sha256.txt"]
    assert subprocess.run(words, cwd=opened, check=False).returncode == 0
    spoilt = shutil.copytree(opened, tmp_path / "spoilt", copy_function=os.link)
    victim = max(p for p in (spoilt / "data").rglob("*") if p.is_file() and p.stat().st_size)
    data = victim.read_bytes()
    replaced(victim, bytes([data[0] ^ 1]) + data[1:])
    assert subprocess.run(words, cwd=spoilt, capture_output=True, check=False).returncode == 1
    with pytest.raises(bagit.BagError):
        bagit.Bag(str(spoilt)).validate(processes=1)


def digests(folder: Path) -> dict[str, Path]:
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in files}


def test_every_file_of_the_evidence_arrives_as_it_was(played: Played, opened: Path) -> None:
    if played.evidence is None:
        pytest.skip("needs the shared material: set COMITY_SHARED to its folder")
    before, after = digests(played.evidence), digests(opened / "data")
    missing = {before[found].name for found in before.keys() - after.keys()}
    refused = {line.rpartition("/")[2] for line in played.story.splitlines() if "refused" in line}
    assert missing <= refused
    assert len(after) >= 2


# ------------------------------------------------------------------ invariant 7


def samples(folder: Path) -> list[bytes]:
    """Return 48 bytes out of the middle of each larger file, where they tell something."""
    found = set()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.stat().st_size >= LEAST_BYTES:
            data = path.read_bytes()
            middle = data[len(data) // 2 :][:48]
            if len(set(middle)) > 12:
                found.add(middle)
    return sorted(found)[:40]


def holds_any(folder: Path, wanted: list[bytes]) -> set[Path]:
    found = set()
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            if any(sample in data for sample in wanted):
                found.add(path)
    return found


def test_evidence_in_the_clear_is_on_no_nodes_disk_and_in_no_log(
    played: Played, opened: Path
) -> None:
    wanted = samples(opened / "data")
    assert wanted
    assert holds_any(opened / "data", wanted), "the search finds what is there"
    assert holds_any(played.folder / "nodes", wanted) == set()


def test_no_secret_key_of_a_node_or_case_is_in_the_bundle_or_in_a_log(played: Played) -> None:
    identity = played.folder / "officers" / "vn-contact-point" / "case-identity.txt"
    secret = next(line for line in identity.read_bytes().splitlines() if line.startswith(b"AGE-"))
    for folder in (played.folder / "nodes", played.bundle):
        assert holds_any(folder, [secret]) == set()
    assert holds_any(identity.parent, [secret]) == {identity}


def test_the_story_tells_of_both_forgeries(played: Played) -> None:
    assert "one bit changed in a copy: step" in played.story
    assert "one message left out: step" in played.story


def test_a_demonstration_takes_no_port_that_somebody_listens_on(tmp_path: Path) -> None:
    first = free_row(3)
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", first + 2))
        taken.listen()
        done = comity("demo", "--exit", "--out", str(tmp_path / "X"), "--port-base", str(first))
    assert done.returncode == 1
    assert b"port-taken" in done.stderr
    assert not (tmp_path / "X").exists()
