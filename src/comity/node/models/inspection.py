"""What an examiner found inside an exhibit, kept as the canonical bytes the log names."""

from django.db import models


class InspectionRow(models.Model):
    """Evidence plaintext: names of files and people. It goes with the exhibit's bytes."""

    exhibit = models.CharField(max_length=36)
    digest = models.CharField(max_length=71)
    document = models.BinaryField()
    at = models.DateTimeField()
    by = models.CharField(max_length=150)

    class Meta:
        """One document stands once for an exhibit."""

        constraints = (
            models.UniqueConstraint(fields=("exhibit", "digest"), name="inspection_digest"),
        )
