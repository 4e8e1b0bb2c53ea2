"""Which members of ``node.toml`` that guard something changed since the last start: in the audit.

Whoever may write that file weakens a node without a sign-in, so each start compares. What was seen
last is kept as a keyed digest: no value is, a password least of all.
"""

from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.utils.crypto import salted_hmac

from comity.canonical import OperationError
from comity.node.core.config import NodeConfig
from comity.node.core.signin_settings_check import REQUIRED
from comity.node.log import audit
from comity.node.models import OperatorSetting

CHANGED: Final = "config.changed"
LOWERED: Final = "second-factor.lowered"
GUARDING: Final = (
    "host", "hosts", "tls", "proxies", "second_factor", "idle_minutes",
    "oidc_issuer", "oidc_client", "oidc_secret", "oidc_claim", "oidc_acr", "oidc_amr", "oidc_ca",
    "roles", "destruction_officers", "known_digests", "exemption_codes", "law",
    "hook_hosts", "hook_private", "database", "store", "store_endpoint",
    "backup_folder", "backup_recipients", "backup_keep", "directory_url", "repository",
    "witness", "witnesses", "poll", "smtp_host", "smtp_tls", "webhook_url", "watch_url",
    "unconfined_readers", "exercise_clock", "partner_messages_per_minute",
)  # fmt: skip
"""Who comes in, who may what, what is kept how long and where, and whom the node believes."""
_DEFAULTS: Final[dict[str, Any]] = {
    one.name: one.default for one in fields(NodeConfig) if one.default is not MISSING
}


class SecondFactorLoweredError(OperationError, code="second-factor-lowered"):
    """Lowering the second factor needs a reason."""


@transaction.atomic
def note_changes(config: NodeConfig, *, at: datetime) -> list[str]:
    """Write down each member that is not as at the last start; return their names.

    At the first start those are named that differ from their defaults.

    Args:
        config: what the node starts with.
        at: this node's clock.

    Raises:
        SecondFactorLoweredError: a second factor was required, and is not, without a reason.
    """
    found = []
    for name in GUARDING:
        now_ = _digest(name, getattr(config, name))
        rows = OperatorSetting.objects.filter(name=name)
        before = rows.values_list("digest", flat=True).first() or _digest(name, _DEFAULTS[name])
        if now_ != before:
            if name == "second_factor" and config.second_factor != REQUIRED:
                _lowered(config, at=at)
            OperatorSetting.objects.update_or_create(name=name, defaults={"digest": now_})
            audit.note(at=at, actor=audit.SYSTEM, action=CHANGED, subject=name, detail=now_)
            found.append(name)
    return found


def _lowered(config: NodeConfig, *, at: datetime) -> None:
    """Write down why a second factor is not required any more.

    Raises:
        SecondFactorLoweredError: no reason is given.
    """
    if not config.second_factor_reason.strip():
        raise SecondFactorLoweredError(
            "a second factor was required at the last start: set second_factor_reason in node.toml "
            'to why it is not any more, which everybody is told, or second_factor = "required"'
        )
    detail = config.second_factor_reason
    audit.note(at=at, actor=audit.SYSTEM, action=LOWERED, subject=config.party, detail=detail)


def _digest(name: str, value: Any) -> str:
    """Return enough of a digest under the node's secret to see that a value changed."""
    return salted_hmac("comity.config", f"{name}={value!r}", algorithm="sha256").hexdigest()[:16]
