"""What officers enter at the data-protection desk, for its tests and for walks of all pages."""

from typing import Any

from tests.api.nodes import text


def person() -> dict[str, Any]:
    """Return what act ``subject-request.received`` says."""
    return {
        "name": "Nguyễn Thị Lan",
        "contact": None,
        "on_behalf_of": None,
        "right": "access",
        "asked": text("What do you hold?"),
        "identity": "document",
        "identity_shown_by": "passport",
        "received_at": "2026-11-20T00:00:00Z",
        "due": "2026-12-20T00:00:00Z",
    }


def breach(*parties: str) -> dict[str, Any]:
    """Return what act ``breach.found`` says of data of some parties."""
    return {
        "what": text("A laptop was stolen."),
        "found_at": "2026-11-20T00:00:00Z",
        "happened_at": None,
        "data": ["identity"],
        "people": "1-10",
        "consequences": None,
        "measures": None,
        "parties": list(parties),
        "due": "2026-11-23T00:00:00Z",
    }


def release() -> dict[str, Any]:
    """Return what act ``release.begun`` says."""
    return {
        "title": "Answer to Lan",
        "recipient": "Lan",
        "purpose": text("An answer."),
        "subject_request": None,
    }
