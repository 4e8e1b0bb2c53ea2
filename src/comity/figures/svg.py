"""A drawing as SVG text: coordinates run along the line of reading, what is written is escaped.

A drawing has no style and no script of its own: classes name what the sheet of styles colours.
From right to left it is drawn anew, not mirrored: text begins at the right and stays readable.
"""

import re
from collections.abc import Iterable
from html import escape
from typing import Final, Literal

type Anchor = Literal["start", "middle", "end"]
type Point = tuple[float, float]

_UNSHOWN: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)
"""Characters that XML does not take, or that turn the text around them."""


class Svg(str):
    """A finished drawing; templates that escape text leave it as it is."""

    __slots__ = ()

    def __html__(self) -> str:
        """Return the drawing, which is markup already."""
        return self


class Drawing:
    """A drawing that is being made.

    Attributes:
        width, height: of its own units; the page scales it.
        rtl: whether the language runs from right to left.
    """

    def __init__(self, width: int, height: int, *, rtl: bool = False) -> None:
        self.width, self.height, self.rtl = width, height, rtl
        self._parts: list[str] = []

    def rect(self, x: float, y: float, width: float, height: float, *, name: str) -> None:
        """Draw a rectangle of a class; ``x`` is where it begins along the line of reading."""
        left = self.width - x - width if self.rtl else x
        self._parts.append(
            f'<rect class="{name}" x="{_n(left)}" y="{_n(y)}" '
            f'width="{_n(width)}" height="{_n(height)}"/>'
        )

    def hatched(self, x: float, y: float, width: float, height: float, *, pattern: str) -> None:
        """Draw a rectangle that is filled with a pattern of `hatch`."""
        left = self.width - x - width if self.rtl else x
        self._parts.append(
            f'<rect class="b" fill="url(#{pattern})" x="{_n(left)}" y="{_n(y)}" '
            f'width="{_n(width)}" height="{_n(height)}"/>'
        )

    def hatch(self, pattern: str) -> None:
        """Define slanted strokes as a pattern; its name is the only one of the page."""
        self._parts.append(
            f'<defs><pattern id="{pattern}" width="6" height="6" patternUnits="userSpaceOnUse" '
            'patternTransform="rotate(45)"><path class="hl" d="M0 0V6" stroke-width="2.5"/>'
            "</pattern></defs>"
        )

    def path(self, points: Iterable[Point], *, name: str, closed: bool = False) -> None:
        """Draw straight strokes from point to point."""
        told = "L".join(f"{_n(self._x(x))} {_n(y)}" for x, y in points)
        self._parts.append(f'<path class="{name}" d="M{told}{"Z" if closed else ""}"/>')

    def circle(self, x: float, y: float, radius: float, *, name: str) -> None:
        """Draw a circle."""
        self._parts.append(
            f'<circle class="{name}" cx="{_n(self._x(x))}" cy="{_n(y)}" r="{_n(radius)}"/>'
        )

    def diamond(self, x: float, y: float, radius: float, *, name: str) -> None:
        """Draw a square that stands on a corner."""
        corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        self.path(corners, name=name, closed=True)

    def text(self, x: float, y: float, said: object, *, anchor: Anchor = "start") -> None:
        """Write a text; ``start`` is where a line of the language begins."""
        self._parts.append(
            f'<text x="{_n(self._x(x))}" y="{_n(y)}" text-anchor="{anchor}">{clean(said)}</text>'
        )

    def finished(self, said: str) -> Svg:
        """Return the drawing.

        Args:
            said: one sentence with the finding, for whoever does not see it.
        """
        direction = "rtl" if self.rtl else "ltr"
        return Svg(
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} {self.height}" '
            f'role="img" aria-label="{clean(said)}" direction="{direction}" focusable="false">'
            f"{''.join(self._parts)}</svg>"
        )

    def _x(self, x: float) -> float:
        return self.width - x if self.rtl else x


def clean(said: object) -> str:
    """Return a text escaped, without characters that XML forbids or that turn text around."""
    return escape(_UNSHOWN.sub("\ufffd", str(said)))


def _n(value: float) -> str:
    """Return a coordinate, to a tenth of a unit."""
    return f"{value:.1f}".removesuffix(".0")
