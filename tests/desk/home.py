"""What the office that is asked has done at home, for the tests of its pages."""

from typing import Any

from tests.api.nodes import Pair, eventually, preservation_request, text


def asked_case(pair: Pair) -> dict[str, Any]:
    """Return a request that has just come in: conversation and case."""
    sent = pair.asking.say(preservation_request())
    digest = sent["conversation"]
    eventually(lambda: pair.asked.call("approver", "GET", f"/conversations/{digest}").is_success)
    return dict(pair.asked.ok("approver", "GET", f"/conversations/{digest}"))


def act(pair: Pair, name: str, said: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Do an act at the asked office by the API; return the item."""
    item = more.pop("item", "")
    path = f"/docket/{item}" if item else "/docket"
    body = {"act": name, "said": said, **more}
    return dict(pair.asked.ok("author", "POST", path, json=body))


def provider(name: str = "Mail ZA") -> dict[str, Any]:
    return {
        "name": name,
        "legal_name": "Mail ZA (Pty) Ltd",
        "country": "za",
        "contacts": [{"channel": "portal", "address": "https://orders.mail.example"}],
        "accepts": ["Orders of a magistrate"],
        "retention": [{"data": "Log of connections", "days": 90, "source": "Their guide, 2026"}],
        "tells_its_users": "unknown",
        "source": "Guide for law enforcement",
        "as_of": "2026-10-01T00:00:00Z",
    }


def order(item: str | None = None, until: str = "2027-03-01T00:00:00Z") -> dict[str, Any]:
    return {
        "addressee": "Mail ZA",
        "provider": item,
        "measure": "preservation",
        "legal_basis": "Cybercrimes Act, section 41",
        "issued_by": "Magistrate Dlamini",
        "number": "77/2026",
        "issued_at": "2026-11-20T00:00:00Z",
        "until": until,
        "what": text("Keep the mailbox as it is."),
    }


def slip(due: str | None = "2026-12-01T00:00:00Z") -> dict[str, Any]:
    return {"to": "Cyber unit, Pretoria", "task": text("Serve the order."), "due": due}


def translation(source: str, assigned: str | None, what: str = "grounds/facts") -> dict[str, Any]:
    return {
        "source": source,
        "what": what,
        "source_language": "en",
        "target_language": "ar",
        "due": "2026-12-05T00:00:00Z",
        "cost": {"amount_minor": 90_000, "currency": "ZAR"},
        "assigned": assigned,
    }


def furnished(pair: Pair) -> dict[str, Any]:
    """Return a case with one item of each kind that officers meet, and the identifiers."""
    found = asked_case(pair)
    case, digest = found["case"], found["conversation"]
    translator = pair.asked.ok("translator", "GET", "/me")["officer"]
    kept = act(pair, "provider.entered", provider())
    authority = {
        "party": "sn/prosecutor-dakar",
        "name": "Parquet de Dakar",
        "functions": ["prosecutor"],
        "contacts": [{"channel": "e-mail", "address": "parquet@justice.example"}],
        "languages": ["fr"],
        "source": "Note verbale 12/2026",
        "as_of": "2026-01-10T00:00:00Z",
    }
    listed = pair.asked.ok("author", "GET", "/docket?kind=authority")["items"]
    office = listed[0] if listed else act(pair, "authority.entered", authority)
    contact = {"at": "2026-11-02T09:00:00Z", "channel": "phone", "outcome": "no-answer"}
    act(pair, "authority.contacted", contact, item=office["item"])
    checked = {
        "conversation": digest,
        "answers": [
            {"question": "legality", "answer": "satisfied", "reasons": None},
            {"question": "discrimination", "answer": "unknown", "reasons": text("Not told.")},
        ],
        "conclusion": "ask-first",
        "reasons": text("One question is open."),
    }
    source = found["timeline"][0]["content"]
    return {
        "case": case,
        "conversation": digest,
        "provider": kept["item"],
        "order": act(pair, "order.issued", order(kept["item"]), case=case)["item"],
        "slip": act(pair, "referral.sent", slip(), case=case)["item"],
        "rights": act(pair, "rights.recorded", checked, case=case)["item"],
        "job": act(pair, "translation.asked", translation(source, translator), case=case)["item"],
    }
