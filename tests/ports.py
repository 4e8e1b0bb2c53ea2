"""Ports for the nodes of tests: a block that no other worker and no other run has."""

import functools
import socket
from typing import Final

BLOCK: Final = 200
_FIRST: Final = 20000
_END: Final = 32000  # from there on systems give out ports of their own
_HELD: Final[list[socket.socket]] = []
"""Listens on the last port of the block until this process ends, so that the block is taken."""


@functools.cache
def first_port() -> int:
    """Return the first port of this process's block; its last port is not to be used.

    Raises:
        LookupError: every block is taken.
    """
    for first in range(_FIRST, _END, BLOCK):
        held = socket.socket()
        try:
            held.bind(("127.0.0.1", first + BLOCK - 1))
            held.listen(1)
        except OSError:
            held.close()
            continue
        _HELD.append(held)
        return first
    raise LookupError("no block of ports is free")
