"""Duty: who is on it, how they are reached, and what wakes them."""

from django.db import models
from django.db.models import Q

# The roster of an office: shifts that come every week, and changes.


class WeeklyShift(models.Model):
    """Comes every week at readings of a wall clock; people by officer identifier."""

    weekday = models.PositiveSmallIntegerField()
    """On which it begins, 0 for Monday."""
    begins = models.TimeField()
    ends = models.TimeField()
    """On the next day, unless later than the begin."""
    zone = models.CharField(max_length=64)
    officer = models.CharField(max_length=64)
    second = models.CharField(max_length=64, blank=True)
    deputy = models.CharField(max_length=64, blank=True)
    first = models.DateField(null=True)
    last = models.DateField(null=True)


class RosterChange(models.Model):
    """Another crew for a time; the newest counts."""

    begins = models.DateTimeField()
    ends = models.DateTimeField(db_index=True)
    officer = models.CharField(max_length=64)
    second = models.CharField(max_length=64, blank=True)
    deputy = models.CharField(max_length=64, blank=True)


# How a person of this office is reached at night: personal data, for the call-out list.
class Reached(models.Model):
    """Addresses of one officer; they stand in no log, no audit row and no error."""

    officer = models.CharField(max_length=64, primary_key=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    """E.164; also where a gateway sends a short message."""
    other_phone = models.CharField(max_length=20, blank=True)
    head = models.BooleanField(default=False)
    """Whether the person heads the office: the last who is woken."""


# Something that a person must acknowledge, and how far the ladder has climbed.


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


# Who is woken when, for a kind of alarm: the office's own, in place of ours.
class LadderRow(models.Model):
    """One ladder; the kind ``any`` is for all kinds that have none of their own."""

    kind = models.CharField(max_length=24, primary_key=True)
    steps = models.JSONField()
    """List of ``[minutes, whom, [channel, ...]]``."""
    repeat_minutes = models.PositiveIntegerField()
    """From the last step until the ladder begins again."""


# One notice to one person by one channel: a lease table.
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
