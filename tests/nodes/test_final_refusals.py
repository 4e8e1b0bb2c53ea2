"""What a partner refuses for good is asked once and shown; a person lets it be asked again."""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tests.nodes.answering import Said, Sender
from tests.nodes.partners import BUSY, FINAL, Asker, asking
from tests.nodes.test_onward import offered

from comity.canonical import digest_text
from comity.demo.world import ASKED
from comity.evidence import age_keys
from comity.node.assistance import solution_fetch
from comity.node.cases.severity import Kind
from comity.node.core.clock import now, real_now
from comity.node.core.partner_http import PartnerBusyError, PartnerRefusedError
from comity.node.evidence import packages
from comity.node.evidence.transfer import fetch, push
from comity.node.federation import recovery
from comity.node.federation.delivery import Delivery
from comity.node.health.checks import checks
from comity.node.health.status import condition
from comity.node.log import directory_snapshots, refusals, witnesses
from comity.node.log.refusals import HeldClient, Job
from comity.node.messages.recovery_marker import BEGINNING, Marker, read_marker
from comity.node.models import Conversation, Package, PartnerCheckpoint, Refusal, SolutionRow
from comity.node.operations import background_jobs
from comity.node.work.technical import failures

pytestmark = pytest.mark.django_db
type Step = Callable[[Asker], Any]


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    with asking(tmp_path) as found:
        yield found


def spoken(asker: Asker) -> str:
    """Let the node write to the partner, so that its log has entries; return the conversation."""
    delivery = Delivery(asker.node, asker.committer, asker.client)
    Sender(asker.node, asker.committer, asker.partner, delivery).queue()  # type: ignore[arg-type]
    return Conversation.objects.get().digest


def poll(asker: Asker) -> int:
    return Delivery(asker.node, asker.committer, asker.client).poll(ASKED)


def hand_over(asker: Asker) -> int:
    taken = SimpleNamespace(
        row=SimpleNamespace(record="sha256:" + "0" * 64), receipt=SimpleNamespace(record=b"{}")
    )
    delivery = Delivery(asker.node, asker.committer, asker.client)
    return delivery._hand_over(ASKED, taken)  # type: ignore[arg-type]


def cosign(asker: Asker) -> int:
    if not Conversation.objects.exists():
        spoken(asker)
    return witnesses.request_from(asker.node, asker.client, ASKED)


def recover(asker: Asker) -> int:
    Marker(BEGINNING, (ASKED,), opened=True).write(asker.node.config.folder)
    return recovery.step(asker.node, asker.committer, asker.client)


def explain(asker: Asker) -> int:
    origin = asker.node.directory.entry(ASKED).origins[0].replace(f"{ASKED}/1", f"{ASKED}/2")
    row = {"party": ASKED, "tree_size": 1, "root": bytes(32), "note": "", "seen_at": now()}
    PartnerCheckpoint.objects.get_or_create(origin=origin, defaults=row)
    return background_jobs._explain(asker.node, asker.client)


def prove(asker: Asker) -> int:
    return directory_snapshots.fetch_proof(asker.node, asker.client, ASKED)


def upload(asker: Asker) -> int:
    if not Package.objects.exists():
        conversation = spoken(asker)
        offer = offered(recipients=[str(age_keys.generate(os.urandom).recipient)])
        for root in (offer["root"], digest_text(os.urandom(32))):
            Package.objects.create(
                root=root,
                exhibit=offer["exhibit"],
                conversation=conversation,
                offer=offer,
                offered_in="x",
                outgoing=True,
                stage=Package.Stage.SEALED,
                changed_at=now(),
            )
    return push.upload_offered(asker.node, asker.committer, asker.client)


STEPS: dict[Job, tuple[Step, str, int]] = {
    Job.POLL: (poll, "/outbox", 1),
    Job.RECEIPT: (hand_over, "/receipts", 1),
    Job.WITNESS: (cosign, "/witness/", 1),
    Job.RECOVERY: (recover, "/recovery", 1),
    Job.EPOCHS: (explain, "/epochs", 1),
    Job.SNAPSHOT: (prove, "/snapshots/", 1),
    Job.UPLOAD: (upload, "/packages/", 2),
}
"""What is asked for: the step that asks, a part of the address, and how many things it asks for."""


def tried(asker: Asker, job: Job) -> None:
    """Take the step of a loop once, as the loop does."""
    with suppress(PartnerRefusedError, PartnerBusyError):
        assert STEPS[job][0](asker) == 0


def prepare(monkeypatch: pytest.MonkeyPatch, job: Job) -> None:
    """Let a node bring packages whose bytes nobody looks at."""
    if job != Job.UPLOAD:
        return
    vault = SimpleNamespace(size_bytes=lambda _root: 9)
    monkeypatch.setattr(packages, "vault_of", lambda _node: vault)
    monkeypatch.setattr(packages, "addressees", lambda *_: frozenset({ASKED}))


@pytest.mark.parametrize("job", STEPS)
def test_what_is_refused_for_good_is_asked_once_and_again_at_a_persons_word(
    asker: Asker, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(monkeypatch, job)
    path, things = STEPS[job][1:]
    asker.answers(path, FINAL)
    for _ in range(3):
        tried(asker, job)
    assert asker.partner.count(path) == things, "one thing keeps no other waiting"
    rows = list(refusals.stopped())
    assert [(r.job, r.party, r.fault) for r in rows] == [
        (job, ASKED, "partner-refused: not-for-us")
    ] * things

    at = now()
    seen = failures(asker.node, at)
    (alert,) = [one for one in seen if one.facts.kind is Kind.REFUSED]
    pressing = job in (Job.POLL, Job.RECOVERY)
    assert (alert.party, alert.count, alert.facts.late) == (ASKED, things, pressing)
    found = checks(asker.node, condition(asker.node, at=at), at=at)
    (check,) = [one for one in found if one.key == "refusals"]
    assert check.stands == ("bad" if pressing else "soon")

    for row in rows:
        assert refusals.try_again(row.pk, by="operator")
    tried(asker, job)
    assert asker.partner.count(path) == 2 * things


@pytest.mark.parametrize("job", STEPS)
def test_a_partner_that_names_a_moment_is_asked_again_then(
    asker: Asker, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(monkeypatch, job)
    path, things = STEPS[job][1:]
    asker.answers(path, BUSY)
    begun = real_now()
    for _ in range(2):
        tried(asker, job)
    assert asker.partner.count(path) == things
    assert not refusals.stopped()
    for row in Refusal.objects.all():
        assert row.until
        assert timedelta(seconds=7) <= row.until - begun < timedelta(seconds=30)
    Refusal.objects.update(until=real_now() - timedelta(seconds=1))
    tried(asker, job)
    assert asker.partner.count(path) == 2 * things


def test_a_refusal_that_may_pass_stops_nothing_and_an_answer_ends_it(asker: Asker) -> None:
    asker.answers("/outbox", Said(503, b'{"code":"busy","retryable":true}'))
    tried(asker, Job.POLL)
    assert not Refusal.objects.exists()
    asker.answers("/outbox", BUSY)
    tried(asker, Job.POLL)
    Refusal.objects.update(until=real_now() - timedelta(seconds=1))
    asker.answers("/outbox", Said(200, b'{"items":[7]}'))  # a bad item stops no other
    assert poll(asker) == 0
    assert not Refusal.objects.exists()


def test_a_restored_node_says_nothing_to_a_partner_that_gives_nothing_back(asker: Asker) -> None:
    asker.answers("/recovery", FINAL)
    tried(asker, Job.RECOVERY)
    marker = read_marker(asker.node.config.folder)
    assert marker
    assert marker.partners == (ASKED,), "the partner was not heard"


def test_a_proof_that_is_refused_for_good_is_not_asked_for_again(asker: Asker) -> None:
    asker.answers("/consistency", FINAL)
    asks = HeldClient(asker.client, Job.LINK, "/exchange/v1/consistency")
    origin = asker.node.directory.entry(ASKED).origins[0]
    query = f"from=1&to=2&origin={origin}"
    assert asks.call(ASKED, "GET", "/exchange/v1/consistency", query=query).status == 400
    with pytest.raises(PartnerRefusedError):
        asks.call(ASKED, "GET", "/exchange/v1/consistency", query=query)
    assert asker.partner.count("/consistency") == 1
    assert asks.reachable(ASKED), "its other logs are asked about"
    refusals.forget_ended_logs()
    assert [row.subject for row in refusals.stopped()] == [origin]
    with suppress(PartnerRefusedError):
        explain(asker)  # another epoch of its log is known
    refusals.forget_ended_logs()
    assert not refusals.stopped().filter(job=Job.LINK)


def test_a_witness_is_asked_for_another_log_although_it_refused_one(asker: Asker) -> None:
    asker.answers("/witness/", FINAL)
    tried(asker, Job.WITNESS)
    Refusal.objects.update(subject="an older log")
    tried(asker, Job.WITNESS)
    assert asker.partner.count("/witness/") == 2
    assert [row.subject for row in refusals.stopped()] == [asker.node.origin(1)]


# ------------------------------------------------------------------ what has a stage of its own


def wanted_package(asker: Asker) -> Package:
    offer = offered(recipients=[str(age_keys.generate(os.urandom).recipient)])
    return Package.objects.create(
        root=offer["root"],
        exhibit=offer["exhibit"],
        conversation=spoken(asker),
        offer=offer,
        outgoing=False,
        stage=Package.Stage.WANTED,
        changed_at=now(),
    )


def test_a_package_that_is_refused_for_good_is_given_up_until_a_person_asks_again(
    asker: Asker,
) -> None:
    package = wanted_package(asker)
    fetcher = fetch.Fetcher(asker.node, asker.committer, asker.client)
    asker.answers("/packages/", BUSY)
    for _ in range(2):
        assert fetcher.step() == 0
    package.refresh_from_db()
    assert (asker.partner.count("/packages/"), package.stage) == (1, Package.Stage.WANTED)

    fetcher = fetch.Fetcher(asker.node, asker.committer, asker.client)
    asker.answers("/packages/", FINAL)
    for _ in range(2):
        assert fetcher.step() == 0
    package.refresh_from_db()
    told = (package.stage, package.last_fault)
    assert told == (Package.Stage.FAILED, "partner-refused: not-for-us")
    assert asker.partner.count("/packages/") == 2

    fetch.ask_again(asker.committer, package.root, by="examiner")
    assert fetcher.step() == 0
    assert asker.partner.count("/packages/") == 3


def test_a_solution_that_is_refused_for_good_is_given_up_until_a_person_asks_again(
    asker: Asker,
) -> None:
    row = SolutionRow.objects.create(
        digest=digest_text(os.urandom(32)),
        giver=ASKED,
        size_bytes=9,
        stage=SolutionRow.Stage.WANTED,
        changed_at=now(),
        record="x",
        party=ASKED,
        ours=False,
        kind="report",
        matter="x",
        version="1",
        statement={},
        conversation="x",
    )
    fetcher = solution_fetch.SolutionFetcher(asker.node, asker.committer, asker.client)
    asker.answers("/solutions/", FINAL)
    for _ in range(2):
        assert fetcher.step() == 0
    row.refresh_from_db()
    assert (row.stage, row.last_fault) == ("failed", "partner-refused: not-for-us")
    solution_fetch.ask_again(asker.committer, row.digest, by="examiner")
    fetcher.step()
    assert asker.partner.count("/solutions/") == 2
