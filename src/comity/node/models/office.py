"""A setting that the office changes on screen, as opposed to the operator's file."""

from django.db import models


class OperatorSetting(models.Model):
    """A member of the operator's file as it was at the last start, by a digest under a secret."""

    name = models.CharField(max_length=40, primary_key=True)
    digest = models.CharField(max_length=16)


class OfficeSetting(models.Model):
    """One value that differs from its default, with who set it last."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
