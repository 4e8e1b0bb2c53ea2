"""The node's public heartbeat: that it is alive and its loops run, and nothing else."""

import shutil
from datetime import datetime
from typing import Final

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from comity.canonical import time_text
from comity.node.clock import ExerciseClockError, now, real_now
from comity.node.config import NodeConfig
from comity.node.models import LogHead
from comity.node.service import this_service

FULL_DISK_BYTES: Final = 64 * 1024**2


@csrf_exempt  # another method is another method, whoever sends it
@require_safe
@never_cache
def up(request: HttpRequest) -> HttpResponse:
    """Answer 200 if the node has the time, its loops run and its disk takes writes; else 503."""
    at, service = real_now(), this_service()
    loop = not service.loop.stuck(at)
    alive = loop and _stores(service.node.config)
    try:
        at = now()
    except ExerciseClockError:  # it can date nothing, so it takes nothing
        alive = False
    return JsonResponse(told(at, up=alive, loop=loop), status=200 if alive else 503)


def told(at: datetime, *, up: bool, loop: bool) -> dict[str, str | bool]:
    """Return all that a visitor learns."""
    return {"at": time_text(at), "loop": loop, "up": up}


def _stores(config: NodeConfig) -> bool:
    try:
        LogHead.objects.exists()
        return shutil.disk_usage(config.folder).free >= FULL_DISK_BYTES
    except (DatabaseError, OSError):
        return False
