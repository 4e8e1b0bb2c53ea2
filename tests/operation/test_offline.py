"""The bundle installs without a network, goes up a version, and comes back.

The wheels are those of this very environment, packed anew from what their RECORD lists: the test
leaves the machine for nothing. That the bundle of `make bundle` holds what the lock names, by hash,
is what pip checks when it fetches.
"""

import base64
import hashlib
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from contextlib import closing
from importlib.metadata import Distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from scripts import bundle
from tests.conftest import REPOSITORY

from comity.files.sbom import _reached as reached
from comity.node.core.config import NodeConfig

pytestmark = pytest.mark.full

NEXT = "0.1.1"
TIMEOUT_S = 240


def wheel_of(one: Distribution, folder: Path) -> tuple[str, str]:
    """Pack an installed distribution as a wheel; return its line in a lock."""
    told = one.read_text("WHEEL") or ""
    tags = [line.split("-") for line in re.findall(r"^Tag: (.+)$", told, re.MULTILINE)]
    tag = "-".join(".".join(dict.fromkeys(parts)) for parts in zip(*tags, strict=True))
    name = re.sub(r"[-_.]+", "_", one.name)
    path = folder / f"{name}-{one.version}-{tag}.whl"
    rows, record = [], ""
    with zipfile.ZipFile(path, "w") as archive:
        for file in one.files or ():
            text = str(file)
            if text.startswith("..") or text.endswith((".pyc", "RECORD", "INSTALLER", "REQUESTED")):
                record = text if text.endswith("RECORD") else record
                continue
            data = file.read_binary()
            archive.writestr(zipfile.ZipInfo(text), data)
            digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
            rows.append(f"{text},sha256={digest},{len(data)}\n")
        archive.writestr(zipfile.ZipInfo(record), "".join([*rows, f"{record},,\n"]))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    return one.name, f"{one.name}=={one.version} --hash=sha256:{sha256}\n"


@pytest.fixture(scope="module")
def bundles(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Two bundles, opened: this version, and a later one whose database has one step more."""
    place = tmp_path_factory.mktemp("bundles")
    wheels = place / "wheels"
    wheels.mkdir()
    runtime = set(re.findall(r"^([a-z0-9-]+)==", bundle.LOCK.read_text(), re.MULTILINE))
    needed = [one for name, one in reached("comity").items() if name in runtime]
    lock = place / "requirements.lock"
    lock.write_text("".join(line for _, line in sorted(wheel_of(one, wheels) for one in needed)))
    made = {}
    for version in ("", NEXT):
        tar = bundle.make(place / "out", wheels=wheels, lock=lock, version=version)
        with tarfile.open(tar) as archive:
            archive.extractall(place / (version or "first"), filter="data")
        (folder,) = (place / (version or "first")).iterdir()
        made[version or "first"] = folder
    return made


def install(folder: Path, prefix: Path, *more: object, status: int = 0) -> str:
    """Run the installer with every way to the network shut."""
    nowhere = "http://127.0.0.1:9"
    env = {
        "PATH": os.environ["PATH"],
        "HOME": str(prefix.parent),
        "TMPDIR": str(prefix.parent),
        "PIP_NO_INDEX": "1",
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), nowhere),
    }
    words = ["./install", "--prefix", prefix, "--python", sys.executable, *more]
    done = subprocess.run(
        [str(word) for word in words],
        cwd=folder,
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done.stdout + done.stderr


def said(prefix: Path, *words: object) -> str:
    done = subprocess.run(
        [str(prefix / "current" / "bin" / "comity"), *map(str, words)],
        capture_output=True,
        text=True,
        check=True,
        timeout=TIMEOUT_S,
        env={"PATH": os.environ["PATH"]},
    )
    return done.stdout


@pytest.mark.long
def test_the_bundle_holds_every_optional_part(bundles: dict[str, Path]) -> None:
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    extras = settings["project"]["optional-dependencies"].values()
    wanted = {canonicalize_name(Requirement(line).name) for extra in extras for line in extra}
    wheels = (path.name.partition("-")[0] for path in (bundles["first"] / "wheels").glob("*.whl"))
    assert wanted | {"psycopg-binary", "psycopg-pool"} <= set(map(canonicalize_name, wheels))


@pytest.mark.parametrize("spoiled", ["changed", "added", "unlisted"])
def test_a_bundle_that_was_changed_on_its_way_is_not_installed(
    bundles: dict[str, Path], tmp_path: Path, spoiled: str
) -> None:
    folder = tmp_path / "bundle"
    shutil.copytree(bundles["first"], folder, ignore=shutil.ignore_patterns("wheels"))
    (folder / "wheels").mkdir()
    if spoiled == "changed":
        (folder / "requirements.lock").write_text("django==0.1\n")
    elif spoiled == "added":
        (folder / "wheels" / "evil-1-py3-none-any.whl").write_bytes(b"")
    else:
        (folder / "SHA256SUMS").unlink()
    install(folder, tmp_path / "prefix", status=1)
    assert not (tmp_path / "prefix").exists()


def test_the_list_of_sums_names_every_file_and_the_bill_every_wheel(
    bundles: dict[str, Path],
) -> None:
    folder = bundles["first"]
    listed = {line[66:]: line[:64] for line in (folder / "SHA256SUMS").read_text().splitlines()}
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert set(listed) == there - {"SHA256SUMS"}
    bill = json.loads((folder / "sbom.json").read_text())
    told = {
        one["hashes"][0]["content"]
        for one in [*bill["components"], bill["metadata"]["component"]]
        if "hashes" in one
    }
    assert told == {digest for name, digest in listed.items() if name.endswith(".whl")}


@pytest.mark.long
@pytest.mark.timeout(600)
def test_it_installs_without_a_network_goes_up_and_comes_back(
    bundles: dict[str, Path], tmp_path: Path, node: NodeConfig
) -> None:
    prefix, units = tmp_path / "prefix", tmp_path / "units"
    units.mkdir()
    install(bundles["first"], prefix, "--units", units, "--node", node.folder)
    assert said(prefix, "--version").strip() == "comity, version 0.1.0"
    trials = json.loads(said(prefix, "self-test", node.folder, "--json"))
    assert trials["passed"]
    python = prefix / "current" / "bin" / "python"
    there = "import olefile, openpyxl, PIL, psycopg, psycopg_pool, pyewf, pyhanko, pypdf, pytsk3"
    subprocess.run([str(python), "-c", there], check=True, timeout=TIMEOUT_S)
    assert (
        f"{prefix}/current/bin/comity run {node.folder}" in (units / "comity.service").read_text()
    )

    (units / "comity.service").write_text("# the operator's own\n")
    told = install(bundles[NEXT], prefix, "--units", units, "--node", node.folder)
    assert "comity.service.new" in told
    assert (units / "comity.service").read_text() == "# the operator's own\n"
    assert said(prefix, "--version").strip() == f"comity, version {NEXT}"
    (copy,) = (prefix / "rollback").iterdir()
    assert (copy.stat().st_mode & 0o777, (prefix / "rollback").stat().st_mode & 0o777) == (
        0o600,
        0o700,
    )

    # the database was not moved: the link goes back, and the node stays as it is
    before = node.database_file.stat().st_ino
    rollback(prefix, node)
    assert said(prefix, "--version").strip() == "comity, version 0.1.0"
    assert node.database_file.stat().st_ino == before
    rollback(prefix, node, status=1)  # nothing more to go back to

    # and now one that moves it, as a later version would
    install(bundles[NEXT], prefix, "--node", node.folder)
    with closing(sqlite3.connect(node.database_file)) as rows:
        values = "('node', '0999_later', '2026-01-01')"
        rows.execute(f"INSERT INTO django_migrations (app, name, applied) VALUES {values}")  # noqa: S608
        rows.commit()
    rollback(prefix, node)
    with closing(sqlite3.connect(node.database_file)) as rows:
        found = rows.execute("SELECT name FROM django_migrations WHERE app = 'node'").fetchall()
    assert ("0999_later",) not in found
    kept = [path for path in node.folder.parent.iterdir() if "-after-" in path.name]
    assert len(kept) == 1
    assert (kept[0] / "node.sqlite3").is_file()
    assert json.loads(said(prefix, "self-test", node.folder, "--json"))["passed"]


def rollback(prefix: Path, node: NodeConfig, *, status: int = 0) -> None:
    words = [prefix / "bin" / "comity-rollback", "--prefix", prefix, "--node", node.folder]
    done = subprocess.run(
        [str(word) for word in words],
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_S,
        env={"PATH": os.environ["PATH"]},
    )
    assert done.returncode == status, done.stdout + done.stderr


def test_the_scripts_are_of_the_plain_shell(tmp_path: Path) -> None:
    for name in ("install", "comity-rollback"):
        path = REPOSITORY / "scripts" / "offline" / name
        assert path.stat().st_mode & 0o111
        subprocess.run(["sh", "-n", str(path)], check=True)
