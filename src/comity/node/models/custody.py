"""An exhibit: its custody chain event by event, and what this office keeps of it besides."""

from django.db import models


class CustodyEvent(models.Model):
    """Kept as canonical bytes, counted from 1 without a gap."""

    exhibit = models.CharField(max_length=36)
    number = models.PositiveIntegerField()
    event = models.BinaryField()

    class Meta:
        """A number in a chain is taken once."""

        constraints = (
            models.UniqueConstraint(fields=("exhibit", "number"), name="custody_number"),
        )


class Exhibit(models.Model):
    """What the chain does not say: whether it is a copy that stayed, how long it is kept.

    An exhibit without a row has a chain and nothing else.
    """

    exhibit = models.CharField(max_length=36, primary_key=True)
    kept_of = models.CharField(max_length=36, blank=True, db_index=True)
    """Of which exhibit it is the sealed copy that stayed here when that was handed over."""
    root = models.CharField(max_length=71, blank=True)
    """Of such a copy: the package it is."""
    retention_class = models.CharField(max_length=60, blank=True)
    retain_until = models.DateTimeField(null=True, db_index=True)
    destroying = models.JSONField(null=True)
    """Facts of the destruction under way: these are recorded, the bytes go, then the event."""
