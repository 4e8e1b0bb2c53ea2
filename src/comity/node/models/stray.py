"""A sealed package that a carrier brought before the message that offers it."""

from django.db import models


class StrayPackage(models.Model):
    """Unexplained: its bytes fit its own name, and nobody we know has promised it yet."""

    root = models.CharField(max_length=71, primary_key=True)
    """Computed from the bytes when they came."""
    size_bytes = models.PositiveBigIntegerField()
    came_at = models.DateTimeField()
    carrier = models.CharField(max_length=64, blank=True)
    """What the carrier's file said of its sender; claimed, not proved."""
    vouched = models.CharField(max_length=64, blank=True)
    """Party whose signed offer lay beside it; its message itself has not come."""
