"""Articles, grounds and facts that a scenario cites and the law as data does not have."""

from collections.abc import Iterator

from comity.drills.characters import CHARACTERS
from comity.drills.findings import Finding, finding
from comity.drills.model import Plan
from comity.drills.parse import FILE
from comity.drills.values import Deed
from comity.instruments.library import Library
from comity.instruments.model import Instrument


def laws(plan: Plan, library: Library) -> Iterator[Finding]:
    """Yield what a plan cites that is not there."""
    treaty = library.instruments.get(plan.treaty)
    if treaty is None:
        yield finding(
            FILE, "scenario", "treaty-unknown", f"there is no treaty {plan.treaty[:64]!a}"
        )
        return
    yield from _cites(plan, treaty)
    for place, deed in _deeds(plan):
        ground = deed.names.get("ground", "")
        if ground and ground not in treaty.grounds:
            yield finding(FILE, place, "ground-unknown", f"there is no ground {ground[:64]!a}")
    for key, thread in plan.threads.items():
        if thread.measure and not treaty.provides(thread.measure):
            told = f"there is no measure {thread.measure[:64]!a}"
            yield finding(FILE, f"thread {key}", "measure-unknown", told)
    for key, party in plan.parties.items():
        character = CHARACTERS.get(party.character)
        for ground in character.grounds.values() if character else ():
            if ground not in treaty.grounds:
                told = f"{party.character} refuses on {ground}, which the treaty does not have"
                yield finding(FILE, f"party {key}", "ground-unknown", told)
    for key, score in plan.scores.items():
        for name in score.fields:
            if name not in library.facts:
                told = f"fields: there is no fact {name[:64]!a}"
                yield finding(FILE, f"score {key}", "fact-unknown", told)


def _cites(plan: Plan, treaty: Instrument) -> Iterator[Finding]:
    for kind, things in (
        ("task", plan.tasks),
        ("score", plan.scores),
        ("good", plan.good),
        ("debrief", plan.debrief),
    ):
        for key, thing in things.items():
            for cite in thing.cite:
                if cite.partition("(")[0] not in treaty.articles:
                    told = f"cites {cite[:64]!a}: there is no such article"
                    yield finding(FILE, f"{kind} {key}", "article-unknown", told)


def _deeds(plan: Plan) -> Iterator[tuple[str, Deed]]:
    for key, trigger in plan.triggers.items():
        yield f"trigger {key}", trigger.did
    for key, score in plan.scores.items():
        yield from ((f"score {key}", did) for did in score.steps or (score.did,))
    for key, good in plan.good.items():
        yield f"good {key}", good.did
