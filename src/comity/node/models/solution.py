"""A technical solution of the catalogue: ours, or one that another State gave us."""

from django.db import models


class SolutionRow(models.Model):
    """What is known of a solution; its bytes, once here, are a `SolutionFile`."""

    class Stage(models.TextChoices):
        """How far it is."""

        WANTED = "wanted", "offered to us, to be fetched"
        STORED = "stored", "here, and what its author signed"
        FAILED = "failed", "not what was offered, or not to be had: a person must look"

    digest = models.CharField(max_length=71, primary_key=True)
    """SHA-256 of its file."""
    record = models.CharField(max_length=71, db_index=True)
    """Record digest of its signed statement, by which a withdrawal names it."""
    party = models.CharField(max_length=64)
    """Its author."""
    ours = models.BooleanField()
    kind = models.CharField(max_length=24)
    matter = models.CharField(max_length=300)
    version = models.CharField(max_length=40)
    statement = models.JSONField()
    """The JWS, as it was signed."""
    size_bytes = models.PositiveBigIntegerField()
    conversation = models.CharField(max_length=71, blank=True)
    """In which it was offered to us; empty for our own."""
    giver = models.CharField(max_length=64, blank=True)
    """Who offered it to us."""
    stage = models.CharField(max_length=8, choices=Stage)
    last_fault = models.CharField(max_length=120, blank=True)
    withdrawal = models.JSONField(null=True)
    """The JWS by which its author withdrew it."""
    withdrawn_at = models.DateTimeField(null=True)
    """When this node learned of it."""
    changed_at = models.DateTimeField()

    class Meta:
        """The catalogue goes by what changed last; the fetcher asks for what is wanted."""

        indexes = (
            models.Index(fields=("-changed_at", "digest"), name="solution_changed"),
            models.Index(fields=("stage", "changed_at"), name="solution_stage"),
        )


class SolutionFile(models.Model):
    """The bytes of a solution, in the database: small, and with every backup."""

    digest = models.CharField(max_length=71, primary_key=True)
    data = models.BinaryField()
