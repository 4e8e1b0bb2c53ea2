"""A receipt that a partner gave for a message of ours."""

from django.db import models


class ReceiptRow(models.Model):
    """Kept as signed; a receipt that did not hold is kept too, and says why."""

    record = models.CharField(max_length=71, db_index=True)
    party = models.CharField(max_length=64)
    jws = models.BinaryField()
    received_at = models.DateTimeField(null=True)
    """The partner's clock, where the receipt holds."""
    outcome = models.CharField(max_length=80, blank=True)
    linked = models.BooleanField(default=False)
    """Whether it was shown to continue the log we knew."""
    fault = models.CharField(max_length=60, blank=True, db_index=True)
    """Error code if it does not hold."""
    kept_at = models.DateTimeField()

    class Meta:
        """Receipts that do not hold are few, and every page asks whether there are any."""

        indexes = (models.Index(fields=("fault", "party"), name="receipt_fault"),)
