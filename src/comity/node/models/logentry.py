"""One entry of this node's log, with the opening that explains it."""

from django.db import models


class LogEntry(models.Model):
    """A leaf and its opening; deleting the salt unlinks the leaf from the record."""

    epoch = models.PositiveIntegerField()
    index = models.PositiveBigIntegerField()
    leaf_hash = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=32, null=True)
    kind = models.CharField(max_length=24)
    time = models.DateTimeField()
    record = models.CharField(max_length=71, db_index=True)
    outcome = models.CharField(max_length=80, default="", db_default="")
    """What became of a message received, which its leaf says; empty for other kinds."""

    class Meta:
        """A place in an epoch is taken once."""

        constraints = (models.UniqueConstraint(fields=("epoch", "index"), name="logentry_place"),)
