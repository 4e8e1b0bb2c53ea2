"""An exercise outlives its program: TERM writes the reports, and after a kill it goes on."""

import contextlib
import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests.api.nodes import eventually
from tests.hall.test_node_clocks import NIGHT, console, token
from tests.nodes.offices import free_row

from comity.client.api import Api
from comity.hall import record
from comity.node.core import shared_clock

COMITY = [sys.executable, "-m", "comity"]
RUN = ["drill", "run", "first-night", "--teams", "1", "--name", "Heron"]


@contextlib.contextmanager
def begun(*words: str | Path) -> Iterator["subprocess.Popen[str]"]:
    """Type a command that holds an exercise; whatever is left of it at the end is killed."""
    with subprocess.Popen(
        [*COMITY, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def said(process: "subprocess.Popen[str]") -> str:
    """Return what a command says until it waits."""
    assert process.stdout is not None
    told = ""
    for line in process.stdout:
        told += line
        if "waits until" in line:
            return told
    raise AssertionError(told)


def begin(process: "subprocess.Popen[str]", *, percent: int) -> None:
    """Let the trainer begin."""
    web, address, _ = console(process)
    with contextlib.closing(web):
        form = {"percent": percent, "csrfmiddlewaretoken": token(web, address)}
        assert web.post(f"{address}/begin", data=form).status_code == 200


def said_on(clock: Path) -> datetime:
    return shared_clock.read(clock).at(shared_clock.machine_ms())


def team_at(folder: Path) -> Any:
    return json.loads((folder / "report-1.json").read_text("utf-8"))


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.mark.long
@pytest.mark.full  # two programs for each signal
@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGHUP, marks=pytest.mark.long)]
)
def test_a_signal_writes_the_reports_and_the_exercise_goes_on_where_it_stood(
    tmp_path: Path, number: signal.Signals
) -> None:
    folder, port = tmp_path / "held", free_row(1)
    with begun(*RUN, "--table-top", "--port-base", str(port), "-o", folder) as process:
        begin(process, percent=6000)
        clock = folder / shared_clock.FILE
        eventually(lambda: said_on(clock) > NIGHT + timedelta(minutes=1), 60.0)
        process.send_signal(number)
        assert process.wait(60) == 0
    first = team_at(folder)
    assert 0 < first["passed_s"] < 3600
    assert not listens(port)
    with begun("run", folder) as process:
        told = said(process)
        assert "the exercise waits until the trainer resumes it" in told
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    again = team_at(folder)
    assert again["passed_s"] - first["passed_s"] <= 120, "its time stood while nobody kept it"
    assert again["started_at"] == first["started_at"]
    assert [one["kind"] for one in again["run"]["events"]] == ["pause"]


def test_a_folder_without_an_exercise_is_told_so(tmp_path: Path) -> None:
    done = subprocess.run(
        [*COMITY, "drill", "resume", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, "[exercise-folder]" in done.stderr) == (2, True), done.stderr
    (tmp_path / record.FILE).write_text("{", "utf-8")
    done = subprocess.run(
        [*COMITY, "drill", "resume", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "[exercise-folder]" in done.stderr


@pytest.mark.long
@pytest.mark.timeout(900)
def test_partners_go_on_after_a_kill_and_say_nothing_twice(tmp_path: Path) -> None:
    folder, port = tmp_path / "held", free_row(4)
    with begun(*RUN, "--port-base", str(port), "-o", folder) as process:
        begin(process, percent=6000)
        kept = folder / record.FILE
        eventually(lambda: "inject at-risk" in str(_progress(kept)["carried"]), 60.0)
        process.kill()
    eventually(lambda: not listens(port + 1), 30.0)
    with begun("drill", "resume", folder) as process:
        told = said(process)
        secret = json.loads(kept.read_text("utf-8"))["tokens"]["xa/contact-point-1"]["duty"]
        node = re.search(r"its node: (\S+)", told)
        assert node, told
        with contextlib.closing(Api(node[1], secret)) as api:
            (case,) = api.get("/cases")["cases"]
            (digest,) = case["conversations"]
            lines = api.get(f"/conversations/{digest}")["timeline"]
        assert [one["type"] for one in lines].count("request.at-risk") == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0
    assert team_at(folder)["passed_s"] < 3600


def _progress(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))["progress"]
