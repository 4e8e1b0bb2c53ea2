"""The origin of forks: ``python -m tests.forking SOCKET`` loads a node's program, then forks.

Each message on the socket is an order, with its standard streams and a pipe on which the number of
the fork and, later, its exit status are told. It ends with the socket. See `tests.forked`.
"""

import atexit
import contextlib
import gc
import importlib
import io
import json
import multiprocessing
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import threading
import traceback
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final, NoReturn

import httpx
from django.db import connections
from tests.cheap_tls import read_once

from comity.hall.launcher import _load, _settle
from comity.node.core import django_setup

NUMBER: Final = 4
_MOST: Final = 1 << 20
_NODE: list[Path] = []


def become(folder: Path) -> None:
    """Let this fork be the node of a folder, once; in place of `use_node`."""
    if not _NODE:
        _NODE.append(folder)
        _settle(Path(folder))


def main() -> None:
    """Load, and fork for each order."""
    link = socket.socket(fileno=int(sys.argv[1]))
    django_setup.use_node = become  # before anything takes the name from there
    _load()
    _load_commands()
    read_once()
    httpx.Client().close()
    gc.collect()
    gc.freeze()
    woken, wakes = os.pipe()
    os.set_blocking(wakes, False)
    os.set_blocking(woken, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wakes)
    forks: dict[int, int] = {}
    while True:
        ready, _, _ = select.select([link.fileno(), woken], [], [])
        if woken in ready:
            with contextlib.suppress(BlockingIOError):
                os.read(woken, _MOST)
            _tell_ends(forks)
        if link.fileno() in ready:
            data, pipes, _, _ = socket.recv_fds(link, _MOST, 4)
            if not data:
                return _end(forks)
            *streams, telling = pipes
            pid = os.fork()
            if pid == 0:
                signal.set_wakeup_fd(-1)
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                for one in (woken, wakes, telling, link.detach(), *forks.values()):
                    os.close(one)
                _be(json.loads(data), streams)
            for stream in streams:
                os.close(stream)
            os.write(telling, pid.to_bytes(NUMBER, signed=True))
            forks[pid] = telling


def _load_commands() -> None:
    """Load what commands and servers of a node have besides; a fork's worker is a fork too."""
    import comity.cli.people.user
    import comity.demo.seeding  # noqa: F401 - loaded for the forks
    from comity.node import migrations
    from comity.node.operations import serve as running

    for one in pkgutil.iter_modules(migrations.__path__):
        importlib.import_module(f"{migrations.__name__}.{one.name}")

    usual = running.served

    def served(serving: Any) -> bool:
        connections.close_all()  # no connection goes into another process
        return usual(serving)

    running.served = served
    multiprocessing.set_start_method("fork", force=True)


def _end(forks: Iterable[int]) -> None:
    """Ask forks that run still to end: whoever started them has ended, or was killed."""
    for pid in forks:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)


def _tell_ends(forks: dict[int, int]) -> None:
    while forks:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        telling = forks.pop(pid)
        with contextlib.suppress(BrokenPipeError):
            os.write(telling, os.waitstatus_to_exitcode(status).to_bytes(NUMBER, signed=True))
        os.close(telling)


def _be(order: dict[str, Any], streams: list[int]) -> NoReturn:
    """Run what was ordered; does not return."""
    status = 1
    try:
        if order["session"]:
            os.setsid()
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(order["cwd"])
        os.environ.clear()
        os.environ.update(order["env"])
        _speak()
        status = _status_of(order["words"])
    except BaseException:  # noqa: BLE001 - said, as Python says it
        traceback.print_exc()
    finally:
        with contextlib.suppress(BaseException):
            threading._shutdown()  # type: ignore[attr-defined]
            atexit._run_exitfuncs()
            connections.close_all()  # what waits beside a database goes into it
        for spoken in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):
                spoken.flush()
        os._exit(status)


def _speak() -> None:
    """Open the standard streams anew: what is buffered in them belongs to the origin."""
    sys.stdin = io.TextIOWrapper(os.fdopen(0, "rb"), encoding="utf-8")
    sys.stdout = io.TextIOWrapper(os.fdopen(1, "wb"), encoding="utf-8")
    sys.stderr = io.TextIOWrapper(
        os.fdopen(2, "wb"), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )


def _status_of(words: list[str]) -> int:
    """Run a command of Python; return its status."""
    try:
        _run(words)
    except SystemExit as end:
        if end.code is None or isinstance(end.code, int):
            return end.code or 0
        sys.stderr.write(f"{end.code}\n")
        return 1
    return 0


def _run(words: list[str]) -> None:
    way, rest = words[0], words[1:]
    if way == "-m":
        sys.argv = rest
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", category=RuntimeWarning, module="runpy")
            runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif way == "-c":
        sys.argv = ["-c", *rest[1:]]
        names = {"__name__": "__main__", "__builtins__": __builtins__}
        exec(compile(rest[0], "<string>", "exec"), names)  # noqa: S102 - a test's own program
    else:
        sys.argv, sys.path[:0] = words, [str(Path(way).parent)]
        runpy.run_path(way, run_name="__main__")


if __name__ == "__main__":
    main()
