"""Many nodes from one process that has loaded everything: each is a fork of it.

A node's program takes two seconds and a hundred megabytes to load, the same for each. Here it is
loaded once, as a program that serves no folder yet; each node is a fork that is then given its own:
settings, database, people. Memory that nobody writes to is shared by all: so the process that
watches over a node's does nothing else. Only exercises run so: nodes of one exercise trust each
other's machine, since they are on it (ADR 0062).

Reads one line of JSON a node, ``{"folder", "people"}``, as `comity.demo.seeding` takes them; writes
one line for each, ``{"folder", "tokens"}``, without tokens where it failed. Ends its nodes when its
input ends. Linux only.
"""

import contextlib
import functools
import gc
import importlib
import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from comity.canonical import OperationError

_GRACE_S: Final = 10.0
_POLL_S: Final = 0.05
_SETTLED: Final[list[Path]] = []
"""The node that this process is."""


class LaunchError(OperationError, code="hall-launch"):
    """The nodes of an exercise could not be launched."""


class Launcher:
    """The process from which nodes are forked, as its parent holds it."""

    def __init__(self, log: Path, law: Path | None = None) -> None:
        """Prepare; nothing is started yet.

        Args:
            log: where the process and its nodes say what fails before they have logs.
            law: folder of the law that the nodes go by, which is then read once for all of them.
        """
        self._log, self._law = log, law
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start loading; nodes may be asked for at once."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__, *([str(self._law)] if self._law else [])],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C in a terminal reaches the exercise, which ends it
            )

    def launch(
        self, nodes: Sequence[tuple[Path, Sequence[dict[str, Any]]]]
    ) -> list[dict[str, str]]:
        """Launch nodes with their people; return their tokens by name, node by node.

        Raises:
            LaunchError: one could not be launched; the log says why.
        """
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise LaunchError("the launcher was not started")
        found: dict[str, dict[str, str]] = {}
        try:
            for folder, people in nodes:
                line = json.dumps({"folder": str(folder), "people": list(people)})
                process.stdin.write(f"{line}\n".encode())
            process.stdin.flush()
            for _ in nodes:
                told = json.loads(process.stdout.readline())
                if told["tokens"] is None:
                    raise LaunchError(f"a node did not start: see {told['folder']}/node.log")
                found[told["folder"]] = told["tokens"]
        except (OSError, ValueError) as fault:
            raise LaunchError(f"nodes could not be launched: see {self._log}") from fault
        return [found[str(folder)] for folder, _ in nodes]

    @property
    def pid(self) -> int:
        """Return the process, for its memory."""
        return self._process.pid if self._process else 0

    def stop(self) -> None:
        """End all nodes."""
        if self._process is None or self._process.stdin is None:
            return
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(2 * _GRACE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()


# ------------------------------------------------------------------ inside the process


def main() -> None:
    """Load, fork a node for each line, and end them with the input."""
    _load(Path(sys.argv[1]) if sys.argv[1:] else None)
    nodes = []
    for line in sys.stdin:
        wanted = json.loads(line)
        pid = os.fork()
        if pid == 0:
            _be(Path(wanted["folder"]), wanted["people"])
        nodes.append(pid)
    _end(nodes)


def _load(law: Path | None = None) -> None:
    """Load what every node has, without being one; open nothing but the law."""
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "comity.node.site.settings"
    django.setup()
    importlib.import_module("comity.node.site.urls")
    importlib.import_module("comity.node.law.assessment")
    importlib.import_module("comity.node.operations.background_jobs")
    from comity.files.instruments import library
    from comity.node.core import law_library

    library()
    if law is not None:
        law_library.read_law(law)
    gc.collect()
    gc.freeze()  # so that the collector of a node does not touch, and thereby copy, what is shared


def _be(folder: Path, people: list[dict[str, Any]]) -> None:
    """Become the node of a folder; does not return.

    This process only watches over the one that serves. What is written to memory is no longer
    shared: so people are made by a process that ends, and settings are read by the one that serves.
    """
    status, told, tokens = 1, os.dup(sys.stdout.fileno()), None
    try:
        os.setsid()
        os.umask(0o077)
        _speak_into(folder / "node.log")
        tokens = _filled(folder, people)
        os.register_at_fork(after_in_child=functools.partial(_settle, folder))
    except Exception:  # noqa: BLE001 - the parent is told that it failed, and the log says why
        traceback.print_exc()
    try:
        os.write(told, f"{json.dumps({'folder': str(folder), 'tokens': tokens})}\n".encode())
        os.close(told)
        if tokens is not None:
            _serve(folder)
            status = 0
    finally:
        os._exit(status)


def _filled(folder: Path, people: list[dict[str, Any]]) -> dict[str, str] | None:
    """Make the people of a node in a process of its own; return their tokens, None if it failed."""
    out, into = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            _settle(folder)
            os.write(into, json.dumps(_fill(people)).encode())
        except Exception:  # noqa: BLE001 - the log says why
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as told:
        said = told.read()
    os.waitpid(pid, 0)
    return json.loads(said) if said else None


def _speak_into(log: Path) -> None:
    nowhere = os.open(os.devnull, os.O_RDONLY)
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    os.dup2(nowhere, 0)
    os.dup2(out, 1)
    os.dup2(out, 2)


def _settle(folder: Path) -> None:
    """Give this process its own settings, after they were read without a folder."""
    import django
    from django.conf import Settings, settings
    from django.db import connections

    from comity.node.core.config import VARIABLE

    if _SETTLED:  # a child of the one that serves
        return
    _SETTLED.append(folder)
    os.environ[VARIABLE] = str(folder)
    importlib.reload(sys.modules["comity.node.site.settings"])
    settings._wrapped = Settings("comity.node.site.settings")  # noqa: SLF001
    for alias in list(connections):  # none was opened; what was made for no folder is let go
        with contextlib.suppress(AttributeError):
            del connections[alias]
    connections.__dict__.pop("settings", None)
    setattr(connections, "_settings", None)  # noqa: B010
    django.setup()


def _fill(people: list[dict[str, Any]]) -> dict[str, str]:
    from django.db import connections

    from comity.demo.seeding import make_people

    tokens = make_people(people)
    connections.close_all()
    return tokens


def _serve(folder: Path) -> None:
    from comity.node.core.config import load_config
    from comity.node.core.folder_lock import hold_folder
    from comity.node.operations.serve import served, server

    hold_folder(folder)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    multiprocessing.set_start_method("fork", force=True)
    served(server(load_config(folder)))


def _end(nodes: list[int]) -> None:
    for pid in nodes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + _GRACE_S
    left = set(nodes)
    while left and time.monotonic() < until:
        for pid in list(left):
            if os.waitpid(pid, os.WNOHANG)[0]:
                left.discard(pid)
        time.sleep(_POLL_S)
    for pid in nodes:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    main()
