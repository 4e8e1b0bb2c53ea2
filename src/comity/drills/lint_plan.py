"""Names in scenario.toml that name nothing, and messages that nobody can send."""

from collections.abc import Collection, Iterator

from comity.drills.characters import CHARACTERS
from comity.drills.errors import Finding, finding
from comity.drills.model import KINDS, Inject, Plan, Scenario
from comity.drills.parse import FILE
from comity.drills.reach import sayable
from comity.drills.reading import exhibit_bytes
from comity.drills.threads import role_of
from comity.drills.values import SHOWN, TYPED, Deed
from comity.exchange.types import MOVES


def references(scenario: Scenario) -> Iterator[Finding]:
    """Yield what is wrong with the names of a plan and of its files."""
    plan = scenario.plan
    yield from _named(plan)
    yield from _people(plan)
    for inject in plan.injects.values():
        yield from _inject(plan, inject)
    for key, trigger in plan.triggers.items():
        place = f"trigger {key}"
        yield from _after(plan, place, trigger.after)
        yield from deed(plan, place, trigger.did, "trigger-impossible")
        used = {one.trigger for one in plan.injects.values()}
        afters = [one.after for one in plan.triggers.values()]
        afters += [one.after for one in plan.scores.values()]
        if key not in used and place not in afters:
            yield finding(FILE, place, "trigger-unused", "nothing comes of it")
    for key, one in plan.scores.items():
        place = f"score {key}"
        yield from _after(plan, place, one.after)
        for did in one.steps or (one.did,):
            yield from deed(plan, place, did, "trigger-impossible")
    for key, good in plan.good.items():
        yield from deed(plan, f"good {key}", good.did, "trigger-impossible")
    yield from _exhibits(scenario)


def deed(plan: Plan, place: str, did: Deed, code: str) -> Iterator[Finding]:
    """Yield why a deed names nothing, or can never be done."""
    names = did.names
    for name, known in (
        ("to", plan.parties),
        ("inject", plan.injects),
        ("about", plan.injects),
        ("task", plan.tasks),
        ("hint", plan.hints),
        ("exhibit", plan.exhibits),
        ("thread", plan.threads),
    ):
        yield from _known(place, name, names.get(name, ""), known)
    team = plan.team().key
    if names.get("to") == team:
        yield finding(FILE, place, code, "is done to the team itself")
    if did.kind != "sent":
        return
    if names["type"] not in MOVES:
        yield finding(FILE, place, "name-unknown", f"there is no message {names['type'][:64]!a}")
        return
    thread = plan.threads.get(names.get("thread", ""))
    if thread is None:
        return
    role, other = role_of(thread, team), {thread.asks, thread.asked} - {team}
    if role is None or names["type"] not in sayable(thread, role):
        told = f"the team can never send {names['type']} in {thread.key}"
        yield finding(FILE, place, code, told)
    elif names["to"] not in other:
        told = f"{names['to']} is not the other side of {thread.key}"
        yield finding(FILE, place, code, told)


def _named(plan: Plan) -> Iterator[Finding]:
    """Yield the members that name an entry which is not there."""
    for kind, row in KINDS.items():
        for name, member, wanted in row.model.references():
            known = getattr(plan, wanted)
            for key, one in getattr(plan, row.table).items():
                given = getattr(one, name)
                for each in (given,) if isinstance(given, str) else given:
                    yield from _known(f"{kind} {key}", member, each, known)


def _people(plan: Plan) -> Iterator[Finding]:
    for key, party in plan.parties.items():
        if party.character and party.character not in CHARACTERS:
            told = f"there is no character {party.character[:64]!a}"
            yield finding(FILE, f"party {key}", "character-unknown", told)
    for key, thread in plan.threads.items():
        if thread.played == "character":
            sides = (plan.parties.get(thread.asks), plan.parties.get(thread.asked))
            if not any(one and one.character for one in sides):
                told = "is played by a character, and neither side has one"
                yield finding(FILE, f"thread {key}", "character-unknown", told)
        if thread.asks == thread.asked:
            told = "a State that asks itself needs no conversation"
            yield finding(FILE, f"thread {key}", "name-unknown", told)


def _inject(plan: Plan, inject: Inject) -> Iterator[Finding]:
    place = f"inject {inject.key}"
    if inject.thread and inject.kind not in TYPED:
        told = f"a {inject.kind} is no message of the protocol, so it has no thread"
        yield finding(FILE, place, "message-impossible", told)
    if inject.kind == "message" and not inject.thread:
        yield finding(FILE, place, "message-impossible", "a message names thread and type")
    form, exhibit = SHOWN.get(inject.kind), plan.exhibits.get(inject.exhibit)
    if form and (exhibit is None or exhibit.form != form):
        told = f"{inject.kind} shows an exhibit of form {form}"
        yield finding(FILE, place, "exhibit-unfit", told)
    thread = plan.threads.get(inject.thread)
    if thread is not None:
        role = role_of(thread, inject.sender)
        if role is None or inject.type not in sayable(thread, role):
            told = (
                f"{inject.sender or 'nobody'} can never send {inject.type[:64]!a} in {thread.key}"
            )
            yield finding(FILE, place, "message-impossible", told)


def _exhibits(scenario: Scenario) -> Iterator[Finding]:
    plan = scenario.plan
    named = {file for one in plan.exhibits.values() for file in (*one.files, one.original)}
    for file in sorted(scenario.files.keys() - named):
        yield finding(f"exhibits/{file}", "", "exhibit-unused", "no exhibit is made of it")
    shown = {one.exhibit for one in plan.injects.values()}
    for key, exhibit in plan.exhibits.items():
        place = f"exhibit {key}"
        due = [*exhibit.files, *filter(None, [exhibit.original])]
        missing = [name for name in due if name not in scenario.files]
        for name in missing:
            yield finding(FILE, place, "exhibit-missing", f"exhibits/{name[:64]} is not there")
        if not missing and exhibit_bytes(scenario, exhibit) is None:
            told = f"exhibits/{exhibit.original} has another digest than the one named"
            yield finding(FILE, place, "exhibit-unfit", told)
        if key not in shown:
            yield finding(FILE, place, "exhibit-unused", "no inject shows it")


def _after(plan: Plan, place: str, after: str) -> Iterator[Finding]:
    kind, _, key = after.partition(" ")
    yield from _known(place, "after", key, plan.injects if kind == "inject" else plan.triggers)


def _known(place: str, what: str, name: str, known: Collection[str]) -> Iterator[Finding]:
    if name and name not in known:
        yield finding(FILE, place, "name-unknown", f"{what}: there is no {name[:64]!a}")
