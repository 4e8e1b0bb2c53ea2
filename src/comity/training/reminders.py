"""Who is to be reminded of a course, and the words for it in the person's language.

A reminder says which course and which day, and nothing of what the person has done or answered: it
may lie in a mailbox that others read.

Source: docs/reference/training.md, "Reminders".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from comity.canonical import shift_time
from comity.instruments.csv_text import csv_text
from comity.training.cohort import Cohort, Member
from comity.training.model import LANGUAGES, Course
from comity.training.progress import UNFINISHED, Place

type Why = Literal["due", "late", "refresher", "expired"]

HEADER: Final = ("person", "name", "language", "why", "course", "day", "subject", "text")
_SUBJECTS: Final[dict[str, str]] = {
    "ar": "تذكير بدورة تدريبية",
    "en": "A course: reminder",
    "es": "Recordatorio de un curso",
    "fr": "Rappel : une formation",
    "ru": "Напоминание о курсе",
    "vi": "Nhắc về khóa học",
    "zh-hans": "课程提醒",
}
_WORDS: Final[dict[Why, dict[str, str]]] = {
    "due": {
        "ar": "يُرجى إنهاء هذه الدورة في موعد أقصاه اليوم المبيَّن.",
        "en": "Please finish this course by the day named here.",
        "es": "Termine este curso a más tardar el día indicado.",
        "fr": "Merci de terminer cette formation au plus tard à la date indiquée.",
        "ru": "Пожалуйста, завершите этот курс не позднее указанного дня.",
        "vi": "Đề nghị hoàn thành khóa học này chậm nhất vào ngày ghi dưới đây.",
        "zh-hans": "请最迟于下列日期完成本课程。",
    },
    "late": {
        "ar": "انقضى اليوم المحدد لإنهاء هذه الدورة. يُرجى إنهاؤها أو الاتصال بالمدرب.",
        "en": "The day by which this course was to be finished has passed. Please finish it, or"
        " speak to your trainer.",
        "es": "Ya pasó el día fijado para terminar este curso. Termínelo o hable con la persona"
        " que lo imparte.",
        "fr": "La date prévue pour terminer cette formation est passée. Merci de la terminer ou"
        " d’en parler à la personne qui vous forme.",
        "ru": "Срок завершения этого курса истёк. Пожалуйста, завершите его или обратитесь к"
        " преподавателю.",
        "vi": "Đã quá ngày phải hoàn thành khóa học này. Đề nghị hoàn thành, hoặc trao đổi với"
        " người phụ trách đào tạo.",
        "zh-hans": "本课程的完成期限已过。请完成课程，或与培训负责人联系。",
    },
    "refresher": {
        "ar": "تنتهي صلاحية شهادتكم في اليوم المبيَّن. يُرجى إعادة هذه الدورة قبل ذلك.",
        "en": "Your certificate ends on the day named here. Please take this course again before.",
        "es": "Su certificado vence el día indicado. Repita este curso antes de esa fecha.",
        "fr": "Votre certificat expire à la date indiquée. Merci de suivre à nouveau cette"
        " formation avant cette date.",
        "ru": "Срок действия вашего свидетельства истекает в указанный день. Пожалуйста, пройдите"
        " этот курс снова до этого дня.",
        "vi": "Chứng nhận của anh/chị hết hạn vào ngày ghi dưới đây. Đề nghị học lại khóa học này"
        " trước ngày đó.",
        "zh-hans": "您的证书将于下列日期到期。请在此之前重新修读本课程。",
    },
    "expired": {
        "ar": "انتهت صلاحية شهادتكم في اليوم المبيَّن. يُرجى إعادة هذه الدورة.",
        "en": "Your certificate ended on the day named here. Please take this course again.",
        "es": "Su certificado venció el día indicado. Repita este curso.",
        "fr": "Votre certificat a expiré à la date indiquée. Merci de suivre à nouveau cette"
        " formation.",
        "ru": "Срок действия вашего свидетельства истёк в указанный день. Пожалуйста, пройдите"
        " этот курс снова.",
        "vi": "Chứng nhận của anh/chị đã hết hạn vào ngày ghi dưới đây. Đề nghị học lại khóa học"
        " này.",
        "zh-hans": "您的证书已于下列日期到期。请重新修读本课程。",
    },
}


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """What one person is told.

    Attributes:
        lang: in which it is written: the person's, if the course has it.
        day: by which, or on which, in UTC.
    """

    member: Member
    why: Why
    course: str
    title: str
    lang: str
    day: datetime

    @property
    def subject(self) -> str:
        """The line above it, without the course."""
        return _SUBJECTS[self.lang]

    @property
    def text(self) -> str:
        """Three lines: what is asked, the course, the day."""
        return f"{_WORDS[self.why][self.lang]}\n{self.title}\n{self.day:%Y-%m-%d}\n"

    def letter(self) -> str:
        """Return subject, person and text, as one text for one person."""
        return f"{self.subject}\n\n{self.member.who.name}\n\n{self.text}"


def reminders(
    cohort: Cohort,
    course: Course,
    places: Iterable[Place],
    *,
    lang: str,
    within: timedelta,
    now: datetime,
) -> tuple[Reminder, ...]:
    """Return whom to remind, in the order of the cohort.

    Somebody who has passed and waits for a certificate is not: that is the office's to do.

    Args:
        cohort: of that course.
        course: as it is now.
        places: of the cohort, at that moment.
        lang: for whoever has no language, or one that the course has not.
        within: how long before a day people are reminded of it.
        now: aware UTC.
    """
    found = ((place, _why(cohort, place, within, now)) for place in places)
    return tuple(_reminder(course, place, told, lang) for place, told in found if told)


def reminders_csv(found: Iterable[Reminder]) -> str:
    """Return one row for each, for a mail merge."""
    return csv_text(
        HEADER,
        (
            (
                one.member.who.person,
                one.member.who.name,
                one.lang,
                one.why,
                one.title,
                f"{one.day:%Y-%m-%d}",
                one.subject,
                one.text,
            )
            for one in found
        ),
    )


def _reminder(course: Course, place: Place, told: tuple[Why, datetime], lang: str) -> Reminder:
    wanted = place.member.who.language
    spoken = wanted if wanted in course.languages and wanted in LANGUAGES else lang
    return Reminder(
        member=place.member,
        why=told[0],
        course=course.key,
        title=course.texts[spoken].title,
        lang=spoken,
        day=told[1],
    )


def _why(
    cohort: Cohort, place: Place, within: timedelta, now: datetime
) -> tuple[Why, datetime] | None:
    step, expires = place.stands.step, place.stands.expires_at
    if place.late:
        return "late", cohort.due_at
    if step in UNFINISHED:
        return ("due", cohort.due_at) if shift_time(cohort.due_at, -within) <= now else None
    if expires is None or step not in {"certified", "refresher-due", "expired"}:
        return None
    if step == "expired":
        return "expired", expires
    return ("refresher", expires) if shift_time(expires, -within) <= now else None
