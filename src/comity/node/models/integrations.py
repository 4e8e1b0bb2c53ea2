"""Programs of others: webhooks and calls that are repeated."""

from django.db import models

from comity.node.models.people import Officer

# An address that wants to know when something happened, and what was handed to it.


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


# A call that names a key, so that repeating it does nothing twice.
class RepeatedCall(models.Model):
    """Claimed before the call is done, answered after it; forgotten after a day."""

    holder = models.CharField(max_length=80)
    """Whose key it is: one token, or one officer's sessions."""
    key = models.CharField(max_length=64)
    """SHA-256 of the key, hex."""
    asked = models.CharField(max_length=64)
    """HMAC-SHA256 over what was asked: method, address, fields that count, body."""
    claimed_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    """None while the call is done, and for ever if the node fell in the middle of it."""
    answer = models.BinaryField(null=True)
    """Fields and body of the first answer, sealed under the node's secret and the key itself."""

    class Meta:
        """One call a key."""

        constraints = (models.UniqueConstraint(fields=("holder", "key"), name="repeated_call"),)
