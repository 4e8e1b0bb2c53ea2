"""A node of ours that breaks a rule on purpose fails the kit over HTTP, and the rule is named."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from click.testing import CliRunner
from tests.conform.broken import FAULTS, BrokenNode, Fault
from tests.conform.conftest import Site, running

from comity.cli.states.conform import conform
from comity.demo.world import ASKING

pytestmark = pytest.mark.full  # a node is started for each fault


@pytest.fixture(scope="module")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with running(tmp_path_factory.mktemp("broken")) as found:
        yield found


def judged(site: Site, *probes: str) -> tuple[int, dict[str, Any]]:
    """Return exit status and report of the command against the node that runs."""
    names = [word for probe in probes for word in ("--only", probe)]
    given = ["--node", site.url, "--trust", str(site.trust), "--keys", str(site.folder.folder)]
    more = ["--directory", str(site.records), "--operator", str(site.operator), "--json"]
    done = CliRunner().invoke(conform, [*given, *more, *names])
    return done.exit_code, json.loads(done.stdout)


def test_ten_rules_and_more_are_broken_each_by_one_fault() -> None:
    assert len(FAULTS) >= 10
    assert len({one.rule for one in FAULTS}) == len({one.where for one in FAULTS}) == len(FAULTS)


def test_the_node_as_it_is_keeps_what_the_faults_break(own_site: Site) -> None:
    status, report = judged(own_site, *(one.probe for one in FAULTS))
    assert status == 0, report["results"]
    assert {one["result"] for one in report["results"]} == {"pass"}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda one: one.name)
def test_a_fault_is_found_out_by_the_rule_that_it_breaks(own_site: Site, fault: Fault) -> None:
    folder = own_site.world.places[ASKING].config.folder
    own_site.process.stop()
    node = BrokenNode(folder, fault)
    node.start()
    try:
        node.wait_ready(60)
        status, report = judged(own_site, fault.probe)
    finally:
        node.stop()
    (result,) = report["results"]
    assert (status, result["result"]) == (1, "fail"), result
    assert fault.rule in result["reason"], result
    assert fault.rule in report["requirements"]["failed"]
