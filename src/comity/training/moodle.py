"""The questions of a course as Moodle XML, for the learning platform that a ministry has.

Source: Moodle documentation, "Moodle XML format"; the fractions are those that its question bank
takes (question/type/questiontypebase.php, "get_grade_options").
"""

from collections.abc import Iterator
from html import escape
from typing import Final

from comity.training.model import Course, Question, QuestionText

_FRACTIONS: Final = {
    1: "100",
    2: "50",
    3: "33.33333",
    4: "25",
    5: "20",
    6: "16.66667",
    7: "14.28571",
    8: "12.5",
    9: "11.11111",
    10: "10",
}
_TYPES: Final = {
    "single": "multichoice",
    "multiple": "multichoice",
    "number": "numerical",
    "text": "shortanswer",
}


def moodle_xml(course: Course, lang: str) -> bytes:
    """Return a file that Moodle's question bank imports: one category, then every question.

    Args:
        course: whose questions.
        lang: one of its languages.
    """
    texts = course.texts[lang]
    title = texts.title.replace("/", "//")  # a single one parts categories
    out = [
        '<?xml version="1.0" encoding="UTF-8"?>\n<quiz>\n',
        '  <question type="category">\n',
        f"    <category>{_text(f'$course$/top/{title}')}</category>\n",
        f'    <info format="html">{_text(_html(texts.description))}</info>\n',
        f"    <idnumber>{escape(course.key)}</idnumber>\n  </question>\n",
    ]
    for question in course.questions:
        out += _question(course, question, texts.questions[question.key])
    out.append("</quiz>\n")
    return "".join(out).encode("utf-8")


def _question(course: Course, question: Question, text: QuestionText) -> Iterator[str]:
    cites = ", ".join(map(str, question.cites))
    general = " ".join(part for part in (text.why, f"({cites})" if cites else "") if part)
    yield f'  <question type="{_TYPES[question.kind]}">\n'
    yield f"    <name>{_text(f'{course.key}: {question.key}')}</name>\n"
    yield f'    <questiontext format="html">{_text(_html(text.text))}</questiontext>\n'
    yield f'    <generalfeedback format="html">{_text(_html(general))}</generalfeedback>\n'
    yield "    <defaultgrade>1</defaultgrade>\n    <penalty>0</penalty>\n    <hidden>0</hidden>\n"
    yield f"    <idnumber>{escape(f'{course.key}-{question.key}')}</idnumber>\n"
    if question.kind in ("single", "multiple"):
        yield from _choices(question, text)
    elif question.kind == "number":
        value = _text(f"{question.value:f}")
        yield f'    <answer fraction="100" format="moodle_auto_format">{value}'
        yield f"{_feedback(text.why)}<tolerance>{question.tolerance:f}</tolerance></answer>\n"
    else:
        yield "    <usecase>0</usecase>\n"
        for one in text.accept:
            # an asterisk is Moodle's wild card
            shown = one.replace("*", "\\*")
            yield f'    <answer fraction="100" format="moodle_auto_format">{_text(shown)}'
            yield f"{_feedback(text.why)}</answer>\n"
    yield "  </question>\n"


def _choices(question: Question, text: QuestionText) -> Iterator[str]:
    yield f"    <single>{'true' if question.kind == 'single' else 'false'}</single>\n"
    yield "    <shuffleanswers>true</shuffleanswers>\n    <answernumbering>abc</answernumbering>\n"
    wrong = len(question.answers) - len(question.right)
    for key in question.answers:
        if key in question.right:
            fraction = _FRACTIONS[len(question.right)]
        else:
            fraction = "0" if question.kind == "single" else f"-{_FRACTIONS[wrong]}"
        shown = text.answers[key]
        yield f'    <answer fraction="{fraction}" format="html">{_text(_html(shown.text))}'
        yield f"{_feedback(shown.why)}</answer>\n"


def _feedback(why: str) -> str:
    return f'<feedback format="html">{_text(_html(why))}</feedback>'


def _html(text: str) -> str:
    return f"<p>{escape(text, quote=False)}</p>" if text else ""


def _text(text: str) -> str:
    return f"<text>{escape(text, quote=False)}</text>"
