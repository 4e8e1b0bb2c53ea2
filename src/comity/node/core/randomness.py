"""The one place where the node takes randomness."""

import os


def random_bytes(size_bytes: int) -> bytes:
    """Return unpredictable bytes."""
    return os.urandom(size_bytes)
