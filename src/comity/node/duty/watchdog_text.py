"""What a watchdog says of a node that is down, on a machine that has no node and no settings."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from gettext import translation
from pathlib import Path
from typing import Final

from comity.node.duty.notice_text import Said

LANGUAGES: Final = ("ar", "en", "es", "fr", "ru", "vi", "zh-hans")
_TEXTS: Final = Path(__file__).parent.parent / "locale"


def down(*, url: str, why: str, at: datetime, lang: str) -> Said:
    """Return what is said of a node that does not work.

    Args:
        url: its address.
        why: what was found, in one word.
        at: when.
        lang: one of `LANGUAGES`; what nobody has translated yet is English.
    """
    _ = _words(lang)
    fields = {"address": url, "time": f"{at:%H:%M}", "code": why}
    text = _("Comity: the node at %(address)s does not work, %(time)s UTC. Code: %(code)s")
    return Said(subject=_("Comity: the node does not work"), text=text % fields)


def back(*, url: str, at: datetime, lang: str) -> Said:
    """Return what is said of a node that was down and works again.

    Args:
        url: its address.
        at: when.
        lang: as for `down`.
    """
    _ = _words(lang)
    text = _("Comity: the node at %(address)s answers again, %(time)s UTC.")
    fields = {"address": url, "time": f"{at:%H:%M}"}
    return Said(subject=_("Comity: the node answers again"), text=text % fields)


@cache
def _words(lang: str) -> Callable[[str], str]:
    name = {"zh-hans": "zh_Hans"}.get(lang, lang)
    return translation("django", _TEXTS, languages=[name], fallback=True).gettext
