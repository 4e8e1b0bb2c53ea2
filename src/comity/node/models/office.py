"""A setting that the office changes on screen, as opposed to the operator's file."""

from django.db import models


class OfficeSetting(models.Model):
    """One value that differs from its default, with who set it last."""

    name = models.CharField(max_length=40, primary_key=True)
    value = models.CharField(max_length=200)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150)
