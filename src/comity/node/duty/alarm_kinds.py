"""What needs a person, by name."""

from dataclasses import dataclass, field

from comity.node.cases.severity import Severity
from comity.node.watch.alert import alarm_key


@dataclass(frozen=True)
class Cause:
    """One thing that a person must acknowledge.

    Attributes:
        kind: of the alarm.
        subject: a digest, number or party that names it.
        severity: how much it presses; it may change while the cause stays the same.
    """

    kind: str
    subject: str
    severity: Severity = field(default=Severity.HIGH, compare=False)
    incident: str = field(default="", compare=False)
    """Of the work item that is behind it."""

    @property
    def key(self) -> tuple[str, str]:
        """Return what it is raised for once: one request is one incident, whatever presses."""
        return alarm_key(self.kind, self.subject)
