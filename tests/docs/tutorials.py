"""Reading a tutorial as a newcomer does: each block typed in order, each answer compared."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_BETWEEN = "=-=-= block {} ended"


@dataclass(frozen=True)
class Step:
    """What is typed, and what the tutorial says is answered; empty if it shows nothing."""

    typed: str
    answer: str


def steps(text: str) -> list[Step]:
    """Return the steps of a tutorial; a ``text`` block belongs to the ``sh`` block before it."""
    found: list[Step] = []
    for kind, body in _BLOCK.findall(text):
        if kind == "sh":
            found.append(Step(body, ""))
        else:
            found[-1] = Step(found[-1].typed, body)
    return found


def pattern(answer: str) -> re.Pattern[str]:
    """Return what an answer must look like: ``…`` is anything in a line, alone any lines."""
    parts = []
    for line in answer.splitlines():
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append(".*".join(re.escape(piece) for piece in line.split("…")) + r"\n")
    return re.compile("".join(parts))


def on_free_ports(text: str, ports: tuple[str, ...]) -> str:
    """Return a text with its ports replaced by free ones, so that tests can run side by side."""
    for port in ports:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            text = re.sub(rf"\b{port}\b", str(probe.getsockname()[1]), text)
    return text


def check_free(ports: Iterable[int]) -> None:
    """Raise OSError if one of the ports of this machine is taken."""
    for port in ports:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", port))


def play(found: list[Step], folder: Path, *, timeout_s: float) -> list[str]:
    """Type all steps into one bash, in an empty folder; return what each block answered.

    Raises:
        AssertionError: bash ended before the last block; the message holds what it said.
    """
    lines = ["set -eu -o pipefail"]
    for number, step in enumerate(found):
        lines += [step.typed, f"echo '{_BETWEEN.format(number)}'"]
    script = folder.parent / "typed.sh"
    script.write_text("\n".join(lines) + "\n", encoding="utf-8")
    paths = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", "")))
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("COMITY_", "DJANGO_"))}
    with subprocess.Popen(
        ["bash", str(script)],
        cwd=folder,
        env={**kept, "PATH": paths, "LC_ALL": "C.UTF-8"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    ) as bash:
        try:
            said = bash.communicate(timeout=timeout_s)[0].decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            os.killpg(bash.pid, signal.SIGKILL)  # the nodes it started too
            raise
    answers = []
    for number in range(len(found)):
        answer, ended, said = said.partition(_BETWEEN.format(number) + "\n")
        if not ended:
            message = f"{found[number].typed}\nended {bash.returncode} and said:\n{answer}"
            raise AssertionError(message)
        answers.append(answer)
    return answers
