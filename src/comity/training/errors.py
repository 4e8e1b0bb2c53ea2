"""The ways in which a course, a list of people or a certificate does not hold."""

from comity.canonical import MisuseError, PeerError


class CourseError(PeerError):
    """A file of a course breaks the format; facts ``file`` and ``line`` name the place."""

    code = "course-malformed"


class CourseFileError(CourseError):
    """A file of a course is no TOML or text in UTF-8, is too large, not there, or not foreseen."""

    code = "course-file"


class CourseMemberError(CourseError):
    """A table of a course lacks a member, has a foreign one, or one of the wrong kind."""

    code = "course-member"


class CourseDuplicateError(CourseError):
    """Two lessons, questions or answers bear the same key."""

    code = "course-duplicate"


class CourseReferenceError(CourseError):
    """A question names a lesson that the course does not have, or a lesson has no question."""

    code = "course-reference"


class CourseAnswerError(CourseError):
    """A question has no right answer, too many, or one that is not among its answers."""

    code = "course-answer"


class CourseTextError(CourseError):
    """A text of a course holds what no eye sees, or is too long."""

    code = "course-text"


class CourseTextMissingError(CourseError):
    """A course lacks a language that it names, or a text in one of them."""

    code = "course-text-missing"


class CourseTextForeignError(CourseError):
    """A text of a course is the text of no lesson, question or answer."""

    code = "course-text-foreign"


class CourseCitationError(CourseError):
    """A course cites an article that the law as data does not have."""

    code = "course-citation"


class LessonScriptError(CourseError):
    """A lesson holds a script, or a link that would run one."""

    code = "lesson-script"


class LessonMarkupError(CourseError):
    """A lesson holds HTML or a form of Markdown that lessons do not have."""

    code = "lesson-markup"


class LessonLinkError(CourseError):
    """A lesson links to something other than an https address or a lesson of its course."""

    code = "lesson-link"


class LessonLinkDeadError(CourseError):
    """A lesson links to a lesson that the course does not have."""

    code = "lesson-link-dead"


class CourseUnknownError(MisuseError):
    """No course, lesson or language of that name is there."""

    code = "course-unknown"


class EnrolmentError(PeerError):
    """A list of people is no CSV, too long, or lacks a column that is needed."""

    code = "enrolment-file"


class EnrolmentEncodingError(EnrolmentError):
    """A list of people is in an encoding that cannot be told; name it."""

    code = "enrolment-encoding"


class TrainingCertificateError(PeerError):
    """A certificate of training is not of the form that the reference gives."""

    code = "training-certificate"


class TrainingModeError(PeerError):
    """A certificate of training is of the other mode: an exercise trains nobody for real."""

    code = "training-certificate-mode"


class TrainingExpiredError(PeerError):
    """A certificate of training is not valid yet, or not any more."""

    code = "training-certificate-expired"


class TrainingRevokedError(PeerError):
    """A certificate of training was withdrawn by the authority that gave it."""

    code = "training-certificate-revoked"


class StatusListError(PeerError):
    """A list of withdrawn certificates is malformed, of another authority, or not the right one."""

    code = "status-list"


class StatusListOldError(PeerError):
    """A list of withdrawn certificates is older than it says it may be used."""

    code = "status-list-old"


class CohortError(PeerError):
    """A file of a cohort is not of the form that the reference gives."""

    code = "cohort-malformed"


class CohortFullError(MisuseError):
    """A cohort would have more people than one file holds; begin another one."""

    code = "cohort-full"


class CohortCourseError(MisuseError):
    """A cohort, a result or another cohort beside it is of another course."""

    code = "cohort-course"


class ResultsError(PeerError):
    """A list of results is no CSV, too long, or lacks a column that is needed."""

    code = "training-results"


class NominationError(MisuseError):
    """A cohort has no such nomination or person, or the person cannot be answered like that."""

    code = "nomination"


class NominationOpenError(NominationError):
    """About somebody who was nominated nothing is decided, so nobody is answered yet."""

    code = "nomination-open"


class NominationMessageError(PeerError):
    """A message nominates nobody, or is of an exercise while the cohort is not."""

    code = "nomination-message"


class CourseScenarioError(CourseError):
    """A course asks for an exercise with a scenario that is not there."""

    code = "course-scenario"


class DrillReportError(PeerError):
    """A report of an exercise is malformed, of a scenario that the course does not ask for."""

    code = "training-exercise"


class ExerciseMissingError(MisuseError):
    """A course asks for an exercise, and nothing says that the person took it."""

    code = "training-exercise-missing"


class QuizAnswerError(MisuseError):
    """An answer is to a question that is not asked, or none of the kind that the question has."""

    code = "quiz-answer"


class QuizFiguresError(PeerError):
    """Figures of a test before and after an exercise, as a report holds them, cannot be read."""

    code = "quiz-figures"
