"""A head guard in memory, for a register that a test undoes."""


class MemoryGuard:
    """Holds a node's newest checkpoint as long as the test lasts."""

    def __init__(self, note: bytes | None) -> None:
        self.note = note

    def read(self) -> bytes | None:
        """Return what is kept."""
        return self.note

    def swap(self, old: bytes | None, new: bytes) -> bool:
        """Replace what was read."""
        if self.note != old:
            return False
        self.note = new
        return True
