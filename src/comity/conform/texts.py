"""What the scripted peer writes into sections: plain English, about nobody."""

from datetime import datetime, timedelta
from typing import Any

from comity.canonical import time_text


def text(words: str) -> dict[str, str]:
    """Return a text that says its language."""
    return {"lang": "en", "text": words}


def note(words: str = "A note.") -> dict[str, Any]:
    """Return section ``note`` by its name; its text says that it is of the kit."""
    return {"note": {"text": text(f"Conformance kit: {words}")}}


def request(measure: str = "subscriber-data", urgency: str = "normal") -> dict[str, Any]:
    """Return the sections of a request."""
    return {
        "request": {
            "measure": measure,
            "basis": [{"instrument": "untoc-2000", "article": "18", "status": "in-force"}],
            "urgency": urgency,
            "reference": "CONFORMANCE-1",
            "confidential": False,
            "links": [],
        },
        "subject": {
            "description": text("Records of an invented mailbox."),
            "accounts": [{"service": "mail.example", "identifier": "nobody@example.net"}],
            "period": None,
        },
        "grounds": {
            "offence": text("An invented offence."),
            "facts": text("This is a test message of the conformance kit."),
            "necessity": text("Nothing is needed; this is an exercise."),
        },
    }


def information() -> dict[str, Any]:
    """Return section ``information`` by its name."""
    told = {
        "summary": text("An exercise of the conformance kit."),
        "confidential": False,
        "purpose_limit": None,
    }
    return {"information": told}


def need(now: datetime, *, follows: str | None = None) -> dict[str, Any]:
    """Return section ``need`` by its name."""
    told = {
        "matter": "A test of the conformance kit",
        "description": text("Nothing is needed."),
        "topics": ["experts"],
        "form": "other",
        "reference": "CONFORMANCE-2",
        "review_by": time_text(now + timedelta(days=30)),
        "follows": follows and {"conversation": follows},
    }
    return {"need": told}


def help_(now: datetime) -> dict[str, Any]:
    """Return section ``help`` by its name."""
    told = {**need(now)["need"], "terms": None, "until": None}
    return {"help": told}


def places(now: datetime) -> dict[str, Any]:
    """Return section ``places`` by its name."""
    told = {
        "matter": "A course that is not held",
        "description": text("Nobody need come."),
        "topics": ["methods"],
        "places": 1,
        "where": "Nowhere",
        "languages": ["en"],
        "begins": time_text(now + timedelta(days=60)),
        "ends": time_text(now + timedelta(days=61)),
        "nominate_by": time_text(now + timedelta(days=30)),
        "requirements": None,
        "reference": "CONFORMANCE-3",
    }
    return {"places": told}


def table(now: datetime) -> dict[str, Any]:
    """Return section ``table`` by its name."""
    told = {
        "matter": "A round table that is not held",
        "description": None,
        "topics": ["experts"],
        "begins": time_text(now + timedelta(days=60)),
        "ends": None,
        "where": "Nowhere",
        "answer_by": time_text(now + timedelta(days=30)),
        "agenda": [{"number": 1, "title": "Nothing", "duration_minutes": 10}],
        "documents": None,
        "reference": "CONFORMANCE-4",
    }
    return {"table": told}


def minutes(now: datetime, party: str) -> dict[str, Any]:
    """Return section ``minutes`` by its name."""
    action = {"number": 1, "what": "Nothing", "party": party}
    action["due_by"] = time_text(now + timedelta(days=90))
    told = {"items": [{"number": 1, "text": text("Nothing was said.")}], "actions": [action]}
    return {"minutes": told}
