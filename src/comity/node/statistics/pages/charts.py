"""Bars of a chart as numbers for SVG; the table beside it says the same in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 160
_FOOT: Final = 24
_GAP: Final = 0.2
MAX_BARS: Final = 24


@dataclass(frozen=True)
class Bar:
    """A pair of bars, one above the other: received below, sent above.

    Attributes:
        label: under it.
        x, width: in units of the chart.
        middle: where the label stands.
        received, sent: each as (y, height).
    """

    label: str
    x: float
    width: float
    middle: float
    received: tuple[float, float]
    sent: tuple[float, float]


def bars(rows: Sequence[tuple[str, int, int]]) -> tuple[Bar, ...]:
    """Return the bars of rows (label, received, sent); none where there is nothing to show.

    Too many rows make no chart: the table is read instead.
    """
    most = max((received + sent for _, received, sent in rows), default=0)
    if not most or len(rows) > MAX_BARS:
        return ()
    step, room = WIDTH / len(rows), HEIGHT - _FOOT
    found = []
    for number, (label, received, sent) in enumerate(rows):
        below, above = received * room / most, sent * room / most
        found.append(
            Bar(
                label=label,
                x=round(number * step + step * _GAP / 2, 2),
                width=round(step * (1 - _GAP), 2),
                middle=round(number * step + step / 2, 2),
                received=(round(room - below, 2), round(below, 2)),
                sent=(round(room - below - above, 2), round(above, 2)),
            )
        )
    return tuple(found)
