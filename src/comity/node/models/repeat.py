"""A call that names a key, so that repeating it does nothing twice."""

from django.db import models


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
