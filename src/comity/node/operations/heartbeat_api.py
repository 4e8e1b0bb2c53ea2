"""The node's public heartbeat: that it is alive and its loops run, and nothing else."""

import logging
import shutil
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTimeError
from datetime import datetime
from typing import Final

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from comity.canonical import time_text
from comity.node.core.clock import ExerciseClockError, now, real_now
from comity.node.core.config import NodeConfig
from comity.node.core.database_errors import FAULTS
from comity.node.core.node import Node
from comity.node.log.guarded_log import log_fault
from comity.node.operations.background_jobs import this_work
from comity.node.service.handle import this_service

FULL_DISK_BYTES: Final = 64 * 1024**2
PATIENCE_S: Final = 3.0
"""How long the database may take to answer; a watchdog asks each minute and waits little longer."""
_LOG = logging.getLogger("comity.up")


@csrf_exempt  # another method is another method, whoever sends it
@require_safe
@never_cache
def up(request: HttpRequest) -> HttpResponse:
    """Answer 200 if the node has the time, its loops run and its log can grow; else 503."""
    at, service = real_now(), this_service()
    loop = not this_work().stuck(at)
    timely = not service.client.clocks.are_apart()
    alive = loop and timely and _LOOK.stores(service.node)
    try:
        at = now()
    except ExerciseClockError:  # it can date nothing, so it takes nothing
        alive = False
    return JsonResponse(told(at, up=alive, loop=loop), status=200 if alive else 503)


def told(at: datetime, *, up: bool, loop: bool) -> dict[str, str | bool]:
    """Return all that a visitor learns."""
    return {"at": time_text(at), "loop": loop, "up": up}


class _Look:
    """One look at disk, database and log at a time, in a thread of its own, with a time limit."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="up")
        self._under_way: Future[bool] | None = None

    def stores(self, node: Node) -> bool:
        """Tell whether the node can record something now; no answer in time is a no."""
        with self._lock:
            if self._under_way is None or self._under_way.done():
                self._under_way = self._pool.submit(_stores, node)
            look = self._under_way
        try:
            return look.result(PATIENCE_S)
        except NotInTimeError:
            return False


_LOOK: Final = _Look()


def _stores(node: Node) -> bool:
    close_old_connections()
    try:
        return _has_room(node.config) and not log_fault(node)
    except (OSError, *FAULTS):
        return False
    except Exception:  # noqa: BLE001 - whatever it is, the node is not well
        _LOG.exception("the look at the node failed")
        return False


def _has_room(config: NodeConfig) -> bool:
    return shutil.disk_usage(config.folder).free >= FULL_DISK_BYTES
