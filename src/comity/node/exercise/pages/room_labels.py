"""The words of a team's room: what came, what was done, what it was worth."""

from typing import Final

from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from comity.node.exercise.room import Words

KIND: Final = {
    "message": _("Message of a partner"),
    "call": _("Telephone call"),
    "e-mail": _("E-mail"),
    "log-lines": _("Lines of a log"),
    "disk-image": _("Disk image"),
    "press-question": _("Question of the press"),
    "new-victim": _("New victim"),
    "lost-link": _("A link is lost"),
    "partner-refuses": _("A partner refuses"),
    "note": _("Note"),
}
PRESSING: Final = frozenset({"lost-link", "new-victim", "partner-refuses"})
STATE: Final = {
    "waiting": _("Not begun yet"),
    "running": _("Running"),
    "paused": _("Paused"),
    "frozen": _("Frozen"),
    "over": _("Over"),
    "closed": pgettext_lazy("exercise", "Closed"),
}
STATE_MEANS: Final = {
    "waiting": _("The trainer begins the exercise. Read the story and your own part until then."),
    "paused": _("The clock stands still. What you do now is kept, and no time passes."),
    "frozen": _("The trainer has frozen the exercise: nothing that you do is kept now."),
    "over": _("The time has passed: nothing more is kept."),
    "closed": _("The trainer has closed this exercise."),
}
PARTY: Final = {
    "state": _("State"),
    "provider": _("Provider"),
    "bank": _("Bank"),
    "emergency-team": _("Computer emergency team"),
    "operator": _("Operator of infrastructure"),
    "police": _("Police"),
    "prosecution": _("Prosecution"),
    "ministry": _("Ministry"),
    "press": _("Press"),
    "victim": _("Victim"),
}
DONE: Final = {
    "sent": _("Message sent"),
    "acknowledged": _("Acknowledged"),
    "called": _("Called"),
    "told": _("Told"),
    "answered": _("Question answered"),
    "hint": _("Hint taken"),
    "sealed": _("Exhibit sealed"),
    "recorded": _("Recorded"),
}
TASK: Final = {
    "open": _("To be answered"),
    "right": _("Right"),
    "used-up": _("No tries left"),
}
OUTCOME: Final = {
    "in-time": _("In time"),
    "late": _("Late"),
    "done": _("Done"),
    "in-part": _("Done in part"),
    "right": _("Answered right"),
    "wrong": _("Every try used, none right"),
    "not-done": _("Not done"),
    "open": _("Not done yet"),
    "avoided": _("Avoided, as it should be"),
    "did-it": _("Done, and never should be"),
}
MINE: Final = {"person": _("You"), "role": _("Your part"), "": _("The team")}
FORM: Final = {
    "find": _("Copy it as the exhibit holds it."),
    "count": _("A whole number."),
    "time": _("Year-month-day, time and offset from UTC, as 2027-03-02T00:00Z."),
    "text": _("A word or a few. Capitals and accents do not matter."),
    "seal": _(
        "Take the exhibit out, find the SHA-256 digest of its bytes with a tool of your own, and"
        " type its 64 digits."
    ),
}
MALFORMED: Final = {
    "find": _("Invalid value. Copy the whole value from the exhibit, and nothing else."),
    "count": _("Invalid number. Enter a whole number, such as 12."),
    "time": _("Invalid time. Enter date, time and offset from UTC, such as 2027-03-02T00:00Z."),
    "text": _("No answer. Enter a word or a few."),
    "seal": _("Invalid digest. Enter the 64 digits of the SHA-256 digest, 0 to 9 and a to f."),
}
"""What is wrong with an answer that is not of the form of its kind, and how to correct it."""
MEASURE: Final = {
    "preservation-extension": _("Longer preservation of data"),
    "spontaneous-information": _("Information without a request"),
    "point-of-contact": _("Help by the contact point"),
}
"""Measures of treaties that no form of a request has."""
QUIZ: Final = {
    "right": _("Right"),
    "wrong": _("Not right"),
    "not-answered": _("Not answered"),
}
QUIZ_WHY: Final = {
    "none": _("This exercise has no short test."),
    "moment": _("The short test is answered before the exercise, or after it."),
    "begun": _(
        "The exercise has begun. What you answered before stays as it is; the same questions come"
        " again at its end."
    ),
    "not-over": _("The same questions come again when the time of the exercise is over."),
    "handed-in": _("You have handed the test in already. Here is what is right."),
    "closed": _("The trainer has closed this exercise."),
}
QUIZ_ANSWER: Final = {
    "number": _("Write a number here, or leave it empty."),
    "other": _("This is no answer to this question. Choose again, or leave it empty."),
}
FAULT: Final = {
    "exercise-test": _("The short test cannot be answered now."),
    "quiz-answer": _("This is no answer to that question."),
    "exercise-live": _("This node is live. Exercises are held on a node of their own."),
    "exercise": _("This exercise has not begun, or is closed."),
    "exercise-join": _(
        "Nobody can join so: the code, the name, the role or the number does not fit."
    ),
    "exercise-flood": _("That is more than one player does in a minute. Wait a little."),
    "exercise-answer": _(
        "The answer is not in the form that is asked for. It costs no try. Correct it and answer"
        " again."
    ),
    "exercise-deed": _(
        "This is not before you, or cannot be done now. Look at the room again: something may have"
        " changed."
    ),
    "drill-event": _("It does not fit the exercise now: look at the clock."),
}


def option_words(text: Words) -> str:
    """Return a text of a scenario for a choice of a form, marked as `words` does."""
    if text.lang in {"", (get_language() or "en").lower()}:
        return text.text
    return f"{text.text} ({_('English')})"
