"""The messages of a bundle, one line each: who sent what, and when, by whose word."""

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import Final

from comity.bundle.claims import Claim
from comity.bundle.verdict import Report
from comity.verifier.preface import short_root
from comity.verifier.speech import Speech

_SENT: Final = "sent-at"
_SIGNED: Final = "message-signed"


def message_lines(report: Report, speech: Speech) -> Iterator[str]:
    """Yield the messages whose signatures hold, under the conversation that they are of.

    Args:
        report: the verdict; one of a damaged bundle claims nothing of its messages.
        speech: the words of a language.
    """
    sent = {str(one.facts["path"]): one for one in report.claims if one.name == _SENT}
    told: dict[str, list[Claim]] = {}
    for claim in report.claims:
        if claim.name == _SIGNED:
            of = PurePosixPath(str(claim.facts["path"])).parent.name  # data/messages/CONVERSATION
            told.setdefault(of, []).append(claim)
    yield speech.word("messages-list")
    if not told:
        yield f"  {speech.word('nothing')}"
    for conversation, claims in told.items():
        yield f"  {speech.say('about-conversation', conversation=short_root(conversation))}"
        for claim in sorted(claims, key=lambda one: _place(one, sent)):
            yield f"    {_row(claim, sent.get(str(claim.facts['path'])), speech)}"


def _place(claim: Claim, sent: Mapping[str, Claim]) -> tuple[str, str, int]:
    when = sent.get(str(claim.facts["path"]))
    time = str(when.facts["time"]) if when is not None else ""
    return time, str(claim.facts["party"]), int(claim.facts["sequence"])


def _row(claim: Claim, sent: Claim | None, speech: Speech) -> str:
    kind = speech.name_of("type", str(claim.facts["type"]))
    party, sequence = str(claim.facts["party"]), int(claim.facts["sequence"])
    if sent is None:
        return speech.line_of("named", name=speech.head(party, sequence), value=kind)
    row = speech.line_of(
        "message-row",
        party=speech.party(party),
        sequence=speech.fact(sequence),
        type=kind,
        time=speech.fact(str(sent.facts["time"])),
        word=speech.word(f"word-{sent.word}"),
    )
    after, before = (str(sent.facts.get(side, "")) for side in ("after", "before"))
    if after and before:
        bounds = speech.say("message-between", after=after, before=before)
    elif after:
        bounds = speech.say("message-after", time=after)
    elif before:
        bounds = speech.say("message-before", time=before)
    else:
        return row
    return f"{row} {bounds}"
