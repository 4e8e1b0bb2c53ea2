"""A backup holds everything of one moment, and a restore takes only what is whole."""

import hashlib
import io
import json
import sqlite3
import subprocess
import sys
import tarfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.carrying.offices import Office, comity, office, request
from tests.conftest import needs
from tests.forked import run
from tests.recovery.conftest import comity_keygen
from tests.worlds import build_world

import comity as comity_package
from comity.canonical import ComityError
from comity.demo.world import ASKED, ASKING
from comity.evidence.tar import TRAILER, header, padding
from comity.node.core.clock import now
from comity.node.core.sqlite_files import open_read_only
from comity.node.operations.restore import _judging, restore

type Members = dict[str, bytes]


@dataclass
class Kept:
    """A node with something in it, and a plain backup of it."""

    office: Office
    plain: Path
    members: Members


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    folder = tmp_path_factory.mktemp("kept")
    ports = {ASKING: 22061, ASKED: 22062}
    vn = office(build_world(folder / "world", mode="exercise", ports=ports, now=now()), ASKING)
    vn.say("request.submitted", request("preservation"), to=ASKED)
    packages = vn.folder / "vault" / "packages"
    packages.mkdir()
    (packages / ("a" * 64)).write_bytes(b"sealed" * 1000)
    plain = folder / "plain.tar"
    comity("backup", vn.folder, "-o", plain, "--plain")  # its driver has the database open
    assert (vn.folder / "last-backup.json").is_file(), "the page of log health tells it"
    yield Kept(vn, plain, members_of(plain))
    vn.close()


def members_of(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]


def pack(path: Path, rows: list[tuple[str, bytes]]) -> Path:
    path.write_bytes(b"".join(header(n, len(d)) + d + padding(len(d)) for n, d in rows) + TRAILER)
    return path


def refusal(path: Path, folder: Path) -> str:
    try:
        restore(path, folder, identities=())
    except ComityError as fault:
        assert not folder.exists()
        assert list(folder.parent.glob(f".{folder.name}*")) == []
        return fault.code
    return "ok"


def test_a_backup_holds_the_whole_node_and_lists_it(kept: Kept) -> None:
    listed = json.loads(kept.members["manifest.json"])["files"]
    assert set(listed) == set(kept.members) - {"manifest.json"}
    assert {"node.toml", "secret", "node.sqlite3", "keys/log.json"} <= set(listed)
    assert "vault/packages/" + "a" * 64 in listed
    assert any(name.startswith("directory/entries/") for name in listed)


def test_the_database_is_sound_and_of_one_moment(kept: Kept, tmp_path: Path) -> None:
    path = tmp_path / "copy.sqlite3"
    path.write_bytes(kept.members["node.sqlite3"])
    with closing(sqlite3.connect(path)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        (size,) = copy.execute("SELECT tree_size FROM node_loghead").fetchone()
        assert copy.execute("SELECT count(*) FROM node_logentry").fetchone() == (size,)


def test_a_plain_backup_says_loudly_that_keys_lie_in_it(kept: Kept, tmp_path: Path) -> None:
    words = ["backup", str(kept.office.folder), "-o", str(tmp_path / "x.tar"), "--plain"]
    done = subprocess.run(
        [sys.executable, "-m", "comity", *words], capture_output=True, text=True, check=True
    )
    assert "PRIVATE KEYS" in done.stderr
    neither = [sys.executable, "-m", "comity", *words[:-1]]
    assert subprocess.run(neither, capture_output=True, check=False).returncode == 2


def test_a_sealed_backup_is_opened_by_age_and_by_restore_with_the_identity_alone(
    kept: Kept, tmp_path: Path
) -> None:
    sealed, identity = tmp_path / "x.age", tmp_path / "identity.txt"
    comity("backup", kept.office.folder, "-o", sealed, "-r", comity_keygen(identity))
    assert sealed.stat().st_mode & 0o077 == 0
    opened = subprocess.run(
        [needs("age"), "-d", "-i", identity, sealed], capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(opened)) as tar:
        assert set(tar.getnames()) == set(kept.members)
    told = comity("restore", sealed, tmp_path / "new", status=1)
    assert told["error"]["code"] == "backup-sealed"
    told = comity("restore", sealed, tmp_path / "new", "-i", identity)
    assert told["party"] == ASKING
    marker = json.loads((tmp_path / "new" / "restored.json").read_bytes())
    assert (marker["opened"], marker["partners"]) == (False, [ASKED])
    assert (tmp_path / "new" / "keys").stat().st_mode & 0o077 == 0


def test_every_path_may_be_relative(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "vn").symlink_to(kept.office.folder)
    (tmp_path / "a b").mkdir()
    for words in (
        ["backup", "vn", "-o", "light.age", "-r", comity_keygen(tmp_path / "identity.txt")],
        ["restore", "light.age", "restored", "-i", "identity.txt"],
        ["restore", "../light.age", "it's %20", "-i", "../identity.txt"],
    ):
        here = tmp_path / "a b" if words[1].startswith("..") else tmp_path
        done = run(
            [sys.executable, "-m", "comity", *words],
            cwd=here,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
    assert (tmp_path / "restored" / "restored.json").is_file()
    assert (tmp_path / "a b" / "it's %20" / "restored.json").is_file()


def test_what_this_machine_cannot_do_is_no_word_about_the_file(tmp_path: Path) -> None:
    spoilt = tmp_path / "spoilt.sqlite3"
    spoilt.write_bytes(b"no database at all, and longer than the head of one" * 40)
    sound = tmp_path / "sound.sqlite3"
    with closing(sqlite3.connect(sound)) as holder:
        holder.execute("CREATE TABLE one (two)")
        holder.execute("BEGIN EXCLUSIVE")
        faults = {
            "spoilt": (spoilt, "backup-malformed"),
            "locked": (sound, "storage"),
            "gone": (tmp_path / "gone.sqlite3", "storage"),
        }
        for name, (path, code) in faults.items():
            with (
                pytest.raises(ComityError) as found,
                _judging("reading it"),
                closing(open_read_only(path, timeout_s=0)) as database,
            ):
                database.execute("SELECT * FROM one")
            assert (name, found.value.code) == (name, code)
    with pytest.raises(ValueError, match="relative path"), _judging("reading it"):
        Path("relative").as_uri()  # a fault of the program stays one
    sources = Path(comity_package.__file__).parent.rglob("*.py")
    uris = [path.name for path in sources if ".as_uri()" in path.read_text(encoding="utf-8")]
    assert uris == ["sqlite_files.py"]


def test_without_packages_they_are_left_out(kept: Kept, tmp_path: Path) -> None:
    path = tmp_path / "light.tar"
    comity("backup", kept.office.folder, "-o", path, "--plain", "--without-packages")
    assert not [name for name in members_of(path) if name.startswith("vault/")]


@pytest.mark.parametrize("name", ["keys/receipt.json", "keys/sealing.txt", "secret"])
def test_what_would_restore_to_no_node_is_not_backed_up(
    kept: Kept, tmp_path: Path, name: str
) -> None:
    """A key is missing: the newest backup must not be one that no restore takes."""
    missing, target = kept.office.folder / name, tmp_path / "node.tar"
    held = missing.rename(tmp_path / "away")
    try:
        told = comity("backup", kept.office.folder, "-o", target, "--plain", status=2)
    finally:
        held.rename(missing)
    assert told["error"]["code"] == "key-file"
    assert f"{missing.name} is missing" in str(told)
    assert not target.exists()


def test_nothing_is_overwritten(kept: Kept, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_bytes(b"")
    told = comity("restore", kept.plain, tmp_path / "full", status=2)
    assert told["error"]["code"] == "output-exists"
    told = comity("backup", kept.office.folder, "-o", kept.plain, "--plain", status=2)
    assert told["error"]["code"] == "output-exists"


def changed(name: str, data: bytes) -> Callable[[Members], list[tuple[str, bytes]]]:
    return lambda m: [(n, data if n == name else d) for n, d in m.items()]


def added(name: str) -> Callable[[Members], list[tuple[str, bytes]]]:
    return lambda m: [*m.items(), (name, b"x")]


HOSTILE: dict[str, Callable[[Members], list[tuple[str, bytes]]]] = {
    "a key changed": changed("keys/log.json", b"{}"),
    "the settings changed": changed("node.toml", b""),
    "the database changed": changed("node.sqlite3", b"SQLite format 3\0"),
    "the list changed": changed("manifest.json", b'{"files":{},"format":"comity-backup/1"}'),
    "a file left out": lambda m: [(n, d) for n, d in m.items() if n != "secret"],
    "the list left out": lambda m: [(n, d) for n, d in m.items() if n != "manifest.json"],
    "a file twice": lambda m: [*m.items(), ("secret", m["secret"])],
    "a file above": added("../escaped"),
    "a file elsewhere": added("/tmp/escaped"),
    "a path that goes up": added("directory/../../escaped"),
    "a file unlisted": added("keys/other.json"),
    "a name of no backup": added("vault/packages/../x"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_backup_that_is_not_what_it_lists_leaves_nothing(
    kept: Kept, tmp_path: Path, name: str
) -> None:
    path = pack(tmp_path / "bad.tar", HOSTILE[name](kept.members))
    assert refusal(path, tmp_path / "new") == "backup-malformed"
    assert not list(tmp_path.rglob("escaped"))


def test_a_database_with_code_of_its_own_is_refused(kept: Kept, tmp_path: Path) -> None:
    path = tmp_path / "node.sqlite3"
    path.write_bytes(kept.members["node.sqlite3"])
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE VIEW hidden AS SELECT 1")
        database.commit()
    data, listed = path.read_bytes(), json.loads(kept.members["manifest.json"])
    row = {"sha256": hashlib.sha256(data).hexdigest(), "size_bytes": len(data)}
    listed["files"]["node.sqlite3"] = row
    text = json.dumps(listed, sort_keys=True, separators=(",", ":")).encode()
    rows = {**kept.members, "node.sqlite3": data, "manifest.json": text}
    assert refusal(pack(tmp_path / "bad.tar", list(rows.items())), tmp_path / "n") == (
        "backup-malformed"
    )


@pytest.mark.parametrize("cut", [0, 100, 5000, -1, -600])
def test_a_backup_cut_short_leaves_nothing(kept: Kept, tmp_path: Path, cut: int) -> None:
    path = tmp_path / "cut.tar"
    path.write_bytes(kept.plain.read_bytes()[:cut])
    assert refusal(path, tmp_path / "new") == "backup-malformed"
