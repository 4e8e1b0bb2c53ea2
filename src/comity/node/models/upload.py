"""A package that an officer of this office is handing in, part by part."""

from django.db import models


class Upload(models.Model):
    """What was promised; the bytes lie in the vault's incoming folder under the identifier."""

    id = models.CharField(max_length=32, primary_key=True)
    """128 random bits, hex; it names the upload and gives no right to it."""
    root = models.CharField(max_length=71)
    conversation = models.CharField(max_length=71)
    offer = models.JSONField()
    size_bytes = models.PositiveBigIntegerField()
    acquired = models.CharField(max_length=2000, blank=True)
    officer = models.CharField(max_length=64)
    """Opaque identifier of who began it; nobody else may go on."""
    begun_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    name = models.CharField(max_length=255, blank=True)
    """Of the file, as the browser told it; foreign."""
    fingerprint = models.CharField(max_length=64, blank=True)
    """SHA-256 of name, size and both ends: after a break the same file is chosen again."""
