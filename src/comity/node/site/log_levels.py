"""Levels of what the log says of requests: a warning is for what an operator has to act on."""

import logging
from typing import Final

_CLIENTS: Final = range(400, 500)
"""Statuses that say that a request, and not the node, is at fault (RFC 9110, section 15.5)."""


class OrdinaryRefusals(logging.Filter):
    """Lowers what Django says of a refused request to INFO, on one line.

    Scanners, ended sessions and mistyped addresses are no work for an operator. Django logs them as
    warnings, and a name of host that is not the node's as an error with a traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Lower the level of a record of Django's about a refused request; keep every record."""
        status = getattr(record, "status_code", None)
        if record.name.startswith("django.") and status in _CLIENTS:
            record.levelno, record.levelname = logging.INFO, logging.getLevelName(logging.INFO)
            record.exc_info = record.exc_text = None
        return True
