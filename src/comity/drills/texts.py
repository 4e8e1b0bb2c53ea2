"""The texts of a scenario in one language, and what none of them may hold."""

import re
from collections.abc import Mapping
from typing import Any, Final

from comity.canonical import state_of
from comity.drills.errors import DrillMemberError, DrillTextError, DrillTextMissingError
from comity.drills.model import KINDS, Plan
from comity.instruments.errors import InstrumentError
from comity.instruments.library import UNSEEN
from comity.instruments.words import ENGLISH, parse_words

MAX_TEXT: Final = 4000
_MARKUP: Final = re.compile(
    r"<[A-Za-z/!?%]|&#|&[A-Za-z]{2,31};|\b(?:javascript|vbscript)\s*:|\bdata:\s*text/html|\{[%#{]|\$\{",
    re.IGNORECASE,
)
_PLACE: Final = re.compile(r"\{([a-z_][a-z0-9_]*)\}")
_MAIL: Final = re.compile(r"<[\w.+-]{1,64}@[\w.-]{1,255}>")
_BRACE: Final = re.compile(r"[{}]")


def parse_texts(table: Mapping[str, Any], *, file: str) -> dict[str, str]:
    """Return dotted key to text of one language's file; texts that are blank are left out.

    Raises:
        DrillMemberError: a value is neither a text nor a table.
        DrillTextError: a text is too long, or holds markup, a stray brace or what no eye sees.
    """
    try:
        entries = parse_words(table, file=file).entries
    except InstrumentError as fault:
        raise DrillMemberError(str(fault), **fault.facts) from fault
    for key, text in entries.items():
        check_text(text, file=file, key=key)
    return {key: text for key, text in entries.items() if text.strip()}


def check_text(text: str, *, file: str, key: str) -> None:
    """Refuse what a page could run, what cannot be seen, and braces that are no place for a value.

    Raises:
        DrillTextError: which of them.
    """
    why = ""
    if len(text) > MAX_TEXT:
        why = f"is longer than {MAX_TEXT} characters"
    elif UNSEEN.search(text):
        why = "holds what no eye sees"
    elif found := _MARKUP.search(text):
        why = f"holds markup or a script at {found[0][:12]!a}; texts are plain"
    elif _BRACE.search(_PLACE.sub("", text)):
        why = "holds a brace that is no {name} of a value"
    if why:
        raise DrillTextError(f"{file}: {key[:64]!a} {why}", file=file, key=key[:64])


def check_exhibit(text: str, *, file: str) -> None:
    """Refuse in an exhibit what `check_text` refuses, but for braces and addresses of mail.

    Raises:
        DrillTextError: which line.
    """
    for number, line in enumerate(text.split("\n"), 1):
        bare = _MAIL.sub("", line.removesuffix("\r"))
        if UNSEEN.search(bare) or _MARKUP.search(bare):
            told = f"{file}: holds markup, a script, or what no eye sees, in line {number}"
            raise DrillTextError(told, file=file, key="")


def places(text: str) -> frozenset[str]:
    """Return the names in braces of a text."""
    return frozenset(_PLACE.findall(text))


STATE: Final = "states"
"""Table with the names of the story's States; see `state_key`."""


def state_key(state: str) -> str:
    """Return the key of a State's name: ``states.xb``."""
    return f"{STATE}.{state}"


def may_keys(plan: Plan) -> frozenset[str]:
    """Return the dotted keys of texts that a scenario may have: names of States with an address.

    Nodes of an exercise show them; without one, a State is called as its authority is.
    """
    return frozenset(
        state_key(state_of(one.address)) for one in plan.parties.values() if one.address
    )


def due_keys(plan: Plan) -> frozenset[str]:
    """Return the dotted keys of every text that a scenario needs in each language."""
    found = {"title", "about", "story"}
    for kind in KINDS.values():
        found |= {form.format(key) for form in kind.texts for key in getattr(plan, kind.table)}
    for key, task in plan.tasks.items():
        found |= {f"tasks.{key}.options.{option}" for option in task.options}
    return frozenset(found)


def say(plan: Plan, texts: Mapping[str, Mapping[str, str]], key: str, lang: str) -> tuple[str, str]:
    """Return a text with its values filled in, and the language it is in.

    Args:
        plan: whose values.
        texts: language to key to text.
        key: dotted.
        lang: that is wanted; English replaces it.

    Raises:
        DrillTextMissingError: neither that language nor English has it.
    """
    for language in (lang, ENGLISH):
        text = texts.get(language, {}).get(key)
        if text:
            return _PLACE.sub(lambda found: plan.values.get(found[1], found[0]), text), language
    raise DrillTextMissingError(f"no text for {key}", file=f"texts/{lang}.toml", key=key)
