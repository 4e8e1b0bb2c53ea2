"""Printing what scripted players got, for `comity drill rehearse` and `comity drill run`."""

from typing import Any

from comity.cli.law_say import say as print_line
from comity.papers.words import words


def marked(text: str, lang: str, wanted: str) -> str:
    """Return a text, with a mark where it is not in the language that was wanted."""
    return text if lang == wanted else f"{text} [{lang}]"


def _out_of(told: dict[str, Any]) -> str:
    """Return points of those that were owed; of nothing there are none."""
    return f"{told['got']:>4} of {told['of']}" if told["got"] or told["of"] else "   –"


def print_report(told: dict[str, Any]) -> None:
    """Print what `explained` returns: points, what was lost, what went wrong."""
    board = told["board"]
    outcomes = words("en")  # as the rest of what is printed here
    print_line(f"{told['team']}: {_out_of(board).strip()} points")
    for one in board["points"]:
        at = "" if one["at_s"] is None else f", minute {one['at_s'] // 60}"
        outcome = outcomes(f"report.outcomes.{one['outcome']}")
        print_line(f"{_out_of(one):<11} {one['key']}: {outcome}{at}", indent=2)
        if one["got"] < max(one["of"], 0):
            print_line(marked(one["why"], one["why_lang"], told["lang"]), indent=14)
    for group in (told.get("test") or {}).get("groups", ()):
        marks = ", ".join(
            f"{at} {group[at]['right']} of {group[at]['of']} by {group[at]['people']}"
            for at in ("before", "after")
        )
        print_line(f"test, {group['role'] or 'the team'} of {group['people']}: {marks}", indent=2)
    for step in told["timeline"]:
        if step["outcome"] == "not-done":
            print_line(f"not done: {step['key']}, due minute {step['ideal_s'] // 60}", indent=2)
    for lost in told["lost"]:
        print_line(f"lost: {lost['inject']}, minute {lost['at_s'] // 60}", indent=2)
    for wrong in told["wrong"]:
        print_line(f"wrong: {wrong['key']}, minute {wrong['at_s'] // 60}", indent=2)
