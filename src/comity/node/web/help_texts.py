"""What a page is for, in a sentence or two that stand on the page itself."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

HELP: Final[Mapping[str, tuple[Any, ...]]] = MappingProxyType(
    {
        "watch": (
            _("What waits for somebody of this office, the most urgent first. It renews itself."),
            _("A line goes away when its work is done, never because somebody read it."),
        ),
        "calls": (
            _("Calls that the watch took: who called, who was called back, and what is to follow."),
        ),
        "call-new": (
            _("Note what is said while you speak, then call back on the directory's number."),
            _("A call stays in this office. Nothing is sent to another State from this page."),
        ),
        "cases": (
            _("A request, and all that follows from it, is a case."),
            _("You see the cases of your circle. Others may exist that you are not shown."),
        ),
        "case": (
            _("What both sides said in this case, in order of time, and how far it is proved."),
            _("Proved was checked here. Attested is what somebody signed. Unknown says so."),
        ),
        "search": (
            _("It looks through all that you may see: texts, names, numbers and digests."),
            _("Marks and vowel signs may be left out."),
        ),
        "drafts": (_("Messages that were prepared and not sent yet."),),
        "draft": (
            _("This is exactly what is signed and sent. It goes when all signatures are there."),
        ),
        "approvals": (
            _("Drafts that wait for another officer."),
            _("Read what will be signed: your signature stands for its content."),
        ),
        "mail": (
            _("What came by e-mail or on paper, beside its original."),
            _("Write it down as a message of a case, or set it aside with a reason."),
        ),
        "evidence": (
            _("Sealed packages that came, or that this office hands over."),
            _("An examiner opens them with the key, outside the browser."),
        ),
        "exports": (
            _("A court bundle holds a case as this node exports it, with its proofs."),
            _("A court checks it without a network, with a trust file that came another way."),
        ),
        "assistance": (_("What States need, what they can help with, and courses with places."),),
        "round-tables": (
            _("Meetings of several authorities, from the call to minutes that each of them signs."),
        ),
        "solutions": (
            _("Tools and rules that States give each other, signed by their authors."),
            _("This node keeps them. It never runs them."),
        ),
        "duty": (
            _("Who is on duty now and next."),
            _("An alarm that nobody acknowledges goes on to the next person."),
        ),
        "roster": (_("Who is on duty in which hours: weekly shifts, and changes to them."),),
        "docket": (
            _("What is done at home for a case: orders, slips to others, notes, letters."),
            _("Nothing of it goes to another State."),
        ),
        "jobs": (_("Texts that wait for a translator, and the day on which each is due."),),
        "exercises": (
            _("Exercises with teams and a clock of their own. Nothing in them is real."),
        ),
        "scenarios": (
            _("What happens in an exercise and when, what teams do, and what it counts."),
        ),
        "outbox": (
            _("Messages on their way to partners, and those that were given up."),
            _("What was given up stands on the watch until somebody tries it again."),
        ),
        "people": (
            _("Who may sign in, and in which role."),
            _("Each account is confirmed once a year, or closed by the list for leavers."),
        ),
        "audit": (_("Who did and who read what. No page changes or deletes a line."),),
    }
)
"""By the name of the page's address; areas with more to say give ``help`` with the page."""
