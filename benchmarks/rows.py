"""One measured figure next to its peer's."""

import json
import statistics
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line of ``build/bench.json``.

    Attributes:
        name: stable name.
        unit: of both figures.
        ours: median of the rounds.
        peer: median of the peer's rounds, taken in turn with ours, or None.
        peer_name: what the peer is, or what the figure is held against.
    """

    name: str
    unit: str
    ours: float
    peer: float | None
    peer_name: str

    @property
    def ratio(self) -> float | None:
        """Return ours divided by the peer's."""
        return self.ours / self.peer if self.peer else None

    def value(self) -> dict[str, object]:
        """Return the row as JSON has it."""
        ratio = self.ratio
        return {
            **asdict(self),
            "ours": _short(self.ours),
            "peer": None if self.peer is None else _short(self.peer),
            "ratio": None if ratio is None else round(ratio, 3),
        }


def _short(figure: float) -> float:
    return round(figure, 3 if abs(figure) < 100 else 1)


def median(figures: Iterable[float]) -> float:
    """Return the median."""
    return statistics.median(figures)


def percentile(figures: Sequence[float], percent: float) -> float:
    """Return the smallest figure that at least ``percent`` of all do not exceed."""
    ordered = sorted(figures)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def hand_over(rows: Iterable[Row]) -> None:
    """Write rows on standard output, one JSON object a line, for `benchmarks.__main__`."""
    for row in rows:
        sys.stdout.write(json.dumps(row.value()) + "\n")
    sys.stdout.flush()


def say(text: str) -> None:
    """Tell the person at the terminal something that is no result."""
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()
