"""The members of ``node.toml`` about notices, checked before the node starts."""

from pathlib import Path
from typing import Any, Final

from comity.node.core.notice_channels import channels_of, is_safe

NOTICE_MEMBERS: Final = (
    "watch_url",
    "smtp_host",
    "smtp_port",
    "smtp_tls",
    "smtp_user",
    "smtp_password_file",
    "smtp_from",
    "webhook_url",
    "webhook_key_file",
    "unreachable_hours",
    "pings_per_day",
    "pings_per_day_in_all",
    "reach_every_days",
)
MAX_UNREACHABLE_HOURS: Final = 7 * 24
MAX_PINGS: Final = 24
MAX_PINGS_IN_ALL: Final = 1000
MAX_REACH_DAYS: Final = 366


def check_notices(values: dict[str, Any], folder: Path) -> None:
    """Refuse a way out that cannot work, and one that would not be encrypted.

    Raises:
        ValueError: a member is wrong.
        NoticeAddressError: the sender is no address.
    """
    channels_of(values, folder)
    if values.get("watch_url") and not is_safe(values["watch_url"]):
        raise ValueError("watch_url")
    most = {
        "unreachable_hours": MAX_UNREACHABLE_HOURS,
        "pings_per_day": MAX_PINGS,
        "pings_per_day_in_all": MAX_PINGS_IN_ALL,
    }
    for name, bound in most.items():
        value = values.get(name, 1)
        if type(value) is not int or not 1 <= value <= bound:
            raise ValueError(name)
    days = values.get("reach_every_days", 0)
    if type(days) is not int or not 0 <= days <= MAX_REACH_DAYS:
        raise ValueError("reach_every_days")
