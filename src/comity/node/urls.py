"""Where requests go."""

from django.urls import URLPattern, URLResolver, path

from comity.node import exchange_api

urlpatterns: list[URLPattern | URLResolver] = [
    path("exchange/v1/messages", exchange_api.messages),
    path("exchange/v1/outbox", exchange_api.outbox),
    path("exchange/v1/receipts", exchange_api.receipts),
]
