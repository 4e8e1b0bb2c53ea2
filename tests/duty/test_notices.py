"""What goes out says that something waits, and nothing of what."""

import hashlib
import hmac
import json
import logging
import socket
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from tests.duty.conftest import KEY, T0
from tests.duty.receivers import Gateway, MailSink

from comity.node.core.config import NodeConfig, NodeFolderError, load_config
from comity.node.core.notice_channels import NoticeAddressError, parse_address
from comity.node.duty import escalation, notice_delivery, roster_store
from comity.node.duty.alarm_kinds import Cause
from comity.node.duty.roster_store import PhoneNumberError
from comity.node.models import AuditRow, Notice, Officer, Reached

pytestmark = pytest.mark.django_db

HOSTILE = "jdoe@victim.example\r\nBcc: press@paper.example\u202e<script>"


def raised(subject: str = "7", kind: str = "dead-letter") -> int:
    escalation.settle([Cause(kind, subject)], at=T0)
    escalation.climb(at=T0)
    escalation.climb(at=T0 + timedelta(minutes=5))
    return escalation.open_alarms().get().pk


def test_a_notice_says_number_time_and_address_and_no_more(
    office: list[str], config: NodeConfig, sink: MailSink, hook: Gateway
) -> None:
    number = raised()
    while notice_delivery.send_due(config, at=T0 + timedelta(minutes=5)):
        pass
    text = (
        f"Exercise, not real. Something waits, number {number}, since 03:12 UTC. "
        "Open the watch at https://node.example:8700/duty"
    )
    assert len(sink.taken) == len(hook.taken) == 4
    mail = message_from_bytes(sink.taken[0])
    assert mail.get_payload(decode=True).decode().strip().replace("\n", " ") == text  # type: ignore[union-attr]
    assert sorted(mail.keys()) == sorted([
        "From", "To", "Subject", "Date", "Auto-Submitted", "Content-Type",
        "Content-Transfer-Encoding", "MIME-Version",
    ])  # fmt: skip
    value = json.loads(hook.taken[0].body)
    assert (value.keys(), value["text"], value["number"]) == (
        {"id", "number", "text", "to"}, text, number,
    )  # fmt: skip
    assert set(Notice.objects.values_list("stage", flat=True)) == {"sent"}


def test_nothing_of_what_it_is_about_leaves_in_mail_webhook_or_log(
    office: list[str],
    config: NodeConfig,
    sink: MailSink,
    hook: Gateway,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.DEBUG):
        raised(HOSTILE[:100])
        notice_delivery.send_due(config, at=T0 + timedelta(minutes=5))
        sink.refusing, hook.status = True, 500
        while notice_delivery.send_due(config, at=T0 + timedelta(minutes=5)):
            pass
    out = b"".join(sink.taken) + b"".join(one.body for one in hook.taken) + caplog.text.encode()
    for word in (b"jdoe", b"press@", b"script", b"dead-letter", b"dead letter", b"secret-of-the"):
        assert word not in out
    logged = caplog.text + "".join(f"{r.subject} {r.detail}" for r in AuditRow.objects.all())
    for name in ("lan", "minh", "hoa", "son"):
        assert f"{name}@duty.example" not in logged
    assert "+84" not in logged


def test_the_webhook_is_signed_with_its_own_key(
    office: list[str], config: NodeConfig, hook: Gateway
) -> None:
    raised()
    while notice_delivery.send_due(config, at=T0 + timedelta(minutes=5)):
        pass
    for one in hook.taken:
        stamp, _, found = one.headers["Comity-Signature"].removeprefix("t=").partition(",v1=")
        wanted = hmac.new(KEY, f"{stamp}.".encode() + one.body, hashlib.sha256).hexdigest()
        assert hmac.compare_digest(found, wanted)
        assert int(stamp) == int((T0 + timedelta(minutes=5)).timestamp())


def test_a_redirect_is_not_followed(office: list[str], config: NodeConfig, hook: Gateway) -> None:
    hook.status, hook.location = 307, hook.url
    found = notice_delivery.test(config, office[0], by="lan", at=T0)
    assert found[1] == notice_delivery.Outcome("webhook", "failed", "notice-webhook-refused")
    assert len(hook.taken) == 1


def test_a_refused_notice_is_tried_again_later_each_time_and_then_given_up(
    office: list[str], config: NodeConfig, sink: MailSink
) -> None:
    sink.refusing = True
    escalation.settle([Cause("dead-letter", "7")], at=T0)
    escalation.climb(at=T0)
    first = Notice.objects.filter(channel="mail").order_by("pk")[0].pk
    Notice.objects.exclude(pk=first).delete()
    at, waits, row = T0, [], Notice.objects.get(pk=first)
    while row.stage == "queued":
        assert notice_delivery.send_due(config, at=at) == 1
        row = Notice.objects.get(pk=first)
        waits.append((row.due_at - at).total_seconds())
        at = max(row.due_at, at)
    assert waits[:4] == [15, 30, 60, 120]
    assert (row.stage, row.fault, row.attempts) == ("failed", "notice-mail-refused", 5)
    ended = AuditRow.objects.filter(action="notice.ended").get()
    assert ended.detail == "mail failed notice-mail-refused"


def test_a_worker_killed_in_the_middle_leaves_a_lease_that_ends(
    office: list[str], config: NodeConfig, sink: MailSink, monkeypatch: pytest.MonkeyPatch
) -> None:
    escalation.settle([Cause("dead-letter", "7")], at=T0)
    escalation.climb(at=T0)
    Notice.objects.exclude(officer=office[0], channel="mail").delete()

    def killed(*_told: object, **_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("comity.node.duty.smtp.send", killed)
        with pytest.raises(SystemExit):
            notice_delivery.send_due(config, at=T0)
    assert notice_delivery.send_due(config, at=T0 + timedelta(seconds=60)) == 0
    assert notice_delivery.send_due(config, at=T0 + timedelta(seconds=91)) == 1
    assert len(sink.taken) == 1


def test_a_test_says_what_came_of_it(office: list[str], config: NodeConfig, sink: MailSink) -> None:
    found = notice_delivery.test(config, office[0], by="lan", at=T0)
    assert [(one.channel, one.stage) for one in found] == [("mail", "sent"), ("webhook", "sent")]
    assert b"test notice of 03:12 UTC. Nothing waits." in sink.taken[0]
    off = replace(config, smtp_host="", webhook_url="")
    assert {one.fault for one in notice_delivery.test(off, office[0], by="lan", at=T0)} == {
        "channel-off"
    }
    roster_store.set_reached(
        office[0], email="", phone="", other_phone="", head=False, by="lan", at=T0
    )
    assert {one.fault for one in notice_delivery.test(config, office[0], by="lan", at=T0)} == {
        "no-address"
    }


def test_a_server_without_encryption_is_given_nothing(
    office: list[str], config: NodeConfig, sink: MailSink
) -> None:
    found = notice_delivery.test(replace(config, smtp_tls="starttls"), office[0], by="lan", at=T0)
    assert found[0].fault == "notice-mail-silent"
    assert sink.taken == []


def test_nobody_listening_is_said(office: list[str], config: NodeConfig) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        deaf = replace(config, smtp_port=port, webhook_url=f"http://127.0.0.1:{port}/")
        found = notice_delivery.test(deaf, office[0], by="lan", at=T0)
    assert [one.fault for one in found] == ["notice-mail-silent", "notice-webhook-silent"]


def test_a_key_that_others_read_or_that_is_short_signs_nothing(
    office: list[str], config: NodeConfig, hook: Gateway
) -> None:
    path = Path(config.webhook_key_file)
    path.chmod(0o640)
    assert notice_delivery.test(config, office[0], by="lan", at=T0)[1].fault == "notice-secret"
    path.write_bytes(b"short")
    path.chmod(0o600)
    assert notice_delivery.test(config, office[0], by="lan", at=T0)[1].fault == "notice-secret"
    assert hook.taken == []


@pytest.mark.parametrize(
    "text",
    ["", "lan", "lan@", "@x", "lan@x\r\nBcc: y@z", "Lan <lan@x.example>", "lan@x y",
     "\u00e0@x.example", "lan@x.example,y@z.example", "lan@x..example", "a" * 65 + "@x.example",
     HOSTILE, None, 7],
)  # fmt: skip
def test_what_is_no_address_is_refused_and_not_repeated(text: object) -> None:
    with pytest.raises(NoticeAddressError) as caught:
        parse_address(text)
    assert not text or str(text) not in str(caught.value)


@pytest.mark.parametrize(
    "text", ["112", "+", "+84", "+84 x", "0084 24 3825 0001", "+999999", "+8" * 30]
)
def test_what_is_no_number_is_refused_and_not_repeated(office: list[str], text: str) -> None:
    with pytest.raises(PhoneNumberError) as caught:
        roster_store.set_reached(
            office[0], email="", phone=text, other_phone="", head=False, by="lan", at=T0
        )
    assert len(text) < 3 or text not in str(caught.value)


@pytest.mark.parametrize(
    "line",
    [
        'webhook_url = "http://gateway.example/"',
        'webhook_url = "https://user:word@gateway.example/"',
        'webhook_url = "https://gateway.example/"',
        'webhook_url = "ftp://gateway.example/"',
        'smtp_host = "mail.example"',
        'smtp_host = "mail.example"\nsmtp_from = "a@b\\r\\nBcc: c@d"',
        'smtp_host = "mail.example"\nsmtp_from = "a@b.example"\nsmtp_tls = "none"',
        'smtp_host = "mail.example"\nsmtp_from = "a@b.example"\nsmtp_tls = "maybe"',
        'smtp_host = "mail.example"\nsmtp_from = "a@b.example"\nsmtp_port = 0',
        'smtp_host = "mail.example"\nsmtp_from = "a@b.example"\nsmtp_user = "a"',
        'smtp_host = "mail .example"\nsmtp_from = "a@b.example"',
        'watch_url = "http://node.example/"',
        "unreachable_hours = 0",
        "pings_per_day = 0",
        "pings_per_day = true",
        "pings_per_day_in_all = 0",
        "pings_per_day_in_all = 1001",
        "pings_per_day_in_all = true",
        "reach_every_days = -1",
        "reach_every_days = 367",
        "reach_every_days = true",
    ],
)
def test_settings_that_would_be_quiet_or_open_stop_the_node(tmp_path: Path, line: str) -> None:
    text = f'party = "vn/contact-point"\nmode = "live"\n{line}\n'
    (tmp_path / "node.toml").write_text(text, encoding="utf-8")
    with pytest.raises(NodeFolderError):
        load_config(tmp_path)


def test_who_lost_the_second_factors_is_told_by_mail_in_the_own_language(
    config: NodeConfig, sink: MailSink, office: list[str]
) -> None:
    officer = Officer.objects.get(identifier=office[0])
    officer.language = "fr"
    assert notice_delivery.tell_factors_removed(config, officer, at=T0)
    [mail] = sink.taken
    assert b"lan@duty.example" in mail
    assert b"lan" not in mail.partition(b"\n\n")[2], "no name stands in what it says"


@pytest.mark.parametrize("why", ["no server", "no address", "refused"])
def test_that_no_mail_went_is_told_to_whoever_took_the_factors_away(
    config: NodeConfig, sink: MailSink, office: list[str], why: str
) -> None:
    officer = Officer.objects.get(identifier=office[0])
    if why == "no server":
        config = replace(config, smtp_host="")
    elif why == "no address":
        Reached.objects.all().delete()
    sink.refusing = why == "refused"
    assert not notice_delivery.tell_factors_removed(config, officer, at=T0)
    assert sink.taken == []
