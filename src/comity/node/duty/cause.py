"""What needs a person, by name."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cause:
    """One thing that needs a person: its kind, and a digest, number or party that names it."""

    kind: str
    subject: str
