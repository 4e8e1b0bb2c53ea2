"""A node as a process of its own: started, waited for, measured, stopped and killed.

The process leads a session of its own: Ctrl-C in a terminal reaches the demo, not its nodes, and
`kill` reaches the supervisor with its worker. A node ends with the thread that started it, be that
killed. Linux only where it reads ``/proc``.
"""

import contextlib
import http.client
import os
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

from comity.canonical import ComityError, OperationError
from comity.demo.measured import Memory, descendants, memory_of
from comity.node.core.config import NodeConfig, load_config

_POLL_S: Final = 0.02


class NodeStartError(OperationError, code="node-start"):
    """A node's process ended, or did not answer in time; its log says why."""


class NodeProcess:
    """The process that serves a node's folder, as ``comity run`` does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config: NodeConfig = load_config(folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def log(self) -> Path:
        """Return the file with what the process said."""
        return self.folder / "node.log"

    @property
    def running(self) -> bool:
        """Tell whether the supervisor lives."""
        return self._process is not None and self._process.poll() is None

    def command(self) -> list[str]:
        """Return what is run."""
        return [sys.executable, "-m", "comity.demo.processes", str(self.folder)]

    def start(self) -> None:
        """Start the process; `wait_ready` tells when it answers. Started twice is started once."""
        if self.running:
            return
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_ready(self, timeout_s: float = 60.0) -> float:
        """Wait until the node answers HTTP; return the seconds waited.

        Raises:
            NodeStartError: it ended, or did not answer in time.
        """
        begun = time.monotonic()
        while not self.answers():
            if not self.running:
                raise NodeStartError(f"the node of {self.config.party} ended: see {self.log.name}")
            if time.monotonic() - begun > timeout_s:
                raise NodeStartError(f"the node of {self.config.party} gave no answer in time")
            time.sleep(_POLL_S)
        return time.monotonic() - begun

    def answers(self) -> bool:
        """Tell whether something answers HTTP at the node's address; any status will do."""
        link = self._link()
        try:
            link.request("GET", "/exchange/v1/epochs")
            return link.getresponse().status > 0
        except (OSError, http.client.HTTPException):
            return False
        finally:
            link.close()

    def _link(self) -> http.client.HTTPConnection:
        """Return a connection to the node's address; who answers there is not asked."""
        host, port = self.config.host, self.config.port
        if not self.config.tls:
            return http.client.HTTPConnection(host, port, timeout=2)
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return http.client.HTTPSConnection(host, port, timeout=2, context=context)

    def pids(self) -> list[int]:
        """Return the supervisor and its descendants that live."""
        if not self.running or self._process is None:
            return []
        return descendants(self._process.pid)

    def kill_worker(self) -> bool:
        """Kill -9 what serves requests; the supervisor starts another. Tell if there was one."""
        killed = False
        for pid in self.pids()[1:]:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
                killed = True
        return killed

    def kill(self) -> None:
        """Kill -9 supervisor and worker at this instant."""
        self._signal_all(signal.SIGKILL)

    def stop(self, timeout_s: float = 10.0) -> None:
        """Let the node end what it is doing; after the timeout, kill it."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout_s)
        self._signal_all(signal.SIGKILL)

    def memory(self) -> Memory:
        """Return what supervisor and workers hold now."""
        return memory_of(self.pids())

    def _signal_all(self, number: signal.Signals) -> None:
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        self._process.wait()
        self._process = None


if __name__ == "__main__":
    from comity.demo.ending import end_with_parent
    from comity.node.operations.serve import run

    end_with_parent()
    try:
        run(Path(sys.argv[1]))
    except ComityError as told:
        sys.exit(f"error [{told.code}]: {told}")
