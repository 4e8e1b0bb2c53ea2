"""The office's own goals: how long a step may take."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Goals:
    """The office's own goals, by what is timed; where a treaty gives a limit, clocks keep it."""

    by_step: Mapping[str, timedelta]

    def seconds(self, step: str) -> int:
        """Return the goal of a step in seconds."""
        return int(self.by_step[step].total_seconds())
