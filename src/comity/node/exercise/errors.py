"""The ways in which an exercise cannot be held, joined or played here."""

from comity.canonical import MisuseError
from comity.node.core.http_errors import Conflict, NotFound


class ExerciseLiveError(NotFound, MisuseError, code="exercise-live"):
    """This node is live; exercises are held on a node of their own, in exercise mode."""


class ExerciseError(MisuseError, code="exercise"):
    """An exercise cannot be made, begun or changed in this way; says why."""


class LessonWithdrawnError(Conflict, MisuseError, code="lesson-withdrawn"):
    """The lesson was withdrawn: it is not corrected, done or withdrawn again."""


class ScenarioUnknownError(MisuseError, code="scenario-unknown"):
    """There is no scenario of this name, neither built-in nor this office's own."""


class JoinError(MisuseError, code="exercise-join"):
    """A player cannot join: no team has this code, or the name, the role or the number is wrong.

    The fact ``why`` is `code`, `name`, `role`, `full`, `taken` or `number`.
    """


class FloodError(MisuseError, code="exercise-flood"):
    """A player exceeded the rate limit of an exercise. Nothing was recorded."""


class DeedError(MisuseError, code="exercise-deed"):
    """A player names what is not before them, or does what cannot be done now."""


class AnswerFormError(MisuseError, code="exercise-answer"):
    """An answer is not of the form that the task asks for; it costs no try."""


class QuizPaperError(MisuseError, code="exercise-test"):
    """The short test of an exercise cannot be answered now, or not by this person.

    The fact ``why`` is `none` (the scenario has no test), `moment` (none of the two), `begun`
    (nobody answers the first once the exercise has begun), `not-over` (nor the second before the
    end), `handed-in` (the second is answered once), or `closed`.
    """


class ScenarioStaleError(Conflict, MisuseError, code="scenario-stale"):
    """Another person saved this scenario first; nothing was saved, and both are shown."""


class ScenarioTakenError(Conflict, MisuseError, code="scenario-taken"):
    """There is a scenario of this name already; nothing is replaced by a copy or an upload."""
