"""Processes of tests as forks of one that has loaded a node's program: two seconds less for each.

`Forked` and `run` take a command of this Python as `subprocess` takes it, and have it run in a fork
of `tests.forking`, of which each process of tests has one. What the command does, in what folder,
with what environment and pipes, is the same; only the loading is not done again. Tests about the
start of a process, about what it loads, or about its death use `subprocess` and `NodeProcess`.
"""

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from comity.demo.processes import NodeProcess

NUMBER: Final = 4
"""Bytes of a number that the origin of forks tells of one: who it is, and then how it ended."""
_REPOSITORY: Final = Path(__file__).resolve().parent.parent


@lru_cache(1)
def _origin() -> socket.socket:
    """Return the way to this process's origin of forks, started when it is first asked for."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.forking", str(its.fileno())],
        cwd=_REPOSITORY,
        stdin=subprocess.DEVNULL,
        pass_fds=[its.fileno()],
        start_new_session=True,
    )
    its.close()

    def end() -> None:
        ours.close()
        process.wait()

    atexit.register(end)
    return ours


class Forked(subprocess.Popen[Any]):
    """As `subprocess.Popen`, of a command that begins with this Python."""

    _told: int | None = None

    def _execute_child(self, *given: Any) -> None:
        """Have the command run in a fork; ``given`` is in the order of `subprocess.Popen`'s own."""
        words, cwd, env = given[0], given[5], given[6]
        assert words[0] == sys.executable, words
        order = {
            "words": [str(word) for word in words[1:]],
            "cwd": str(cwd or Path.cwd()),
            "env": dict(os.environ if env is None else env),
            "session": bool(given[21]),
        }
        self._told, telling = os.pipe()
        pipes = [
            own if pipe < 0 else pipe for own, pipe in enumerate((given[10], given[13], given[15]))
        ]
        socket.send_fds(_origin(), [json.dumps(order).encode()], [*pipes, telling])
        os.close(telling)
        self._close_pipe_fds(*given[10:16])  # type: ignore[attr-defined]
        number = os.read(self._told, NUMBER)
        assert len(number) == NUMBER, "the origin of forks ended: its words are above"
        self.pid = int.from_bytes(number, signed=True)
        self._child_created = True

    def _internal_poll(self, _deadstate: int | None = None) -> int | None:
        if self.returncode is None and self._told is not None:
            waiting = select.poll()
            waiting.register(self._told, select.POLLIN)
            if waiting.poll(0):
                self._end()
        return self.returncode

    def _wait(self, timeout: float | None) -> int:
        if self.returncode is None and self._told is not None:
            waiting = select.poll()
            waiting.register(self._told, select.POLLIN)
            if not waiting.poll(None if timeout is None else timeout * 1000):
                raise subprocess.TimeoutExpired(self.args, timeout or 0)
            self._end()
        return int(self.returncode)

    def _end(self) -> None:
        assert self._told is not None
        data = os.read(self._told, NUMBER)
        self.returncode = int.from_bytes(data, signed=True) if data else -signal.SIGKILL
        os.close(self._told)
        self._told = None


def run(
    command: Sequence[Any],
    *,
    input: Any = None,
    capture_output: bool = False,
    check: bool = False,
    timeout: float | None = None,
    **more: Any,
) -> subprocess.CompletedProcess[Any]:
    """Run a command as `subprocess.run` does, in a fork."""
    if input is not None:
        more["stdin"] = subprocess.PIPE
    if capture_output:
        more |= {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with Forked(command, **more) as process:
        try:
            out, err = process.communicate(input, timeout)
        except BaseException:
            process.send_signal(signal.SIGKILL)
            raise
    done = subprocess.CompletedProcess(process.args, process.returncode, out, err)
    if check:
        done.check_returncode()
    return done


class ForkedNode(NodeProcess):
    """The process of a node, forked; its worker is a fork of it, as in an exercise's hall."""

    def start(self) -> None:
        if self.running:
            return
        with self.log.open("ab") as log:
            self._process = Forked(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
