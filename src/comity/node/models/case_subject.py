"""The subject that an officer gave a case, in place of the one made by rule."""

from django.db import models


class CaseSubject(models.Model):
    """A person's own words: erased with the case, and hidden by a sensitivity label in it."""

    case = models.CharField(max_length=40, primary_key=True)
    text = models.CharField(max_length=160)
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
