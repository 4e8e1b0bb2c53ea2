"""The judgement of a court bundle: eleven steps in one fixed order, one function a step.

Whoever calls this still has to make sure that the trust file came another way than the bundle.

Source: spec/16-bundles.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from comity.bundle.about import about
from comity.bundle.claims import CLOCKS, Claim
from comity.bundle.contents import Bundle
from comity.bundle.reader import Reader
from comity.bundle.stamps import Witnesses
from comity.bundle.steps_custody import custody
from comity.bundle.steps_evidence import evidence
from comity.bundle.steps_files import completeness, exporter, files
from comity.bundle.steps_log import log
from comity.bundle.steps_messages import conversations, messages
from comity.bundle.steps_receipts import receipts
from comity.bundle.steps_time import times, trust
from comity.bundle.verdict import Notes, Outcome, Report, Status, Verdict
from comity.canonical import time_text
from comity.directory import TrustFile


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        title: what it is about.
        run: looks, writes down what it finds, returns one line.
        by_trust: whether what it shows rests on keys, and so on the trust file.
    """

    title: str
    run: Callable[[Bundle, Notes], str]
    by_trust: bool = True


STEPS: Final = (
    Step("files and manifests", files, by_trust=False),
    Step("exporter's signature", exporter),
    Step("whose keys these are", trust),
    Step("messages", messages),
    Step("conversations", conversations),
    Step("receipts", receipts),
    Step("logs", log),
    Step("times that others bear out, and revocation", times),
    Step("custody chains", custody),
    Step("evidence", evidence),
    Step("completeness", completeness),
)


def verify(reader: Reader, *, trust: TrustFile | None) -> Report:
    """Return the verdict on a bundle.

    Args:
        reader: the bundle, all of it untrusted.
        trust: from outside the bundle; None: nothing can be more than consistent.

    Returns:
        A list of claims, each with whose word it is; and what to make of the bundle as a whole.

    Raises:
        OperationError: a file cannot be read; nothing is said about the bundle.
        BundleLimitError: more files than a bundle may have.
        TimestampRootError: the trust file names a time-stamp root that is no certificate.
    """
    return judge(reader, trust=trust)[1]


def judge(reader: Reader, *, trust: TrustFile | None) -> tuple[Bundle, Report]:
    """Return a bundle as its steps have left it, with the verdict; as `verify`."""
    bundle = Bundle(reader, trust)
    claims: list[Claim] = []
    steps = tuple(_run(bundle, number, step, claims) for number, step in enumerate(STEPS, 1))
    if any(step.status == "failed" for step in steps):
        # What failed may be what a claim rests on: nothing is borne out, nobody accused.
        claims = [claim for claim in claims if claim.word == "unknown"]
        bundle.times.clear()
    return bundle, _report(bundle, steps, tuple(claims))


def _run(bundle: Bundle, number: int, step: Step, claims: list[Claim]) -> Outcome:
    notes = Notes()
    summary = step.run(bundle, notes)
    claims += notes.claims
    bundle.spoilt = bundle.spoilt or bool(notes.findings)
    status: Status = "passed"
    unpinned = sorted(bundle.known.unpinned)
    if notes.findings:
        status = "failed"
    elif not notes.claimed:
        status = "empty"
    elif step.by_trust and (bundle.trust is None or unpinned):
        status = "unpinned"
        why = "no trust file" if bundle.trust is None else f"not pinned: {', '.join(unpinned)}"
        summary = f"{summary}; it fits together, but nobody vouches for these keys ({why})"
    return Outcome(number, step.title, status, summary, tuple(notes.findings), notes.looked_at)


def _verdict(bundle: Bundle, steps: tuple[Outcome, ...], claims: tuple[Claim, ...]) -> Verdict:
    own = [one for one in claims if one.word == "contradicted" and bundle.exporter in one.by]
    clocks = [one for one in own if one.name in CLOCKS]
    if any(step.status == "failed" for step in steps) or len(own) > len(clocks):
        return "damaged"
    if any(step.status == "unpinned" for step in steps):
        return "unpinned"
    disputed = any(one.word == "disputed" for one in claims)
    return "disputed" if disputed or clocks else "intact"


def _report(bundle: Bundle, steps: tuple[Outcome, ...], claims: tuple[Claim, ...]) -> Report:
    told = bundle.statement
    conversations = told.conversations if told else ()
    return Report(
        verdict=_verdict(bundle, steps, claims),
        steps=steps,
        claims=claims,
        exporter=told.exporter if told else None,
        exported_at=time_text(told.exported_at) if told else None,
        mode=told.mode if told else None,
        heads={item.conversation: item.value()["heads"] for item in conversations},
        custody={name: head.to_value() for name, head in told.custody.items()} if told else {},
        states=told.state if told else {},
        times={
            bundle.path_of(message): {"at": time_text(at), "by": by}
            for content, (at, by) in bundle.times.items()
            if (message := bundle.by_content.get(content)) is not None
        },
        withheld=bundle.withheld,
        other_mode=bool(bundle.trust and told and told.mode != bundle.trust.mode),
        unlike_trust=bundle.known.unlike_trust,
        about=about(bundle),
        witnesses=_witnesses(bundle),
    )


def _witnesses(bundle: Bundle) -> dict[str, Any]:
    found = Witnesses(bundle)
    return {
        "counted": [{"name": name, "state": state} for name, state in found.counted],
        "due": found.due,
    }
