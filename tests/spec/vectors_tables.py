"""Vectors of round tables: what messages in merged order say of answers, minutes and actions."""

from dataclasses import asdict
from typing import Any

from tests.exchange.makers import DIGEST, TABLES, UN, VN, ZA
from tests.spec.vectors_envelope import vector, wrap

from comity.exchange.tables import TableMessage, table_of

type Told = tuple[str, str, int | None, dict[str, Any]]
MEMBERS = (UN, VN, ZA)


def files() -> dict[str, Any]:
    """Return the file of this module by name."""
    return {
        "tables": wrap(
            "tables",
            "Say what a round table has come to (spec 7.5). `messages` are those that took effect, "
            "in merged order, each with the sections that are here. `expect` is `why` of the first "
            "misfit; else `ok` if the newest minutes are agreed, their standing if they are not, "
            "`none` if there are none. `result` is the whole outcome.",
            [*agreed(), *not_agreed(), *misfits()],
        )
    }


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Return the whole outcome as JSON."""
    messages = [TableMessage(**message) for message in given["messages"]]
    found = table_of(messages, members=given["members"], caller=given["caller"])
    return {
        "answers": [asdict(answer) for answer in found.answers],
        "minutes": [
            {
                "by": one.by,
                "standing": one.standing,
                "words": [asdict(word) for word in one.words],
                "actions": [asdict(action) for action in one.actions],
            }
            for one in found.minutes
        ],
        "agreed": found.agreed.by if found.agreed else None,
        "misfits": [asdict(misfit) for misfit in found.misfits],
    }


def verdict(result: dict[str, Any]) -> str:
    """Return the one word that the vectors expect."""
    if result["misfits"]:
        return str(result["misfits"][0]["why"])
    standing = result["minutes"][-1]["standing"] if result["minutes"] else "none"
    return "ok" if standing == "agreed" else str(standing)


def digest(place: int) -> str:
    return f"sha256:{place:064x}"


def case(name: str, expect: str, *told: Told) -> dict[str, Any]:
    messages = [
        {
            "content": digest(place),
            "author": author,
            "type": f"table.{kind}",
            "about": None if about is None else digest(about) if about else DIGEST,
            "sections": sections,
        }
        for place, (kind, author, about, sections) in enumerate(told, start=1)
    ]
    value = {"members": list(MEMBERS), "caller": VN, "messages": messages}
    return vector(name, value, expect, "spec 7.5", result=run(value))


def answer(author: str, word: str = "comes") -> Told:
    return "answered", author, None, {"table-answer": TABLES["table-answer"] | {"answer": word}}


def proposed(**changes: Any) -> Told:
    return "minutes-proposed", VN, None, {"minutes": TABLES["minutes"] | changes}


def agrees(author: str, about: int) -> Told:
    return "minutes-agreed", author, about, {}


def objects(author: str, about: int) -> Told:
    return "minutes-objected", author, about, {"note": {"text": {"lang": "en", "text": "No."}}}


def reports(author: str, about: int, number: int, state: str = "done") -> Told:
    said = TABLES["action-report"] | {"number": number, "state": state}
    return "action-reported", author, about, {"action-report": said}


CALLED: Told = ("called", VN, None, {"table": TABLES["table"]})
BOTH = (CALLED, answer(UN), answer(ZA), proposed())
"""Both others come; the minutes are message 4."""
ONE = (CALLED, answer(UN, "does-not-come"), answer(ZA), proposed())
"""Only one of the others comes."""


def agreed() -> list[dict[str, Any]]:
    return [
        case("called, nobody has answered", "none", CALLED),
        case("agreed by both who come", "ok", *BOTH, agrees(UN, 4), agrees(ZA, 4)),
        case("agreed by the one who comes", "ok", *ONE, agrees(ZA, 4)),
        case("an objection is taken back", "ok", *ONE, objects(ZA, 4), agrees(ZA, 4)),
        case("the objection of one who does not come", "ok", *ONE, objects(UN, 4), agrees(ZA, 4)),
        case("whoever does not come after all was waited for before", "ok", *BOTH, agrees(ZA, 4),
             answer(UN, "does-not-come"), agrees(UN, 4)),
        case("new minutes are agreed after an objection", "ok", *ONE, objects(ZA, 4), proposed(),
             agrees(ZA, 6)),
        case("what was agreed counts while new minutes are open", "open", *ONE, agrees(ZA, 4),
             proposed(actions=None)),
        case("actions, done one by one", "ok", *ONE, agrees(ZA, 4), reports(ZA, 4, 1, "under-way"),
             reports(VN, 4, 2), reports(ZA, 4, 1)),
        case("minutes that were erased", "ok", CALLED, answer(ZA),
             ("minutes-proposed", VN, None, {}), agrees(ZA, 3)),
        case("an opening that was erased", "ok", ("called", VN, None, {}), answer(ZA), proposed(),
             agrees(ZA, 3)),
    ]  # fmt: skip


def not_agreed() -> list[dict[str, Any]]:
    erased: Told = ("answered", UN, None, {})
    return [
        case("one of two has not spoken", "open", *BOTH, agrees(ZA, 4)),
        case("nobody said it comes", "open", CALLED, answer(ZA, "does-not-come"), proposed(),
             agrees(ZA, 3)),
        case("nobody has answered at all", "open", CALLED, proposed(), agrees(ZA, 2)),
        case("an objection", "objected", *BOTH, agrees(UN, 4), objects(ZA, 4)),
        case("an agreement taken back", "objected", *ONE, agrees(ZA, 4), objects(ZA, 4)),
        case("only one who does not come agrees", "open", *ONE, agrees(UN, 4)),
        case("one agrees twice for two", "open", *BOTH, agrees(ZA, 4), agrees(ZA, 4)),
        case("objected by one who comes, agreed by another", "objected", *BOTH, objects(UN, 4),
             agrees(ZA, 4)),
        case("objected to by all", "objected", *BOTH, objects(UN, 4), objects(ZA, 4)),
        case("new minutes, and nobody has spoken", "open", *ONE, objects(ZA, 4), proposed()),
        case("whoever comes no more is still waited for", "open", *BOTH, answer(UN,
             "does-not-come"), agrees(ZA, 4)),
        case("whoever comes only after the minutes is not waited for", "open", CALLED,
             answer(ZA), proposed(), answer(UN), agrees(UN, 3)),
        case("an answer that was erased leaves it unknown", "unknown", CALLED, erased, answer(ZA),
             proposed(), agrees(ZA, 4)),
    ]  # fmt: skip


def misfits() -> list[dict[str, Any]]:
    foreign = [{"number": 1, "what": "x", "party": "fj/police", "due_by": "2026-09-01T00:00:00Z"}]
    strange = [{"number": 9, "text": {"lang": "en", "text": "x"}}]
    return [
        case("agreed to what was replaced", "replaced", *ONE, proposed(), agrees(ZA, 4)),
        case("objected to what was replaced", "replaced", *ONE, proposed(), objects(ZA, 4)),
        case("agreed to nothing that was proposed", "replaced", CALLED, answer(ZA), agrees(ZA, 0)),
        case("minutes of an item that is not on the agenda", "no-such", CALLED, answer(ZA),
             proposed(items=strange)),
        case("an action of a party that is no member", "foreign", CALLED, answer(ZA),
             proposed(actions=foreign)),
        case("a report of an action that is not there", "no-such", *ONE, reports(ZA, 4, 7)),
        case("a report about no minutes", "no-such", *ONE, reports(ZA, 0, 1)),
        case("a report of another's action", "foreign", *ONE, reports(ZA, 4, 2)),
        case("the caller reports for another", "foreign", *ONE, reports(VN, 4, 1)),
    ]  # fmt: skip
