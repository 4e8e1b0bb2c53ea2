"""The commands bundle and verifier: a case as a court bundle, and the page that checks it."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from comity.canonical.amounts import counted
from comity.cli.faults import guarded
from comity.cli.options import AS_JSON, NEW, NEW_PATH

if TYPE_CHECKING:
    from comity.bundle.write import Written

_PATH = click.Path(path_type=Path)


@click.command("bundle")
@click.argument("case")
@click.option("-o", "--output", required=True, type=NEW_PATH, help="The folder to make.")
@click.option("--dir", "folder", type=_PATH, help="The node's folder; default: COMITY_DIR.")
@click.option(
    "--withhold",
    multiple=True,
    metavar="SECTION",
    help="Leave out sections: NAME, or CONTENT-DIGEST/NAME. Commitments stay.",
)
@click.option("--reason", default="", help="Why they are withheld; shown in the bundle.")
@click.option(
    "--redact",
    type=_PATH,
    help="A redaction (TOML or JSON): what is withheld, why, and by which decision.",
)
@click.option(
    "--exhibits",
    multiple=True,
    type=_PATH,
    help="A package opened with `comity open`, to be put in as it is.",
)
@click.option(
    "--papers",
    default="",
    metavar="LANG",
    help="Put each exhibit's passport in as a PDF: ar, en, es, fr, ru, vi, zh-hans.",
)
@click.option(
    "--for",
    "purpose",
    type=click.Choice(["proceedings", "other-proceedings", "exculpatory", "public"]),
    help="What it is used for; asked where a limit of use binds the evidence, and audited.",
)
@AS_JSON
@guarded
def bundle_case(case: str, output: Path, **options: Any) -> None:
    """Export CASE to a folder that a court can verify offline."""
    written = _write(case, output, options)
    statement = written.statement
    if options["as_json"]:
        shown = {
            "conversations": [told.value() for told in statement.conversations],
            "exporter": statement.exporter,
            "files": len(statement.files) + 1,
            "folder": str(output),
            "statement": written.record,
            "withheld": {path: item.value() for path, item in statement.withheld.items()},
        }
        click.echo(json.dumps(shown, ensure_ascii=False, sort_keys=True))
        return
    click.echo(f"wrote {output}: case {case}, {counted(len(statement.files) + 1, 'file')}")
    for told in statement.conversations:
        count = sum(head.sequence for head in told.heads.values())
        click.echo(f"  conversation {told.conversation}: {counted(count, 'message')}")
    for path, item in statement.withheld.items():
        click.echo(f"  withheld {path}: {item}")
    click.echo(f"  statement {written.record}")
    click.echo(
        "hand the trust file over another way; check with: comity verify FOLDER --trust FILE"
    )


def _write(case: str, output: Path, options: dict[str, Any]) -> "Written":
    from comity.node.core.config import current_config
    from comity.node.core.django_setup import use_node

    use_node(options["folder"] or current_config().folder)
    from comity.bundle.redaction import MAX_BYTES, named_sections, parse_redaction
    from comity.cli.progress import showing
    from comity.files.errors import translating
    from comity.node.core.node import load_node
    from comity.node.court.bundle import Order, owed_notices, write_bundle

    rules = named_sections(options["withhold"], options["reason"] or "withheld by the exporter")
    redact: Path | None = options["redact"]
    if redact is not None:
        with translating(f"reading {redact}"), redact.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
        rules += parse_redaction(data, toml=redact.suffix.lower() != ".json")
    order = Order(
        case=case,
        rules=rules,
        exhibits=options["exhibits"],
        papers=options["papers"],
        purpose=options["purpose"] or "",
    )
    node = load_node()
    with showing("writing", None, quiet=options["as_json"]) as progress:
        written = write_bundle(node, order, output, progress=progress)
    for party in owed_notices(node, order):
        click.echo(f"tell {party} of this use without delay (exculpatory)", err=True)
    return written


@click.command("verifier")
@click.option("-o", "--output", type=NEW, help="Write the page to this new file.")
@AS_JSON
@guarded
def verifier(output: Path | None, *, as_json: bool) -> None:
    """Write the page that verifies bundles, and print its SHA-256.

    Publish the page and, another way, its digest. A page that comes with a bundle proves nothing.
    Without -o only the digest is printed: what a page of this version must have.
    """
    from comity.files.publish import write_file
    from comity.verifier import page, page_digest

    data = page()
    if output is not None:
        write_file(output, data, mode=0o644)
    digest = page_digest(data)
    name = "-" if output is None else str(output)
    told = {"output": name, "sha256": digest}
    click.echo(json.dumps(told, sort_keys=True) if as_json else f"{digest}  {name}")
