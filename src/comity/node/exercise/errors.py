"""The ways in which an exercise cannot be held, joined or played here."""

from comity.canonical import MisuseError
from comity.node.core.http_errors import Conflict, NotFound


class ExerciseLiveError(NotFound, MisuseError):
    """This node is live; exercises are held on a node of their own, in exercise mode."""

    code = "exercise-live"


class ExerciseError(MisuseError):
    """An exercise cannot be made, begun or changed in this way; says why."""

    code = "exercise"


class ScenarioUnknownError(MisuseError):
    """There is no scenario of this name, neither shipped nor this office's own."""

    code = "scenario-unknown"


class JoinError(MisuseError):
    """Nobody can join so: no team has this code, or the name, the role or the number is wrong.

    The fact ``why`` is `code`, `name`, `role`, `full`, `taken` or `number`.
    """

    code = "exercise-join"


class FloodError(MisuseError):
    """One player did more in a minute than an exercise takes; nothing of it was kept."""

    code = "exercise-flood"


class DeedError(MisuseError):
    """A player names what is not before them, or does what cannot be done now."""

    code = "exercise-deed"


class AnswerFormError(MisuseError):
    """An answer is not of the form that the task asks for; it costs no try."""

    code = "exercise-answer"


class QuizPaperError(MisuseError):
    """The short test of an exercise cannot be answered now, or not by this person.

    The fact ``why`` is `none` (the scenario has no test), `moment` (none of the two), `begun`
    (nobody answers the first once the exercise has begun), `not-over` (nor the second before the
    end), `handed-in` (the second is answered once), or `closed`.
    """

    code = "exercise-test"


class ScenarioStaleError(Conflict, MisuseError):
    """Somebody else saved this scenario meanwhile; nothing was saved, and both are shown."""

    code = "scenario-stale"


class ScenarioTakenError(Conflict, MisuseError):
    """There is a scenario of this name already; nothing is replaced by a copy or an upload."""

    code = "scenario-taken"
