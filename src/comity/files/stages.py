"""Threads in a row over buffers that are used again and again.

SHA-256, ChaCha20-Poly1305, reading and writing all release the interpreter lock, so stages keep
two cores busy. A failure in any stage is kept; the others drain without working, so nothing waits
for ever, and the first failure is raised where the main thread next asks.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue

_TICK_S = 0.2

type Note = tuple[int, int, int, tuple[str, int, bytes | None] | None]
"""Content in a slot: from start to end, then a hole of so many zeros that are not there; then, if
the file ends here, its path, size and, if it was hashed already, its SHA-256."""


@dataclass(slots=True)
class Slot:
    """A reused buffer; ``uses`` stages still need it."""

    view: memoryview
    size: int = 0
    uses: int = 0
    final: bool = False
    notes: list[Note] = field(default_factory=list)


class Ring:
    """A fixed number of slots, handed out when nobody uses them."""

    def __init__(self, count: int, size_bytes: int) -> None:
        self._free: SimpleQueue[Slot] = SimpleQueue()
        self._lock = threading.Lock()
        for _ in range(count):
            self._free.put(Slot(memoryview(bytearray(size_bytes))))

    def take(self, uses: int) -> Slot:
        """Wait for a free slot and mark it as needed by ``uses`` stages."""
        slot = self._free.get()
        slot.size, slot.uses, slot.final = 0, uses, False
        slot.notes = []
        return slot

    def release(self, slot: Slot) -> None:
        """One stage is done with the slot."""
        with self._lock:
            slot.uses -= 1
            free = slot.uses == 0
        if free:
            self._free.put(slot)


class Crew:
    """The stages of one pass: start them, feed them, stop them; always `close`."""

    def __init__(self) -> None:
        self._threads: list[
            tuple[threading.Thread, SimpleQueue[Slot | threading.Event | None]]
        ] = []
        self._failure: BaseException | None = None

    def stage(self, name: str, work: Callable[[Slot], None], ring: Ring) -> "Stage":
        """Start a thread that gives each slot to ``work`` and then releases it to ``ring``."""
        inbox: SimpleQueue[Slot | threading.Event | None] = SimpleQueue()
        thread = threading.Thread(
            target=self._run, args=(inbox, work, ring), name=f"comity-{name}", daemon=True
        )
        self._threads.append((thread, inbox))
        thread.start()
        return Stage(self, inbox)

    def _run(
        self,
        inbox: "SimpleQueue[Slot | threading.Event | None]",
        work: Callable[[Slot], None],
        ring: Ring,
    ) -> None:
        while (item := inbox.get()) is not None:
            if isinstance(item, threading.Event):
                item.set()
                continue
            try:
                if self._failure is None:
                    work(item)
            except BaseException as error:  # noqa: BLE001 - raised again in the main thread
                self.fail(error)
            finally:
                ring.release(item)

    def fail(self, error: BaseException) -> None:
        """Keep the first failure; every stage stops working."""
        if self._failure is None:
            self._failure = error

    @property
    def failed(self) -> bool:
        """Tell whether some stage has failed, so that long work should end."""
        return self._failure is not None

    def check(self) -> None:
        """Raise the first failure, if there is one."""
        if self._failure is not None:
            raise self._failure

    def close(self) -> None:
        """Let every stage finish what it has, in order, and end; then `check`."""
        for thread, inbox in self._threads:
            inbox.put(None)
            thread.join()
        self._threads.clear()


class Stage:
    """One stage's inbox."""

    def __init__(self, crew: Crew, inbox: "SimpleQueue[Slot | threading.Event | None]") -> None:
        self._crew = crew
        self._inbox = inbox

    def put(self, slot: Slot) -> None:
        """Hand a slot over."""
        self._inbox.put(slot)

    def drain(self, tick: Callable[[], None] = lambda: None) -> None:
        """Wait until everything handed over so far is done, ticking; raise a failure."""
        done = threading.Event()
        self._inbox.put(done)
        while not done.wait(_TICK_S):
            tick()
        self._crew.check()
