"""What needs a person, by name."""

from dataclasses import dataclass, field

from comity.node.cases.severity import Severity


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
