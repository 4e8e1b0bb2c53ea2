"""Failures to sign in, counted by name."""

from django.db import models


class SignInFailure(models.Model):
    """Failures in a row under one name, whether or not somebody has it."""

    name = models.CharField(max_length=150, primary_key=True)
    failures = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField()
    locked_until = models.DateTimeField(null=True)
