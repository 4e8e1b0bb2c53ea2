"""No bytes make a format parser do anything but answer or refuse by an error of ours."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from comity.canonical import encode
from comity.forensics import ewf_set, virtual_disks
from comity.forensics.errors import ImageError, ImageMalformedError
from comity.forensics.image import MAX_READ_BYTES, BytesSource
from comity.forensics.virtual_disks import crc32c

DISKS = Path("evidence/disk-images")
PARSERS: dict[str, Callable[[BytesSource], Any]] = {
    "ewf": ewf_set.parse,
    "qcow2": virtual_disks.parse_qcow2,
    "vhd": virtual_disks.parse_vhd,
    "vhdx": virtual_disks.parse_vhdx,
    "vmdk": virtual_disks.parse_vmdk,
}
BEGINNINGS = {
    "ewf": [b"EVF\x09\x0d\x0a\xff\x00\x01\x01\x00\x00\x00", b"EVF2\x0d\x0a\x81\x00\x02"],
    "qcow2": [b"QFI\xfb\x00\x00\x00\x03", b"QFI\xfb\x00\x00\x00\x02"],
    "vhd": [b"conectix"],
    "vhdx": [b"vhdxfile"],
    "vmdk": [b"KDMV\x01\x00\x00\x00", b"COWD\x01\x00\x00\x00", b"# Disk DescriptorFile\n"],
}
GOOD = {"ewf": "ext2.E01", "qcow2": "ext2.qcow2", "vhd": "ext2.vhd", "vmdk": "ext2.vmdk"}


def only_declared(name: str, data: bytes) -> None:
    """Parse; what comes out is an answer that canonical JSON can say, or an error of ours."""
    try:
        found = PARSERS[name](BytesSource(data))
    except ImageError:
        return
    metadata = {"vhd": lambda: found.metadata, "ewf": dict}.get(name, lambda: found[-1])()
    encode(metadata)


@pytest.mark.parametrize("name", PARSERS)
@given(data=st.data())
def test_hostile_bytes_behind_a_signature(name: str, data: st.DataObject) -> None:
    begin = data.draw(st.sampled_from([b"", *BEGINNINGS[name]]))
    only_declared(name, begin + data.draw(st.binary(max_size=2048)))


@pytest.mark.parametrize("name", GOOD)
@given(data=st.data())
def test_a_real_image_with_changed_bytes(shared: Path, name: str, data: st.DataObject) -> None:
    good = bytearray((shared / DISKS / GOOD[name]).read_bytes()[:70_000])
    places = data.draw(st.lists(st.integers(0, 1200), min_size=1, max_size=8))
    for place in places:
        good[place] = data.draw(st.integers(0, 255))
    only_declared(name, bytes(good[: data.draw(st.integers(0, len(good)))]))


@given(text=st.text(max_size=3000))
@example('RW 99999999999999999999 FLAT "x"')
@example("CID=g")
@example("=" * 3000)
@example(" " * 3000)
def test_hostile_descriptors(text: str) -> None:
    only_declared("vmdk", b"# Disk DescriptorFile\n" + text.encode("utf-8", "replace"))


def test_a_descriptor_of_many_blanks_is_read_at_once() -> None:
    only_declared("vmdk", b"# Disk DescriptorFile\nCID=" + b" " * 65_000 + b'"')


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({4: b"\0\0\0\x01"}, "version 1"),
        ({20: b"\0\0\0\x40"}, "clusters of"),
        ({32: b"\0\0\0\x09"}, "encryption method"),
        ({24: b"\xff" * 8}, "virtual size"),
        ({8: b"\0\0\0\0\0\0\xff\xff", 16: b"\0\0\x04\x00"}, "backing file"),
        ({8: b"\xff" * 8, 16: b"\0\0\0\x01"}, "backing file"),
        ({100: b"\0\0\0\x08"}, "header of 8 bytes"),
    ],
)
def test_a_qcow2_header_outside_its_bounds_is_refused(
    shared: Path, change: dict[int, bytes], why: str
) -> None:
    data = bytearray((shared / DISKS / "ext2.qcow2").read_bytes())
    for place, value in change.items():
        data[place : place + len(value)] = value
    with pytest.raises(ImageMalformedError, match=why):
        virtual_disks.parse_qcow2(BytesSource(bytes(data)))


def test_a_name_that_is_not_text_is_told_as_bytes(shared: Path) -> None:
    data = bytearray((shared / DISKS / "ext2.qcow2").read_bytes())
    data[8:20] = (512).to_bytes(8) + (2).to_bytes(4)
    data[512:514] = b"\xff\xfe"
    assert virtual_disks.parse_qcow2(BytesSource(bytes(data)))[1]["backing_file"] == {
        "bytes": "__4"
    }


def test_metadata_over_the_limit_is_refused() -> None:
    source = BytesSource(bytes(MAX_READ_BYTES + 2))
    with pytest.raises(ImageMalformedError, match="over the limit"):
        source.read(0, MAX_READ_BYTES + 1)


def test_a_chain_of_sections_that_runs_in_a_circle_ends(shared: Path) -> None:
    data = bytearray((shared / DISKS / "ext2.E01").read_bytes())
    data[29:37] = (13).to_bytes(8, "little")
    only_declared("ewf", bytes(data))


def test_the_checksum_of_vhdx_is_castagnolis() -> None:
    assert crc32c(b"123456789") == 0xE3069283
