"""Code that takes a reader over reaches nothing: no key, no process, no socket, no program."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from comity.forensics import confinement
from comity.forensics.errors import ReaderUnconfinedError
from comity.forensics.isolation import run_worker
from comity.intake.reader import READING, WORKER, read_original

BEGIN = """
import ctypes, fcntl, json, os, resource, signal, socket, subprocess, sys, threading
from pathlib import Path
from comity.forensics.confinement import Limits, apply
node, sibling, port, own = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
kept = os.open(own, os.O_RDONLY)
apply(Limits(), readable=[Path(own)])
"""
DEEDS = {
    "read a key": "open(node + '/message.json').read()",
    "list the keys": "os.listdir(node)",
    "read beside its own file": "open(os.path.dirname(own) + '/other.raw').read()",
    "read who has an account": "open('/etc/passwd').read()",
    "read another's environment": "open(f'/proc/{sibling}/environ', 'rb').read()",
    "read its parent's environment": "open(f'/proc/{os.getppid()}/environ', 'rb').read()",
    "read another's memory": "open(f'/proc/{sibling}/mem', 'rb').read(1)",
    "write a file": "open(node + '/x', 'w').close()",
    "cut a file": "os.truncate(own, 0)",
    "delete a file": "os.unlink(own)",
    "make a folder": "os.mkdir(node + '/y')",
    "rename a file": "os.rename(own, own + '2')",
    "link a file": "os.link(own, own + '3')",
    "change a mode": "os.chmod(own, 0o777)",
    "run a program": "subprocess.run(['/bin/true'], check=True)",
    "become a program": "os.execv('/bin/true', ['true'])",
    "fork": "os.fork() or os._exit(0)",
    "start a thread": "threading.Thread(target=print).start()",
    "open a TCP connection": "socket.create_connection(('127.0.0.1', port), 2)",
    "make a UDP socket": "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
    "make a Unix socket": "socket.socket(socket.AF_UNIX)",
    "make a pair of sockets": "socket.socketpair()",
    "kill another process": "os.kill(sibling, signal.SIGKILL)",
    "kill its parent": "os.kill(os.getppid(), signal.SIGTERM)",
    "signal through a descriptor": "fcntl.fcntl(kept, fcntl.F_SETOWN, sibling)",
    "open a process": "os.pidfd_open(sibling)",
    "enter a namespace": "os.unshare(os.CLONE_NEWUSER)",
    "raise its limits": "resource.setrlimit(resource.RLIMIT_NPROC, (9, 9))",
    "bound another": "resource.prlimit(sibling, resource.RLIMIT_NOFILE, (1, 1))",
    "trace another": "call(101, 16, sibling, 0, 0) if X86 else call(117, 16, sibling, 0, 0)",
    "use io_uring": "call(425, 8, ctypes.create_string_buffer(120))",
    "read another's memory by a call": "call(310 if X86 else 270, sibling, 0, 0, 0, 0, 0)",
    "use a key ring": "call(250 if X86 else 219, 0, -3, 0)",
}
TRYING = """
kernel, X86 = ctypes.CDLL(None, use_errno=True), os.uname().machine == 'x86_64'
def call(*given):
    if kernel.syscall(*(ctypes.c_long(one) if isinstance(one, int) else one for one in given)) < 0:
        raise OSError(ctypes.get_errno(), 'refused')
found = {}
for name, deed in json.loads(sys.stdin.read()).items():
    try:
        eval(deed)
        found[name] = 'done'
    except (OSError, RuntimeError, ValueError) as fault:
        number = getattr(fault, 'errno', None)
        found[name] = 'refused' if number in (1, 13, None) else repr(fault)
os.write(1, json.dumps(found | {'own': open(own).read(), 'shell': os.path.isdir(node)}).encode())
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[tuple[list[str], Path]]:
    """Arguments of a taken reader, and the file that it may read."""
    for name in ("node/message.json", "media/own.raw", "media/other.raw"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("secret" if "own" not in name else "evidence")
    sibling = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"],
                               stdin=subprocess.PIPE)  # fmt: skip
    with sibling, socket.create_server(("127.0.0.1", 0)) as door:
        own = tmp_path / "media" / "own.raw"
        port = str(door.getsockname()[1])
        yield [str(tmp_path / "node"), str(sibling.pid), port, str(own)], own
        assert sibling.poll() is None, "the sibling was ended"
        assert sibling.stdin is not None
        sibling.stdin.close()


def test_what_takes_a_reader_over_reaches_nothing(place: tuple[list[str], Path]) -> None:
    arguments, own = place
    done = subprocess.run(
        [sys.executable, "-c", BEGIN + TRYING, *arguments],
        input=json.dumps(DEEDS),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert (found.pop("own"), found.pop("shell")) == ("evidence", True)
    assert {name: said for name, said in found.items() if said != "refused"} == {}
    assert found.keys() == DEEDS.keys()
    assert own.read_text() == "evidence"
    assert sorted(one.name for one in own.parent.iterdir()) == ["other.raw", "own.raw"]


def test_no_node_lies_where_a_reader_reads() -> None:
    """What it may read is the program: no home, no temporary folder, no /etc, no /proc, no /var."""
    program = [str(path) for path in confinement.program()]
    for secret in ("/home", "/root", "/srv", "/var", "/proc", "/run", "/tmp"):
        assert not any(Path(secret).is_relative_to(path) for path in program), secret
    assert "/etc" not in program


@pytest.mark.parametrize("lacking", ["deny_files", "deny_calls"])
def test_where_the_kernel_lacks_one_of_the_two_nothing_is_read(
    monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    monkeypatch.setattr(confinement, "_give_up_rights", lambda: True)
    for name in ("deny_files", "deny_calls"):
        monkeypatch.setattr(confinement, name, lambda *_given, held=name != lacking: held)
    with pytest.raises(ReaderUnconfinedError, match="unconfined_readers"):
        confinement.confine((), unconfined=False)
    confinement.confine((), unconfined=True)


def test_an_original_that_nobody_may_read_is_stored_and_says_so(tmp_path: Path) -> None:
    """The whole way: a machine of another kind has no list of calls, and the reader refuses."""
    bent = tmp_path / "sitecustomize.py"
    bent.write_text("import platform; platform.machine = lambda: 'riscv64'")
    program = (
        "import sys; from comity.forensics import isolation\n"
        "from comity.intake.reader import read_original\n"
        f"isolation._ENVIRONMENT['PYTHONPATH'] = {str(tmp_path)!r}\n"
        "isolation._MODULES = (sys.executable, '-B', '-m')\n"
        "print(read_original(b'Dear colleague', 'a.txt').warnings)"
    )
    said = []
    for decision in ("0", "1"):
        environment = {**os.environ, confinement.VARIABLE: decision}
        command = [sys.executable, "-c", program]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        said.append(done.stdout)
    assert "reader-unconfined" in said[0]
    assert "reader-unconfined" not in said[1]
    assert "not-read" not in said[1]


def test_a_confined_reader_reads_letters_in_old_encodings() -> None:
    """What a reader loads only when it needs it can still be loaded."""
    raw = (
        b"From: a@b.example\r\nSubject: =?koi8-r?B?8NLJ18XU?=\r\n"
        b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B$3$s\x1b(B\r\n"
    )
    original = read_original(raw, "a.eml")
    assert original.is_read
    assert "reader-crash" not in original.warnings
    told = run_worker(WORKER, {"name": "a.eml", "operation": "original"}, raw, READING)
    assert told["original"]
