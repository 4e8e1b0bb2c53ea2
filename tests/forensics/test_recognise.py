"""An image is told by its content and its name, and says what of it is missing."""

import json
import os
import shutil
import zlib
from pathlib import Path

import pytest
from tests.conftest import needs
from tests.forensics.making import ewf, raw_disk, run

from comity.forensics.raw import ewf_place, ranges
from comity.forensics.recognise import MAX_CANDIDATES, candidates, recognise

DISKS = Path("evidence/disk-images")


def told(path: Path) -> list[str]:
    """What is said of one image, in a line each."""
    (image,) = recognise([path])
    return [f"{image.format} {image.variant}", *(f"{f.code}: {f.detail}" for f in image.findings)]


@pytest.mark.parametrize(
    ("name", "kind", "files", "media"),
    [
        ("ext2.E01", "ewf E01", 1, 4194304),
        ("image-split.E02", "ewf E01", 2, 1474560),
        ("ext2.splitraw.001", "raw split", 2, 4194304),
        ("iso9660.raw", "raw single", 1, 366592),
        ("hfsplus.raw", "raw single", 1, 4153344),
        ("tsk_volume_system.raw", "raw single", 1, 1474560),
        ("ext2.qcow2", "qcow2 version 3", 1, 4194304),
        ("vsstest.qcow2", "qcow2 version 2", 1, 1073741824),
        ("ext2.vhd", "vhd dynamic", 1, 4212736),
        ("ext2.vmdk", "vmdk monolithicSparse", 1, 4194304),
    ],
)
def test_an_image_of_other_peoples_tools_is_recognised(
    shared: Path, name: str, kind: str, files: int, media: int
) -> None:
    (image,) = recognise([shared / DISKS / name])
    assert f"{image.format} {image.variant}" == kind
    assert (len(image.files), image.media_size_bytes, image.findings) == (files, media, ())


@pytest.mark.parametrize("name", ["fsevents_000000000000b208", "hfsplus_zlib.dmg"])
def test_what_is_no_image_of_ours_is_left_out(shared: Path, name: str) -> None:
    assert recognise([shared / DISKS / name]) == ()


def test_a_set_stands_once_whichever_of_its_files_are_named(shared: Path) -> None:
    folder = shared / DISKS
    found = recognise([*sorted(folder.glob("image-split.*")), folder / "image-split.E01"])
    assert [len(image.files) for image in found] == [2]


def test_a_missing_segment_is_named(tmp_path: Path) -> None:
    first, second, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    second.unlink()
    assert told(first) == ["ewf E01", "image-segments: missing: segment 2"]


def test_a_missing_last_segment_is_noticed(tmp_path: Path) -> None:
    segments = ewf(raw_disk(tmp_path), tmp_path / "disk")
    segments[-1].unlink()
    (_, finding) = told(segments[0])
    assert f"{segments[-2].name} is the last that is here, and does not end the set" in finding


def test_a_surplus_segment_is_named_and_is_no_part_of_the_set(tmp_path: Path) -> None:
    segments = ewf(raw_disk(tmp_path), tmp_path / "disk")
    surplus = tmp_path / f"disk.E{len(segments) + 1:02}"
    shutil.copy(segments[-1], surplus)
    (image,) = recognise(segments)
    assert [file.path for file in image.files] == segments
    assert [(f.code, surplus.name in f.detail) for f in image.findings] == [("image-surplus", True)]


def test_segments_that_changed_places_are_named(tmp_path: Path) -> None:
    first, second, third, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    second.rename(tmp_path / "kept")
    third.rename(second)
    (tmp_path / "kept").rename(third)
    assert [line for line in told(first) if "says it is segment" in line] == [
        "image-segments: disk.E02 says it is segment 3 of a E01 set",
        "image-segments: disk.E03 says it is segment 2 of a E01 set",
    ]


FOREIGN = "image-segments: segments of different sets stand together"


def test_a_segment_of_another_disk_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "larger").mkdir()
    first, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    disk = raw_disk(tmp_path / "larger", size_bytes=3 * 1024 * 1024 + 65_536)
    *_, last = ewf(disk, tmp_path / "other")
    shutil.copy(last, tmp_path / last.name.replace("other", "disk"))
    assert FOREIGN in told(first)


def test_a_segment_of_another_acquisition_of_the_same_disk_is_noticed(tmp_path: Path) -> None:
    first, second, *_ = ewf(raw_disk(tmp_path), tmp_path / "disk")
    assert told(first) == ["ewf E01"]
    for path, identity in ((first, b"1" * 16), (second, b"2" * 16)):
        data = bytearray(path.read_bytes())
        at = data.index(b"volume" if path == first else b"data\0") + 76
        data[at + 64 : at + 80] = identity  # of the set, which EnCase writes and ewfacquire leaves
        data[at + 1048 : at + 1052] = zlib.adler32(data[at : at + 1048]).to_bytes(4, "little")
        path.write_bytes(data)
    assert FOREIGN in told(first)


def test_a_missing_part_of_a_split_image_is_named(shared: Path, tmp_path: Path) -> None:
    for source, name in ((0, "001"), (1, "004"), (1, "005")):
        part = shared / DISKS / f"ext2.splitraw.00{source}"
        shutil.copyfile(part, tmp_path / f"disk.{name}")
    assert told(tmp_path / "disk.001")[1:] == ["image-segments: missing: part 2-3"]


def test_a_part_cut_short_in_the_middle_is_named(shared: Path, tmp_path: Path) -> None:
    for name in ("001", "002", "003"):
        shutil.copyfile(shared / DISKS / "ext2.splitraw.000", tmp_path / f"disk.{name}")
    os.truncate(tmp_path / "disk.002", 512)
    (finding,) = told(tmp_path / "disk.001")[1:]
    assert finding.startswith("image-segments: disk.002 is not as long as the first part")


@pytest.mark.parametrize(
    ("suffix", "number"),
    [("E01", 1), ("e99", 99), ("EAA", 100), ("EZZ", 775), ("FAA", 776), ("ZZZ", 14971)],
)
def test_segments_are_counted_as_libewf_names_them(suffix: str, number: int) -> None:
    place = ewf_place(Path(f"disk.{suffix}"), "E01")
    assert place is not None
    assert place.number == number


@pytest.mark.parametrize("suffix", ["D01", "E0", "E001", "L01", "F01", "Ex01", "E1A"])
def test_other_names_have_no_place_in_a_set(suffix: str) -> None:
    assert ewf_place(Path(f"disk.{suffix}"), "E01") is None


def test_numbers_are_told_in_ranges() -> None:
    assert ranges([2, 5, 6, 7, 9]) == "2, 5-7, 9"


@pytest.mark.parametrize(
    ("form", "options", "name", "kind"),
    [
        ("qcow2", [], "d.qcow2", "qcow2 version 3"),
        ("qcow2", ["-o", "compat=0.10"], "d.qcow2", "qcow2 version 2"),
        ("vpc", [], "d.vhd", "vhd dynamic"),
        ("vpc", ["-o", "subformat=fixed"], "d.vhd", "vhd fixed"),
        ("vhdx", [], "d.vhdx", "vhdx vhdx"),
        ("vmdk", [], "d.vmdk", "vmdk monolithicSparse"),
        ("vmdk", ["-o", "subformat=streamOptimized"], "d.vmdk", "vmdk streamOptimized"),
        ("vmdk", ["-o", "subformat=monolithicFlat"], "d.vmdk", "vmdk monolithicFlat"),
        ("vmdk", ["-o", "subformat=twoGbMaxExtentSparse"], "d.vmdk", "vmdk twoGbMaxExtentSparse"),
    ],
)
def test_qemu_agrees_about_format_and_size(
    tmp_path: Path, form: str, options: list[str], name: str, kind: str
) -> None:
    path = tmp_path / name
    run(needs("qemu-img"), "create", "-q", "-f", form, *options, path, "5G")
    judged = json.loads(run(needs("qemu-img"), "info", "-f", form, "--output=json", path))
    (image,) = recognise(candidates([tmp_path]))
    assert f"{image.format} {image.variant}" == kind
    assert image.media_size_bytes == judged["virtual-size"]
    assert image.findings == ()
    if form == "vmdk":
        assert int(image.metadata["cid"], 16) == judged["format-specific"]["data"]["cid"]


def test_a_backing_file_is_told_and_never_followed(tmp_path: Path) -> None:
    base, path = tmp_path / "base.qcow2", tmp_path / "d.qcow2"
    run(needs("qemu-img"), "create", "-q", "-f", "qcow2", base, "1M")
    words = ("create", "-q", "-f", "qcow2", "-F", "qcow2", "-b", "base.qcow2", path)
    run(needs("qemu-img"), *words)
    base.unlink()
    (image,) = recognise([path])
    assert image.metadata["backing_file"] == {"text": "base.qcow2"}
    assert [file.path for file in image.files] == [path]


@pytest.mark.full
def test_encryption_is_told(tmp_path: Path) -> None:
    path = tmp_path / "d.qcow2"
    secret = (
        "--object",
        "secret,id=s,data=words",
        "-o",
        "encrypt.format=luks,encrypt.key-secret=s",
    )
    fast = ",encrypt.iter-time=10"
    run(needs("qemu-img"), "create", "-q", "-f", "qcow2", *secret[:3], secret[3] + fast, path, "1M")
    (image,) = recognise([path])
    assert image.metadata["encryption"] == "luks"


def test_a_missing_extent_is_named_and_one_elsewhere_is_not_looked_for(tmp_path: Path) -> None:
    path = tmp_path / "d.vmdk"
    path.write_text(
        '# Disk DescriptorFile\nversion=1\nCID=0000beef\nparentCID=ffffffff\ncreateType="custom"\n'
        'RW 8 FLAT "here.bin" 0\nRW 8 FLAT "gone.bin" 0\nRW 8 FLAT "../../secret" 0\n'
    )
    (tmp_path / "here.bin").write_bytes(bytes(4096))
    (image,) = recognise([path])
    assert [file.path.name for file in image.files] == ["d.vmdk", "here.bin"]
    assert [finding.detail for finding in image.findings] == [
        "extent gone.bin is missing",
        "extent ../../secret is not a file beside it, and not looked for",
    ]


def test_a_vhd_footer_that_is_damaged_is_replaced_by_its_copy_and_told(
    shared: Path, tmp_path: Path
) -> None:
    data = bytearray((shared / DISKS / "ext2.vhd").read_bytes())
    data[-450] ^= 1
    path = tmp_path / "d.vhd"
    path.write_bytes(data)
    (image,) = recognise([path])
    assert image.media_size_bytes == 4212736
    assert "checksum" in image.findings[0].detail
    data[62] ^= 1
    path.write_bytes(data)
    (image,) = recognise([path])
    assert (image.media_size_bytes, image.variant) == (None, "")


def test_a_pipe_or_socket_is_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "disk.E01")
    with pytest.raises(OSError, match="not a file"):
        recognise([tmp_path / "disk.E01"])
    assert candidates([tmp_path]) == []


def test_a_folder_full_of_names_is_looked_at_up_to_a_limit(tmp_path: Path) -> None:
    for number in range(MAX_CANDIDATES + 5):
        (tmp_path / f"{number}.img").touch()
    assert len(candidates([tmp_path])) == MAX_CANDIDATES
