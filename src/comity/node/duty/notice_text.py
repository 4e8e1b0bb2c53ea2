"""What a notice says: that something waits, its number, since when, and where to look. No more."""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils import translation
from django.utils.translation import gettext


@dataclass(frozen=True, kw_only=True)
class Said:
    """A notice in one language.

    Attributes:
        subject: one line.
        text: whole, one line; the same words fit a short message.
    """

    subject: str
    text: str


def waiting(*, number: int, since: datetime, address: str, exercise: bool, lang: str) -> Said:
    """Return what is said of an alarm; nothing of what it is about is known here."""
    with translation.override(lang or "en"):
        fields = {"number": number, "time": _time(since), "address": address}
        subject = gettext("Comity: something waits, number %(number)s") % fields
        text = gettext(
            "Something waits, number %(number)s, since %(time)s UTC. Open the watch at %(address)s"
        )
        return _marked(subject, text % fields, exercise=exercise)


def trial(*, at: datetime, address: str, exercise: bool, lang: str) -> Said:
    """Return what a test notice says."""
    with translation.override(lang or "en"):
        fields = {"time": _time(at), "address": address}
        subject = gettext("Comity: this is a test")
        text = gettext(
            "This is a test notice of %(time)s UTC. Nothing waits. The watch is at %(address)s"
        )
        return _marked(subject, text % fields, exercise=exercise)


def factors_removed(*, at: datetime, exercise: bool, lang: str) -> Said:
    """Return what a person is told whose second factors somebody took away."""
    with translation.override(lang or "en"):
        subject = gettext("Comity: your second factor was taken away")
        text = gettext(
            "At %(time)s UTC your passkeys and codes to sign in were taken away. If you did not ask"
            " for it, call your office at once."
        )
        return _marked(subject, text % {"time": _time(at)}, exercise=exercise)


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%H:%M")


def _marked(subject: str, text: str, *, exercise: bool) -> Said:
    if not exercise:
        return Said(subject=subject, text=text)
    mark = gettext("Exercise, not real.")
    return Said(subject=f"{mark} {subject}", text=f"{mark} {text}")
