"""Where a test request to the echo partner stands: a file that its process writes and pages read.

The process is `comity.echo`; it holds a lock as long as it lives, so a test whose process was
killed is told from one that goes on.
"""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Literal

from comity.canonical import OperationError
from comity.files.errors import translating
from comity.node.core.block_writer import write_durably

type Outcome = Literal["", "answered", "failed"]

STEPS: Final = ("nodes", "signed", "sent", "acknowledged", "answered", "verified")
"""In their order; each is done once."""
ROLES: Final = ("author", "approver")
FOLDER: Final = "echo"
PREFIX: Final = "comity-echo-"
"""Of the temporary folder of a test."""
MAX_BYTES: Final = 128 * 1024


class EchoStateError(OperationError, code="echo-state"):
    """What a test request left in the node's folder cannot be read."""


@dataclass(frozen=True, kw_only=True)
class Signatory:
    """An officer who signs the test request by passkey.

    Attributes:
        role: author or approver.
        officer: identifier.
        name: to sign in with, as pages show it.
        certificate: of the officer, for exercises, signed by the officer CA; JWS as JSON.
        credential: the passkey's identifier, base64url.
        rp_id: where the passkey lives.
    """

    role: str
    officer: str
    name: str
    certificate: dict[str, Any]
    credential: str
    rp_id: str


@dataclass(frozen=True, kw_only=True)
class EchoState:
    """How far a test request has come.

    Attributes:
        begun_at: when it was begun.
        ended_at: when it ended; empty while it goes on.
        outcome: how it ended.
        done: moment of each step that is done.
        ask: what an officer is to sign now: role, name, credential, RP ID, challenge.
        refused: code of why the last signature was not taken.
        fault: code of why it failed, with the step that failed.
        place: folder of the temporary nodes.
    """

    begun_at: str
    ended_at: str = ""
    outcome: Outcome = ""
    done: dict[str, str] = field(default_factory=dict)
    ask: dict[str, str] | None = None
    refused: str = ""
    fault: str = ""
    place: str = ""

    @property
    def now(self) -> str:
        """Return the step that goes on, or that failed; empty when all are done."""
        return next((step for step in STEPS if step not in self.done), "")

    @property
    def answered(self) -> bool:
        """Tell whether the test request was answered and the bundle verified."""
        return self.outcome == "answered"


def state_folder(node: Path) -> Path:
    """Return the folder in a node's folder where its test request stands."""
    return node / FOLDER


def read_state(node: Path) -> EchoState | None:
    """Return where the last test request of a node stands; None if there was none.

    Raises:
        EchoStateError: the file is damaged.
    """
    try:
        with (state_folder(node) / "state.json").open("rb") as file:
            found = json.loads(file.read(MAX_BYTES))
        return EchoState(**found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, RecursionError) as fault:
        raise EchoStateError("echo/state.json cannot be read: remove it") from fault


def write_state(node: Path, state: EchoState) -> None:
    """Write where a test request stands."""
    with translating("writing where the test request stands"):
        write_durably(state_folder(node) / "state.json", json.dumps(asdict(state)).encode())


def put_answer(node: Path, challenge: str, assertion: Mapping[str, str]) -> None:
    """Hand a passkey's answer to the process of the test."""
    told = {"challenge": challenge, **assertion}
    with translating("handing over a signature"):
        write_durably(state_folder(node) / "answer.json", json.dumps(told).encode())


def take_answer(node: Path) -> dict[str, str] | None:
    """Return the passkey's answer that was handed over, once; None if there is none."""
    path = state_folder(node) / "answer.json"
    try:
        found = json.loads(path.read_bytes()[:MAX_BYTES])
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        found = {}
    path.unlink(missing_ok=True)
    return found if isinstance(found, dict) else {}


@contextlib.contextmanager
def held_test(node: Path) -> Iterator[bool]:
    """Take the test request of a node for this process; tell whether no other has it."""
    place = state_folder(node)
    with translating("beginning the test request"):
        place.mkdir(mode=0o700, exist_ok=True)
        handle = os.open(place / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
    else:
        yield True
    finally:
        os.close(handle)


def is_running(node: Path) -> bool:
    """Tell whether the process of a test request lives."""
    if not (state_folder(node) / "lock").is_file():
        return False
    with held_test(node) as free:
        return not free


def ended(state: EchoState, *, at: str, outcome: Outcome, fault: str = "") -> EchoState:
    """Return a test request that has ended."""
    return replace(state, ended_at=at, outcome=outcome, fault=fault, ask=None, refused="")
