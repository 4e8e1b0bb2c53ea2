"""The rate of a progress bar, and nothing where there was no time to measure one."""

from rich.progress import Task, TransferSpeedColumn
from rich.text import Text


class RateColumn(TransferSpeedColumn):
    """Bytes a second; rich shows a question mark for work that ended before it was measured."""

    def render(self, task: Task) -> Text:
        """Return the rate of a task, or an empty text."""
        known = task.finished_speed or task.speed
        return super().render(task) if known else Text()
