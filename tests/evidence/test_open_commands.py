"""The commands ls, open --only and verify on a package, as an examiner meets them."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from tests.evidence.hostile import archive
from tests.evidence.kit import IDENTITY, STRANGER, seal_archive, sealed, tree
from tests.evidence.signed import SEALED_FOR_CASE, make_world, signed_offer

from comity.canonical.amounts import counted
from comity.cli.court.verify import verify_bundle
from comity.cli.evidence.open import list_command, open_package

NAMES = [b"log.txt", "حساب.txt".encode(), b"not-utf8-\xff", "bidi-\u202etxt.exe".encode()]


@dataclass(frozen=True)
class Place:
    """A folder with a package, its offers, its key and the trust file."""

    folder: Path
    vouched: list[str]
    plain: list[str]

    @property
    def package(self) -> Path:
        return self.folder / "package.age"

    @property
    def key(self) -> list[str]:
        return ["-i", str(self.folder / "key")]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("place")
    source = folder / "exhibit"
    source.mkdir()
    for number, name in enumerate(NAMES):
        (source / os.fsdecode(name)).write_bytes(b"line %d" % number)
    (source / "link").symlink_to("log.txt")
    _, _, offer = sealed(folder, source, **SEALED_FOR_CASE)
    world = make_world(folder / "world")
    (folder / "signed.json").write_bytes(signed_offer(world, offer))
    (folder / "offer.json").write_bytes(offer.encode())
    (folder / "trust.json").write_bytes(world.trust)
    (folder / "key").write_text(IDENTITY.text())
    (folder / "other-key").write_text(STRANGER.text())
    signed, trust = str(folder / "signed.json"), str(folder / "trust.json")
    return Place(
        folder,
        ["--offer", signed, "--trust", trust],
        ["--offer", str(folder / "offer.json"), "--unauthenticated"],
    )


def run(command: click.Command, *arguments: object) -> Result:
    return CliRunner().invoke(command, [str(part) for part in arguments])


# -- ls and open --only ------------------------------------------------------------------------


def test_ls_shows_every_name_with_what_a_terminal_would_hide_escaped(place: Place) -> None:
    done = run(list_command, place.package, *place.key, *place.vouched)
    assert done.exit_code == 0
    assert "exhibit/حساب.txt" in done.stdout
    assert "\u202e" not in done.stdout
    assert "bidi-\\u202etxt.exe" in done.stdout
    assert "symlink" in done.stdout
    assert "ONLY A PART" in done.stderr
    assert "UNAUTHENTICATED" not in done.stderr


def test_ls_gives_digests_as_json(place: Place) -> None:
    done = run(list_command, place.package, *place.key, *place.plain, "--json")
    told = json.loads(done.stdout)
    assert (told["files"], told["authenticated"], told["only_a_part"]) == (4, False, True)
    assert [row["sha256"] is not None for row in told["rows"]].count(True) == 4
    assert "UNAUTHENTICATED" in done.stderr


def test_only_the_named_file_is_opened_and_said_to_be_a_part(place: Place, tmp_path: Path) -> None:
    done = run(
        open_package, place.package, *place.key, *place.vouched, "-o", tmp_path / "part",
        "--only", "exhibit/log.txt", "--only", "exhibit/link",
    )  # fmt: skip
    assert done.exit_code == 0
    assert tree(tmp_path / "part") == {"data/exhibit/log.txt": b"line 0"}
    assert "ONLY A PART" in done.stderr
    assert "not made (symlink): exhibit/link" in done.stderr


def test_a_name_that_is_no_text_can_be_asked_for(place: Place, tmp_path: Path) -> None:
    name = os.fsdecode(b"exhibit/not-utf8-\xff")
    done = run(
        open_package, place.package, *place.key, *place.plain, "-o", tmp_path / "part",
        "--only", name,
    )  # fmt: skip
    assert done.exit_code == 0
    assert list(tree(tmp_path / "part").values()) == [b"line 2"]


def test_a_name_that_is_not_there_is_misuse(place: Place, tmp_path: Path) -> None:
    done = run(
        open_package, place.package, *place.key, *place.vouched, "-o", tmp_path / "part",
        "--only", "exhibit/missing",
    )  # fmt: skip
    assert (done.exit_code, "[no-such-member]" in done.stderr) == (2, True)
    assert not list(tmp_path.iterdir())


def test_metadata_are_not_put_back_on_a_part(place: Place, tmp_path: Path) -> None:
    done = run(
        open_package, place.package, *place.key, *place.vouched, "-o", tmp_path / "part",
        "--only", "exhibit", "--restore-metadata",
    )  # fmt: skip
    assert (done.exit_code, "[part-with-metadata]" in done.stderr) == (2, True)


def test_a_listing_needs_an_offer_or_the_word(place: Place) -> None:
    done = run(list_command, place.package, *place.key)
    assert (done.exit_code, "[offer-required]" in done.stderr) == (1, True)


def test_a_package_cannot_write_to_the_terminal(tmp_path: Path) -> None:
    told: dict[str, Any] = {"mode": 0, "mtime": None, "mtime_ns": 0, "path": None, "size_bytes": 0}
    told |= {"name": {"text": "x\x1b[2J"}, "reason": "why\x1b[31m\u202e", "type": "refused"}
    (tmp_path / "p.age").write_bytes(seal_archive(archive([], rows=[told])))
    (tmp_path / "key").write_text(IDENTITY.text())
    given = [tmp_path / "p.age", "-i", tmp_path / "key", "--unauthenticated"]
    for command, more in ((list_command, []), (open_package, ["-o", tmp_path / "bag"])):
        for json_or_not in ([], ["--json"]):
            done = run(command, *given, *more, *json_or_not)
            assert "\x1b" not in done.output
            assert "\u202e" not in done.output
            assert done.exit_code in (0, 2)  # the folder is there the second time


# -- verify ------------------------------------------------------------------------------------


def test_a_package_without_a_key_is_proved_by_its_blocks(place: Place) -> None:
    done = run(verify_bundle, place.package, *place.vouched)
    assert done.exit_code == 0
    assert done.stdout.startswith("PROVED: this is the package that za/")
    assert "contents  not looked at" in done.stdout


def test_with_a_key_the_contents_are_checked_too(place: Place) -> None:
    done = run(verify_bundle, place.package, *place.vouched, *place.key, "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["verdict"]) == (0, "proved")
    assert told["contents"]["files"] == 4


@pytest.mark.parametrize("with_key", [False, True])
def test_what_nobody_vouches_for_is_only_consistent(place: Place, *, with_key: bool) -> None:
    done = run(verify_bundle, place.package, *place.plain, *(place.key if with_key else []))
    assert done.exit_code == 3
    assert done.stdout.startswith("CONSISTENT; ORIGIN NOT PROVED")


def test_without_an_offer_a_key_shows_that_it_fits_together(place: Place) -> None:
    done = run(verify_bundle, place.package, *place.key, "--unauthenticated")
    assert (done.exit_code, "none was given" in done.stdout) == (3, True)


def test_without_an_offer_and_a_key_there_is_nothing_to_check(place: Place) -> None:
    for more in ([], ["--unauthenticated"], place.key, place.plain[:2]):
        done = run(verify_bundle, place.package, *more)
        assert (done.exit_code, "[offer-required]" in done.stderr) == (2, True)
        assert "your key with -i" in done.stderr, "the next step is one that was not taken yet"


def test_a_key_that_does_not_fit_says_nothing_of_the_package(place: Place) -> None:
    done = run(verify_bundle, place.package, *place.vouched, "-i", place.folder / "other-key")
    assert (done.exit_code, "[age-no-match]" in done.stderr) == (2, True)


@pytest.mark.parametrize("with_key", [False, True])
def test_a_spoilt_package_fails_with_and_without_a_key(
    place: Place, tmp_path: Path, *, with_key: bool
) -> None:
    data = bytearray(place.package.read_bytes())
    data[-100] ^= 1
    (tmp_path / "spoilt.age").write_bytes(data)
    key = place.key if with_key else []
    done = run(verify_bundle, tmp_path / "spoilt.age", *place.vouched, *key, "--json")
    assert done.exit_code == 1
    code = "age-payload" if with_key else "offer-root"
    told = json.loads(done.stdout)
    assert (told["verdict"], told["error"]["code"]) == ("failed", code)
    done = run(verify_bundle, tmp_path / "spoilt.age", *place.vouched, *key)
    assert done.stdout.startswith("FAILED")
    assert f"[{code}]" in done.stderr


def test_an_offer_that_somebody_else_signed_fails(place: Place, tmp_path: Path) -> None:
    other = make_world(tmp_path / "world")
    (tmp_path / "trust.json").write_bytes(other.trust)
    done = run(verify_bundle, place.package, *place.vouched[:2], "--trust", tmp_path / "trust.json")
    assert (done.exit_code, "[signed-offer]" in done.stderr) == (1, True)


def test_a_package_of_another_case_fails_with_a_key(place: Place, tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    (tmp_path / "x").write_bytes(b"x")
    package, _, offer = sealed(tmp_path, tmp_path / "x")  # sealed for no case
    (tmp_path / "signed.json").write_bytes(signed_offer(world, offer))
    (tmp_path / "trust.json").write_bytes(world.trust)
    vouched = ["--offer", tmp_path / "signed.json", "--trust", tmp_path / "trust.json"]
    done = run(verify_bundle, package, *vouched, *place.key)
    assert (done.exit_code, "[package-binding]" in done.stderr) == (1, True)


def test_options_of_a_package_do_not_fit_a_bundle(place: Place) -> None:
    done = run(verify_bundle, place.folder, *place.vouched)
    assert (done.exit_code, "are for a file" in done.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("missing", "not-found", "no such file or folder"),
        ("file/below", "storage", "a part of the path is a file"),
        ("pipe", "misuse", "neither a folder (a court bundle) nor a file (a package)"),
        ("loop", "storage", "symbolic links"),
        ("n" * 300, "storage", "too long"),
    ],
)
def test_what_is_neither_bundle_nor_package_is_told_as_what_it_is(
    name: str, code: str, words: str, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    os.mkfifo(tmp_path / "pipe")
    done = run(verify_bundle, tmp_path / name, "--json")
    assert (done.exit_code, json.loads(done.stdout)["error"]["code"]) == (2, code)
    assert words in done.stderr


def test_a_device_is_no_package_and_no_bundle() -> None:
    done = run(verify_bundle, "/dev/null")
    assert (done.exit_code, "neither a folder" in done.stderr) == (2, True)


def test_an_offer_or_trust_file_without_end_is_refused(place: Place) -> None:
    endless = ["--offer", "/dev/zero", *place.vouched[2:]]
    assert run(verify_bundle, place.package, *endless).exit_code == 1
    endless = [*place.vouched[:2], "--trust", "/dev/zero"]
    assert run(verify_bundle, place.package, *endless).exit_code == 2


# -- amounts -----------------------------------------------------------------------------------


def test_amounts_are_read_as_people_write_them() -> None:
    assert [counted(n, "file") for n in (0, 1, 2)] == ["0 files", "1 file", "2 files"]
    assert counted(67_108_864, "byte") == "67,108,864 bytes"


def test_a_folder_whose_name_is_no_text_is_opened_and_told_escaped(
    place: Place, tmp_path: Path
) -> None:
    target = tmp_path / os.fsdecode(b"bag\xff\x1b[2J")
    done = run(open_package, place.package, *place.key, *place.vouched, "-o", target)
    assert (done.exit_code, target.is_dir()) == (0, True)
    assert "bag\\udcff\\x1b[2J" in done.stdout
