"""Whether exercises may be held on this node: never on a live one."""

from django.conf import settings

from comity.node.exercise.errors import ExerciseLiveError

EXERCISE = "exercise"


def held_here() -> bool:
    """Tell whether this node is in exercise mode; without a node's folder it is not."""
    return settings.CONFIG is not None and settings.CONFIG.mode == EXERCISE


def require() -> None:
    """Refuse on a live node.

    Raises:
        ExerciseLiveError: it is one.
    """
    if not held_here():
        raise ExerciseLiveError("this node is live; hold exercises on a node in exercise mode")
