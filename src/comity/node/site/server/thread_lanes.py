"""Threads kept apart by what they answer, so that no crowd at one door closes the others."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

UPLOADS: Final = "uploads"
_HEALTH_THREADS: Final = 2
_DUTY_THREADS: Final = 4
_UPLOAD_THREADS: Final = 8
_DUTY: Final = ("my-work", "watch", "duty", "sign-in", "static")
"""First parts of the addresses that somebody needs at night: to sign in, see and acknowledge."""
_API: Final = ("api", "v1")
_STREAMED: Final = (*_API, "uploads")


class Lanes:
    """Pools of threads, one for each purpose.

    Args:
        threads: of the pool for everything that has none of its own.
    """

    def __init__(self, threads: int) -> None:
        numbers = {
            "health": _HEALTH_THREADS,
            "duty": _DUTY_THREADS,
            UPLOADS: _UPLOAD_THREADS,
            "general": threads,
        }
        self._pools = {
            name: ThreadPoolExecutor(number, thread_name_prefix=name)
            for name, number in numbers.items()
        }

    def pool(self, name: str) -> ThreadPoolExecutor:
        """Return the threads of a lane."""
        return self._pools[name]


def lane_of(method: str, path: str) -> str:
    """Return the name of the lane that a request is answered in."""
    if path == "/up":
        return "health"
    parts = tuple(path.split("/", 4)[1:4])
    if method == "PATCH" and parts == _STREAMED:
        return UPLOADS
    first = parts[2] if parts[:2] == _API and len(parts) > len(_API) else parts[0]
    return "duty" if first in _DUTY else "general"
