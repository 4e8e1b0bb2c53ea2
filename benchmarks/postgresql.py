"""A PostgreSQL of one's own: made in a temporary folder, reached by a socket in it alone."""

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

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
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr}")


@contextlib.contextmanager
def started(where: Path, *options: str) -> Iterator[Server]:
    """Make a server, start it, and leave nothing of it behind.

    Args:
        where: folder of its programs, as `binaries` finds it.
        options: settings, ``name=value``.
    """
    folder = Path(tempfile.mkdtemp(prefix="comity-pg-"))  # short: a socket's path has 107 bytes
    if os.geteuid() == 0:
        own = pwd.getpwnam(_USER)
        os.chown(folder, own.pw_uid, own.pw_gid)
    made, data = Server(folder, where), str(folder / "data")
    told = ["listen_addresses=''", f"unix_socket_directories={folder}", *options]
    try:
        made.run("initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        line = " ".join(f"-c {one}" for one in told)
        made.run("pg_ctl", "-D", data, "-w", "-l", str(folder / "log"), "-o", line, "start")
        try:
            yield made
        finally:
            made.run("pg_ctl", "-D", data, "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
