"""What the codes of data protection are called, for pages, papers and programs alike."""

from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from comity.node.privacy.grounds import Exemption, Ground

CODE: Final = {
    "record_class:case-without-outcome": _("Cases without an outcome"),
    "record_class:case-without-evidence": _("Cases with an outcome, without evidence"),
    "record_class:case-with-evidence": _("Cases with evidence"),
    "record_class:mail-original": _("Mail that belongs to no case"),
    "record_class:paper": _("Papers that belong to no case"),
    "record_class:call": _("Telephone calls that belong to no case"),
    "record_class:docket-item": _("Other home records that belong to no case"),
    "record_class:draft-never-sent": _("Drafts that were never sent"),
    "record_class:audit": _("Rows of the audit"),
    "record_class:sign-in": _("Failures to sign in"),
    "record_class:notice": _("Notices to people on duty"),
    "right:access": _("To see what is held"),
    "right:rectification": _("To have it corrected"),
    "right:erasure": _("To have it erased"),
    "right:restriction": _("To have its use restricted"),
    "identity:document": _("A document"),
    "identity:representative": _("A lawyer or other representative, with a power"),
    "identity:known-to-us": _("The person is known to us"),
    "identity:not-shown": _("Not shown yet"),
    "decision:grant": _("Grant"),
    "decision:part": _("Grant in part"),
    "decision:refuse": _("Refuse"),
    "decision:neither-confirm-nor-deny": _("Neither confirm nor deny"),
    "data:identity": _("Names, dates of birth, numbers of papers"),
    "data:contact": _("Addresses and telephone numbers"),
    "data:account": _("Accounts and subscriber data"),
    "data:location": _("Location"),
    "data:content": _("Content of messages"),
    "data:traffic": _("Traffic data"),
    "data:financial": _("Bank and payment data"),
    "data:health": _("Health"),
    "data:biometric": _("Biometric or genetic data"),
    "data:criminal": _("Suspicions and convictions"),
    "data:children": _("Data of children"),
    "data:officers": _("Data of officers"),
    "people:unknown": _("Not known yet"),
    "people:none": _("Nobody"),
    "people:1-10": _("1 to 10"),
    "people:11-100": _("11 to 100"),
    "people:101-1000": _("101 to 1,000"),
    "people:more-than-1000": _("More than 1,000"),
    "standing:released": _("Released in full"),
    "standing:part": _("Released in part"),
    "standing:withheld": _("Withheld"),
    "ground:inquiries": _("It would obstruct an official or legal inquiry."),
    "ground:investigation": _("It would harm the prevention or prosecution of a crime."),
    "ground:public-security": _("Public security has to be protected."),
    "ground:national-security": _("National security has to be protected."),
    "ground:rights-of-others": _("Rights of other people have to be protected."),
    "ground:confidentiality-asked": _("Another State asked for confidentiality."),
    "ground:identity-not-shown": _("It was not shown who asks."),
    "ground:unfounded-or-excessive": _("The request is manifestly unfounded or excessive."),
    "ground:nothing-held": _("Nothing is held."),
    "ground:kept-as-evidence": _("The data have to be kept as evidence; their use is restricted."),
    "ground:accuracy-unclear": _("It cannot be told whether they are right; use is restricted."),
    "ground:duty-to-keep": _("The law obliges this office to keep them."),
}
EXEMPTION: Final = {
    "investigation": _("It would harm an investigation or prosecution."),
    "public-security": _("Public security"),
    "national-security": _("National security"),
    "person-data": _("Personal data of somebody else"),
    "source": _("It would reveal who gave information."),
    "foreign-state": _("Another State gave it under limits or in confidence."),
    "victim": _("It would reveal a victim or a witness."),
    "child": _("It concerns a child."),
    "privilege": _("Lawyer's or other professional secret"),
    "methods": _("It would reveal methods of investigation."),
    "security": _("It would weaken the security of systems."),
    "not-about": _("It is not about the person who asks."),
}


def code(name: str, value: str) -> str:
    """Return the word for a coded value of a member, or the value where it is no code."""
    return str(CODE.get(f"{name}:{value}", value))


_SOURCES: Final = {
    "domestic law on privilege and professional secrecy": _(
        "domestic law on privilege and professional secrecy"
    )
}
"""Sources in words of ours; all others are citations, and stay as they are."""


def source(one: Ground | Exemption) -> str:
    """Return where a ground or a code stands."""
    return str(_SOURCES.get(one.source, one.source))


def ground(one: Ground) -> str:
    """Return what a ground says."""
    return code("ground", one.code)


def exemption(one: Exemption) -> str:
    """Return what an exemption code says, in the page's language or in English."""
    if one.key:
        return str(EXEMPTION[one.key])
    return one.in_words((get_language() or "en").lower()) or one.code
