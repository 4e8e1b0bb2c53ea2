"""What another State may be asked: its word, its meaning, and how the forms for it speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.exchange.names import ABOUT_DATA
from comity.node.cases.severity import EMERGENCY, PRESERVATION, URGENT

NORMAL: Final = "normal"

_URGENT: Final = frozenset({PRESERVATION, "partial-disclosure"})
"""Measures that exist to be quick: data that are deleted soon."""


def first_urgency(measure: str, proposed: str = "") -> str:
    """Return the urgency that a request's form begins with.

    An emergency is one by its measure, whatever a template or the note of a call proposes.

    Args:
        measure: that is asked for.
        proposed: by what the request is begun out of; empty where nothing proposes one.
    """
    if measure == EMERGENCY:
        return EMERGENCY
    return proposed or (URGENT if measure in _URGENT else NORMAL)


@dataclass(frozen=True)
class Speech:
    """How the form for what is asked speaks to the officer.

    Attributes:
        title: of the section.
        label, hint: of its description.
    """

    title: Any
    label: Any
    hint: Any


DATA: Final = Speech(
    _("Which data"),
    _("Which data are meant"),
    _("So exact that the provider can find them."),
)
PERSON: Final = Speech(
    _("Persons and tasks"),
    _("Person and task"),
    _("The person, where they are, and what is to be done, how and when."),
)
PROPERTY: Final = Speech(
    _("Which property"),
    _("Which property is meant, and what is to be done"),
    _("Description, location and value, as far as known."),
)
ACT: Final = Speech(
    _("Task"),
    _("Exact task"),
    _("So exact that the other authority can begin at once."),
)


@dataclass(frozen=True)
class Group:
    """Measures that an officer looks for together."""

    title: Any
    speech: Speech
    measures: tuple[str, ...]


GROUPS: Final = (
    Group(
        _("Data"),
        DATA,
        ABOUT_DATA,
    ),
    Group(
        _("Persons and hearings"),
        PERSON,
        ("video-hearing", "service-of-documents", "witness-transfer", "extradition"),
    ),
    Group(_("Property"), PROPERTY, ("freezing", "confiscation")),
    Group(
        _("Cooperation"),
        ACT,
        ("police-cooperation", "joint-investigation", "transfer-of-proceedings", "mla-other"),
    ),
    Group(_("Assistance to victims"), ACT, ("removal-of-material", "victim-assistance")),
)
SPEECH: Final[Mapping[str, Speech]] = {
    measure: group.speech for group in GROUPS for measure in group.measures
}
DELIVERS: Final = frozenset(
    {
        "partial-disclosure",
        "subscriber-data",
        "stored-data",
        "search",
        "realtime-traffic",
        "content-interception",
        "emergency",
        "video-hearing",
        "police-cooperation",
        "joint-investigation",
        "mla-other",
    }
)
"""Measures that may bring evidence: their form asks for the key to seal it to."""
