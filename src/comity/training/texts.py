"""The texts of a course in one language: ``words.toml`` and one Markdown file for each lesson."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from html import escape
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from comity.instruments.language_files import lines
from comity.instruments.library import UNSEEN
from comity.instruments.toml import parse_toml, unmarked
from comity.training.errors import (
    CourseAnswerError,
    CourseError,
    CourseFileError,
    CourseTextError,
    CourseTextForeignError,
    CourseTextMissingError,
    LessonLinkDeadError,
    LessonLinkError,
    LessonMarkupError,
    LessonScriptError,
)
from comity.training.model import AnswerText, CourseText, LessonText, Question, QuestionText
from comity.training.row import Problems, Row

# A small part of Markdown, made into HTML that nobody else's bytes can steer.
#
# A lesson is paragraphs, headings of two levels, lists, quotations, ``**strong**``, ``*emphasis*``,
# ``` `code` ``` and links. Everything else is text or an error: there is no HTML, no image and no
# table. markdown-it-py reads it as CommonMark, with only these rules switched on; every character
# of the source is escaped, and tags come from this module alone.


type Tell = Callable[[type[CourseError], int, str], None]

_TAG: Final = re.compile(r"<[A-Za-z/!?]")
_SCRIPT: Final = re.compile(
    r"<\s*+(?:/\s*+)?(?:script|iframe|object|embed|svg|style)\b|(?:java|vb)script\s*+:"
    r"|data\s*+:\s*+text/html|\bon[a-z]{3,20}\s*+=\s*+[\"']",
    re.IGNORECASE,
)
_TITLE: Final = re.compile(r"# +(?P<text>\S.*)")
_HTTPS: Final = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?:/[!-~]*)?")
_INSIDE: Final = "lesson:"
_DEPTH: Final = 8
_TAGS: Final = {
    "blockquote_open": "<blockquote>",
    "blockquote_close": "</blockquote>\n",
    "bullet_list_open": "<ul>",
    "bullet_list_close": "</ul>\n",
    "em_close": "</em>",
    "em_open": "<em>",
    "list_item_close": "</li>",
    "list_item_open": "<li>",
    "ordered_list_close": "</ol>\n",
    "paragraph_close": "</p>\n",
    "paragraph_open": "<p>",
    "strong_close": "</strong>",
    "strong_open": "<strong>",
}
MAX_HREF: Final = 500


class _Lessons(MarkdownIt):
    """The parser; each target of a link is kept as it is written, and judged here."""

    def __init__(self) -> None:
        super().__init__("zero", {"maxNesting": _DEPTH})
        self.enable(["blockquote", "heading", "list", "backticks", "emphasis", "image", "link"])

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        """Take every target."""
        del url
        return True

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - the library's name
        """Change no target."""
        return url


_PARSER: Final = _Lessons()


def render(text: str, *, lessons: Collection[str], tell: Tell) -> tuple[str, str]:
    r"""Return the title and the HTML of a lesson.

    Args:
        text: untrusted, line ends as ``\n``; its first line is ``# Title``.
        lessons: keys that ``lesson:`` links may name.
        tell: is told kind, line and text of whatever is wrong; what is wrong is left out.
    """
    lines = text.split("\n")
    for number, line in enumerate(lines, 1):
        if _SCRIPT.search(line):
            tell(LessonScriptError, number, "a lesson holds no script and nothing that runs one")
        elif _TAG.search(line):
            tell(LessonMarkupError, number, "a lesson holds no HTML; write < alone, or as code")
    title = _TITLE.fullmatch(lines[0].strip())
    if title is None:
        tell(LessonMarkupError, 1, "the first line is # and the title of the lesson")
        return "", ""
    body = "\n".join(
        ["", *(line.rstrip() for line in lines[1:])]
    )  # so that lines keep their number
    writer = _Writer(lessons, tell)
    writer.blocks(_PARSER.parse(body))
    return title["text"].strip(), "".join(writer.out)


class _Writer:
    """Writes the HTML of tokens, and tells of those that a lesson may not have."""

    def __init__(self, lessons: Collection[str], tell: Tell) -> None:
        self.out: list[str] = []
        self._lessons = lessons
        self._tell = tell
        self._open: list[bool] = []  # of each link that is open: whether it has a tag

    def blocks(self, tokens: Sequence[Token]) -> None:
        """Write a lesson's tokens."""
        dropped = False  # inside a heading that is none
        for token in tokens:
            number = token.map[0] + 1 if token.map else 0
            if token.type in {"heading_open", "heading_close"}:
                dropped = token.type == "heading_open" and token.tag not in {"h2", "h3"}
                if dropped:
                    self._tell(LessonMarkupError, number, "headings below the title are ## or ###")
                elif token.tag in {"h2", "h3"}:
                    closes = token.type == "heading_close"
                    self.out.append(f"</{token.tag}>\n" if closes else f"<{token.tag}>")
            elif token.type == "inline" and not dropped:
                self._inline(token.children or [], number)
            elif token.type == "ordered_list_open":
                start = token.attrGet("start")
                self.out.append("<ol>" if start is None else f'<ol start="{int(start)}">')
            elif token.type == "blockquote_close":
                self.out.append(f"{self.out.pop().rstrip()}{_TAGS[token.type]}")
            elif not token.hidden:  # of a list whose items stand close, paragraphs are
                self.out.append(_TAGS.get(token.type, ""))

    def _inline(self, tokens: Sequence[Token], number: int) -> None:
        for token in tokens:
            if token.type == "text":
                self.out.append(escape(token.content))
                number += token.content.count("\n")
            elif token.type == "code_inline":
                self.out.append(f"<code>{escape(token.content)}</code>")
            elif token.type == "image":
                self._tell(LessonMarkupError, number, "a lesson has no images")
            elif token.type == "link_open":
                tag = self._link(token, number)
                self._open.append(bool(tag))
                self.out.append(tag)
            elif token.type == "link_close":
                self.out.append("</a>" if self._open.pop() else "")
            else:
                self.out.append(_TAGS.get(token.type, ""))

    def _link(self, token: Token, number: int) -> str:
        """Return the tag of a link, or nothing where it may not lead where it leads."""
        target = str(token.attrGet("href") or "")
        if target.startswith(_INSIDE):
            key = target.removeprefix(_INSIDE)
            if key in self._lessons:
                return f'<a href="#{escape(key)}">'
            told = f"no lesson of this course is called {key[:64]!a}"
            self._tell(LessonLinkDeadError, number, told)
        elif len(target) <= MAX_HREF and _HTTPS.fullmatch(target):
            return f'<a href="{escape(target)}" rel="noopener noreferrer">'
        else:
            told = "a link goes to https:// and a name in small letters, or to lesson: and its key"
            self._tell(LessonLinkError, number, told)
        return ""


WORDS: Final = "words.toml"
MAX_LESSON_BYTES: Final = 64 * 1024
MAX_TOML_BYTES: Final = 512 * 1024
_PAIR: Final = 2


def read_texts(
    lang: str,
    files: Mapping[str, bytes],
    lessons: Sequence[str],
    questions: Sequence[Question],
    problems: Problems,
) -> CourseText:
    """Return the texts of a language; what is wrong or lacks is noted and left out.

    Args:
        lang: a language that the course names; also the name of the folder.
        files: path in the course's folder to bytes, untrusted.
        lessons: their keys.
        questions: what texts are due for.
        problems: where problems are noted.
    """
    shown = {
        key: _lesson(f"{lang}/{key}.md", files.get(f"{lang}/{key}.md"), lessons, problems)
        for key in lessons
    }
    path = f"{lang}/{WORDS}"
    data = files.get(path)
    if data is None:
        told = f"is not there: the course names the language {lang}"
        problems.add(CourseTextMissingError, path, 0, told)
        return CourseText(title="", description="", criteria="", lessons=shown, questions={})
    table = read_table(path, data, problems)
    where = lines(data[:MAX_TOML_BYTES])
    top = Row(table, problems, file=path, line=1)
    title, description, criteria = (top.text(name) for name in ("title", "description", "criteria"))
    given = top.take("question")
    top.done()
    given = given if isinstance(given, Mapping) else {}
    known = {question.key for question in questions}
    for key in given:
        if key not in known:
            line = where.get(f"question.{key}", 0)
            told = f"question.{str(key)[:64]} is the text of no question"
            problems.add(CourseTextForeignError, path, line, told)
    asked = {}
    for question in questions:
        if question.key not in given:
            told = f"question.{question.key} has no text"
            problems.add(CourseTextMissingError, path, 0, told)
            continue
        row = Row(
            given[question.key],
            problems,
            file=path,
            line=where.get(f"question.{question.key}", 0),
        )
        asked[question.key] = _question(question, row)
    return CourseText(
        title=title, description=description, criteria=criteria, lessons=shown, questions=asked
    )


def read_table(path: str, data: bytes, problems: Problems) -> dict[str, Any]:
    """Return the table of a TOML file; an empty one, with its problem noted, if it is none."""
    if len(data) > MAX_TOML_BYTES:
        problems.add(CourseFileError, path, 0, f"is larger than {MAX_TOML_BYTES // 1024} KiB")
        return {}
    try:
        return parse_toml(data)
    except ValueError as fault:
        # "... (at line 3, column 7)" is how the parser says where
        said = str(fault)
        _, _, place = said.partition("at line ")
        digits = place.partition(",")[0]
        line = int(digits) if digits.isascii() and digits.isdigit() else 0
        problems.add(CourseFileError, path, line, f"is no TOML in UTF-8: {said[:200]!a}")
        return {}


def _lesson(
    path: str, data: bytes | None, lessons: Sequence[str], problems: Problems
) -> LessonText:
    if data is None:
        problems.add(CourseTextMissingError, path, 0, "is not there: the lesson lacks its text")
        return LessonText("", "", "")
    if len(data) > MAX_LESSON_BYTES:
        problems.add(CourseFileError, path, 0, f"is larger than {MAX_LESSON_BYTES // 1024} KiB")
        return LessonText("", "", "")
    try:
        text = unmarked(data).decode("utf-8").replace("\r\n", "\n")
    except ValueError:
        problems.add(CourseFileError, path, 0, "is no text in UTF-8")
        return LessonText("", "", "")
    for number, line in enumerate(text.split("\n"), 1):
        if UNSEEN.search(line):
            told = "holds a character that no eye sees"
            problems.add(CourseTextError, path, number, told)

    def tell(kind: type[CourseError], line: int, told: str) -> None:
        problems.add(kind, path, line, told)

    title, html = render(text, lessons=lessons, tell=tell)
    if title and not html:
        problems.add(CourseTextMissingError, path, 1, "has a title and no text")
    return LessonText(title, html, text)


def _question(question: Question, row: Row) -> QuestionText:
    text = row.text("text")
    if question.kind in ("single", "multiple"):
        answers = {key: _answer(row, key) for key in question.answers}
        _foreign(row)
        return QuestionText(text=text, answers=answers)
    why = row.text("why")
    accept = row.texts("accept") if question.kind == "text" else ()
    if question.kind == "text" and not accept:
        row.wrong("accept names no text that is right", CourseAnswerError)
    _foreign(row)
    return QuestionText(text=text, why=why, answers={}, accept=accept)


def _answer(row: Row, key: str) -> AnswerText:
    if not row.has(key):
        row.wrong(f"the answer {key} has no text", CourseTextMissingError)
        return AnswerText("", "")
    value = row.take(key)
    if not isinstance(value, list) or len(value) != _PAIR:
        row.wrong(f"{key} is a list of two texts: the answer, and why it is right or wrong")
        return AnswerText("", "")
    return AnswerText(row.checked(value[0], key), row.checked(value[1], f"{key}, the reason"))


def _foreign(row: Row) -> None:
    for name in row.rest():
        row.wrong(f"{name[:64]!a} is the text of no answer", CourseTextForeignError)
