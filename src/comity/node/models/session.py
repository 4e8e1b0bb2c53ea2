"""A session of the pages: whose it is, so that it can be listed and ended."""

from typing import Any

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class DeskSession(AbstractBaseSession):
    """A browser that is signed in, or is about to be."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True)
    """None until somebody has signed in."""
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=20, blank=True)
    """By which means the person came in: a word of `comity.node.signin.sessions`."""
    client = models.CharField(max_length=200, blank=True)
    """What the browser calls itself."""

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store of these rows."""
        from comity.node.signin.store import SessionStore

        return SessionStore
