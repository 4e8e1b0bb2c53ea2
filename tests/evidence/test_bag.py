"""The bag reader: BagIt 1.0 folders, judged with bagit-python and the conformance suite."""

import hashlib
import os
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evidence.kit import members, tar

from comity.canonical import ComityError
from comity.evidence import bag
from comity.evidence.open import PackageReader
from comity.files.opening import FolderSink
from comity.files.read_bag import verify_bag

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import bagit

PAYLOAD = [("data/a.txt", b"alpha"), ("data/b/ü.txt", b"beta")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A good bag on disk."""
    place = tmp_path / "bag"
    place.mkdir()
    sink = FolderSink(place)
    reader = PackageReader(sink)
    reader.feed(memoryview(tar(members(PAYLOAD))))
    reader.finish()
    return place


def code(folder: Path) -> str:
    try:
        verify_bag(folder)
    except ComityError as error:
        return error.code
    return "ok"


def judged(folder: Path) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return bool(bagit.Bag(str(folder)).is_valid())
        except bagit.BagError:
            return False


def test_a_good_bag_is_good_for_both_readers(folder: Path) -> None:
    report = verify_bag(folder)
    assert (report.files, report.size_bytes, report.algorithm) == (2, 9, "sha256")
    assert report.payload["data/a.txt"] == hashlib.sha256(b"alpha").hexdigest()
    assert judged(folder)


def test_a_bag_of_bagit_python_is_good_for_us(tmp_path: Path) -> None:
    place = tmp_path / "bag"
    (place / "sub").mkdir(parents=True)
    (place / "sub/per%cent").write_text("x")
    (place / "new\nline").write_text("y")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bagit.make_bag(str(place), checksums=["sha256", "sha512"])
    (place / "bagit.txt").write_bytes(bag.DECLARATION)  # it writes 0.97
    for manifest in place.glob("tagmanifest-*"):
        manifest.unlink()
    report = verify_bag(place)
    assert set(report.payload) == {"data/sub/per%cent", "data/new\nline"}


def write(path: Path) -> None:
    path.write_text("x")


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


SPOILT: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "a payload bit": (flip, "data/a.txt", "package-digest"),
    "a tag bit": (flip, "metadata/case.jsonld", "package-digest"),
    "a file removed": (Path.unlink, "data/a.txt", "package-manifest"),
    "a file added": (write, "data/new", "package-manifest"),
    "a tag file removed": (Path.unlink, "metadata/case.jsonld", "package-manifest"),
    "no declaration": (Path.unlink, "bagit.txt", "package-layout"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_bag_is_refused_by_both_readers(name: str, folder: Path) -> None:
    change, victim, expected = SPOILT[name]
    change(folder / victim)
    assert code(folder) == expected
    assert not judged(folder)


def test_links_and_pipes_are_refused(folder: Path) -> None:
    (folder / "data/link").symlink_to("/etc/passwd")
    assert code(folder) == "package-name"
    (folder / "data/link").unlink()
    os.mkfifo(folder / "data/pipe")
    assert code(folder) == "package-name"


def test_fetch_is_refused(folder: Path) -> None:
    (folder / "fetch.txt").write_text("https://example.invalid/x 1 data/x\n")
    assert code(folder) == "package-layout"


def test_look_alikes_are_reported(tmp_path: Path) -> None:
    place = tmp_path / "bag"
    (place / "data").mkdir(parents=True)
    for name in ("A", "a"):
        (place / "data" / name).write_text(name)
    lines = [bag.line(hashlib.sha256(n.encode()).digest(), f"data/{n}") for n in ("A", "a")]
    (place / "manifest-sha256.txt").write_bytes(b"".join(lines))
    (place / "bagit.txt").write_bytes(bag.DECLARATION)
    assert len(verify_bag(place).warnings) == 1


@pytest.mark.parametrize("kind", ["valid", "invalid"])
def test_the_conformance_suite_of_version_1(shared: Path, kind: str) -> None:
    for place in sorted((shared / "vectors/bagit-conformance-suite/v1.0").glob(f"{kind}/*")):
        assert (code(place) == "ok") == (kind == "valid"), place.name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("notAllManifestsListAllFiles", "package-manifest"),
        ("same-filename-listed-twice-with-the-same-hash", "package-duplicate"),
    ],
)
def test_an_invalid_bag_of_the_suite_has_its_reason(shared: Path, name: str, expected: str) -> None:
    suite = shared / "vectors/bagit-conformance-suite/v1.0/invalid"
    assert code(suite / name) == expected


def test_older_versions_are_refused_by_name(shared: Path) -> None:
    for place in sorted((shared / "vectors/bagit-conformance-suite/v0.97").glob("*/*")):
        assert code(place) == "package-layout", place.name


@given(st.binary(max_size=300), st.sampled_from(["manifest-sha256.txt", "tagmanifest-md5.txt"]))
def test_no_bytes_make_the_manifest_reader_raise_anything_else(data: bytes, name: str) -> None:
    for sample in (data, b"0" * 64 + b"  data/" + data, b"0" * 32 + b" " + data):
        try:
            for path in bag.parse_manifest(sample, name):
                assert ".." not in path.split("/")
        except ComityError:
            pass


@given(st.text(max_size=50).filter(lambda text: text))
def test_a_path_comes_back_from_a_manifest(text: str) -> None:
    assert bag.unescape(bag.escape(text)) == text
