"""Ending what a command holds: TERM and a closed terminal do what Ctrl-C does."""

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Final

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def ended_by_signals() -> Iterator[None]:
    """Let TERM and HUP raise KeyboardInterrupt, once: the end itself is not cut short by another.

    HUP is left alone where it was ignored before, as `nohup` does.
    """
    before = {number: signal.getsignal(number) for number in _ENDING}

    def end(_number: int, _frame: FrameType | None) -> None:
        for number in _ENDING:
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number, handler in before.items():
        if handler is not signal.SIG_IGN:
            signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
