"""What becomes of the items of a request (spec 7.2), made from the specification's text."""

from typing import Any

CLOSED = {"refused": "refused", "done": "done", "nothing-found": "done", "withdrawn": "withdrawn"}
WHOLE = {
    "request.accepted": "accepted",
    "request.refused": "refused",
    "request.postponed": "postponed",
}


def run(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the items and the misfits as the vectors write them."""
    rows: dict[int, dict[str, Any]] = {}
    fixed: set[int] = set()
    misfits: list[dict[str, Any]] = []
    for message in messages:
        by, kind, sections = message["content"], message["type"], message["sections"]
        if kind in ("request.submitted", "request.amended"):
            if "subject" in sections:
                _replace(rows, fixed, misfits, sections["subject"].get("items", []), by)
        elif kind in ("request.withdrawn", "request.released"):
            _rest(rows, "withdrawn", (), by)
        for name in ("decision", "execution"):
            for row in sections.get(name, {}).get("items", []):
                number, outcome = row["number"], row["outcome"]
                if name == "decision" and outcome != WHOLE.get(kind, outcome):
                    misfits.append({"number": number, "why": "contradicts", "by": by})
                if number not in rows:
                    misfits.append({"number": number, "why": "unknown", "by": by})
                elif rows[number]["standing"] in CLOSED:
                    why = CLOSED[rows[number]["standing"]]
                    misfits.append({"number": number, "why": why, "by": by})
                else:
                    rows[number] |= {"standing": outcome, "by": by}
                    fixed.add(number)
        if kind in WHOLE and "decision" in sections:
            listed = [row["number"] for row in sections["decision"].get("items", [])]
            fixed |= _rest(rows, WHOLE[kind], listed, by)
    return {"items": [rows[number] for number in sorted(rows)], "misfits": misfits}


def _replace(
    rows: dict[int, dict[str, Any]],
    fixed: set[int],
    misfits: list[dict[str, Any]],
    listed: list[dict[str, Any]],
    by: str,
) -> None:
    for row in listed:
        number, old = row["number"], rows.get(row["number"])
        asked = {**row, "standing": "asked", "by": by}
        if old is None:
            rows[number] = asked
        elif old["description"] == row["description"]:
            if old["standing"] == "withdrawn":
                rows[number] = asked
        elif number in fixed or old["standing"] == "withdrawn":
            misfits.append({"number": number, "why": "reused", "by": by})
        else:
            rows[number] = asked
    _rest(rows, "withdrawn", [row["number"] for row in listed], by)


def _rest(rows: dict[int, dict[str, Any]], standing: str, listed: Any, by: str) -> set[int]:
    """Say the same of every open item that is not listed; return which these were."""
    found = {n for n, row in rows.items() if row["standing"] not in CLOSED and n not in listed}
    for number in found:
        rows[number] |= {"standing": standing, "by": by}
    return found
