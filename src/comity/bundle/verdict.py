"""What a verification says: a verdict, and for each step what is proved, attested, unknown."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from comity.bundle.statement import Withheld
from comity.canonical import PeerError

type Status = Literal["proved", "failed", "not-proved"]
type Verdict = Literal["proved", "failed", "consistent"]

EXIT: Final[Mapping[Verdict, int]] = {"proved": 0, "failed": 1, "consistent": 3}
MAX_FINDINGS: Final = 1000  # of one step; a bundle that is spoilt throughout stays readable


@dataclass(frozen=True)
class Finding:
    """One thing that does not hold: its code, the file it is about, and why in one sentence."""

    code: str
    path: str
    reason: str

    def value(self) -> dict[str, str]:
        """Return the JSON value."""
        return {"code": self.code, "path": self.path, "reason": self.reason}


@dataclass
class Notes:
    """What a step writes down while it works."""

    findings: list[Finding] = field(default_factory=list)
    attested: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    claimed: bool = True
    """Whether the bundle claims anything that this step could prove."""

    def fail(self, error: PeerError, path: str) -> None:
        """Write down what does not hold."""
        finding = Finding(error.code, path, str(error))
        if len(self.findings) < MAX_FINDINGS and finding not in self.findings[-50:]:
            self.findings.append(finding)

    @contextmanager
    def guard(self, path: str) -> Iterator[None]:
        """Write down a peer's error about a file and go on."""
        try:
            yield
        except PeerError as error:
            self.fail(error, path)


@dataclass(frozen=True)
class Outcome:
    """What one step came to.

    Attributes:
        number: from 1, as in spec section 16.
        title: what it is about.
        status: proved, failed, or not-proved with the reason in `summary`.
        summary: one line.
        findings: why it failed; empty otherwise.
        attested: what somebody signed for and nobody can prove.
        unknown: what is neither.
        claimed: False if the bundle claims nothing here, so that nothing is lacking.
    """

    number: int
    title: str
    status: Status
    summary: str
    findings: tuple[Finding, ...]
    attested: tuple[str, ...]
    unknown: tuple[str, ...]
    claimed: bool = True

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "attested": list(self.attested),
            "claimed": self.claimed,
            "findings": [finding.value() for finding in self.findings],
            "number": self.number,
            "status": self.status,
            "summary": self.summary,
            "title": self.title,
            "unknown": list(self.unknown),
        }


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole verdict.

    Attributes:
        verdict: ``proved``, ``failed``, or ``consistent``: holds together, origin not proved.
        steps: in order.
        exporter, exported_at, mode: as the bundle claims, None if it does not even say.
        heads: conversation -> member -> ``{"content", "sequence"}``: complete up to these.
        custody: exhibit -> ``{"count", "digest"}``: complete up to these.
        states: conversation -> state.
        times: path of a message -> ``{"at", "by"}``: its proved time, and who proves it.
        withheld: path -> why it is not there, and by which decision.
        unlike_trust: States whose keys are not those that the trust file pins; findings say it too.
    """

    verdict: Verdict
    steps: tuple[Outcome, ...]
    exporter: str | None
    exported_at: str | None
    mode: str | None
    heads: Mapping[str, Any]
    custody: Mapping[str, Any]
    states: Mapping[str, Any]
    times: Mapping[str, Any]
    withheld: Mapping[str, Withheld]
    unlike_trust: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """Return 0, 1 or 3 (spec 16)."""
        return EXIT[self.verdict]

    @property
    def first_failure(self) -> tuple[int, Finding] | None:
        """Return the first finding with its step's number, or None."""
        found = ((step.number, item) for step in self.steps for item in step.findings)
        return next(found, None)

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "custody": dict(self.custody),
            "exit_status": self.exit_status,
            "exported_at": self.exported_at,
            "exporter": self.exporter,
            "heads": dict(self.heads),
            "mode": self.mode,
            "proved_times": dict(self.times),
            "states": dict(self.states),
            "steps": [step.value() for step in self.steps],
            "verdict": self.verdict,
            "withheld": {path: item.value() for path, item in self.withheld.items()},
        }
