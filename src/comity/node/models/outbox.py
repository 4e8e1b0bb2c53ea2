"""One delivery of one message to one partner: a lease table."""

from django.db import models


class OutboxRow(models.Model):
    """Committed with the message; a worker that dies loses its lease and nothing else."""

    class Stage(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "queued"
        DELIVERED = "delivered", "receipted"
        POSTED = "posted", "went as a letter"
        DEAD = "dead", "given up, a person must look"

    record = models.CharField(max_length=71, db_index=True)
    addressee = models.CharField(max_length=64)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.QUEUED)
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    lease_no = models.PositiveIntegerField(default=0)
    attempts = models.PositiveIntegerField(default=0)
    last_fault = models.CharField(max_length=120, blank=True)
    queued_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        """One delivery a partner; the due ones are found by index."""

        constraints = (models.UniqueConstraint(fields=("record", "addressee"), name="outbox_once"),)
        indexes = (models.Index(fields=("stage", "due_at"), name="outbox_due"),)
