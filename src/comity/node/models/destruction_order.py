"""An order to destroy an exhibit that waits for a second officer."""

from django.db import models


class DestructionOrder(models.Model):
    """What one officer ordered; nothing goes before another one confirms it."""

    class Stage(models.TextChoices):
        """How far it is."""

        OPEN = "open", "waiting for a second officer"
        CONFIRMED = "confirmed", "confirmed, and carried out"
        WITHDRAWN = "withdrawn", "withdrawn"

    exhibit = models.CharField(max_length=36, db_index=True)
    roots = models.JSONField()
    """Of the packages that would go, as the first officer saw them."""
    reason = models.CharField(max_length=2000)
    place = models.CharField(max_length=200, blank=True)
    despite_retention = models.BooleanField()
    officer = models.CharField(max_length=64)
    user = models.CharField(max_length=150)
    at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.OPEN)
    ended_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """One order waits for an exhibit at a time."""

        constraints = (
            models.UniqueConstraint(
                fields=("exhibit",),
                condition=models.Q(stage="open"),
                name="destruction_order_open",
            ),
        )
