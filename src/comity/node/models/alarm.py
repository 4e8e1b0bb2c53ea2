"""Something that a person must acknowledge, and how far the ladder has climbed."""

from django.db import models
from django.db.models import Q


class Alarm(models.Model):
    """Stays until its cause is gone; the ladder stops when somebody acknowledges."""

    kind = models.CharField(max_length=24)
    subject = models.CharField(max_length=120)
    """A digest, number or party; never payload."""
    incident = models.CharField(max_length=200, blank=True)
    """Of the work item that raised it."""
    owner = models.CharField(max_length=64, blank=True)
    """Identifier of the officer who acknowledged it, or empty."""
    severity = models.CharField(max_length=8, default="high")
    """How much its cause presses, as it was looked at last: ``critical``, ``high``, ``normal``."""
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()
    """Of the next step."""
    step = models.PositiveSmallIntegerField(default=0)
    """Number of the next step in its ladder."""
    round = models.PositiveIntegerField(default=1)
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=150, blank=True)
    ended_at = models.DateTimeField(null=True)
    """When its cause was gone."""

    class Meta:
        """One open alarm of a kind about a subject; the due ones are found by index."""

        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject"), condition=Q(ended_at=None), name="alarm_once"
            ),
        )
        indexes = (
            models.Index(fields=("ended_at", "acknowledged_at", "due_at"), name="alarm_due"),
            models.Index(fields=("incident",), name="alarm_incident", condition=Q(ended_at=None)),
        )


class AlarmStep(models.Model):
    """A step that was climbed: history, never changed."""

    alarm = models.PositiveBigIntegerField(db_index=True)
    round = models.PositiveIntegerField()
    step = models.PositiveSmallIntegerField()
    whom = models.CharField(max_length=12)
    at = models.DateTimeField()
    told = models.PositiveSmallIntegerField()
    """How many people were on the list for it."""
