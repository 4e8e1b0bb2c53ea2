"""What a verification says: a verdict, eleven steps that passed or did not, and claims."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from comity.bundle.about import About
from comity.bundle.claims import Assertion, Claim, Fact, Group, Word, grouped, unproved
from comity.bundle.statement import Withheld
from comity.canonical import PeerError
from comity.directory.errors import StateUnpinnedError

type Status = Literal["passed", "failed", "unpinned", "empty"]
type Verdict = Literal["intact", "damaged", "unpinned", "disputed"]

EXIT: Final[Mapping[Verdict, int]] = {"intact": 0, "damaged": 1, "unpinned": 3, "disputed": 4}
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
    claims: list[Claim] = field(default_factory=list)
    claimed: bool = True
    """Whether the bundle has anything that this step could check."""
    looked_at: dict[str, Fact] = field(default_factory=dict)
    """What the step looked at: the facts of the sentence ``summary-N`` of each language."""

    def claim(
        self,
        name: str,
        word: Word,
        *by: str,
        told: Mapping[str, Fact] | None = None,
        statements: tuple[Assertion, ...] = (),
        **facts: Fact,
    ) -> None:
        """Write down a claim; ``by`` is whose word it is, ``told`` and the rest its facts."""
        facts = {**(told or {}), **facts}
        self.claims.append(Claim(name, word, tuple(sorted(set(by))), facts, statements))

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
        status: passed, failed, unpinned where keys are not those of the trust file, or empty
            where the bundle has nothing of the kind.
        summary: one line, in English.
        findings: why it failed; empty otherwise.
        looked_at: what the summary tells, as facts for a sentence in any language.
    """

    number: int
    title: str
    status: Status
    summary: str
    findings: tuple[Finding, ...]
    looked_at: Mapping[str, Fact] = field(default_factory=dict)

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "findings": [finding.value() for finding in self.findings],
            "number": self.number,
            "status": self.status,
            "summary": self.summary,
            "title": self.title,
        }


@dataclass(frozen=True, kw_only=True)
class Report:
    """The whole verdict.

    Attributes:
        verdict: ``damaged``, also where the exporter contradicts itself; ``unpinned`` where a key
            that carries a claim is not in the trust file; ``disputed`` where parties' statements do
            not fit together; else ``intact``. The first that applies.
        steps: in order.
        claims: all of them, in the order of the steps.
        exporter, exported_at, mode: as the bundle claims, None if it does not even say.
        heads: conversation -> member -> ``{"content", "sequence"}``: complete up to these.
        custody: exhibit -> ``{"count", "digest"}``: complete up to these.
        states: conversation -> state.
        times: path of a message -> ``{"at", "by"}``: when another party, witnesses or a
            time stamp say that it existed at the latest, and who they are.
        withheld: path -> why it is not there, and by which decision.
        other_mode: whether the trust file is for exercises and the bundle is not, or the reverse.
        about: what the bundle is about, as it says.
        witnesses: how many States' witnesses have to agree, by the trust file or else one, and
            which witnesses count here.
        unlike_trust: States whose keys are not those that the trust file pins; findings say it too.
    """

    verdict: Verdict
    steps: tuple[Outcome, ...]
    claims: tuple[Claim, ...]
    exporter: str | None
    exported_at: str | None
    mode: str | None
    heads: Mapping[str, Any]
    custody: Mapping[str, Any]
    states: Mapping[str, Any]
    times: Mapping[str, Any]
    withheld: Mapping[str, Withheld]
    other_mode: bool = False
    unlike_trust: tuple[str, ...] = ()
    about: About = field(default_factory=About)
    witnesses: Mapping[str, Any] = field(default_factory=lambda: {"counted": [], "due": 1})

    @property
    def exit_status(self) -> int:
        """Return 0, 1, 3 or 4 (spec 16)."""
        return EXIT[self.verdict]

    @property
    def intact(self) -> bool:
        """Whether every file, signature and proof holds, and the exporter keeps to its word."""
        return self.verdict != "damaged"

    @property
    def heading(self) -> str:
        """Name of the words above the verdict: its own, or ``not-verified``.

        A trust file of the other mode, or with other keys of a State, lets steps fail although the
        bundle may be whole: a person then reads that this file verified nothing, not `damaged`.
        Files that changed (step 1) are seen without any trust file.
        """
        first = self.first_failure
        unfit = self.other_mode or self.unlike_trust
        return "not-verified" if unfit and first is not None and first[0] != 1 else self.verdict

    @property
    def groups(self) -> tuple[Group, ...]:
        """The claims as the lines of a verdict."""
        return grouped(self.claims)

    def lacking(self, name: str) -> tuple[Claim, ...] | None:
        """Return the claims of a name that are not proved; None if there is none of that name."""
        return unproved(self.claims, name)

    @property
    def first_failure(self) -> tuple[int, Finding] | None:
        """Return the first finding with its step's number, or None."""
        found = ((step.number, item) for step in self.steps for item in step.findings)
        return next(found, None)

    @property
    def leading(self) -> tuple[int, Finding] | None:
        """Return the finding that a person reads first, with its step's number, or None.

        Where a State's keys are not those pinned, all its signatures fail: that comes first, unless
        files were changed already.
        """
        first = self.first_failure
        if first is None or first[0] == 1 or not self.unlike_trust:
            return first
        found = ((step.number, item) for step in self.steps for item in step.findings)
        return next((one for one in found if one[1].code == StateUnpinnedError.code), first)

    def value(self) -> dict[str, Any]:
        """Return the JSON value."""
        return {
            "about": self.about.value(),
            "claims": [claim.value() for claim in self.claims],
            "custody": dict(self.custody),
            "exit_status": self.exit_status,
            "exported_at": self.exported_at,
            "exporter": self.exporter,
            "heading": self.heading,
            "heads": dict(self.heads),
            "intact": self.intact,
            "mode": self.mode,
            "times_by_others": dict(self.times),
            "states": dict(self.states),
            "steps": [step.value() for step in self.steps],
            "verdict": self.verdict,
            "witnesses": dict(self.witnesses),
            "withheld": {path: item.value() for path, item in self.withheld.items()},
        }
