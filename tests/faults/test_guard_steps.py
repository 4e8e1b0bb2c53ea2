"""A crash between two steps of a commit leaves a state from which the node goes on by itself."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults.books import check_log, read_books
from tests.faults.guard_steps import DEATH, STEPS
from tests.faults.kit import LEAVES, Sender
from tests.forked import Forked
from tests.worlds import build_world

from comity.demo.world import ASKED, ASKING
from comity.evidence import age
from comity.exchange import parse_receipt
from comity.keys import jws
from comity.ledger import peek_checkpoint
from comity.node.core.clock import now
from comity.node.core.head_guard import SLOT_BYTES, FileGuard, HeadGuardError, HeadGuardMissingError

UNDONE = {"guard-read", "appended"}
"""Before the commit: nothing of it is left."""
GUARDED = {"written", "swapped", "receipted"}
"""A write that a killed process began is the system's: only a power cut could lose it."""


def test_a_crash_between_any_two_steps_promises_no_place_twice_and_loses_nothing(
    tmp_path: Path,
) -> None:
    world = build_world(tmp_path / "w", mode="exercise", ports={ASKING: 1, ASKED: 2}, now=now())
    folder, sender = world.places[ASKED].config.folder, Sender(world, ASKING, ASKED)
    process = Forked(
        [sys.executable, "-m", "tests.faults.guard_steps", str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin
    assert process.stdout
    receipts = []
    for count, step in enumerate((*STEPS, *STEPS)):
        size, more = count * LEAVES, (count + 1) * LEAVES
        _, parcel = sender.note(step)
        file = tmp_path / "parcel"
        file.write_bytes(age.seal_bytes(parcel, sender.recipients, random=os.urandom))
        process.stdin.write(f"{step} {file}\n")
        process.stdin.flush()
        told = json.loads(process.stdout.readline())
        assert (told["died"], told["status"]) == (DEATH, 0), (step, told)
        found = told["told"]
        grown = size if step in UNDONE else more
        assert found["before"] == [more if step in GUARDED else size, grown], step
        assert found["settled"] == [grown, grown], step
        assert found["after"] == [more, more], step
        receipts.append(parse_receipt(jws.parse(base64.b64decode(found["receipt"])).payload))
    process.stdin.close()
    assert process.wait(20) == 0
    process.stdout.close()
    assert [one.index for one in receipts] == list(range(0, 2 * len(STEPS) * LEAVES, LEAVES))
    books = read_books(ASKED, folder)
    check_log(books)
    assert len(books.messages) == len(receipts)
    guarded = FileGuard(folder / "log-guard").read()
    assert guarded is not None
    assert peek_checkpoint(guarded).root == books.frontier.root()


# ------------------------------------------------------------------ the file itself


@pytest.fixture
def guard(tmp_path: Path) -> FileGuard:
    made = FileGuard(tmp_path / "guard")
    assert made.read() is None
    assert made.swap(None, b"0")
    return made


def test_a_swap_needs_the_bytes_that_are_there(guard: FileGuard, tmp_path: Path) -> None:
    other = FileGuard(tmp_path / "guard")
    assert not other.swap(None, b"x"), "it is made once"
    assert other.swap(b"0", b"1")
    assert not guard.swap(b"0", b"2")
    assert guard.read() == b"1"
    with pytest.raises(HeadGuardMissingError):
        FileGuard(tmp_path / "absent").swap(b"0", b"1")


def test_of_many_processes_each_swap_is_won_by_one(guard: FileGuard, tmp_path: Path) -> None:
    turns, workers = 40, 3
    pids = []
    for _ in range(workers):
        pid = os.fork()
        if not pid:
            mine = FileGuard(tmp_path / "guard")
            for _ in range(turns):
                while not mine.swap(old := mine.read(), b"%d" % (int(old or b"0") + 1)):
                    pass
            os._exit(0)
        pids.append(pid)
    assert all(os.waitpid(pid, 0)[1] == 0 for pid in pids)
    assert guard.read() == b"%d" % (turns * workers)


@pytest.mark.parametrize("kept", [0, 1, 80, 250])
def test_a_slot_torn_at_any_byte_leaves_the_other(
    guard: FileGuard, tmp_path: Path, kept: int
) -> None:
    path = tmp_path / "guard"
    assert guard.swap(b"0", b"1")
    before = path.read_bytes()
    assert guard.swap(b"1", b"2" * 200)
    after = path.read_bytes()
    path.write_bytes(after[:kept] + before[kept:SLOT_BYTES] + after[SLOT_BYTES:])
    assert guard.read() == b"1"
    assert guard.swap(b"1", b"3")
    assert guard.read() == b"3"


def test_a_guard_without_a_whole_slot_says_so(guard: FileGuard, tmp_path: Path) -> None:
    (tmp_path / "guard").write_bytes(bytes(2 * SLOT_BYTES))
    with pytest.raises(HeadGuardError):
        guard.read()


def test_what_a_refused_flush_left_is_made_durable_before_it_is_believed(
    guard: FileGuard, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, flushed = os.fdatasync, []

    def refuse(_handle: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", refuse)
    with pytest.raises(HeadGuardError):
        guard.swap(b"0", b"1")
    with pytest.raises(HeadGuardError):  # the kernel shows it, and no disk may hold it
        guard.read()

    def flush(handle: int) -> None:
        flushed.append(handle)
        usual(handle)

    monkeypatch.setattr(os, "fdatasync", flush)
    assert guard.read() in {b"0", b"1"}
    assert flushed
