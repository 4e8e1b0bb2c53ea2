"""What lets a program in on behalf of a person."""

from django.conf import settings
from django.db import models


class ApiToken(models.Model):
    """The token itself is shown once; only its digest is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    """SHA-256 of the token, hex. A token has 256 random bits, so no slow hash is needed."""
    label = models.CharField(max_length=60)
    scopes = models.JSONField(default=list)
    """Names of rights. What is not named is not allowed, whatever the person may."""
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    """None only for tokens made before they had to end."""
    used_at = models.DateTimeField(null=True)
