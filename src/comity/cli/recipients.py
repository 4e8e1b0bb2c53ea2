"""Recipients as a command line gives them."""

from typing import Final

import click

from comity.canonical import ComityError
from comity.canonical.amounts import counted
from comity.evidence import age_keys

_FORM: Final = (
    "A recipient is the public half of an age key pair: 62 characters that begin with age1, or a "
    "longer text that begins with age1pq1. `comity keygen -o key.txt` writes it after "
    "'public key:' in the new file."
)
_SHOWN: Final = 12


def parsed_recipients(
    _context: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[age_keys.Recipient, ...]:
    """Parse ``-r`` options, each kept once; a wrong one is a usage error."""
    found: dict[age_keys.Recipient, None] = {}
    for number, value in enumerate(values, 1):
        try:
            found[age_keys.parse_recipient(value.strip())] = None
        except ComityError as error:
            which = f"recipient {number} of {len(values)}" if len(values) > 1 else "the recipient"
            raise click.BadParameter(f"{which} is {_described(value.strip())}. {_FORM}") from error
    return tuple(found)


def _described(text: str) -> str:
    """Return what was given in words; what may be a secret or a name of somebody is left out."""
    if "SECRET" in text.upper():
        return (
            "the secret half of a key pair, which is not repeated here. It may now be in the "
            "history of your shell: delete it there and make a new key pair"
        )
    if text.lower().startswith("age1"):
        shown = text[:_SHOWN].rstrip(".")
        cut = "..." if shown != text else ""
        told = f"{shown!a}{cut} ({counted(len(text), 'character')})"
        return f"{told}, which is mistyped, cut off or in capitals"
    if text.startswith(("ssh-", "ecdsa-")):
        return "an SSH key, which is not taken here"
    if "@" in text:
        return "an e-mail address"
    if "/" in text or "\\" in text or text.endswith((".txt", ".pub", ".age", ".key")):
        return "the name of a file; give the recipient that is written in it"
    size = counted(len(text), "character")
    return f"a text of {size} that does not begin with age1" if text else "empty"
