r"""The one place where text from outside is made safe for a terminal.

A name in a package, a sentence of a partner or a reason in a report may hold characters that steer
a terminal, turn the direction of a line or cannot be seen. While `safe_streams` is in force, all
text that a command prints has them written as JSON does, ``\\u202e``: what was JSON stays JSON with
the same value. Bytes (``-o -``) are not touched. Joiners stay: Persian and Indic spelling needs
them.

Source: Unicode Standard Annex 9 section 2; Unicode Technical Report 36 section 2.
"""

import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, TextIO, cast

if TYPE_CHECKING:
    from rich.console import Console

_STEERING: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)


def safe_text(text: str) -> str:
    """Return the text with each character that steers or hides written as an escape of JSON."""
    return _STEERING.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    units = found[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))


class SafeStream:
    """A text stream through which no steering character passes.

    Attributes:
        raw_stream: what is written to.
    """

    def __init__(self, stream: TextIO) -> None:
        self.raw_stream = stream

    @property
    def encoding(self) -> str:
        """Every character may be written: an ASCII stream would else be passed over."""
        return "utf-8"

    def write(self, text: str) -> int:
        """Write text made safe; what the stream's encoding lacks is escaped too."""
        if not isinstance(text, str):
            raise TypeError("text is written here, bytes go to the buffer")
        told = safe_text(text)
        if (encoding := self.raw_stream.encoding or "utf-8").lower() not in {"utf-8", "utf8"}:
            told = told.encode(encoding, "backslashreplace").decode(encoding)
        self.raw_stream.write(told)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        """Write each."""
        for line in lines:
            self.write(line)

    def __getattr__(self, name: str) -> Any:
        """Return what the stream has otherwise."""
        return getattr(self.raw_stream, name)


@contextmanager
def safe_streams() -> Iterator[None]:
    """Let standard output and error pass no steering character."""
    before = sys.stdout, sys.stderr
    made = [None if one is None else cast("TextIO", SafeStream(one)) for one in before]
    sys.stdout, sys.stderr = made  # a closed one stays None
    try:
        yield
    finally:
        if sys.stdout is made[0]:  # a command whose output is lost puts another in its place
            sys.stdout = before[0]
        if sys.stderr is made[1]:
            sys.stderr = before[1]


def steering_stream(stream: TextIO) -> TextIO:
    """Return the stream itself, for our own colours and bars; outside text goes by `safe_text`."""
    return stream.raw_stream if isinstance(stream, SafeStream) else stream


def terminal(*, stderr: bool = False) -> "Console":
    """Return rich's console on standard output or error; a cell of outside text is `safe_text`."""
    from rich.console import Console  # noqa: PLC0415 - most commands draw nothing

    return Console(file=steering_stream(sys.stderr if stderr else sys.stdout), highlight=False)
