"""A partner with two logs at real nodes: the lie is refused, kept and said; nobody else is accused.

In order: what a partner did once stands in log health for good.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from html import unescape

import httpx
import pytest
from tests.hall.conftest import Pair
from tests.nodes.offices import preservation_request
from tests.operation.conftest import form

from comity.demo.office import Office
from comity.hall.splitting import health, show_second_log

pytestmark = pytest.mark.full  # nodes and a partner with two logs

PASSWORD = "a long phrase for tests"


@pytest.fixture
def team(pair: Pair) -> Office:
    return pair.vn


@pytest.fixture
def liar(pair: Pair) -> Office:
    return pair.za


def asked(team: Office, partner: Office) -> str:
    sent = team.send("request.submitted", preservation_request(), signatures=2, to=partner.party)
    digest = str(sent["conversation"])
    team.wait_receipt(digest, str(sent["content"]))
    return digest


def acknowledge(partner: Office, team: Office, digest: str) -> None:
    """Let the partner say something, by which its log grows beyond what the team knows of it."""
    reference = {"acknowledgement": {"reference": "ZA-1", "note": None}}
    partner.send("request.acknowledged", reference, signatures=0, conversation=digest)
    team.wait_message(digest, "request.acknowledged")


def logs(office: Office) -> str:
    checks = office.approver.get("/health")["checks"]
    return next(str(one["stands"]) for one in checks if one["key"] == "logs")


@pytest.fixture(scope="module")
def reader(pair: Pair) -> Iterator[httpx.Client]:
    """Somebody of the team, signed in at its node."""
    config = pair.vn.place.config
    order = ["user", "add", str(config.folder), "reader", "--role", "duty", "--password-file", "-"]
    command = [sys.executable, "-m", "comity", *order]
    subprocess.run(command, input=PASSWORD, text=True, capture_output=True, check=True)
    url = f"http://localhost:{config.port}"
    with httpx.Client(base_url=url, follow_redirects=True, trust_env=False) as one:
        typed = {**form(one, "/sign-in"), "name": "reader", "password": PASSWORD}
        assert "sign-out" in one.post("/sign-in", data=typed).text
        yield one


def page(reader: httpx.Client) -> str:
    """Return what stands on the page System health, without its tags."""
    text = unescape(re.sub(r"<[^>]+>", " ", reader.get("/health").text))
    return " ".join(text.split())


def test_a_partner_whose_log_only_grows_is_not_accused(
    team: Office, liar: Office, reader: httpx.Client
) -> None:
    for _ in range(2):
        asked(team, liar)
    asked(liar, team)
    assert (logs(team), logs(liar)) == ("good", "good")
    assert health(team.approver, liar.party) == "log health: the logs agree"
    assert "Logs of this node and of partner authorities" in page(reader)
    assert "The two logs disagree" not in page(reader)


@pytest.mark.parametrize("quiet", [False, True], ids=["with a proof", "without its proof"])
def test_a_receipt_from_a_second_log_is_refused_kept_and_said(
    team: Office, liar: Office, *, quiet: bool
) -> None:
    digest = asked(team, liar)
    acknowledge(liar, team, digest)
    before = team.conversation(digest)
    answer = show_second_log(liar.place, team.party, digest, quiet=quiet)
    assert (answer.status, answer.code) == (400, "receipt-unproved")
    assert health(team.approver, liar.party) == "log health: the two logs disagree"
    sent = team.conversation(digest)["timeline"][0]
    assert len(sent["receipts"]) == 1 + len(before["timeline"][0]["receipts"]), "kept as proof"


def test_the_page_says_it_in_words_with_whom_to_call(reader: httpx.Client) -> None:
    told = page(reader)
    assert "The two logs disagree." in told
    assert "Call the partner authority. Do not rely on its receipts" in told


def test_what_was_said_before_holds_and_the_work_goes_on(team: Office, liar: Office) -> None:
    acknowledge(liar, team, asked(team, liar))
    assert team.approver.get("/health")["queued"] == 0
    assert logs(liar) == "good", "nobody accuses the team"
