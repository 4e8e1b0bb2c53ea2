"""How a program that started nodes ends them, whatever ends it: Ctrl-C, TERM, HUP or KILL."""

import contextlib
import ctypes
import signal
from collections.abc import Iterator
from types import FrameType
from typing import Final

_ENDING: Final = (signal.SIGTERM, signal.SIGHUP)
_PR_SET_PDEATHSIG: Final = 1


@contextlib.contextmanager
def ended_as_by_ctrl_c() -> Iterator[None]:
    """Make TERM and HUP end what is inside as Ctrl-C does, once; a signal ignored stays ignored.

    For the main thread. While the ending goes on, further ones change nothing.
    """
    before = {one: signal.getsignal(one) for one in _ENDING}

    def interrupt(number: int, frame: FrameType | None) -> None:
        del number, frame
        for one in _ENDING:
            signal.signal(one, signal.SIG_IGN)
        raise KeyboardInterrupt

    try:
        for one, handler in before.items():
            if handler == signal.SIG_DFL:
                signal.signal(one, interrupt)
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


@contextlib.contextmanager
def not_interrupted() -> Iterator[None]:
    """Let what is inside come to its end: a second Ctrl-C would leave nodes running."""
    ending = {signal.SIGINT, *_ENDING}
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def end_with_parent() -> None:
    """Have the kernel send this process TERM when the thread that started it ends.

    Source: prctl(2), PR_SET_PDEATHSIG. Elsewhere than on Linux nothing happens.
    """
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
