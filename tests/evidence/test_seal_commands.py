"""The commands keygen, seal and open as an examiner meets them."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from tests.conftest import REPOSITORY
from tests.evidence.kit import IDENTITY, tree

from comity.cli.evidence.open import list_command, open_package
from comity.cli.evidence.seal import keygen, seal
from comity.evidence import age_keys
from comity.evidence.offer import decode_offer


def run(command: click.Command, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(part) for part in arguments])


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with an exhibit and a key file."""
    (tmp_path / "exhibit").mkdir()
    (tmp_path / "exhibit/log.txt").write_text("line")
    run(keygen, "-o", tmp_path / "key")
    return tmp_path


def recipient(place: Path) -> str:
    (identity,) = age_keys.parse_key_file((place / "key").read_bytes())
    return str(identity.recipient)


def sealed(place: Path, *more: object) -> Result:
    return run(seal, place / "exhibit", "-r", recipient(place), "-o", place / "out.age", *more)


def test_keygen_writes_a_private_file_and_prints_the_recipient(tmp_path: Path) -> None:
    done = run(keygen, "-o", tmp_path / "key")
    assert done.exit_code == 0
    assert done.output.strip() == recipient(tmp_path)
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600
    again = run(keygen, "-o", tmp_path / "key")
    assert (again.exit_code, "output-exists" in again.output) == (2, True)


def test_a_folder_without_a_file_is_told(place: Path) -> None:
    (place / "exhibit/log.txt").unlink()
    done = sealed(place)
    assert (done.exit_code, "no file was there to seal" in done.stderr) == (0, True)


def test_a_package_that_names_no_conversation_is_told_before_it_is_offered(place: Path) -> None:
    done = sealed(place)
    assert (done.exit_code, "the package names no conversation" in done.stderr) == (0, True)
    named = "sha256:" + "5e" * 32
    again = run(
        seal, place / "exhibit", "-r", recipient(place), "-o", place / "again.age",
        "--conversation", named, "--json",
    )  # fmt: skip
    assert (again.stderr, json.loads(again.stdout)["conversation"]) == ("", named)


def test_keygen_without_a_file_prints_one() -> None:
    done = run(keygen)
    (identity,) = age_keys.parse_key_file(done.stdout.encode())
    assert str(identity.recipient) in done.stderr


def test_seal_and_open_bring_the_files_back(place: Path) -> None:
    done = sealed(place, "--from", "vn/contact-point", "--to", "za/contact-point")
    assert done.exit_code == 0
    assert "unsigned" in done.stdout
    offer = place / "out.age.offer.json"
    assert decode_offer(offer.read_bytes()).files == 1
    done = run(
        open_package, place / "out.age", "-i", place / "key", "-o", place / "bag",
        "--offer", offer, "--unauthenticated", "--json",
    )  # fmt: skip
    assert done.exit_code == 0
    told = json.loads(done.stdout)
    assert (told["authenticated"], told["against_offer"], told["files"]) == (False, True, 1)
    assert "UNAUTHENTICATED" in done.stderr
    assert tree(place / "bag/data") == {"exhibit/log.txt": b"line"}


def test_open_without_an_offer_or_the_word_is_refused(place: Path) -> None:
    sealed(place)
    for more in ([], ["--offer", place / "out.age.offer.json"]):
        done = run(open_package, place / "out.age", "-i", place / "key", "-o", place / "b", *more)
        assert done.exit_code == 1
        assert "[offer-required]" in done.stderr
        assert "--unauthenticated" in done.stderr
        assert not (place / "b").exists()


def test_an_offer_that_cannot_be_verified_is_never_taken_for_verified(place: Path) -> None:
    sealed(place)
    done = run(
        open_package, place / "out.age", "-i", place / "key", "-o", place / "b",
        "--offer", place / "out.age.offer.json", "--trust", place / "key",
    )  # fmt: skip
    assert done.exit_code != 0
    assert not (place / "b").exists()


def test_a_spoilt_package_exits_1_and_names_the_chunk(place: Path) -> None:
    sealed(place)
    data = bytearray((place / "out.age").read_bytes())
    data[-1] ^= 1
    (place / "out.age").write_bytes(data)
    done = run(
        open_package, place / "out.age", "-i", place / "key", "-o", place / "b",
        "--unauthenticated", "--json",
    )  # fmt: skip
    assert done.exit_code == 1
    error: dict[str, Any] = json.loads(done.stdout)["error"]
    assert error["code"] == "age-payload"
    assert "chunk 0" in error["detail"]


def test_a_dry_run_writes_nothing_and_tells_what_would_be_refused(place: Path) -> None:
    done = sealed(place, "--dry-run", "--json")
    assert (done.exit_code, json.loads(done.stdout)) == (
        0,
        {"files": 1, "size_bytes": 4, "refused": [], "skipped": []},
    )
    (place / "exhibit/again").hardlink_to(place / "exhibit/log.txt")
    assert json.loads(sealed(place, "--dry-run", "--json").stdout)["files"] == 1  # as a seal packs
    os.mkfifo(place / "exhibit/pipe")
    done = sealed(place, "--dry-run")
    assert (done.exit_code, "skipped: 'exhibit/pipe': a pipe" in done.stderr) == (0, True)
    assert not (place / "out.age").exists()


def test_what_holds_no_bytes_is_skipped_and_listed_or_the_tree_is_refused(place: Path) -> None:
    os.mkfifo(place / "exhibit/pi\npe")
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(place / "exhibit/socket"))
    refused = sealed(place, "--refuse-special", "--json")
    assert (refused.exit_code, json.loads(refused.stdout)["error"]["code"]) == (2, "special-file")
    assert sorted(one.name for one in place.glob("out.age*")) == []
    done = sealed(place, "--json")
    told = json.loads(done.stdout)
    rows = [("exhibit/pi\npe", "a pipe"), ("exhibit/socket", "a socket")]
    assert (done.exit_code, told["refused"]) == (0, [])
    assert [(row["name"]["text"], row["reason"]) for row in told["skipped"]] == rows
    listed = run(
        list_command, place / "out.age", "-i", place / "key", "--unauthenticated", "--json"
    )
    assert [row["reason"] for row in json.loads(listed.stdout)["rows"] if "reason" in row] == [
        "a pipe",
        "a socket",
    ]


def test_a_pipe_that_is_named_itself_is_no_tree_and_exits_1(place: Path) -> None:
    os.mkfifo(place / "pi\npe")
    done = run(seal, place / "pi\npe", "-r", recipient(place), "-o", place / "out.age")
    assert done.exit_code == 1
    assert (place / "out.age").exists()
    assert "pi\\npe" in done.stderr


def test_the_report_names_every_finding_and_only_those(place: Path) -> None:
    exhibit = place / "exhibit"
    os.mkfifo(exhibit / "pipe")
    (exhibit / "again").hardlink_to(exhibit / "log.txt")
    (exhibit / "con").write_text("a device on some systems")
    (exhibit / "link").symlink_to("log.txt")
    (exhibit / "plain").write_text("nothing to say")
    os.truncate(exhibit / "plain", 0)
    with (exhibit / "image").open("wb") as stream:
        stream.truncate(1 << 20)
    done = sealed(place, "--report", place / "report.json")
    assert done.exit_code == 0  # the pipe is listed, and lacks nothing
    told = json.loads((place / "report.json").read_bytes())
    assert told["counts"] == {
        "hard-link": 1, "link-not-followed": 1, "renamed": 1, "skipped": 1, "sparse": 1,
    }  # fmt: skip
    rows = {row["name"]["text"]: row for row in told["rows"]}
    assert set(rows) == {f"exhibit/{name}" for name in ("log.txt", "con", "image", "link", "pipe")}
    assert rows["exhibit/pipe"]["reason"] == "a pipe"
    assert rows["exhibit/log.txt"]["target"] == {"text": "exhibit/again"}
    assert rows["exhibit/con"]["path"].startswith("data/exhibit/con~")


def test_a_report_is_never_written_over_another(place: Path) -> None:
    (place / "report.json").write_text("precious")
    done = sealed(place, "--report", place / "report.json")
    assert (done.exit_code, "[output-exists]" in done.stderr) == (2, True)
    assert (place / "report.json").read_text() == "precious"
    assert not (place / "out.age").exists()


@pytest.mark.parametrize("name", ["out.age", "out.age.offer.json", "missing/report.json"])
def test_a_report_that_could_not_be_written_stops_the_seal_before_it_begins(
    place: Path, name: str
) -> None:
    assert sealed(place, "--report", place / name).exit_code == 2
    assert sorted(path.name for path in place.iterdir()) == ["exhibit", "key"]


def test_standard_input_is_named_once(place: Path) -> None:
    done = run(seal, "-", "-", "-r", recipient(place), "-o", place / "out.age")
    assert (done.exit_code, "once" in done.stderr) == (2, True)


def test_ctrl_c_when_the_package_is_whole_no_longer_interrupts(place: Path) -> None:
    program = (
        "import os, signal; from pathlib import Path; from comity.cli.evidence import seal\n"
        "plain = seal.write_file\n"
        "def late(*words, **more): os.kill(os.getpid(), signal.SIGINT); plain(*words, **more)\n"
        "seal.write_file = late; seal.seal()"
    )
    arguments = [str(place / "exhibit"), "-r", recipient(place), "-o", str(place / "out.age")]
    arguments += ["--conversation", "sha256:" + "5e" * 32]
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=False,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )
    assert (done.returncode, done.stderr) == (0, b"")
    names = sorted(path.name for path in place.iterdir())
    assert names == ["exhibit", "key", "out.age", "out.age.offer.json"]


def test_standard_input_is_sealed_under_the_name_given(place: Path) -> None:
    program = "from comity.cli.evidence.seal import seal; seal()"
    arguments = ["-", str(place / "exhibit"), "-r", recipient(place), "-o", str(place / "out.age")]
    subprocess.run(
        [sys.executable, "-c", program, *arguments, "--stdin-name", "memory.raw"],
        input=b"dump" * 1000,
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    )
    run(open_package, place / "out.age", "-i", place / "key", "-o", place / "bag",
        "--unauthenticated")  # fmt: skip
    assert tree(place / "bag/data") == {
        "exhibit/log.txt": b"line", "memory.raw/000001": b"dump" * 1000,
    }  # fmt: skip


@pytest.mark.parametrize("name", ["", "a/b"])
def test_a_name_for_standard_input_is_one_part(place: Path, name: str) -> None:
    done = sealed(place, "-", "--stdin-name", name)
    assert done.exit_code == 2
    assert not (place / "out.age").exists()


def test_a_recovery_recipient_is_added_once_by_option_or_environment(place: Path) -> None:
    listed = place / "recovery.txt"
    listed.write_text(f"# the unit's\n{IDENTITY.recipient}\n")
    arguments = [
        str(place / "exhibit"), "-r", recipient(place), "-o", "/dev/null", "--json",
    ]  # fmt: skip
    ways: list[tuple[list[str], dict[str, str]]] = [
        (["--recovery", str(listed)], {}),
        (["--recovery", str(IDENTITY.recipient)], {"COMITY_RECOVERY": "/nowhere"}),
        (["-r", str(IDENTITY.recipient)], {"COMITY_RECOVERY": str(listed)}),
    ]
    for more, env in ways:
        done = CliRunner().invoke(seal, [*arguments, *more], env=env)
        told = json.loads(done.stdout)["offer"]["recipients"]
        assert told == [recipient(place), str(IDENTITY.recipient)]


def test_a_recovery_recipient_that_cannot_be_read_stops_the_seal(place: Path) -> None:
    for bad in ("/nowhere", "age1nonsense", str(place / "exhibit/log.txt")):
        done = sealed(place, "--recovery", bad)
        assert done.exit_code == 2
        assert not (place / "out.age").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["-r", "age1nonsense"],
        ["-r", IDENTITY.text()],
        [],
        ["-r", str(IDENTITY.recipient), "--from", "Vietnam"],
        ["-r", str(IDENTITY.recipient), "--conversation", "7"],
        ["-r", str(IDENTITY.recipient), "--mode", "rehearsal"],
    ],
)
def test_misuse_exits_2_and_shows_no_secret(place: Path, arguments: list[str]) -> None:
    done = run(seal, place / "exhibit", "-o", place / "x.age", *arguments)
    assert done.exit_code == 2
    assert IDENTITY.text()[20:40] not in done.output
    assert not (place / "x.age").exists()


def test_a_missing_source_exits_2(place: Path) -> None:
    done = run(seal, place / "missing", "-r", recipient(place), "-o", place / "x.age")
    assert (done.exit_code, "[not-found]" in done.stderr) == (2, True)


def test_ctrl_c_leaves_nothing_behind(place: Path) -> None:
    source = place / "large"
    source.touch()
    os.truncate(source, 64 << 30)  # sparse: takes no space, would take a minute
    program = "from comity.cli.evidence.seal import seal; seal()"
    arguments = [str(source), "-r", recipient(place), "-o", str(place / "out.age")]
    with subprocess.Popen(
        [sys.executable, "-c", program, *arguments],
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY / "src")},
    ) as process:
        while process.poll() is None and not list(place.glob(".out.age.*.part")):
            os.sched_yield()
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert (process.returncode, b"interrupted" in told) == (130, True)
    assert sorted(path.name for path in place.iterdir()) == ["exhibit", "key", "large"]
