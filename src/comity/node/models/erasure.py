"""An erasure whose traces in the node's files are still to be removed."""

from django.db import models


class Erasure(models.Model):
    """Written in the transaction that erases; done once nothing of the words is in any file.

    The words are gone from every table with the transaction. Files lag behind: a bundle made
    before, the journal of the database, the segments of the index of words.
    """

    subject = models.CharField(max_length=120)
    """Name of the record, ``sort:key``."""
    case = models.CharField(max_length=40, blank=True)
    """Whose bundles go with it; empty where no case was erased."""
    at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, db_index=True)
