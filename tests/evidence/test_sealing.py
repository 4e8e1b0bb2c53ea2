"""Sealing real trees: everything a file system holds survives or is refused with a row."""

import hashlib
import json
import os
import socket
import subprocess
import sys
import time
from io import FileIO
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY, needs
from tests.evidence.kit import AT, IDENTITY, order, sealed, tree

from comity.canonical import ComityError, MisuseError, unb64
from comity.evidence.open import Binding
from comity.evidence.package import FileRow
from comity.files import sealing
from comity.files.opening import OpenOrder, check_sealed_package, open_sealed
from comity.files.read_bag import verify_bag
from comity.files.sealing import SealOrder, seal
from comity.files.walk import measure


def opened(folder: Path, *sources: Path) -> tuple[Path, list[dict[str, object]]]:
    """Seal, open against the offer, check the bag; return it and the description's rows."""
    package, report, offer = sealed(folder, *sources)
    bag = folder / "bag"
    open_sealed(
        OpenOrder(identities=[IDENTITY], offer=offer, block_hashes=report.block_hashes),
        package,
        bag,
    )
    verify_bag(bag)
    return bag, json.loads((bag / "metadata/package.json").read_bytes())["files"]


def test_all_shared_evidence_survives_byte_for_byte(shared: Path, tmp_path: Path) -> None:
    source = shared / "evidence"
    bag, _ = opened(tmp_path, source)
    assert tree(bag / "data/evidence") == tree(source)
    listed = (source / "SHA256SUMS").read_text().splitlines()
    assert len(listed) == 206


def test_a_court_checks_it_with_other_peoples_tools(shared: Path, tmp_path: Path) -> None:
    age, sha256sum, tar = needs("age"), needs("sha256sum"), needs("tar")
    package, _, _ = sealed(tmp_path, shared / "evidence" / "mobile", shared / "evidence" / "mail")
    key = tmp_path / "key"
    key.write_text(IDENTITY.text())
    plain = tmp_path / "plain.tar"
    bag = tmp_path / "bag"
    bag.mkdir()
    run = subprocess.run
    run([age, "-d", "-i", str(key), "-o", str(plain), str(package)], check=True)
    run([tar, "-xf", str(plain), "-C", str(bag)], check=True)
    sums = [
        [sha256sum, "-c", "--quiet", "--strict", "manifest-sha256.txt"],
        ["sha512sum", "-c", "--quiet", "--strict", "tagmanifest-sha512.txt"],
        [sys.executable, "-W", "ignore", "-m", "bagit", "--quiet", "--validate", "."],
    ]
    for command in sums:
        run(command, cwd=bag, check=True, capture_output=True)
    victim = bag / "data/mobile/kik.sqlite"
    data = bytearray(victim.read_bytes())
    data[100] ^= 1
    victim.write_bytes(data)
    for command in (sums[0], sums[2]):
        assert run(command, cwd=bag, check=False, capture_output=True).returncode != 0
    data[100] ^= 1
    victim.write_bytes(data)
    (bag / "metadata/case.jsonld").write_bytes(b"{}")
    for command in sums[1:]:
        assert run(command, cwd=bag, check=False, capture_output=True).returncode != 0


@pytest.mark.full
def test_the_provenance_conforms_to_case(tmp_path: Path) -> None:
    (tmp_path / "exhibit.txt").write_text("x")
    package, _, _ = sealed(tmp_path, tmp_path / "exhibit.txt", sender="vn/contact-point")
    open_sealed(OpenOrder(identities=[IDENTITY], unauthenticated=True), package, tmp_path / "bag")
    found = tmp_path / "bag/metadata/case.jsonld"
    command = [str(Path(sys.executable).with_name("case_validate"))]
    command += ["--built-version", "case-1.5.0", "--allow-infos"]
    spoilt = tmp_path / "spoilt.jsonld"
    spoilt.write_bytes(
        found.read_bytes().replace(
            b'"action:endTime":{"@type":"xsd:dateTime",', b'"action:endTime":{'
        )
    )
    good = subprocess.run([*command, str(found)], check=False, capture_output=True, text=True)
    assert "Conforms: True" in good.stdout
    bad = subprocess.run([*command, str(spoilt)], check=False, capture_output=True, text=True)
    assert "Conforms: True" not in bad.stdout


STRANGE = [
    b"line\nfeed.txt",
    b"return\rx",
    b"tab\tx",
    b"not-utf8-\xff\xfe.bin",
    "right\u202eto-left.exe".encode(),
    "zero\u200bwidth".encode(),
    "nfd-e\u0301".encode(),
    "nfc-é".encode(),
    "nfc-e\u0301".encode(),
    "日本語.txt".encode(),
    b"back\\slash",
    b"per%0Acent",
    b"colon:star*",
    b"CON",
    b"aux.txt",
    b"trailing.",
    b"trailing ",
    b" leading",
    b"x" * 255,
    "é".encode() * 127,
    b".hidden",
    b"-rf",
    b"~root",
    b"$HOME",
    b"`id`",
    b"a",
    b"A",
]


def test_every_name_a_file_system_holds_comes_back(tmp_path: Path) -> None:
    contents = {name: b"content %d" % number for number, name in enumerate(STRANGE)}
    contents |= {f + b"/x": f for f in (b"fold\ner", b"a-folder", b"A-folder")}
    for name, content in contents.items():
        path = tmp_path / "source" / os.fsdecode(name)
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(content)
    bag, rows = opened(tmp_path, tmp_path / "source")
    found: dict[bytes, bytes] = {}
    for row in rows:
        if row["type"] != "file":
            continue
        value = row["name"]
        assert isinstance(value, dict)
        name = value["text"].encode() if "text" in value else unb64(value["bytes"])
        found[name] = (bag / str(row["path"])).read_bytes()
    assert found == {b"source/" + name: content for name, content in contents.items()}
    assert {"data/source/日本語.txt", "data/source/.hidden", "data/source/-rf"} <= {
        str(row["path"]) for row in rows
    }


def test_a_tree_deeper_than_any_limit_is_laid_flat_and_comes_back(tmp_path: Path) -> None:
    place = tmp_path / "source"
    expected = {}
    for depth in range(1200):
        place.mkdir()
        if depth % 100 == 0:
            (place / "file").write_text(str(depth))
            expected[os.fspath(place.relative_to(tmp_path) / "file")] = str(depth).encode()
        place = place / "d"
    bag, rows = opened(tmp_path, tmp_path / "source")
    found = {}
    for row in rows:
        if row["type"] == "file" and isinstance(row["name"], dict):
            found[row["name"]["text"]] = (bag / str(row["path"])).read_bytes()
    assert found == expected
    assert max(str(row["path"]).count("/") for row in rows) < 100


def test_links_are_recorded_and_never_followed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (tmp_path / "secret").write_text("outside")
    (source / "out").symlink_to("../secret")
    (source / "loop").symlink_to(".")
    (source / "dangling").symlink_to("nowhere\n")
    (tmp_path / "named").symlink_to("secret")
    bag, rows = opened(tmp_path, source, tmp_path / "named")
    assert tree(bag / "data") == {} if (bag / "data").exists() else True
    links = {str(row["name"]): row["target"] for row in rows if row["type"] == "symlink"}
    assert links[str({"text": "source/out"})] == {"text": "../secret"}
    assert links[str({"text": "named"})] == {"text": "secret"}
    assert len(links) == 4


def test_devices_sockets_and_pipes_are_refused_with_a_row(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "good").write_text("x")
    os.mkfifo(source / "pipe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(source / "socket"))
    package, report, _ = sealed(tmp_path, source, Path("/dev/null"))
    assert {(row.name, row.reason) for row in report.refused} == {
        (b"source/pipe", "a pipe"),
        (b"source/socket", "a socket"),
        (b"null", "a character device"),
    }
    told = check_sealed_package(OpenOrder(identities=[IDENTITY], unauthenticated=True), package)
    assert told.contents.refused == report.refused
    assert measure([source]).refused == tuple(r for r in report.refused if r.name != b"null")


def test_what_may_not_be_read_is_refused_with_a_row() -> None:
    # A program of its own, because root may read everything: it becomes nobody first.
    program = """
import os, sys, tempfile
from pathlib import Path
from tests.evidence.kit import sealed
if os.geteuid() == 0:
    os.setgid(65534)
    os.setuid(65534)
with tempfile.TemporaryDirectory() as place:
    source = Path(place, "source")
    source.mkdir()
    for name in ("closed", "open"):
        (source / name).write_text("x")
    (source / "closed").chmod(0)
    (source / "folder").mkdir(mode=0)
    _, report, _ = sealed(Path(place), source)
    (source / "folder").chmod(0o700)
    print(report.files, sorted(row.name.decode() for row in report.refused))
"""
    paths = os.pathsep.join([str(REPOSITORY / "src"), str(REPOSITORY)])
    done = subprocess.run(
        [sys.executable, "-c", program],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"},
    )
    assert done.stdout.strip() == "1 ['source/closed', 'source/folder']"


@pytest.mark.parametrize("change", ["grow", "shrink", "rewrite"])
def test_a_file_that_changes_while_it_is_read_is_reported(tmp_path: Path, change: str) -> None:
    source = tmp_path / "log"
    size = 24 << 20
    source.write_bytes(bytes([7]) * size)
    done = False

    def disturb(read_bytes: int) -> None:
        nonlocal done
        if read_bytes < 1 << 20 or done:
            return
        done = True
        time.sleep(0.01)  # a clock tick, so that the change has its own time stamp
        if change == "shrink":
            os.truncate(source, 4 << 20)
        else:
            with source.open("r+b") as stream:
                stream.seek(0, os.SEEK_END if change == "grow" else os.SEEK_SET)
                stream.write(b"more")

    report = seal(order(source), tmp_path / "out.age", progress=disturb)
    assert [row.name for row in report.changed] == [b"log"]
    told = check_sealed_package(
        OpenOrder(identities=[IDENTITY], unauthenticated=True), tmp_path / "out.age"
    )
    assert told.contents.changed == report.changed
    assert told.contents.payload_size_bytes == size


def test_the_package_leaves_itself_out(tmp_path: Path) -> None:
    (tmp_path / "exhibit").write_text("x")
    report = seal(order(tmp_path), tmp_path / "out.age")
    assert (report.files, report.refused) == (1, ())


def test_sizes_around_every_border_survive(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    borders = (0, 512, 1 << 16, 1 << 20)
    for size in {max(0, border + step) for border in borders for step in (-1, 0, 1)}:
        (source / str(size)).write_bytes(os.urandom(size))
    bag, _ = opened(tmp_path, source)
    assert tree(bag / "data/source") == tree(source)


def test_two_sources_of_one_name_stay_apart(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "same").write_text(folder)
    bag, rows = opened(tmp_path, tmp_path / "one/same", tmp_path / "two/same")
    assert sorted(tree(bag / "data").values()) == [b"one", b"two"]
    assert [row["name"] for row in rows] == [{"text": "same"}] * 2


def test_an_interrupt_leaves_nothing_behind(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(bytes(16 << 20))

    def interrupt(_read_bytes: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        seal(order(source), tmp_path / "out.age", progress=interrupt)
    assert [path.name for path in tmp_path.iterdir()] == ["source"]


def test_an_output_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("x")
    (tmp_path / "out.age").write_text("precious")
    with pytest.raises(MisuseError) as caught:
        seal(order(tmp_path / "source"), tmp_path / "out.age")
    assert caught.value.code == "output-exists"
    assert (tmp_path / "out.age").read_text() == "precious"


def test_a_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(bytes(3 << 20))
    with pytest.raises(ComityError) as caught:
        seal(order(tmp_path / "source"), Path("/dev/full"))
    assert caught.value.code == "disk-full"


def test_a_source_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ComityError) as caught:
        seal(order(tmp_path / "missing"), tmp_path / "out.age")
    assert caught.value.code == "not-found"
    assert list(tmp_path.iterdir()) == []


def test_nobody_and_nothing_is_misuse(tmp_path: Path) -> None:
    for sources, recipients in (([], [IDENTITY.recipient]), ([tmp_path], [])):
        with pytest.raises(MisuseError):
            seal(
                SealOrder(sources=sources, recipients=recipients, sealed_at=AT), tmp_path / "x.age"
            )


def test_the_package_is_bound_to_its_case(tmp_path: Path) -> None:
    (tmp_path / "source").write_text("x")
    conversation = hashlib.sha256(b"case").digest()
    package, _, offer = sealed(
        tmp_path, tmp_path / "source", conversation=conversation, sender="vn/contact-point"
    )
    good = Binding(conversation=conversation, sender="vn/contact-point", mode="live")
    check_sealed_package(OpenOrder(identities=[IDENTITY], offer=offer, binding=good), package)
    for bad in (
        Binding(conversation=bytes(32)),
        Binding(sender="za/contact-point"),
        Binding(mode="exercise"),
        Binding(receiver="za/contact-point"),
    ):
        with pytest.raises(ComityError) as caught:
            check_sealed_package(
                OpenOrder(identities=[IDENTITY], offer=offer, binding=bad), package
            )
        assert caught.value.code == "package-binding"


def test_the_same_tree_gives_the_same_list(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in "cab":
        (source / name).write_text(name)
    reports = [seal(order(source), tmp_path / f"{n}.age") for n in range(2)]
    assert reports[0].root != reports[1].root  # a fresh file key each time
    assert reports[0].files == reports[1].files == 3


def test_a_failing_stream_stops_every_stage(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(bytes(20 << 20))
    with FileIO("/dev/full", "wb") as stream, pytest.raises(OSError):
        sealing.seal_to(order(tmp_path / "source"), stream)


# VmHWM, not ru_maxrss: the latter keeps what the process was before exec.
PROGRAM = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from comity.evidence import age_keys
from comity.files.sealing import SealOrder, seal
identity = age_keys.Identity.of(bytes(range(1, 33)))
seal(SealOrder(sources=[Path(sys.argv[1])], recipients=[identity.recipient],
               sealed_at=datetime(2026, 1, 1, tzinfo=UTC)), Path("/dev/null"))
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@pytest.mark.full
def test_memory_does_not_grow_with_size(tmp_path: Path) -> None:
    peaks = []
    for mebibytes in (64, 512):
        source = tmp_path / str(mebibytes)
        with source.open("wb") as stream:
            os.posix_fallocate(stream.fileno(), 0, mebibytes << 20)  # no holes
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, str(source)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
        )
        peaks.append(int(done.stdout))
    assert peaks[1] - peaks[0] < 4096  # KiB
    assert peaks[1] < 96 << 10


def test_memory_hardly_grows_with_the_number_of_files(tmp_path: Path) -> None:
    source = tmp_path / "many"
    source.mkdir()
    for number in range(5000):
        (source / f"a-name-of-usual-length-{number:06}.txt").touch()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(source)],
        check=True,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )
    assert int(done.stdout) < 96 << 10


@pytest.mark.parametrize(
    ("mtime_ns", "told"),
    [
        (None, (None, 0)),
        (-1, ("1969-12-31T23:59:59Z", 999_999_999)),
        (1_700_000_000_123_456_789, ("2023-11-14T22:13:20Z", 123_456_789)),
        (253_402_300_800 * 10**9, (None, 0)),  # the year 10000
    ],
)
def test_a_row_keeps_a_time_or_says_that_it_has_none(
    mtime_ns: int | None, told: tuple[str | None, int]
) -> None:
    value = FileRow(name=b"x", kind="directory", mtime_ns=mtime_ns).to_value()
    assert (value["mtime"], value["mtime_ns"]) == told
