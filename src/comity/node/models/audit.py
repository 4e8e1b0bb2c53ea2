"""Who did what, when; also who read what."""

from django.db import models


class AuditRow(models.Model):
    """No foreign keys, so that no deletion can touch it; no payload, ever."""

    at = models.DateTimeField(db_index=True)
    actor = models.CharField(max_length=150)
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    detail = models.CharField(max_length=200, blank=True)
    epoch = models.PositiveIntegerField(null=True)
    index = models.PositiveBigIntegerField(null=True)
    """Leaf in the log, where the act is in it."""

    class Meta:
        """Who read a thing is asked by the thing."""

        indexes = (models.Index(fields=("subject", "-id"), name="audit_subject"),)
