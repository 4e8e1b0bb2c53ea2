"""Who is woken when, for a kind of alarm: the office's own, in place of ours."""

from django.db import models


class LadderRow(models.Model):
    """One ladder; the kind ``any`` is for all kinds that have none of their own."""

    kind = models.CharField(max_length=24, primary_key=True)
    steps = models.JSONField()
    """List of ``[minutes, whom, [channel, ...]]``."""
    repeat_minutes = models.PositiveIntegerField()
    """From the last step until the ladder begins again."""
