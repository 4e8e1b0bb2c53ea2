"""What measures are called on the screen, and what each means."""

from typing import Final

from django.utils.translation import gettext_lazy as _

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
