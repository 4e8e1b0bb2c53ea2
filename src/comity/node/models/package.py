"""A sealed package this node sent or is fetching."""

from django.db import models


class Package(models.Model):
    """The bytes lie in the vault under the root; here is what is known of them."""

    class Stage(models.TextChoices):
        """How far it is."""

        SEALED = "sealed", "sealed here"
        WANTED = "wanted", "offered to us, to be fetched"
        STORED = "stored", "here and verified block by block"
        WAITING = "waiting", "offered to us, waiting for space"
        DESTROYED = "destroyed", "destroyed here, the fact stays"
        FAILED = "failed", "could not be fetched, a person must look"

    root = models.CharField(max_length=71, primary_key=True)
    exhibit = models.CharField(max_length=36, db_index=True)
    conversation = models.CharField(max_length=71, db_index=True)
    offer = models.JSONField()
    offered_in = models.CharField(max_length=71, blank=True)
    """Content digest of the evidence.offered message."""
    handed_in_for = models.CharField(max_length=71, blank=True, db_index=True)
    """Conversation for which it was handed in, where it was then offered in another; else empty."""
    outgoing = models.BooleanField()
    stage = models.CharField(max_length=12, choices=Stage)
    stored_bytes = models.PositiveBigIntegerField(default=0)
    last_fault = models.CharField(max_length=120, blank=True)
    opened_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        """Lists go by what changed last; the watch asks for those that failed, or wait."""

        indexes = (
            models.Index(fields=("-changed_at", "root"), name="package_changed"),
            models.Index(fields=("stage", "changed_at"), name="package_stage"),
        )
