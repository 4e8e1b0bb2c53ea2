"""The exchange's peer: the same server, threads, settings and middleware, a view without work.

``python -m benchmarks.peer FOLDER PORT``. It reads the body and answers as many bytes as a receipt
has: no signature, no seal, no database. What it answers a second is the ceiling of this stack.
"""

# ruff: noqa: PLC0415 - Django must be set up before some imports
import os
import sys
from dataclasses import replace
from pathlib import Path

from comity.demo.ending import end_with_parent

RECEIPT_BYTES = 2048


def main() -> None:
    """Serve until killed."""
    from comity.node.core.config import load_config
    from comity.node.core.django_setup import use_node
    from comity.node.operations.serve import server

    folder, port = Path(sys.argv[1]), int(sys.argv[2])
    os.environ["COMITY_BENCH_PEER"] = "1"
    use_node(folder)
    serving = server(replace(load_config(folder), port=port))
    serving.target = "benchmarks.peer:application"
    serving.serve()


def _application() -> object:
    import django
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.http import HttpRequest, HttpResponse
    from django.urls import path
    from django.views.decorators.csrf import csrf_exempt

    @csrf_exempt
    def view(request: HttpRequest) -> HttpResponse:
        _ = request.body
        return HttpResponse(b"x" * RECEIPT_BYTES, content_type="application/jose+json")

    django.setup()
    urls = type(sys)("benchmarks_peer_urls")
    urls.urlpatterns = [path("exchange/v1/messages", view)]  # type: ignore[attr-defined]
    sys.modules[urls.__name__] = urls
    settings.ROOT_URLCONF = urls.__name__
    from comity.node.core.config import current_config
    from comity.node.site.server.application import Front

    return Front(get_wsgi_application(), threads=current_config().threads)


if __name__ == "__main__":
    end_with_parent()
    main()
elif os.environ.get("COMITY_BENCH_PEER"):
    application = _application()
