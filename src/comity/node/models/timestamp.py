"""Time stamps over checkpoints of this node's log, and how asking for them went."""

from django.db import models


class Timestamp(models.Model):
    """An authority's answer over a checkpoint, verified when it came."""

    epoch = models.PositiveIntegerField()
    tree_size = models.PositiveBigIntegerField()
    authority = models.CharField(max_length=200)
    """The address that answered."""
    note = models.TextField()
    """The checkpoint as the log signed it: the bytes that were stamped."""
    response = models.BinaryField()
    """DER of the TimeStampResp, as it came."""
    at = models.DateTimeField()
    """The authority's time."""
    kept_at = models.DateTimeField()

    class Meta:
        """One answer of an authority a tree."""

        constraints = (
            models.UniqueConstraint(
                fields=("epoch", "tree_size", "authority"), name="timestamp_tree_authority"
            ),
        )


class TimestampAuthority(models.Model):
    """How the last request to an authority went."""

    address = models.CharField(max_length=200, primary_key=True)
    asked_at = models.DateTimeField()
    fault = models.CharField(max_length=60, blank=True)
    """Error code, or empty if it answered well."""
