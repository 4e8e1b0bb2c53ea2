"""What another State may be asked: its word, its meaning, and how the forms for it speak."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from comity.exchange.names import ABOUT_DATA
from comity.node.cases.severity import EMERGENCY, PRESERVATION, URGENT

NORMAL: Final = "normal"

MEASURE: Final = {
    "preservation": _("Preservation of data"),
    "partial-disclosure": _("Quick disclosure of traffic data"),
    "subscriber-data": _("Data about a subscriber"),
    "stored-data": _("Stored data"),
    "search": _("Search and seizure"),
    "realtime-traffic": _("Live traffic data"),
    "content-interception": _("Interception of content"),
    "emergency": _("Data in an emergency"),
    "video-hearing": _("Hearing by video"),
    "service-of-documents": _("Service of documents"),
    "witness-transfer": _("Transfer of a witness in custody"),
    "extradition": _("Extradition"),
    "freezing": _("Freezing or seizure of property"),
    "confiscation": _("Confiscation of property"),
    "police-cooperation": _("Police cooperation"),
    "joint-investigation": _("Joint investigation"),
    "transfer-of-proceedings": _("Transfer of a case"),
    "mla-other": _("Other legal assistance"),
    "removal-of-material": _("Removal of material"),
    "victim-assistance": _("Help for victims"),
}
MEASURE_MEANS: Final = {
    "preservation": _(
        "The other State is asked to keep data from being deleted while a formal request is"
        " prepared. It can go with one officer's signature; the second is then due within 24 hours."
    ),
    "partial-disclosure": _(
        "The other State is asked for as much traffic data as it takes to find the other providers"
        " and the path of a communication. Two officers sign."
    ),
    "subscriber-data": _(
        "The other State is asked for what a provider knows about its customer. Two officers sign."
    ),
    "stored-data": _("The other State is asked to hand over stored data. Two officers sign."),
    "search": _(
        "The other State is asked to search a system and to secure the data found there."
        " Two officers sign."
    ),
    "realtime-traffic": _(
        "The other State is asked to collect the traffic data of named communications while they"
        " take place. Two officers sign."
    ),
    "content-interception": _(
        "The other State is asked to record the content of named communications. Two officers sign."
    ),
    "emergency": _(
        "The other State is asked for data at once because a life is in danger: say whose, and how."
        " It can go with one officer's signature; the second is then due within 24 hours."
    ),
    "video-hearing": _(
        "The other State is asked to let a witness, victim or expert be heard by video."
        " Two officers sign."
    ),
    "service-of-documents": _(
        "The other State is asked to hand court documents to a person. Two officers sign."
    ),
    "witness-transfer": _(
        "The other State is asked to let a person in custody come for a time to give evidence."
        " Two officers sign."
    ),
    "extradition": _(
        "The other State is asked to surrender a person for trial or punishment. Two officers sign."
    ),
    "freezing": _("The other State is asked to freeze or seize property. Two officers sign."),
    "confiscation": _(
        "The other State is asked to make or carry out an order that takes property away for good."
        " Two officers sign."
    ),
    "police-cooperation": _(
        "The police of the other State are asked for inquiries or information. Two officers sign."
    ),
    "joint-investigation": _(
        "The other State is asked to investigate together with us. Two officers sign."
    ),
    "transfer-of-proceedings": _(
        "The other State is asked to take over a criminal case: say why that serves justice."
        " Two officers sign."
    ),
    "mla-other": _(
        "The other State is asked for other legal assistance: say exactly what is to be done."
        " Two officers sign."
    ),
    "removal-of-material": _(
        "The other State is asked to have abuse material or intimate images removed or blocked."
        " Two officers sign."
    ),
    "victim-assistance": _(
        "The other State is asked to give a victim help, protection or access to compensation."
        " Two officers sign."
    ),
}
IN_EMERGENCY: Final = _(
    "If the request says that it is an emergency, one officer's signature is enough to send it; the"
    " second is then due within 24 hours."
)
"""Of the measures for which two officers sign otherwise."""


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
    _("Who, and what is to be done"),
    _("Who is meant, and what is to be done"),
    _("The person, where they are, and what is to be done, how and when."),
)
PROPERTY: Final = Speech(
    _("Which property"),
    _("Which property is meant, and what is to be done"),
    _("What it is, where it is and what it is worth, as far as known."),
)
ACT: Final = Speech(
    _("What is to be done"),
    _("What exactly is to be done"),
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
    Group(_("Help for victims"), ACT, ("removal-of-material", "victim-assistance")),
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
