"""A small part of Markdown, made into HTML that nobody else's bytes can steer.

A lesson is paragraphs, headings of two levels, lists, quotations, ``**strong**``, ``*emphasis*``,
``` `code` ``` and links. Everything else is text or an error: there is no HTML, no image and no
table. markdown-it-py reads it as CommonMark, with only these rules switched on; every character of
the source is escaped, and tags come from this module alone.
"""

import re
from collections.abc import Callable, Collection, Sequence
from html import escape
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from comity.training.errors import (
    CourseError,
    LessonLinkDeadError,
    LessonLinkError,
    LessonMarkupError,
    LessonScriptError,
)

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
