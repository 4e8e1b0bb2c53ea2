"""The judgement of a court bundle: eleven steps in one fixed order, one function a step.

Whoever calls this still has to make sure that the trust file came another way than the bundle.

Source: spec/16-bundles.md.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from comity.bundle.contents import Bundle
from comity.bundle.reader import Reader
from comity.bundle.steps_complete import completeness
from comity.bundle.steps_custody import custody
from comity.bundle.steps_evidence import evidence
from comity.bundle.steps_files import exporter, files
from comity.bundle.steps_log import log
from comity.bundle.steps_messages import conversations, messages
from comity.bundle.steps_receipts import receipts
from comity.bundle.steps_time import times
from comity.bundle.steps_trust import trust
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
    Step("proved time and revocation", times),
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
        ``proved`` only if all that is claimed is, and the trust file pins every State in it.

    Raises:
        OperationError: a file cannot be read; nothing is said about the bundle.
        BundleLimitError: more files than a bundle may have.
        TimestampRootError: the trust file names a time-stamp root that is no certificate.
    """
    bundle = Bundle(reader, trust)
    steps = tuple(_run(bundle, number, step) for number, step in enumerate(STEPS, 1))
    return _report(bundle, steps)


def _run(bundle: Bundle, number: int, step: Step) -> Outcome:
    notes = Notes()
    summary = step.run(bundle, notes)
    status: Status = "proved"
    unpinned = sorted(bundle.known.unpinned)
    if notes.findings:
        status = "failed"
    elif not notes.claimed:
        status = "not-proved"
    elif step.by_trust and (bundle.trust is None or unpinned):
        status = "not-proved"
        why = "no trust file" if bundle.trust is None else f"not pinned: {', '.join(unpinned)}"
        summary = f"{summary}; consistent, but whose keys these are is not proved ({why})"
    return Outcome(
        number,
        step.title,
        status,
        summary,
        tuple(notes.findings),
        tuple(notes.attested),
        tuple(notes.unknown),
        notes.claimed,
    )


def _report(bundle: Bundle, steps: tuple[Outcome, ...]) -> Report:
    verdict: Verdict = "proved"
    if any(step.status == "failed" for step in steps):
        verdict = "failed"
    elif any(step.status == "not-proved" and step.claimed for step in steps):
        verdict = "consistent"
    told = bundle.statement
    conversations = told.conversations if told else ()
    return Report(
        verdict=verdict,
        steps=steps,
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
        unlike_trust=bundle.known.unlike_trust,
    )
