"""The node as a Django application."""

from django.apps import AppConfig


class NodeApp(AppConfig):
    """One application holds the whole node."""

    name = "comity.node"
    label = "node"
    default_auto_field = "django.db.models.BigAutoField"
