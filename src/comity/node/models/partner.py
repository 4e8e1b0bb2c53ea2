"""What this node last knew of a partner's log, and how far it has read its outbox."""

from django.db import models


class PartnerCheckpoint(models.Model):
    """The newest checkpoint of a partner's log in one epoch; it never shrinks."""

    party = models.CharField(max_length=64)
    origin = models.CharField(max_length=200, unique=True)
    tree_size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    seen_at = models.DateTimeField()


class EpochExplanation(models.Model):
    """What a partner's statement about a new epoch of its log came to; asked for once."""

    party = models.CharField(max_length=64)
    origin = models.CharField(max_length=200, unique=True)
    agrees = models.BooleanField()
    """Whether it fits what we hold of the ended log."""
    at = models.DateTimeField()


class PartnerTestFailure(models.Model):
    """A test of a partner's watch that the node could not send by itself."""

    party = models.CharField(max_length=64)
    fault = models.CharField(max_length=60)
    """Error code."""
    at = models.DateTimeField(db_index=True)


class PartnerCursor(models.Model):
    """The number of the last outbox item taken from a partner that is polled."""

    party = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
