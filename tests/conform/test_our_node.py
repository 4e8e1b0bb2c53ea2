"""Our own node keeps what the kit asks of any."""

import json
import os
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from tests.conform.conftest import Site, running
from tests.conform.unseen import ELSEWHERE, UNSEEN
from tests.spec.shapes import validator

from comity.canonical import MisuseError, unb64
from comity.cli.states.conform import conform
from comity.conform.acquaintance import check_acquaintance
from comity.conform.folder import PeerFolder
from comity.conform.model import Result
from comity.conform.run import all_probes, run, select_probes
from comity.conform.tally import failed
from comity.conform.wire import Answer
from comity.demo.world import ASKING
from comity.node.core.clock import now
from comity.node.messages.recovery_marker import Marker

QUICK = [
    *("values", "signatures", "transport", "receipts", "log", "directory", "packages", "epochs"),
    "problems",
]


def told(results: tuple[Result, ...]) -> list[str]:
    return [f"{r.probe.id}: {r.reason}" for r in results if not r.good]


def test_our_node_keeps_what_is_asked_quickly(site: Site) -> None:
    with site.bench() as bench:
        results = run(bench, select_probes(all_probes(), QUICK))
    assert told(results) == []
    assert not failed(results, strict=True)


ANSWERS = {
    "GET /exchange/v1/epochs": "transport/epochs",
    "GET /exchange/v1/consistency": "transport/consistency",
    "GET /exchange/v1/outbox": "transport/outbox",
    "POST /exchange/v1/checkpoint": "transport/checkpoint",
    "POST /exchange/v1/log-token": "transport/log-token",
    "POST /exchange/v1/messages": "jws",
}
"""Address of the exchange, and the schema of what is answered there."""


def test_what_our_node_answers_fits_the_schemas(site: Site) -> None:
    with site.bench() as bench:
        run(bench, select_probes(all_probes(), ["log", "epochs", "receipts", "transport"]))
        bench.peer.ask("GET", "/exchange/v1/outbox", query="after=0")
        answers = list(bench.wire.answers)
    met: set[str] = set()
    for answer in answers:
        name = ANSWERS.get(f"{answer.method} {answer.path.partition('?')[0]}", "")
        if answer.kind == "application/problem+json":
            name = "transport/problem"
        elif answer.status != 200:
            continue
        if name:
            document = json.loads(answer.body)
            assert validator(name).is_valid(document), (name, document)
            if name == "jws":
                receipt = json.loads(unb64(document["payload"]))
                assert validator("receipt").is_valid(receipt), receipt
            met.add(name)
    assert met == {*ANSWERS.values(), "transport/problem"}


@pytest.mark.full
def test_our_node_keeps_everything_that_is_asked(site: Site) -> None:
    with site.bench() as bench:
        results = run(bench, all_probes())
    assert told(results) == []
    assert not failed(results, strict=True)
    untried = {r.probe.id for r in results if r.word == "not tried"}
    assert UNSEEN <= untried <= UNSEEN | ELSEWHERE
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))  # by others' work, not the kit's
    assert sum(r.seconds for r in results) < 120 * busy


def test_the_next_run_goes_on_from_the_one_before(site: Site) -> None:
    wanted = select_probes(all_probes(), ["receipts.consistency", "log.goes-on"])
    with site.bench() as bench:
        run(bench, wanted)
    with site.bench() as bench:
        results = run(bench, wanted)
    assert [r.word for r in results] == ["pass", "pass"], told(results)


def test_without_an_operator_what_needs_one_is_not_tried_and_says_so(site: Site) -> None:
    with site.bench(operated=False) as bench:
        results = run(bench, select_probes(all_probes(), ["sending.once", "receipts.head"]))
    assert [r.word for r in results] == ["not tried", "not tried"]
    assert all("--operator" in r.remedy for r in results)


def test_a_node_that_was_restored_shows_its_epochs(tmp_path: Path) -> None:
    names = ["epochs.complete", "epochs.signed", "epochs.ended"]
    wanted = select_probes(all_probes(), names)
    with running(tmp_path) as site:
        with site.bench() as bench:
            run(bench, select_probes(all_probes(), ["log.grows"]))
        folder = site.world.places[ASKING].config.folder
        site.process.stop()
        Marker("2026-01-01T00:00:00Z", (), opened=False, word="a test").write(folder)
        site.process.start()
        site.process.wait_ready(60)
        with site.bench() as bench:
            results = run(bench, wanted)
            ask = bench.wire.ask

            def spoilt(method: str, path: str, **more: Any) -> Answer:
                answer = ask(method, path, **more)
                if path.endswith("/1/checkpoint"):
                    answer = replace(answer, body=answer.body + b"\n")
                return answer

            bench.wire.ask = spoilt  # type: ignore[method-assign]
            (other,) = run(bench, select_probes(all_probes(), ["epochs.ended"]))
    assert told(results) == []
    assert {r.word for r in results} == {"pass"}
    assert other.word == "fail"


@pytest.mark.full
def test_the_peer_is_reached_by_tls_where_its_address_says_so(tmp_path: Path) -> None:
    names = ["sending.good", "sending.other-certificate", "packages.fetched"]
    with running(tmp_path, "https") as site, site.bench() as bench:
        results = run(bench, select_probes(all_probes(), names))
    assert told(results) == []
    assert {r.word for r in results} == {"pass"}


@pytest.mark.full
def test_a_quota_is_kept(tmp_path: Path) -> None:
    names = ["transport.quota", *sorted(n for n in ELSEWHERE if n.startswith("transport.quota-"))]
    wanted = select_probes(all_probes(), [*names, "problems.retry-after"])
    with running(tmp_path, quota=20) as site, site.bench() as bench:
        results = run(bench, wanted)
    assert told(results) == []
    assert {r.word for r in results} == {"pass"}


SENDER = """
import json, sys
from pathlib import Path
from comity.conform.operator import Wanted, read_operator
told = json.loads(Path(sys.argv[2]).read_text("utf-8"))
package = told.pop("package")
told |= {"to": tuple(told["to"]), "approvals": tuple(told["approvals"])}
operator, _ = read_operator(Path(sys.argv[1]))
operator.send(Wanted(**told, package=package and Path(package)))
operator.close()
"""


def test_a_command_makes_any_node_send(site: Site, tmp_path: Path) -> None:
    script, operator = tmp_path / "send.py", tmp_path / "operator.json"
    script.write_text(SENDER, "utf-8")
    command = shlex.join([sys.executable, str(script), str(site.operator)])
    operator.write_text(json.dumps({"command": command}), "utf-8")
    more = ["--operator", str(operator), "--only", "sending.approvals"]
    done = CliRunner().invoke(conform, arguments(site, *more))
    assert done.exit_code == 0, done.output
    operator.write_text(json.dumps({"command": "false"}), "utf-8")
    done = CliRunner().invoke(conform, arguments(site, *more))
    assert done.exit_code == 1
    assert "ended with status 1" in done.output
    for wrong in (
        {},
        {"command": "/no/such/program"},
        {"command": "false 'x"},
        {"command": "false", "carry": {"in": "true {path}", "out": "true {path}"}},
        {"command": "false", "carry": {"in": "no-such-program {path}", "out": "-"}},
    ):
        operator.write_text(json.dumps(wrong), "utf-8")
        done = CliRunner().invoke(conform, arguments(site, *more))
        assert done.exit_code == 2
        assert "operator" in done.output


def arguments(site: Site, *more: str) -> list[str]:
    return [
        *("--node", site.url, "--trust", str(site.trust), "--keys", str(site.folder.folder)),
        *("--directory", str(site.records), *more),
    ]


def test_the_command_writes_its_reports(site: Site, tmp_path: Path) -> None:
    junit, html = tmp_path / "report.xml", tmp_path / "report.html"
    xfail = tmp_path / "xfail"
    xfail.write_text("values.fraction # not so in truth\n", "utf-8")
    reports = ["--junit", str(junit), "--html", str(html), "--xfail", str(xfail), "--json"]
    only = ["--only", "values.fraction", "--only", "values.exponent"]
    done = CliRunner().invoke(conform, arguments(site, *only, *reports))
    assert done.exit_code == 1, done.output
    found = json.loads(done.stdout)
    assert {r["id"]: r["result"] for r in found["results"]} == {
        "values.fraction": "unexpected pass",
        "values.exponent": "pass",
    }
    assert "values.exponent" in junit.read_text("utf-8")
    assert "values.exponent" in html.read_text("utf-8")


def test_the_command_judges_what_the_node_sends(site: Site) -> None:
    more = ["--operator", str(site.operator), "--serve", "--only", "sending.good"]
    done = CliRunner().invoke(conform, arguments(site, *more))
    assert done.exit_code == 0, done.output
    assert "1 pass" in done.output


def test_a_person_is_told_what_to_send(site: Site) -> None:
    more = ["--serve", "--only", "sending.good", "--wait", "1"]
    done = CliRunner().invoke(conform, arguments(site, *more))
    assert done.exit_code == 1, done.output
    assert "Let the node send a message of type consultation.note to zz/conformance" in done.output
    assert "Received nothing in time" in done.output


def test_a_peer_that_the_node_does_not_know_ends_the_run_in_one_sentence(
    site: Site, tmp_path: Path
) -> None:
    stranger = PeerFolder.create(tmp_path / "kit two", url="http://127.0.0.1:8799", now=now())
    done = CliRunner().invoke(conform, [*arguments(site), "--keys", str(stranger.folder)])
    assert done.exit_code == 2
    assert done.output.count("\n") == 1
    assert "Try, where NODE is the folder" in done.output
    assert "refuses the requests of zz/conformance (status 401 with the code" in done.output
    give = stranger.for_the_node
    for name in ("trust.json", "directory.json"):
        assert f"'{give / name}'" in done.output  # as a shell reads it


def test_a_clock_that_is_wrong_is_told_apart_from_a_stranger(site: Site) -> None:
    with site.bench() as bench:
        ask = bench.wire.ask

        def refused(*arguments: Any, **more: Any) -> Answer:
            answer = ask(*arguments, **more)
            date = {"date": "Mon, 02 Jan 2006 15:04:05 GMT"}
            return replace(answer, status=401, headers={**answer.headers, **date})

        bench.wire.ask = refused  # type: ignore[method-assign]
        with pytest.raises(MisuseError, match="set both clocks"):
            check_acquaintance(bench, site.folder)


def test_an_address_without_a_node_is_said(site: Site) -> None:
    elsewhere = ["--node", f"{site.url}/elsewhere", "--party", ASKING]
    done = CliRunner().invoke(conform, [*arguments(site), *elsewhere])
    assert done.exit_code == 2
    assert "there is no node of comity/1 at this address" in done.output
    nobody = ["--node", "http://127.0.0.1:9", "--party", ASKING]
    done = CliRunner().invoke(conform, [*arguments(site), *nobody])
    assert done.exit_code == 2
    assert "start the node first" in done.output


def test_what_a_run_leaves_at_the_node_is_said(site: Site) -> None:
    more = ["--operator", str(site.operator), "--json"]
    only = ["--only", "sending.receipt-nonsense", "--only", "conversations.double-id"]
    done = CliRunner().invoke(conform, arguments(site, *more, *only))
    assert done.exit_code == 0, done.output
    told = " ".join(json.loads(done.stdout)["left_at_the_node"])
    assert "of the invented States zz and xz" in told
    assert "Logs of this node and of partner authorities" in told
    assert "Messages that say two different things" in told
    assert "discard this node" in told
    done = CliRunner().invoke(conform, arguments(site, "--only", "log.grows"))
    assert "On purpose" not in done.output


def test_another_party_than_the_records_know_is_refused(site: Site) -> None:
    done = CliRunner().invoke(conform, arguments(site, "--party", "xx/nobody"))
    assert done.exit_code == 2
    assert "no entry of xx/nobody" in done.output


def test_what_is_missing_is_named() -> None:
    done = CliRunner().invoke(conform, [])
    assert done.exit_code == 2
    assert "comity conform keys FOLDER" in done.output
