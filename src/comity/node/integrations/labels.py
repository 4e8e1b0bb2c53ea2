"""Words for what programs may do."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.people.permissions import Right

RIGHT: Final = {
    Right.SELF: _("See who I am and my certificate"),
    Right.READ_CASES: _("See that cases exist: types, parties, moments, states"),
    Right.READ_CONTENT: _("Read what cases and mail say"),
    Right.DRAFT: _("Prepare messages, take mail in"),
    Right.APPROVE: _("Hand in a signature made elsewhere"),
    Right.OVERRIDE: _("Go on in spite of a rule of law"),
    Right.SEND: _("Send messages"),
    Right.EVIDENCE: _("Hand in, fetch and describe evidence"),
    Right.MARK: _("Set and lift markers of sensitive material"),
    Right.SHOW_MARKED: _("See what is marked as sensitive"),
    Right.CONFIRM_DESTRUCTION: _("Confirm that evidence is destroyed"),
    Right.EXPORT: _("Take court bundles out"),
    Right.ABUSE_MATERIAL: _("Take abuse material out as bytes"),
    Right.CERTIFICATES: _("Put officers' certificates in force"),
    Right.READ_OUTBOX: _("See what waits to be delivered"),
    Right.RETRY: _("Try a delivery again"),
    Right.READ_HEALTH: _("See how the node is"),
    Right.READ_AUDIT: _("Read the audit"),
    Right.READ_DIRECTORY: _("Read the list of authorities"),
    Right.STATISTICS: _("Read and release statistics"),
    Right.SETTINGS: _("Change what the office sets"),
    Right.READ_DOCKET: _("See what waits inside our State"),
    Right.DOCKET: _("Record what is done inside our State"),
    Right.TRANSLATE: _("Take and deliver translations"),
    Right.READ_DUTY: _("See who is on duty, and alarms"),
    Right.ACKNOWLEDGE: _("Acknowledge alarms"),
    Right.ROSTER: _("Change the roster"),
    Right.CALL_OUT: _("Read how colleagues are reached"),
    Right.TEST_NOTICES: _("Send test notices"),
    Right.ASSIGN: _("Assign cases, restrict and open them"),
    Right.UNASSIGNED: _("See cases that nobody is assigned to"),
    Right.BREAK_GLASS: _("Open a case in need"),
    Right.EVERY_CASE: _("See that restricted cases exist"),
    Right.NOTICES: _("Confirm notices of cases opened in need"),
    Right.PEOPLE: _("Look after people and roles"),
    Right.WATCH: _("See the watch"),
    Right.CALL: _("Note telephone calls and shifts"),
    Right.TOKENS: _("Make and revoke my tokens"),
    Right.HOOKS: _("Look after my webhooks"),
    Right.PRIVACY: _("See the registers of data protection"),
    Right.HOLDINGS: _("Look up what is held about a person"),
    Right.SEARCH: _("Search the whole register"),
    Right.BACKUP: _("Make and check backups"),
    Right.ASSISTANCE: _("Read the board of needs and offers"),
    Right.SOLUTIONS: _("Keep, offer and take technical solutions"),
    Right.TRAIN: _("Hold exercises: scenarios, teams, points and reports"),
    Right.PLAY: _("Play in an exercise"),
}
"""What a right lets a program do, in the officers' words."""
_OFFICE: Final = frozenset(
    {
        Right.ACKNOWLEDGE,
        Right.CALL_OUT,
        Right.DOCKET,
        Right.HOLDINGS,
        Right.PRIVACY,
        Right.READ_DOCKET,
        Right.READ_DUTY,
        Right.ROSTER,
        Right.STATISTICS,
        Right.TEST_NOTICES,
        Right.TRANSLATE,
    }
)
_EXERCISES: Final = frozenset({Right.TRAIN, Right.PLAY})
_STATES: Final = frozenset({Right.READ_DIRECTORY})
_NODE: Final = frozenset(
    {
        Right.BACKUP,
        Right.CERTIFICATES,
        Right.PEOPLE,
        Right.READ_AUDIT,
        Right.READ_HEALTH,
        Right.READ_OUTBOX,
        Right.RETRY,
        Right.SETTINGS,
    }
)
_OWN: Final = frozenset({Right.HOOKS, Right.SELF, Right.TOKENS})
_WORK: Final = frozenset(Right) - _OFFICE - _EXERCISES - _STATES - _NODE - _OWN
GROUPS: Final = (
    (_("Work"), _WORK),
    (_("Office"), _OFFICE),
    (_("Exercises and training"), _EXERCISES),
    (_("States and law"), _STATES),
    (_("Node"), _NODE),
    (_("My account"), _OWN),
)
"""Rights under titles; what is one's own stands last."""
EVENT: Final = {
    "case.moved": _("A case moved"),
    "message.came": _("A message came"),
    "item.due": _("Something falls due"),
}
"""What a webhook is told of."""
STAGE: Final = {
    "queued": _("waits"),
    "sent": _("taken"),
    "failed": _("given up"),
}
FAULT: Final = {
    "hook-address": _(
        "Nothing may be sent there: the address is https:// and a host that the operator named."
    ),
    "hook-field": _("Give a name that can be printed, and choose what it is told."),
    "hook-many": _("You have too many webhooks. End those that nobody uses."),
    "hook-inside": _("The host lies inside; the operator has not allowed that."),
    "hook-refused": _("The receiver did not take it."),
    "hook-gone": _("The receiver says that it is gone for good."),
    "hook-silent": _("The receiver does not answer, or its certificate is not good."),
}
