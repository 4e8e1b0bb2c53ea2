"""Failures to sign in, counted by name and address together, and by address."""

from django.db import models


class SignInFailure(models.Model):
    """Failures under one name at one address, whether or not somebody has it, or from one."""

    key = models.CharField(max_length=64, primary_key=True)
    """Of name or address only a digest under the node's secret is kept, hex."""
    account = models.CharField(max_length=64, blank=True, db_index=True)
    """Digest of the name, where one was given; an administrator opens it by that."""
    failures = models.PositiveIntegerField(default=0)
    since = models.DateTimeField(db_index=True)
    """When the counting began; after a quarter of an hour it begins anew."""
    locked_until = models.DateTimeField(null=True)
