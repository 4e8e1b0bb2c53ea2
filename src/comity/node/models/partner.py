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


class PartnerCursor(models.Model):
    """The number of the last outbox item taken from a partner that is polled."""

    party = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveBigIntegerField(default=0)
