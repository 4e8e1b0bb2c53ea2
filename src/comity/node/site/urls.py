"""Where requests go."""

from django.urls import URLPattern, URLResolver, include, path, register_converter

from comity.node.federation import directory_api, log_api, package_api, solution_api, wire_api
from comity.node.operations import heartbeat_api
from comity.node.web.url_converters import Hex64, LogName

register_converter(Hex64, "hex64")
register_converter(LogName, "log")

urlpatterns: list[URLPattern | URLResolver] = [
    path("exchange/v1/messages", wire_api.messages),
    path("exchange/v1/outbox", wire_api.outbox),
    path("exchange/v1/receipts", wire_api.receipts),
    path("exchange/v1/recovery", wire_api.recovery),
    path("exchange/v1/packages/<hex64:root>", package_api.package),
    path("exchange/v1/packages/<hex64:root>/blocks", package_api.blocks),
    path("exchange/v1/solutions/<hex64:digest>", solution_api.solution),
    path("exchange/v1/checkpoint", log_api.held_checkpoint),
    path("exchange/v1/consistency", log_api.consistency),
    path("exchange/v1/epochs", log_api.epochs),
    path("exchange/v1/snapshots/<hex64:record>", log_api.snapshot),
    path("exchange/v1/log-token", log_api.log_token),
    path("log/<log:name>/checkpoint", log_api.checkpoint),
    path("log/<log:name>/tile/<path:path>", log_api.tile),
    path("witness/add-checkpoint", log_api.add_checkpoint),
    path("directory/<path:path>", directory_api.metadata),
    path("up", heartbeat_api.up),
    path("", include("comity.node.site.urls_office")),
]
handler403 = "comity.node.operations.pages.office.not_allowed"
handler404 = "comity.node.operations.pages.office.not_found"
handler500 = "comity.node.operations.pages.office.broken"
