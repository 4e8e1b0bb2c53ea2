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
    salt = models.BinaryField(max_length=32, default=b"")
    """Hides the row behind its digest in the anchor."""
    anchor_epoch = models.PositiveIntegerField(null=True)
    anchor_index = models.PositiveBigIntegerField(null=True)
    """The leaf that anchors the row (spec 10, Audit); null until then."""

    class Meta:
        """Who read a thing is asked by the thing; anchors and what waits for one, by their leaf."""

        indexes = (
            models.Index(fields=("subject", "-id"), name="audit_subject"),
            models.Index(fields=("anchor_epoch", "anchor_index"), name="audit_anchor"),
        )


class AuditCheck(models.Model):
    """How the anchors of the audit were found when they were last recomputed; one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    whole_at = models.DateTimeField(null=True)
    """When the last look at all of them ended."""
    rows = models.PositiveBigIntegerField(default=0)
    """Rows that it recomputed."""
    since = models.DateTimeField(null=True)
    """When the first fault was found that still stands."""
    faults = models.JSONField(default=list)
    """What does not hold, as `comity audit verify` tells it; empty if nothing."""
