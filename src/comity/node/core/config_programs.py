"""The members of ``node.toml`` about programs of the office, checked before the node starts."""

import re
from typing import Any, Final

MAX_HOSTS: Final = 50
_HOST: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?|\[?[0-9a-f:]{2,45}\]?")


def check_programs(values: dict[str, Any]) -> None:
    """Refuse a list of hosts that webhooks may go to which would mean something else.

    Raises:
        ValueError: a member is wrong.
    """
    hosts = values.get("hook_hosts", ())
    if type(hosts) is not list and type(hosts) is not tuple:
        raise ValueError("hook_hosts")
    if len(hosts) > MAX_HOSTS or not all(type(h) is str and _HOST.fullmatch(h) for h in hosts):
        raise ValueError("hook_hosts")
    for name in ("hook_private", "unconfined_readers"):
        if type(values.get(name, False)) is not bool:
            raise ValueError(name)
    values["hook_hosts"] = tuple(hosts)
