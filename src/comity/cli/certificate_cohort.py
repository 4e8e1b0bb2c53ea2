"""Certificates for those of a cohort who passed: who they are, and keeping what they got."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from comity.canonical import MisuseError
from comity.cli.cohort_common import read_cohort, withdrawn_in, write_cohort
from comity.training.cohort import Cohort, Held
from comity.training.model import Course


@dataclass(frozen=True)
class Passed:
    """Those of a cohort to whom a certificate is due."""

    path: Path
    cohort: Cohort
    keys: tuple[str, ...]

    @classmethod
    def of(cls, path: Path, course: Course, register: Path) -> "Passed":
        """Return those who passed and have no certificate that still counts.

        Raises:
            CohortCourseError: the cohort takes another course.
            MisuseError: there is nobody.
        """
        from comity.node.core.clock import now
        from comity.training.progress import progress

        kept = read_cohort(path)
        withdrawn = withdrawn_in(register if register.exists() else None)
        places = progress(kept, course, withdrawn=withdrawn, now=now())
        keys = tuple(
            key
            for key, place in zip(kept.members, places, strict=True)
            if place.stands.step == "passed"
        )
        if not keys:
            raise MisuseError("nobody of the cohort has passed without a certificate yet")
        return cls(path, kept, keys)

    @property
    def names(self) -> list[str]:
        """Their names, in the order of the cohort."""
        return [self.cohort.members[key].who.name for key in self.keys]

    def keep(self, identifiers: Sequence[str], until: datetime) -> None:
        """Write into the cohort's file who got which certificate."""
        changed = {}
        for key, identifier in zip(self.keys, identifiers, strict=True):
            member = self.cohort.members[key]
            held = (*member.certificates, Held(identifier, until))
            changed[key] = replace(member, certificates=held)
        write_cohort(self.path, self.cohort.with_members(changed))
