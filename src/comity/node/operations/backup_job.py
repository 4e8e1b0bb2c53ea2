"""A backup under way in this node: one at a time, beside everything else, and audited."""

import logging
import threading
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import close_old_connections

from comity.canonical import ComityError, MisuseError, time_text
from comity.node.core.clock import now
from comity.node.core.config import NodeConfig
from comity.node.core.http_errors import Conflict
from comity.node.log import audit
from comity.node.operations import scheduled_backups

_LOG: Final = logging.getLogger("comity.backup")


class BackupRunsError(Conflict, MisuseError, code="backup-runs"):
    """A backup is being made already."""


@dataclass
class Job:
    """A backup that is being made, or the last one that was.

    Attributes:
        by: user name of who asked.
        begun_at: when.
        total_bytes: about how many will be copied.
        done_bytes: how many were.
        name: of the file, once it is whole.
        fault: code of what went wrong, or empty.
    """

    by: str
    begun_at: datetime
    total_bytes: int
    done_bytes: int = 0
    name: str = ""
    fault: str = ""

    @property
    def under_way(self) -> bool:
        """Tell whether it is still being made."""
        return not self.name and not self.fault

    @property
    def percent(self) -> int:
        """Return how much of it is done, 0 to 99 while it is under way."""
        return min(99, 100 * self.done_bytes // max(1, self.total_bytes))

    def value(self) -> dict[str, object]:
        """Return it as JSON."""
        return {
            "begun_at": time_text(self.begun_at),
            "by": self.by,
            "done_bytes": self.done_bytes,
            "fault": self.fault,
            "name": self.name,
            "total_bytes": self.total_bytes,
            "under_way": self.under_way,
        }


_LOCK: Final = threading.Lock()
_LAST: list[Job] = []


def last_job() -> Job | None:
    """Return the backup that is being made, or the last one since the node started."""
    return _LAST[-1] if _LAST else None


def begin(config: NodeConfig, *, by: str, at: datetime) -> Job:
    """Begin a backup in the background.

    Raises:
        BackupsUnsetError: folder or recipient is not set.
        BackupRunsError: one is being made.
    """
    scheduled_backups.folder_of(config)
    with _LOCK:
        last = last_job()
        if last is not None and last.under_way:
            raise BackupRunsError("a backup is being made already")
        job = Job(by, at, scheduled_backups.size_ahead(config))
        _LAST[:] = [job]
    try:
        audit.note(at=at, actor=by, action="backup.begun", subject=config.party)
    except BaseException:  # nothing is begun: the next may be
        _LAST[:] = [last] if last is not None else []
        raise
    threading.Thread(target=_work, args=(config, job), name="backup", daemon=True).start()
    return job


def _work(config: NodeConfig, job: Job) -> None:
    def progress(done: int) -> None:
        job.done_bytes = done

    try:
        made = scheduled_backups.make(config, at=job.begun_at, progress=progress)
    except ComityError as fault:
        _LOG.error("no backup: %s", fault.code)
        _failed(job, config.party, fault.code)
    except Exception:  # noqa: BLE001 - whatever it was, the page and the audit tell it
        _LOG.exception("no backup")
        _failed(job, config.party, "unforeseen")
    else:
        subject = f"sha256:{made.sha256}"
        audit.note(at=now(), actor=job.by, action="backup.made", subject=subject, detail=made.name)
        job.name = made.name
    finally:
        close_old_connections()


def _failed(job: Job, party: str, code: str) -> None:
    audit.note(at=now(), actor=job.by, action="backup.failed", subject=party, detail=code)
    job.fault = code
