"""A court bundle that an officer asked for: written by the node, taken out as one file."""

from django.db import models


class CourtExport(models.Model):
    """The file lies in the node's folder ``exports`` under the identifier, until it expires."""

    class Stage(models.TextChoices):
        """How far it is."""

        WAITING = "waiting", "waiting to be written"
        WRITING = "writing", "being written"
        READY = "ready", "ready"
        FAILED = "failed", "could not be written"
        EXPIRED = "expired", "deleted after its time"

    id = models.CharField(max_length=32, primary_key=True)
    case = models.CharField(max_length=40, db_index=True)
    purpose = models.CharField(max_length=24, blank=True)
    papers = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=1000)
    officer = models.CharField(max_length=64)
    by = models.CharField(max_length=150)
    at = models.DateTimeField()
    stage = models.CharField(max_length=10, choices=Stage, default=Stage.WAITING, db_index=True)
    written_bytes = models.PositiveBigIntegerField(default=0)
    size_bytes = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, blank=True)
    statement = models.CharField(max_length=71, blank=True)
    tell = models.JSONField(default=list)
    """Parties to be told of this use without delay."""
    fault = models.CharField(max_length=60, blank=True)
    expires_at = models.DateTimeField(null=True)
