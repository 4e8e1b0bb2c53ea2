"""What must hold of every bundle of a random case, whoever exports it and whoever judges it.

Source: spec/16-bundles.md and spec/registry/claims.toml, read anew here: nothing of this is taken
from the steps of a verdict.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from random import Random
from typing import Any, Final

from tests.bundle.adversary import Play
from tests.bundle.adversary_export import OWN_WITNESS, export, lie
from tests.bundle.adversary_side import Side, knowing, speaking, trust
from tests.bundle.parties import WITNESS, trust_file, witness
from tests.directory.world import key_set, state_keys

from comity.bundle import MemoryReader, Report, layout
from comity.bundle.claims import CLOCKS, Claim
from comity.bundle.contents import Bundle
from comity.bundle.verify import judge
from comity.canonical import decode, parse_digest, state_of
from comity.directory import TrustFile
from comity.evidence.custody import Event, verify_values

EXIT: Final = {"intact": 0, "damaged": 1, "unpinned": 3, "disputed": 4}


@dataclass(frozen=True)
class Judged:
    """A bundle of a case, and what a verifier makes of it."""

    play: Play
    exporter: str
    files: Mapping[str, bytes]
    trust: TrustFile | None
    bundle: Bundle
    report: Report

    @property
    def honest(self) -> bool:
        """Whether the exporter tells the truth."""
        return self.exporter != self.play.liar

    @cached_property
    def pins(self) -> frozenset[str]:
        """States that the trust file pins."""
        return frozenset(self.trust.delegations if self.trust else ())

    def pinned(self, party: str) -> bool:
        """Tell whether the trust file pins a party's State."""
        return state_of(party) in self.pins

    def independent(self, party: str) -> bool:
        """Tell whether a party is a pinned one of another State than the exporter."""
        return self.pinned(party) and state_of(party) != state_of(self.exporter)


def judged(
    play: Play, exporter: str, files: Mapping[str, bytes], trusted: TrustFile | None
) -> Judged:
    """Return a bundle with its verdict."""
    bundle, report = judge(MemoryReader(files), trust=trusted)
    return Judged(play, exporter, files, trusted, bundle, report)


def bundles(play: Play) -> list[tuple[str, dict[str, bytes]]]:
    """Return the bundles of a case: an honest one of each party, and one that lies."""
    told = [
        party
        for party in play.members
        if any(message.content == play.conversation for message in play.sides[party].messages)
    ]
    return [*((party, export(play, party)) for party in told), (play.liar, lie(play))]


def against(play: Play) -> list[str]:
    """Return everything that must not be, in the bundles of a case and by every trust file."""
    wrong: list[str] = []
    every = bundles(play)
    with knowing(speaking(bool(play.newer))):
        for exporter, files in every:
            whole = judged(play, exporter, files, trust())
            wrong += _told(whole)
            other = judged(play, exporter, files, unlike(play, len(files)))
            wrong += [*_told(other), *_against_whole(whole, other)]
        wrong += _by_a_wrong_key(play, *Random(f"{play.number} key").choice(every))
    if play.newer:
        wrong += _without_the_edition(play, every)
    return [f"seed {play.number}: {line}" for line in wrong]


def unlike(play: Play, draw: int) -> TrustFile | None:
    """Return a trust file that pins other things than all States, or no witness."""
    states = sorted(state_of(party) for party in play.members)
    witnessed, own = (witness(),), witness(state_of(play.liar), OWN_WITNESS)
    every: list[TrustFile | None] = [
        None,
        trust_file(state_of(play.liar)),
        trust_file(state_of(play.honest[0]), witnesses=witnessed),
        trust_file("un", "vn", "za", witnesses=witnessed),
        trust_file("un", "vn", "za", witnesses=witnessed, due=2),
        trust_file("un", "vn", "za", witnesses=(*witnessed, own)),
        trust_file("un", "vn", "za", witnesses=(witness("za"),)),
        replace(trust(), delegations={}, witnesses=witnessed),
        trust_file(*states[:-1]),
    ]
    return Random(f"{play.number} trust {draw}").choice(every)


# -- one verdict --------------------------------------------------------------------------------


def _told(of: Judged) -> list[str]:
    """Return what a verdict must not say of a bundle."""
    report, play = of.report, of.play
    wrong = [
        f"called {report.verdict}, and is {due}" for due in [_due(of)] if due != report.verdict
    ]
    for claim in report.claims:
        if claim.word == "proved":
            wrong += [f"proved: {why} {claim.value()}" for why in _unproved(of, claim)]
        wrong += [f"{why} {claim.value()}" for why in _put_in_a_mouth(of, claim)]
        if claim.word == "contradicted" and claim.by != (play.liar,):
            wrong.append(f"an honest party contradicts itself: {claim.value()}")
        if claim.word == "disputed" and play.liar not in claim.by:
            wrong.append(f"honest parties dispute: {claim.value()}")
    if of.honest:
        wrong += _of_an_honest_one(of)
    return [f"{of.exporter} by {_name(of.trust)}: {line}" for line in wrong]


def _name(trusted: TrustFile | None) -> str:
    if trusted is None:
        return "no trust file"
    return f"pins {','.join(sorted(trusted.delegations))}" + " witnessed" * bool(trusted.witnesses)


def _due(of: Judged) -> str:
    """Return the verdict that section 16 gives for the steps and claims that are told."""
    report = of.report
    own = [c for c in report.claims if c.word == "contradicted" and of.exporter in c.by]
    if any(step.findings for step in report.steps) or any(c.name not in CLOCKS for c in own):
        return "damaged"
    if not all(of.pinned(party) for party in of.play.members):
        return "unpinned"
    disputed = any(claim.word == "disputed" for claim in report.claims)
    return "disputed" if disputed or own else "intact"


def _of_an_honest_one(of: Judged) -> Iterator[str]:
    side, conversation = of.play.sides[of.exporter], of.play.conversation
    if of.report.verdict == "damaged":
        yield f"an honest bundle is damaged: {of.report.first_failure} {_own(of)}"
    found, mine = of.bundle.replays[conversation], side.now()
    same = (found.state, found.order, dict(found.standing)) == (
        mine.state,
        mine.order,
        dict(mine.standing),
    )
    if not same or of.report.states[conversation] != mine.state.to_value():
        yield "another state, order or standing than its own"
    if of.trust == trust():
        yield from _shown(of, side)


def _own(of: Judged) -> list[Any]:
    return [c.value() for c in of.report.claims if c.word == "contradicted" and of.exporter in c.by]


def _shown(of: Judged, side: Side) -> Iterator[str]:
    """Yield what an honest bundle shows too little of: the liar cannot take it away."""
    signed = {c.facts["path"] for c in of.report.claims if (c.name, c.word) == _SIGNED}
    missing = [path for path in of.bundle.messages if path not in signed]
    if missing or len(signed) != len({m.record for m in side.messages}):
        yield f"not all messages are proved to be signed: {missing}"


_SIGNED: Final = ("message-signed", "proved")


# -- what is proved -----------------------------------------------------------------------------

_BY_KEYS: Final = frozenset(
    {"exporter-signed", "message-signed", "section-content", "package-sealed", "hand-over",
     "refusal-ground", "log-heard", "state"}
)  # fmt: skip
_BY_ANOTHER: Final = frozenset({"state", "log-heard"})


def _unproved(of: Judged, claim: Claim) -> Iterator[str]:
    """Yield why a claim that is called proved is not."""
    facts, play = claim.facts, of.play
    if claim.name in _BY_KEYS and not (claim.by and all(map(of.pinned, claim.by))):
        yield "by a key that nobody pins"
    if claim.name == "party-keys" and not of.pinned(str(facts["party"])):
        yield "by a key that nobody pins"
    if claim.name in _BY_ANOTHER and not any(map(of.independent, claim.by)):
        yield "by the exporter alone"
    if claim.name in ("existed-by", "log-single"):
        listed = of.trust.witnesses if of.trust is not None else ()
        told = play.members if of.report.heads else (of.exporter,)  # no message names the others
        involved = {state_of(party) for party in told}
        counts = [one for one in listed if one.state not in involved]
        if (
            not counts
            or claim.by != (WITNESS,)
            or of.trust is None
            or of.trust.witness_threshold > 1
        ):
            yield "by no witness, or by too few"
    if claim.name == "receipt":
        yield from _receipt(of, claim)
    if claim.name == "state" and not of.honest:
        seen = set.union(*(play.sides[p].signed for p in claim.by if p != play.liar), set())
        if set(claim.by) - {play.liar} and facts["main"] not in seen:
            yield "a state that nobody else ever saw"
    if claim.name == "hand-over" and set(claim.by) != _parties(of, claim):
        yield "by others than gave and took"


def _receipt(of: Judged, claim: Claim) -> Iterator[str]:
    given = {
        layout.receipt_path(record, to): told for (record, to), told in of.play.answers.items()
    }
    if given.get(str(claim.facts["path"])) != claim.facts["outcome"]:
        yield "an answer that was never given"
    others = [party for party in of.play.members if of.independent(party)]
    if not others:
        yield "by the exporter alone"
    if claim.by == (of.play.liar,) == (of.exporter,) and others == []:
        yield "by the liar of itself"


# -- whose word it is ---------------------------------------------------------------------------


def _put_in_a_mouth(of: Judged, claim: Claim) -> Iterator[str]:
    """Yield what is called the word of an honest party that never said so."""
    if claim.word not in ("attested", "proved"):
        return
    honest = [party for party in claim.by if party in of.play.honest]
    if claim.name == "custody-event":
        event = _chain(of, str(claim.facts["exhibit"]))[int(claim.facts["number"]) - 1]
        if any(event.digest() not in _wrote(of.play.sides[party]) for party in honest):
            yield "an event that the party never wrote:"
    elif claim.name == "hand-over" and claim.by != (of.exporter,):
        number = int(claim.facts["number"])
        both = _chain(of, str(claim.facts["exhibit"]))[number - 2 : number]
        for event in both:
            if event.party in honest and event.digest() not in _wrote(of.play.sides[event.party]):
                yield "a hand-over that the party never wrote:"
    elif claim.name == "package-sealed":
        root = layout.parts(str(claim.facts["path"]))["root"]
        if any(root not in _offered(of.play.sides[party]) for party in honest):
            yield "a package that the party never offered:"


def _chain(of: Judged, exhibit: str) -> tuple[Event, ...]:
    data = of.files[layout.custody_path(exhibit)]
    return verify_values(decode(data, max_bytes=len(data)))[0]


def _parties(of: Judged, claim: Claim) -> set[str]:
    number = int(claim.facts["number"])
    return {e.party for e in _chain(of, str(claim.facts["exhibit"]))[number - 2 : number]}


def _wrote(side: Side) -> set[bytes]:
    """Return the digests of the events that a party wrote."""
    every = (event for events in side.shelf.chains.values() for event in events)
    return {event.digest() for event in every if event.party == side.party}


def _offered(side: Side) -> set[str]:
    own = [m for m in side.messages if m.draft.author == side.party]
    offers = (side.sections[m.content].get("offer") for m in own)
    return {parse_digest(one.value["root"]).hex() for one in offers if one is not None}


# -- one verdict and another --------------------------------------------------------------------

_SURER: Final = {"proved": 2, "attested": 1, "unknown": 0}
_WITNESSED: Final = frozenset({"existed-by", "log-single", "exported-at"})


def _against_whole(whole: Judged, other: Judged) -> Iterator[str]:
    """Yield where a trust file that pins less shows more, or finds other things at odds."""
    if other.trust is not None and other.trust.witnesses and not other.honest:
        return  # a cosignature that the exporter forged counts with its witness alone
    if (whole.report.verdict == "damaged") != (other.report.verdict == "damaged"):
        yield f"{other.exporter}: damaged by one trust file only, not by {_name(other.trust)}"
    if _odd(whole) != _odd(other):
        yield f"{other.exporter}: other things at odds by {_name(other.trust)}"
    words = _words(whole)
    for (name, facts), word in _words(other).items():
        if name not in _WITNESSED and name != "state" and word in _SURER:
            before = words.get((name, facts))
            if before is None or _SURER.get(before, 0) < _SURER[word]:
                yield f"{name} {facts} is {word} by {_name(other.trust)}, {before} by all"


def _odd(of: Judged) -> list[str]:
    odd = (c for c in of.report.claims if c.word in ("contradicted", "disputed"))
    return sorted(str(claim.value()) for claim in odd if claim.name not in _WITNESSED)


def _words(of: Judged) -> dict[tuple[str, str], str]:
    return {(c.name, str(sorted(c.facts.items()))): c.word for c in of.report.claims}


def _by_a_wrong_key(play: Play, exporter: str, files: Mapping[str, bytes]) -> Iterator[str]:
    """Judge by a trust file that has other keys for the liar's State."""
    state = state_of(play.liar)
    pins = {**trust().delegations, state: key_set(state_keys("fr"))}
    of = judged(play, exporter, files, replace(trust(), delegations=pins))
    if (of.report.verdict, of.report.unlike_trust) != ("damaged", (state,)):
        yield f"{exporter}: {of.report.verdict} though the keys of {state} are others"
    for claim in of.report.claims:
        theirs = {state_of(by) if "/" in by else by for by in claim.by} == {state}
        if claim.word == "proved" and theirs:
            yield f"{exporter}: proved by keys unlike those pinned: {claim.value()}"


def _without_the_edition(play: Play, every: list[tuple[str, dict[str, bytes]]]) -> Iterator[str]:
    """Judge by a verifier that has not learnt the newer edition: it says so, and blames nobody."""
    for exporter, files in every:
        if exporter == play.liar:
            continue
        of = judged(play, exporter, files, trust())
        replayed = of.bundle.replays[play.conversation]
        states = [claim for claim in of.report.claims if claim.name == "state"]
        if of.report.verdict == "damaged":
            yield f"{exporter} is damaged where an edition is not known: {of.report.first_failure}"
        if replayed.lacking and {claim.word for claim in states} != {"unknown"}:
            yield f"{exporter}: a state by an edition that is not known"
        if not replayed.lacking:
            yield from _told(of)
