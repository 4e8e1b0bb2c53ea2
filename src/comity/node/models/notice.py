"""One notice to one person by one channel: a lease table."""

from django.db import models


class Notice(models.Model):
    """Committed with the step that asks for it; a worker that dies loses its lease only."""

    class Stage(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "waits"
        SENT = "sent", "handed over"
        SKIPPED = "skipped", "no such channel or address"
        FAILED = "failed", "given up"

    alarm = models.PositiveBigIntegerField(null=True, db_index=True)
    """Its number; None for a test."""
    officer = models.CharField(max_length=64)
    channel = models.CharField(max_length=12)
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.QUEUED)
    fault = models.CharField(max_length=60, blank=True)
    """Error code."""
    attempts = models.PositiveSmallIntegerField(default=0)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The due ones are found by index."""

        indexes = (models.Index(fields=("stage", "due_at"), name="notice_due"),)
