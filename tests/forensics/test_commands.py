"""`comity image` as an examiner meets it: results, exit status, and nothing that deceives."""

import hashlib
import json
import shlex
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from tests.forensics.making import admin, ewf, raw_disk, run

from comity.cli.evidence.exhibit import exhibit
from comity.cli.evidence.image import image
from comity.forensics.inspection import parse_inspection

DISKS = Path("evidence/disk-images")


def comity(*words: object) -> Result:
    return CliRunner().invoke(image, [str(word) for word in words])


def test_verify_ends_with_0_if_it_matches(shared: Path) -> None:
    done = comity("verify", shared / DISKS / "ext2.E01")
    assert (done.exit_code, "still has the digest" in done.stdout) == (0, True)


def test_verify_ends_with_1_if_it_differs(tmp_path: Path) -> None:
    first, second, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    data = bytearray(second.read_bytes())
    data[500_000] ^= 1
    second.write_bytes(data)
    done = comity("verify", first, "--json")
    (told,) = json.loads(done.stdout)["images"]
    assert (done.exit_code, told["checked"]["verdict"]) == (1, "differs")


def test_verify_ends_with_1_and_names_the_segment_if_one_is_missing(tmp_path: Path) -> None:
    first, second, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    second.unlink()
    done = comity("verify", first)
    assert done.exit_code == 1
    assert "error [image-segments]: missing: segment 2" in done.stderr


def test_verify_ends_with_3_if_nothing_is_stored(shared: Path) -> None:
    assert comity("verify", shared / DISKS / "iso9660.raw").exit_code == 3


def test_verify_of_several_ends_with_the_worst(shared: Path) -> None:
    names = ("ext2.E01", "iso9660.raw")
    assert comity("verify", *(shared / DISKS / name for name in names)).exit_code == 3


@pytest.mark.parametrize("command", ["verify", "list"])
def test_what_cannot_be_done_with_a_format_is_misuse(shared: Path, command: str) -> None:
    done = comity(command, shared / DISKS / "ext2.qcow2")
    assert (done.exit_code, "error [image-format]" in done.stderr) == (2, True)


def test_info_writes_an_inspection_that_only_its_owner_reads(shared: Path, tmp_path: Path) -> None:
    names = ("ext2.E01", "ext2.qcow2", "ext2.vhd", "ext2.vmdk", "ext2.splitraw.000")
    target = tmp_path / "inspection.json"
    done = comity("info", "--verify", "-o", target, *(shared / DISKS / name for name in names))
    assert done.exit_code == 0
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    found = parse_inspection(json.loads(target.read_bytes()))
    assert [one.format for one in found.images] == ["ewf", "qcow2", "vhd", "vmdk", "raw"]
    assert [one.checked and one.checked.verdict for one in found.images] == [
        "matches",
        None,
        None,
        None,
        "none-stored",
    ]


def test_info_ends_with_1_if_something_is_missing(tmp_path: Path) -> None:
    segments = ewf(raw_disk(tmp_path), tmp_path / "disk")
    segments[-1].unlink()
    done = comity("info", segments[0])
    assert (done.exit_code, "found [image-segments]" in done.stdout) == (1, True)


def test_names_in_an_image_do_nothing_to_the_terminal(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    (tmp_path / "x").write_bytes(b"x")
    run(admin("debugfs"), "-w", "-R", f"write {tmp_path}/x \x1b[31m\u202ered", disk)
    done = comity("list", disk)
    assert "/⟨U+001B⟩[31m⟨U+202E⟩red" in done.stdout
    assert "\x1b" not in done.stdout


def test_a_file_comes_out_with_its_digest_and_the_command_that_keeps_its_lineage(
    tmp_path: Path,
) -> None:
    first, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    target = tmp_path / "plan.txt"
    done = comity("extract", first, "--path", "/docs/plan.txt", "-o", target)
    data = b"the plan\n" * 1000
    digest = hashlib.sha256(data).hexdigest()
    assert target.read_bytes() == data
    assert f"{target}: 9,000 bytes, sha256 {digest}" in done.stdout
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("next: ")]
    words = shlex.split(line.removeprefix("next: "))
    assert words[:3] == ["comity", "exhibit", "derive"]
    derive = exhibit.commands["derive"]
    node = ["--node", "http://127.0.0.1", "--token-file", str(target)]
    read = derive.make_context("derive", [*words[3:], *node]).params
    assert read["part"].startswith("/docs/plan.txt at byte 0, address ")
    assert read["reason"] == f"sha256 {digest}"


def test_a_file_that_does_not_come_out_whole_leaves_nothing(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    target = tmp_path / "plan.txt"
    words = ("--path", "/docs/plan.txt", "--max-bytes", 100, "-o", target)
    done = comity("extract", disk, *words)
    assert (done.exit_code, "error [image-limit]" in done.stderr) == (1, True)
    assert not target.exists()
    assert list(tmp_path.glob(".*")) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    done = comity("extract", disk, "--path", "/letter.txt", "-o", disk)
    assert (done.exit_code, "error [output-exists]" in done.stderr) == (2, True)
