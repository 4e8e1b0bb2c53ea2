"""How a person of this office is reached at night: personal data, for the call-out list."""

from django.db import models


class Reached(models.Model):
    """Addresses of one officer; they stand in no log, no audit row and no error."""

    officer = models.CharField(max_length=64, primary_key=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=20, blank=True)
    """E.164; also where a gateway sends a short message."""
    other_phone = models.CharField(max_length=20, blank=True)
    head = models.BooleanField(default=False)
    """Whether the person heads the office: the last who is woken."""
