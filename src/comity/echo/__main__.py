"""The process of a test: reads its order from standard input, and ends with whoever gave it.

The order is one line. Then standard input stays open as long as the node or the set-up that began
the test lives; when it closes, the test ends, and what it made goes.
"""

import os
import signal
import sys
import threading
from types import FrameType
from typing import Final

from comity.canonical import ComityError
from comity.demo.ending import ended_as_by_ctrl_c, not_interrupted
from comity.echo.course import run_for_pages
from comity.node.operations.echo_order import EchoError, read_order
from comity.node.operations.echo_state import MAX_BYTES

MOST_S: Final = 30 * 60
"""After which a test ends, whatever it waits for."""


def main() -> int:
    """Run the test; return the exit status."""
    order = read_order(sys.stdin.buffer.readline(MAX_BYTES))
    with not_interrupted():  # signals go to this thread alone, which holds them while it tidies up
        threading.Thread(target=_end_with_input, daemon=True).start()
    signal.signal(signal.SIGALRM, _late)
    signal.alarm(MOST_S)
    try:
        with ended_as_by_ctrl_c():
            run_for_pages(order)
    except (ComityError, KeyboardInterrupt) as fault:
        sys.stderr.write(f"{fault}\n")
        return 1
    return 0


def _end_with_input() -> None:
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


def _late(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise EchoError("the test took too long")


if __name__ == "__main__":
    sys.exit(main())
