"""A session of the pages: whose it is, so that it can be listed and ended."""

from datetime import UTC, datetime
from typing import Any, Final

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

SIGNED: Final = "signed-in"
"""Where a session keeps when, and by which means, its person signed in."""


class DeskSession(AbstractBaseSession):
    """A browser that is signed in, or is about to be."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True)
    """None until somebody has signed in."""
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    way = models.CharField(max_length=20, blank=True)
    """By which means the person came in: a word of `comity.node.people.signin.sessions`."""
    client = models.CharField(max_length=200, blank=True)
    """What the browser calls itself."""

    @classmethod
    def get_session_store_class(cls) -> Any:
        """Return the store of these rows."""
        return SessionStore


class SessionStore(db.SessionStore):
    """The store that Django's setting ``SESSION_ENGINE`` names."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return the model of a row."""
        return DeskSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """Return a row with what the lists of sessions show."""
        row: Any = super().create_model_instance(data)
        signed = data.get(SIGNED)
        if SESSION_KEY in data and isinstance(signed, dict):
            row.user_id = int(data[SESSION_KEY])
            row.started_at = datetime.fromtimestamp(signed["at"], UTC)
            row.seen_at = datetime.fromtimestamp(signed["seen"], UTC)
            row.way, row.client = signed["way"], signed["client"]
        return row
