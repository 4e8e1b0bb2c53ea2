"""The command conform keys: the scripted peer's keys, and what the node under test is given."""

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from comity.canonical import MisuseError
from comity.cli.answers import Answer, local_command, show
from comity.cli.faults import guarded
from comity.cli.groups import Group
from comity.cli.options import AS_JSON, NEW
from comity.files.errors import translating

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.conform.bench import Bench
    from comity.conform.model import Result
    from comity.conform.tally import Report

PORT_HINT = "http://127.0.0.1:8799"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--url",
    default=PORT_HINT,
    show_default=True,
    help="Under which the node reaches the peer on the machine where the kit runs.",
)
@local_command
def keys(folder: Path, *, url: str) -> Answer:
    """Create the keys of the scripted peer in a new FOLDER.

    They are good for exercises only, and belong to an invented State. The folder for-the-node in
    it holds what the node under test must know; what is printed says how to give it to a node of
    Comity. The kit listens on the port of --url while it runs.
    """
    from comity.conform.folder import PARTIES, PeerFolder
    from comity.conform.peer import now

    made = PeerFolder.create(folder, url=url, now=now())
    give, here = made.for_the_node, shlex.quote(str(folder))
    lines = (
        f"made the keys of {', '.join(PARTIES)} in {folder}; for exercises only",
        "the node under test runs in exercise mode; in NODE, its folder, let it know the peer:",
        f"  comity directory trust NODE/directory --add {shlex.quote(str(give / 'trust.json'))}",
        f"  comity directory import NODE/directory {shlex.quote(str(give / 'directory.json'))}",
        "  set partner_messages_per_minute = 0 in NODE/node.toml, and start it again",
        "give the kit the node's records and its trust file:",
        f"  comity directory export NODE/directory {here}/node.json",
        f"  comity directory trust NODE/directory > {here}/trust.json",
        "then run it, with the node's address:",
        f"  comity conform --node URL --trust {here}/trust.json --keys {here}",
    )
    return Answer(
        {"folder": str(folder), "give": str(give), "parties": list(PARTIES), "url": url},
        (line for line in lines),
    )


_PATH = click.Path(path_type=Path)
_INPUT = click.Path(path_type=Path, dir_okay=False)
_VECTORS: Final = Path("vectors/bundle")


@click.group(cls=Group, invoke_without_command=True)
@click.option("--node", "url", help="Address of the node under test, as http://127.0.0.1:8700.")
@click.option("--trust", type=_INPUT, help="The trust file that pins the node's State.")
@click.option("--keys", "folder", type=_PATH, help="Folder that `comity conform keys` made.")
@click.option(
    "--directory",
    "source",
    help="The node's records: a file of `comity directory export`, or folder or address of a"
    " secretariat's repository. Default: node.json in the folder of the keys.",
)
@click.option("--party", help="The party under test; default: the one with the node's address.")
@click.option("--operator", type=_INPUT, help="JSON file: how the node is made to send.")
@click.option("--serve", is_flag=True, help="Only judge what the node sends; tell what to send.")
@click.option("--wait", "wait_s", type=click.IntRange(1), help="Seconds to wait for a message.")
@click.option(
    "--only",
    multiple=True,
    help="A probe, family or rule, as C-13.3-04; with --verifier a vector, its rule or file."
    " Repeat for more.",
)
@click.option(
    "--list",
    "listing",
    is_flag=True,
    help="List the probes, or with --verifier the vectors, and end.",
)
@click.option("--strict", is_flag=True, help="A broken SHOULD fails the run too.")
@click.option(
    "--complete", is_flag=True, help="A probe that was not tried, and not listed, fails it too."
)
@click.option("--xfail", type=_INPUT, help="Known failures: an id, # and the reason, one a line.")
@click.option("--junit", type=NEW, help="Write the report as JUnit XML.")
@click.option("--html", type=NEW, help="Write the report as one HTML page.")
@click.option("--verifier", help='Judge a verifier of bundles: "CMD {bundle} {trust}".')
@click.option(
    "--vectors",
    type=_PATH,
    default=_VECTORS,
    show_default=True,
    help="The bundle vectors, for --verifier.",
)
@AS_JSON
@click.pass_context
@guarded
def conform(context: click.Context, /, **told: Any) -> int | None:
    """Test from outside whether a node follows the protocol.

    A scripted peer speaks to a live node in exercise mode and says of each requirement whether it
    is kept. Begin with `comity conform keys FOLDER`, which prints what the node must be given. A
    run needs --node, --trust and --keys. Without --operator, probes that need a message of the node
    are not tried; the report says what was not tried, why, and what would try it. What the peer
    sends stays at the node: use one that holds nothing you need. Never run it against a node in
    live mode: it refuses to. For a verifier of bundles give --verifier instead; it is judged by its
    exit status: 0 intact, 1 damaged, 3 unpinned, 4 disputed.

    Exit status: 0 nothing that was tried failed; 1 something failed, or with --complete was not
    tried; 2 the kit could not run: misuse, no node at the address, or one that does not know the
    peer.
    """
    if context.invoked_subcommand is not None:
        return None
    if told["listing"]:
        return _list(told)
    if told["verifier"]:
        return _verifier(told)
    for name, given in (
        ("--node", told["url"]),
        ("--trust", told["trust"]),
        ("--keys", told["folder"]),
    ):
        if given is None:
            raise MisuseError(f"{name} is missing. To begin, try: comity conform keys FOLDER")
    return _node(told)


conform.add_command(keys)


def _list(told: dict[str, Any]) -> int:
    from comity.conform.report import listed
    from comity.conform.run import all_probes, select_probes
    from comity.conform.verifier import read_cases, select_cases

    if told["verifier"]:
        cases = select_cases(read_cases(told["vectors"]), told["only"])
        found = tuple(case.probe for case in cases)
    else:
        found = select_probes(all_probes(), told["only"])
    if told["as_json"]:
        names = ("id", "level", "section", "title", "requirements")
        show({"probes": [{name: getattr(one, name) for name in names} for one in found]})
    else:
        for line in listed(found):
            click.echo(line)
    return 0


def _verifier(told: dict[str, Any]) -> int:
    from comity.conform.tally import Report
    from comity.conform.verifier import read_cases, read_known, run_cases, select_cases

    cases = read_cases(told["vectors"])
    known = read_known(told["xfail"], cases) if told["xfail"] else {}
    wanted = select_cases(cases, told["only"])
    results = run_cases(wanted, told["verifier"], tell=_teller(told), xfail=known)
    left_out = tuple(case.probe for case in cases if case not in wanted)
    return _report(Report(told["verifier"], results, left_out), told)


def _node(told: dict[str, Any]) -> int:
    from comity.conform.acquaintance import check_acquaintance
    from comity.conform.bench import Bench
    from comity.conform.folder import PeerFolder, known_directory, node_of
    from comity.conform.leavings import left_behind
    from comity.conform.operator import PersonOperator, ended, read_operator
    from comity.conform.peer import now
    from comity.conform.run import all_probes, read_xfail, run, select_probes
    from comity.conform.tally import Report

    probes = all_probes()
    wanted = select_probes(probes, told["only"] or (("sending",) if told["serve"] else ()))
    known = read_xfail(told["xfail"], probes) if told["xfail"] else {}
    folder = PeerFolder(told["folder"])
    directory = known_directory(folder, told["trust"], told["source"], now=now())
    node = node_of(directory, told["url"], told["party"])
    operator: Any
    operator, carrier = read_operator(told["operator"]) if told["operator"] else (None, None)
    if operator is None and told["serve"]:
        operator = PersonOperator(lambda text: click.echo(text, err=True))
    if operator is not None and told["wait_s"]:
        operator.patience_s = float(told["wait_s"])
    with ended(operator):
        bench = Bench.make(
            folder, directory, node=node, url=told["url"], operator=operator, carrier=carrier
        )

        def work() -> "Sequence[Result]":
            check_acquaintance(bench, folder)
            return run(bench, wanted, xfail=known, tell=_teller(told))

        results = _made(bench, work)
    left_out = tuple(one for one in probes if one not in wanted)
    report = Report(node, results, left_out, left_behind(bench, results))
    return _report(report, told)


def _made(bench: "Bench", work: "Callable[[], Sequence[Result]]") -> "Sequence[Result]":
    bench.wire.reach()
    bench.endpoint.start()
    try:
        return work()
    finally:
        bench.close()


def _teller(told: dict[str, Any]) -> "Callable[[Result], None]":
    from comity.conform.report import line

    def tell(one: "Result") -> None:
        shown = one.word not in ("pass", "not tried") or told["only"]
        if shown and not told["as_json"]:
            click.echo(line(one))
            sys.stdout.flush()

    return tell


def _report(report: "Report", told: dict[str, Any]) -> int:
    from comity.conform.peer import now
    from comity.conform.report import junit, page, summary, value

    for path, text in (
        (told["junit"], junit(report)),
        (told["html"], page(report, at=now())),
    ):
        if path is not None:
            with translating(f"writing {path}"):
                path.write_text(text, "utf-8")
    if told["as_json"]:
        show(value(report))
    else:
        for text in summary(report):
            click.echo(text)
    failed = report.failed(strict=told["strict"], complete=told["complete"])
    return 1 if failed else 0
