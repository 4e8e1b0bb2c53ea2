"""How exchange files are carried into the node under test and out of it: by two commands."""

import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.canonical import MisuseError, OperationError

COMMAND_S: Final = 120


@dataclass(frozen=True)
class Carrier:
    """Two commands of the node's machine.

    Attributes:
        inward: takes in ``{path}``, an exchange file or a folder of a relay.
        outward: writes what the node owes ``{party}`` to ``{path}``, a new file or a folder that is
            there.
    """

    inward: str
    outward: str

    def carry_in(self, path: Path) -> None:
        """Let the node take in a file or folder.

        Raises:
            OperationError: the command cannot be run, or ends with another status than 0.
        """
        _run([word.replace("{path}", str(path)) for word in shlex.split(self.inward)])

    def carry_out(self, party: str, path: Path) -> None:
        """Let the node write what it owes a party; errors as for `carry_in`."""
        words = shlex.split(self.outward)
        _run([word.replace("{path}", str(path)).replace("{party}", party) for word in words])


def _run(words: list[str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603 - the person who runs the kit names it
            words, capture_output=True, check=False, timeout=COMMAND_S
        )
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise OperationError(f"the command {words[0]} of the carrier could not be run") from fault
    if done.returncode:
        raise OperationError(f"the command {words[0]} of the carrier ended with {done.returncode}")


def read_carrier(value: Any) -> Carrier | None:
    """Return the carrier that the member ``carry`` of an operator file describes, or None.

    Raises:
        MisuseError: it is there, and names no two commands with their places, or a program that is
            not on this machine.
    """
    if value is None:
        return None
    told = value if isinstance(value, dict) else {}
    inward, outward = str(told.get("in", "")), str(told.get("out", ""))
    if "{path}" not in inward or "{path}" not in outward or "{party}" not in outward:
        raise MisuseError(
            "member carry of the operator file must be two commands: in with {path}, and out with"
            " {party} and {path}"
        )
    for command in (inward, outward):
        check_command(command)
    return Carrier(inward, outward)


def check_command(command: str) -> None:
    """Raise MisuseError unless the program that a command of the operator file names is there.

    The node is not to blame for a program that is missing on this machine.
    """
    try:
        words = shlex.split(command)
    except ValueError as fault:
        raise MisuseError("a command of the operator file ends inside a quotation") from fault
    if not words or shutil.which(words[0]) is None:
        named = words[0] if words else "nothing"
        raise MisuseError(
            f"the operator file names a command that is not on this machine: {named}; give its"
            " whole path"
        )
