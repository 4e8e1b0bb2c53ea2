"""What lets an ordinary client of tlog-tiles read this node's logs on behalf of a party."""

from django.db import models


class LogToken(models.Model):
    """The token itself is told once; only its digest is kept."""

    digest = models.CharField(max_length=64, primary_key=True)
    """SHA-256 of the token, hex. A token has 256 random bits, so no slow hash is needed."""
    party = models.CharField(max_length=64, db_index=True)
    kid = models.CharField(max_length=64)
    """The transport key that asked for it; it counts no longer than that key."""
    expires_at = models.DateTimeField()
