"""A round table as values, and its minutes as a file: JSON for a program, Markdown for people."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from comity.exchange.tables import Minutes
from comity.node.assistance.round_tables import RoundTable, shown_minutes
from comity.node.log import audit

FORMS: Final = {"json": "application/json", "md": "text/markdown; charset=utf-8"}
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#+\-!|~&])")


def line(found: RoundTable) -> dict[str, Any]:
    """Return a round table as lists need it."""
    opening = found.opening
    return {
        "conversation": found.row.digest,
        "case": found.row.case,
        "caller": found.row.opener,
        "side": "ours" if found.ours else "theirs",
        "members": list(found.row.members),
        "state": found.row.main,
        "stands": found.stands or "open",
        "matter": opening.get("matter", ""),
        "begins": opening.get("begins"),
        "where": opening.get("where", ""),
        "waits": [{"what": one.what, "due": one.due} for one in found.waits()],
        "open_actions": len(found.open_actions),
    }


def told(found: RoundTable) -> dict[str, Any]:
    """Return all of a round table: who comes, every proposal of minutes, what does not fit."""
    opening, table = found.opening, found.table
    answers = []
    for one in table.answers:
        said = found.said.get(one.by, {}).get("table-answer", {})
        answers.append(
            {
                "party": one.party,
                "answer": one.answer,
                "people": said.get("people"),
                "functions": list(said.get("functions", ())),
                "by": one.by,
                "proof": "proved" if one.by else "",
            }
        )
    return {
        "table": line(found),
        "topics": list(opening.get("topics", ())),
        "ends": opening.get("ends"),
        "answer_by": opening.get("answer_by"),
        "agenda": list(opening.get("agenda", ())),
        "documents": list(opening.get("documents") or ()),
        "answers": answers,
        "minutes": [_minutes(one, counts=one is table.agreed) for one in table.minutes],
        "misfits": [asdict(one) for one in table.misfits],
    }


def _minutes(one: Minutes, *, counts: bool) -> dict[str, Any]:
    """Return minutes; that a party agreed is proved, what they say and what was done attested."""
    return {
        "by": one.by,
        "standing": one.standing,
        "counts": counts,
        "words": [asdict(word) | {"proof": "proved" if word.word else ""} for word in one.words],
        "items": [dict(item) for item in one.items],
        "actions": [
            asdict(action) | {"proof": "" if action.state == "open" else "attested"}
            for action in one.actions
        ],
    }


def export(found: RoundTable, form: str, *, by: str, at: datetime) -> bytes:
    """Return the minutes that count, or the newest where none are agreed, as a file; audited.

    Args:
        found: the round table.
        form: of `FORMS`.
        by: user name, for the audit.
        at: aware UTC.
    """
    audit.note(at=at, actor=by, action="table.exported", subject=found.row.digest, detail=form)
    if form == "json":
        value = {"at": at.isoformat(), "party": found.us, **told(found)}
        return json.dumps(value, ensure_ascii=False, indent=1, default=_moment).encode()
    return _markdown(found).encode()


def _markdown(found: RoundTable) -> str:
    """Return the minutes in English Markdown; whatever a party wrote is text, never markup."""
    opening, minutes = found.opening, shown_minutes(found)
    title = _text(opening.get("matter", "")) or "(erased)"
    out = [
        f"# Round table: {title}",
        "",
        f"- Called by: {found.row.opener}",
        f"- Begins: {opening.get('begins', '(erased)')}",
        f"- Where: {_text(opening.get('where', '')) or '(erased)'}",
        f"- Conversation: `{found.row.digest}`",
        "",
        "## Who comes",
        "",
    ]
    for row in told(found)["answers"]:
        functions = ", ".join(map(_text, row["functions"]))
        people = f", {row['people']} people" if row["people"] else ""
        more = f" ({functions})" if functions else ""
        answer = row["answer"].replace("-", " ") or "has not answered"
        proved = " · proved by its signature" if row["by"] else ""
        out.append(f"- {row['party']}: {answer}{people}{more}{proved}")
    out += ["", "## Documents", ""]
    documents = opening.get("documents") or ()
    out += [f"{one['number']}. {_text(one['title'])} — `{one['digest']}`" for one in documents]
    out += [] if documents else ["None."]
    out += ["", *(_minutes_lines(minutes, opening) if minutes else ["No minutes were proposed."])]
    return "\n".join(out) + "\n"


def _minutes_lines(minutes: Minutes, opening: Mapping[str, Any]) -> list[str]:
    agenda = {row["number"]: row["title"] for row in opening.get("agenda", ())}
    out = [f"## Minutes: {minutes.standing}", ""]
    for item in minutes.items:
        number, said = item["number"], _text(item["text"]["text"])
        out += [
            f"### {number}. {_text(agenda.get(number, ''))}",
            "",
            said,
            "",
        ]
    out += ["## Who agreed", ""]
    for word in minutes.words:
        proof = f" · proved by message `{word.by}`" if word.by else ""
        waited = "" if word.counts else " (not waited for)"
        out.append(f"- {word.party}{waited}: {word.word or 'has not spoken'}{proof}")
    out += ["", "## Actions", ""]
    for one in minutes.actions:
        attested = "" if one.state == "open" else " · attested by that party"
        state = "not begun" if one.state == "open" else one.state.replace("-", " ")
        out.append(
            f"{one.number}. {_text(one.what)} — {one.party}, due {one.due_by}: {state}{attested}"
        )
    return out if minutes.actions else [*out, "None."]


def _text(text: str) -> str:
    """Return a party's text on one line, with nothing in it that Markdown would take for a mark."""
    return _MARKS.sub(r"\\\1", " ".join(str(text).split()))


def _moment(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
