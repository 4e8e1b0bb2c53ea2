"""Whose bundle it is: signed where it is made, and judged by the lines of the how-to before use."""

import subprocess
from pathlib import Path

import pytest
from scripts import bundle
from tests.conftest import needs
from tests.operation.guides import lines_of

TAR = "comity-0.1.0-cp313-x86_64.tar"
LINES = lines_of("install-offline.md")
KEYGEN, SIGNERS = "ssh-keygen -t ed25519 ", 'echo "releases namespaces='
FINGERPRINT, VERIFY, SUMS = (
    "cut -d ' ' -f 3- comity-signers",
    "ssh-keygen -Y verify ",
    "sha256sum --check SHA256SUMS",
)


def line(start: str) -> str:
    (found,) = [one for one in LINES if one.startswith(start)]
    return found


def run(folder: Path, words: str) -> tuple[int, str]:
    done = subprocess.run(
        ["sh", "-c", words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def made_key(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    status, told = run(folder, line(KEYGEN) + " -N ''")
    assert status == 0, told
    status, told = run(folder, line(SIGNERS))
    assert status == 0, told
    return folder / "release-key"


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A signed bundle as it arrived, and the signers whom the buyer knew before."""
    needs("ssh-keygen")
    folder = tmp_path / "arrived"
    key = made_key(folder)
    (folder / TAR).write_bytes(b"what make bundle made" * 1000)
    bundle.release(folder / TAR, key)
    return folder


def test_the_lines_of_the_guide_take_a_bundle_that_is_ours(place: Path) -> None:
    ours, theirs = (
        run(place, words)[1].split()[1]
        for words in ("ssh-keygen -l -f release-key.pub", line(FINGERPRINT))
    )
    assert ours == theirs
    assert ours.startswith("SHA256:")
    status, told = run(place, line(VERIFY))
    assert (status, told.partition(" with ")[0]) == (
        0,
        'Good "comity-bundle" signature for releases',
    )
    assert run(place, line(SUMS))[0] == 0


def spoil(place: Path) -> None:
    data = bytearray((place / TAR).read_bytes())
    data[len(data) // 2] ^= 1
    (place / TAR).write_bytes(data)


def test_one_bit_changed_on_the_way_is_noticed_by_both(place: Path) -> None:
    spoil(place)
    assert run(place, line(VERIFY))[0] != 0
    assert run(place, line(SUMS))[0] != 0


def test_a_forger_who_writes_new_sums_is_noticed_by_the_signature_alone(
    place: Path, tmp_path: Path
) -> None:
    spoil(place)
    bundle.release(place / TAR, made_key(tmp_path / "forger"))
    assert run(place, line(SUMS))[0] == 0
    assert run(place, line(VERIFY))[0] != 0


def test_what_the_key_signed_for_something_else_is_no_bundle(place: Path) -> None:
    (place / f"{TAR}.sig").unlink()
    status, told = run(place, f"ssh-keygen -Y sign -q -f release-key -n git {TAR}")
    assert status == 0, told
    assert run(place, line(VERIFY))[0] != 0


def test_without_a_key_no_signature_of_an_earlier_bundle_stays(place: Path) -> None:
    bundle.release(place / TAR)
    assert sorted(path.name for path in place.iterdir() if path.name != TAR) == [
        "SHA256SUMS",
        "comity-signers",
        "release-key",
        "release-key.pub",
    ]
    assert run(place, line(VERIFY))[0] != 0
