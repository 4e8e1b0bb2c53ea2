"""Acts on deliveries and backups."""

import os
import tempfile
from typing import Any, Final

from tests.actions.sample import Made, Sample


def _given_up(_made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.models import OutboxRow

    at = now()
    row = OutboxRow.objects.create(
        record="sha256:" + "0" * 64,
        addressee="za/contact-point",
        stage="dead",
        attempts=9,
        queued_at=at,
        due_at=at,
        expires_at=at,
        last_fault="partner-silent",
    )
    return {"delivery": row.pk}


def _place(_made: Made) -> dict[str, Any]:
    """Name a folder and a recipient, as the operator does in node.toml, which is read already."""
    from comity.evidence.age_keys import generate
    from comity.node.service.handle import this_service

    config = this_service().node.config
    recipient = str(generate(os.urandom).recipient)
    object.__setattr__(config, "backup_folder", tempfile.mkdtemp(dir=config.folder))
    object.__setattr__(config, "backup_recipients", (recipient,))
    return {}


def _backup(made: Made) -> dict[str, Any]:
    from comity.node.core.clock import now
    from comity.node.operations import scheduled_backups
    from comity.node.service.handle import this_service

    _place(made)
    kept = scheduled_backups.make(this_service().node.config, at=now())
    return {"backup": kept.name}


SAMPLES: Final = {
    "delivery.retry": Sample(
        who="operator", first=_given_up, place=lambda made: {"row": made["delivery"]}, again=True
    ),
    "backup.make": Sample(who="operator", first=_place),
    "backup.check": Sample(
        who="operator", first=_backup, place=lambda made: {"backup": made["backup"]}, again=True
    ),
}
