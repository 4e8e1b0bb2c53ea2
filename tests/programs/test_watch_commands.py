"""Commands of the duty, the watch and packages without an offer: what the pages do, and no more."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.api.nodes import PASSWORD
from tests.programs.commanding import Run, read

from comity.demo.world import Place
from comity.evidence.blocks import BlockHasher
from comity.node.evidence.transfer import unclaimed_packages
from comity.node.models import AuditRow, Officer, Reached, StrayPackage
from comity.node.people import accounts
from comity.node.service.handle import this_service
from comity.node.watch import shifts

AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
STEPS = ["--step", "0:officer:screen,mail", "--step", "15:second:webhook", "--repeat", "30"]


def officer(name: str) -> Officer:
    return Officer.objects.get(user__username=name)


# ------------------------------------------------------------------ ladders


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("0:officer", "MINUTES:WHOM:CHANNEL"),
        ("soon:officer:mail", "MINUTES:WHOM:CHANNEL"),
        ("-5:officer:mail", "MINUTES:WHOM:CHANNEL"),
        ("5:officer:mail", "[ladder]"),
        ("0:list:screen", "[ladder]"),
        ("0:nobody:mail", "[ladder]"),
        ("0:officer:pigeon", "[ladder]"),
    ],
)
def test_a_ladder_that_breaks_a_rule_changes_nothing(run: Run, step: str, told: str) -> None:
    before = read(run("duty", "duty", "escalation", "list", "--json"))
    refused = run("duty", "duty", "escalation", "set", "clock", "--step", step, "--repeat", 30)
    assert refused.exit_code in (1, 2)
    assert told in refused.stderr
    assert read(run("duty", "duty", "escalation", "list", "--json")) == before


def test_a_ladder_is_shown_changed_and_given_back(run: Run) -> None:
    shipped = read(run("auditor", "duty", "escalation", "show", "clock", "--json"))
    assert shipped["own"] is False
    assert run("auditor", "duty", "escalation", "set", "clock", *STEPS).exit_code == 1
    assert run("duty", "duty", "escalation", "show", "no-such").exit_code == 2
    assert read(run("duty", "duty", "escalation", "set", "clock", *STEPS, "--json"))["own"] is True
    told = run("auditor", "duty", "escalation", "show", "clock").output
    assert told.splitlines()[1:] == ["  0:officer:screen,mail", "  15:second:webhook"]
    assert "clock  the office's own" in run("auditor", "duty", "escalation", "list").output
    assert read(run("duty", "duty", "escalation", "default", "clock", "--json")) == shipped
    words = AuditRow.objects.filter(subject="clock").order_by("pk")
    assert [one.action for one in words] == ["duty.ladder-set", "duty.ladder-dropped"]


# ------------------------------------------------------------------ contacts


def test_who_may_not_be_woken_sees_no_contact(run: Run) -> None:
    refused = run("auditor", "duty", "contact", "list")
    assert (refused.exit_code, "not-allowed" in refused.stderr) == (1, True)


def test_what_is_not_named_of_a_contact_stays(run: Run) -> None:
    assert run("duty", "duty", "contact", "list").exit_code == 0
    who = officer("duty").identifier
    way = ["--email", "duty@office.example", "--phone", "+27 12 393 1000", "--head"]
    assert read(run("duty", "duty", "contact", "set", who, *way, "--json"))["head"] is True
    assert run("duty", "duty", "contact", "set", who).exit_code == 2
    assert run("duty", "duty", "contact", "set", who, "--email", "nowhere").exit_code == 1
    assert run("duty", "duty", "contact", "set", who, "--no-head").exit_code == 0
    found = Reached.objects.get(officer=who)
    assert (found.email, found.head) == ("duty@office.example", False)
    assert found.phone
    assert "duty@office.example" in run("duty", "duty", "contact", "show", who).output
    assert run("duty", "duty", "contact", "show", "officer-none").exit_code == 1


def test_each_reading_of_a_contact_is_audited(run: Run) -> None:
    run("duty", "duty", "contact", "list")
    run("duty", "duty", "contact", "show", officer("duty").identifier)
    run("duty", "duty", "contact", "show", "officer-none")
    read_by = AuditRow.objects.filter(action="duty.contacts-read").values_list("actor", "detail")
    assert list(read_by) == [("duty", "api")] * 2


# ------------------------------------------------------------------ shifts


def test_a_shift_is_begun_handed_over_and_taken_over_by_password(run: Run) -> None:
    alone = run("duty", "shift", "now")
    assert (alone.exit_code, alone.output) == (1, "nobody has begun a shift\n")
    run("approver", "shift", "now")
    until = ["--until", "2030-01-01T06:00:00Z"]
    item = read(run("duty", "shift", "begin", *until, "--json"))["item"]
    assert "[shift-unfit]" in run("duty", "shift", "begin").stderr
    to = officer("approver").identifier
    early = run("duty", "shift", "confirm", item, "--yes", typed=PASSWORD)
    assert (early.exit_code, "nothing was handed over" in early.stderr) == (2, True)
    run("duty", "shift", "hand-over", "--to", to, "--notes", "Call Pretoria at six.")
    open_ = read(run("approver", "shift", "now", "--json"))["items"]
    assert [(one["item"], one["state"], one["to"]) for one in open_] == [(item, "handed-over", to)]
    turn = ["shift", "confirm", item, "--password-file", "-", "--json"]
    wrong = run("duty", *turn, "--yes", typed="no\n")
    assert "[password-wrong]" in wrong.stderr
    assert run("duty", "shift", "confirm", item, typed="n\n").exit_code == 1
    given = run("duty", *turn, "--yes", typed=PASSWORD)
    assert read(given)["state"] == "given"
    assert "Call Pretoria at six." in given.stderr, "what is confirmed was shown"
    assert read(run("approver", *turn, "--yes", typed=PASSWORD))["state"] == "taken-over"
    (mine,) = read(run("approver", "shift", "now", "--json"))["items"]
    assert mine["officer"] == to
    assert "password" in run("approver", "shift", "show", item).output
    listed = run("approver", "shift", "list").output
    both = {line.split()[0] for line in listed.splitlines()}
    assert both == {mine["item"], item}, "within one second their order is chance"
    assert run("approver", "shift", "list", "--day", "2001-01-01").output == ""


def test_wrong_passwords_under_a_hand_over_are_counted_and_lock(run: Run) -> None:
    run("approver", "shift", "now")
    item = read(run("duty", "shift", "begin", "--json"))["item"]
    to = officer("approver").identifier
    run("duty", "shift", "hand-over", "--to", to, "--notes", "Call Pretoria at six.")
    turn = ["shift", "confirm", item, "--password-file", "-", "--yes"]
    told = [run("duty", *turn, typed="no\n").stderr for _ in range(5)]
    assert [("[password-wrong]" in one) for one in told] == [True] * 4 + [False]
    assert "[sign-in-locked]" in told[-1]
    assert "[sign-in-locked]" in run("duty", *turn, typed=PASSWORD).stderr
    assert AuditRow.objects.filter(action="sign-in.failed").count() == 5


def test_a_hand_over_is_given_back_and_a_shift_ended_with_reasons(run: Run) -> None:
    item = read(run("duty", "shift", "begin", "--json"))["item"]
    run("approver", "shift", "now")
    to = ["--to", officer("approver").identifier, "--notes", "None."]
    assert run("duty", "shift", "hand-over", *to).exit_code == 0
    assert run("approver", "shift", "give-back", item, "--reasons", "Ill.").exit_code == 0
    ended = read(run("approver", "shift", "end", item, "--reasons", "Nobody comes.", "--json"))
    assert ended["state"] == "ended"
    assert run("duty", "shift", "now").exit_code == 1


def test_a_hand_over_is_signed_with_the_key_on_this_machine(
    run: Run, inside: Place, tmp_path: Path
) -> None:
    person = inside.officers["author"]
    run("approver", "shift", "now")
    accounts.add_person(
        name="case", role="case", password=PASSWORD, at=AT, by="x", identifier=person.identifier
    )
    secret = accounts.make_token("case", label="x", at=datetime.now(UTC), by="x")
    (tmp_path / "case.token").write_text(secret, "ascii")
    item = read(run("case", "shift", "begin", "--json"))["item"]
    to = ["--to", officer("approver").identifier, "--notes", "None."]
    run("case", "shift", "hand-over", *to)
    offline = inside.config.folder.parent.parent / "officers" / inside.party.replace("/", "-")
    key, certificate = offline / "first.json", offline / "first.certificate.json"
    half = run("case", "shift", "confirm", item, "--key", key, "--yes")
    assert (half.exit_code, "go together" in half.stderr) == (2, True)
    pair = ["--key", key, "--certificate", certificate]
    other = offline / "second.certificate.json"
    wrong = run("case", "shift", "confirm", item, *pair[:2], "--certificate", other, "--yes")
    assert (wrong.exit_code, "another key" in wrong.stderr) == (2, True)
    assert run("case", "shift", "confirm", item, *pair, "--yes").exit_code == 0
    assert shifts.shift_named(item).said("shift.given")["how"] == "signed"


# ------------------------------------------------------------------ calls


def test_a_call_is_shown_entry_by_entry(run: Run) -> None:
    about = ["--caller", "A. Nkosi", "--measure", "preservation", "--asked", "Keep a mailbox"]
    item = read(run("duty", "call", "new", *about, "--why-not", "Busy", "--json"))["item"]
    told = run("duty", "call", "show", item).output
    assert "Keep a mailbox" in told
    assert read(run("duty", "call", "show", item, "--json"))["kind"] == "call"
    assert item in run("duty", "call", "list", "--open").output
    assert run("duty", "call", "list", "--before", item).output == ""
    begun = read(run("duty", "shift", "begin", "--json"))["item"]
    no_call = run("duty", "call", "show", begun, "--json")
    assert (no_call.exit_code, json.loads(no_call.stdout)["error"]["code"]) == (2, "misuse")


def test_calls_that_are_over_are_no_longer_open(run: Run, tmp_path: Path) -> None:
    about = ["--caller", "A. Nkosi", "--measure", "preservation", "--asked", "Keep a mailbox"]
    item = read(run("duty", "call", "new", *about, "--why-not", "Busy", "--json"))["item"]
    act = tmp_path / "act.json"
    act.write_text('{"reasons": {"lang": "en", "text": "Nothing came."}}')
    assert run("duty", "docket", "do", "call.closed", "--item", item, "--file", act).exit_code == 0
    assert run("duty", "call", "list", "--open").output == ""
    assert item in run("duty", "call", "list").output


# ------------------------------------------------------------------ packages without an offer


@pytest.fixture
def stray(run: Run) -> str:
    """Let a package come that nobody has offered; return its root."""
    run("case", "unmatched", "list")
    sealed = b"x" * 1000
    hasher = BlockHasher()
    hasher.update(memoryview(sealed))
    root = hasher.root()
    unclaimed_packages.take(
        this_service().node, this_service().committer, root=root, size_bytes=len(sealed),
        pieces=[sealed], carrier="za/courier",
    )  # fmt: skip
    return f"sha256:{root.hex()}"


def test_whoever_may_not_have_evidence_sees_no_stray(run: Run) -> None:
    refused = run("operator", "unmatched", "list")
    assert (refused.exit_code, "not-allowed" in refused.stderr) == (1, True)


def test_where_every_package_was_offered_the_list_says_so(run: Run) -> None:
    assert run("case", "unmatched", "list").output == "every package that is here was offered\n"
    assert run("case", "unmatched", "destroy", "0" * 64, "--yes").exit_code == 1


def test_a_stray_is_destroyed_only_once_it_is_confirmed(run: Run, stray: str) -> None:
    listed = run("case", "unmatched", "list").output
    assert stray in listed
    assert "carrier says za/courier" in listed
    kept = run("case", "unmatched", "destroy", stray, "--json", typed="n\n")
    assert (kept.exit_code, kept.stdout) == (1, "")
    assert StrayPackage.objects.filter(root=stray).exists()
    done = read(run("case", "unmatched", "destroy", stray, "--yes", "--json"))
    assert done == {"done": "stray.destroy"}
    assert read(run("case", "unmatched", "list", "--json")) == {"strays": []}
    assert AuditRow.objects.filter(action="package.forgotten", subject=stray).exists()
