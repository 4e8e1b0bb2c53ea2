"""Cases from the command line: list, timeline, access; what stands against a draft; the search."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError
from comity.canonical.amounts import counted
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, local_command, why_undelivered
from comity.cli.groups import HELP_NAMES, Group
from comity.cli.office import Api, node_command
from comity.cli.options import FOLDER, HERE, MOST, NEW, named_state

_DRAFT = click.argument("draft", metavar="DRAFT")
_LANG = click.option("--lang", default="en", show_default=True, help="Language of the rules.")


@click.command()
@_DRAFT
@_LANG
@node_command
def findings(api: Api, draft: str, *, lang: str) -> Answer:
    """Check DRAFT against your rules. Exit status 1 if one blocks it."""
    return judged(api.get(f"/drafts/{draft}/findings", lang=lang))


@click.command("findings")
@click.argument("conversation", metavar="CONVERSATION")
@_LANG
@node_command
def received(api: Api, conversation: str, *, lang: str) -> Answer:
    """Check the request in CONVERSATION against your rules. Audited.

    Exit status 1 if a rule prevents it.
    """
    return judged(api.get(f"/conversations/{conversation}/findings", lang=lang))


@click.command()
@_DRAFT
@click.option(
    "--file", type=HERE, required=True, help="TOML or JSON: dotted name of a fact to its value."
)
@node_command
def facts(api: Api, draft: str, *, file: Path) -> Answer:
    """Add facts for the check of DRAFT and check it."""
    from comity.cli.requests.docket import read_table

    return judged(api.post(f"/drafts/{draft}/facts", {"facts": read_table(file)}))


@click.command()
@_DRAFT
@click.option("--except", "reasons", help="As an approver: let it go without consent, and why.")
@node_command
def onward(api: Api, draft: str, *, reasons: str | None) -> Answer:
    """Check DRAFT for onward transfer of evidence without consent.

    Exit status 1 if that stops it: ask for consent, or an approver decides with --except.
    """
    path = f"/drafts/{draft}/onward"
    found = api.get(path) if reasons is None else api.post(path, {"reasons": reasons})
    lines = [
        f"{one['exhibit']}  from {one['source']}  to {one['to']}  case {one['case']}"
        for one in found["stops"]
    ]
    if found["excepted"]:
        lines.append("let go without consent, by decision")
    elif not found["stops"]:
        lines.append("it hands on nothing that needs consent")
    return Answer(found, lines, status=int(found["blocked"]))


@click.command()
@node_command
def policy(api: Api) -> Answer:
    """List the approvals that each message type needs."""
    found = api.get("/approvals/policy")
    return Answer(found, map(_rule, found["rules"]))


def _rule(rule: dict[str, Any]) -> str:
    needs, mark = rule["needs"], "!" if rule["stricter"] else " "
    late = f"; the second within {needs['late_hours']} h" if needs["late_hours"] else ""
    return f"{mark} {rule['type']}  {needs['author']} author, {needs['approver']} approver{late}"


def judged(found: dict[str, Any]) -> Answer:
    """Return what the rules say, with status 1 if one holds the message back."""
    return Answer(found, _lines(found), status=int(found["outcome"] == "not-sendable"))


def _lines(found: dict[str, Any]) -> Iterator[str]:
    yield found["outcome"]
    for key in found["unheld"]:
        yield f"  {key} is not held here: nobody judged by it"
    for one in found["uncited"]:
        yield f"  {one['instrument']} has no article {one['article']}"
    for part in found["instruments"]:
        for one in part["findings"]:
            over = f"  overridden by {one['overridden']['by']}" if one["overridden"] else ""
            yield f"  {one['effective']}  {part['instrument']} {one['rule']}{over}"
            yield f"    {one['text']}"
            yield f"    {one['digest']}"


COMMANDS: Final = (findings, facts, onward, policy)


_CASE = click.argument("number", metavar="CASE")
_PAUSE_S: Final = 1.0
_OPEN: Final = frozenset({"waiting", "writing"})
"""Stages of a court bundle that is not finished."""


@click.group(cls=Group)
def case() -> None:
    """List and show cases, and manage access to them."""


case.add_command(received)


@case.command("list")
@click.option("--state", default="", help="Only those with a conversation in this state.")
@click.option("--partner", default="", help="Only those with this party.")
@click.option("--text", default="", help="Only those whose reference or number has this.")
@node_command
def list_(api: Api, *, state: str, partner: str, text: str) -> Answer:
    """List cases, nearest deadline first, then latest activity."""
    found = api.whole("/cases", "cases", state=state, partner=partner, text=text)
    return Answer(found, map(_line, found["cases"]))


def _line(row: dict[str, Any]) -> str:
    due = f"  due {row['due_at']}" if row["due_at"] else ""
    partners, states = ", ".join(row["partners"]), ", ".join(row["states"])
    return f"{row['case']}  {row['subject']}  {partners}  {states}  {row['reference']}{due}"


@case.command("show")
@_CASE
@node_command
def show_(api: Api, number: str) -> Answer:
    """Show the timeline of a case: messages, receipts, available actions."""
    found = api.get(f"/cases/{number}")
    lines = (line for one in found["conversations"] for line in _conversation(one))
    return Answer(found, [found["subject"], *lines])


@case.command()
@click.argument("message", metavar="MESSAGE")
@click.option("-o", "--output", type=NEW, help="New file, for `comity paper letter`.")
@node_command
def record(api: Api, message: str, *, output: Path | None) -> Answer:
    """Find the message of a letter by its code; with -o, save its record.

    MESSAGE is such a code, or a content digest. Exit status 1 if your node has no such message:
    then the letter is not one it knows. The file holds the message open to read.
    """
    from comity.canonical import encode
    from comity.files.publish import write_file
    from comity.papers.letter_record import read_letter_record
    from comity.papers.translations import read_code

    named = message if message.startswith("sha256:") else read_code(message)
    found = read_letter_record(encode(api.get(f"/messages/{named}/record")))
    draft, content = found.message.draft, found.message.content
    if output is not None:
        write_file(output, found.data, mode=0o600)
    others = ", ".join(party for party in draft.members if party != draft.author)
    told = {"author": draft.author, "code": found.code, "content": content, "type": draft.type}
    return Answer(
        {**told, "members": list(draft.members)},
        [f"{draft.type} of {draft.author} to {others}, {found.code}", f"content {content}"],
    )


def _conversation(told: dict[str, Any]) -> Iterator[str]:
    from comity.papers.visible import visible

    others = ", ".join(party for party in told["members"] if party != told["opener"])
    yield f"{told['measure'] or 'conversation'} {told['conversation']}"
    yield f"  {told['opener']} asks {others}; state: {told['state']}" + (
        f"; due {told['due_at']}" if told["due_at"] else ""
    )
    for item in told["items"]:
        remains = "; remains" if item["remains"] else ""
        said = visible(" ".join(item["description"]["text"].split()))
        yield f"  item {item['number']}: {item['standing']}{remains}: {said}"
    for misfit in told["misfits"]:
        yield f"  DOES NOT FIT: item {misfit['number']} [{misfit['why']}], said by {misfit['by']}"
    for row in told["timeline"]:
        yield f"  {row['sent_at']}  {row['author']}  {row['type']}{_standing(row)}"
        yield f"    content {row['content']}"
        for receipt in row["receipts"]:
            yield f"    {_receipt(receipt)}"
        for lost in row["undelivered"]:
            yield from _undelivered(lost)
    moves = ", ".join(move["type"] for move in told["next"])
    yield f"  next: {moves or 'nothing'}"
    if told["beyond"]:
        yield f"  the partner's system does not take: {', '.join(told['beyond'])}"
        yield "  write a note instead, or propose newer types once its system has them"


def _undelivered(lost: dict[str, Any]) -> Iterator[str]:
    why = why_undelivered(lost["fault"]) or "not tried yet"
    due_at = lost["due_at"]
    then = f"next attempt {due_at}" if due_at else "it is not tried again automatically"
    number = lost["delivery"]
    yield f"    NOT DELIVERED to {lost['party']} since {lost['since']}: {why}"
    yield f"    attempts {lost['attempts']}; {then}"
    yield f"    to do: call {lost['party']}; see: comity outbox list"
    yield f"    when its node works again, try: comity outbox retry {number}"


def _standing(row: dict[str, Any]) -> str:
    said = "" if row["standing"] == "applied" else f"  ({row['standing']})"
    if row["on_paper"]:
        said += "  (written down from paper, nothing is proved)"
    if row["second_due_at"]:
        said += f"  (one signature; the second is due {row['second_due_at']})"
    return said


def _receipt(receipt: dict[str, Any]) -> str:
    if receipt["fault"]:
        return f"NO RECEIPT: what {receipt['party']} sent does not hold [{receipt['fault']}]"
    where = f"that it stands in their log is {receipt['recorded_is']}"
    return f"receipt of {receipt['party']}: {receipt['outcome']}, {receipt['received_at']}; {where}"


# ------------------------------------------------------------------ who may see one


def _changed(api: Api, number: str, **change: str | None) -> Answer:
    return _access(api.post(f"/cases/{number}/access", change))


def _access(found: dict[str, Any]) -> Answer:
    stands = "restricted" if found["restricted"] else "open to the office"
    inside = f", compartment {found['compartment']}" if found["compartment"] else ""
    assigned = (f"  assigned {officer}" for officer in found["assigned"])
    return Answer(found, [f"{found['case']}  {stands}{inside}", *assigned])


@case.command()
@_CASE
@node_command
def access(api: Api, number: str) -> Answer:
    """Show who works on a case and who can see it."""
    return _access(api.get(f"/cases/{number}/access"))


@case.command()
@_CASE
@click.argument("officer", metavar="OFFICER")
@click.option("--remove", is_flag=True, help="Take the officer off the case.")
@node_command
def assign(api: Api, number: str, *, officer: str, remove: bool) -> Answer:
    """Assign OFFICER, an identifier or a name, to a case."""
    return _changed(api, number, **{"unassign" if remove else "assign": officer})


@case.command()
@_CASE
@click.option("--compartment", help="Put it into this compartment too; empty removes it.")
@node_command
def restrict(api: Api, number: str, *, compartment: str | None) -> Answer:
    """Restrict a case to its assigned officers."""
    return _changed(api, number, openness="restricted", compartment=compartment)


@case.command("open")
@_CASE
@click.option("--in-need", metavar="REASON", help="Open a case you may not see; it is told.")
@node_command
def open_(api: Api, number: str, *, in_need: str | None) -> Answer:
    """Open a case to the office, or use emergency access (--in-need)."""
    if in_need is None:
        return _changed(api, number, openness="office")
    made = api.post("/break-glass", {"case": number, "reason": in_need})
    told = f"{made['case']} is open to you until {made['until']}; those concerned are told"
    return Answer(made, [told])


# ------------------------------------------------------------------ its court bundle


@case.command()
@click.argument("case")
@click.option(
    "--for",
    "purpose",
    default="",
    type=click.Choice(["", "proceedings", "other-proceedings", "exculpatory", "public"]),
    help="What it is used for; asked where a limit of use binds the evidence.",
)
@click.option("--papers", default="", metavar="LANG", help="Put passports in as PDF.")
@click.option("--reason", required=True, help="Why; it stays in this office.")
@click.option("-o", "--output", required=True, type=NEW, help="New file, a ZIP.")
@node_command
def bundle(api: Api, case: str, *, output: Path, **options: Any) -> Answer:
    """Request the court bundle of CASE and download it.

    The node writes it automatically; `comity bundle` does the same on the node's own machine.
    """
    row = api.post("/exports", {"case": case, **options})
    while row["stage"] in _OPEN:
        time.sleep(_PAUSE_S)
        row = api.get(f"/exports/{row['id']}")
    if row["stage"] != "ready":
        raise MisuseError(f"the bundle could not be written: {row['fault']}")
    api.save(f"/exports/{row['id']}/file", output)
    return Answer(
        row,
        [f"{output}: sha256 {row['sha256']}, statement {row['statement']}"],
        notes=[f"tell {one} of this use without delay (exculpatory)" for one in row["tell"]],
    )


add_actions(case, {"case-subject.change": lambda made: Answer(made, [made["subject"]])})


class _WordsOrCommand(Group):
    """A group whose name may also be followed by what is searched for."""

    default = "find"

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command as words to search for."""
        if args and args[0] not in self.commands:
            return self.default, self.commands[self.default], args
        return super().resolve_command(ctx, args)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Hand options of a search on to it."""
        if args and args[0] not in {*self.commands, *HELP_NAMES}:
            args = [self.default, *args]
        return super().parse_args(ctx, args)


@click.group(cls=_WordsOrCommand)
def search() -> None:
    """Find cases, messages, mail and evidence: search WORDS, or rebuild.

    All the words must be there, or their beginnings. Marks, vowel signs and case do not matter: try
    `comity search nguyen duc`, `comity search 王芳`, `comity search +84 90 123 4567`. Without a
    command before them, words are searched for as by `find`.
    """


@search.command()
@click.argument("words", nargs=-1, required=True)
@click.option(
    "--kind",
    type=click.Choice(["case", "message", "item", "call", "mail", "exhibit"]),
    help="Only these.",
)
@click.option(
    "--state", default="", callback=named_state, help="Only with this State: two letters."
)
@click.option("--measure", default="", help="Only where this is asked, such as stored-data.")
@click.option("--stands", default="", help="Only cases and items in this state.")
@click.option("--since", default="", help="From this day: 2026-01-31.")
@click.option("--until", default="", help="To this day.")
@MOST
@node_command
def find(
    api: Api,
    words: tuple[str, ...],
    *,
    kind: str | None,
    since: str,
    until: str,
    most: int,
    **narrowed: str,
) -> Answer:
    """Search for WORDS, best match first, then newest."""
    wanted = {**narrowed, "q": " ".join(words), "kind": kind or ""}
    wanted |= {name: day for name, day in (("since", since), ("until", until)) if day}
    found = api.first(most, "/search", "found", **wanted)
    building = ["the index is being made anew: this may be too little"] * found["building"]
    none = "nothing that you may see fits"
    return Answer(found, map(_found_line, found["found"]), notes=building, none=none)


def _found_line(one: dict[str, Any]) -> str:
    told = [one["case"] or "-", one["title"] or one["subject"], *one["stands"]]
    return f"{one['at'][:10]}  {one['kind']:8} {'  '.join(told)}"


@search.command()
@click.argument("folder", type=FOLDER)
@local_command
def rebuild(folder: Path, *, as_json: bool) -> Answer:
    """Rebuild the search index of the node in FOLDER."""
    from rich.progress import Progress

    from comity.node.core.django_setup import use_node
    from comity.node.operations.migrate import migrate

    use_node(folder)
    migrate()
    from comity.node.search.reindex import rebuild as make

    with Progress(disable=as_json, transient=True) as bar:
        task = bar.add_task("index", total=None)
        made = make(lambda done, total: bar.update(task, completed=done, total=total))
    return Answer({"documents": made}, [f"in the index: {counted(made, 'document')}"])
