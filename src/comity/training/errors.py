"""The ways in which a course, a list of people or a certificate does not hold."""

from comity.canonical import MisuseError, PeerError


class CourseError(PeerError, code="course-malformed"):
    """A file of a course breaks the format; facts ``file`` and ``line`` name the place."""


class CourseFileError(CourseError, code="course-file"):
    """A file of a course is no TOML or text in UTF-8, is too large, not there, or not foreseen."""


class CourseMemberError(CourseError, code="course-member"):
    """A table of a course lacks a member, has a foreign one, or one of the wrong kind."""


class CourseDuplicateError(CourseError, code="course-duplicate"):
    """Two lessons, questions or answers bear the same key."""


class CourseReferenceError(CourseError, code="course-reference"):
    """A question names a lesson that the course does not have, or a lesson has no question."""


class CourseAnswerError(CourseError, code="course-answer"):
    """A question has no right answer, too many, or one that is not among its answers."""


class CourseTextError(CourseError, code="course-text"):
    """A text of a course holds what no eye sees, or is too long."""


class CourseTextMissingError(CourseError, code="course-text-missing"):
    """A course lacks a language that it names, or a text in one of them."""


class CourseTextForeignError(CourseError, code="course-text-foreign"):
    """A text of a course is the text of no lesson, question or answer."""


class CourseCitationError(CourseError, code="course-citation"):
    """A course cites an article that the law as data does not have."""


class LessonScriptError(CourseError, code="lesson-script"):
    """A lesson holds a script, or a link that would run one."""


class LessonMarkupError(CourseError, code="lesson-markup"):
    """A lesson holds HTML or a form of Markdown that lessons do not have."""


class LessonLinkError(CourseError, code="lesson-link"):
    """A lesson links to something other than an https address or a lesson of its course."""


class LessonLinkDeadError(CourseError, code="lesson-link-dead"):
    """A lesson links to a lesson that the course does not have."""


class CourseUnknownError(MisuseError, code="course-unknown"):
    """No course, lesson or language of that name is there."""


class EnrolmentError(PeerError, code="enrolment-file"):
    """A list of people is no CSV, too long, or lacks a column that is needed."""


class EnrolmentEncodingError(EnrolmentError, code="enrolment-encoding"):
    """A list of people is in an encoding that cannot be told; name it."""


class TrainingCertificateError(PeerError, code="training-certificate"):
    """A certificate of training is not of the form that the reference gives."""


class TrainingModeError(PeerError, code="training-certificate-mode"):
    """A certificate of training is of the other mode: an exercise trains no one for real."""


class TrainingExpiredError(PeerError, code="training-certificate-expired"):
    """A certificate of training is not valid yet, or not any more."""


class TrainingRevokedError(PeerError, code="training-certificate-revoked"):
    """A certificate of training was withdrawn by the authority that gave it."""


class StatusListError(PeerError, code="status-list"):
    """A list of withdrawn certificates is malformed, of another authority, or not the right one."""


class StatusListOldError(PeerError, code="status-list-old"):
    """A list of withdrawn certificates is older than it says it may be used."""


class CohortError(PeerError, code="cohort-malformed"):
    """A file of a cohort is not of the form that the reference gives."""


class CohortFullError(MisuseError, code="cohort-full"):
    """A cohort would have more people than one file holds; begin another one."""


class CohortCourseError(MisuseError, code="cohort-course"):
    """A cohort, a result or another cohort beside it is of another course."""


class ResultsError(PeerError, code="training-results"):
    """A list of results is no CSV, too long, or lacks a column that is needed."""


class NominationError(MisuseError, code="nomination"):
    """A cohort has no such nomination or person, or the person cannot be answered like that."""


class NominationOpenError(NominationError, code="nomination-open"):
    """A nominee has no decision yet, so no answer can be sent."""


class NominationMessageError(PeerError, code="nomination-message"):
    """The message has no nominees, or is from an exercise while the cohort is not."""


class CourseScenarioError(CourseError, code="course-scenario"):
    """A course asks for an exercise with a scenario that is not there."""


class DrillReportError(PeerError, code="training-exercise"):
    """A report of an exercise is malformed, of a scenario that the course does not ask for."""


class ExerciseMissingError(MisuseError, code="training-exercise-missing"):
    """A course asks for an exercise, and nothing says that the person took it."""


class QuizAnswerError(MisuseError, code="quiz-answer"):
    """An answer is to a question that is not asked, or none of the kind that the question has."""


class QuizFiguresError(PeerError, code="quiz-figures"):
    """Figures of a test before and after an exercise, as a report holds them, cannot be read."""
