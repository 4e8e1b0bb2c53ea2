"""A marker that this office put on an exhibit or an original: what is sensitive in it."""

from django.db import models


class Mark(models.Model):
    """It stays when it is lifted, with who did it and why; it never leaves the office."""

    class Kind(models.TextChoices):
        """What is marked."""

        EXHIBIT = "exhibit", "exhibit"
        ORIGINAL = "original", "original"

    class Marker(models.TextChoices):
        """What is sensitive in it."""

        VICTIM = "victim-data", "data of victims"
        ABUSE = "abuse-material", "child sexual abuse material"
        MEDIA = "media", "pictures or video"

    kind = models.CharField(max_length=10, choices=Kind)
    subject = models.CharField(max_length=71)
    """An exhibit's UUIDv7, or the digest text of an original."""
    marker = models.CharField(max_length=16, choices=Marker)
    reason = models.CharField(max_length=1000)
    listed = models.BooleanField(default=False)
    """Set by the list of known digests, before anybody looked."""
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_reason = models.CharField(max_length=1000, blank=True)

    class Meta:
        """A marker stands once on a thing."""

        constraints = (
            models.UniqueConstraint(
                fields=("kind", "subject", "marker"),
                condition=models.Q(lifted_at=None),
                name="mark_standing",
            ),
        )


class Viewing(models.Model):
    """Somebody saw something that is marked, or a picture, and said why."""

    id = models.CharField(max_length=32, primary_key=True)
    """128 random bits, hex; for a few minutes the address of a picture, for this person only."""
    kind = models.CharField(max_length=10, choices=Mark.Kind)
    subject = models.CharField(max_length=71, db_index=True)
    step = models.CharField(max_length=12)
    """``details``, ``blurred``, ``clearer`` or ``bytes``."""
    reason = models.CharField(max_length=1000)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
