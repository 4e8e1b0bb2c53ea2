"""The roster of an office: shifts that come every week, and changes."""

from django.db import models


class WeeklyShift(models.Model):
    """Comes every week at readings of a wall clock; people by officer identifier."""

    weekday = models.PositiveSmallIntegerField()
    """On which it begins, 0 for Monday."""
    begins = models.TimeField()
    ends = models.TimeField()
    """On the next day, unless later than the begin."""
    zone = models.CharField(max_length=64)
    officer = models.CharField(max_length=64)
    second = models.CharField(max_length=64, blank=True)
    deputy = models.CharField(max_length=64, blank=True)
    first = models.DateField(null=True)
    last = models.DateField(null=True)


class RosterChange(models.Model):
    """Another crew for a time; the newest counts."""

    begins = models.DateTimeField()
    ends = models.DateTimeField(db_index=True)
    officer = models.CharField(max_length=64)
    second = models.CharField(max_length=64, blank=True)
    deputy = models.CharField(max_length=64, blank=True)
