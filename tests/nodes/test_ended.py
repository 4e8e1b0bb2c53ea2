"""A demonstration that is ended, by whatever signal, leaves no node, no port and no file behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.api.nodes import eventually
from tests.desk.test_tutorial_pages import three_ports

from comity.demo.measured import descendants


def living(pids: list[int]) -> list[str]:
    """Return the command lines of those that have not ended."""
    found = []
    for pid in pids:
        try:
            line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        found += [line] if line else []  # one that ended, and nobody asked how, has none
    return found


@pytest.mark.long
@pytest.mark.parametrize(
    "ending", [signal.SIGTERM, pytest.param(signal.SIGKILL, marks=pytest.mark.full)]
)
def test_nothing_runs_on_when_a_demonstration_is_ended(
    tmp_path: Path, ending: signal.Signals
) -> None:
    words = [sys.executable, "-m", "comity", "demo", "--exit", "--port-base", str(three_ports())]
    nodes: list[int] = []
    with subprocess.Popen(
        ["env", "--default-signal", *words],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(tmp_path), "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if "up after" in line and not nodes:
                nodes = descendants(process.pid)[1:]
                process.send_signal(ending)
        status = process.wait()
    assert len(nodes) >= 3
    eventually(lambda: not living(nodes), 15)
    if ending != signal.SIGKILL:
        assert status == 130
        assert not list(tmp_path.iterdir()), "nothing is kept"
