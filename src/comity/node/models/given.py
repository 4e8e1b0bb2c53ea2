"""Which bytes of a package of ours a party was given."""

from django.db import models


class GivenBytes(models.Model):
    """The union of all ranges that one party was given, until it is given them again."""

    root = models.CharField(max_length=71)
    party = models.CharField(max_length=64)
    spans = models.JSONField()
    """Disjoint [start, end) in order, end not included."""
    is_served = models.BooleanField(default=False)
    """Whether the log says of these that the package was served."""
    is_whole = models.BooleanField(default=False)
    """Whether the party confirmed that it has all, or a file with all was made for it."""
    changed_at = models.DateTimeField()

    class Meta:
        """One row for each package and party."""

        constraints = (
            models.UniqueConstraint(fields=("root", "party"), name="given_bytes_package_party"),
        )
