"""A row of an office's own register that was taken over, so that it is taken over once."""

from django.db import models


class ImportedRow(models.Model):
    """One row of one file; the file is known by the digest of its bytes."""

    source = models.CharField(max_length=71)
    place = models.CharField(max_length=200)
    """Number of the row and name of the sheet."""

    class Meta:
        """A row of a file is taken over once."""

        constraints = (models.UniqueConstraint(fields=("source", "place"), name="imported_row"),)
