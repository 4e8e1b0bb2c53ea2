"""A case on which nobody has to act any more, and that nobody looked at yet: when it ended."""

from django.db import models


class EndedCase(models.Model):
    """Remembered from the case's conversations, evidence and review; `closed_cases` keeps it."""

    case = models.CharField(max_length=40, primary_key=True)
    record_class = models.CharField(max_length=32)
    """By whose period it falls due."""
    ended_at = models.DateTimeField()
    """When the last of its conversations moved."""

    class Meta:
        """What is due is read off class by class, the oldest first."""

        indexes = (models.Index(fields=("record_class", "ended_at", "case"), name="ended_due"),)
