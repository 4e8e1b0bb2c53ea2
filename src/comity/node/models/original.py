"""An original that came by mail or on paper, kept whole."""

from django.db import models


class Original(models.Model):
    """The bytes under their SHA-256; they stay in this office, and go with a backup."""

    digest = models.CharField(max_length=71, primary_key=True)
    """``sha256:`` and the digest of the bytes, as `sha256sum` prints it."""
    name = models.CharField(max_length=255)
    """As it came; foreign."""
    size_bytes = models.PositiveBigIntegerField()
    data = models.BinaryField()
    reading = models.JSONField(null=True)
    """What a program read in it; claimed by whoever wrote it."""
    came_at = models.DateTimeField()
    by = models.CharField(max_length=150)
