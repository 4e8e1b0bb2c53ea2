"""The ASGI application of a worker, with the loops that run beside it."""

import gc
import os

import django
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "comity.node.site.settings")
django.setup()

from comity.node.core.config import current_config  # noqa: E402 - Django is set up first
from comity.node.operations.background_jobs import this_work  # noqa: E402 - models are ready
from comity.node.site.server.application import Front  # noqa: E402 - it needs the settings
from comity.node.site.server.supervised import end_with_supervisor  # noqa: E402 - with the others

_CONFIG = current_config()
application = Front(get_wsgi_application(), threads=_CONFIG.threads, proxies=_CONFIG.proxies)


def start() -> None:
    """Start delivery and clocks in this worker, which ends with its supervisor."""
    end_with_supervisor()
    this_work().start()
    # what stands now stays: no page waits while the collector walks through all of it again
    gc.collect()
    gc.freeze()


start()
