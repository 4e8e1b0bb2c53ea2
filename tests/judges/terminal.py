"""Runs a program on a terminal of its own and types an answer at each prompt.

``python terminal.py PROGRAM ARGUMENT...``: the answer is the line on standard input. Apart because
a program with threads must not fork.
"""

import os
import pty
import sys

PROMPT = b": "


def main() -> int:
    """Return the program's exit status."""
    answer = sys.stdin.buffer.readline()
    child, terminal = pty.fork()
    if child == 0:
        os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - runs the judge it is given
    shown = b""
    while piece := _read(terminal):
        shown += piece
        sys.stderr.buffer.write(piece)
        if shown.endswith(PROMPT):
            os.write(terminal, answer)
            shown = b""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # how Linux tells that the other end is closed
        return b""


if __name__ == "__main__":
    sys.exit(main())
