"""Failures to sign in, counted by name and by address."""

from django.db import models


class SignInFailure(models.Model):
    """Failures under one name, whether or not somebody has it, or from one address."""

    key = models.CharField(max_length=64, primary_key=True)
    """Of name or address only a digest under the node's secret is kept, hex."""
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)
    """When the counting began; after a quarter of an hour it begins anew."""
    locked_until = models.DateTimeField(null=True)
