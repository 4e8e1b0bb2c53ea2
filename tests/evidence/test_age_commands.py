"""The commands age encrypt, decrypt and keygen as an examiner meets them."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.evidence import age_kit
from tests.evidence.kit import HYBRID, IDENTITY

from comity.evidence import age_keys
from comity.evidence.age import CHUNK_BYTES

pytestmark = pytest.mark.full  # each step is a command of its own

type Done = subprocess.CompletedProcess[bytes]
PROGRAM = [sys.executable, "-c", "from comity.cli import main; main()", "age"]
MAX_RESIDENT_KIB = 96 * 1024


def run(*arguments: object, data: bytes = b"") -> Done:
    command = [*PROGRAM, *map(str, arguments)]
    return subprocess.run(command, input=data, capture_output=True, check=False, timeout=120)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a key file, a file and a passphrase."""
    (tmp_path / "key").write_text(age_keys.format_key_file(IDENTITY, created="2026-01-01"))
    (tmp_path / "plain").write_bytes(os.urandom(3 * CHUNK_BYTES + 1))
    (tmp_path / "words").write_bytes(b"open sesame\r\nanother line\n")
    return tmp_path


def encrypted(place: Path) -> bytes:
    done = run("encrypt", "-r", IDENTITY.recipient, place / "plain", "-o", place / "sealed")
    assert (done.returncode, done.stderr) == (0, b"")
    return (place / "sealed").read_bytes()


def test_a_file_comes_back_and_is_private(place: Path) -> None:
    encrypted(place)
    assert run("decrypt", "-i", place / "key", "-o", place / "out", place / "sealed").stdout == b""
    assert (place / "out").read_bytes() == (place / "plain").read_bytes()
    assert stat.S_IMODE((place / "out").stat().st_mode) == 0o600


def test_pipes_carry_both_ways_binary_or_armored(place: Path) -> None:
    plain = (place / "plain").read_bytes()
    for more in ((), ("-a",), ("--armor", "-"), ("-o", "-")):
        sealed = run("encrypt", "-r", IDENTITY.recipient, *more, data=plain).stdout
        assert sealed.startswith(b"-----BEGIN AGE") == bool({"-a", "--armor"} & set(more))
        assert run("decrypt", "-i", place / "key", data=sealed).stdout == plain


@pytest.mark.full
def test_the_passphrase_is_the_first_line_without_its_end(place: Path) -> None:
    run("encrypt", "--passphrase-file", place / "words", "-o", place / "sealed", data=b"exhibit")
    (place / "same").write_bytes(b"open sesame")
    (place / "other").write_bytes(b"Open sesame")
    done = run("decrypt", "--passphrase-file", place / "same", place / "sealed")
    assert done.stdout == b"exhibit"
    done = run("decrypt", "--passphrase-file", place / "other", place / "sealed")
    assert (done.returncode, b"age-no-match" in done.stderr) == (1, True)
    assert b"sesame" not in done.stderr


@pytest.mark.parametrize("words", [b"", b"\n", b"\r\nsecond\n", b"x" * 2000])
def test_an_unfit_passphrase_is_refused_and_not_repeated(words: bytes, place: Path) -> None:
    (place / "words").write_bytes(words)
    done = run("encrypt", "--passphrase-file", place / "words", data=b"exhibit")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"[age-passphrase]" in done.stderr
    assert b"xxx" not in done.stderr


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=[] if count % 8 == 0 else pytest.mark.long)
        for count, name in enumerate(age_kit.names())
    ],
)
def test_the_code_names_the_class_of_each_vector(name: str, place: Path) -> None:
    vector = age_kit.read(name)
    (place / "keys").write_text("\n".join(vector.keys))
    (place / "words").write_text(vector.words[0] if vector.words else "")
    (place / "file").write_bytes(vector.data)
    opener = ("-i", place / "keys") if vector.keys else ("--passphrase-file", place / "words")
    done = run("decrypt", *opener, "-o", place / "out", place / "file")
    code = "ok" if done.returncode == 0 else done.stderr.decode().partition("]")[0]
    assert code.removeprefix("error [") == vector.expect
    assert done.returncode == (0 if vector.expect == "ok" else 1)
    assert (place / "out").exists() == (vector.expect == "ok")
    assert not list(place.glob(".out*"))


def test_a_spoilt_file_leaves_no_named_output_but_streams_what_holds(place: Path) -> None:
    sealed = bytearray(encrypted(place))
    sealed[-1] ^= 1
    (place / "sealed").write_bytes(sealed)
    done = run("decrypt", "-i", place / "key", "-o", place / "out", place / "sealed")
    assert (done.returncode, (place / "out").exists()) == (1, False)
    done = run("decrypt", "-i", place / "key", place / "sealed")
    assert done.returncode == 1
    assert done.stdout == (place / "plain").read_bytes()[: 3 * CHUNK_BYTES]
    assert b"[age-payload]" in done.stderr


def test_recipients_come_from_a_file_too(place: Path) -> None:
    (place / "pq").write_text(age_keys.format_key_file(HYBRID, created="2026-01-01"))
    other = age_keys.generate_hybrid(os.urandom).recipient
    (place / "whom").write_text(f"# the unit\n{HYBRID.recipient}\n\n{other}\n")
    sealed = run("encrypt", "-R", place / "whom", data=b"exhibit").stdout
    assert run("decrypt", "-i", place / "pq", data=sealed).stdout == b"exhibit"
    (place / "whom").write_text(f"{HYBRID.recipient}\nage1nonsense\n")
    done = run("encrypt", "-R", place / "whom", data=b"exhibit")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"[age-key]: line 2" in done.stderr


def test_nothing_is_overwritten(place: Path) -> None:
    encrypted(place)
    done = run("encrypt", "-r", IDENTITY.recipient, place / "plain", "-o", place / "sealed")
    assert (done.returncode, b"[output-exists]" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    "arguments",
    [
        ("encrypt",),
        ("encrypt", "-r", IDENTITY.recipient, "--passphrase-file", "words"),
        ("encrypt", "-r", "age1nonsense"),
        ("encrypt", "-r", IDENTITY.recipient, "-r", HYBRID.recipient),
        ("decrypt",),
        ("decrypt", "-i", "key", "--passphrase-file", "words"),
        ("decrypt", "-i", "nowhere"),
    ],
)
def test_misuse_ends_with_2_and_writes_nothing(
    arguments: tuple[object, ...], place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(place)
    done = run(*arguments, data=b"exhibit")
    assert (done.returncode, done.stdout) == (2, b"")


@pytest.mark.parametrize("more", [(), ("--post-quantum",)], ids=["X25519", "hybrid"])
def test_keygen_makes_a_key_that_opens(more: tuple[str, ...], place: Path) -> None:
    made = run("keygen", *more, "-o", place / "new")
    recipient = made.stdout.decode().strip()
    assert recipient.startswith("age1pq1" if more else "age1")
    assert stat.S_IMODE((place / "new").stat().st_mode) == 0o600
    sealed = run("encrypt", "-r", recipient, data=b"exhibit").stdout
    assert run("decrypt", "-i", place / "new", data=sealed).stdout == b"exhibit"
    printed = run("keygen", *more)
    (identity,) = age_keys.parse_key_file(printed.stdout)
    assert str(identity.recipient) in printed.stderr.decode()


def test_a_package_can_be_sealed_for_a_hybrid_recipient(place: Path) -> None:
    (place / "pq").write_text(age_keys.format_key_file(HYBRID, created="2026-01-01"))
    comity = PROGRAM[:-1]
    package = place / "package.age"
    seal = [*comity, "seal", place / "plain", "-r", str(HYBRID.recipient), "-o", package]
    subprocess.run(list(map(str, seal)), check=True, capture_output=True)
    opening = [*comity, "open", package, "-i", place / "pq", "-o", place / "bag"]
    offer = ["--offer", f"{package}.offer.json", "--unauthenticated"]
    subprocess.run(list(map(str, opening + offer)), check=True, capture_output=True)
    assert (place / "bag/data/plain").read_bytes() == (place / "plain").read_bytes()


@pytest.mark.long
@pytest.mark.parametrize("more", [(), ("-a",)], ids=["binary", "armored"])
def test_memory_does_not_grow_with_the_file(more: tuple[str, ...], place: Path) -> None:
    """The peak of the one child each measuring process has: 256 MiB there and back."""
    with (place / "large").open("wb") as stream:
        stream.truncate(256 << 20)
    measure = (
        "import resource, subprocess, sys; subprocess.run(sys.argv[1:], check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    seal = ("encrypt", *more, "-r", IDENTITY.recipient, "-o", place / "sealed", place / "large")
    unseal = ("decrypt", "-i", place / "key", "-o", place / "back", place / "sealed")
    for command in (seal, unseal):
        parts = [sys.executable, "-c", measure, *PROGRAM, *map(str, command)]
        done = subprocess.run(parts, check=True, capture_output=True)
        assert int(done.stdout) < MAX_RESIDENT_KIB
    assert (place / "back").stat().st_size == 256 << 20


@pytest.mark.parametrize(
    "words", ["\ufeffsesame\n".encode(), "sesame\n".encode("utf-16"), b"ses\0me"]
)
def test_a_passphrase_file_that_is_no_plain_text_is_refused(words: bytes, place: Path) -> None:
    (place / "words").write_bytes(words)
    done = run("encrypt", "--passphrase-file", place / "words", place / "plain")
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"age-passphrase" in done.stderr


@pytest.mark.parametrize("command", ["encrypt", "decrypt"])
def test_a_file_that_is_also_the_output_is_refused_before_it_grows(
    command: str, place: Path
) -> None:
    sealed = encrypted(place)
    key = ["-r", str(IDENTITY.recipient)] if command == "encrypt" else ["-i", str(place / "key")]
    with (place / "sealed").open("ab") as out:
        done = subprocess.run(
            [*PROGRAM, command, *key, str(place / "sealed")],
            stdout=out, stderr=subprocess.PIPE, check=False, timeout=20,
        )  # fmt: skip
    assert done.returncode == 2
    assert b"output-exists" in done.stderr
    assert (place / "sealed").read_bytes() == sealed


@pytest.mark.parametrize("output", ["", " -o -"])
def test_a_closed_standard_output_is_misuse_and_no_crash(output: str, place: Path) -> None:
    words = [*PROGRAM, "encrypt", "-r", str(IDENTITY.recipient), str(place / "plain")]
    closed = ["sh", "-c", f'exec "$@"{output} >&-', "sh", *words]
    done = subprocess.run(closed, capture_output=True, check=False, timeout=20)
    assert done.returncode == 2
    assert b"standard output is closed" in done.stderr


def test_a_cut_inside_a_chunk_is_told_as_what_it_may_be(place: Path) -> None:
    sealed = encrypted(place)
    done = run("decrypt", "-i", place / "key", data=sealed[: -CHUNK_BYTES // 2])
    assert done.returncode == 1
    assert b"the file was cut in it" in done.stderr
