"""A hostile image ends one process, and that is told: it harms nothing and writes nothing."""

import contextlib
import os
import resource
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.forensics.making import run

from comity.canonical import ComityError
from comity.forensics import inspect, isolation
from comity.forensics.confinement import LOOKING, READING, Limits
from comity.forensics.errors import (
    ExtraMissingError,
    ImageCrashError,
    ImageError,
    ImageLimitError,
)
from comity.forensics.frames import RESULT, Listener
from comity.forensics.image import Image
from comity.forensics.recognise import recognise

DISKS = Path("evidence/disk-images")


def looking(image: Image, limits: Limits, operation: str = "look") -> object:
    """Look with limits of the test's own."""
    return isolation.run(inspect._request(image, operation) | {"most_files": 10}, limits)


@pytest.fixture
def disk(shared: Path) -> Image:
    (image,) = recognise([shared / DISKS / "ext2.E01"])
    return image


def instead(monkeypatch: pytest.MonkeyPatch, program: str) -> None:
    """Let another program be the looking process."""
    monkeypatch.setattr(isolation, "_COMMAND", (sys.executable, "-c", program))


def test_a_library_that_crashes_is_a_finding(monkeypatch: pytest.MonkeyPatch, disk: Image) -> None:
    instead(monkeypatch, "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)")
    found = inspect.look(disk)
    assert [finding["code"] for finding in found["findings"]] == ["image-crash"]
    assert "SIGSEGV" in found["findings"][0]["detail"]


def test_silence_ends_it(monkeypatch: pytest.MonkeyPatch, disk: Image) -> None:
    instead(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(ImageLimitError, match="longer than allowed"):
        looking(disk, replace(LOOKING, stall_s=1))


def test_talking_without_end_ends_it(monkeypatch: pytest.MonkeyPatch, disk: Image) -> None:
    frame = r"b'P\0\0\0\x011'"
    instead(monkeypatch, f"import os, time\nwhile True: os.write(1, {frame}); time.sleep(0.01)")
    with pytest.raises(ImageLimitError, match="longer than allowed"):
        looking(disk, replace(LOOKING, wall_s=1))


@pytest.mark.parametrize("said", [r"b'Hello, this is no frame'", r"b'R\xff\xff\xff\xff'"])
def test_what_is_no_frame_is_not_believed(
    monkeypatch: pytest.MonkeyPatch, disk: Image, said: str
) -> None:
    instead(monkeypatch, f"import os, time; os.write(1, {said}); time.sleep(60)")
    with pytest.raises(ImageError):
        looking(disk, LOOKING)


@pytest.mark.parametrize(
    "said",
    [
        ("R", "'[' * 100000"),
        ("R", "'1' * 5000"),
        ("R", "'no JSON'"),
        ("R", "'[1, 2]'"),
        ("R", """'{"acquisition": null, "contents": {"file_systems": 5}, "format": "raw"}'"""),
        ("P", "'x'"),
        ("P", "'1' * 5000"),
        ("F", "'[]'"),
        ("F", """'{"code": 1, "detail": 2}'"""),
    ],
    ids=str,
)
def test_a_process_that_was_taken_over_is_a_finding_and_no_fault_of_ours(
    monkeypatch: pytest.MonkeyPatch, disk: Image, said: tuple[str, str]
) -> None:
    kind, payload = said
    instead(
        monkeypatch,
        f"import os, struct; said = ({payload}).encode()\n"
        f"os.write(1, b'{kind}' + struct.pack('>I', len(said)) + said)",
    )
    found = inspect.look(disk)
    assert [finding["code"] for finding in found["findings"]] == ["image-crash"]
    assert (found["contents"], found.get("format")) == (None, None)


def test_the_words_of_a_fault_steer_no_terminal(
    monkeypatch: pytest.MonkeyPatch, disk: Image
) -> None:
    told = r"""'{"code": "image-unreadable", "detail": "a\u001b[2J\u202eb"}'"""
    instead(
        monkeypatch,
        f"import os, struct; said = r{told}.encode()\n"
        "os.write(1, b'F' + struct.pack('>I', len(said)) + said)",
    )
    assert inspect.look(disk)["findings"][0]["detail"] == "a?[2J?b"


def test_what_the_process_started_ends_with_it(
    monkeypatch: pytest.MonkeyPatch, disk: Image, tmp_path: Path
) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    instead(
        monkeypatch,
        f"import os, time\nif os.fork(): os.open({str(pipe)!r}, os.O_WRONLY); os._exit(0)\n"
        f"kept = os.open({str(pipe)!r}, os.O_WRONLY); os.close(1); time.sleep(60)",
    )
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    inspect.look(disk)
    os.set_blocking(reading, True)
    assert os.read(reading, 1) == b""  # nobody holds the other end any more
    os.close(reading)


def test_an_answer_over_its_limit_is_refused(disk: Image) -> None:
    with pytest.raises(ImageLimitError, match="answer"):
        looking(disk, replace(LOOKING, answer_bytes=100))


def test_processor_time_is_bounded(tmp_path: Path) -> None:
    with (tmp_path / "large.raw").open("wb") as file:
        file.truncate(64 * 1024**3)  # of zeroes: a minute and more of hashing
    (image,) = recognise([tmp_path / "large.raw"], assume_raw=True)
    with pytest.raises(ImageLimitError, match="processor time"):
        looking(image, replace(READING, cpu_s=1), "check")


def test_memory_is_bounded(disk: Image) -> None:
    with pytest.raises((ImageLimitError, ImageCrashError)):
        looking(disk, replace(LOOKING, memory_bytes=16 * 1024 * 1024))


@pytest.mark.parametrize(
    ("what", "bound"),
    [("FSIZE", 0), ("CORE", 0), ("NOFILE", 64), ("CPU", 120), ("AS", 1024**3)],
)
def test_the_looking_process_binds_itself(what: str, bound: int) -> None:
    program = (
        "import resource; from comity.forensics.confinement import LOOKING, apply; apply(LOOKING);"
        f"print(resource.getrlimit(resource.RLIMIT_{what}))"
    )
    assert run(sys.executable, "-c", program).strip() == f"({bound}, {bound})"


def test_the_looking_process_cannot_write_a_file(tmp_path: Path) -> None:
    program = (
        "import sys; from comity.forensics import confinement\n"
        "confinement.confine = lambda _readable, unconfined: None\n"
        "confinement.apply(confinement.LOOKING)\n"
        "with open(sys.argv[1], 'wb', buffering=0) as file:\n"
        "    try: file.write(b'x')\n"
        "    except OSError as fault: print(fault.strerror)"
    )
    assert run(sys.executable, "-c", program, tmp_path / "x").strip() == "File too large"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 0


def test_frames_may_come_in_any_pieces() -> None:
    listener, found = Listener(100), []
    for byte in RESULT + b"\0\0\0\x02{}" + b"P\0\0\0\x017":
        found += listener.take(bytes([byte]))
    assert found == [(b"R", b"{}"), (b"P", b"7")]


@pytest.mark.parametrize("missing", ["pyewf", "pytsk3"])
def test_without_the_extra_images_are_recognised_and_not_looked_into(
    monkeypatch: pytest.MonkeyPatch, shared: Path, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    (image,) = recognise([shared / DISKS / "image-split.E01"])
    assert (len(image.files), image.media_size_bytes) == (2, 1474560)
    with pytest.raises(ExtraMissingError, match=r"pip install comity\[forensics\]"):
        inspect.look(image)


@pytest.mark.full
@pytest.mark.parametrize("name", ["ext2.E01", "iso9660.raw", "tsk_volume_system.raw"])
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_damaged_images_give_findings(
    tmp_path_factory: pytest.TempPathFactory, shared: Path, name: str, data: st.DataObject
) -> None:
    damaged = bytearray((shared / DISKS / name).read_bytes())
    places = st.lists(st.integers(0, min(len(damaged), 200_000) - 1), min_size=1, max_size=200)
    for place in data.draw(places):
        damaged[place] ^= data.draw(st.integers(1, 255))
    path = tmp_path_factory.mktemp("damaged") / name
    path.write_bytes(damaged)
    steps: list[Callable[[Image], object]] = [
        inspect.look,
        lambda image: inspect.check(image, progress=lambda _done: None),
    ]
    for image in recognise([path]):
        for step in steps:
            with contextlib.suppress(ComityError):
                step(image)
