"""A webhook says that something happened, to hosts the operator named, and nothing of what."""

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.api.nodes import PASSWORD
from tests.programs.receiving import Receiver, receiver

from comity.node.core.config import NodeConfig, NodeFolderError, load_config
from comity.node.integrations import webhook_delivery, webhook_targets, webhooks
from comity.node.integrations.webhook_events import EVENTS, note_deadline, note_message
from comity.node.models import AuditRow, Conversation, Hook, HookDelivery, MessageRow, Officer
from comity.node.people import accounts
from comity.node.people.access import case_access

type Add = Callable[..., Officer]
AT = datetime(2026, 11, 25, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(seconds=5)
CASE, THREAD, RECORD = "2026-000001", "sha256:" + "a" * 64, "sha256:" + "b" * 64


@pytest.fixture
def sink() -> Iterator[Receiver]:
    with receiver() as made:
        yield made


@pytest.fixture
def near(config: NodeConfig) -> NodeConfig:
    """Return settings that allow webhooks to this machine."""
    return dataclasses.replace(config, hook_hosts=("localhost", "127.0.0.1"), hook_private=True)


def make(config: NodeConfig, officer: Officer, url: str, *events: str) -> webhooks.Made:
    return webhooks.make(
        config, officer, label="desk", url=url, events=list(events or EVENTS), at=AT
    )


def something_comes(case: str = CASE, thread: str = THREAD, record: str = RECORD) -> None:
    """Write down a message as receiving one does."""
    Conversation.objects.create(
        digest=thread, opener="za/x", members=[], type="request.submitted", case=case,
        main="submitted", reference="VERY SECRET", opened_at=AT, moved_at=AT,
    )  # fmt: skip
    MessageRow.objects.create(
        record=record, content=record, conversation=thread, author="za/x", message_id=record[-8:],
        sequence=1, type="request.submitted", outgoing=False, jws=b"", sent_at=AT, recorded_at=AT,
        standing="applied", outcome="accepted", epoch=0, index=1, tree_size=1,
    )  # fmt: skip
    note_message(
        Conversation.objects.get(digest=thread), MessageRow.objects.get(record=record), at=AT
    )


# ------------------------------------------------------------------ where it may go


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "ftp://gateway.example/in", "https://", "https://evil.example/",
        "http://gateway.example/in", "https://gateway.example@evil.example/",
        "https://evil.example/?gateway.example", "https://gateway.example.evil.example/",
        "https://user:word@gateway.example/", "https://gateway.example\\@evil.example/",
        "https://gateway.example/a b", "https://gateway.example/#x", "https://gateway.example:x/",
        "https://GATEWAY.example.evil/", "https://gаteway.example/", "https://[::1]/",
        "https://127.0.0.1/", "https://2130706433/", "javascript:alert(1)", "file:///etc/passwd",
        "https://gateway.example/" + "x" * 500, "https://gateway.example/\r\nHost: evil",
    ],
)  # fmt: skip
def test_only_https_to_a_host_that_the_operator_named(config: NodeConfig, url: str) -> None:
    named = dataclasses.replace(config, hook_hosts=("gateway.example",))
    with pytest.raises(webhook_targets.HookAddressError):
        webhook_targets.check(named, url)
    assert webhook_targets.check(named, "https://gateway.example/in?x=1").path == "/in?x=1"


def test_nothing_goes_anywhere_until_a_host_is_named(config: NodeConfig, add: Add) -> None:
    with pytest.raises(webhook_targets.HookAddressError):
        make(config, add("linh"), "https://gateway.example/")


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",  # noqa: S104
        "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fd00::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "ff02::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_inside_however_it_is_written(address: str) -> None:
    assert webhook_targets.is_inside(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_an_address_outside_is_outside(address: str) -> None:
    assert not webhook_targets.is_inside(address)


def test_a_host_inside_is_not_reached_unless_the_operator_allowed_that(
    config: NodeConfig, sink: Receiver
) -> None:
    named = dataclasses.replace(config, hook_hosts=("localhost",))
    with pytest.raises(webhook_targets.HookInsideError):
        webhook_targets.post(named, f"https://localhost:{sink.port}/in", b"{}", {})
    assert sink.taken == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(near: NodeConfig, sink: Receiver, status: int) -> None:
    sink.status = status
    with pytest.raises(webhook_targets.HookRefusedError):
        webhook_targets.post(near, sink.url, b"{}", {})
    assert len(sink.taken) == 1


def test_a_receiver_without_a_good_certificate_is_not_talked_to(
    near: NodeConfig, sink: Receiver
) -> None:
    with pytest.raises(webhook_targets.HookSilentError):
        webhook_targets.post(near, f"https://localhost:{sink.port}/in", b"{}", {})
    assert sink.taken == []


@pytest.mark.parametrize(
    "line",
    ['hook_hosts = "gateway.example"', "hook_hosts = [1]", 'hook_hosts = ["https://x/"]',
     'hook_hosts = ["*"]', 'hook_hosts = [""]', 'hook_private = "yes"'],
)  # fmt: skip
def test_a_setting_that_would_mean_something_else_is_refused(
    config: NodeConfig, tmp_path: Any, line: str
) -> None:
    (tmp_path / "node.toml").write_text(f'party = "vn/x"\nmode = "exercise"\n{line}\n')
    with pytest.raises(NodeFolderError):
        load_config(tmp_path)


# ------------------------------------------------------------------ what is told


def test_what_is_sent_is_signed_and_says_numbers_and_codes_only(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    made = make(near, add("linh"), sink.url)
    something_comes()
    assert webhooks.look(at=LATER) == 2
    assert webhook_delivery.send_due(near, at=LATER) == 2
    came, moved = sorted((one.value for one in sink.taken), key=lambda v: v["type"], reverse=True)
    assert came == {
        "type": "message.came",
        "timestamp": "2026-11-25T03:00:00Z",
        "data": {
            "case": CASE, "conversation": THREAD, "record": RECORD,
            "message_type": "request.submitted",
        },
    }  # fmt: skip
    assert moved["data"] == {"case": CASE, "conversation": THREAD, "state": "submitted"}
    assert all(one.is_signed_by(made.secret) for one in sink.taken)
    assert not any(one.is_signed_by("whsec_" + "A" * 44) for one in sink.taken)
    assert not any(b"SECRET" in one.body for one in sink.taken)
    assert len({one.headers["webhook-id"] for one in sink.taken}) == 2


def test_what_happened_before_a_webhook_was_made_is_not_told(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    officer = add("linh")
    something_comes()
    make(near, officer, sink.url)
    assert webhooks.look(at=LATER) == 0


def test_what_falls_due_is_told(near: NodeConfig, add: Add, sink: Receiver) -> None:
    make(near, add("linh"), sink.url, "item.due")
    due = datetime(2026, 12, 1, tzinfo=UTC)
    note_deadline(subject=THREAD, clock="preservation-end", due_at=due, passed=False, at=AT)
    webhooks.look(at=LATER)
    webhook_delivery.send_due(near, at=LATER)
    (took,) = sink.taken
    assert took.value["data"] == {
        "subject": THREAD, "clock": "preservation-end", "due": "2026-12-01T00:00:00Z",
        "passed": False,
    }  # fmt: skip


def test_nothing_is_told_of_a_case_that_its_officer_may_not_see(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    outside, inside = add("linh"), add("minh")
    make(near, outside, sink.url)
    made = make(near, inside, sink.url)
    something_comes()
    case_access.assign(CASE, inside, at=AT, by="x")
    case_access.set_openness(CASE, "restricted", officer=inside, at=AT, by="x")
    webhooks.look(at=LATER)
    assert set(HookDelivery.objects.values_list("hook", flat=True)) == {made.row.pk}
    assert webhooks.look(at=LATER) == 0


@pytest.mark.parametrize("how", ["role", "closed"])
def test_an_officer_who_may_no_more_is_told_no_more(
    near: NodeConfig, add: Add, sink: Receiver, how: str
) -> None:
    officer = add("linh")
    make(near, officer, sink.url)
    something_comes()
    if how == "role":
        Officer.objects.update(role="trainer")
    else:
        accounts.disable("linh", at=AT, by="operator")
    assert webhooks.look(at=LATER) == 0
    assert webhook_delivery.send_due(near, at=LATER) == 0
    assert sink.taken == []


def test_one_that_began_before_and_commits_after_is_waited_for(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    make(near, add("linh"), sink.url)
    something_comes()
    assert webhooks.look(at=AT + timedelta(seconds=1)) == 0
    assert webhooks.look(at=AT + timedelta(seconds=2)) == 2


# ------------------------------------------------------------------ when it is not taken


def test_a_delivery_is_tried_again_and_given_up_aloud(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    sink.status = 500
    make(near, add("linh"), sink.url, "message.came")
    something_comes()
    webhooks.look(at=LATER)
    at = LATER
    for number, pause in enumerate((*webhook_delivery.PAUSES_S, 0), start=1):
        assert webhook_delivery.send_due(near, at=at) == 1
        assert HookDelivery.objects.get().attempts == number
        at += timedelta(seconds=pause)
    row = HookDelivery.objects.get()
    assert (row.stage, row.fault) == ("failed", "hook-refused")
    assert len({took.headers["webhook-id"] for took in sink.taken}) == 1
    assert AuditRow.objects.filter(action="hook.failed", detail="hook-refused").count() == 1
    assert webhook_delivery.send_due(near, at=at + timedelta(days=9)) == 0


def test_a_worker_that_dies_loses_its_lease_only(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    make(near, add("linh"), sink.url, "message.came")
    something_comes()
    webhooks.look(at=LATER)
    assert len(webhook_delivery._claim(LATER)) == 1  # and then it dies
    assert webhook_delivery.send_due(near, at=LATER) == 0
    assert (
        webhook_delivery.send_due(near, at=LATER + webhook_delivery.LEASE + timedelta(seconds=1))
        == 1
    )
    assert len(sink.taken) == 1


def test_a_receiver_that_is_gone_gets_nothing_until_it_is_tested(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    officer = add("linh")
    made = make(near, officer, sink.url)
    something_comes()
    webhooks.look(at=LATER)
    sink.status = 410
    webhook_delivery.send_due(near, at=LATER)
    assert Hook.objects.get().ended == "hook-gone"
    assert webhook_delivery.send_due(near, at=LATER + timedelta(hours=9)) == 0
    sink.status = 200
    assert webhook_delivery.test(near, officer, made.row.pk, at=LATER).stage == "sent"
    assert Hook.objects.get().ended == ""


def test_a_replay_has_the_identifier_of_the_first(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    officer = add("linh")
    made = make(near, officer, sink.url, "message.came")
    something_comes()
    webhooks.look(at=LATER)
    webhook_delivery.send_due(near, at=LATER)
    webhooks.replay(officer, made.row.pk, HookDelivery.objects.get().pk, at=LATER)
    webhook_delivery.send_due(near, at=LATER)
    one, two = sink.taken
    assert (one.body, one.headers["webhook-id"]) == (two.body, two.headers["webhook-id"])


def test_nobody_touches_a_webhook_of_somebody_else(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    made, other = make(near, add("linh"), sink.url), add("minh")
    for refused in (
        lambda: webhooks.own(other, made.row.pk),
        lambda: webhooks.remove(other, made.row.pk, at=AT),
        lambda: webhooks.replay(other, made.row.pk, 1, at=AT),
        lambda: webhook_delivery.test(near, other, made.row.pk, at=AT),
    ):
        with pytest.raises(webhooks.HookUnknownError):
            refused()
    assert sink.taken == []


def test_the_secret_lies_sealed_and_is_shown_once(
    near: NodeConfig, add: Add, sink: Receiver
) -> None:
    made = make(near, add("linh"), sink.url)
    assert made.secret not in str(Hook.objects.values())
    assert made.secret[6:] not in str(Hook.objects.values())


# ------------------------------------------------------------------ pages and API


@pytest.fixture
def served(near: NodeConfig, add: Add, monkeypatch: pytest.MonkeyPatch) -> Officer:
    """Let the node of this process allow webhooks to this machine."""
    from comity.node.service.handle import this_service

    monkeypatch.setattr(this_service().node, "config", near)
    return add("linh")


def test_by_the_pages_one_is_added_tested_watched_and_ended(
    served: Officer, sink: Receiver, sign_in: Callable[[str], Client]
) -> None:
    client = sign_in("linh")
    client.post("/me/sign-in/again", {"password": PASSWORD, "next": "/me"})
    body = {"label": "desk", "url": "https://evil.example/", "events": ["case.moved"]}
    assert client.post("/me/programs/hooks/new", body).status_code == 422
    body["url"] = sink.url
    made = client.post("/me/programs/hooks/new", body).content.decode()
    secret = "whsec_" + made.partition('"ltr">whsec_')[2].partition("<")[0]
    row = Hook.objects.get()
    assert "case.moved" not in client.get("/me/programs/hooks").content.decode()
    page = f"/me/programs/hooks/{row.pk}"
    assert client.post(page, {"test": "1"}).status_code == 302
    assert sink.taken[0].value["type"] == "hook.test"
    assert sink.taken[0].is_signed_by(secret)
    assert secret not in client.get(page).content.decode()
    assert client.post(page, {"replay": str(HookDelivery.objects.get().pk)}).status_code == 302
    assert HookDelivery.objects.get().stage == "queued"
    assert client.post(f"{page}/end").status_code == 200
    assert client.post(f"{page}/end", {"confirmed": "1"}).status_code == 302
    assert not Hook.objects.exists()


def test_by_the_api_too(served: Officer, sink: Receiver) -> None:
    token = accounts.make_token("linh", label="x", at=datetime.now(UTC), by="x")
    client: Any = Client(headers={"Authorization": f"Bearer {token}"})

    def post(path: str, body: dict[str, Any] | None = None) -> Any:
        return client.post(f"/api/v1{path}", body or {}, content_type="application/json")

    wanted = {"name": "desk", "url": "https://evil.example/", "events": ["case.moved"]}
    assert post("/hooks", wanted).json()["code"] == "hook-address"
    assert post("/hooks", wanted | {"url": sink.url, "events": []}).json()["code"] == "hook-field"
    made = post("/hooks", wanted | {"url": sink.url}).json()
    (listed,) = client.get("/api/v1/hooks").json()["hooks"]
    assert listed == {k: v for k, v in made.items() if k != "secret"}
    assert post(f"/hooks/{made['hook']}/test").json()["stage"] == "sent"
    (told,) = client.get(f"/api/v1/hooks/{made['hook']}/deliveries").json()["deliveries"]
    again = post(f"/hooks/{made['hook']}/deliveries/{told['delivery']}/replay").json()
    assert (again["id"], again["stage"]) == (told["id"], "queued")
    assert client.delete(f"/api/v1/hooks/{made['hook']}").status_code == 204
