"""The last time that somebody outside reached this node at the address that partners use."""

from django.db import models


class OutsideContact(models.Model):
    """One row a partner, and one for the page *Test request*, whose party is empty."""

    party = models.CharField(max_length=64, primary_key=True)
    address = models.CharField(max_length=2048)
    """Scheme, host and port as the directory listed them then."""
    at = models.DateTimeField()
