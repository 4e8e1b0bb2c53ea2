"""Vectors of items: what messages in merged order say of each, and what of it does not fit."""

from typing import Any

from tests.spec.vectors_envelope import vector, wrap

from comity.exchange.items import Said, items_of

type Told = tuple[str, dict[str, Any]]


def files() -> dict[str, Any]:
    """Return the file of this module by name."""
    return {
        "items": wrap(
            "items",
            "Say what became of each item (spec 7.2). `messages` are those that took effect, in "
            "merged order, each with the sections that are here. `expect` is `ok`, or `why` of the "
            "first misfit. `result` is the whole outcome.",
            [*good(), *misfits()],
        )
    }


def run(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the whole outcome as JSON."""
    found = items_of(Said(m["content"], m["type"], m["sections"]) for m in messages)
    return {
        "items": [
            {
                "number": item.number,
                "description": item.description,
                "standing": item.standing,
                "by": item.by,
            }
            for item in found.items
        ],
        "misfits": [vars(misfit) for misfit in found.misfits],
    }


def case(name: str, expect: str, *told: Told) -> dict[str, Any]:
    messages = [
        {"content": f"sha256:{place:064x}", "type": type_, "sections": sections}
        for place, (type_, sections) in enumerate(told, start=1)
    ]
    return vector(name, {"messages": messages}, expect, "spec 7.2", result=run(messages))


def asks(type_: str, /, **items: str) -> Told:
    """Return a message with a subject; ``_1="logs"`` is item 1."""
    subject: dict[str, Any] = {"description": said("All of it"), "accounts": [], "period": None}
    rows = [{"number": int(n[1:]), "description": said(text)} for n, text in items.items()]
    return type_, {"subject": subject | ({"items": rows} if rows else {})}


def said(text: str) -> dict[str, str]:
    return {"lang": "en", "text": text}


def outcomes(items: dict[int, str]) -> dict[str, Any]:
    rows = [{"number": number, "outcome": outcome} for number, outcome in items.items()]
    return {"items": rows} if rows else {}


def decides(type_: str, /, items: dict[int, str] | None = None) -> Told:
    bare: dict[str, Any] = {
        "reasons": said("As the law has it"),
        "grounds": [],
        "domestic_order": None,
    }
    return type_, {"decision": bare | {"review_by": None} | outcomes(items or {})}


def does(items: dict[int, str], type_: str = "request.executed-in-part") -> Told:
    return type_, {"execution": {"summary": said("x"), "domestic_order": None} | outcomes(items)}


ASKED = asks("request.submitted", _1="Logs", _2="Mailbox", _3="Backups")
IN_PART = decides("request.accepted-in-part", {1: "accepted", 2: "refused"})
ACCEPTED = decides("request.accepted")


def good() -> list[dict[str, Any]]:
    return [
        case("no items at all", "ok", asks("request.submitted"), ACCEPTED, does({})),
        case("asked", "ok", ASKED),
        case("accepted as a whole", "ok", ASKED, ACCEPTED),
        case("accepted in part", "ok", ASKED, IN_PART),
        case("in part, without saying which", "ok", ASKED, decides("request.accepted-in-part"),
             does({})),
        case("done one by one", "ok", ASKED, IN_PART, does({1: "done"}), does({3: "refused"})),
        case("executed without a word", "ok", ASKED, ACCEPTED, does({}, "request.executed")),
        case("one postponed, then accepted", "ok", ASKED,
             decides("request.postponed", {2: "postponed"}), ACCEPTED),
        case("amended before any decision", "ok", ASKED,
             asks("request.amended", _1="Logs of May", _3="Backups", _4="Invoices")),
        case("an amendment without subject", "ok", ASKED, ("request.amended", {})),
        case("withdrawn by an amendment, then asked again", "ok", ASKED,
             asks("request.amended", _1="Logs"), asks("request.amended", _1="Logs", _2="Mailbox")),
        case("withdrawn as a whole", "ok", ASKED, IN_PART, ("request.withdrawn", {})),
        case("a decision that was erased", "ok", ASKED, ("request.accepted", {})),
    ]  # fmt: skip


def misfits() -> list[dict[str, Any]]:
    found = []
    for word in ("accepted", "refused", "postponed"):
        told = decides("request.accepted-in-part", {9: word})
        found.append(case(f"an unknown item is {word}", "unknown", ASKED, told))
    for word in ("done", "nothing-found", "refused"):
        told = does({9: word})
        found.append(case(f"{word} with an unknown item", "unknown", ASKED, ACCEPTED, told))
        told = does({2: word})
        found.append(case(f"{word} after it was refused", "refused", ASKED, IN_PART, told))
        once = does({1: "done"})
        again = does({1: word})
        found.append(case(f"{word} after it was done", "done", ASKED, IN_PART, once, again))
        nothing = does({1: "nothing-found"})
        name = f"{word} after nothing was found"
        found.append(case(name, "done", ASKED, IN_PART, nothing, again))
        fewer = asks("request.amended", _1="Logs")
        gone, name = does({3: word}), f"{word} after it was withdrawn"
        found.append(case(name, "withdrawn", ASKED, fewer, ACCEPTED, gone))
    return [
        *found,
        case("accepted after it was refused", "refused", ASKED, IN_PART,
             decides("request.accepted-in-part", {2: "accepted"})),
        case("postponed, and one refused", "contradicts", ASKED,
             decides("request.postponed", {2: "refused"})),
        case("accepted, and one refused", "contradicts", ASKED,
             decides("request.accepted", {1: "refused"})),
        case("refused, and one accepted", "contradicts", ASKED,
             decides("request.refused", {1: "accepted"})),
        case("a postponed number for another text", "reused", ASKED,
             decides("request.postponed"), asks("request.amended", _2="Mail of June")),
        case("a refused number for another text", "reused", ASKED,
             decides("request.accepted-in-part", {2: "refused"}),
             asks("request.amended", _2="Mail of June")),
        case("a withdrawn number for another text", "reused", ASKED,
             asks("request.amended", _1="Logs"), asks("request.amended", _3="Photographs")),
        case("a text in another language is another text", "reused", ASKED,
             decides("request.postponed"),
             ("request.amended", {"subject": asks("request.amended", _1="Logs")[1]["subject"] | {
                 "items": [{"number": 1, "description": {"lang": "fr", "text": "Logs"}}]}})),
    ]  # fmt: skip
