"""Parts of a scenario that never come, come after its end, or wait for each other."""

from collections.abc import Iterator

from comity.drills.findings import Finding, finding
from comity.drills.model import Plan
from comity.drills.parse import FILE
from comity.drills.reach import NEVER, Reach, loops


def times(plan: Plan) -> Iterator[Finding]:
    """Yield what is wrong with when things come."""
    ringed: set[str] = set()
    for ring in loops(plan):
        ringed |= set(ring)
        told = f"waits for itself: {', '.join(ring)}"
        yield finding(FILE, ring[0], "loop", told)
    reach = Reach(plan)
    for name, at in reach.earliest.items():
        kind = name.partition(" ")[0]
        if name in ringed or at <= plan.minutes:
            continue
        if kind == "task":
            told = (
                "no player can reach it" if at >= NEVER else f"opens at minute {at}, after the end"
            )
            yield finding(FILE, name, "task-unreachable", told)
        elif at >= NEVER:
            yield finding(FILE, name, "never-comes", "what it waits for can never happen")
        else:
            told = f"comes at minute {at} at the earliest, after the end"
            yield finding(FILE, name, "beyond-length", told)
    yield from _scored(plan, reach)


def _scored(plan: Plan, reach: Reach) -> Iterator[Finding]:
    for key, good in plan.good.items():
        if good.minute > plan.minutes:
            told = f"is ideal at minute {good.minute}, after the end"
            yield finding(FILE, f"good {key}", "beyond-length", told)
        elif NEVER > (at := reach.deed(good.did)) > good.minute:
            told = f"cannot be done before minute {at}"
            yield finding(FILE, f"good {key}", "beyond-length", told)
    for key, score in plan.scores.items():
        since = reach.of(score.after) if score.after else 0
        if plan.minutes < since + score.within_minutes < NEVER:
            told = f"may be done in time until minute {since + score.within_minutes}, after the end"
            yield finding(FILE, f"score {key}", "beyond-length", told)
        for did in score.steps or (score.did,):
            if reach.deed(did) >= NEVER:
                told = "asks for what no player can do"
                yield finding(FILE, f"score {key}", "never-comes", told)
