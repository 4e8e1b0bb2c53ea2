"""What is inside an image, and whether it still has the digest of its acquisition."""

import hashlib
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.conftest import needs
from tests.forensics.making import admin, ewf, raw_disk, run

from comity.forensics import inspect
from comity.forensics.errors import (
    ImageEntryError,
    ImageFormatError,
    ImageLimitError,
    ImageSegmentsError,
)
from comity.forensics.image import Image
from comity.forensics.recognise import recognise

DISKS = Path("evidence/disk-images")


def one(path: Path) -> Image:
    (image,) = recognise([path], assume_raw=True)
    return image


def checked(path: Path) -> dict[str, Any]:
    return inspect.check(one(path), progress=lambda _done: None)


def looked(path: Path, most: int = 1000) -> dict[str, Any]:
    return inspect.look(one(path), most_files=most)


def names(found: dict[str, Any]) -> list[str]:
    (system,) = [s for s in found["contents"]["file_systems"] if "files" in s]
    return [row["path"].get("text", "?") for row in system["files"]]


def extracted(path: Path, name: str, **more: Any) -> bytes:
    pieces: list[bytes] = []
    told = {"start_bytes": None, "most_bytes": None} | more
    inspect.extract(one(path), os.fsencode(name), sink=pieces.append, **told)
    return b"".join(pieces)


# ------------------------------------------------------------------ the digest of the acquisition


@pytest.mark.parametrize("name", ["ext2.E01", "image-split.E01"])
def test_a_good_image_matches_and_ewfverify_agrees(shared: Path, name: str) -> None:
    found = checked(shared / DISKS / name)
    assert found["verdict"] == "matches"
    judged = run(needs("ewfverify"), shared / DISKS / name)
    assert f"MD5 hash calculated over data:\t\t{found['md5']}" in judged


def test_the_digests_are_those_of_the_disk(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    first, *_ = ewf(disk, tmp_path / "disk", "-d", "sha1")
    found, data = checked(first), disk.read_bytes()
    assert found["sha256"] == hashlib.sha256(data).hexdigest()
    assert found["stored"] == {
        "md5": hashlib.md5(data, usedforsecurity=False).hexdigest(),
        "sha1": hashlib.sha1(data, usedforsecurity=False).hexdigest(),
    }
    assert (found["md5"], found["sha1"]) == (found["stored"]["md5"], found["stored"]["sha1"])


def test_one_changed_bit_differs_and_ewfverify_refuses(tmp_path: Path) -> None:
    segments = ewf(raw_disk(tmp_path), tmp_path / "disk")
    data = bytearray(segments[1].read_bytes())
    assert not any(data[499_000:501_000]), "the disk is zero there, and libewf reads zeroes"
    data[500_000] ^= 1
    segments[1].write_bytes(data)
    found = checked(segments[0])
    assert found["md5"] == found["stored"]["md5"]
    assert found["verdict"] == "differs"
    assert "disk.E02: the chunk at byte" in found["faults"][0]
    assert "FAILURE" in run(needs("ewfverify"), segments[0], status=1)


@pytest.mark.parametrize("compression", ["none", "fast", "best", "empty-block"])
def test_a_changed_bit_is_found_however_it_is_compressed(tmp_path: Path, compression: str) -> None:
    disk = raw_disk(tmp_path)
    with disk.open("r+b") as file:
        file.seek(2 * 1024 * 1024)
        file.write(os.urandom(300_000))
    first, *_ = ewf(disk, tmp_path / "disk", "-c", compression)
    assert (checked(first)["verdict"], checked(first)["faults"]) == ("matches", [])
    data = bytearray(first.read_bytes())
    data[data.index(b"sectors") + 76 + 200] ^= 1
    first.write_bytes(data)
    assert checked(first)["verdict"] == "differs"


def test_a_raw_image_keeps_no_digest(shared: Path) -> None:
    found = checked(shared / DISKS / "iso9660.raw")
    data = (shared / DISKS / "iso9660.raw").read_bytes()
    assert (found["verdict"], found["sha256"]) == ("none-stored", hashlib.sha256(data).hexdigest())


def test_the_parts_of_a_split_image_are_one_disk(shared: Path) -> None:
    parts = sorted((shared / DISKS).glob("ext2.splitraw.*"))
    whole = hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()
    assert checked(parts[0])["sha256"] == whole


def test_the_footer_of_a_fixed_vhd_is_not_of_the_disk(tmp_path: Path) -> None:
    disk, path = raw_disk(tmp_path), tmp_path / "d.vhd"
    words = ("-f", "raw", "-O", "vpc", "-o", "subformat=fixed,force_size=on", disk, path)
    run(needs("qemu-img"), "convert", *words)
    assert checked(path)["sha256"] == hashlib.sha256(disk.read_bytes()).hexdigest()


def test_half_a_set_has_no_digest(tmp_path: Path) -> None:
    first, second, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    second.unlink()
    with pytest.raises(ImageSegmentsError, match="missing: segment 2"):
        checked(first)


def test_a_surplus_segment_does_not_change_the_digest(tmp_path: Path) -> None:
    segments = ewf(raw_disk(tmp_path), tmp_path / "disk")
    shutil.copy(segments[-1], tmp_path / f"disk.E{len(segments) + 1:02}")
    assert checked(segments[0])["verdict"] == "matches"


def test_progress_goes_to_the_end(tmp_path: Path) -> None:
    (tmp_path / "d.raw").write_bytes(bytes(40 * 1024 * 1024))
    told: list[int] = []
    inspect.check(one(tmp_path / "d.raw"), progress=told.append)
    assert told == [16 * 1024 * 1024, 32 * 1024 * 1024]


# ------------------------------------------------------------------ what is inside


def test_an_e01_tells_what_its_raw_disk_tells(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    first, *_ = ewf(disk, tmp_path / "disk")
    assert looked(first)["contents"] == looked(disk)["contents"]


def test_a_file_system_tells_label_files_sizes_and_what_was_deleted(tmp_path: Path) -> None:
    (system,) = looked(raw_disk(tmp_path))["contents"]["file_systems"]
    assert (system["type"], system["label"], system["start_bytes"]) == ("ext4", "EVIDENCE", 0)
    assert system["block_size_bytes"] == 1024
    told = {row["path"]["text"]: (row["size_bytes"], row["deleted"]) for row in system["files"]}
    assert told["/docs/plan.txt"] == (9000, False)
    assert told["/letter.txt"] == (9, False)
    assert told["/gone.txt"][1] is True


def test_names_that_are_not_utf8_survive_as_bytes(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    (tmp_path / "b").write_bytes(b"x")
    command = b'write b "na\xefve"\n'
    subprocess.run(
        [admin("debugfs"), "-w", "-f", "/dev/stdin", disk], input=command, cwd=tmp_path, check=True
    )
    (system,) = looked(disk)["contents"]["file_systems"]
    assert {"bytes": "L25h73Zl"} in [row["path"] for row in system["files"]]


def test_partitions_are_told_with_places_and_kinds(shared: Path) -> None:
    volumes = looked(shared / DISKS / "image-split.E01")["contents"]["volume_system"]
    assert (volumes["type"], volumes["block_size_bytes"]) == ("dos", 512)
    allocated = [p for p in volumes["partitions"] if p["kind"] == "allocated"]
    assert [(p["start_bytes"], p["length_bytes"], p["description"]) for p in allocated] == [
        (512, 179200, "Linux (0x83)"),
        (180224, 1294336, "Linux (0x83)"),
    ]


@pytest.mark.parametrize(
    ("name", "kind", "label"),
    [("iso9660.raw", "iso9660", "CDROM"), ("hfsplus.raw", "hfs", None)],
)
def test_other_file_systems_are_told(shared: Path, name: str, kind: str, label: str | None) -> None:
    (system,) = looked(shared / DISKS / name)["contents"]["file_systems"]
    assert (system["type"], system["label"]) == (kind, label)


def test_ntfs_tells_its_label(shared: Path, tmp_path: Path) -> None:
    raw = tmp_path / "w.raw"
    run(needs("qemu-img"), "convert", "-O", "raw", shared / DISKS / "windows_volume.qcow2", raw)
    kinds = [s.get("type") for s in looked(raw)["contents"]["file_systems"]]
    assert "ntfs" in kinds


def test_of_formats_that_are_not_read_the_inside_is_null_and_asking_for_it_is_refused(
    shared: Path,
) -> None:
    found = looked(shared / DISKS / "ext2.qcow2")
    assert (found["contents"], found["findings"]) == (None, [])
    with pytest.raises(ImageFormatError, match="convert a copy to raw"):
        checked(shared / DISKS / "ext2.qcow2")


def test_an_image_without_a_file_system_says_so(tmp_path: Path) -> None:
    (tmp_path / "d.raw").write_bytes(bytes(65536))
    (system,) = looked(tmp_path / "d.raw")["contents"]["file_systems"]
    assert system == {"start_bytes": 0, "why_not": "Cannot determine file system type"}


# ------------------------------------------------------------------ limits on what an image claims


def test_files_are_listed_up_to_the_limit_those_near_the_root_first(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    found = looked(disk, most=3)
    assert found["contents"]["file_systems"][0]["truncated"] is True
    assert [name.count("/") for name in names(found)] == [1, 1, 1]


def test_a_directory_that_holds_itself_is_entered_once(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    run(admin("debugfs"), "-w", "-R", "link /docs /docs/again", disk)
    run(admin("debugfs"), "-w", "-R", "link / /docs/root", disk)
    found = names(looked(disk))
    assert {"/docs/again", "/docs/root"} < set(found)
    assert max(name.count("/") for name in found) == 2


def test_a_tree_deeper_than_the_limit_is_cut(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    commands = "".join(f"mkdir {'/d' * depth}\n" for depth in range(1, 80))
    words = [admin("debugfs"), "-w", "-f", "/dev/stdin", str(disk)]
    subprocess.run(words, input=commands.encode(), check=True, capture_output=True)
    (system,) = looked(disk)["contents"]["file_systems"]
    assert system["truncated"] is True
    assert max(row["path"]["text"].count("/d") for row in system["files"]) == 64


def test_a_file_that_claims_more_than_the_disk_is_refused(tmp_path: Path) -> None:
    disk = raw_disk(tmp_path)
    run(admin("debugfs"), "-w", "-R", "set_inode_field /letter.txt size 0xffffffffffff", disk)
    with pytest.raises(ImageLimitError, match="281474976710655 bytes"):
        extracted(disk, "/letter.txt")


def test_media_that_claims_an_exabyte_ends_at_once(tmp_path: Path) -> None:
    segments = ewf(raw_disk(tmp_path), tmp_path / "disk")
    with_claim: Callable[[int], bytes] = lambda sectors: sectors.to_bytes(8, "little")  # noqa: E731
    data = bytearray(segments[0].read_bytes())
    at = data.index(b"volume") + 76
    data[at + 16 : at + 24] = with_claim(2**51)
    segments[0].write_bytes(data)
    found = looked(segments[0])
    assert [finding["code"] for finding in found["findings"]] in ([], ["image-unreadable"])


# ------------------------------------------------------------------ a file taken out


@pytest.mark.parametrize("path", ["/docs/plan.txt", "docs//plan.txt"])
def test_a_file_comes_out_as_it_is(tmp_path: Path, path: str) -> None:
    first, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    assert extracted(first, path) == b"the plan\n" * 1000


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/gone.txt", "/nothing", "/letter.txt/x", "/docs/../letter.txt", ""]
)
def test_what_is_no_file_there_does_not_come_out(tmp_path: Path, path: str) -> None:
    with pytest.raises(ImageEntryError):
        extracted(raw_disk(tmp_path), path)


def test_a_file_of_a_later_partition_comes_out(shared: Path) -> None:
    image = shared / DISKS / "ext2.E01"
    assert extracted(image, "/a_directory/a_file", start_bytes=0)
    with pytest.raises(ImageEntryError):
        extracted(image, "/a_directory/a_file", start_bytes=512)
