"""The disk image of an exhibit: the same bytes everywhere, and a disk to other people's tools."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.drills.making import night

from comity.drills.exhibits import exhibit_bytes, exhibit_digest
from comity.drills.fat import MAX_BYTES, write_image
from comity.forensics.source import BytesSource

DIGEST = "sha256:b02eda99745deeb5ae55ac72d47c3751d8e886b9ea537caf38377c1b6fbae05f"
AT = datetime(2026, 12, 31, 23, 15, tzinfo=UTC)


def image() -> bytes:
    data = exhibit_bytes(night(), night().plan.exhibits["stick"])
    assert data is not None
    return data


def test_the_image_is_a_floppy_and_never_changes() -> None:
    assert len(image()) == 1_474_560
    assert image() == image()
    digest = exhibit_digest(night(), night().plan.exhibits["stick"])
    assert digest == DIGEST


def test_what_does_not_fit_or_bears_one_short_name_is_no_image() -> None:
    assert write_image("x", [("a.txt", b"x" * (MAX_BYTES + 1))], at=AT) is None
    assert write_image("x", [("long-name-one.txt", b""), ("long-name-two.txt", b"")], at=AT) is None
    assert write_image("x", [("a.txt", b"")], at=AT.replace(year=1970)) is None


def test_an_empty_file_takes_no_cluster() -> None:
    data = write_image("x", [("a.txt", b""), ("b.txt", b"yes")], at=AT)
    assert data is not None
    assert data[33 * 512 : 33 * 512 + 3] == b"yes"


def test_the_sleuth_kit_reads_the_files_out_of_it(tmp_path: Path) -> None:
    pytest.importorskip("pytsk3", reason="pytsk3 comes with comity[forensics]")
    import pytsk3

    (tmp_path / "disk.img").write_bytes(image())
    volume = pytsk3.FS_Info(pytsk3.Img_Info(str(tmp_path / "disk.img")))
    for name in ("invoice.txt", "rules.txt"):
        entry = volume.open(f"/{name.upper()}")
        assert entry.read_random(0, entry.info.meta.size) == night().files[name]


def test_the_bytes_are_a_source_for_our_own_readers() -> None:
    assert BytesSource(image()).size_bytes == len(image())
