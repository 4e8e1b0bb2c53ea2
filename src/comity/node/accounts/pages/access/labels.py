"""Words for who may see what."""

from typing import Final

from django.utils.translation import gettext_lazy as _

FAULT: Final = {
    "case-not-here": _("This office has no such case."),
    "officer-unfit": _("Choose a colleague in office who may read cases."),
    "outside-compartment": _("The officer is not in the compartment of this case."),
    "compartment": _("The compartment needs a name, and members while cases stand in it."),
    "glass-reason": _("Say in 10 to 1,000 characters why you need the case."),
    "glass-needless": _("You can see this case already."),
    "notice-unknown": _("This notice does not wait for you."),
    "last-administrator": _(
        "Nobody else could look after people then. First give somebody else a role that may."
    ),
    "role-unknown": _("Choose a role."),
    "account-name": _("The name is taken already."),
    "account-name-empty": _("Give a name to sign in with."),
    "account-name-long": _("The name is too long: it has at most 150 characters."),
    "account-name-unfit": _(
        "Leave out invisible characters, and spaces before and after the name."
    ),
    "account-unknown": _("There is no such account."),
    "own-account": _("Somebody else who looks after people confirms your account."),
    "factor-reset": _(
        "Only somebody else's second factors, and only once you have made sure who asks."
    ),
    "heir-unfit": _("Say who takes it over: a colleague in office who has the right to it."),
    "leaving-step": _("This line cannot be done now: something of it is still open."),
}
OPENNESS: Final = {
    "office": _("Open to the office"),
    "restricted": _("Restricted to the officers assigned"),
}
STEP: Final = {
    "cases": _("Hand over the cases"),
    "jobs": _("Give the translation jobs to another translator"),
    "watch": _("End the shift, and put somebody else into the roster"),
    "account": _(
        "Close the account, every way into it, its compartments and its telephone numbers"
    ),
    "certificate": _("Remove the certificate and the passkey"),
    "keys": _("Change the keys and passwords of the node that this person knew"),
    "shares": _("Take back shares of the recovery key, or make new shares"),
}
"""Lines of the checklist of somebody who leaves."""
