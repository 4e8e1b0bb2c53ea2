"""The node as a Django application."""

from django.apps import AppConfig

from comity.node.site import wiring
from comity.node.web import fault_sentences


class NodeApp(AppConfig):
    """One application holds the whole node."""

    name = "comity.node"
    label = "node"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Connect what stands above the register to what happens in it."""
        wiring.connect()
        fault_sentences.say_lengths()
