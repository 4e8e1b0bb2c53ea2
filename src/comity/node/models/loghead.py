"""The right edge of this node's log in one epoch."""

from django.db import models


class LogHead(models.Model):
    """From the head alone the log can grow; it moves in the transaction of the fact."""

    epoch = models.PositiveIntegerField(primary_key=True)
    tree_size = models.PositiveBigIntegerField()
    frontier = models.BinaryField()
    guarded_size = models.PositiveBigIntegerField(default=0, db_default=0)
    """Leaves that the head guard covered when the log last grew: a smaller guard is an old copy."""
    audit_anchor = models.BinaryField(max_length=32, default=b"", db_default=b"")
    """Digest of the newest anchor over audit rows, which the next one continues; empty before the
    first."""
    successor = models.BinaryField(null=True)
    """The statement that opened this epoch (JWS), from epoch 2 on."""
