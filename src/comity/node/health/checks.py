"""What is looked at about a node, one check a thing: how it stands, and the facts to tell."""

import json
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal

from comity.canonical import ComityError, parse_time
from comity.forensics.confinement import is_offered
from comity.node.authorities.listing import keys
from comity.node.cases.severity import URGENT, Facts, Kind, severity_of
from comity.node.cases.urgency import said
from comity.node.core.config import NodeConfig
from comity.node.core.config_backup import LAST_BACKUP, backups_in
from comity.node.core.node import Node
from comity.node.health.status import WORK_IS_LATE, Condition
from comity.node.log import refusals
from comity.node.log.editions import are_published
from comity.node.log.key_rotation import OFFICER_CA, REPLACEABLE
from comity.node.log.published_epochs import newest_statement
from comity.node.log.superseded import newer_log
from comity.node.messages.officer_ca import stored_certificates
from comity.node.messages.officer_certificates import ending_certificates
from comity.node.messages.officer_signing import SOON, ends_soon, signing
from comity.node.models import AuditCheck, AuditRow, Conversation, MessageRow, OutboxRow, WorkCheck
from comity.node.service.connection import OLD, connection

type Stands = Literal["good", "soon", "bad", "unknown"]

KEYS: Final = (
    "logs", "audit", "promises", "deliveries", "refusals", "work", "restored", "work-items",
    "directory", "own-entry", "connection", "own-editions", "own-keys", "officers", "certificates",
    "witness", "stamps", "disk", "store", "strays", "backup", "readers",
)  # fmt: skip
"""Every check, in the order it is told; docs/how-to/log-health.md lists them."""
_DIFFERED_LATELY: Final = timedelta(days=7)
_RESTORED_LATELY: Final = timedelta(days=7)
_ENTRY_ENDS, _BACKUP_OLD, _QUEUE_OLD = timedelta(days=30), timedelta(days=7), timedelta(days=1)
_MAX_NOTE_BYTES: Final = 1024


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        key: of `KEYS`.
        stands: ``good``; ``soon``: see to it within days; ``bad``: a person must act now;
            ``unknown``: nothing shows it either way.
        facts: numbers, moments and names to tell; no content of any case.
    """

    key: str
    stands: Stands
    facts: dict[str, Any] = field(default_factory=dict)


def checks(node: Node, found: Condition, *, at: datetime) -> tuple[Check, ...]:
    """Return every check, in the order of `KEYS`; those without anything to look at are left out.

    Args:
        node: whose.
        found: its condition at the moment.
        at: the moment.
    """
    made = {one.key: one for one in _all(node, found, at)}
    return tuple(made[key] for key in KEYS if key in made)


def _all(node: Node, found: Condition, at: datetime) -> Iterator[Check]:
    apart = [log for log in found.partners if not log.agrees]
    called = [{"party": log.party, "phone": log.phone or ""} for log in apart]
    yield Check("logs", "bad" if apart else "good" if found.partners else "unknown", {
        "number": len(found.partners), "call": called,
    })  # fmt: skip
    yield _audit(node)
    yield Check("promises", "bad" if found.double_speak else "good", {"number": found.double_speak})
    yield _deliveries(found, at)
    yield from _refusals()
    yield _work(node.config, found, at)
    yield from _restored(found, at)
    yield from _work_items(at)
    yield _directory(node, found, at)
    yield from _own(node, at)
    yield _connection(node, at)
    if not node.config.witness:  # a secretariat asks nobody for anything
        yield _officers(node, at)
        yield from _certificates(at)
    if node.config.witnesses:
        size = found.log.cosigned_size
        yield Check("witness", "good" if size else "unknown", {"number": size})
    if found.stampings:
        wrong = [one.address for one in found.stampings if one.fault]
        yield Check("stamps", "soon" if wrong else "good", {"which": ", ".join(wrong)})
    free = {"free": found.disk_free_bytes, "total": found.disk_total_bytes}
    yield Check("disk", "bad" if found.disk_short else "good", free)
    fault = found.store.fault if found.store else ""
    yield Check("store", "bad" if fault else "good" if found.store else "unknown", {
        "fault": fault, "folder": shlex.quote(str(node.config.folder)),
    })  # fmt: skip
    if found.strays:
        yield Check("strays", "soon", {"number": found.strays})
    yield _backup(node.config, at)
    allowed = node.config.unconfined_readers
    yield Check("readers", "good" if is_offered() else "soon" if allowed else "bad")


def _audit(node: Node) -> Check:
    """Return how the anchors over the audit log were found."""
    kept = AuditCheck.objects.first()
    facts = {"folder": shlex.quote(str(node.config.folder))}
    if kept is not None and kept.faults:
        first = kept.faults[0]
        told = {name: first[name] for name in ("epoch", "after_size", "size")}
        return Check("audit", "bad", {**facts, **told, "number": len(kept.faults)})
    if kept is None or kept.whole_at is None:
        return Check("audit", "unknown", facts)
    return Check("audit", "good", {**facts, "number": kept.rows, "until": kept.whole_at})


def _deliveries(found: Condition, at: datetime) -> Check:
    oldest = (
        OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED)
        .exclude(attempts=0, last_fault="")  # a partner that asks to wait counts no attempt
        .order_by("queued_at")
        .values_list("queued_at", flat=True)
        .first()
    )
    urgent = _urgent_failing()
    facts: dict[str, Any] = {
        "given_up": found.dead_letters,
        "waiting": found.queued,
        "since": oldest,
    }
    if urgent:
        facts |= {"urgent": len(urgent), "urgent_since": min(one.since or at for one in urgent)}
    pressing = any(severity_of(one, at=at).is_pressing for one in urgent)
    late = oldest is not None and at - oldest > _QUEUE_OLD
    stands: Stands = "soon" if late or urgent else "good"
    return Check("deliveries", "bad" if found.dead_letters or pressing else stands, facts)


def _urgent_failing() -> list[Facts]:
    """Return what counts of each urgent or emergency message whose delivery fails and goes on."""
    failing = OutboxRow.objects.filter(stage=OutboxRow.Stage.QUEUED).exclude(last_fault="")
    since = dict(failing.order_by("-queued_at").values_list("record", "queued_at"))
    if not since:
        return []
    sent = dict(
        MessageRow.objects.filter(record__in=failing.values("record")).values_list(
            "record", "conversation"
        )
    )
    spoken = Conversation.objects.filter(digest__in=set(sent.values()))
    told = {
        digest: (urgency, measure)
        for digest, urgency, measure in spoken.order_by().values_list("digest", said(), "measure")
    }
    found = (
        Facts(kind=Kind.UNANSWERED, urgency=urgency, measure=measure, since=since[record])
        for record, conversation in sent.items()
        for urgency, measure in [told.get(conversation, ("", ""))]
    )
    return [one for one in found if one.emergency or one.urgency == URGENT]


def _refusals() -> Iterator[Check]:
    """Yield what partners refused for good; nothing where they refused nothing."""
    jobs = list(refusals.stopped().values_list("job", flat=True))
    if jobs:
        pressing = not refusals.PRESSING.isdisjoint(jobs)
        yield Check("refusals", "bad" if pressing else "soon", {"number": len(jobs)})


def _work(config: NodeConfig, found: Condition, at: datetime) -> Check:
    last = found.store.at if found.store else None
    if found.standing:
        facts = {
            "works": found.standing,
            "since": last,
            "newer": newer_log(config.folder),
            "folder": shlex.quote(str(config.folder)),
        }
        return Check("work", "bad", facts)
    if last is None:
        return Check("work", "unknown")
    late = at - last > WORK_IS_LATE and not config.exercise_clock  # that one leaps
    if late:
        return Check("work", "bad", {"since": last})
    # the store is looked at every ten minutes, the loops look for work each second
    return Check("work", "good", {"since": max(last, found.worked_at or last)})


def _restored(found: Condition, at: datetime) -> Iterator[Check]:
    """Yield for a time that the node was restored: what nobody gives back is to be done again."""
    if found.log.epoch == 1:
        return
    told = newest_statement()
    if told is None or told.reason != "restored-backup":
        return
    since = told.stated_at
    if since <= at - _RESTORED_LATELY:
        return
    back = AuditRow.objects.filter(action="message.recovered", at__gte=since).count()
    facts = {"since": since, "epoch": found.log.epoch, "number": back}
    yield Check("restored", "soon", facts)


def _work_items(at: datetime) -> Iterator[Check]:
    """Yield how the work items were found, once all were compared with the facts."""
    row = WorkCheck.objects.first()
    if row is None or row.whole_at is None:
        return
    lately = row.differed_at is not None and at - row.differed_at < _DIFFERED_LATELY
    facts = {"number": row.differences, "since": row.differed_at, "until": row.whole_at}
    yield Check("work-items", "soon" if lately else "good", facts)


def _directory(node: Node, found: Condition, at: datetime) -> Check:
    until = node.directory.fresh_until
    folder = shlex.quote(str(node.config.directory))
    facts = {"until": until, "age_s": found.directory_age_s, "folder": folder}
    if found.directory_old:
        return Check("directory", "bad", facts)
    ends = until is not None and until - at < timedelta(days=1)
    return Check("directory", "soon" if ends else "good", facts)


def _own(node: Node, at: datetime) -> Iterator[Check]:
    directory = node.directory
    if not directory.has(node.party):
        yield Check("own-entry", "unknown")
        return
    entry = directory.entry(node.party)
    left = entry.expires_at - at
    stands: Stands = "bad" if left <= timedelta(0) else "soon" if left < _ENTRY_ENDS else "good"
    yield Check("own-entry", stands, {"until": entry.expires_at})
    typed = {"folder": shlex.quote(str(node.config.folder)), "party": node.party}
    yield Check("own-editions", "good" if are_published(node) else "soon", typed)
    found = keys(entry.keys, at=at)
    ended = sum(1 for key in found if key.standing == "ended")
    ending = sum(1 for key in found if key.standing == "ending")
    stands = "bad" if ended else "soon" if ending else "good"
    first = found[0] if found else None
    made = next((key.use for key in found if key.use in (*REPLACEABLE, OFFICER_CA)), "")
    yield Check("own-keys", stands, {
        "number": ended or ending or len(found),
        "until": first.until if first else None,
        "folder": typed["folder"],
        "use": f"{made} --public FILE" if made == OFFICER_CA else made,
    })  # fmt: skip


def _connection(node: Node, at: datetime) -> Check:
    found = connection(node, at=at)
    stands: Stands = "good" if found.is_good else "soon" if found.known == "old" else "unknown"
    return Check("connection", stands, {
        "known": found.known, "address": found.address, "party": found.party, "since": found.at,
        "days": OLD.days,
    })  # fmt: skip


def _officers(node: Node, at: datetime) -> Check:
    found = signing(node.directory, node.party, stored_certificates(), at=at)
    number = found.authors + found.approvers
    facts = {"lacking": found.lacking, "number": number, "party": node.party}
    if not found.listed:
        return Check("officers", "unknown", facts)
    if found.lacking:
        return Check("officers", "bad", facts)
    soon = ends_soon(found, at=at)
    return Check("officers", "soon" if soon else "good", {**facts, "until": found.until})


def _certificates(at: datetime) -> Iterator[Check]:
    """Yield whether officers' certificates are to be renewed; nothing where there are none."""
    if not stored_certificates():
        return
    found = ending_certificates(at=at)
    until = found[0][1].not_after if found else None
    facts = {"number": len(found), "until": until, "days": SOON.days}
    yield Check("certificates", "soon" if found else "good", facts)


def _backup(config: NodeConfig, at: datetime) -> Check:
    made = last_backup(config)
    if made is None:
        return Check("backup", "unknown", {"command": _backup_command(config)})
    facts = {"since": made, "command": _backup_command(config)}
    if config.backup_folder and not _has_backup(config):
        return Check("backup", "bad", {**facts, "folder": config.backup_folder})
    return Check("backup", "soon" if at - made > _BACKUP_OLD else "good", facts)


def _has_backup(config: NodeConfig) -> bool:
    """Tell whether a backup of this node lies in the configured folder; it is not read."""
    try:
        found = backups_in(Path(config.backup_folder), config.party)
        return any(path.stat().st_size for path in found)
    except OSError:
        return False


def _backup_command(config: NodeConfig) -> str:
    """Return the command that makes a backup: as it stands, where its folder and recipients are."""
    folder = shlex.quote(str(config.folder))
    if config.backup_folder and config.backup_recipients:
        return f"comity backups make {folder}"
    return f"comity backup {folder} -r RECIPIENT -o FILE"


def last_backup(config: NodeConfig) -> datetime | None:
    """Return when `comity backup` last wrote a whole backup of this folder, or None."""
    try:
        with (config.folder / LAST_BACKUP).open("rb") as file:
            return parse_time(json.loads(file.read(_MAX_NOTE_BYTES))["made_at"])
    except (OSError, ValueError, KeyError, TypeError, ComityError):
        return None
