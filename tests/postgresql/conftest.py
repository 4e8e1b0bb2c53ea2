"""A PostgreSQL of the tests' own: made in a temporary folder, reached by a socket in it alone."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

_WHERE = Path("/usr/lib/postgresql")
_USER = "postgres"


def binaries() -> Path | None:
    """Return the folder of the newest server that Debian installed, or None."""
    found = [path for path in _WHERE.glob("*/bin") if (path / "initdb").exists()]
    return max(found, key=lambda path: float(path.parent.name), default=None)


@dataclass(frozen=True)
class Server:
    """A server that listens on a socket in its folder."""

    folder: Path
    binaries: Path

    def make(self, name: str) -> str:
        """Make an empty database; return its address."""
        told = ["--template=template0", "--encoding=UTF8", "--locale=C", name]
        self.run("createdb", "-h", str(self.folder), "-U", _USER, *told)
        return f"postgresql://{_USER}@/{name}?host={self.folder}"

    def run(self, program: str, *arguments: str) -> None:
        """Run one of its programs; it refuses to run as root, so then as its own user."""
        as_user = ["runuser", "-u", _USER, "--"] if os.geteuid() == 0 else []
        command = [*as_user, str(self.binaries / program), *arguments]
        done = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=120, cwd="/"
        )
        assert done.returncode == 0, f"{program}: {done.stderr}"


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """Start a server; skip where none is installed."""
    where = binaries()
    if where is None:
        pytest.skip("needs Debian package postgresql")
    folder = Path(tempfile.mkdtemp(prefix="comity-pg-"))  # short: a socket's path has 107 bytes
    if os.geteuid() == 0:
        own = pwd.getpwnam(_USER)
        os.chown(folder, own.pw_uid, own.pw_gid)
    made = Server(folder, where)
    data = str(folder / "data")
    made.run("initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    told = f"-c listen_addresses='' -c unix_socket_directories={folder} -c fsync=off"
    try:
        made.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", told, "start")
        yield made
    finally:
        made.run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
