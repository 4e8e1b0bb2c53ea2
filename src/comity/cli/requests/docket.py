"""The docket from the command line: what an office does at home about its cases."""

import json
from pathlib import Path
from typing import Any, Final

import click

from comity.canonical import MisuseError, PeerError
from comity.canonical.amounts import counted
from comity.cli.answers import Answer, local_command, show
from comity.cli.groups import Group
from comity.cli.office import Api, node_command
from comity.cli.options import FOLDER, HERE, NEW, YES

MAX_BYTES: Final = 4 * 1024 * 1024


class ActFileError(PeerError, code="act-file"):
    """The file of an act is no TOML."""


@click.group(cls=Group)
def docket() -> None:
    """Manage domestic actions: tasks, orders, translations, registers.

    Each thing is an item; acts move it on. `comity docket new` writes the file of an act.
    """


@docket.command("list")
@click.option("--kind", default="", help="Only this kind: referral, order, rights, ...")
@click.option("--case", default="", help="Only items of this case.")
@click.option("--about", default="", help="Only items about this: a provider, a digest, a party.")
@click.option("--open", "only_open", is_flag=True, help="Only what still needs action.")
@node_command
def list_(api: Api, *, kind: str, case: str, about: str, only_open: bool) -> Answer:
    """List items, first due first, then newest."""
    wanted = {"kind": kind, "about": about, "open": "true" if only_open else "false"}
    found = api.whole("/docket", "items", **wanted, **({"case": case} if case else {}))
    return Answer(found, map(_line, found["items"]))


def _line(row: dict[str, Any]) -> str:
    due = f"  due {row['due_at']}" if row["due_at"] else ""
    stale = "  STALE: the request was amended" if row["stale"] else ""
    where = row["case"] or "-"
    return f"{row['item']}  {where}  {row['kind']} {row['state']}  {row['title']}{due}{stale}"


@docket.command("show")
@click.argument("item", metavar="ITEM")
@click.option("--translation", type=NEW, help="New file: an accepted translation, for a letter.")
@node_command
def show_(api: Api, item: str, *, translation: Path | None) -> Answer:
    """Show an item, with its chain checked on this machine.

    With --translation the file says what `comity paper letter --translation` asks for. It is
    refused for one that was not accepted, that is stale, or that is not of one text of a message.
    """
    from comity.client.docketing import fetch_item

    found = fetch_item(api, item).value
    if translation is not None:
        _write_translation(found, translation)
    return Answer(found, told_lines(found))


@docket.command()
@click.argument("act", metavar="ACT")
@click.option("-o", "--output", type=NEW, help="New file; without it the text is printed.")
@local_command
def new(act: str, *, output: Path | None, as_json: bool) -> None:
    """Write a template file for ACT, offline."""
    from comity.cli.requests.docket_template import template
    from comity.docket import act_named
    from comity.files.publish import write_file

    text = template(act_named(act))
    if output is not None:
        write_file(output, text.encode(), mode=0o600)
    if as_json:
        show({"act": act, "file": str(output) if output else None, "text": text})
    elif output is None:
        click.echo(text, nl=False)


@docket.command()
@click.argument("act", metavar="ACT")
@click.option("--item", help="The item to move on; without it the act begins one.")
@click.option("--case", default="", help="The case of a new item.")
@click.option("--file", type=HERE, required=True, help="What the act says, TOML or JSON.")
@node_command
def do(api: Api, act: str, *, item: str | None, case: str, file: Path) -> Answer:
    """Record ACT as FILE describes and print the item."""
    from comity.cli.requests.docket_template import complete
    from comity.docket import act_named

    row = act_named(act)
    wanted = {"act": act, "said": complete(row, read_table(file)), "case": case}
    made = api.post(f"/docket/{item}" if item else "/docket", wanted)
    due = f", due {made['due_at']}" if made["due_at"] else ""
    return Answer(made, [made["item"]], notes=[f"{made['kind']}: {made['state']}{due}"])


@docket.command()
@click.argument("item", metavar="ITEM")
@click.option("--key", "key_file", required=True, type=HERE, help="Your officer key.")
@click.option("--certificate", required=True, type=HERE, help="Your certificate.")
@YES
@click.option("--dry-run", is_flag=True, help="Show what would be signed; sign nothing.")
@node_command
def sign(
    api: Api,
    item: str,
    *,
    key_file: Path,
    certificate: Path,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> Answer:
    """Review the safeguards check ITEM and sign it on this machine.

    What is shown is checked against what would be signed, here, not at the node.
    """
    from comity.client.docketing import SIGN, fetch_item, sign_entry
    from comity.keys import jws
    from comity.node.core.clock import now
    from comity.node.core.keystore import load_signing_key

    shown = fetch_item(api, item)
    last = shown.item.entries[-1]
    click.echo(f"{last.entry.act}  case {last.entry.case}  {last.entry.digest}", err=as_json)
    click.echo(json.dumps(last.body, ensure_ascii=False, indent=1, sort_keys=True), err=as_json)
    if dry_run:
        return Answer({"item": item, "signed": False})
    if not yes and not click.confirm("\nSign this?", err=as_json):
        raise click.exceptions.Exit(1)
    said = sign_entry(
        shown,
        key=load_signing_key(key_file, use="officer"),
        certificate=jws.parse(certificate.read_bytes()),
        now=now(),
    )
    return Answer(api.post(f"/docket/{item}", {"act": SIGN, "said": said}), ["signed"])


@docket.command()
@click.argument("folder", metavar="DIR", type=FOLDER)
@local_command
def verify(folder: Path) -> Answer:
    """Check the docket of the node in DIR: chains, texts, signatures, leaves of the log.

    A node may run at the same time. Exit status 1: an item is named that was changed beside the
    program, or an entry is missing.
    """
    from comity.node.core.django_setup import use_node

    use_node(folder)
    from comity.node.core.node import load_node
    from comity.node.docket.verify import check_docket

    found = check_docket(load_node(folder))
    counts = (
        f"{counted(found.items, 'item')}, {counted(found.entries, 'entry', 'entries')},"
        f" {counted(len(found.faults), 'fault')}"
    )
    told = (f"{one.item or '(no item)'}  {one.code}  {one.detail}" for one in found.faults)
    faults = [{"item": one.item, "code": one.code, "detail": one.detail} for one in found.faults]
    value = {"items": found.items, "entries": found.entries, "faults": faults}
    return Answer(value, [*told, counts], status=int(bool(faults)))


def read_table(file: Path) -> dict[str, Any]:
    """Return the table of a TOML file, or of a JSON file by its name, as the protocol writes it."""
    import tomllib

    from comity.canonical import decode_loose
    from comity.files.errors import translating

    with translating(f"reading {file}"), file.open("rb") as opened:
        data = opened.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise ActFileError("the file of an act has at most 4 MiB")
    if file.suffix == ".json":
        value = decode_loose(data, max_bytes=MAX_BYTES)
    else:
        try:
            value = tomllib.loads(data.decode("utf-8"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as fault:
            raise ActFileError("the file is neither TOML nor, by its name, JSON") from fault
    if not isinstance(value, dict):
        raise ActFileError("the file holds no table")
    found: dict[str, Any] = _plain(value)
    return found


def _plain(value: Any) -> Any:
    """Return a value with TOML's moments as the protocol writes them."""
    from datetime import UTC, datetime

    from comity.canonical import time_text

    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_plain(member) for member in value]
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ActFileError("a moment names its zone, for example 2026-05-01T12:00:00Z")
        return time_text(value.astimezone(UTC).replace(microsecond=0))
    return value


def _write_translation(found: dict[str, Any], path: Path) -> None:
    from comity.files.publish import write_file

    told = found["translation"]
    if told is None:
        raise MisuseError("no accepted translation of one text that still stands")
    lines = [f"{name} = {json.dumps(told[name], ensure_ascii=False)}" for name in sorted(told)]
    write_file(path, ("\n".join(lines) + "\n").encode(), mode=0o600)


def told_lines(found: dict[str, Any]) -> list[str]:
    """Return an item, as the node gives it, in lines for a person."""
    due = f"; due {found['due_at']}" if found["due_at"] else ""
    stale = "; STALE: the request was amended" if found["stale"] else ""
    lines = [f"{found['kind']} {found['item']}", f"  state: {found['state']}{due}{stale}"]
    for entry in found["entries"]:
        lines.append(f"  {entry['at']}  {entry['by']}  {entry['act']}")
        said = entry["said"]
        if said is None:
            lines.append(f"    erased: {entry['erased_because']}")
            continue
        lines += [f"    {name}: {_short(value)}" for name, value in said.items() if value]
    acts = ", ".join(found["acts"])
    lines.append(f"  next: {acts or 'nothing'}")
    return lines


def _short(value: Any) -> str:
    if isinstance(value, dict) and set(value) == {"lang", "text"}:
        return str(value["text"])
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return str(value)
