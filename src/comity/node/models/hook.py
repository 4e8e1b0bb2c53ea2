"""An address that wants to know when something happened, and what was handed to it."""

from django.db import models

from comity.node.models.officer import Officer


class Hook(models.Model):
    """Acts for one officer: it is told of what that officer may see, and of nothing else."""

    officer = models.ForeignKey(Officer, on_delete=models.CASCADE)
    label = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    events = models.JSONField()
    """Words of `comity.node.integrations.webhooks.EVENTS`."""
    secret = models.CharField(max_length=200)
    """Of the signature, sealed under the node's secret."""
    seen = models.PositiveBigIntegerField()
    """The last `HookEvent` it was told of."""
    made_at = models.DateTimeField()
    ended = models.CharField(max_length=60, blank=True)
    """Error code, where its receiver said that it is gone for good."""


class HookEvent(models.Model):
    """What happened, written in the transaction in which it did, while anybody has a webhook."""

    event = models.CharField(max_length=24)
    data = models.JSONField()
    """Numbers, digests, codes and moments; never content."""
    happened_at = models.DateTimeField(db_index=True)


class HookDelivery(models.Model):
    """Committed with the step that asks for it; a worker that dies loses its lease only."""

    class Stage(models.TextChoices):
        """How far it is."""

        QUEUED = "queued", "waits"
        SENT = "sent", "taken"
        FAILED = "failed", "given up"

    hook = models.ForeignKey(Hook, on_delete=models.CASCADE)
    message = models.CharField(max_length=40)
    """The receiver's key against doubles: the same for every try and every replay."""
    event = models.CharField(max_length=24)
    data = models.JSONField()
    """Numbers, digests, codes and moments; never content."""
    happened_at = models.DateTimeField()
    stage = models.CharField(max_length=8, choices=Stage, default=Stage.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    fault = models.CharField(max_length=60, blank=True)
    """Error code of the last try."""
    due_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        """The due ones are found by index."""

        indexes = (models.Index(fields=("stage", "due_at"), name="hook_due"),)
