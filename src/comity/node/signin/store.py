"""Where sessions are kept: rows that know their person."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db

from comity.node.models import DeskSession
from comity.node.signin.sessions import SIGNED


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
