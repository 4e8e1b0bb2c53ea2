"""Facts that deserve a second look, said in the language of the command, and as JSON."""

from collections.abc import Mapping
from typing import Any, Final

from comity.cli.law_common import label
from comity.cli.law_frame import frame
from comity.cli.law_say import head, say
from comity.instruments import Library
from comity.instruments.remarks import Remark

_COMMAND: Final = "`comity law terms --kind offences`"
_WORDS: Final = {
    "offence-unknown": "say.remark_unknown",
    "offence-outside": "say.remark_outside",
    "ends-before-it-begins": "say.remark_ends",
    "below-zero": "say.remark_below",
    "text-hidden": "say.remark_hidden",
    "text-lookalike": "say.remark_lookalike",
}


def remarks_value(
    laws: Library, found: tuple[Remark, ...], facts: Mapping[str, Any], lang: str
) -> list[dict[str, str]]:
    """Return remarks as JSON."""
    return [
        {"code": one.code, "fact": one.fact, "label": label(laws, one.fact, lang)}
        | {"other": one.other, "text": _text(one, facts, lang)}
        for one in found
    ]


def say_remarks(
    laws: Library, found: tuple[Remark, ...], facts: Mapping[str, Any], lang: str
) -> None:
    """Print remarks, if there are any."""
    if found:
        head(frame(lang)("head.remarks"))
    for one in found:
        told = f"{label(laws, one.fact, lang)}: {_text(one, facts, lang)}"
        say(told, indent=2, mark=f"{one.fact} [{one.code}]  ")


def _text(one: Remark, facts: Mapping[str, Any], lang: str) -> str:
    words = frame(lang)
    if one.code != "offence-unknown":
        key = _WORDS[one.code]
        return words(key, other=one.other) if one.code == "ends-before-it-begins" else words(key)
    told = {"command": _COMMAND, "value": str(facts[one.fact])}
    if one.other:
        return words("say.remark_meant", other=one.other, **told)
    return words(_WORDS[one.code], **told)
