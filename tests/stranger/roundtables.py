"""What a round table has come to (spec 7.5), made from the specification's text."""

from typing import Any

KINDS = {"table.minutes-agreed": "agreed", "table.minutes-objected": "objected"}


def run(given: dict[str, Any]) -> dict[str, Any]:
    """Return answers, minutes and misfits as the vectors write them."""
    others = [party for party in given["members"] if party != given["caller"]]
    answers = {party: {"party": party, "answer": "", "by": ""} for party in others}
    proposals: list[dict[str, Any]] = []
    misfits: list[dict[str, Any]] = []
    agenda: set[int] | None = None
    for message in given["messages"]:
        by, author, kind = message["content"], message["author"], message["type"]
        sections, about = message["sections"], message["about"]
        if kind == "table.called" and "table" in sections:
            agenda = {row["number"] for row in sections["table"]["agenda"]}
        if kind == "table.answered":
            said = sections["table-answer"]["answer"] if sections else "unknown"
            answers[author] = {"party": author, "answer": said, "by": by}
        if kind == "table.minutes-proposed":
            actions, wrong = _minutes(message, agenda, given["members"])
            misfits += wrong
            coming = {party: answer["answer"] for party, answer in answers.items()}
            first = {n: row | {"state": "open", "by": by} for n, row in actions.items()}
            proposals.append({"by": by, "coming": coming, "actions": first, "said": {}})
        if kind in KINDS:
            if proposals and proposals[-1]["by"] == about:
                proposals[-1]["said"][author] = (KINDS[kind], by)
            else:
                misfits.append({"number": None, "why": "replaced", "by": by})
        if kind == "table.action-reported":
            report = sections["action-report"]
            number = report["number"]
            one: dict[int, Any] = next((p["actions"] for p in proposals if p["by"] == about), {})
            if number not in one:
                misfits.append({"number": number, "why": "no-such", "by": by})
            elif one[number]["party"] != author:
                misfits.append({"number": number, "why": "foreign", "by": by})
            else:
                one[number] |= {"state": report["state"], "by": by}
    told = [_told(one, given) for one in proposals]
    return {
        "answers": list(answers.values()),
        "minutes": told,
        "agreed": next((m["by"] for m in reversed(told) if m["standing"] == "agreed"), None),
        "misfits": misfits,
    }


def _minutes(
    message: dict[str, Any], agenda: set[int] | None, members: list[str]
) -> tuple[dict[int, Any], list[dict[str, Any]]]:
    minutes = message["sections"].get("minutes", {"items": [], "actions": None})
    rows = minutes["actions"] or []
    numbers = [row["number"] for row in minutes["items"]]
    wrong = [(n, "no-such") for n in numbers if agenda is not None and n not in agenda]
    wrong += [(row["number"], "foreign") for row in rows if row["party"] not in members]
    misfits = [{"number": n, "why": why, "by": message["content"]} for n, why in wrong]
    return {row["number"]: row for row in rows if row["party"] in members}, misfits


def _told(one: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
    words = []
    for party in given["members"]:
        ours = ("agreed", one["by"]) if party == given["caller"] else one["said"].get(party)
        word, by = ours or ("", "")
        counts = party == given["caller"] or one["coming"][party] == "comes"
        words.append({"party": party, "word": word, "by": by, "counts": counts})
    waited = [w["word"] for w in words if w["counts"] and w["party"] != given["caller"]]
    hidden = [w["word"] for w in words if one["coming"].get(w["party"]) == "unknown"]
    if "objected" in waited:
        standing = "objected"
    elif not waited + hidden or set(waited) - {"agreed"}:
        standing = "open"
    else:
        standing = "unknown" if set(hidden) - {"agreed"} else "agreed"
    return {
        "by": one["by"],
        "standing": standing,
        "words": words,
        "actions": [one["actions"][number] for number in sorted(one["actions"])],
    }
