"""Words for what programs may do."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.node.core.labels import read_labels
from comity.node.people.permissions import Right

_TABLES: Final = read_labels(__package__)
RIGHT: Final = _TABLES["right"]
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
EVENT: Final = _TABLES["event"]
STAGE: Final = _TABLES["stage"]
FAULT: Final = _TABLES["fault"]
