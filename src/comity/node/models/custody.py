"""One event of one exhibit's custody chain."""

from django.db import models


class CustodyEvent(models.Model):
    """Kept as canonical bytes, counted from 1 without a gap."""

    exhibit = models.CharField(max_length=36)
    number = models.PositiveIntegerField()
    event = models.BinaryField()

    class Meta:
        """A number in a chain is taken once."""

        constraints = (
            models.UniqueConstraint(fields=("exhibit", "number"), name="custody_number"),
        )
