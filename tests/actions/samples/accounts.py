"""Acts on people, and on who may see what."""

from typing import Any, Final

from tests.actions.sample import Made, Sample


def _officer(who: str) -> Any:
    from comity.node.models import Officer

    return Officer.objects.get(user__username=who)


def _others(_made: Made) -> dict[str, Any]:
    return {"other": _officer("approver").identifier}


def _newest_case(made: Made) -> dict[str, Any]:
    """Find the newest case: what has the number after it is not there."""
    from comity.node.models import Conversation

    numbers = Conversation.objects.values_list("case", flat=True)
    return {**_others(made), "newest": max(numbers)}


def _restricted(made: Made) -> dict[str, Any]:
    """Close the case to whoever is not assigned, and hide it from the person on duty."""
    from comity.node.core.clock import now
    from comity.node.models import CaseOfficer
    from comity.node.people.access import case_access

    case_access.set_openness(
        made["case"], "restricted", officer=_officer("author"), at=now(), by="author"
    )
    CaseOfficer.objects.filter(case=made["case"], officer=_officer("duty")).delete()
    return {}


def _opened(made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.models import GlassNotice
    from comity.node.people.access import emergency_access

    _restricted(made)
    emergency_access.break_glass(made["case"], _REASON, officer=_officer("duty"), at=now())
    row = GlassNotice.objects.filter(officer=_officer("author")).latest("pk")
    return {"notice": row.pk}


def _uncertified(_made: Made) -> dict[str, Any]:
    """Take a certificate away, to be kept anew."""
    from comity.canonical import decode
    from comity.node.models import Officer

    person = _officer("approver")
    value = decode(bytes(person.certificate), max_bytes=16 * 1024)
    Officer.objects.filter(pk=person.pk).update(certificate=None)
    return {"other": person.identifier, "certificate": value}


_REASON: Final = "An urgent call came about it."

SAMPLES: Final = {
    "case-access.change": Sample(
        who="author",
        first=_newest_case,
        place=lambda made: {"case": made["newest"]},
        said=lambda made: {"assign": made["other"], "openness": "office"},
        again=True,
    ),
    "glass.break": Sample(
        who="duty",
        first=_restricted,
        said=lambda made: {"case": made["case"], "reason": _REASON},
    ),
    "notice.confirm": Sample(
        who="author", first=_opened, place=lambda made: {"notice": made["notice"]}
    ),
    "person.add": Sample(who="operator", said=lambda _made: {"name": "minh", "role": "case"}),
    "person.change": Sample(
        who="operator",
        place=lambda made: {"identifier": made["identifier"]},
        said=lambda _made: {"do": "role", "role": "duty"},
        again=True,
    ),
    "compartment.set": Sample(
        who="operator",
        first=_others,
        said=lambda made: {"name": "North", "members": [made["other"]]},
        again=True,
    ),
    "officer-certificate.store": Sample(
        who="author",
        first=_uncertified,
        place=lambda made: {"identifier": made["other"]},
        said=lambda made: made["certificate"],
        again=True,
    ),
}
