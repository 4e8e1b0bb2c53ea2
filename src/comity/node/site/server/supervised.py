"""A worker ends with the process that started it.

Killed at once, as by ``kill -9`` or for lack of memory, that process cannot end its worker. The
worker would go on serving, hold the folder's lock under a number that no process has any more, and
nobody could stop it by what the node says.
"""

import multiprocessing
import os
import signal
import threading
import time
from multiprocessing.process import BaseProcess
from typing import Final

GRACE_S: Final = 5.0
"""For what is being answered; then the worker ends at once, and nothing is lost by that."""


def end_with_supervisor() -> None:
    """Watch for the end of the process that started this one, if another process did."""
    supervisor = multiprocessing.parent_process()
    if supervisor is not None:
        threading.Thread(target=_wait, args=(supervisor,), daemon=True).start()


def _wait(supervisor: BaseProcess) -> None:
    supervisor.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(GRACE_S)
    os._exit(1)
