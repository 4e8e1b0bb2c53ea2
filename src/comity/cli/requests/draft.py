"""`comity draft sections`: what the sections of a type may say, without asking a node."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, get_args, get_origin

import click

from comity.canonical import MisuseError
from comity.cli.actions import add_actions
from comity.cli.answers import Answer, local_command, show
from comity.cli.groups import Group
from comity.cli.office import Api, node_command, sections_of
from comity.cli.options import HERE
from comity.cli.requests.case import COMMANDS, judged
from comity.exchange import KNOWN
from comity.exchange.bodies import SECTIONS
from comity.exchange.values import Model, is_text, kind_of, model_of, name_of, plain_of
from comity.node.core.label_files import SECTIONS_FILE, read_label_file

_KINDS: Final = {
    "bool": "true or false",
    "dict": "object",
    "int": "whole number",
    "str": "text",
    "Digest": "digest",
    "Id": "identifier",
    "Kind": "type of identifier",
    "Language": "language",
    "Measure": "measure",
    "Party": "party",
    "Recipient": "age recipient",
    "Text": "text with its language",
    "Time": "moment",
    "Topic": "topic",
}
"""What the types of the models are called."""


@click.command()
@click.argument("message_type", metavar="TYPE")
@local_command
def sections(message_type: str) -> Answer:
    """Explain the sections that a message of TYPE may carry.

    A section or member in brackets may be left out or null. JSON Schemas of the same are in
    spec/schemas/sections.
    """
    row = KNOWN.row(message_type)
    if row is None:
        raise MisuseError(f"there is no type of message {message_type}")
    tables = read_label_file("comity.node.web", file=SECTIONS_FILE)
    found: list[dict[str, Any]] = [
        {
            "section": name,
            "label": tables[name]["section"],
            "required": needed,
            "members": list(_members(SECTIONS[name], tables[name])),
        }
        for name, needed in row.sections.items()
    ]
    return Answer({"type": message_type, "sections": found}, _section_lines(found))


def _section_lines(found: list[dict[str, Any]]) -> Iterator[str]:
    for section in found:
        yield f"{_named(section, 'section')}  {section['label']}"
        for member in section["members"]:
            told = f"{_named(member, 'member')}  {member['kind']}: {member['label']}"
            yield f"  {told}{'. ' * bool(member['hint'])}{member['hint']}"


def _named(row: Mapping[str, Any], name: str) -> str:
    return str(row[name]) if row["required"] else f"[{row[name]}]"


def _members(
    model: type[Model], table: Mapping[str, str], path: str = ""
) -> Iterator[dict[str, Any]]:
    """Yield the members of a model, those of its parts after them."""
    for name, member in model.model_fields.items():
        kind, may_be_null, many = kind_of(member.annotation)
        own, inner = f"{path}{name}", model_of(kind)
        if own not in table:  # of a part that only programs write
            continue
        called = _called(kind)
        yield {
            "member": own,
            "required": member.is_required() and not may_be_null,
            "kind": f"list of {called}" if many else called,
            "label": table[own],
            # below a list of parts a form says how to write them one a line
            "hint": "" if many and inner else table.get(f"{own}.hint", ""),
        }
        if inner is not None and not is_text(inner):
            yield from _members(inner, table, f"{own}.")


def _called(kind: Any) -> str:
    """Return what a type is called; one with few values by these."""
    plain = plain_of(kind)
    if is_text(model_of(kind)):
        return _KINDS["Text"]
    named = _KINDS.get(name_of(kind)) or _KINDS.get(getattr(kind, "__name__", ""))
    if named:
        return named
    if get_origin(plain) is Literal:
        return " or ".join(map(str, get_args(plain)))
    return _KINDS.get(getattr(get_origin(plain) or plain, "__name__", ""), "object")


@click.group(cls=Group)
def draft() -> None:
    """Prepare, check, show and send messages.

    A draft is checked as its receiver will check it. Officers sign it with `comity approve`.
    """


@draft.command()
@click.argument("message_type", metavar="TYPE")
@click.option("--to", multiple=True, help="Party to open a conversation with.")
@click.option("--conversation", help="The conversation to continue: sha256:...")
@click.option("--about", help="Content digest of the message that this one answers.")
@click.option("--case", default="", help="Case for a conversation it opens; default: a new one.")
@click.option("--section", "pairs", multiple=True, metavar="NAME=FILE", help="One section, JSON.")
@click.option("--sections", "file", type=HERE, help="All sections in one JSON object.")
@node_command
def new(
    api: Api,
    message_type: str,
    *,
    to: tuple[str, ...],
    pairs: tuple[str, ...],
    file: Path | None,
    **told: str | None,
) -> Answer:
    """Create a draft of TYPE and print its identifier.

    What each type needs, and what the party's system takes, `comity draft types --to PARTY` says;
    for a conversation that exists, `comity case show`. What a section may say, `comity draft
    sections` explains.
    """
    said = sections_of(pairs, file)
    wanted = {**told, "type": message_type, "to": list(to) or None, "sections": said}
    made = api.post("/drafts", wanted)
    return Answer(made, [made["id"]], notes=[f"{made['type']}: {_needs(made)}"])


@draft.command()
@click.option("--to", required=True, help="Party to open a conversation with.")
@node_command
def types(api: Api, *, to: str) -> Answer:
    """List the message types that can open a conversation.

    What the party's system does not take is marked with !, and what to do instead is said. What
    continues a conversation is listed by `comity case show`. Exit status 1 if nothing can be sent.
    """
    found = api.get("/openings", to=to)
    able = any(not one["fault"] for one in found["openings"])
    return Answer(found, _openings(found), status=int(not able))


def _openings(found: dict[str, Any]) -> Iterator[str]:
    for one in found["openings"]:
        parts = ", ".join(
            name if needed else f"[{name}]" for name, needed in sorted(one["sections"].items())
        )
        fault = one["fault"]
        yield f"! {one['type']}  {fault}" if fault else f"  {one['type']}  {parts}"
    if found["instead"]:
        yield found["instead"]


@draft.command("list")
@node_command
def list_(api: Api) -> Answer:
    """List drafts that are not signed or not sent."""
    found = api.whole("/drafts", "drafts")
    lines = (
        f"{row['id']}  {row['stage']}  {row['type']}  {_needs(row)}" for row in found["drafts"]
    )
    return Answer(found, lines)


@draft.command()
@node_command
def waiting(api: Api) -> Answer:
    """List drafts that need a signature; * marks those for you.

    A countersignature that is due is listed first, with its hour.
    """
    found = _every_waiting(api)
    return Answer(found, _waiting_lines(found), none="nothing waits for a signature")


def _waiting_lines(found: dict[str, Any]) -> Iterator[str]:
    for row in found["late"]:
        yield f"! {row['second_due_at']}  {row['type']}  {row['case']}  {row['record']}"
    for row in found["waiting"]:
        mark = "*" if row["wanted"] else " "
        missing = ", ".join(row["missing"]) or "nothing: send it"
        about = "  ".join(filter(None, (row["reference"], row["subject"])))
        told = f"{mark} {row['draft']}  {row['type']}  {row['case']}  lacks {missing}"
        yield f"{told}  {about}".rstrip()


def _every_waiting(api: Api) -> dict[str, Any]:
    """Return both lists whole, page after page."""
    found: dict[str, Any] = {"waiting": [], "late": []}
    for name, asked, given in (("waiting", "after", "next"), ("late", "late_after", "late_next")):
        after: str | None = ""
        while after is not None:
            some = api.get("/approvals", **({asked: after} if after else {}))
            found[name] += some[name]
            after = some[given]
    return found


@draft.command("show")
@click.argument("draft_id", metavar="DRAFT")
@node_command
def show_(api: Api, draft_id: str) -> None:
    """Show a draft as JSON. Use `comity approve` to check it."""
    show(api.get(f"/drafts/{draft_id}"))


def _needs(row: dict[str, Any]) -> str:
    good = [signed for signed in row["approvals"] if not signed["fault"]]
    parts = []
    for role in ("author", "approver"):
        due = row["needs"][role]
        if due:
            held = sum(1 for signed in good if signed["role"] == role)
            parts.append(f"{held} of {due} {role}")
    late = row["needs"]["late_hours"]
    said = ", ".join(parts) if parts else "no signature"
    return f"needs {said}" + (f"; the second may follow within {late} h" if late else "")


def _sent(made: dict[str, Any]) -> Answer:
    return Answer(made, (f"{name} {made[name]}" for name in ("case", "conversation", "content")))


for _command in (*COMMANDS, sections):
    draft.add_command(_command)
add_actions(
    draft,
    {
        "draft.send": _sent,
        "draft.discard": lambda made: Answer(made, ["discarded"]),
        "draft-rule.override": judged,
    },
)
