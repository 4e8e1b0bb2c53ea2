"""A small part of Markdown, made into HTML that nobody else's bytes can steer.

A lesson is paragraphs, headings of two levels, lists, quotations, ``**strong**``, ``*emphasis*``,
``` `code` ``` and links. Everything else is text or an error: there is no HTML, no image and no
table. Every character of the source is escaped; tags come from this module alone. The time grows
with the length: no pattern looks at a character more than twice.
"""

import re
from collections.abc import Callable, Collection
from html import escape
from typing import Final

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
_INLINE: Final = re.compile(
    r"\*\*(?P<strong>[^*\n]+)\*\*|\*(?P<em>[^*\s][^*\n]*)\*|`(?P<code>[^`\n]+)`"
    r"|(?P<image>!)?\[(?P<text>[^\[\]\n]+)\]\((?P<target>[^()\s]*)\)"
)
_BULLET: Final = re.compile(r"[-*] +(?P<text>\S.*)")
_NUMBER: Final = re.compile(r"\d{1,3}\. +(?P<text>\S.*)")
_HEADING: Final = re.compile(r"(?P<marks>#{1,6}) +(?P<text>\S.*)")
_HTTPS: Final = re.compile(r"https://[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?(?:/[!-~]*)?")
_INSIDE: Final = "lesson:"
_LISTS: Final = {"bullet": "ul", "number": "ol"}
MAX_HREF: Final = 500


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
    title = _HEADING.fullmatch(lines[0].strip())
    if title is None or title["marks"] != "#":
        tell(LessonMarkupError, 1, "the first line is # and the title of the lesson")
        return "", ""
    blocks = _Blocks(lessons, tell)
    for number, line in enumerate(lines[1:], 2):
        blocks.line(line.strip(), number)
    blocks.close()
    return title["text"].strip(), "".join(blocks.out)


class _Blocks:
    """Lines gathered into blocks; one is open at a time."""

    def __init__(self, lessons: Collection[str], tell: Tell) -> None:
        self.out: list[str] = []
        self._lessons = lessons
        self._tell = tell
        self._kind = ""
        self._parts: list[tuple[int, str]] = []

    def line(self, line: str, number: int) -> None:
        if not line:
            self.close()
        elif heading := _HEADING.fullmatch(line):
            self.close()
            self._heading(heading, number)
        elif item := _BULLET.fullmatch(line):
            self._item("bullet", item["text"], number)
        elif item := _NUMBER.fullmatch(line):
            self._item("number", item["text"], number)
        elif line.startswith(">"):
            self._open("quote")
            self._parts.append((number, line[1:].strip()))
        elif self._kind:  # a line goes on with what stands above it
            self._parts[-1] = (self._parts[-1][0], f"{self._parts[-1][1]}\n{line}")
        else:
            self._open("paragraph")
            self._parts.append((number, line))

    def close(self) -> None:
        shown = [self._inline(text, number) for number, text in self._parts]
        if tag := _LISTS.get(self._kind):
            self.out.append(
                f"<{tag}>" + "".join(f"<li>{one}</li>" for one in shown) + f"</{tag}>\n"
            )
        elif self._kind == "quote":
            self.out.append(f"<blockquote><p>{' '.join(shown)}</p></blockquote>\n")
        elif self._kind:
            self.out.append(f"<p>{' '.join(shown)}</p>\n")
        self._kind, self._parts = "", []

    def _open(self, kind: str) -> None:
        if self._kind != kind:
            self.close()
            self._kind = kind

    def _item(self, kind: str, text: str, number: int) -> None:
        self._open(kind)
        self._parts.append((number, text))

    def _heading(self, heading: re.Match[str], number: int) -> None:
        level = len(heading["marks"])
        if level not in (2, 3):
            self._tell(LessonMarkupError, number, "headings below the title are ## or ###")
            return
        shown = self._inline(heading["text"], number)
        self.out.append(f"<h{level}>{shown}</h{level}>\n")

    def _inline(self, text: str, number: int) -> str:
        made, last = [], 0
        for found in _INLINE.finditer(text):
            made.append(escape(text[last : found.start()]))
            made.append(self._span(found, number + text.count("\n", 0, found.start())))
            last = found.end()
        made.append(escape(text[last:]))
        return "".join(made)

    def _span(self, found: re.Match[str], number: int) -> str:
        for group, tag in (("strong", "strong"), ("em", "em"), ("code", "code")):
            if found[group] is not None:
                return f"<{tag}>{escape(found[group])}</{tag}>"
        if found["image"]:
            self._tell(LessonMarkupError, number, "a lesson has no images")
            return ""
        return self._link(escape(found["text"]), found["target"], number)

    def _link(self, shown: str, target: str, number: int) -> str:
        if target.startswith(_INSIDE):
            key = target.removeprefix(_INSIDE)
            if key in self._lessons:
                return f'<a href="#{escape(key)}">{shown}</a>'
            told = f"no lesson of this course is called {key[:64]!a}"
            self._tell(LessonLinkDeadError, number, told)
        elif len(target) <= MAX_HREF and _HTTPS.fullmatch(target):
            return f'<a href="{escape(target)}" rel="noopener noreferrer">{shown}</a>'
        else:
            told = "a link goes to https:// and a name in small letters, or to lesson: and its key"
            self._tell(LessonLinkError, number, told)
        return shown
