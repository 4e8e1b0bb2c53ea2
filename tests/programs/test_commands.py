"""Commands do what the pages of people, queue, tokens and webhooks do, for people and as JSON."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import needs
from tests.programs.commanding import Run, read

from comity.cli import main
from comity.node.cases.conversations import is_without_node
from comity.node.models import ApiToken, Compartment, OutboxRow, Refusal
from comity.node.people.access import staff
from comity.node.service.handle import this_service


def test_people_are_added_changed_confirmed_and_leave(run: Run) -> None:
    made = read(run("operator", "people", "add", "minh", "--role", "case", "--json"))
    who = made["identifier"]
    assert made["password"]
    listed = run("operator", "people", "list").output
    assert f"{who}  case" in listed
    assert made["password"] not in listed
    assert read(run("operator", "people", "role", who, "duty", "--json"))["role"] == "duty"
    assert run("operator", "people", "confirm", who).exit_code == 0
    assert "closed" in run("operator", "people", "close", who).output
    assert run("operator", "people", "offboard", who, "account").exit_code == 0
    again = run("operator", "people", "offboard", who, "account", "--json")
    assert again.exit_code == 1
    assert "leaving-step" in again.stderr
    assert not staff.named(who).user.is_active


def test_whoever_may_not_look_after_people_is_told_so(run: Run) -> None:
    refused = run("case", "people", "list")
    assert (refused.exit_code, "not-allowed" in refused.stderr) == (1, True)


def test_a_compartment_has_the_members_that_are_named(run: Run) -> None:
    run("operator", "people", "add", "minh", "--role", "case")
    made = read(run("operator", "compartment", "set", "North", "--member", "minh", "--json"))
    assert len(made["members"]) == 1
    assert read(run("operator", "compartment", "list", "--json")) == {"compartments": [made]}
    run("operator", "compartment", "set", "North")
    assert "North  nobody" in run("operator", "compartment", "list").output
    assert Compartment.objects.count() == 1


def test_a_token_is_made_into_a_file_that_only_its_owner_reads(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "new.token"
    made = read(run("case", "token", "new", "n", "--right", "self", "-o", out, "--json"))
    assert "secret" not in made
    assert out.stat().st_mode & 0o777 == 0o600
    again = run("case", "token", "new", "n", "--right", "self", "-o", out)
    assert again.exit_code != 0  # a file that is there is not written over
    listed = read(run("case", "token", "list", "--json"))["tokens"]
    assert sum(one["name"] == "n" for one in listed) == 1, "none is made whose secret is lost"
    other = tmp_path / "other.token"
    assert run("case", "token", "new", "n", "--right", "none-such", "-o", other).exit_code != 0
    assert not other.exists()
    assert f"{made['token']}  n  used never" in run("case", "token", "list").output
    assert run("case", "token", "revoke", made["token"]).exit_code == 0
    assert not ApiToken.objects.filter(pk=made["token"]).exists()


def test_what_was_given_up_is_told_by_the_exit_status_and_tried_again(run: Run) -> None:
    assert run("operator", "outbox", "list").output == "nothing waits\n"
    at, node = datetime.now(UTC), this_service().node
    partner = next(one for one in node.directory.parties() if one not in {node.party, "un/home"})
    assert not is_without_node(node.directory, partner)
    row = OutboxRow.objects.create(
        record="sha256:" + "0" * 64, addressee=partner, stage="dead", attempts=9, queued_at=at,
        due_at=at, expires_at=at, last_fault="partner-silent",
    )  # fmt: skip
    listed = run("operator", "outbox", "list")
    assert (listed.exit_code, "partner-silent" in listed.output) == (1, True)
    assert read(run("operator", "outbox", "retry", row.pk, "--json"))["stage"] == "queued"

    later = at + timedelta(hours=1)
    OutboxRow.objects.update(due_at=later, last_fault="partner-unreachable")
    listed = run("operator", "outbox", "list")
    assert listed.exit_code == 0
    assert f"to send it now: comity outbox retry {row.pk}" in listed.output
    assert run("operator", "outbox", "retry", row.pk).exit_code == 0
    row.refresh_from_db()
    assert row.due_at < later, "one that waits is due at once"


def test_what_a_partner_refused_is_told_by_the_exit_status_and_asked_for_again(run: Run) -> None:
    assert run("operator", "outbox", "refusals").output == "no partner refuses anything\n"
    row = Refusal.objects.create(
        job="poll", party="za/x", fault="partner-refused: not-for-us", since=datetime.now(UTC)
    )
    listed = run("operator", "outbox", "refusals")
    assert listed.exit_code == 1
    assert "hand over the messages that wait for us" in listed.output
    assert f"comity outbox resume {row.pk}" in listed.output
    assert read(run("operator", "outbox", "resume", row.pk, "--json"))["job"] == "poll"
    assert run("operator", "outbox", "resume", row.pk).exit_code == 1


def test_what_may_open_a_conversation_with_a_party_is_told_beforehand(run: Run) -> None:
    party = next(p for p in this_service().node.directory.parties() if not p.startswith("un/"))
    told = run("case", "draft", "types", "--to", party)
    assert told.exit_code == 0, told.output
    assert "  consultation.note  note\n" in told.output
    assert run("case", "draft", "types", "--to", "qq/nobody").exit_code == 1


def test_the_audit_is_taken_out_as_csv_and_as_json(run: Run, tmp_path: Path) -> None:
    run("operator", "people", "add", "minh", "--role", "case")
    out = tmp_path / "audit.csv"
    assert run("auditor", "audit", "export", "--action", "account.added", "-o", out).exit_code == 0
    assert "account.added" in out.read_text("utf-8")
    rows = read(run("auditor", "audit", "export", "--action", "account.added", "--json"))["rows"]
    assert rows
    assert all("account.added" in row.values() for row in rows)
    days = ("--since", "2026-01-01", "--until", "2026-01-02")  # none
    assert read(run("auditor", "audit", "export", *days, "--json"))["rows"] == []
    turned = run("auditor", "audit", "export", "--since", "2026-01-02", "--until", "2026-01-01")
    assert "parameter until must not be before since" in turned.stderr
    spoilt = run("auditor", "audit", "export", "--since", "yesterday", "-o", tmp_path / "none.csv")
    assert (spoilt.exit_code, (tmp_path / "none.csv").exists()) == (1, False)


def test_notices_and_webhooks_are_listed(run: Run) -> None:
    assert run("case", "notice", "list").output == "no notice waits for you\n"
    assert run("case", "notice", "confirm", 99).exit_code == 1
    assert run("case", "webhook", "list").output == "no program is told of anything\n"
    refused = run("case", "webhook", "new", "x", "https://evil.example/", "--event", "item.due")
    assert (refused.exit_code, "hook-address" in refused.stderr) == (1, True)
    assert run("case", "webhook", "test", 99).exit_code == 1


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_gets_what_it_completes_with(shell: str) -> None:
    found = CliRunner().invoke(main, ["completion", shell])
    assert (found.exit_code, f"_COMITY_COMPLETE={shell}_complete" in found.output) == (0, True)
    told = json.loads(CliRunner().invoke(main, ["completion", shell, "--json"]).stdout)
    assert told["script"] == found.output.rstrip("\n") or told["script"] + "\n" == found.output


def test_bash_reads_the_completion(tmp_path: Path) -> None:
    script = tmp_path / "completion"
    script.write_text(CliRunner().invoke(main, ["completion", "bash"]).output)
    done = subprocess.run([needs("bash"), "-n", script], check=False, capture_output=True)
    assert (done.returncode, done.stderr) == (0, b"")
