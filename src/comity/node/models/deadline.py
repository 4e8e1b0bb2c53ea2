"""Notices of deadlines that were given, so that each is given once."""

from django.db import models


class DeadlineNotice(models.Model):
    """One level of notice of one deadline; people see it on lists, in the audit and by webhooks."""

    subject = models.CharField(max_length=200)
    """Digest of a conversation, or identifier of an item or exhibit."""
    clock = models.CharField(max_length=40)
    """Kind of the clock (`comity.instruments.clocks`)."""
    due_at = models.DateTimeField()
    level = models.CharField(max_length=60)
    """Code of what is said at this level."""
    to_whom = models.CharField(max_length=40)
    passed = models.BooleanField()
    told_at = models.DateTimeField(db_index=True)

    class Meta:
        """A level of a deadline is told once."""

        constraints = (
            models.UniqueConstraint(
                fields=("subject", "clock", "due_at", "level", "to_whom"), name="deadline_notice"
            ),
        )
